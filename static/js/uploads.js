// Files one after another, each with its progress; files dropped on a tile; pages put in order by pulling.
// Everything here works by plain forms and buttons as well.
(() => {
  "use strict";
  const LARGEST = 30 * 1024 * 1024;
  const megabytes = (bytes) => `${(bytes / 1048576).toFixed(1)}\u00a0MB`;

  // The tile is swapped after each file, so its parts are looked up anew each time.
  const parts = (id) => {
    const form = document.getElementById(id)?.querySelector("form.actions[data-send-each]");
    return { bar: form?.querySelector("progress"), said: form?.querySelector("[data-upload-said]"), stop: form?.querySelector("[data-upload-stop]") };
  };

  const show = (id, sentence, share) => {
    const { bar, said, stop } = parts(id);
    if (said) said.textContent = sentence;
    if (bar) {
      bar.hidden = share === undefined;
      bar.value = share ?? 0;
    }
    if (stop) stop.hidden = share === undefined;
  };

  const send = (form, id, file, place) =>
    new Promise((resolve) => {
      const data = new FormData(form);
      data.delete("files");
      data.append("files", file, file.name);
      const request = new XMLHttpRequest();
      const began = Date.now();
      request.open("POST", form.action);
      request.setRequestHeader("HX-Request", "true");
      request.upload.addEventListener("progress", (event) => {
        const left = Math.round((((Date.now() - began) / 1000) * (event.total - event.loaded)) / Math.max(1, event.loaded));
        const wait = left > 2 ? `，约 ${left}\u00a0秒` : "";
        const sentence = event.loaded < event.total
          ? `${place}已传 ${megabytes(event.loaded)}，共 ${megabytes(event.total)}${wait}`
          : `${place}传完了，正在检查文件`;
        show(id, sentence, Math.round((100 * event.loaded) / event.total));
      });
      request.addEventListener("load", () => resolve(request));
      request.addEventListener("error", () => resolve(null));
      request.addEventListener("abort", () => resolve("stopped"));
      const { stop } = parts(id);
      if (stop) stop.onclick = () => request.abort();
      show(id, `${place}正在传`, 0);
      request.send(data);
    });

  const swap = (id, html) => {
    const holder = document.createElement("template");
    holder.innerHTML = html.trim();
    const fresh = holder.content.firstElementChild;
    document.getElementById(id).replaceWith(fresh);
    window.htmx?.process(fresh);
  };

  const SPOKEN = [200, 409, 422];
  const sendAll = async (form, files, focus) => {
    const id = form.closest(".drop").id;
    if (document.getElementById(id).dataset.busy) return;
    const faults = [];
    for (const [index, file] of [...files].entries()) {
      const place = files.length > 1 ? `第 ${index + 1} 个（共 ${files.length} 个）：` : "";
      if (file.size > LARGEST) {
        faults.push(`“${file.name}”有 ${megabytes(file.size)}，超过 30\u00a0MB，没有传。请压缩、拍小一点或者拆开。`);
        continue;
      }
      document.getElementById(id).dataset.busy = "yes";
      const answer = await send(form, id, file, place);
      delete document.getElementById(id).dataset.busy;
      if (answer === "stopped") {
        faults.push("停下了，这个文件没有传。");
        break;
      }
      if (answer && SPOKEN.includes(answer.status)) {
        swap(id, answer.responseText);
        const refused = document.getElementById(id).querySelectorAll(".wrong > span");
        for (const sentence of refused) faults.push(sentence.textContent);
        continue;
      }
      const gone = answer === null ? "网断了" : answer.status === 413 ? "文件太大" : "没有传上去";
      faults.push(`“${file.name}”${gone}，已经传好的都在。请再选一次。`);
      if (answer === null) break;
    }
    // What the tile itself says of its last file is not said twice.
    const told = [...document.getElementById(id).querySelectorAll(".wrong > span")].map((one) => one.textContent);
    const rest = [...new Set(faults)].filter((fault) => !told.includes(fault));
    show(id, faults.length ? rest.join(" ") : "传好了，已保存");
    document.getElementById(focus)?.focus();
  };

  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-send-each]");
    if (!form || event.target.type !== "file" || !event.target.files.length) return;
    const chosen = [...event.target.files];
    event.target.value = ""; // the same file chosen again after a lost network is a change as well
    sendAll(form, chosen, event.target.id);
  });

  // Dropping files on a tile; anywhere else the browser would leave the page to show the file.
  document.addEventListener("dragover", (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    const form = event.target.closest?.(".drop")?.querySelector("form.actions[data-send-each]");
    if (form) sendAll(form, event.dataTransfer.files, "");
  });

  // Pulling a page to its place, by mouse or finger. Letting go sends the order; the buttons do the same by keyboard.
  let pulled = null;
  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest?.("[data-grip]");
    if (!grip) return;
    event.preventDefault();
    pulled = grip.closest("[data-file]");
    pulled.classList.add("is-pulled");
    grip.setPointerCapture(event.pointerId);
  });
  document.addEventListener("pointermove", (event) => {
    if (!pulled) return;
    for (const row of pulled.parentElement.children) {
      if (row === pulled) continue;
      const box = row.getBoundingClientRect();
      if (event.clientY < box.top || event.clientY > box.bottom) continue;
      row[event.clientY < box.top + box.height / 2 ? "before" : "after"](pulled);
      return;
    }
  });
  const letGo = () => {
    if (!pulled) return;
    const row = pulled;
    pulled = null;
    row.classList.remove("is-pulled");
    const order = [...row.parentElement.children].map((one) => one.dataset.file).join(",");
    const form = row.querySelector("form[data-arrange]");
    const values = { ...Object.fromEntries(new FormData(form)), order };
    window.htmx?.ajax("POST", form.action, { target: row.closest(".drop"), swap: "outerHTML", values });
  };
  document.addEventListener("pointerup", letGo);
  document.addEventListener("pointercancel", letGo);
})();
