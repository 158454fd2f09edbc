// The form of a visit: what is typed is kept on the device as it is typed, and sent when there is a signal.
"use strict";

const page = document.querySelector(".visits");
const form = document.querySelector("form[data-visit]");
const owner = Number(page.dataset.owner);
const LONGEST_EDGE = 1600;
const MOST_PHOTOS = 9;
// Days are Beijing days, as on the server, wherever the phone believes to be.
const BEIJING = 8 * 60 * 60 * 1000;
let draft = null;
let saving = null;

function freshDraft() {
  const { visit, name, photosTo } = form.dataset;
  return { key: newKey(), owner, firm: Number(visit), name, to: form.getAttribute("action"), photosTo, pairs: [], photos: [], state: "typing", error: "", address: "", at: Date.now() };
}

// A page that was kept for days must not date today's visit, nor give two visits the same id.
async function begin() {
  const eager = new Set([...form.elements].filter(touched));
  const asked = new URLSearchParams(location.search).get("draft");
  const mine = (await drafts.of(owner)).filter((each) => each.firm === Number(form.dataset.visit));
  const earlier = mine.find((each) => each.key === asked) || mine.reverse().find((each) => each.state === "typing");
  draft = earlier || freshDraft();
  if (earlier) fill(earlier, eager);
  else if (!document.getElementById("error-summary")) form.elements.visited_on.value = new Date(Date.now() + BEIJING).toISOString().slice(0, 10);
  form.elements.key.value = draft.key;
  delete form.dataset.guard;
  showPhotos();
  if (eager.size && saysSomething()) keepSoon();
}

// Whether a person was quicker than this script: what they have typed by then is kept as well, and nothing overwrites it.
function touched(field) {
  if (["checkbox", "radio"].includes(field.type)) return field.checked !== field.defaultChecked;
  return field.defaultValue !== undefined && field.value !== field.defaultValue;
}

function fill(earlier, eager) {
  const held = new Map();
  earlier.pairs.forEach(([name, value]) => held.set(name, [...(held.get(name) || []), value]));
  [...form.elements].filter((field) => !eager.has(field) && field.name && !["csrf_token", "key", "photos"].includes(field.name)).forEach((field) => {
    const values = held.get(field.name) || [];
    if (["checkbox", "radio"].includes(field.type)) field.checked = values.includes(field.value);
    else if (!field.name.startsWith("seen-")) field.value = values[0] || "";
  });
  tell(earlier.error ? said(earlier.error) : "已恢复上次没有保存完的内容。");
}

function tell(words) {
  form.querySelector("[data-saved]").textContent = words;
}

async function keep(state = "typing") {
  clearTimeout(saving);
  Object.assign(draft, { pairs: contentOf(form), state, error: "", at: Date.now() });
  await drafts.put(draft);
}

function keepSoon() {
  clearTimeout(saving);
  saving = setTimeout(() => keep().then(() => tell("已存在本机，尚未发送。")), 300);
}

// What is given to the server is smaller than what the camera made, and holds its pixels only.
async function smaller(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST_EDGE / Math.max(picture.width, picture.height));
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.8));
}

async function addPhotos(input) {
  const refused = [];
  for (const file of [...input.files].slice(0, MOST_PHOTOS - draft.photos.length)) {
    try {
      draft.photos.push({ key: newKey(), blob: await smaller(file) });
    } catch {
      refused.push(file.name);
    }
  }
  input.value = "";
  await keep();
  showPhotos();
  if (refused.length) tell(`读不出这些照片：${refused.join("、")}。请用 JPG、PNG 或 WebP 格式。`);
}

function showPhotos() {
  const list = form.querySelector("[data-chosen]");
  list.replaceChildren(...draft.photos.map((photo, number) => chosen(photo, number + 1)));
}

function chosen(photo, number) {
  const item = document.createElement("li");
  const picture = Object.assign(document.createElement("img"), { alt: `选好的照片 ${number}`, width: 112, height: 112 });
  const reader = new FileReader();
  reader.onload = () => (picture.src = reader.result);
  reader.readAsDataURL(photo.blob);
  const away = Object.assign(document.createElement("button"), { type: "button", className: "button button-quiet", textContent: "去掉" });
  away.setAttribute("aria-label", `去掉照片 ${number}`);
  away.addEventListener("click", async () => {
    draft.photos = draft.photos.filter((each) => each !== photo);
    await keep();
    showPhotos();
  });
  item.append(picture, away);
  return item;
}

async function submit(button) {
  await keep("ready");
  button.disabled = true;
  tell("已存在本机，正在发送……");
  const sent = await sendAll(owner);
  if (sent.has(draft.key)) return location.assign(sent.get(draft.key));
  const kept = (await drafts.all()).find((each) => each.key === draft.key);
  button.disabled = false;
  // What the server refused is mended here; what only waits is listed with the others.
  if (kept && !["offline", "sign-in", "failed"].includes(kept.error)) return tell(said(kept.error));
  if (navigator.serviceWorker && navigator.serviceWorker.controller) return location.assign(form.dataset.today);
  tell(`${said(kept && kept.error)}内容已存在本机，请保留此页或稍后打开“今日走访”。`);
}

function saysSomething() {
  return contentOf(form).some(([name]) => ["topics", "problems", "needs"].includes(name));
}

window.addEventListener(
  "submit",
  (event) => {
    if (event.target !== form || !draft) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!saysSomething()) return tell("请至少选一个主题，或写下问题、需求。");
    submit(form.querySelector(".save-bar button"));
  },
  true,
);

// Where the phone is, only when the person asks for it.
function offerLocation() {
  const place = form.querySelector("[data-locate]");
  if (!window.isSecureContext || !navigator.geolocation) return;
  place.hidden = false;
  const [button, words] = [place.querySelector("button"), place.querySelector("span")];
  button.addEventListener("click", () => {
    words.textContent = "正在定位……";
    const found = ({ coords }) => {
      form.elements.latitude.value = coords.latitude.toFixed(6);
      form.elements.longitude.value = coords.longitude.toFixed(6);
      form.elements.accuracy.value = Math.round(coords.accuracy);
      words.textContent = `已附上位置，误差约 ${Math.round(coords.accuracy)} 米。`;
      keepSoon();
    };
    navigator.geolocation.getCurrentPosition(found, () => (words.textContent = "没有得到位置，不影响保存。"), { timeout: 15000 });
  });
}

begin()
  .then(() => {
    form.addEventListener("input", (event) => event.target.name !== "photos" && keepSoon());
    form.elements.photos.addEventListener("change", (event) => addPhotos(event.target));
    if (form.elements.photos.files.length) addPhotos(form.elements.photos);
    offerLocation();
  })
  .catch(() => (draft = null));
