// Keys of the window's desk. They act only outside of inputs; A, B and N open the step that asks for confirmation and
// never submit a decision alone. Everything is also done with the mouse, and the pages work without this file.
(() => {
  "use strict";
  const OFF = "portal-keys-off"; // shared with the reviewer's desk
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
    const ticks = all(".ledger tbody input[type=checkbox]:not(:disabled)");
    const places = ticks.length ? ticks : all(".ledger tbody th a");
    const next = places[places.indexOf(document.activeElement) + step];
    if (next) next.focus();
  };

  const press = (key) => {
    const named = `[data-key="${CSS.escape(key)}"]`;
    const target = document.querySelector(`main ${named}`) || document.querySelector(named);
    if (!target) return false;
    // Just swapped in: htmx takes it over in a moment; pressed before that, it would lead away to another page.
    if (target.closest(".htmx-added")) {
      setTimeout(press, 30, key);
      return true;
    }
    if (target.tagName === "DETAILS") {
      target.open = true;
      const first = target.querySelector("textarea, input:not([type=hidden]), button");
      if (first) first.focus();
      return true;
    }
    // What is wrong has to be said: the cursor goes there first.
    const note = key === "x" && document.querySelector("#note");
    if (note && !note.value.trim()) note.focus();
    // Nothing is filed, received or handed over by one letter: the button only takes the focus.
    else if (target.matches(".btn-primary[type=submit]")) target.focus();
    else target.click();
    return true;
  };

  const look = () => {
    const scan = document.querySelector(".check-open .scan");
    if (scan) scan.click();
    return Boolean(scan);
  };

  // From anywhere in a long form to the button that files it: it takes the focus, the next Enter presses it.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.ctrlKey) return;
    const primary = document.querySelector("main .btn-primary[type=submit]:not([disabled])");
    if (primary) primary.focus();
    event.preventDefault();
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (localStorage.getItem(OFF)) return;
    const key = event.key.toLowerCase();
    if (key === " ") {
      if (event.target.closest("button, a:not(.paper-link), summary, input") || !look()) return;
    } else if (key === "/") {
      const finder = document.querySelector(".finder input[type=search]");
      if (!finder) return;
      finder.focus();
    } else if (key === "j" || key === "k") {
      move(key === "j" ? 1 : -1);
    } else if (key === "w") {
      location.assign("/window/walk-in/");
    } else if (!/^[a-z1-9]$/.test(key) || !press(key)) {
      return;
    }
    event.preventDefault();
  });

  // A scanner ends with Enter: in a box that names a button, it presses that one.
  document.addEventListener("keydown", (event) => {
    const name = event.key === "Enter" && event.target.dataset.enter;
    const button = name && event.target.form.querySelector(`button[name="${CSS.escape(name)}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });

  // Letter keys can be switched off, for this browser.
  const button = document.querySelector("[data-keys-switch]");
  const label = () => {
    button.textContent = localStorage.getItem(OFF) ? "打开快捷键" : "关掉快捷键";
  };
  if (button) {
    button.hidden = false;
    label();
    button.addEventListener("click", () => {
      if (localStorage.getItem(OFF)) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "1");
      label();
    });
  }

  // Hand-over: how many are ticked, and which of the two buttons fits.
  const tally = document.querySelector("#tally");
  const count = () => {
    const ticks = all("input[name=paper]");
    const ticked = ticks.filter((tick) => tick.checked).length;
    const left = Number(tally.dataset.left);
    tally.textContent = `已交\u00a0${tally.dataset.given}，勾了\u00a0${ticked}，还剩\u00a0${left - ticked}`;
    const shown = document.querySelector("#ticked");
    if (shown) shown.textContent = String(ticked || left);
    const whole = document.querySelector("button[data-key=a]");
    const part = document.querySelector("button[data-key=f]");
    if (whole) whole.disabled = ticked < left;
    if (part) part.disabled = ticked === 0 || ticked === left;
  };
  if (tally && document.querySelector("input[name=paper]:not(:disabled)")) {
    document.addEventListener("change", (event) => {
      if (event.target.matches("input[name=paper]")) count();
    });
    count();
  }

  document.addEventListener("htmx:afterSettle", () => {
    const open = document.querySelector(".check-open");
    if (open) open.scrollIntoView({ block: "nearest" });
  });
})();
