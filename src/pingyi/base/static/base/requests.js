// htmx: sends the CSRF token, and shows a refusal or a lost connection where it is read aloud.
"use strict";
(() => {
  const alerts = () => document.getElementById("alerts");
  const token = () => {
    const meta = document.querySelector("meta[name=csrf-token]");
    return meta ? meta.content : "";
  };

  function tell(text) {
    const place = alerts();
    if (!place || !text) return;
    const box = document.createElement("div");
    box.className = "alert alert-danger alert-dismissible";
    box.setAttribute("role", "alert");
    const words = document.createElement("div");
    words.textContent = text;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "btn-close";
    close.setAttribute("aria-label", place.dataset.close);
    close.setAttribute("data-bs-dismiss", "alert");
    box.append(words, close);
    place.replaceChildren(box);
    place.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("htmx:configRequest", (event) => {
    const { verb, headers } = event.detail;
    if (verb !== "get" && token()) headers["X-CSRFToken"] = token();
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status < 400) return;
    const part = xhr.responseText.includes("data-error-part");
    if (xhr.status === 422 && !part) {
      // The form again, with its errors: it takes the place of the one that was sent.
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    } else if (part && alerts()) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
      event.detail.target = alerts();
      event.detail.swapOverride = "innerHTML";
      event.detail.selectOverride = "unset";
    } else if (alerts()) {
      tell(alerts().dataset.failed);
    }
  });

  ["htmx:sendError", "htmx:timeout"].forEach((name) =>
    document.addEventListener(name, () => alerts() && tell(alerts().dataset.lost)),
  );

  window.house = { tell };
})();
