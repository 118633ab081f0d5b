// The editor takes the place of a text field marked data-editor. It is fetched only where there is one.

import { say } from "./said.js";

export async function prepareEditors(part) {
  const fields = part.querySelectorAll("textarea[data-editor]:not([data-ready])");
  if (!fields.length) return;
  for (const field of fields) field.dataset.ready = "";
  const { enhance } = await import("../vendor/codemirror/editor.js");
  for (const field of fields) enhance(field, say);
}
