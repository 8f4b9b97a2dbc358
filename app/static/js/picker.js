// A picker: an input[data-picker="name"] with a datalist filled by htmx; the chosen option's data-value goes into the
// hidden input of that name. Text that is no option is refused, an empty text clears it.
(() => {
  const choose = (input) => {
    const chosen = [...input.list.options].find((option) => option.value === input.value);
    const hidden = input.form.elements[input.dataset.picker];
    if (chosen) hidden.value = chosen.dataset.value;
    else if (input.value !== input.defaultValue) hidden.value = "";
    const wrong = input.value && !hidden.value;
    input.setCustomValidity(wrong ? input.dataset.refuse || "?" : "");
  };

  const listen = (event) => event.target.matches?.("[data-picker]") && choose(event.target);
  document.addEventListener("input", listen);
  document.addEventListener("change", listen);
  // The options came after the text was complete: look again.
  document.addEventListener("htmx:afterSettle", (event) => {
    const input = document.querySelector(`[data-picker][list="${CSS.escape(event.target.id)}"]`);
    if (input) choose(input);
  });
})();
