// Keeps today's visits and their forms for when there is no signal. It reaches nothing outside /visits/, answers from
// the network whenever there is one, and keeps the pages of one person for a day.
"use strict";

const PAGES = "tidu-visits-";
const FILES = "tidu-files";
const LONGEST = 24 * 60 * 60 * 1000;
const PATIENCE = 8000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.waitUntil(keep(event.data).then((kept) => event.source.postMessage({ kept }))));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (pathname.startsWith("/static/")) event.respondWith(fileFor(request));
  else if (request.mode === "navigate") event.respondWith(pageFor(request));
});

async function keep({ owner, pages, files }) {
  const [own, assets] = [await caches.open(PAGES + owner), await caches.open(FILES)];
  // What was kept for an earlier version or an earlier list of firms goes.
  await Promise.all((await own.keys()).filter((held) => !pages.includes(new URL(held.url).pathname)).map((held) => own.delete(held)));
  await Promise.all((await assets.keys()).filter((held) => !files.some((file) => held.url.endsWith(file))).map((held) => assets.delete(held)));
  await Promise.all(files.map(async (file) => (await assets.match(file)) || assets.add(file)));
  for (const page of pages) {
    const answer = await fetch(page, { headers: { "X-Background": "1" } });
    if (answer.ok && !answer.redirected) await own.put(page, answer);
  }
  return (await own.keys()).length;
}

async function fileFor(request) {
  return (await caches.match(request)) || fetch(request);
}

// A page from the network; without one, after a while, or where the site is down, the page that was kept.
async function pageFor(request) {
  const slow = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  const asked = fetch(request).catch(() => undefined);
  const answer = await Promise.race([asked, slow]);
  if (answer && answer.status < 502) return answer;
  const held = await caches.match(new URL(request.url).pathname);
  if (held && Date.now() - Date.parse(held.headers.get("date")) < LONGEST) return held;
  return answer || (await asked) || unreachable();
}

function unreachable() {
  const words = "<!doctype html><html lang=zh-CN><meta charset=utf-8><meta name=viewport content='width=device-width'><title>没有信号</title><h1>没有信号</h1><p>这一页没有存在本机。请恢复网络后重试，或打开<a href='/visits/today'>今日走访</a>。</p></html>";
  return new Response(words, { status: 503, headers: { "content-type": "text/html; charset=utf-8" } });
}
