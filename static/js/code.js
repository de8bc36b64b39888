// The countdown on the button that sends another code. Without this file the button works and the server says how long.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const button = document.querySelector("[data-wait]");
  if (!button) return;
  const ready = Date.now() + Number(button.dataset.wait) * 1000;
  const tick = () => {
    const left = Math.ceil((ready - Date.now()) / 1000);
    button.disabled = left > 0;
    button.textContent = left > 0 ? `没收到？${left}\u00a0秒后可以再发` : button.dataset.ready;
    if (left > 0) setTimeout(tick, 250);
  };
  tick();
});
