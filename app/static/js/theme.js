// Light, dark or as the machine says: [data-theme-set] chooses, [data-theme-toggle] flips. A cookie tells the server.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  const show = () => {
    const theme = root.dataset.theme;
    root.dataset.bsTheme = theme === "auto" ? (dark.matches ? "dark" : "light") : theme;
    for (const button of document.querySelectorAll("[data-theme-set]")) {
      button.setAttribute("aria-pressed", button.dataset.themeSet === theme);
    }
  };

  const choose = (theme) => {
    root.dataset.theme = theme;
    document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax`;
    show();
  };

  show();
  dark.addEventListener("change", show);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-set], [data-theme-toggle]");
    if (button) choose(button.dataset.themeSet ?? (root.dataset.bsTheme === "dark" ? "light" : "dark"));
  });
})();
