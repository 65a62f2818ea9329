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

  const links = new Map();
  for (const link of document.querySelectorAll(".bk-local a")) {
    const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (target) links.set(target, link);
  }
  if (links.size && "IntersectionObserver" in window) {
    const seen = new Set();
    const observer = new IntersectionObserver((entries) => {
      for (const entry of entries) entry.isIntersecting ? seen.add(entry.target) : seen.delete(entry.target);
      const first = [...links.keys()].find((target) => seen.has(target));
      if (!first) return;
      for (const [target, link] of links) {
        if (target === first) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    }, { rootMargin: "-72px 0px -55% 0px" });
    for (const target of links.keys()) observer.observe(target);
  }
})();
