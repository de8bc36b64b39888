// The paper beside the review points: its pages, larger, turned. Without this file the pages are links and all is there.
(() => {
  "use strict";
  const LARGEST = 3;
  const sheet = () => document.querySelector(".viewer .sheet:has(> img)");
  const level = (name) => Number(sheet().dataset[name] || 0);
  const put = (name, value, values) => {
    const paper = sheet();
    for (const one of values) paper.classList.remove(`${name}-${one}`);
    paper.dataset[name] = value;
    if (value) paper.classList.add(`${name}-${value}`);
  };

  // Another page: only the picture changes, so that nothing typed beside it is lost.
  const go = (step) => {
    const image = document.querySelector(".viewer img[data-pages]");
    if (!image) return;
    const at = Math.min(Math.max(Number(image.dataset.page) + step, 1), Number(image.dataset.pages));
    image.dataset.page = at;
    image.src = image.src.replace(/\d+\/$/, `${at}/`);
    image.alt = image.alt.replace(/\d+(?= 页)/, at);
    document.querySelector(".viewer [data-at]").textContent = at;
    image.closest("figure").scrollTop = 0;
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest(".viewer [data-step], .viewer [data-zoom], .viewer [data-turn]");
    if (!button) return;
    if (button.dataset.step) {
      event.preventDefault();
      go(Number(button.dataset.step));
    } else if (button.dataset.zoom) {
      const next = Math.min(Math.max(level("zoom") + Number(button.dataset.zoom), 0), LARGEST);
      put("zoom", next, [1, 2, 3]);
    } else {
      put("turn", (level("turn") + 1) % 4, [1, 2, 3]);
    }
  });

  // The chosen paper in the list, and the tools that only work with this file.
  const settle = () => {
    const shown = new URLSearchParams(location.search).get("paper") || "";
    if (!new URLSearchParams(location.search).has("file")) {
      for (const link of document.querySelectorAll(".files a")) {
        const own = new URLSearchParams(new URL(link.href).search).get("paper") || "";
        link.toggleAttribute("aria-current", false);
        if (own === shown) link.setAttribute("aria-current", "true");
      }
    }
    for (const tools of document.querySelectorAll("[data-tools]")) tools.hidden = false;
  };
  document.addEventListener("htmx:afterSettle", settle);
  document.addEventListener("htmx:replacedInHistory", settle);
  settle();
})();
