// The receipt's QR code: #number.code fills the form and leaves the address bar at once. Without this file one types.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("[data-query]");
  document.querySelector("[data-focus]")?.focus();
  const [number, code] = decodeURIComponent(location.hash.slice(1)).split(".");
  if (!form || !number || !code) return;
  history.replaceState(null, "", location.pathname);
  form.elements.number.value = number.slice(0, 40);
  form.elements.code.value = code.slice(0, 20);
  form.querySelector("button").focus();
});
