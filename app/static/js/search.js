// The search [data-search]: "/" and Ctrl-K go to it, arrows walk through what was found, Escape leaves it.
(() => {
  const box = () => document.querySelector("[data-search]");
  const writing = (target) => target.closest?.("input, textarea, select, [contenteditable]");

  const walk = (event, step) => {
    const stops = [box(), ...document.querySelectorAll("#found a")];
    const at = stops.indexOf(document.activeElement);
    if (at < 0 || stops.length < 2) return;
    event.preventDefault();
    stops[(at + step + stops.length) % stops.length].focus();
  };

  document.addEventListener("keydown", (event) => {
    const palette = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
    const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !writing(event.target);
    if (box() && (palette || slash) && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      box().focus();
      box().select();
    } else if (event.target.closest?.(".find")) {
      if (event.key === "ArrowDown") walk(event, 1);
      if (event.key === "ArrowUp") walk(event, -1);
      if (event.key === "Escape") event.target.blur();
    }
  });
})();
