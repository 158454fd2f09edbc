// Completes words of the rule language while they are typed. Without it the words stand in docs and refusals say what was meant.
"use strict";

const MOST_WORDS = 12;
const WORD_BEFORE = /[\p{L}\p{N}_·]+$/u;
let box = null;

// The words that continue what stands before the cursor: those that begin with it first, then those that contain it.
function matching(typed) {
  const options = all("#words option").map((each) => ({ word: each.value, what: each.label }));
  const starts = options.filter(({ word }) => word.startsWith(typed) && word !== typed);
  const holds = options.filter(({ word }) => word.includes(typed) && !word.startsWith(typed));
  return [...starts, ...holds].slice(0, MOST_WORDS);
}

function before(field) {
  const found = WORD_BEFORE.exec(field.value.slice(0, field.selectionStart));
  return found ? found[0] : "";
}

function shut() {
  if (!box) return;
  box.field.removeAttribute("aria-activedescendant");
  box.list.remove();
  box = null;
}

function choose(place) {
  box.chosen = (place + box.items.length) % box.items.length;
  box.items.forEach((item, each) => item.setAttribute("aria-selected", String(each === box.chosen)));
  box.items[box.chosen].scrollIntoView({ block: "nearest" });
  box.field.setAttribute("aria-activedescendant", box.items[box.chosen].id);
}

function take(word) {
  const { field } = box;
  const end = field.selectionStart;
  field.setRangeText(word, end - before(field).length, end, "end");
  shut();
  field.dispatchEvent(new Event("input", { bubbles: true }));
  shut();
}

function offer(field) {
  shut();
  const typed = before(field);
  const found = typed && !/^\p{N}+$/u.test(typed) ? matching(typed) : [];
  if (!found.length) return;
  const list = element("ul", "completions", "");
  list.id = `${field.id}-words`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "可用的词");
  const items = found.map(({ word, what }, place) => {
    const item = element("li", "", word);
    item.id = `${list.id}-${place}`;
    item.setAttribute("role", "option");
    item.append(element("small", "", what));
    item.addEventListener("mousedown", (event) => {
      event.preventDefault();
      take(word);
    });
    return item;
  });
  list.append(...items);
  field.after(list);
  field.setAttribute("aria-controls", list.id);
  box = { field, list, items, words: found.map(({ word }) => word), chosen: -1 };
}

on("input", (event) => {
  if (event.target.matches("[data-words]")) offer(event.target);
});
on("focusout", (event) => {
  if (event.target.matches("[data-words]")) shut();
});

// Arrows move, Enter or Tab takes, Escape closes; nothing is taken that was not chosen.
on("keydown", (event) => {
  if (!box || event.target !== box.field) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    stop(event);
    choose(box.chosen < 0 && event.key === "ArrowUp" ? -1 : box.chosen + (event.key === "ArrowDown" ? 1 : -1));
  } else if ((event.key === "Enter" || event.key === "Tab") && box.chosen >= 0) {
    stop(event);
    take(box.words[box.chosen]);
  } else if (event.key === "Escape") {
    stop(event);
    shut();
  }
});
