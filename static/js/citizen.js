// The citizen's pages: says what uploads are doing, keeps a double click harmless, asks before throwing away.
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
    const place = form.querySelector("[data-upload-said]");
    if (place) place.textContent = sentence;
  };

  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => say(event.target, "网断了，没有传上，连上后请再选一次"));
  }
  document.addEventListener("htmx:responseError", (event) => {
    const tooLarge = event.detail.xhr.status === 413;
    say(event.target, tooLarge ? "这个文件太大，没有收下" : "没有存上，您填的还在这一页，请过一会儿再试");
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
    for (const form of document.querySelectorAll("[data-sent]")) {
      delete form.dataset.sent;
    }
  });

  document.querySelector("[autofocus]")?.focus();
})();
