// Review points by digits, the reason that a "no" proposes, and the progress of a scan. Works by mouse without this file.
(() => {
  "use strict";
  const OFF = "portal-keys-off";
  const typing = (target) =>
    target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");
  const points = () => Array.from(document.querySelectorAll(".check-open [data-point]"));

  // The note belongs to the clerk as soon as they type in it.
  let proposed = "";
  const propose = () => {
    const note = document.querySelector("#note");
    if (!note) return;
    const faults = points()
      .filter((point) => point.querySelector("input[value=no]").checked)
      .map((point) => point.dataset.fault)
      .join("");
    if (note.value && note.value !== proposed) return;
    note.value = faults;
    proposed = faults;
  };

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-point] input")) propose();
  });
  document.addEventListener("htmx:afterSwap", () => {
    proposed = "";
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (localStorage.getItem(OFF) || !/^[1-6]$/.test(event.key)) return;
    const point = document.querySelector(`.check-open [data-point="${event.key}"]`);
    if (!point) return;
    const [yes, no] = [point.querySelector("input[value=yes]"), point.querySelector("input[value=no]")];
    (no.checked ? yes : no).checked = true;
    propose();
    event.preventDefault();
  });

  document.addEventListener("htmx:xhr:progress", (event) => {
    const bar = event.target.closest("[data-scan]")?.querySelector("progress");
    if (!bar || !event.detail.lengthComputable) return;
    bar.hidden = false;
    bar.value = Math.round((100 * event.detail.loaded) / event.detail.total);
  });
})();
