// What the pages do beyond reading: the choice of colours, the mark beside the section in view.
(function () {
  "use strict";
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const labels = { system: "Colours: as the system", light: "Colours: light", dark: "Colours: dark" };

  function apply(choice) {
    root.dataset.colours = choice;
    root.dataset.theme = choice === "system" ? (system.matches ? "dark" : "light") : choice;
    button.setAttribute("aria-label", labels[choice]);
    button.title = labels[choice];
  }

  const button = document.querySelector(".bk-theme-button");
  button.hidden = false;
  apply(root.dataset.colours || "system");
  button.addEventListener("click", () => {
    const now = root.dataset.theme;
    const next = root.dataset.colours === "system" ? (now === "dark" ? "light" : "dark") : "system";
    try {
      if (next === "system") localStorage.removeItem("softrecall-colours");
      else localStorage.setItem("softrecall-colours", next);
    } catch (error) { /* the choice then lasts for this page */ }
    apply(next);
  });
  system.addEventListener("change", () => { if (root.dataset.colours === "system") apply("system"); });

  // What scrolls sideways must be reachable by keyboard.
  const scrollers = document.querySelectorAll(".bk-article figure, .bk-table, .highlight > pre, .output > pre, .sr-equation-body");
  function markScrollers() {
    for (const box of scrollers) {
      if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  }
  markScrollers();
  // Again when a box changes its size (the window, an opened drop-down), and when fonts come late and widen its content.
  if ("ResizeObserver" in window) {
    const sizes = new ResizeObserver(markScrollers);
    for (const box of scrollers) sizes.observe(box);
  } else addEventListener("resize", markScrollers);
  if (document.fonts) document.fonts.addEventListener("loadingdone", markScrollers);

  // The section in view is marked in "on this page". What counts as in view is a line below the bar; over the last
  // screen of the page it sinks to the foot, so that the last sections get their turn.
  const links = new Map();
  for (const link of document.querySelectorAll(".bk-local a, .bk-sections a")) {
    const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (target) links.set(target, [...(links.get(target) || []), link]);
  }
  let landed = null; // the section that a jump has led to, until the reader scrolls on
  let hasArrived = false; // a smooth jump takes its time
  let isWaiting = false;

  function sectionInView() {
    if (landed) {
      const top = landed.getBoundingClientRect().top;
      const isHere = top >= 0 && top < innerHeight;
      if (isHere || !hasArrived) {
        hasArrived = hasArrived || isHere;
        return landed;
      }
      landed = null;
    }
    const left = root.scrollHeight - innerHeight - scrollY;
    const line = 110 + (innerHeight - 110) * Math.min(1, Math.max(0, 1 - left / innerHeight));
    return scrollY > 0 ? [...links.keys()].filter((target) => target.getBoundingClientRect().top <= line).pop() : null;
  }

  function markSection() {
    isWaiting = false;
    const current = sectionInView();
    for (const [target, group] of links) {
      for (const link of group) {
        if (target === current) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    }
  }

  function markSoon() {
    if (!isWaiting) requestAnimationFrame(markSection);
    isWaiting = true;
  }

  function land() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    landed = links.has(target) ? target : null;
    hasArrived = false;
    markSoon();
  }

  if (links.size) {
    const keys = ["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End", " "];
    for (const kind of ["wheel", "touchmove", "keydown"]) {
      addEventListener(kind, ({ key }) => { if (!key || keys.includes(key)) landed = null; }, { passive: true });
    }
    for (const group of links.values()) for (const link of group) link.addEventListener("click", () => setTimeout(land));
    addEventListener("hashchange", land);
    for (const kind of ["scroll", "resize"]) addEventListener(kind, markSoon, { passive: true });
    land();
  }

  // The contents show the entry of this page, and make way for what is chosen in them.
  const contents = document.getElementById("bk-contents");
  const entry = contents.querySelector("[aria-current=page]");
  if (entry && entry.offsetTop > contents.clientHeight) contents.scrollTop = entry.offsetTop - contents.clientHeight / 3;
  contents.addEventListener("click", (event) => {
    if (event.target.closest("a") && contents.matches(":popover-open")) contents.hidePopover();
  });
})();
