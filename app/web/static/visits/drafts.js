// Drafts of visits on this device, each under its own id and its owner; and forgetting them when somebody signs out.
// A draft: {key, owner, firm, name, to, photosTo, pairs, photos: [{key, blob}], state: typing|ready, error, address, at}.
"use strict";

const KEPT = "tidu-visits";

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(KEPT, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("drafts", { keyPath: "key" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function inDrafts(mode, act) {
  const base = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const change = base.transaction("drafts", mode);
      const asked = act(change.objectStore("drafts"));
      change.oncomplete = () => resolve(asked.result);
      change.onerror = change.onabort = () => reject(change.error);
    });
  } finally {
    base.close();
  }
}

const drafts = {
  all: () => inDrafts("readonly", (store) => store.getAll()),
  of: async (owner) => (await drafts.all()).filter((draft) => draft.owner === owner).sort((one, other) => one.at - other.at),
  put: (draft) => inDrafts("readwrite", (store) => store.put(draft)),
  remove: (key) => inDrafts("readwrite", (store) => store.delete(key)),
};

// Pages kept for one person are not for the next one who signs in on the same device.
async function forgetPagesOfOthers() {
  const mine = document.body.dataset.user;
  if (!mine || !window.caches) return;
  const names = (await caches.keys()).filter((name) => name.startsWith(`${KEPT}-`) && name !== `${KEPT}-${mine}`);
  await Promise.all(names.map((name) => caches.delete(name)));
}

async function forgetEverything() {
  if (window.caches) await Promise.all((await caches.keys()).filter((name) => name.startsWith(KEPT)).map((name) => caches.delete(name)));
  indexedDB.deleteDatabase(KEPT);
}

// Signing out forgets what the device holds, so whoever has something unsent is asked first.
let unsent = 0;
async function countUnsent() {
  unsent = (await drafts.all()).length;
}

window.addEventListener(
  "click",
  (event) => {
    const button = event.target.closest('form[action="/sign-out"] button');
    if (!button || !unsent || "confirmed" in button.dataset) return void (button && delete button.dataset.confirmed);
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(`本机还有 ${unsent} 条走访没有发送，退出后会从本机删除。确定退出？`, button);
  },
  true,
);
window.addEventListener("submit", (event) => void (event.target.matches('form[action="/sign-out"]') && forgetEverything()), true);

// A browser that keeps nothing (some private windows) still has the plain forms.
forgetPagesOfOthers().catch(() => {});
countUnsent().catch(() => {});
