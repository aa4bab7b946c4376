// Checks a receipt of the audit trail in the browser. Nothing is sent anywhere; without this file the
// form of the page lets the server check.
"use strict";
(() => {
  const zh = document.documentElement.lang.startsWith("zh");
  const say = (cn, en) => (zh ? cn : en);
  const answer = document.getElementById("answer");
  const form = document.getElementById("receipt-form");
  const text = form.elements.namedItem("receipt");
  const acts = JSON.parse(answer.dataset.acts);
  const encoder = new TextEncoder();

  class NoProof extends Error {}
  const fail = (cn, en) => { throw new NoProof(say(cn, en)); };

  const ofHex = (hex) => {
    if (typeof hex !== "string" || !/^([0-9a-f]{2})*$/.test(hex)) fail("凭证无效：十六进制内容无法读取。", "The receipt proves nothing: a hexadecimal value cannot be read.");
    return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  };
  const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const ofBase64 = (coded) => {
    try { return Uint8Array.from(atob(coded), (c) => c.charCodeAt(0)); } catch { return fail("凭证无效：内容无法解码。", "The receipt proves nothing: its content cannot be decoded."); }
  };
  const joined = (...parts) => {
    const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) { all.set(part, at); at += part.length; }
    return all;
  };
  const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);
  const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

  // The bytes of a line: fields led by their length as four bytes (docs/concepts/audit-trail.md).
  const NAMES = ["form", "seq", "sealed_at", "sealed_nanos", "id", "at", "at_nanos", "actor_role", "act", "enterprise_id", "application_id", "subject", "from_state", "to_state", "blinded"];
  const fieldsOf = (bytes) => {
    const view = new DataView(bytes.buffer);
    const fields = {};
    let at = 0;
    for (const name of NAMES) {
      if (at + 4 > bytes.length) fail("凭证无效：记录的内容无法读取。", "The receipt proves nothing: the bytes of its line cannot be read.");
      const length = view.getUint32(at);
      at += 4;
      if (at + length > bytes.length) fail("凭证无效：记录的内容无法读取。", "The receipt proves nothing: the bytes of its line cannot be read.");
      fields[name] = bytes.slice(at, at + length);
      at += length;
    }
    const words = (name) => new TextDecoder().decode(fields[name]);
    if (at !== bytes.length || words("form") !== "suanquan audit line v1") fail("凭证无效：记录的内容无法读取。", "The receipt proves nothing: the bytes of its line cannot be read.");
    const number = (name) => (fields[name].length === 8 ? Number(new DataView(fields[name].buffer).getBigInt64(0)) : 0);
    return { seq: number("seq"), sealedAt: number("sealed_at"), at: number("at"), act: words("act"), subject: words("subject") };
  };

  const noteOf = (note) => {
    const lines = String(note).split("\n");
    const [origin, size, root, time, after, empty, signature] = lines;
    const coded = /^— (.*) ([A-Za-z0-9+/=]+)$/.exec(signature ?? "");
    if (lines.length < 7 || !/^\d+$/.test(size) || !time.startsWith("time ") || !after.startsWith("after ") || empty !== "" || !coded) {
      fail("凭证无效：校验点无法读取。", "The receipt proves nothing: its checkpoint cannot be read.");
    }
    const named = ofBase64(coded[2]);
    return { origin, size: Number(size), root: ofBase64(root), time: time.slice(5), signed: encoder.encode(`${lines.slice(0, 5).join("\n")}\n`), keyHash: named.slice(0, 4), signature: named.slice(4) };
  };

  const signedBy = async (key, note) => {
    const hash = await sha256(joined(encoder.encode(`${note.origin}\n`), Uint8Array.of(1), key));
    if (!same(hash.slice(0, 4), note.keyHash)) return false;
    let imported;
    try {
      imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
    } catch {
      return null;
    }
    return crypto.subtle.verify({ name: "Ed25519" }, imported, note.signature, note.signed);
  };

  // The time of a stamp by RFC 3161, if it is one of this note: the time stands after the hash of what was
  // stamped, behind a number. Its signature is not checked here.
  const stampedAt = async (coded, note) => {
    if (coded === undefined) return null;
    const bad = () => fail("凭证不完整：时间戳不是这个校验点的。", "The receipt is not whole: its time stamp is not one of this checkpoint.");
    const bytes = ofBase64(coded);
    const hash = await sha256(encoder.encode(note));
    for (let at = 0; at + 32 <= bytes.length; at += 1) {
      if (!same(bytes.slice(at, at + 32), hash)) continue;
      const time = at + 34 + bytes[at + 33];
      const text = bytes[at + 32] === 2 && bytes[time] === 24 ? new TextDecoder().decode(bytes.slice(time + 2, time + 2 + bytes[time + 1])) : "";
      const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z$/.exec(text);
      if (parts) return Date.UTC(parts[1], parts[2] - 1, parts[3], parts[4], parts[5], parts[6]) / 1000;
    }
    return bad();
  };

  const check = async (content) => {
    let receipt;
    try { receipt = JSON.parse(content); } catch { receipt = null; }
    if (receipt?.form !== "suanquan receipt v1" || !Array.isArray(receipt.path)) {
      fail("这不是算券的留痕凭证，请核对文件。", "This is no receipt of Suanquan; look at the file again.");
    }
    const bytes = ofBase64(receipt.line);
    const line = fieldsOf(bytes);
    const note = noteOf(receipt.checkpoint);
    let hash = await sha256(joined(Uint8Array.of(0), bytes));
    for (const step of receipt.path) {
      const sibling = ofHex(step.hash);
      hash = await sha256(step.side === "left" ? joined(Uint8Array.of(1), sibling, hash) : joined(Uint8Array.of(1), hash, sibling));
    }
    if (!same(hash, note.root) || line.seq < 1 || line.seq > note.size) {
      fail("凭证无效：记录与校验点的根不相符，内容被改动过。", "The receipt proves nothing: the line does not lead to the root, so something was changed.");
    }
    const key = ofHex(receipt.public_key);
    const signed = await signedBy(key, note);
    if (signed === false) fail("凭证无效：校验点的签名不对。", "The receipt proves nothing: the checkpoint is not signed by the key of the receipt.");
    const stamped = await stampedAt(receipt.stamp, receipt.checkpoint);
    return { line, note, stamped, key: receipt.public_key, signed, ours: answer.dataset.keys.split(" ").includes(receipt.public_key) };
  };

  const beijing = (seconds) => new Intl.DateTimeFormat(zh ? "zh-CN" : "en-GB", { dateStyle: "long", timeStyle: "medium", timeZone: "Asia/Shanghai" }).format(new Date(seconds * 1000));
  const show = (kind, sentence, facts) => {
    const card = document.createElement("section");
    card.className = "card";
    const told = document.createElement("div");
    told.className = `flash ${kind}`;
    told.textContent = sentence;
    card.append(told);
    const list = document.createElement("dl");
    list.className = "facts";
    for (const [term, value] of facts) {
      const row = document.createElement("div");
      const [dt, dd] = [document.createElement("dt"), document.createElement("dd")];
      dt.textContent = term;
      dd.textContent = value;
      row.append(dt, dd);
      list.append(row);
    }
    if (facts.length) card.append(list);
    answer.replaceChildren(card);
  };
  const tell = ({ line, note, stamped, key, signed, ours }) => {
    const facts = [
      [say("事项", "Step"), acts[line.act] ?? line.act],
      [say("对象", "Subject"), line.subject],
      [say("时间（北京）", "Time (Beijing)"), beijing(line.at)],
      [say("序号", "Place"), String(line.seq)],
      [say("封存时间", "Sealed"), beijing(line.sealedAt)],
      [say("签名时间", "Signed"), beijing(Date.parse(note.time) / 1000)],
      [say("审计链", "Trail"), note.origin],
      [say("共", "Lines"), String(note.size)],
      [say("根", "Root"), toHex(note.root).slice(0, 16).match(/.{4}/g).join(" ")],
      [say("公钥", "Public key"), key],
      [say("时间戳", "Time stamp"), stamped === null ? "" : say(`${beijing(stamped)}（机构的签名未在本机核对）`, `${beijing(stamped)} (the signature of its authority is not checked here)`)],
    ].filter(([, value]) => value !== "");
    if (signed === null) {
      show("warn", say("记录与校验点的根相符。但这个浏览器不能核对 Ed25519 签名，请换用新版浏览器，或交服务器核对。", "The line leads to the root of the checkpoint. But this browser cannot check an Ed25519 signature: use a newer one, or let the server check."), facts);
    } else if (!ours) {
      show("warn", say("凭证本身完整，但签名的密钥不是本页所列的本系统公钥。", "The receipt is whole in itself, but the key that signed it is none of those on this page."), facts);
    } else {
      show("ok", say("凭证有效：这条记录在签名时已在审计链中，签名是本系统的密钥。本机核对，没有联网。", "The receipt is good: the line stood in the audit trail when it was signed, by a key of this system. Checked on this computer, without the network."), facts);
    }
  };
  const run = async () => {
    try {
      tell(await check(text.value.trim()));
    } catch (why) {
      show("bad", why instanceof NoProof ? why.message : say("凭证无法读取。", "The receipt cannot be read."), []);
    }
  };

  // Pages that are not served securely have no hash functions; then the server has to check.
  if (!globalThis.crypto?.subtle) {
    show("warn", say("这个页面不是安全连接，浏览器不能在本机核对；可以交服务器核对。", "This page is not served securely, so the browser cannot check by itself; the server can."), []);
    return;
  }
  const [here, there, fileField, file] = ["here", "there", "file-field", "file"].map((id) => document.getElementById(id));
  here.hidden = false;
  fileField.hidden = false;
  there.type = "submit";
  here.addEventListener("click", run);
  const read = async (chosen) => {
    if (!chosen) return;
    text.value = await chosen.text();
    await run();
  };
  file.addEventListener("change", () => read(file.files[0]));
  form.addEventListener("dragover", (event) => event.preventDefault());
  form.addEventListener("drop", (event) => { event.preventDefault(); read(event.dataTransfer.files[0]); });
})();
