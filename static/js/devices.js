// The devices of a counter. One interface, three of them: card.read() → {name, id_number}, camera.take() → File,
// pad.sign() → File or null. Each has something beside it that works without the device: the keyboard, a chosen file,
// a signature on paper. `data-devices` of the body says what is there: "demo" for stand-ins that say so, or the
// address of the card reader's local service, which answers GET with {"name": …, "id_number": …}.
(() => {
  "use strict";
  const there = document.body.dataset.devices || "";
  const demo = there === "demo";
  const DEMO_CARDS = [
    { name: "张婷", id_number: "32072419880315002X" },
    { name: "王磊", id_number: "320724197508200018" },
  ];
  const PATIENCE = 15000; // milliseconds to lay the card on the reader

  let laid = -1;
  const card = {
    ready: Boolean(there),
    async read() {
      if (demo) {
        laid = (laid + 1) % DEMO_CARDS.length;
        return DEMO_CARDS[laid];
      }
      const answer = await fetch(there, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    },
  };

  const picture = (canvas, name, type) =>
    new Promise((done) => {
      canvas.toBlob((blob) => done(new File([blob], name, { type })), type, 0.9);
    });
  const stamp = () => new Date().toTimeString().slice(0, 8).replaceAll(":", "");

  // One frame for camera and pad: a dialogue with its buttons, gone with Escape.
  const ask = (title, inside, buttons) =>
    new Promise((answer) => {
      const dialog = document.createElement("dialog");
      dialog.className = "device";
      dialog.setAttribute("aria-label", title);
      const head = document.createElement("h2");
      head.textContent = title;
      const row = document.createElement("div");
      row.className = "actions";
      for (const [word, value, style] of buttons) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = `btn ${style}`;
        button.textContent = word;
        button.addEventListener("click", () => {
          if (typeof value === "function") value();
          else dialog.close(value);
        });
        row.append(button);
      }
      dialog.append(head, inside, row);
      dialog.addEventListener("close", () => {
        dialog.remove();
        answer(dialog.returnValue);
      });
      document.body.append(dialog);
      dialog.showModal();
    });

  const drawn = (width, height) => {
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#ffffff";
    pen.fillRect(0, 0, width, height);
    return [canvas, pen];
  };

  const demoPage = (what) => {
    const [canvas, pen] = drawn(1240, 1754);
    pen.fillStyle = "#8a1c1c";
    pen.font = "bold 72px sans-serif";
    pen.fillText("演示影像，不是真的材料", 120, 220);
    pen.fillStyle = "#333333";
    pen.font = "48px sans-serif";
    pen.fillText(what, 120, 340);
    pen.fillText(new Date().toLocaleString("zh-CN"), 120, 420);
    return canvas;
  };

  const camera = {
    ready: demo || Boolean(navigator.mediaDevices && navigator.mediaDevices.getUserMedia),
    async take(what) {
      if (demo) return picture(demoPage(what), `演示影像${stamp()}.jpg`, "image/jpeg");
      const size = { width: { ideal: 3264 }, height: { ideal: 2448 } };
      const stream = await navigator.mediaDevices.getUserMedia({ video: size });
      const video = document.createElement("video");
      video.autoplay = true;
      video.muted = true;
      video.srcObject = stream;
      try {
        const said = await ask(`高拍仪：${what}`, video, [["拍下来", "take", "btn-primary"], ["不拍，选文件", "", "btn-quiet"]]);
        if (said !== "take") return null;
        const [canvas, pen] = drawn(video.videoWidth, video.videoHeight);
        pen.drawImage(video, 0, 0);
        return await picture(canvas, `高拍仪${stamp()}.jpg`, "image/jpeg");
      } finally {
        stream.getTracks().forEach((track) => track.stop());
      }
    },
  };

  // A pen display writes pointer events like a mouse: no vendor's program is needed.
  const pad = {
    ready: true,
    async sign(what) {
      const [canvas, pen] = drawn(900, 360);
      canvas.className = "pad";
      pen.lineWidth = 5;
      pen.lineCap = pen.lineJoin = "round";
      pen.strokeStyle = "#10203a";
      let strokes = 0;
      const at = (event) => [(event.offsetX * canvas.width) / canvas.clientWidth, (event.offsetY * canvas.height) / canvas.clientHeight];
      canvas.addEventListener("pointerdown", (event) => {
        canvas.setPointerCapture(event.pointerId);
        pen.beginPath();
        pen.moveTo(...at(event));
      });
      canvas.addEventListener("pointermove", (event) => {
        if (!canvas.hasPointerCapture(event.pointerId)) return;
        pen.lineTo(...at(event));
        pen.stroke();
        strokes += 1;
      });
      const again = () => {
        pen.fillRect(0, 0, canvas.width, canvas.height);
        strokes = 0;
      };
      const said = await ask(`请在这里签字：${what}`, canvas, [["签好了", "signed", "btn-primary"], ["重签", again, "btn-quiet"], ["改为在纸上签", "", "btn-plain"]]);
      return said === "signed" && strokes > 3 ? picture(canvas, `签字板签字${stamp()}.png`, "image/png") : null;
    },
  };

  const say = (button, text) => {
    const place = button.closest("form").querySelector("[data-device-said]");
    if (place) place.textContent = text;
  };
  const put = (box, file) => {
    const held = new DataTransfer();
    held.items.add(file);
    box.files = held.files;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const acts = {
    async card(button) {
      say(button, demo ? "演示读卡器在读…" : "请把身份证放在读卡器上…");
      const read = await card.read();
      const form = button.closest("form");
      for (const [name, value] of Object.entries(read)) {
        const box = form.elements.namedItem(button.dataset[name === "name" ? "cardName" : "cardNumber"] || name);
        if (!box) continue;
        box.value = value;
        box.dispatchEvent(new Event("change", { bubbles: true }));
      }
      say(button, demo ? `演示读卡器：${read.name}，人是编的` : `读到：${read.name}`);
      if (button.dataset.cardGo) form.requestSubmit();
    },
    async camera(button) {
      const file = await camera.take(button.dataset.what || "");
      if (file) put(button.closest("form").querySelector("input[type=file]"), file);
    },
    async pad(button) {
      const form = button.closest("form");
      const file = await pad.sign(button.dataset.what || "");
      if (!file) return;
      put(form.querySelector("input[type=file]"), file);
      form.elements.namedItem("how").value = "pad";
      form.requestSubmit();
    },
  };
  const FAILED = {
    card: "读卡器没有应答，请照证件输。",
    camera: "没有接高拍仪，或者没有允许用，请选文件。",
    pad: "签字板用不了，请在纸上签。",
  };

  const devices = { card, camera, pad };
  const show = () => {
    for (const button of document.querySelectorAll("[data-device][hidden]")) {
      button.hidden = !devices[button.dataset.device].ready;
    }
  };
  show();
  document.addEventListener("htmx:afterSwap", show);
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-device]");
    if (!button) return;
    button.disabled = true;
    try {
      await acts[button.dataset.device](button);
    } catch (fault) {
      console.warn(fault);
      say(button, FAILED[button.dataset.device]);
    } finally {
      button.disabled = false;
    }
  });
})();
