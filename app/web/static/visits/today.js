// 今日走访: keeps this page and its forms for when there is no signal, and sends the drafts of whoever is signed in.
"use strict";

const page = document.querySelector(".visits");
const owner = Number(page.dataset.owner);
const panel = document.getElementById("drafts");

// The worker keeps what this page links to; a plain intranet without TLS has no workers, and drafts wait all the same.
async function keepForLater() {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register(page.dataset.worker, { scope: "/visits/" });
  const { active } = await navigator.serviceWorker.ready;
  const pages = [location.pathname, ...[...document.querySelectorAll("[data-keep]")].map((link) => link.getAttribute("href"))];
  const files = [...document.querySelectorAll('link[rel="stylesheet"], link[rel="icon"], link[rel="manifest"]')].map((link) => link.getAttribute("href"));
  const scripts = [...document.querySelectorAll("script[src], .topbar img")].map((each) => each.getAttribute("src"));
  active.postMessage({ owner, pages, files: [...files, ...scripts, page.dataset.form] });
}

// Said only once everything is there: until then nobody should rely on it.
navigator.serviceWorker &&
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    page.querySelector("[data-kept]").textContent = `已存好 ${data.kept - 1} 家企业的表单，没有信号也可以打开和填写。`;
  });

async function showDrafts() {
  const mine = await drafts.of(owner);
  const others = (await drafts.all()).length - mine.length;
  panel.hidden = !mine.length && !others;
  panel.querySelector("ul").replaceChildren(...mine.map(item));
  const words = mine.some((draft) => draft.error === "sign-in") ? signIn() : "";
  panel.querySelector("[data-sending]").replaceChildren(others ? `本机另有他人的草稿 ${others} 条，由本人登录后发送。` : "", words);
}

function signIn() {
  return Object.assign(document.createElement("a"), { href: "/sign-in?next=/visits/today", textContent: "重新登录" });
}

function item(draft) {
  const line = document.createElement("li");
  const open = Object.assign(document.createElement("a"), { href: `${draft.to}/new?draft=${draft.key}`, textContent: draft.name });
  const day = (draft.pairs.find(([name]) => name === "visited_on") || ["", ""])[1];
  const state = draft.state === "typing" ? "还没有保存，点名称继续填写。" : said(draft.error);
  const photos = draft.photos.length ? `，照片 ${draft.photos.length} 张` : "";
  const words = Object.assign(document.createElement("p"), { className: "muted", textContent: `${day}${photos}　${draft.address ? "文字已收到。" : ""}${state}` });
  const away = Object.assign(document.createElement("button"), { type: "button", className: "button button-quiet", textContent: "放弃" });
  away.setAttribute("aria-label", `放弃${draft.name}的草稿`);
  away.dataset.confirm = `放弃${draft.name}的这份走访？没有发送的内容将从本机删除。`;
  away.addEventListener("click", () => drafts.remove(draft.key).then(showDrafts));
  line.append(open, words, away);
  return line;
}

async function send() {
  await showDrafts();
  const sent = await sendAll(owner);
  await showDrafts();
  if (sent.size) panel.hidden = false;
  if (sent.size) panel.querySelector("[data-sending]").textContent = `已发送 ${sent.size} 条。`;
}

panel.querySelector("[data-send]").addEventListener("click", send);
window.addEventListener("online", send);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send());
keepForLater().catch(() => {});
send().catch(() => {});
