// The kiosk in the hall: a pad of digits for the code, and back to the buttons when nobody is there any more.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const back = document.querySelector("[data-back]");
  if (back) setTimeout(() => back.click(), Number(back.dataset.back) * 1000);

  const pad = document.querySelector("[data-digits]");
  const code = document.querySelector("#code");
  if (!pad || !code) return;
  const press = (key) => {
    code.value = key === "←" ? code.value.slice(0, -1) : (code.value + key).slice(0, 6);
  };
  for (const key of ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "←"]) {
    const button = document.createElement("button");
    button.type = "button";
    button.tabIndex = -1;
    button.textContent = key;
    button.addEventListener("click", () => press(key));
    pad.append(button);
  }
  pad.hidden = false;
});
