// 核验: is the PDF in one's hands the one that was issued? Hashed here and compared; nothing is sent. Without this file
// (or without WebCrypto, which browsers give to https alone) the panel stays hidden and the printed fingerprint is read.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const panel = document.querySelector("[data-compare]");
  if (!panel || !window.crypto?.subtle) return;
  const words = [...panel.querySelectorAll("[data-said] > *")];
  const say = (which) => words.forEach((word) => (word.hidden = !word.matches(`[data-${which}]`)));

  const compare = async (file) => {
    if (!file) return;
    try {
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
      const hex = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      say(hex === panel.dataset.compare ? "same" : "other");
    } catch {
      say("unread");
    }
  };

  const input = panel.querySelector("input");
  input.addEventListener("change", () => compare(input.files[0]).then(() => (input.value = "")));
  panel.addEventListener("dragover", (event) => event.preventDefault());
  panel.addEventListener("drop", (event) => {
    event.preventDefault();
    compare(event.dataTransfer.files[0]);
  });
  panel.hidden = false;
});
