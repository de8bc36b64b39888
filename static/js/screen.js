// The call screen speaks the newest call once, when somebody switched the voice on: browsers allow sound after a press.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const button = document.querySelector("[data-voice]");
  if (!button || !("speechSynthesis" in window)) return;
  button.hidden = false;
  let on = false;
  let said = "";

  const speak = () => {
    const now = document.querySelector("[data-call]");
    if (!on || !now || now.dataset.call === said) return;
    said = now.dataset.call;
    const number = now.dataset.number.split("").join(" ");
    const words = new SpeechSynthesisUtterance(`请 ${number} 号，到 ${now.dataset.counter} 号窗口`);
    words.lang = "zh-CN";
    words.rate = 0.9;
    speechSynthesis.speak(words);
  };

  button.addEventListener("click", () => {
    on = !on;
    button.textContent = on ? "关掉语音" : "打开语音";
    button.setAttribute("aria-pressed", String(on));
    speak();
  });
  document.addEventListener("htmx:afterSettle", speak);
});
