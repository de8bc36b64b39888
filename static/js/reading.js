// 读给我听: the text of the page, line by line, from its heading on. Stops at a press and goes on there at the next one.
// Only voices on the device itself: a case read by a voice of somebody's server would leave the house. Without one no button.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const row = document.querySelector("[data-read]");
  const main = document.querySelector("#main");
  const speech = window.speechSynthesis;
  if (!row || !main || !speech) return;
  const button = row.querySelector("button");
  const words = row.querySelector("span");
  const place = `read:${location.pathname}`;
  let reading = null;

  const voice = () => speech.getVoices().find((one) => one.localService && /^(zh|cmn)/i.test(one.lang));
  const remembered = () => Number(sessionStorage.getItem(place)) || 0;
  const lines = () => {
    const all = main.innerText.split("\n").map((line) => line.trim());
    const heading = main.querySelector("h1").innerText.trim();
    return all.slice(Math.max(all.indexOf(heading), 0)).filter((line) => line && line !== words.textContent);
  };
  const show = () => {
    row.hidden = !voice();
    words.textContent = reading ? "先不读了" : remembered() ? "接着读" : "读给我听";
  };
  const stop = (line) => {
    reading = null;
    if (line) sessionStorage.setItem(place, line);
    else sessionStorage.removeItem(place);
    speech.cancel();
    show();
  };
  const say = (run, line) => {
    if (reading !== run) return;
    if (line >= run.lines.length) return stop(0);
    run.line = line;
    const said = new SpeechSynthesisUtterance(run.lines[line]);
    said.voice = voice();
    said.lang = "zh-CN";
    said.rate = 0.9;
    said.onend = () => say(run, line + 1);
    said.onerror = () => reading === run && stop(line);
    speech.speak(said);
  };

  button.addEventListener("click", () => {
    if (reading) return stop(reading.line);
    const all = lines();
    const from = remembered() < all.length ? remembered() : 0;
    reading = { lines: all, line: from };
    show();
    say(reading, from);
  });
  // Another answer makes another text: what was read is no longer what stands there.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (main.contains(event.target)) stop(0);
  });
  window.addEventListener("pagehide", () => reading && stop(reading.line));
  speech.addEventListener("voiceschanged", show);
  show();
});
