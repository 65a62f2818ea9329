// What the tests ask of a page. It runs before the page's own scripts, in every page that a test opens.
"use strict";
const seen = { shifts: [], refused: [], tasks: [] };
addEventListener("securitypolicyviolation", (event) => seen.refused.push(`${event.violatedDirective} ${event.blockedURI}`));

const probe = (window.probe = { seen });
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const classOf = (node) => `${node.tagName.toLowerCase()}.${node.getAttribute("class") || ""}`;
const textOf = (node) => (node.getAttribute("aria-label") || node.textContent).replace(/\s+/g, " ").trim();
const [realFrame, realTimeout] = [window.requestAnimationFrame.bind(window), window.setTimeout.bind(window)]; // tests stop the clock
const pause = (ms) => new Promise((resolve) => realTimeout(resolve, ms));
const frame = () => Promise.race([new Promise(realFrame), pause(1000)]); // a page behind another may get no frames

new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    const nodes = entry.sources.map(({ node }) => (node && node.nodeType === 1 ? classOf(node) : "text"));
    if (!entry.hadRecentInput) seen.shifts.push({ value: entry.value, at: Math.round(entry.startTime), nodes });
  }
}).observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => seen.tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask" });

// ---- reading -------------------------------------------------------------------------------------------------------

probe.twoFrames = () => frame().then(frame);

/** Bring every widget near the screen until it lives, or says that it cannot. */
probe.awaken = async () => {
  const isWaiting = (mount) => !mount.querySelector(".sr-live [role=status]") && !mount.querySelector(".sr-note");
  for (let i = 0; i < 400 && all(".sr-mount").some(isWaiting); i++) {
    all(".sr-mount").find(isWaiting).scrollIntoView({ behavior: "instant", block: "center" });
    await pause(25);
  }
  await Promise.race([document.fonts.ready, pause(5000)]);
  await pause(60);
  window.scrollTo({ top: 0, behavior: "instant" });
  await frame();
};

/** Scroll from the top to the end as a reader does, so that everything that comes late has come. */
probe.readThrough = async () => {
  for (let y = 0; y < document.documentElement.scrollHeight; y += 1400) {
    window.scrollTo({ top: y, behavior: "instant" });
    await frame();
  }
  await probe.awaken();
};

/** Open or close what is folded. */
probe.fold = (isOpen) => all("details").forEach((details) => (details.open = isOpen));

/** Choose the first of each set of radio buttons. */
probe.choose = () => {
  const groups = new Set();
  all("input[type=radio]").forEach((radio) => {
    if (!groups.has(radio.name)) radio.checked = true;
    groups.add(radio.name);
  });
};

/** How wide the page is, and what stands out at the right without a box around it that scrolls. */
probe.width = () => {
  const room = document.documentElement.clientWidth;
  const out = all("body *").filter((node) => {
    const box = node.getBoundingClientRect();
    if (!box.width || box.right <= room + 0.5 || node.closest("[popover]:not(:popover-open)")) return false;
    let up = node.parentElement;
    while (up && getComputedStyle(up).overflowX === "visible") up = up.parentElement;
    return !up || up === document.body || up === document.documentElement;
  });
  const found = out.slice(0, 5).map((node) => `${classOf(node)} to ${Math.round(node.getBoundingClientRect().right)}`);
  return { width: document.documentElement.scrollWidth, found };
};

/** The luminance of paper and ink, and how the page scrolls. A change of media is told to the page a frame later. */
probe.look = async () => {
  await frame();
  await frame();
  const part = (value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\d.]+/g).map(part);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const style = getComputedStyle(document.body);
  const scroll = getComputedStyle(document.documentElement).scrollBehavior;
  return { paper: light(style.backgroundColor), ink: light(style.color), scroll, theme: document.documentElement.dataset.theme };
};

const isShown = (node) => node.checkVisibility({ visibilityProperty: true }) && node.getBoundingClientRect().height > 0;

/** What is wrong with the page as it would be printed. */
probe.print = () => {
  const holds = (node) => node.textContent.trim() || node.querySelector("img, svg, input");
  const name = (node) => `${classOf(node)}: ${textOf(node).slice(0, 50)}`;
  const wrong = (selector, wanted) => all(selector).filter((node) => holds(node) && isShown(node) !== wanted && !node.closest("[hidden]")).map(name);
  const bars = ".bk-bar, .bk-contents, .bk-local, .bk-next, .bk-skip, .copybtn";
  const tools = ".sr-mount input[type=range], .sr-mount button";
  const folded = "details.bk-code:not(.bk-pitfall *)"; // what many write is the point of a pitfall
  const text = ".bk-why, details:not(.bk-code) > :not(summary):not(script), h1, main p";
  const stranded = all(":is(h1, h2, h3, h4)").filter((heading) => getComputedStyle(heading).breakAfter !== "avoid");
  const blank = all(".sr-mount").filter((mount) => !all("svg", mount).some(isShown));
  return [
    ...stranded.map((heading) => `may stand at the foot of a page: ${name(heading)}`),
    ...wrong(`${bars}, ${tools}, ${folded}`, false).map((one) => `is printed: ${one}`),
    ...wrong(text, true).map((one) => `is not printed: ${one}`),
    ...blank.map((mount) => `printed without a picture: ${mount.dataset.widget}`),
  ];
};

/** What axe finds, with all its rules or with those named, or with all but some. */
probe.audit = async (rules, without = []) => {
  await frame();
  await frame();
  const off = Object.fromEntries(without.map((rule) => [rule, { enabled: false }]));
  const only = rules ? { runOnly: { type: "rule", values: rules } } : { rules: off };
  const result = await window.axe.run(document, { resultTypes: ["violations"], ...only });
  const why = (node) => [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; ");
  const faults = result.violations.flatMap(({ id, help, nodes }) =>
    nodes.slice(0, 5).map((node) => `${id} (${help}): ${node.target.join(" ")}: ${why(node)}`.slice(0, 400)));
  return { theme: document.documentElement.dataset.theme, passed: result.passes.length, faults };
};

// ---- keyboard ------------------------------------------------------------------------------------------------------

let wanted = [];
let visited = [];
addEventListener("focusin", (event) => visited.push(event.target));

/** Note what Tab should reach, in order; of a set of radio buttons only one. Gives their number. */
probe.expectTabs = () => {
  const groups = new Set();
  visited = [];
  wanted = all("a[href], button, input, select, textarea, summary, [tabindex]").filter((node) => {
    if (node.tabIndex < 0 || node.disabled || !node.checkVisibility({ visibilityProperty: true })) return false;
    if (node.type !== "radio") return true;
    const isNew = !groups.has(node.name);
    groups.add(node.name);
    return isNew;
  });
  return wanted.length;
};

/** What Tab has reached so far. */
probe.tabbed = () => {
  const name = (node) => `${classOf(node)} ${textOf(node).slice(0, 40)}`;
  const walked = [...new Set(visited)].filter((node) => wanted.includes(node));
  const missed = wanted.filter((node) => !visited.includes(node));
  const order = wanted.filter((node) => visited.includes(node));
  const [last, before] = [visited.at(-1), visited.at(-2)];
  return {
    isDone: document.activeElement === document.body || visited.filter((node) => node === visited[0]).length > 1,
    missed: missed.map(name),
    stuck: before && last === before ? name(last) : null,
    astray: order.filter((node, i) => node !== walked[i]).map(name).slice(0, 3),
  };
};

// ---- widgets -------------------------------------------------------------------------------------------------------

// Listen in on the loader: which widgets register, which models they draw, how often they clean up.
const stage = (probe.stage = { widgets: {}, models: [], cleanups: 0 });
let api;
Object.defineProperty(window, "softRecall", {
  get: () => api,
  set(value) {
    const register = (id, widget, ...more) => {
      stage.widgets[id] = widget;
      const render = async (place) => {
        const clean = await widget.render(place);
        stage.models.push({ model: place.model, el: place.el });
        return () => {
          stage.cleanups += 1;
          if (typeof clean === "function") clean();
        };
      };
      value.register(id, { ...widget, render }, ...more);
    };
    api = { ...value, register };
  },
});

const mountOf = (number) => all(".sr-mount")[number];
const liveOf = (number) => mountOf(number).querySelector(".sr-live");
const nameOf = (node) => (node.getAttribute("aria-label") || (node.labels && node.labels[0] ? node.labels[0] : node).textContent).replace(/\s+/g, " ").trim();
const controlsOf = (number) => all("input, button, select, textarea, summary, [tabindex], [contenteditable]", liveOf(number));

probe.modelOf = (number) => stage.models.find(({ el }) => el === liveOf(number)).model;

/** The accessible names of all controls of a widget. */
probe.controls = (number) => controlsOf(number).map(nameOf);

/** Give a control the focus; `index` counts those of the same name. */
probe.focus = (number, name, index = 0) => {
  const control = controlsOf(number).filter((node) => nameOf(node) === name)[index];
  control.scrollIntoView({ behavior: "instant", block: "center" });
  control.focus();
  if (control.select && /^text/.test(control.type)) control.select();
  return document.activeElement === control;
};

/** Whether a control of this name can be seen and pressed now. */
probe.canPress = (number, name) => controlsOf(number).some((node) => nameOf(node) === name && node.checkVisibility({ visibilityProperty: true }));

/** What a widget shows: picture, sentences, status, numbers. */
probe.shown = (number) => {
  const live = liveOf(number);
  return {
    drawn: all("svg", live).map((svg) => svg.outerHTML).join(""),
    labels: all("svg[role=img]", live).map((svg) => svg.getAttribute("aria-label")),
    status: live.querySelector("[role=status]").textContent,
    html: live.innerHTML,
  };
};

const number = (text) => Number(text.replace(/\u2212/g, "-").replace(/,/g, "").match(/-?[\d.]+(e-?\d+)?/)[0]);
const attribute = (node, name) => Number(node.getAttribute(name));
const sliders = (live) => Object.fromEntries(all("input[type=range]", live).map((input) => [`position of ${nameOf(input)}`, input.valueAsNumber]));
const extent = (d) => {
  const points = d.match(/-?[\d.]+ -?[\d.]+/g).map((pair) => pair.split(" ").map(Number));
  const base = Math.max(...points.map(([, y]) => y)), top = Math.min(...points.map(([, y]) => y));
  const high = points.filter(([, y]) => base - y >= (base - top) / 2).map(([x]) => x);
  return Math.max(...high) - Math.min(...high);
};

/** The numbers in a text: true minus, thousands and powers of ten are read, "<" and ">" passed over. */
const numbersIn = (text) => {
  const plain = text.replace(/\u2212/g, "-").replace(/,(?=\d{3})/g, "");
  return [...plain.matchAll(/(-?\d+(?:\.\d+)?(?:e-?\d+)?)(?: × 10(-?\d+))?/g)].map(([, digits, power]) => digits * 10 ** (power || 0));
};

const DRAWN_AS = ["x", "y", "width", "height", "cx", "cy", "r", "x1", "y1", "x2", "y2", "stroke-width", "fill-opacity"];

/** What any widget shows in numbers: see tests/site/widget_rows.py. */
const shownNumbers = (live) => {
  const found = sliders(live);
  for (const dd of all("dd", live)) {
    numbersIn(dd.textContent).forEach((x, i) => (found[dd.previousSibling.textContent + (i ? ` ${i + 1}` : "")] = x));
  }
  all("[role=status] strong", live).forEach((strong, i) => (found[`bold ${i}`] = numbersIn(strong.textContent)[0] ?? null));
  all("[role=group]", live).forEach((group) => (found[`pressed ${nameOf(group)}`] = all("button", group).findIndex((one) => one.ariaPressed === "true")));
  const counts = {};
  for (const mark of all("svg *", live)) {
    for (const [key, value] of Object.entries(mark.dataset)) {
      const name = `${key} ${(counts[key] = (counts[key] ?? -1) + 1)}`;
      found[name] = Number(value);
      found[`largest ${key}`] = Math.max(found[`largest ${key}`] ?? -Infinity, Number(value));
      for (const look of DRAWN_AS) if (mark.hasAttribute(look)) found[`${name} ${look}`] = attribute(mark, look);
    }
  }
  for (const [key, last] of Object.entries(counts)) found[`number of ${key}`] = last + 1;
  return found;
};

/** Readers for what this leaves out, by the widget's id, from tests/widgets/<name>/rows.py. */
const readers = READERS;

/** The numbers of a widget. */
probe.read = (number) => {
  const live = liveOf(number), own = readers[mountOf(number).dataset.widget];
  return { ...shownNumbers(live), ...(own ? own(live) : {}) };
};

/** The name of the first slider that is not switched off. */
probe.slider = (number) => nameOf(all("input[type=range]", liveOf(number)).find((input) => input.ariaDisabled !== "true"));

/** An element as [name, attributes, own text, children], to compare it with the same from another engine. */
probe.tree = (node) => [node.localName, Object.fromEntries([...node.attributes].map(({ name, value }) => [name, value])),
  node.children.length ? "" : node.textContent, [...node.children].map(probe.tree)];

/** Count how often a status line speaks. */
probe.listen = (node) => {
  node.said = 0;
  new MutationObserver(() => (node.said += 1)).observe(node, { childList: true, characterData: true, subtree: true });
};

/** All that a mount says in words: its text, and the attributes that carry words or numbers for readers and scripts. */
probe.words = (mount) => {
  const isSaid = ({ name }) => /^(aria|data|title|alt)/.test(name) && !/^data-(model-id|version)$/.test(name);
  const nodes = [mount, ...all("*", mount)];
  return [...nodes.map((node) => [...node.childNodes].filter((child) => child.nodeType === 3).map((child) => child.data).join("")),
    ...nodes.flatMap((node) => [...node.attributes].filter(isSaid).map(({ value }) => value))];
};

/** How many lines and dots of an axis from 0 to 1 stand at a share of it. */
probe.marksAt = (svg, share) => {
  const at = 9 + share * (svg.clientWidth - 18);
  return all("line, circle", svg).filter((node) => Math.abs(Number(node.getAttribute("x1") ?? node.getAttribute("cx")) - at) < 1.5).length;
};

/** Set traits of a widget's model, as a kernel would. */
probe.set = (number, values) => Object.entries(values).forEach(([name, value]) => probe.modelOf(number).set(name, value));

/** What a widget computes for a state, in this browser. */
probe.compute = (id, state) => stage.widgets[id].compute(state);

/** Milliseconds from an input event of a slider to the changed picture, and to its layout, many times. */
probe.time = async (number) => {
  const live = liveOf(number), times = [], laid = [];
  const slider = live.querySelector("input[type=range]");
  const watch = new MutationObserver(() => {});
  watch.observe(live, { subtree: true, childList: true, attributes: true, characterData: true });
  const [min, max] = [Number(slider.min), Number(slider.max)];
  for (let i = 0; i < 200; i++) {
    slider.value = min + ((max - min) * ((i * 37) % 101)) / 101;
    watch.takeRecords();
    const start = performance.now();
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    const changed = performance.now();
    live.getBoundingClientRect();
    const end = performance.now();
    if (watch.takeRecords().length) times.push(changed - start), laid.push(end - start);
    if (i % 10 === 0) await frame();
  }
  watch.disconnect();
  const middle = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];
  return { changes: times.length, median: middle(times), medianWithLayout: middle(laid), worst: laid.at(-1) };
};
