// Forms: [data-dirty] warns before leaving with changes; a form is sent once (unless [data-again]: it downloads);
// the first field with an error gets the focus.
(() => {
  const changed = new Set(document.querySelectorAll("form[data-dirty]:has(.errors)"));

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-dirty]");
    if (form) changed.add(form);
  });
  document.addEventListener("reset", (event) => changed.delete(event.target));
  addEventListener("beforeunload", (event) => {
    if ([...changed].some((form) => form.isConnected)) event.preventDefault();
  });

  // Later than everybody who may stop it; the button is disabled after the browser has read its name and value.
  addEventListener("submit", (event) => {
    if (event.defaultPrevented && !event.target.matches("[hx-post], [hx-put], [hx-patch], [hx-delete]")) return;
    changed.delete(event.target);
    const button = event.submitter;
    if (!button || event.target.method !== "post" || "again" in event.target.dataset) return;
    setTimeout(() => {
      button.disabled = true;
      button.dataset.busy = "";
    });
  });

  const free = (root) => {
    for (const button of root.querySelectorAll("button[data-busy]")) {
      button.disabled = false;
      delete button.dataset.busy;
    }
  };
  addEventListener("pageshow", () => free(document));
  document.addEventListener("htmx:afterRequest", () => free(document));

  const firstError = () => document.querySelector("[aria-invalid=true]")?.focus();
  document.addEventListener("htmx:afterSettle", (event) => event.detail.xhr?.status === 422 && firstError());
  firstError();
})();
