// Keys of the window's desk. They act only outside of inputs; A, B and N open the step that asks for confirmation and
// never submit a decision alone. Everything is also done with the mouse, and the pages work without this file.
(() => {
  "use strict";
  const typing = (target) =>
    target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");
  const all = (selector) => Array.from(document.querySelectorAll(selector));

  const move = (step) => {
    const rows = all(".checks > .check");
    if (rows.length) {
      const at = rows.findIndex((row) => row.hasAttribute("aria-current"));
      const next = rows[at + step];
      const link = next && next.querySelector(".paper-link");
      if (link) link.click();
      return;
    }
    const places = all(".ledger tbody a, .ledger tbody input[type=checkbox]:not(:disabled)");
    const at = places.indexOf(document.activeElement);
    const next = places[at + step];
    if (next) next.focus();
  };

  const press = (key) => {
    const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!target) return false;
    if (target.tagName === "DETAILS") {
      target.open = true;
      const first = target.querySelector("textarea, input:not([type=hidden]), button");
      if (first) first.focus();
      return true;
    }
    // What is wrong has to be said: the cursor goes there first.
    const note = key === "x" && document.querySelector("#note");
    if (note && !note.value.trim()) note.focus();
    else target.click();
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    const key = event.key.toLowerCase();
    if (key === "/") {
      const finder = document.querySelector(".finder input");
      if (!finder) return;
      finder.focus();
    } else if (key === "j" || key === "k") {
      move(key === "j" ? 1 : -1);
    } else if (key === "w") {
      location.assign("/window/walk-in/");
    } else if (!/^[a-z]$/.test(key) || !press(key)) {
      return;
    }
    event.preventDefault();
  });

  document.addEventListener("htmx:afterSettle", () => {
    const open = document.querySelector(".check-open");
    if (open) open.scrollIntoView({ block: "nearest" });
  });
})();
