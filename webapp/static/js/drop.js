// A file field to drop a file on. Where data-drop-into names a text field, a Python file's text goes there, so that it can
// be read and changed before it is sent; a notebook stays a file, and the server reads it.

import { say } from "./said.js";

const LIMIT = 256 * 1024;

async function textOf(file) {
  if (file.size > LIMIT) throw new Error(`${file.name} is larger than 256 KiB.`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    throw new Error(`${file.name} is not UTF-8 text.`);
  }
}

async function take(input, place, note) {
  const file = input.files[0];
  note.textContent = "";
  if (!file || !place || !file.name.endsWith(".py")) return;
  try {
    const text = await textOf(file);
    place.value = text.replaceAll("\r\n", "\n");
    place.dispatchEvent(new Event("change", { bubbles: true }));
    note.textContent = `${file.name} is in the text above now.`;
  } catch (error) {
    note.textContent = `${error.message} Choose another file.`;
  }
  input.value = ""; // the text counts, not the file as well
  say(note.textContent);
}

function accept(target, zone, input) {
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  target.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    zone.classList.add("is-over");
  });
  target.addEventListener("dragleave", (event) => {
    if (!target.contains(event.relatedTarget)) zone.classList.remove("is-over");
  });
  target.addEventListener(
    "drop",
    (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      event.stopPropagation();
      zone.classList.remove("is-over");
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    },
    true,
  );
}

export function prepareDrops(part) {
  for (const zone of part.querySelectorAll("[data-drop]:not([data-ready])")) {
    zone.dataset.ready = "";
    const input = zone.querySelector('input[type="file"]');
    const place = document.getElementById(zone.dataset.dropInto ?? "");
    const note = document.createElement("p");
    note.className = "field-hint";
    zone.append(note);
    accept(zone, zone, input);
    if (place) accept(place.closest(".field"), zone, input);
    input.addEventListener("change", () => take(input, place, note));
  }
}
