// The citizen's pages: says what autosave and uploads are doing, keeps a double click harmless, asks before throwing away.
// Everything works without this file.
(() => {
  "use strict";

  // Answers with a sentence in them (409, 422) are shown like any other; every other error leaves the page as it is.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const status = event.detail.xhr.status;
    if (status < 400) return;
    const spoken = status === 409 || status === 422;
    event.detail.shouldSwap = spoken;
    event.detail.isError = !spoken;
  });

  const say = (form, sentence) => {
    const place = form.matches("[data-upload]") ? form.querySelector("[data-upload-said]") : document.querySelector("#saved span");
    if (place) place.textContent = sentence;
  };

  let unsaved = false;
  document.addEventListener("input", (event) => {
    if (event.target.closest("[data-autosave]")) {
      unsaved = true;
      say(event.target.form, "正在填，停一下就存");
    }
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.target.matches("[data-autosave]") && event.detail.successful) unsaved = false;
  });

  // The button must not race with the page's own autosave: wait for one under way, start none any more.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-autosave]")) return;
    form.dataset.leaving = "yes";
    if (!form.classList.contains("htmx-request")) return;
    event.preventDefault();
    form.addEventListener("htmx:afterRequest", () => form.requestSubmit(), { once: true });
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.dataset.leaving) event.preventDefault();
  });

  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => say(event.target, "网断了，您填的还在这一页，连上后自动再存"));
  }
  document.addEventListener("htmx:responseError", (event) => {
    const tooLarge = event.detail.xhr.status === 413;
    say(event.target, tooLarge ? "这个文件太大，没有收下" : "没有存上，您填的还在这一页，请过一会儿再试");
  });
  window.addEventListener("online", () => {
    const form = document.querySelector("[data-autosave]");
    if (form && unsaved) form.dispatchEvent(new Event("change", { bubbles: true }));
  });

  document.addEventListener("htmx:xhr:progress", (event) => {
    const bar = event.target.querySelector?.("progress");
    if (!bar || !event.detail.lengthComputable) return;
    bar.hidden = false;
    bar.value = Math.round((100 * event.detail.loaded) / event.detail.total);
    const megabytes = (bytes) => (bytes / 1048576).toFixed(1);
    say(event.target, `已传 ${megabytes(event.detail.loaded)}\u00a0MB，共 ${megabytes(event.detail.total)}\u00a0MB`);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sure && !window.confirm(form.dataset.sure)) {
      event.preventDefault();
      return;
    }
    if (form.matches("[data-once]")) {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    }
  });
  // Coming back with the browser's own button shows the page as it was left: it may be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("[data-sent], [data-leaving]")) {
      delete form.dataset.sent;
      delete form.dataset.leaving;
    }
  });

  document.querySelector("[autofocus]")?.focus();
})();
