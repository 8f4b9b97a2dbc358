// A chart over time: [data-chart] around a table: first a column of <time datetime>, then numbers headed by their names.
// data-limit and data-low-limit draw lines. The table stays for screen readers. Needs uPlot (include shell/_chart_scripts.html).
(() => {
  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const LINES = ["--accent", "--info", "--warn", "--bad", "--quiet"];
  const number = (text) => (text.trim() === "" ? null : Number(text.replace(/[^\d.-]/g, "")));

  // The hour within two days, else the day, as the language of the page writes it.
  const times = (chart, at) => {
    const near = chart.scales.x.max - chart.scales.x.min < 2 * 86400;
    const form = near ? { hour: "2-digit", minute: "2-digit", hour12: false } : { day: "numeric", month: "short" };
    const write = new Intl.DateTimeFormat(document.documentElement.lang, form);
    return at.map((second) => write.format(second * 1000));
  };

  const read = (table) => {
    const rows = [...table.tBodies[0].rows].map((row) => [...row.cells]);
    const moments = rows.map((cells) => Date.parse(cells[0].querySelector("time").dateTime) / 1000);
    const column = (at) => rows.map((cells) => number(cells[at].dataset.value ?? cells[at].textContent));
    return [moments, ...rows[0].slice(1).map((_, at) => column(at + 1))];
  };

  const draw = (figure) => {
    const table = figure.querySelector("table");
    if (!table.tBodies[0]?.rows.length) return;
    const data = read(table);
    const names = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent);
    const line = (label, name) => ({ label, stroke: color(name), width: 1.75, points: { show: data[0].length < 60 } });
    const lines = names.map((label, at) => line(label, LINES[at % LINES.length]));
    for (const name of ["limit", "lowLimit"]) {
      if (!figure.dataset[name]) continue;
      data.push(data[0].map(() => Number(figure.dataset[name])));
      const label = figure.dataset[`${name}Label`] ?? "";
      lines.push({ ...line(label, "--bad"), width: 1, dash: [6, 4], points: { show: false } });
    }
    const grid = { stroke: color("--line"), width: 1 };
    const axis = { stroke: color("--quiet"), font: "11px Inter", grid, ticks: { show: false } };
    figure.querySelector(".chart-plot")?.remove();
    const plot = Object.assign(document.createElement("div"), { className: "chart-plot", ariaHidden: "true" });
    figure.prepend(plot);
    figure.classList.add("drawn");
    const legend = { show: names.length > 1 };
    const size = () => ({ width: plot.clientWidth, height: plot.clientHeight - (legend.show ? 32 : 0) });
    const axes = [{ ...axis, values: times }, { ...axis, size: 44 }];
    const chart = new uPlot({ ...size(), legend, series: [{}, ...lines], axes }, data, plot);
    new ResizeObserver(() => chart.setSize(size())).observe(plot);
  };

  const start = () => document.querySelectorAll("[data-chart]").forEach(draw);
  start();
  document.addEventListener("htmx:afterSettle", (event) => event.target.querySelector?.("[data-chart]") && start());
  new MutationObserver(start).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
})();
