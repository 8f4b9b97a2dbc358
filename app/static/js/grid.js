// A grid: [data-select-all] ticks every row, Shift ticks a range, [data-selection] shows how many and what can be done,
// [data-picking] shows the ticks on a phone. The header sticks when the table fits its [data-grid-scroll]; else the
// table scrolls by itself.
(() => {
  const boxes = (grid) => [...grid.querySelectorAll("tbody .pick input")];
  let last = null;

  const tell = (grid) => {
    const ticked = boxes(grid).filter((box) => box.checked).length;
    const all = grid.querySelector("[data-select-all]");
    if (all) {
      all.checked = ticked > 0 && ticked === boxes(grid).length;
      all.indeterminate = ticked > 0 && !all.checked;
    }
    const bar = grid.querySelector("[data-selection]");
    if (!bar) return;
    bar.hidden = ticked === 0;
    bar.querySelector("[data-selected]").textContent = ticked;
  };

  document.addEventListener("click", (event) => {
    const box = event.target.closest(".grid .pick input");
    const grid = event.target.closest(".grid");
    const picking = event.target.closest("[data-picking]");
    if (picking) picking.setAttribute("aria-pressed", grid.classList.toggle("picking"));
    if (event.target.closest("[data-clear]")) boxes(grid).forEach((one) => (one.checked = false));
    else if (box?.matches("[data-select-all]")) boxes(grid).forEach((one) => (one.checked = box.checked));
    else if (box) {
      const all = boxes(grid);
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      if (event.shiftKey && from >= 0) all.slice(from, to + 1).forEach((one) => (one.checked = box.checked));
      last = box;
    } else return;
    tell(grid);
  });

  const fit = (scroll) => {
    const fits = scroll.firstElementChild.scrollWidth <= scroll.clientWidth + 1;
    scroll.classList.toggle("fits", fits);
    if (fits) scroll.removeAttribute("tabindex");
    else scroll.tabIndex = 0;
  };
  const sizes = new ResizeObserver((changes) => changes.forEach((change) => fit(change.target)));

  const start = () => {
    document.querySelectorAll(".grid").forEach(tell);
    document.querySelectorAll("[data-grid-scroll]").forEach((scroll) => sizes.observe(scroll));
  };
  start();
  document.addEventListener("htmx:afterSettle", start);
  addEventListener("pageshow", start);
})();
