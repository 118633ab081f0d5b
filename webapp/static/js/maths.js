// Sets TeX: elements of class math, with "block" for those on a line of their own. Without the script the TeX itself is shown.

const home = new URL("../vendor/katex/", import.meta.url);

function link() {
  const href = new URL("katex.css", home).href;
  if ([...document.styleSheets].some((sheet) => sheet.href === href)) return;
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
}

export async function prepareMaths(part) {
  const places = part.querySelectorAll(".math:not([data-ready])");
  if (!places.length) return;
  for (const place of places) place.dataset.ready = "";
  link();
  const { default: katex } = await import(new URL("katex.js", home));
  for (const place of places) {
    katex.render(place.textContent, place, {
      displayMode: place.classList.contains("block"),
      throwOnError: false,
      strict: "ignore",
      trust: false,
      maxSize: 20,
      maxExpand: 500,
    });
    if (place.classList.contains("block")) place.tabIndex = place.scrollWidth > place.clientWidth ? 0 : -1;
  }
}
