// Small conveniences. Every page works without this file; nothing here decides anything.
"use strict";

const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
// Captured, so that a question or a guard comes before htmx acts on the same event.
const on = (name, act) => document.addEventListener(name, act, true);

function stop(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

// Things that need a script are shown only where there is one. Runs again for every fragment.
function enliven(inside) {
  all("[data-copy][hidden], [data-print][hidden], [data-tick-all][hidden]", inside).forEach((button) => (button.hidden = false));
  all("[data-focus]", inside).forEach((summary) => summary.focus());
  all("[data-flash]:not([data-seen])", inside).forEach(showFlash);
}

// Good news leaves after eight seconds, unless somebody is reading it; a refusal stays until it is closed.
function showFlash(flash) {
  flash.dataset.seen = "";
  const close = element("button", "flash-close", "✕");
  close.type = "button";
  close.setAttribute("aria-label", "关闭这条消息");
  close.addEventListener("click", () => flash.remove());
  flash.append(close);
  if (flash.dataset.flash !== "good") return;
  const leave = () => (flash.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : flash.remove());
  setTimeout(leave, 8000);
}

function say(kind, text) {
  const flash = element("div", `notice notice-${kind}`, "");
  flash.dataset.flash = kind;
  flash.append(element("div", "notice-body", text));
  const place = document.getElementById("flashes");
  if (!place) return;
  place.append(flash);
  showFlash(flash);
}

// The clipboard interface exists only over TLS; on a plain intranet the old command still works.
async function copy(button) {
  const value = button.dataset.copy;
  try {
    await navigator.clipboard.writeText(value);
  } catch {
    const box = element("textarea", "hidden", value);
    button.after(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  }
  const word = button.querySelector("span");
  word.textContent = "已复制";
  setTimeout(() => (word.textContent = "复制"), 2000);
}

// Without a script the server asks for confirmation on a page of its own; here it is asked in place.
function ask(question, button) {
  const dialog = element("dialog", "dialog", "");
  const bar = element("div", "toolbar", "");
  const no = element("button", "button button-secondary", "取消");
  const yes = element("button", "button button-danger", button.textContent.trim() || "确定");
  bar.append(no, yes);
  dialog.append(element("p", "", question), bar);
  dialog.setAttribute("aria-label", question);
  document.body.append(dialog);
  no.addEventListener("click", () => dialog.close());
  yes.addEventListener("click", () => {
    button.dataset.confirmed = "";
    dialog.close();
    button.click();
  });
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
  no.focus();
}

on("click", (event) => {
  const button = event.target.closest("button, a");
  if (!button) return;
  if ("copy" in button.dataset) copy(button);
  if ("print" in button.dataset) window.print();
  if (!button.dataset.confirm) return;
  if ("confirmed" in button.dataset) return void delete button.dataset.confirmed;
  stop(event);
  ask(button.dataset.confirm, button);
});

// The bar that says the network is away. What was typed stays in the page.
function showOffline(text) {
  const bar = document.querySelector(".offline-bar") || element("div", "offline-bar", "");
  bar.setAttribute("role", "alert");
  bar.textContent = text;
  document.body.append(bar);
}

const AWAY = "网络不通，内容未丢失，请恢复网络后重试。";
window.addEventListener("offline", () => showOffline(AWAY));
window.addEventListener("online", () => all(".offline-bar").forEach((bar) => bar.remove()));

// A second press of a button must not send a form twice; a form that cannot arrive is not sent at all.
on("submit", (event) => {
  const form = event.target;
  if (!navigator.onLine) {
    stop(event);
    return showOffline(AWAY);
  }
  if (form.method !== "post") return;
  if ("busy" in form.dataset) return stop(event);
  form.dataset.busy = "";
  delete form.dataset.dirty;
  setTimeout(() => delete form.dataset.busy, 8000);
});
window.addEventListener("pageshow", () => all("form[data-busy]").forEach((form) => delete form.dataset.busy));

// Leaving a half-filled form asks first.
on("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) form.dataset.dirty = "";
});
window.addEventListener("beforeunload", (event) => {
  if (!document.querySelector("form[data-dirty]")) return;
  event.preventDefault();
  event.returnValue = "";
});

// Ticked rows are counted beside the batch buttons; the box in the heading ticks the whole page of the list.
on("change", (event) => {
  const box = event.target;
  if (!box.matches("[data-tick], [data-tick-all]")) return;
  if ("tickAll" in box.dataset) all("[data-tick]", box.closest("table")).forEach((one) => (one.checked = box.checked));
  const count = all("[data-tick]:checked").length;
  all("[data-ticked]").forEach((place) => (place.textContent = count ? `（已选 ${count} 条）` : ""));
});

// “/” goes to the search box; j and k (or the arrows) walk the rows of a list by their first link.
on("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
  if (event.key === "/") {
    const box = document.querySelector("[data-search]") || document.querySelector("[data-search-main]");
    if (!box) return;
    event.preventDefault();
    return box.select();
  }
  const step = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) walkRows(event, step);
});

function walkRows(event, step) {
  const links = all("[data-rows] tbody tr").map((row) => row.querySelector("a")).filter(Boolean);
  const here = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  // The arrows scroll the page until somebody is in the list.
  if (!links.length || (here < 0 && event.key.startsWith("Arrow"))) return;
  event.preventDefault();
  const next = Math.min(Math.max(here + step, 0), links.length - 1);
  links[next].focus();
  links[next].scrollIntoView({ block: "nearest" });
}

// htmx: a refusal that names its place is shown there; any other is said in words, never swallowed.
on("htmx:beforeSwap", (event) => {
  if (!event.detail.xhr.getResponseHeader("HX-Retarget")) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});
on("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  if (status === 401) return window.location.reload();
  say("bad", status >= 500 ? "系统暂时出错，内容未丢失，请稍后重试。" : "没有完成，内容未丢失。请刷新页面后再试。");
});
on("htmx:sendError", () => showOffline(AWAY));
on("htmx:timeout", () => showOffline(AWAY));
on("htmx:afterRequest", (event) => {
  delete event.target.dataset.busy;
  if (event.detail.successful) all(".offline-bar").forEach((bar) => bar.remove());
});
on("htmx:load", (event) => enliven(event.detail.elt));

enliven(document);
