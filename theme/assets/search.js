// The search page: sections that hold all the words, chapters first, each with a line in which the words are marked.
(function () {
  "use strict";
  const GROUPS = ["In the chapters", "Notation, glossary and other pages at the back", "In the package"];
  const SHOWN = 8; // of each group at first
  const field = document.getElementById("bk-search-field");
  const status = document.getElementById("bk-search-status");
  const results = document.getElementById("search-results");
  const { pages, entries } = window.softRecallIndex;

  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const stem = (word) => (word.length > 3 ? word.replace(/ies$/, "y").replace(/([^s])s$/, "$1") : word);

  /** The words of a text: where each begins and ends, and its stem. */
  function wordsOf(text) {
    return [...text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)].map(({ 0: word, index }) => ({ start: index, end: index + word.length, stem: stem(fold(word)) }));
  }

  let known = null;
  function read() {
    known = known || entries.map(([page, anchor, title, text]) => ({
      page, anchor, title, text, titleWords: wordsOf(title), words: wordsOf(text), pageWords: wordsOf(pages[page][1]),
    }));
    return known;
  }

  /** How well a word of the search fits words of a text: whole words count more than beginnings. */
  function fit(wanted, words, most) {
    let sum = 0;
    for (const { stem: word } of words) if (word.startsWith(wanted)) sum += word === wanted ? 1 : 0.4;
    return Math.min(sum, most);
  }

  /** How well an entry answers; 0 if one of the words is nowhere in it or in the title of its page. */
  function score(entry, wanted, phrase) {
    let sum = 0;
    for (const word of wanted) {
      const inTitle = fit(word, entry.titleWords, 1), inText = fit(word, entry.words, 5);
      const inPage = fit(word, entry.pageWords, 1);
      if (!inTitle && !inText && (!inPage || wanted.length === 1)) return 0;
      sum += 12 * inTitle + 2 * inText + 3 * inPage;
    }
    const isTogether = wanted.length > 1 && fold(`${entry.title} ${entry.text}`).includes(phrase);
    const isTitle = fold(entry.title) === phrase;
    return sum + (isTogether ? 10 : 0) + (isTitle ? 20 : 0);
  }

  /** A text with the words of the search marked. */
  function marked(text, words, wanted, from = 0, to = text.length) {
    const parts = [];
    let at = from;
    for (const { start, end, stem: word } of words) {
      if (start < at || end > to || !wanted.some((one) => word.startsWith(one))) continue;
      const mark = document.createElement("mark");
      mark.textContent = text.slice(start, end);
      parts.push(text.slice(at, start), mark);
      at = end;
    }
    return [...parts, text.slice(at, to)];
  }

  /** The stretch of about 170 characters of a text that holds the most of the words. */
  function stretch({ text, words }, wanted) {
    const hits = words.filter(({ stem: word }) => wanted.some((one) => word.startsWith(one)));
    let best = { start: 0 }, most = 0;
    for (const hit of hits) {
      const near = hits.filter(({ start }) => start >= hit.start && start < hit.start + 110);
      const count = new Set(near.map(({ stem: word }) => wanted.findIndex((one) => word.startsWith(one)))).size + near.length / 100;
      if (count > most) [best, most] = [hit, count];
    }
    const first = words.find(({ start }) => start >= Math.max(0, best.start - 50)) || { start: 0 };
    const from = best.start < 60 ? 0 : first.start;
    const last = words.filter(({ end }) => end <= from + 170).pop() || { end: 170 };
    return [from, text.length - from <= 180 ? text.length : last.end];
  }

  function lineOf(entry, wanted) {
    const [address, pageTitle] = pages[entry.page];
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = address + (entry.anchor && `#${entry.anchor}`);
    link.append(...marked(entry.title || pageTitle, entry.title ? entry.titleWords : entry.pageWords, wanted));
    item.append(link);
    if (entry.title && entry.title !== pageTitle) {
      const where = document.createElement("span");
      where.className = "bk-hit-page";
      where.textContent = pageTitle;
      item.append(" ", where);
    }
    const context = document.createElement("p");
    const [from, to] = stretch(entry, wanted);
    context.className = "context";
    context.append(from ? "… " : "", ...marked(entry.text, entry.words, wanted, from, to), to < entry.text.length ? " …" : "");
    if (entry.text) item.append(context);
    return item;
  }

  function listOf(name, hits, wanted) {
    const heading = document.createElement("h2");
    const list = document.createElement("ol");
    heading.textContent = `${name} (${hits.length})`;
    list.className = "search";
    list.append(...hits.slice(0, SHOWN).map((hit) => lineOf(hit, wanted)));
    const parts = [heading, list];
    if (hits.length > SHOWN) {
      const more = document.createElement("button");
      more.type = "button";
      more.textContent = `Show ${hits.length - SHOWN} more`;
      more.addEventListener("click", () => {
        list.append(...hits.slice(SHOWN).map((hit) => lineOf(hit, wanted)));
        list.children[SHOWN].querySelector("a").focus();
        more.remove();
      });
      parts.push(more);
    }
    return parts;
  }

  function search() {
    const wanted = [...new Set(wordsOf(field.value).map(({ stem: word }) => word))];
    const phrase = fold(field.value).trim();
    const scored = wanted.length ? read().map((entry) => ({ ...entry, score: score(entry, wanted, phrase) })) : [];
    const hits = scored.filter((hit) => hit.score).sort((a, b) => b.score - a.score);
    const groups = GROUPS.map((name, kind) => [name, hits.filter(({ page }) => pages[page][2] === kind)]);
    results.replaceChildren(...groups.filter(([, some]) => some.length).flatMap(([name, some]) => listOf(name, some, wanted)));
    const count = hits.length === 1 ? "One section holds" : `${hits.length || "No"} ${hits.length ? "sections hold" : "section holds"}`;
    status.textContent = wanted.length ? `${count} ${wanted.length > 1 ? "all these words" : "this word"}.` : "";
  }

  let timer = 0;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, 200);
  });
  field.value = new URLSearchParams(location.search).get("q") || "";
  search();
})();
