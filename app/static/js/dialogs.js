// Dialogs: [data-open="id"] opens one, [data-close] or a click beside it closes it.
// [data-confirm="text"] on a form, its button or an htmx element asks first; [data-confirm-yes="Delete"] names the answer.
(() => {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) {
      event.preventDefault();
      opener.closest("details")?.removeAttribute("open");
      document.getElementById(opener.dataset.open).showModal();
    } else if (event.target.closest("[data-close]") || event.target.nodeName === "DIALOG") {
      event.target.closest("dialog").close();
    }
  });

  const ask = (asker, text, go) => {
    const dialog = document.getElementById("confirm");
    const yes = dialog.querySelector("[data-confirm-yes]");
    dialog.querySelector(".confirm-text").textContent = text;
    yes.textContent = asker.dataset.confirmYes || yes.dataset.default;
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => dialog.returnValue === "yes" && go(), { once: true });
    dialog.showModal();
  };

  document.addEventListener("submit", (event) => {
    const asker = [event.submitter, event.target].find((part) => part?.dataset.confirm);
    if (!asker || asker.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(asker, asker.dataset.confirm, () => {
      asker.dataset.confirmed = "yes";
      event.target.requestSubmit(event.submitter);
      delete asker.dataset.confirmed;
    });
  }, true);

  document.addEventListener("htmx:confirm", (event) => {
    const asker = event.detail.elt;
    const text = asker.nodeName === "FORM" ? event.detail.question : (asker.dataset.confirm ?? event.detail.question);
    if (!text) return;
    event.preventDefault();
    ask(asker, text, () => event.detail.issueRequest(true));
  });
})();
