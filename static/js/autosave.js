// The one form saves itself: a second after the last key, again after a fault, and never over another page's newer text.
// The server decides field by field (applications/filling.py, merge); this file sends, waits, and says where things stand.
// Everything works without it: then the button saves.
(() => {
  "use strict";
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;

  const PAUSE = 1000, PATIENCE = 15000, WAITS = [2, 4, 8, 15, 30, 60]; // milliseconds; seconds before another try
  const line = document.getElementById("saved");
  const store = `draft:${form.dataset.autosave}:${location.pathname}`;
  let dirty = false; // something was typed that no request has carried yet
  let flying = null; // the promise of the request under way
  let pending = null; // what was sent and not answered: it is sent again as it was, so that its answer cannot be missed
  let failures = 0;
  let timer = 0;
  let state = "saved";
  let leaving = false;

  const say = (name, html) => {
    if (state === name && !html) return;
    state = name;
    line.dataset.state = name;
    const template = form.querySelector(`template[data-state="${name}"]`);
    if (html) line.innerHTML = html;
    else line.replaceChildren(template.content.cloneNode(true));
    if (name === "both") line.querySelector("a").href = `#${form.querySelector("[data-both]:not(:empty)").closest("[data-field]").querySelector("input:not([type=hidden]), textarea").id}`;
  };

  // ── what cannot be sent now is kept in this tab's own storage: gone with the tab, with the save and with signing out;
  //    identity numbers are never written there, because the computer may be a shared one
  const keep = () => {
    const kept = [];
    for (const [name, value] of new FormData(form)) {
      const box = form.querySelector(`[name="${CSS.escape(name)}"]`);
      const field = box && box.closest("[data-field]");
      if (field && !field.hasAttribute("data-private")) kept.push([name, value]);
    }
    try {
      sessionStorage.setItem(store, JSON.stringify(kept));
    } catch (refused) {
      if (!(refused instanceof DOMException)) throw refused; // storage full or switched off: the page itself still has it
    }
  };
  const forget = () => sessionStorage.removeItem(store);

  const restore = () => {
    const kept = JSON.parse(sessionStorage.getItem(store) || "[]");
    if (!kept.length) return;
    const names = new Set(kept.map(([name]) => name));
    for (const box of form.elements) {
      if (box.type === "checkbox" || box.type === "radio") {
        const field = box.closest("[data-field]");
        if (field && names.has(`_seen.${field.dataset.field}`)) box.checked = kept.some(([name, value]) => name === box.name && value === box.value);
      } else if (names.has(box.name) && box.name !== "_shown") {
        box.value = kept.find(([name]) => name === box.name)[1];
      }
    }
    say("restored");
    dirty = true;
    save();
  };

  // ── sending
  const token = () => form.elements.csrfmiddlewaretoken;
  const send = async (body) => {
    const stop = new AbortController();
    const late = setTimeout(() => stop.abort(), PATIENCE);
    try {
      return await fetch(form.dataset.autosave, { method: "POST", body, redirect: "manual", signal: stop.signal });
    } finally {
      clearTimeout(late);
    }
  };
  // Signing in again gives the browser another token: it is read from the page as the server would send it now.
  const renew = async () => {
    const answer = await fetch(location.href, { redirect: "manual" });
    if (!answer.ok) return false;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = fresh.querySelector("form[data-autosave] [name=csrfmiddlewaretoken]");
    if (!found) return false;
    token().value = found.value;
    return true;
  };

  const take = (answer) => {
    for (const [code, seen] of Object.entries(answer.seen)) form.elements[`_seen.${code}`].value = seen;
    for (const field of form.querySelectorAll("[data-field]")) {
      const place = field.querySelector("[data-both]");
      const choice = document.createElement("template");
      choice.innerHTML = answer.both[field.dataset.field] || "";
      const other = (of) => of.querySelector("[name=_mine]")?.value; // names the text that the other page saved
      if (other(place) !== other(choice.content)) place.replaceChildren(choice.content);
    }
    if (Object.keys(answer.both).length) {
      keep();
      say("both");
    } else if (dirty) {
      keep();
      say("typing");
      timer = setTimeout(save, 0); // what was typed while an older try went out
    } else {
      forget();
      say("saved", answer.saved);
    }
  };

  const again = (name) => {
    keep();
    say(name);
    const seconds = WAITS[Math.min(failures, WAITS.length - 1)];
    failures += 1;
    clearTimeout(timer);
    timer = setTimeout(save, seconds * 1000);
  };

  const attempt = async () => {
    clearTimeout(timer);
    if (!pending) {
      pending = new FormData(form);
      dirty = false;
    }
    if (state !== "restored") say("saving");
    let answer;
    try {
      pending.set("csrfmiddlewaretoken", token().value);
      answer = await send(pending);
      if (answer.status === 403 && (await renew())) {
        pending.set("csrfmiddlewaretoken", token().value);
        answer = await send(pending);
      }
    } catch (fault) {
      if (!(fault instanceof TypeError) && fault.name !== "AbortError") throw fault;
      again(navigator.onLine ? "retrying" : "offline");
      return;
    }
    if (answer.type === "opaqueredirect" || answer.status === 403) {
      again("signed-out");
    } else if (answer.status === 404 || answer.status === 409) {
      pending = null;
      keep();
      say("gone");
    } else if (!answer.ok) {
      again("retrying");
    } else {
      pending = null;
      failures = 0;
      take(await answer.json());
    }
  };

  const save = () => {
    if (!flying) {
      flying = attempt().finally(() => {
        flying = null;
      });
    }
    return flying;
  };
  // Until all that was typed is stored, or there is a reason why not.
  const flush = async () => {
    await flying;
    while ((dirty || pending) && state !== "gone") {
      const before = failures;
      await save();
      if (failures > before) return false;
    }
    return state !== "gone";
  };

  // ── when
  const typed = (event) => {
    if (!event.target.closest("[data-field]") || state === "gone") return;
    dirty = true;
    if (["saved", "both"].includes(state)) say("typing");
    if (failures) {
      keep();
      return; // the next try takes it along
    }
    clearTimeout(timer);
    timer = setTimeout(() => flying ? flying.then(save) : save(), PAUSE);
  };
  form.addEventListener("input", typed);
  form.addEventListener("change", typed);

  const now = () => {
    if (failures && (dirty || pending)) save();
  };
  window.addEventListener("online", now);
  window.addEventListener("focus", now);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && now());
  window.addEventListener("offline", () => say("offline"));

  window.addEventListener("pagehide", () => {
    if (!leaving && dirty && !failures) {
      pending = new FormData(form);
      dirty = false;
      navigator.sendBeacon(form.dataset.autosave, pending);
    }
  });
  window.addEventListener("pageshow", (event) => {
    leaving = false;
    if (event.persisted && pending) save();
  });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && failures) event.preventDefault();
  });

  // ── the buttons send the page only when the way there is free; what was typed is never sent into a sign-in page
  form.addEventListener("submit", async (event) => {
    if (leaving) return;
    event.preventDefault();
    const button = event.submitter;
    await new Promise((done) => setTimeout(done)); // within its own submit event a form refuses to be submitted
    if ((await flush()) && (!button || button.isConnected)) {
      leaving = true;
      forget(); // the page carries it itself now
      if (button) form.requestSubmit(button);
      else form.requestSubmit();
    } else {
      line.scrollIntoView({ block: "nearest" });
    }
  });

  // Signed out in whatever tab: nothing of the form stays behind in this browser.
  new BroadcastChannel("portal").addEventListener("message", forget);

  restore();
})();
