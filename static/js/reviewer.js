// Keys of the reviewer's desk. They act only outside of inputs, and none of them decides: A and B open the step that
// asks for confirmation, or move the focus to the button that ends it (data-focus). Everything here is also done with the mouse, and the pages work without this file.
(() => {
  "use strict";
  const OFF = "portal-keys-off";
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const typing = (target) => target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");

  // Queue: a cursor over the rows; the row that has it is also the one with the focus.
  const rows = () => all(".ledger tbody tr");
  const here = () => rows().findIndex((row) => row.contains(document.activeElement));
  const go = (step) => {
    const list = rows();
    const next = list[Math.min(Math.max(here() + step, 0), list.length - 1)];
    if (next) next.querySelector("a").focus();
  };
  const current = () => rows()[here()];

  // Task: the papers at the left.
  const turn = (step) => {
    const papers = all(".files a");
    const at = papers.findIndex((paper) => paper.hasAttribute("aria-current"));
    const next = papers[at + step];
    if (next) next.click();
  };
  const point = (number) => {
    const group = all(".point, .visit-point")[number - 1];
    const input = group && (group.querySelector("input:checked") || group.querySelector("input:not(:disabled)"));
    if (input) input.focus();
  };
  const press = (key) => {
    const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!target) return false;
    // Just swapped in: htmx takes it over in a moment; pressed before that, it would lead away to another page.
    if (target.closest(".htmx-added")) {
      setTimeout(press, 30, key);
      return true;
    }
    if (target.tagName === "DETAILS") {
      target.open = true;
      const first = target.querySelector("select, input:not([type=hidden]), textarea, button");
      (first || target.querySelector("summary")).focus();
    } else if (target.hasAttribute("data-focus")) {
      target.focus();
    } else {
      target.click();
    }
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (localStorage.getItem(OFF)) return;
    const key = event.key.toLowerCase();
    const inQueue = rows().length > 0;
    if (key === "/") {
      const finder = document.querySelector(".finder input");
      if (!finder) return;
      finder.focus();
    } else if (key === "j" || key === "k") {
      (inQueue ? go : turn)(key === "j" ? 1 : -1);
    } else if (key === "x" && inQueue) {
      const tick = current() && current().querySelector("input[type=checkbox]");
      if (!tick) return;
      tick.click();
    } else if (/^[1-9]$/.test(key) && !inQueue) {
      point(Number(key));
    } else if (!press(key)) {
      return;
    }
    event.preventDefault();
  });

  // How many points are answered; granting with open or failed points says so in the confirming step.
  const counted = () => {
    const points = all(".point");
    if (!points.length) return;
    const answers = points.map((one) => one.querySelector("input:checked"));
    const answered = answers.filter(Boolean).length;
    const failed = answers.filter((one) => one && one.value === "no").length;
    const place = document.querySelector("[data-answered]");
    if (place) place.textContent = answered;
    const words = [];
    if (answered < points.length) words.push(`还有\u00a0${points.length - answered}\u00a0条要点没答`);
    if (failed) words.push(`有\u00a0${failed}\u00a0条不符`);
    const warning = document.querySelector("[data-points-open]");
    if (!warning) return;
    warning.hidden = words.length === 0;
    warning.textContent = words.length ? `${words.join("，")}。` : "";
  };
  document.addEventListener("htmx:afterSettle", counted);
  counted();

  // Ticks: how many are chosen, the row that is chosen, and all of the page at once.
  const ticks = () => all('input[name="task"]');
  const picked = () => {
    const count = ticks().filter((tick) => tick.checked).length;
    const place = document.querySelector("[data-picked]");
    if (place) place.textContent = count ? `\u00a0${count}\u00a0件` : "";
    ticks().forEach((tick) => tick.closest("tr").setAttribute("aria-selected", String(tick.checked)));
  };
  const offer = () => all("[data-pick-all]").forEach((box) => { box.hidden = false; });
  offer();
  document.addEventListener("htmx:afterSettle", offer);
  // The list looks after itself while the page is in sight. Rows never move under a hand: with ticks or the mouse on the
  // list it only says that something changed; a row that has the focus keeps it.
  const LOOK_MS = 10000;
  const list = () => document.querySelector("[data-live]");
  const look = () => { if (list() && !document.hidden) window.htmx.trigger(list(), "desk:look"); };
  let asked = false;
  let focused = null;
  if (list()) setInterval(look, LOOK_MS);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-look]")) return;
    asked = true;
    look();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!event.target.hasAttribute("data-live") || event.detail.xhr.status !== 200) return;
    const busy = event.target.matches(":hover") || ticks().some((tick) => tick.checked);
    if (busy && !asked) {
      event.detail.shouldSwap = false;
      event.target.querySelector("[data-stale]").hidden = false;
      return;
    }
    asked = false;
    const row = document.activeElement.closest("tr[id]");
    focused = row && row.id;
  });
  document.addEventListener("htmx:afterSettle", () => {
    const row = focused && document.getElementById(focused);
    focused = null;
    if (row) row.querySelector("a").focus();
    picked();
  });

  all("[data-without-script]").forEach((button) => { button.hidden = true; });
  document.addEventListener("change", (event) => {
    if (event.target.hasAttribute("data-pick-all")) ticks().forEach((tick) => { tick.checked = event.target.checked; });
    if (event.target.name === "task" || event.target.hasAttribute("data-pick-all")) picked();
    if (event.target.name.startsWith("point-")) counted();
    if (event.target.hasAttribute("data-submit")) event.target.form.requestSubmit();
  });
})();
