// A dialog made of words: a heading, a body, and buttons with what each answers.

let count = 0;

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// buttons: [{words, answer, kind, first}]; the one with `first` has the focus. Resolves to an answer, or "" for Escape.
export function ask(heading, body, buttons) {
  count += 1;
  const title = element("h2", { id: `dialog-${count}`, textContent: heading });
  const row = element("div", { className: "button-row" });
  const dialog = element("dialog", { className: "dialog" }, title, ...body, row);
  dialog.setAttribute("aria-labelledby", title.id);
  for (const { words, answer, kind, first } of buttons) {
    const button = element("button", { type: "button", className: `button ${kind ?? ""}`, textContent: words });
    button.autofocus = Boolean(first);
    button.addEventListener("click", () => dialog.close(answer));
    row.append(button);
  }
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
  });
}

export { element };
