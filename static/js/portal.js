// Everywhere: keep focus after a swap, close open menus, go to the summary of mistakes. Pages work without this file.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const summary = document.querySelector(".errors[role=alert]");
  if (summary) summary.focus();
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.removeAttribute("open");
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.removeAttribute("open");
    menu.querySelector("summary").focus();
  }
});

// A button that has sent its form cannot send it twice; the server refuses a second one anyway.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button || event.defaultPrevented) return;
  setTimeout(() => {
    button.setAttribute("aria-disabled", "true");
    button.disabled = true;
  }, 0);
  setTimeout(() => {
    button.removeAttribute("aria-disabled");
    button.disabled = false;
  }, 8000);
});

document.addEventListener("htmx:afterSettle", (event) => {
  const wanted = event.target.querySelector && event.target.querySelector("[data-focus]");
  if (wanted) wanted.focus();
});

// A choice made before htmx had the page in hand (a slow line, a form the browser filled in again) is answered too.
document.addEventListener("htmx:load", (event) => {
  for (const ask of event.detail.elt.querySelectorAll(".ask")) {
    const boxes = [...ask.querySelectorAll("input")];
    if (boxes.some((box) => box.checked !== box.defaultChecked)) ask.dispatchEvent(new Event("change", { bubbles: true }));
  }
});

// Printing: the button, and every fold open, because paper cannot be clicked.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
window.addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("details.fold:not([open])")) {
    fold.open = true;
    fold.dataset.printed = "yes";
  }
});
window.addEventListener("afterprint", () => {
  for (const fold of document.querySelectorAll("details[data-printed]")) {
    fold.open = false;
    delete fold.dataset.printed;
  }
});

// Copying: by the browser's clipboard; without a secure address the text is selected and copied the old way.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const box = document.getElementById(button.dataset.copy);
  let done = false;
  try {
    await navigator.clipboard.writeText(box.value);
    done = true;
  } catch {
    box.select();
    done = document.execCommand("copy");
  }
  button.querySelector("span").textContent = done ? button.dataset.done : "请选中了再复制";
});

// Signing out: what a form kept in this tab goes, and the other tabs hear of it.
document.addEventListener("submit", (event) => {
  if (!event.target.action.endsWith("/sign-out/")) return;
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith("draft:")) sessionStorage.removeItem(key);
  }
  new BroadcastChannel("portal").postMessage("signed out");
});
