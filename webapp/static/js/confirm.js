// Asks before what is hard to take back: data-confirm on a button or link, or htmx's hx-confirm.

import { ask, element } from "./dialog.js";

const agreed = new WeakSet();

async function sure(question, words, danger) {
  const answer = await ask(
    "Are you sure?",
    [element("p", { textContent: question })],
    [
      { words: "Cancel", answer: "", first: true },
      { words, answer: "yes", kind: danger ? "danger" : "primary" },
    ],
  );
  return answer === "yes";
}

export function startConfirm() {
  document.addEventListener(
    "click",
    async (event) => {
      const asking = event.target.closest?.("[data-confirm]");
      if (!asking || asking.disabled || agreed.delete(asking)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const words = asking.textContent.trim();
      if (await sure(asking.dataset.confirm, words, asking.classList.contains("danger"))) {
        agreed.add(asking);
        asking.click();
      }
    },
    true,
  );
  document.addEventListener("htmx:confirm", async (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    const words = event.detail.elt.textContent.trim() || "Yes";
    if (await sure(event.detail.question, words, event.detail.elt.classList.contains("danger"))) {
      event.detail.issueRequest(true);
    }
  });
}
