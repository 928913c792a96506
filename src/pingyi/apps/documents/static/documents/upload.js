// Uploads with data-upload: refused before they are sent where they are too large; progress, cancel.
"use strict";
(() => {
  const form = (event) => {
    const found = event.target;
    return found instanceof HTMLFormElement && found.dataset.upload !== undefined ? found : null;
  };
  const box = () => document.getElementById("attachment-progress");

  function refusal(upload) {
    const { most, mostFilm, films, room, large, full } = upload.dataset;
    const kinds = films.split(" ");
    let total = 0;
    for (const file of upload.querySelector("input[type=file]").files) {
      const film = kinds.includes(file.name.split(".").pop().toLowerCase());
      const limit = Number(film ? mostFilm : most);
      const words = large.replace("{name}", file.name);
      if (file.size > limit) return words.replace("{most}", Math.floor(limit / 1e6));
      total += file.size;
    }
    return total > Number(room) ? full : "";
  }

  document.addEventListener(
    "submit",
    (event) => {
      const upload = form(event);
      const words = upload && refusal(upload);
      if (!words) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      window.house.tell(words);
    },
    true,
  );

  document.addEventListener("htmx:xhr:progress", (event) => {
    const { loaded, total, lengthComputable } = event.detail;
    if (!form(event) || !box() || !lengthComputable || !total) return;
    const share = Math.floor((100 * loaded) / total);
    box().hidden = false;
    box().querySelector("progress").value = share;
    box().querySelector("span").textContent = `${share}%`;
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("#attachment-progress button");
    if (button) window.htmx.trigger(document.querySelector("form[data-upload]"), "htmx:abort");
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    if (form(event) && box()) box().hidden = true;
  });
})();
