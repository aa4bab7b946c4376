// Progressive enhancement only: every page works without this file.
"use strict";
(() => {
  const zh = document.documentElement.lang.startsWith("zh");
  const say = (cn, en) => (zh ? cn : en);
  const csrf = () => document.querySelector('meta[name="csrf"]')?.content ?? "";
  // What the page sends by itself has a key of its own, so that sending it again does it once.
  const freshKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const clock = () => new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" }).format(new Date());

  // One press, one act: a second press on the same form does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
    if (question && !window.confirm(question)) { event.preventDefault(); return; }
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    form.dataset.clean = "1";
    event.submitter?.classList.add("busy");
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
    for (const button of document.querySelectorAll(".btn.busy")) button.classList.remove("busy");
  });

  // A password can be looked at while it is typed, and is covered again before it leaves.
  for (const input of document.querySelectorAll("input[type=password]")) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn link reveal" });
    const show = (open) => { input.type = open ? "text" : "password"; button.textContent = open ? say("隐藏密码", "Hide the password") : say("显示密码", "Show the password"); };
    button.setAttribute("aria-controls", input.id);
    button.addEventListener("click", () => { show(input.type === "password"); input.focus(); });
    input.form?.addEventListener("submit", () => show(false));
    input.after(button);
    show(false);
  }

  // Forms marked data-autosave="/address" send their fields after a pause; the server answers
  // {"saved":"10:42","version":7} or plain 204. The line marked data-saved always tells the truth.
  const autosave = (form) => {
    const line = form.querySelector("[data-saved]") ?? document.querySelector("[data-saved]");
    const tell = (text, bad) => { if (line) { line.textContent = text; line.classList.toggle("bad", Boolean(bad)); } };
    let timer = 0;
    let changes = 0;
    let underWay = null;
    const send = async () => {
      const sent = changes;
      const body = new URLSearchParams();
      for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
      body.set("request_key", freshKey());
      tell(say("正在保存…", "Saving…"));
      underWay = new AbortController();
      try {
        const answer = await fetch(form.dataset.autosave, { method: "POST", body, headers: { "X-CSRF": csrf(), Accept: "application/json" }, credentials: "same-origin", signal: underWay.signal });
        if (!answer.ok) throw new Error(String(answer.status));
        const told = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
        const version = form.elements.namedItem("version");
        if (told.version && version) version.value = told.version;
        if (sent === changes) form.dataset.clean = "1";
        const at = told.saved ?? clock();
        tell(say(`已保存 ${at}`, `Saved ${at}`) + (told.version ? say(` · 第 ${told.version} 版`, ` · version ${told.version}`) : ""));
      } catch {
        tell(say("没有保存上。您填的内容还在本页，请稍后再试或点“保存”。", "Not saved. What you typed is still on this page; try again or press Save."), true);
      }
    };
    form.addEventListener("input", () => { changes += 1; clearTimeout(timer); timer = setTimeout(send, 1200); });
    form.addEventListener("submit", () => { clearTimeout(timer); underWay?.abort(); });
  };

  // Leaving with unsaved words asks first (data-warn, and every autosaved form).
  const guard = (form) => {
    form.dataset.clean = "1";
    form.addEventListener("input", () => { delete form.dataset.clean; });
  };
  window.addEventListener("beforeunload", (event) => {
    const dirty = [...document.querySelectorAll("form[data-warn], form[data-autosave]")].some((form) => !form.dataset.clean);
    if (dirty) event.preventDefault();
  });

  // Filters apply when a choice changes (data-live); words wait for Enter or the button.
  for (const form of document.querySelectorAll("form[data-live]")) {
    form.addEventListener("change", (event) => { if (event.target.matches("select, [type=checkbox], [type=radio], [type=date]")) form.requestSubmit(); });
  }

  // Files: drag onto the zone; with data-upload each file goes up by itself and shows its progress.
  const upload = (zone, list, file) => {
    const row = document.createElement("li");
    const name = Object.assign(document.createElement("span"), { className: "name", textContent: file.name });
    const state = Object.assign(document.createElement("span"), { className: "size", textContent: say("等待", "Waiting") });
    const bar = Object.assign(document.createElement("progress"), { max: 100, value: 0 });
    bar.setAttribute("aria-label", file.name);
    row.append(document.createElement("span"), name, state, bar);
    list.append(row);
    const data = new FormData();
    for (const field of zone.closest("form").querySelectorAll("input[type=hidden]")) data.append(field.name, field.value);
    data.set("request_key", freshKey());
    data.append(zone.querySelector("input[type=file]").name, file);
    const request = new XMLHttpRequest();
    request.open("POST", zone.dataset.upload);
    request.setRequestHeader("X-CSRF", csrf());
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = Math.round((100 * event.loaded) / event.total); });
    request.upload.addEventListener("load", () => { bar.removeAttribute("value"); state.textContent = say("正在读取", "Reading"); });
    return () => new Promise((done) => {
      state.textContent = say("上传中", "Uploading");
      request.addEventListener("loadend", () => {
        const good = request.status >= 200 && request.status < 300;
        let why = "";
        let told = "";
        try {
          const answer = JSON.parse(request.responseText);
          why = answer.error?.message ?? "";
          told = answer.told ?? "";
        } catch { why = ""; }
        bar.remove();
        state.textContent = good ? told || say("已上传", "Uploaded") : say("没有上传成功", "Not uploaded");
        if (!good) row.append(Object.assign(document.createElement("span"), { className: "why", textContent: why || say("请重试，或换一个文件。", "Try again, or choose another file.") }));
        done(good);
      });
      request.send(data);
    });
  };
  for (const zone of document.querySelectorAll("[data-drop]")) {
    const input = zone.querySelector("input[type=file]");
    const list = zone.parentElement.querySelector(".files");
    for (const type of ["dragenter", "dragover"]) zone.addEventListener(type, (event) => { event.preventDefault(); zone.classList.add("over"); });
    for (const type of ["dragleave", "drop"]) zone.addEventListener(type, (event) => { event.preventDefault(); zone.classList.remove("over"); });
    zone.addEventListener("drop", (event) => { input.files = event.dataTransfer.files; input.dispatchEvent(new Event("change", { bubbles: true })); });
    if (!zone.dataset.upload || !list) continue;
    // One after the other: the server counts versions of the application, and a slow line is not shared.
    input.addEventListener("change", async () => {
      list.replaceChildren();
      const waiting = [...input.files].map((file) => upload(zone, list, file));
      let good = 0;
      for (const send of waiting) good += (await send()) ? 1 : 0;
      input.value = "";
      if (good > 0 && good === waiting.length) { window.location.reload(); return; }
      // What was refused stays in sight; only the rest of the page is fetched again.
      if (good === 0) return;
      const text = await fetch(window.location.href, { credentials: "same-origin" }).then((answer) => answer.text()).catch(() => "");
      const fresh = new DOMParser().parseFromString(text, "text/html");
      for (const part of ["[data-saved]", ".aside", "#filed"]) {
        const [old, next] = [document.querySelector(part), fresh.querySelector(part)];
        if (old && next) old.replaceWith(document.adoptNode(next));
      }
    });
  }

  // Forms marked data-progress="what the server does" show how far their file is, and then that the
  // server works. The answer is a page and takes the place of this one, as without a script.
  const progress = (form) => {
    const bar = Object.assign(document.createElement("progress"), { max: 100 });
    const words = document.createElement("span");
    const share = document.createElement("span");
    const told = document.createElement("p");
    const line = Object.assign(document.createElement("div"), { className: "sending", hidden: true });
    bar.setAttribute("aria-label", say("进度", "Progress"));
    words.setAttribute("role", "status");
    share.setAttribute("aria-hidden", "true");
    told.append(words, share);
    line.append(told, bar);
    form.append(line);
    const works = () => { bar.hidden = false; bar.removeAttribute("value"); share.textContent = ""; words.textContent = form.dataset.progress; };
    const failed = () => {
      delete form.dataset.sent;
      form.querySelector(".btn.busy")?.classList.remove("busy");
      line.classList.add("bad");
      bar.hidden = true;
      share.textContent = "";
      words.textContent = say("连接中断，文件没有送达。请检查网络后再按一次。", "The connection was lost and the file did not arrive. Check the network, then press again.");
    };
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) return;
      const files = [...form.querySelectorAll("input[type=file]")];
      if (files.length > 0 && files.every((input) => input.files.length === 0)) return;
      line.hidden = false;
      line.classList.remove("bad");
      if (files.length === 0) { works(); return; }
      event.preventDefault();
      bar.hidden = false;
      bar.value = 0;
      words.textContent = say("正在上传…", "Uploading…");
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "text/html");
      request.upload.addEventListener("progress", (step) => {
        if (!step.lengthComputable) return;
        bar.value = Math.round((100 * step.loaded) / step.total);
        share.textContent = `${bar.value} %`;
      });
      request.upload.addEventListener("load", works);
      request.addEventListener("error", failed);
      request.addEventListener("load", () => {
        // Sent on to another page, for example to the sign-in.
        if (request.responseURL !== form.action) { window.location.assign(request.responseURL); return; }
        document.open();
        document.write(request.responseText);
        document.close();
      });
      request.send(new FormData(form));
    });
    window.addEventListener("pageshow", (event) => { if (event.persisted) line.hidden = true; });
  };
  for (const form of document.querySelectorAll("form[data-progress]")) progress(form);

  // An error summary takes the focus, so that it is read first.
  const summary = document.querySelector(".errors[tabindex]");
  if (summary) summary.focus();
  // Escape closes an open confirm panel and returns to its button.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector("details.confirm[open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
  });
  for (const form of document.querySelectorAll("form[data-warn], form[data-autosave]")) guard(form);
  for (const form of document.querySelectorAll("form[data-autosave]")) autosave(form);
  for (const button of document.querySelectorAll("[data-print]")) { button.hidden = false; button.addEventListener("click", () => window.print()); }
})();
