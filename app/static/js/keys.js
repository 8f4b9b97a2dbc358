// Keys for the whole page: j/k walk the rows of [data-grid-rows], x selects one, [data-key="e"] is pressed by e,
// "g h" goes home, "?" shows the help. Nothing happens while somebody writes or a dialog is open.
(() => {
  let before = "";

  const rows = () => [...document.querySelectorAll("[data-grid-rows] tbody tr")];
  const current = () => document.activeElement?.closest("[data-grid-rows] tbody tr");

  const move = (step) => {
    const all = rows();
    const at = all.indexOf(current());
    const next = all[Math.min(all.length - 1, Math.max(0, at + (at < 0 ? 1 : step)))];
    next?.querySelector("a")?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "nearest" });
  };

  const press = {
    j: () => move(1),
    k: () => move(-1),
    x: () => current()?.querySelector("input[type=checkbox]")?.click(),
    "?": () => document.getElementById("help")?.showModal(),
    "g h": () => location.assign("/"),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    if (document.querySelector("dialog[open]") || event.key.length > 1) return;
    const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    const act = press[`${before} ${event.key}`] ?? (target ? () => target.click() : press[event.key]);
    before = event.key;
    setTimeout(() => (before = ""), 1000);
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
