// The search by keyboard: down from the box into the results, up and down among them, Escape back to the box.
// Results are links; without this file they are reached by the tab key.
"use strict";

document.addEventListener("keydown", (event) => {
  if (!["ArrowDown", "ArrowUp", "Escape"].includes(event.key) || event.isComposing) return;
  const box = document.querySelector(".search input[name=q]");
  const links = [...document.querySelectorAll("#hits .hits a")];
  if (!box || !links.length) return;
  const place = links.indexOf(document.activeElement);
  if (place < 0 && document.activeElement !== box) return;
  if (event.key === "Escape") {
    if (place < 0) return;
    box.focus();
  } else {
    const next = event.key === "ArrowDown" ? place + 1 : place - 1;
    if (place < 0 && event.key === "ArrowUp") return;
    (next < 0 ? box : links[Math.min(next, links.length - 1)]).focus();
  }
  event.preventDefault();
});
