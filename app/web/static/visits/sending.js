// Sending drafts: once each, removed only after a receipt whose hash is the one taken here. Whatever else comes back,
// the draft stays and says why.
"use strict";

const SAYS = {
  offline: "没有信号，恢复后自动发送。",
  "sign-in": "登录已过期，重新登录后自动发送。",
  other: "本机登录的不是填写人，由填写人登录后发送。",
  403: "登录已更换，请刷新页面后重新发送。",
  404: "这家企业不在您的派驻范围内，服务器没有接收。内容还在本机。",
  409: "服务器已用同一编号收到另外的内容，没有再次保存。请核对台账后放弃这一份，或打开修改后另存。",
  413: "内容过大，服务器没有接收。请减少照片后重试。",
  differs: "服务器保存的内容与本机不一致，这一份没有删除。请到台账核对。",
  failed: "服务器暂时没有接收，稍后自动重试。",
};

// Who is signed in and the form token of the session; throws one of the keys of SAYS.
async function session() {
  // Whoever is not signed in is led to the sign-in page; following that would look like an answer.
  const asked = { headers: { accept: "application/json", "X-Background": "1" }, redirect: "manual" };
  const answer = await reached(() => fetch("/visits/session", asked));
  if (answer.type === "opaqueredirect" || answer.status === 401) throw new Error("sign-in");
  if (!answer.ok) throw new Error("failed");
  return answer.json();
}

async function reached(ask) {
  try {
    return await ask();
  } catch {
    throw new Error("offline");
  }
}

async function post(address, token, fields, hash) {
  const body = new FormData();
  fields.forEach(([name, value]) => body.append(name, value));
  const headers = { accept: "application/json", "x-csrf-token": token };
  const answer = await reached(() => fetch(address, { method: "POST", body, headers }));
  if (answer.status === 422) throw new Error(Object.values((await answer.json()).errors).join(" "));
  if (answer.status === 401) throw new Error("sign-in");
  if (!answer.ok) throw new Error(SAYS[answer.status] ? String(answer.status) : "failed");
  const receipt = await answer.json();
  if (receipt.digest !== hash) throw new Error("differs");
  return receipt;
}

// One draft: its words first, then its photos one by one, each gone from the device once it is acknowledged.
async function sendDraft(draft, token) {
  if (!draft.address) {
    const receipt = await post(draft.to, token, [...draft.pairs, ["key", draft.key]], digestOf(draft.pairs));
    draft.address = receipt.address;
    await drafts.put(draft);
  }
  while (draft.photos.length) {
    const [photo] = draft.photos;
    const hash = sha256(new Uint8Array(await photo.blob.arrayBuffer()));
    await post(draft.photosTo, token, [["visit", draft.key], ["key", photo.key], ["photo", photo.blob, "photo.jpg"]], hash);
    draft.photos.shift();
    await drafts.put(draft);
  }
  await drafts.remove(draft.key);
  return draft.address;
}

// Every draft of this person that is ready; returns the addresses of what was sent. Two tabs take turns.
let underWay = null;
function sendAll(owner) {
  underWay = underWay || sendReady(owner).finally(() => (underWay = null));
  return underWay;
}

async function sendReady(owner) {
  const ready = (await drafts.of(owner)).filter((draft) => draft.state === "ready");
  const sent = new Map();
  if (!ready.length) return sent;
  let signedIn = null;
  for (const draft of ready) {
    try {
      signedIn = signedIn || (await session());
      if (signedIn.owner !== owner) throw new Error("other");
      sent.set(draft.key, await sendDraft(draft, signedIn.token));
    } catch (error) {
      draft.error = error.message;
      await drafts.put(draft);
      if (["offline", "sign-in", "other"].includes(error.message)) await saveError(ready, error.message);
      if (["offline", "sign-in", "other"].includes(error.message)) break;
    }
  }
  await countUnsent();
  return sent;
}

async function saveError(ready, error) {
  const left = new Set((await drafts.all()).map((draft) => draft.key));
  await Promise.all(ready.filter((draft) => left.has(draft.key)).map((draft) => drafts.put({ ...draft, error })));
}

const said = (error) => SAYS[error] || error || "等待发送。";
