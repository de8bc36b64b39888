// Scanning bags: a keyboard-wedge scanner types a code and Enter, faster than a page answers. Codes wait in a row, the
// field is free at once, each answer is shown and heard. Without this file the form posts as any other.
(() => {
  "use strict";
  const form = document.querySelector("form[data-scan]");
  const live = document.querySelector("#live");
  if (!form || !live) return;
  const field = form.querySelector("input[name=code]");
  const waiting = [];
  let busy = false;
  let sound = null;

  const tone = (hertz, from, seconds) => {
    const source = sound.createOscillator();
    const volume = sound.createGain();
    source.frequency.value = hertz;
    volume.gain.value = 0.15;
    source.connect(volume).connect(sound.destination);
    source.start(sound.currentTime + from);
    source.stop(sound.currentTime + from + seconds);
  };
  // One high tone: counted. Two low ones: look at the screen.
  const beep = (good) => {
    sound ||= new AudioContext();
    if (good) tone(1320, 0, 0.09);
    else [0, 0.22].forEach((from) => tone(220, from, 0.16));
  };

  const fail = (words) => {
    const line = document.createElement("p");
    line.className = "word word-red scan-said";
    line.setAttribute("role", "alert");
    line.textContent = words;
    live.querySelector("[role=status]").replaceChildren(line);
    beep(false);
  };

  const next = async () => {
    if (busy || !waiting.length) return;
    busy = true;
    const code = waiting.shift();
    const body = new URLSearchParams(new FormData(form));
    body.set("code", code);
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
      if (answer.headers.get("HX-Redirect")) location.assign(answer.headers.get("HX-Redirect"));
      const text = await answer.text();
      if (!text.includes("data-heard")) throw new Error(String(answer.status));
      live.innerHTML = text;
      beep(Boolean(live.querySelector("[data-heard=yes]")));
    } catch {
      fail(`${code} 没有记上，网络或系统没有应答。请再扫一次。`);
    }
    busy = false;
    next();
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (field.value.trim()) waiting.push(field.value.trim());
    field.value = "";
    field.focus();
    next();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") field.blur();
  });
})();
