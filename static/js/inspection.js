// 一同核查 on the phone: what is typed is kept in this browser at once and sent a moment later, again when the net is back.
// Without it the two buttons of the form do the same.
(() => {
  "use strict";
  const photo = document.querySelector("[data-photo]");
  if (photo) photo.addEventListener("change", () => photo.files.length && photo.form.requestSubmit());

  const form = document.querySelector("form[data-visit]");
  if (!form) return;
  const PAUSE = 1000, AGAIN = 5000; // milliseconds
  const store = `visit:${form.dataset.visit}`;
  const line = form.querySelector("[data-visit-said]");
  let timer = 0;

  const values = () => Object.fromEntries([...new FormData(form)].filter(([name]) => /^(p\.|n\.|remark$)/.test(name)));
  const say = (text) => {
    line.textContent = text;
  };
  const forget = () => localStorage.removeItem(store);

  const keep = async () => {
    clearTimeout(timer);
    const sent = JSON.stringify(values());
    const body = new FormData(form);
    body.set("act", "keep");
    try {
      const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
      if (answer.status === 204) {
        if (localStorage.getItem(store) === sent) forget();
        say("已存");
        return true;
      }
      say(answer.status === 409 ? "没有存上：核查改期、取消了，或者同事已经查完，请刷新" : "没有存上，先记在这台手机里，请刷新后登录");
    } catch (fault) {
      if (!(fault instanceof TypeError)) throw fault;
      say("没有网，先记在这台手机里，有网就存");
      timer = setTimeout(keep, AGAIN);
    }
    return false;
  };

  form.addEventListener("input", () => {
    localStorage.setItem(store, JSON.stringify(values()));
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  });
  window.addEventListener("online", () => localStorage.getItem(store) && keep());

  // The buttons leave the page only when the net is there: a lost page would take the typed words along.
  let sure = false;
  form.addEventListener("submit", async (event) => {
    if (sure) return;
    event.preventDefault();
    const button = event.submitter;
    if (!(await keep()) || (button && "keep" in button.dataset)) return;
    sure = true;
    if (button) form.requestSubmit(button);
    else form.requestSubmit();
  });

  const before = localStorage.getItem(store);
  if (before) {
    for (const [name, value] of Object.entries(JSON.parse(before))) {
      const box = form.elements.namedItem(name);
      if (box) box.value = value;
    }
    keep();
  }

  // Signed out in whatever tab: nothing of the visit stays behind on this phone.
  new BroadcastChannel("portal").addEventListener("message", forget);
})();
