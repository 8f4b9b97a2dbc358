// While htmx asks the server, a thin bar at the top says so; when the answer is an error, a message does.
(() => {
  const root = document.documentElement;
  let waiting = 0;

  const count = (step) => {
    waiting = Math.max(0, waiting + step);
    root.toggleAttribute("data-working", waiting > 0);
  };

  document.addEventListener("htmx:beforeSend", () => count(1));
  document.addEventListener("htmx:afterRequest", () => count(-1));

  const say = (text) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, category: "danger" } }));
  const words = () => document.getElementById("flashes").dataset;

  document.addEventListener("htmx:sendError", () => say(words().offline));
  document.addEventListener("htmx:timeout", () => say(words().offline));
  document.addEventListener("htmx:responseError", (event) => {
    const answer = event.detail.xhr;
    const plain = (answer.getResponseHeader("Content-Type") ?? "").startsWith("text/plain");
    // The session ended: a full load of this page leads to the login and back here.
    if (answer.status === 401) location.reload();
    else say(plain && answer.responseText ? answer.responseText : words().failed);
  });
})();
