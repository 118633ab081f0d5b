// Light, dark, or as the system has it. The cookie lets the server send the next page in the right colours at once.

const YEAR = 365 * 24 * 3600;

function choose(theme) {
  const root = document.documentElement;
  if (theme === "auto") delete root.dataset.theme;
  else root.dataset.theme = theme;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  const age = theme === "auto" ? 0 : YEAR;
  document.cookie = `theme=${theme}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
}

export function startTheme() {
  for (const group of document.querySelectorAll("[data-theme-switch]")) {
    group.hidden = false;
    group.addEventListener("click", (event) => {
      const pressed = event.target.closest("button");
      if (!pressed) return;
      choose(pressed.value);
      for (const button of group.querySelectorAll("button")) {
        button.setAttribute("aria-pressed", String(button === pressed));
      }
    });
  }
}
