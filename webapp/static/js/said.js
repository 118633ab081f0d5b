// Words for those who listen to the page: they go into its one quiet place.

export function say(words) {
  const place = document.getElementById("said");
  if (!place) return;
  place.textContent = "";
  requestAnimationFrame(() => {
    place.textContent = words;
  });
}
