// Copies a listing's text; the lines' numbers are not part of it.

import { say } from "./said.js";

export function prepareCopy(part) {
  if (!navigator.clipboard) return;
  for (const button of part.querySelectorAll("[data-copy]")) button.hidden = false;
}

function textOf(button) {
  const named = button.dataset.copy && document.getElementById(button.dataset.copy);
  if (named) return named.value ?? named.textContent;
  const clone = button.closest(".code").querySelector(".code-body").cloneNode(true);
  for (const mark of clone.querySelectorAll("mark")) mark.remove();
  return clone.textContent;
}

export function startCopy() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    const words = (button.dataset.words ??= button.textContent);
    let done = "Copied";
    try {
      await navigator.clipboard.writeText(textOf(button));
    } catch {
      done = "Not allowed";
    }
    button.textContent = done;
    say(done);
    setTimeout(() => {
      button.textContent = words;
    }, 2000);
  });
}
