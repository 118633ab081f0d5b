// A menu closes by Escape, by a click elsewhere, and when the focus leaves it.

function close(menu, focus) {
  menu.open = false;
  if (focus) menu.querySelector("summary").focus();
}

export function startMenus() {
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("[data-menu][open]")) {
      if (!menu.contains(event.target)) close(menu, false);
    }
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.("[data-menu][open]");
    if (menu) close(menu, true);
  });
  document.addEventListener("focusout", (event) => {
    const menu = event.target.closest?.("[data-menu][open]");
    if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) close(menu, false);
  });
}
