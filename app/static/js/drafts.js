// What was typed into a form[data-draft] outlives a login that ended meanwhile. It is kept in this tab while the form is
// sent, and put back when the same person comes to the form again without having seen another page but the login.
(() => {
  const KEY = "draft";
  const left = (name) => ["csrf_token", "latest"].includes(name);

  addEventListener("submit", ({ target: form }) => {
    if (!("draft" in form.dataset)) return;
    const typed = [...new FormData(form)].filter(([name, value]) => !left(name) && typeof value === "string");
    sessionStorage.setItem(KEY, JSON.stringify({ path: location.pathname, user: form.dataset.draft, typed }));
  });

  const put = (form, typed) => {
    const places = {};
    for (const field of form.elements) {
      if (!field.name || left(field.name) || ["file", "password"].includes(field.type)) continue;
      const values = typed.filter(([name]) => name === field.name).map(([, value]) => value);
      const place = (places[field.name] = (places[field.name] ?? -1) + 1);
      if (["checkbox", "radio"].includes(field.type)) field.checked = values.includes(field.value);
      else if (field.multiple) for (const option of field.options) option.selected = values.includes(option.value);
      else if (values.length > place) field.value = values[place];
    }
    form.dispatchEvent(new Event("input", { bubbles: true }));
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: form.dataset.draftBack, category: "info" } }));
  };

  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  if (!kept || location.pathname === "/login") return;
  const form = document.querySelector("form[data-draft]");
  if (location.pathname === kept.path && !form) return; // an error page: the form may come again
  sessionStorage.removeItem(KEY);
  if (location.pathname !== kept.path || form.dataset.draft !== kept.user || form.querySelector(".errors")) return;
  put(form, kept.typed);
})();
