// The hash of what is sent, as app/visits/content.py takes it of what was kept: a draft goes only when the two agree.
// Written out here because browsers offer theirs over TLS only, and some intranets have none.
"use strict";

const ROUNDS = (() => {
  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((prime) => n % prime)) primes.push(n);
  const fraction = (root) => Math.floor((root - Math.floor(root)) * 2 ** 32) | 0;
  return { steps: primes.map((prime) => fraction(Math.cbrt(prime))), start: primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime))) };
})();

// SHA-256 of some bytes, as sixty-four hexadecimal digits.
function sha256(bytes) {
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(padded.length - 4, (bytes.length << 3) >>> 0);
  const state = Int32Array.from(ROUNDS.start);
  const words = new Int32Array(64);
  for (let at = 0; at < padded.length; at += 64) mixIn(state, words, view, at);
  return [...state].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

function mixIn(state, words, view, at) {
  const turn = (word, by) => (word >>> by) | (word << (32 - by));
  for (let i = 0; i < 16; i += 1) words[i] = view.getInt32(at + i * 4);
  for (let i = 16; i < 64; i += 1) {
    const early = turn(words[i - 15], 7) ^ turn(words[i - 15], 18) ^ (words[i - 15] >>> 3);
    const late = turn(words[i - 2], 17) ^ turn(words[i - 2], 19) ^ (words[i - 2] >>> 10);
    words[i] = (words[i - 16] + early + words[i - 7] + late) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUNDS.steps[i] + words[i]) | 0;
    const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] = (state[i] + word) | 0));
}

// What a form says: [name, value] pairs, sorted, without blanks; files and what belongs to the sending are left out.
function contentOf(form) {
  const apart = new Set(["csrf_token", "key", "photos"]);
  const said = [...new FormData(form)].filter(([name, value]) => !apart.has(name) && typeof value === "string");
  const plain = said.map(([name, value]) => [name, value.replace(/\r\n?/g, "\n").trim()]).filter(([, value]) => value);
  const before = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
  return plain.sort((one, other) => before(one[0], other[0]) || before(one[1], other[1]));
}

function digestOf(pairs) {
  return sha256(new TextEncoder().encode(JSON.stringify(pairs)));
}

// An id for a draft or a photo. Browsers offer randomUUID over TLS only.
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
