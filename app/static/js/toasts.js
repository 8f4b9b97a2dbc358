// Messages in #flashes leave after a while; the mouse, the focus or a hidden page stops the clock; errors and those with
// Undo stay longer. A "toast" event ({text, category}; by HX-Trigger or a script) shows one more.
(() => {
  const box = () => document.getElementById("flashes");
  const seconds = (flash) => (flash.matches(".flash-danger, :has(form)") ? 20 : 6);

  const watch = (flash) => {
    let left = seconds(flash);
    const clock = setInterval(() => {
      if (document.hidden || flash.matches(":hover, :focus-within")) left = seconds(flash);
      else left -= 1;
      if (left <= 0 || !flash.isConnected) {
        clearInterval(clock);
        flash.remove();
      }
    }, 1000);
  };

  const show = ({ text, category = "info" }) => {
    const form = box().querySelector(`template[data-flash="${category}"]`) ?? box().querySelector("template");
    const flash = form.content.firstElementChild.cloneNode(true);
    flash.querySelector(".text").textContent = text;
    box().append(flash);
  };

  document.addEventListener("toast", (event) => show(event.detail));
  document.addEventListener("click", (event) => {
    event.target.closest("[data-dismiss]")?.closest(".flash")?.remove();
  });

  if (!box()) return;
  box().querySelectorAll(".flash").forEach(watch);
  new MutationObserver((changes) => {
    for (const node of changes.flatMap((change) => [...change.addedNodes])) {
      if (node.classList?.contains("flash")) watch(node);
    }
  }).observe(box(), { childList: true });
})();
