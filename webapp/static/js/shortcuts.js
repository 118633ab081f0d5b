// Keys: ? shows them all, / goes to the page's filter, and an element with data-key="e" data-key-words="Open the editor"
// is focused or clicked. Keys of one letter can be switched off, for those whose aids speak or press them.

import { ask, element } from "./dialog.js";

const OFF = "gradgym-keys-off";

function isOff() {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false; // no storage: the keys stay on
  }
}

function remember(off) {
  try {
    if (off) localStorage.setItem(OFF, "1");
    else localStorage.removeItem(OFF);
  } catch {
    return; // no storage: it holds until the page is left
  }
}

function isTyping(event) {
  const target = event.composedPath()[0];
  return target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName ?? "");
}

function row(key, words) {
  return element("tr", {}, element("td", {}, element("kbd", { textContent: key })), element("td", { textContent: words }));
}

async function help() {
  const keys = [["?", "These keys"]];
  if (document.querySelector('.table-tools input, input[type="search"]')) keys.push(["/", "Filter the table"]);
  for (const one of document.querySelectorAll("[data-key]")) {
    keys.push([one.dataset.key, one.dataset.keyWords ?? one.textContent.trim()]);
  }
  if (document.querySelector(".editor")) keys.push(["Esc", "Then Tab: leave the editor"], ["Ctrl F", "Search in the editor"]);
  const body = element("tbody", {}, ...keys.map(([key, words]) => row(key, words)));
  const table = element("table", { className: "table" }, body);
  const box = element("input", { type: "checkbox", id: "keys-on", checked: !isOff() });
  const label = element("label", { htmlFor: "keys-on", textContent: "Keys of one letter are on" });
  box.addEventListener("change", () => remember(!box.checked));
  await ask("Keys", [table, element("div", { className: "choice" }, box, label)], [{ words: "Close", answer: "", first: true }]);
}

export function startShortcuts() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event)) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "?") {
      event.preventDefault(); // always: here they are switched on again
      help();
      return;
    }
    if (isOff()) return;
    const search = event.key === "/" && document.querySelector('.table-tools input, input[type="search"]');
    const named = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key);
    const target = search || named;
    if (!target) return;
    event.preventDefault();
    if (target.matches("input, select, textarea")) target.focus();
    else target.click();
  });
}
