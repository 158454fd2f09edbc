// Adding a provision by selecting its words. Without this file the quotation is pasted into the form by hand.
"use strict";

(() => {
  const bar = document.querySelector("[data-quote-bar]");
  if (!bar) return;

  // The clause in which a selection begins and ends, and its first and last place in the clause's words.
  function selected() {
    const selection = document.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const words = range.startContainer.parentElement?.closest("[data-clause]");
    if (!words || !words.contains(range.endContainer)) return null;
    const before = document.createRange();
    before.setStart(words, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const starts = before.toString().length;
    const quote = range.toString();
    return quote.trim() ? { path: words.dataset.clause, starts, ends: starts + quote.length, quote } : null;
  }

  // A form that is open for the same clause takes the words itself: what was typed in it stays.
  function fill(found) {
    const form = document.querySelector("#add form");
    if (!form || form.elements.path.value !== found.path) return false;
    form.elements.quote.value = found.quote;
    form.elements.starts.value = found.starts;
    form.elements.quote.dispatchEvent(new Event("input", { bubbles: true }));
    form.elements.quote.focus();
    return true;
  }

  let found = null;
  document.addEventListener("selectionchange", () => {
    const now = selected();
    // The selection goes when a link is pressed; what was selected last still counts then.
    if (!now) return void setTimeout(() => selected() || (bar.hidden = true), 400);
    found = now;
    bar.hidden = false;
    for (const link of bar.querySelectorAll("a")) {
      const asked = new URLSearchParams({ add: link.dataset.kind, path: now.path, starts: now.starts, ends: now.ends });
      link.href = `${bar.dataset.quoteBar}?${asked}#add`;
    }
  });
  bar.addEventListener("click", (event) => {
    if (!event.target.closest("a") || !found || !fill(found)) return;
    event.preventDefault();
    bar.hidden = true;
  });
})();
