// Menus are <details data-menu>: Escape or a click elsewhere closes them, arrows walk through them, one is open at a time.
// Sections of the main menu are <details data-section>: those that somebody opened stay open on this machine.
(() => {
  const kept = new Set(JSON.parse(localStorage.getItem("menu-sections") ?? "[]"));
  for (const section of document.querySelectorAll("details[data-section]")) {
    if (kept.has(section.dataset.section)) section.open = true;
    section.querySelector("summary").addEventListener("click", () => {
      if (section.open) kept.delete(section.dataset.section);
      else kept.add(section.dataset.section);
      localStorage.setItem("menu-sections", JSON.stringify([...kept]));
    });
  }

  const open = () => document.querySelectorAll("details[data-menu][open]");
  const things = (menu) =>
    [...menu.querySelectorAll(".menu-list :is(a, button, input, select)")].filter((thing) => thing.checkVisibility());

  document.addEventListener("click", (event) => {
    for (const menu of open()) {
      const chosen = event.target.closest(".menu-list a, .menu-list button");
      if (!menu.contains(event.target) || (chosen && !chosen.closest(".choice"))) menu.open = false;
    }
  });

  document.addEventListener("focusin", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });

  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.("details[data-menu]") ?? open()[0];
    if (!menu) return;
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (["ArrowDown", "ArrowUp"].includes(event.key) && !event.target.matches("input:not([type=checkbox]), select")) {
      event.preventDefault();
      menu.open = true;
      const all = things(menu);
      const step = event.key === "ArrowDown" ? 1 : -1;
      const at = all.indexOf(document.activeElement);
      all[at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length]?.focus();
    }
  });
})();
