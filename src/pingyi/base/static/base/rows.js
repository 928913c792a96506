// Lists: sorting, paging and filtering fetch the page and put its #listing in place of this one
// (without script they load the page); ticking rows opens the bulk actions.
"use strict";
(() => {
  const root = () => document.querySelector("[data-listing]");
  if (!root() || !window.htmx) return;

  function fetchPart(address) {
    const place = { target: "#listing", select: "#listing", swap: "outerHTML" };
    return htmx.ajax("GET", address, place).then(() => history.pushState({}, "", address));
  }

  function countPicked() {
    const form = document.getElementById("bulk");
    if (!form) return;
    const boxes = [...root().querySelectorAll("input[name=pick]")];
    const picked = boxes.filter((box) => box.checked);
    boxes.forEach((box) => box.closest("tr").classList.toggle("is-picked", box.checked));
    const all = root().querySelector("[data-pick-all]");
    all.checked = picked.length === boxes.length;
    all.indeterminate = picked.length > 0 && picked.length < boxes.length;
    form.querySelectorAll("button").forEach((button) => (button.disabled = !picked.length));
    const words = form.querySelector("[data-picked]");
    words.dataset.none = words.dataset.none || words.textContent;
    words.textContent = picked.length
      ? words.dataset.picked.replace("{n}", picked.length)
      : words.dataset.none;
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-listing] a[data-part]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    fetchPart(link.href);
  });

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-filter]")) return;
    event.preventDefault();
    const asked = [...new FormData(event.target)].filter(([, value]) => value !== "");
    fetchPart(`${location.pathname}?${new URLSearchParams(asked)}`);
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-pick-all]")) {
      const { checked } = event.target;
      root().querySelectorAll("input[name=pick]").forEach((box) => (box.checked = checked));
    }
    if (event.target.closest("[data-listing]")) countPicked();
  });

  window.addEventListener("popstate", () => location.reload());
})();
