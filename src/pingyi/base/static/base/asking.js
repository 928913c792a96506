// Asks before a form with data-ask, or a button of it with data-ask, is sent.
"use strict";
(() => {
  const dialog = document.getElementById("ask");
  if (!dialog || !dialog.showModal) return;
  const title = document.getElementById("ask-title");
  const text = document.getElementById("ask-text");
  const yes = dialog.querySelector("button[value=yes]");
  const usual = { title: title.textContent, word: yes.dataset.word };
  let waiting = null;

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      const asks = event.submitter && event.submitter.dataset.ask ? event.submitter : form;
      if (!asks.dataset.ask || form.dataset.asked === "yes") {
        delete form.dataset.asked;
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      waiting = { form, submitter: event.submitter };
      title.textContent = asks.dataset.askTitle || usual.title;
      text.textContent = asks.dataset.ask;
      yes.textContent = asks.dataset.askWord || usual.word;
      dialog.returnValue = "no";
      dialog.showModal();
    },
    true,
  );

  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "yes" || !waiting) return;
    const { form, submitter } = waiting;
    waiting = null;
    form.dataset.asked = "yes";
    form.requestSubmit(submitter || undefined);
  });
})();
