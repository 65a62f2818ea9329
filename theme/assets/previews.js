// What a term, a source, an equation or a numbered figure says, in place: on hover, on focus, on tap. Nothing is asked
// for: what stands on this page is copied from it, what stands on another page came along in a template.
(function () {
  "use strict";
  const stored = document.getElementById("bk-previews");
  const entries = new Map([...(stored ? stored.content.children : [])].map((entry) => [entry.dataset.for, entry]));
  const box = document.createElement("div");
  box.id = "bk-preview";
  box.className = "bk-preview";
  box.hidden = true;
  box.tabIndex = -1;
  box.setAttribute("role", "dialog");
  document.querySelector("main").append(box);
  let shown = null; // the link whose preview is prepared
  let timer = 0;
  let pointer = ""; // the kind of pointer that was last pressed

  /** The drawing of a figure that fits best into little room: the live one, else the narrowest. */
  function drawingOf(figure) {
    const live = figure.querySelector(".sr-live svg[role=img]");
    const stored = [...figure.querySelectorAll("img, svg")].filter((node) => !node.parentElement.closest("svg"));
    const widthOf = (node) => (node.viewBox && node.viewBox.baseVal ? node.viewBox.baseVal.width : node.width);
    return live || stored.sort((a, b) => widthOf(a) - widthOf(b))[0];
  }

  /** The parts of this page that a link to one of them shows. */
  function partsOf(target) {
    if (target.matches("figure")) return [drawingOf(target), target.querySelector("figcaption")];
    if (target.matches(".sr-equation, table")) return [target];
    if (target.matches("div.citation")) return target.querySelectorAll(":scope > p");
    if (!target.matches("dt")) return [];
    const name = document.createElement("p");
    name.className = "bk-preview-name";
    name.append(...target.cloneNode(true).childNodes);
    return [name, ...target.nextElementSibling.children];
  }

  /** Copies of what a link leads to; none where there is nothing to show. */
  function contentsOf(link) {
    const address = link.getAttribute("href");
    const entry = entries.get(address);
    const target = address.startsWith("#") ? document.getElementById(decodeURIComponent(address.slice(1))) : null;
    const parts = entry ? entry.children : target ? partsOf(target) : [];
    return [...parts].filter(Boolean).map((part) => {
      const copy = part.cloneNode(true);
      for (const permalink of copy.querySelectorAll(".headerlink")) permalink.remove();
      for (const node of [copy, ...copy.querySelectorAll("*")]) {
        for (const name of ["id", "hidden"]) node.removeAttribute(name);
        if (node.matches("a, [tabindex]")) node.tabIndex = -1;
      }
      return copy;
    });
  }

  function linkOf(node) {
    return node instanceof Element ? node.closest(".bk-article a.internal") : null;
  }

  /** Beside the link, above or below it, whichever side has room, and never wider than the window. */
  function place(link, x) {
    box.style.maxHeight = "";
    const room = document.documentElement.clientWidth;
    const lines = [...link.getClientRects()];
    const line = lines.find(({ left, right }) => left <= x && x <= right) || lines[0];
    const below = innerHeight - line.bottom - 14;
    const above = line.top - 70; // the bar stays free
    const isBelow = box.offsetHeight <= below || below >= above;
    box.style.maxHeight = `${Math.max(120, isBelow ? below : above)}px`;
    box.style.left = `${Math.max(8, Math.min(line.left - 16, room - box.offsetWidth - 8))}px`;
    box.style.top = `${scrollY + (isBelow ? line.bottom + 6 : line.top - 6 - box.offsetHeight)}px`;
    box.tabIndex = box.scrollHeight > box.clientHeight + 1 ? 0 : -1; // what scrolls is within reach of the keyboard
  }

  function hide() {
    clearTimeout(timer);
    if (shown) shown.removeAttribute("aria-describedby");
    shown = null;
    box.hidden = true;
  }

  /** Fill the box for a link, so that it describes the link at once; show it after a moment. */
  function show(link, delay, { x = -1, canGo = false } = {}) {
    const contents = contentsOf(link);
    if (!contents.length) return false;
    hide();
    shown = link;
    box.replaceChildren(...contents);
    box.setAttribute("aria-label", `Preview: ${link.textContent.trim()}`);
    if (canGo) {
      const go = document.createElement("a");
      [go.href, go.textContent, go.className] = [link.href, "Go there", "bk-preview-go"];
      box.append(go);
    } else link.setAttribute("aria-describedby", box.id);
    const open = () => {
      box.hidden = false;
      place(link, x);
    };
    if (delay) timer = setTimeout(open, delay);
    else open();
    return true;
  }

  addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const link = linkOf(event.target);
    if (box.contains(event.target) || (link && link === shown)) {
      if (!box.hidden) clearTimeout(timer);
    } else if (link) show(link, 200, { x: event.clientX });
  });
  addEventListener("pointerout", (event) => {
    if (event.pointerType === "touch" || !shown || shown === document.activeElement) return;
    if (!box.contains(event.target) && linkOf(event.target) !== shown) return;
    clearTimeout(timer);
    timer = setTimeout(hide, 250);
  });
  addEventListener("pointerdown", (event) => {
    pointer = event.pointerType;
    if (shown && !box.contains(event.target) && linkOf(event.target) !== shown) hide();
  });
  addEventListener("focusin", (event) => {
    const link = linkOf(event.target);
    if (link && !box.contains(link) && link.matches(":focus-visible")) show(link, 200);
    else if (shown && !box.contains(event.target)) hide();
  });
  addEventListener("click", (event) => {
    const link = linkOf(event.target);
    if (box.contains(event.target)) {
      if (event.target.closest("a")) hide();
    } else if (link && pointer === "touch" && event.detail > 0 && (link !== shown || box.hidden)) {
      if (!show(link, 0, { canGo: true })) return;
      event.preventDefault();
      box.focus({ preventScroll: true });
    } else hide();
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !shown) return;
    if (box.contains(document.activeElement)) shown.focus({ preventScroll: true });
    hide();
  });
})();
