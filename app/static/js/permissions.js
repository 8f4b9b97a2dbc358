// The table of permissions: a press on the title of a row or column ticks all of it, or clears it when all were ticked.
(() => {
  document.addEventListener("click", (event) => {
    const title = event.target.closest("[data-tick-row], [data-tick-column]");
    const table = title?.closest("[data-permissions]");
    if (!table) return;
    const scope = "tickRow" in title.dataset ? "" : `[data-verb="${title.dataset.tickColumn}"] `;
    const root = scope ? table : title.closest("tr");
    const boxes = [...root.querySelectorAll(`${scope}input:not(:disabled)`)];
    const on = !boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = on;
    boxes[0]?.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
