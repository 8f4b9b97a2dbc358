// A picker: an input[data-picker="id"] with a datalist filled by htmx; the chosen option's data-value goes into the hidden
// input of that id, which tells two records of one name apart. Any other text is looked up by its name when it is sent.
(() => {
  const choose = (input) => {
    const chosen = [...input.list.options].find((option) => option.value === input.value);
    const hidden = document.getElementById(input.dataset.picker);
    if (chosen) hidden.value = chosen.dataset.value;
    else if (input.value !== input.defaultValue) hidden.value = "";
    else hidden.value = hidden.defaultValue;
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
