// Joined in front of every widget's own file. No import, no export, and nothing here runs until a widget calls it.

const SPACE = "\u00a0";
const MINUS = "\u2212";

// ---- elements ------------------------------------------------------------------------------------------------------

/** Set attributes: `text` sets the text, `on` takes listeners, false and null remove, true is an empty attribute. */
function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") node.textContent = value;
    else if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (value === false || value === null) node.removeAttribute(name);
    else node.setAttribute(name, value === true ? "" : value);
  }
  return node;
}

/** An HTML element with attributes and children. */
function h(tag, attributes = {}, ...children) {
  const node = set(document.createElement(tag), attributes);
  // JupyterLab would else use the arrow keys of a slider for shortcuts of its own.
  if (/^(input|button|select)$/.test(tag)) node.dataset.lmSuppressShortcuts = "true";
  node.append(...children.flat(Infinity));
  return node;
}

/** An SVG element with attributes and children. */
function s(tag, attributes = {}, ...children) {
  const node = set(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes);
  node.append(...children.flat(Infinity));
  return node;
}

/** "plain **bold** and 10^-5" as nodes: the sign ^ raises the figures after it. */
function rich(text) {
  const raise = (part) => part.split(/\^([\u2212\d]+)/).map((piece, i) => (i % 2 ? h("sup", { text: piece }) : piece));
  return text.split("**").map((part, i) => (i % 2 ? h("strong", {}, raise(part)) : raise(part))).flat();
}

/** A drawing of a given size that reads as one image; `say` is its whole sentence. */
function canvas(width, height, say, ...children) {
  const box = { class: "sr-svg", width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": say };
  return s("svg", box, ...children);
}

/** Words in a drawing. `look` names classes: halo, bold, muted, query, key, value, memory; `at` is start, middle or end. */
function words(x, y, text, look = "", at = "start") {
  const classes = look.split(" ").filter(Boolean).map((name) => `sr-t-${name}`).join(" ");
  return s("text", { x, y, "text-anchor": at, class: classes, text });
}

/** A straight line in a named colour. */
function line(x1, y1, x2, y2, colour, width = 1, dashes = null) {
  const paint = { stroke: `var(--sr-${colour})`, "stroke-width": width, "stroke-dasharray": dashes };
  return s("line", { x1, y1, x2, y2, ...paint, "stroke-linecap": dashes === "0 5" ? "round" : null });
}

// ---- numbers -------------------------------------------------------------------------------------------------------

/** Two to three significant digits, a true minus: 1.0, 0.125, 12.3, -0.8. */
function digits(x) {
  if (x === 0) return "0";
  const size = Math.abs(x);
  if (size >= 99999.5 || size < 0.001) return x.toExponential(1).replace("e+", " × 10^").replace("e", " × 10^").replace(/-/g, MINUS);
  const places = Math.max(0, 2 - Math.floor(Math.log10(size)));
  let text = size.toFixed(places);
  if (places && text.endsWith("0") && text.replace(/^0\.0*|\./g, "").length > 2) text = text.slice(0, -1).replace(/\.$/, "");
  return (x < 0 ? MINUS : "") + (size >= 1000 ? count(size) : text);
}

/** A whole number with thousands set off by commas. */
function count(x) {
  return Math.round(x).toString().replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A weight with three decimals. Unless it is exact, it never reads as 0 or 1. */
function weightText(w, isExact) {
  if (!isExact && w >= 0.9995) return ">0.999";
  if (!isExact && w < 0.0005) return "<0.001";
  return w.toFixed(3);
}

/** A share as per cent: one decimal below 10 and above 95. Unless it is exact, it never reads as 0 or 100. */
function percent(share, isExact) {
  const p = 100 * share;
  if (!isExact && p >= 99.95) return `>99.9${SPACE}%`;
  if (!isExact && p < 0.05) return `<0.1${SPACE}%`;
  const isRound = p === 0 || p === 100;
  return p.toFixed(!isRound && (p < 9.95 || p >= 95) ? 1 : 0) + SPACE + "%";
}

/** The number in a text, or null. A true minus and one decimal comma are read; a comma never separates thousands. */
function parseNumber(text) {
  const plain = text.trim().replace(/\u2212/g, "-").replace(",", ".");
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return null;
  const value = Number(plain);
  return Number.isFinite(value) ? value : null;
}

// ---- controls ------------------------------------------------------------------------------------------------------

/** Positions of a log slider from `low` to `high`, `steps` to a decade; `first` is the position of `low`. */
function logScale(low, high, steps, first = 0) {
  const last = first + Math.round(steps * Math.log10(high / low));
  return {
    last,
    place: (value) => Math.min(last, Math.max(first, Math.round(first + steps * Math.log10(value / low)))),
    read: (position) => Number((low * 10 ** ((position - first) / steps)).toPrecision(3)),
  };
}

/**
 * A labelled native range. `place` turns a value into a position and `read` a position into a value (both default to
 * the number itself), `show` writes a value, `ticks` is a list of [position, text].
 * Gives { el, input, move(value), limit(min, max, ticks) }.
 */
function slider({ symbol = "", name = "", min = 0, max, step = 1, place = Number, read = Number, show = String, ticks = [], onMove }) {
  const input = h("input", { type: "range", min, max, step, on: { input: () => onMove(read(input.valueAsNumber)) } });
  const label = h("label", { class: "sr-label" }, h("span", {}, h("b", { text: symbol }), symbol && name ? " " : "", name), input);
  const value = h("span", { class: "sr-reading", "aria-hidden": "true" });
  const rail = h("div", { class: "sr-ticks", "aria-hidden": "true" });
  const el = h("div", { class: "sr-slider" }, label, value, rail);
  const limit = (low, high, marks) => {
    [min, max] = [low, high];
    set(input, { min, max });
    rail.replaceChildren(...marks.map(([position, text]) => {
      const share = (position - min) / (max - min);
      const mark = h("span", { text, class: share < 0.02 ? "sr-first" : share > 0.98 ? "sr-last" : "" });
      mark.style.setProperty("--sr-share", share);
      return mark;
    }));
  };
  limit(min, max, ticks);
  const move = (next) => {
    const position = place(next);
    if (input.valueAsNumber !== position) input.value = position;
    input.style.setProperty("--sr-share", (position - min) / (max - min));
    const text = show(next);
    if (value.textContent !== text) value.textContent = text;
    input.setAttribute("aria-valuetext", text);
  };
  return { el, input, move, limit };
}

/** A button. Disable it with `allow(button, false)`: it stays reachable, says that it is off, and does nothing. */
function button(text, onClick, look = "") {
  const press = (event) => event.currentTarget.getAttribute("aria-disabled") === "true" || onClick();
  return h("button", { type: "button", class: `sr-button ${look}`.trim(), text, on: { click: press } });
}

function allow(control, isAllowed) {
  set(control, { "aria-disabled": isAllowed ? null : "true" });
}

/**
 * A text field for one real number. `onValue(number)` on good text, `onBad(message)` on bad, null when it is mended.
 * `show(value)` leaves the reader's own writing alone while the value is the one last read, unless it is forced.
 */
function numberField(name, onValue, onBad) {
  let last = null;
  const read = () => {
    const value = parseNumber(input.value);
    set(input, { "aria-invalid": value === null ? "true" : null });
    onBad(value !== null ? null : input.value.trim() === "" ? `${name} is empty` : `${name} is not a number`);
    if (value !== null) onValue((last = value));
  };
  const tidy = () => input.hasAttribute("aria-invalid") || (input.value = fieldText(parseNumber(input.value)));
  const aids = { inputmode: "text", autocomplete: "off", spellcheck: "false", "aria-label": `score of ${name}` };
  const input = h("input", { type: "text", class: "sr-field", ...aids, on: { input: read, change: tidy } });
  const show = (value, isForced = false) => {
    if (!isForced && value === last) return;
    set(input, { "aria-invalid": null });
    input.value = fieldText((last = value));
    onBad(null);
  };
  return { input, show };
}

/** A number as a field shows it: all its digits, a true minus, at least one decimal. */
function fieldText(value) {
  const text = String(value).replace(/-/g, MINUS);
  return /^.?\d+$/.test(text) ? `${text}.0` : text;
}

/** The status line: speaks at rest, 150 ms after the last change. The look "sr-roomy" keeps room for long sentences. */
function statusLine(cleanups, look = "") {
  const el = h("div", { class: `sr-status ${look}`.trim(), role: "status" });
  let timer = null;
  let said = null;
  const speak = (text) => {
    if (text === said) return;
    said = text;
    el.replaceChildren(...rich(text));
  };
  cleanups.push(() => clearTimeout(timer));
  const say = (text) => {
    clearTimeout(timer);
    if (said === null) speak(text);
    else timer = setTimeout(speak, 150, text);
  };
  return { el, say };
}

// ---- life ----------------------------------------------------------------------------------------------------------

/** The plate: question, then the parts. Gives the question's element, so that it may follow the state. */
function plate(el, question, ...parts) {
  const title = h("p", { class: "sr-question", text: question });
  el.classList.add("sr-widget");
  el.append(h("div", { class: "sr-plate" }, title, ...parts));
  return title;
}

/** Call `redraw` on every change of the named traits, and put the listeners away at the end. */
function follow(model, names, redraw, cleanups) {
  for (const name of names) model.on(`change:${name}`, redraw);
  cleanups.push(() => names.forEach((name) => model.off(`change:${name}`, redraw)));
}

/** Set traits and tell the kernel, if there is one. */
function change(model, values) {
  for (const [name, value] of Object.entries(values)) model.set(name, value);
  model.save_changes();
}

/** Call `onWidth(pixels)` when an element's width changes. */
function watchWidth(node, onWidth, cleanups) {
  let last = 0;
  const look = () => {
    const width = Math.floor(node.clientWidth);
    if (width > 0 && width !== last) onWidth((last = width));
  };
  const observer = new ResizeObserver(look);
  observer.observe(node);
  cleanups.push(() => observer.disconnect());
  look();
}

/** Run `step(0..1)` with an ease-out for `ms`, or at once where the reader wants no motion. Gives a stop function. */
function walk(ms, step) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return step(1), () => {};
  const start = performance.now();
  let frame = requestAnimationFrame(function tick(now) {
    const t = Math.min(1, Math.max(0, now - start) / ms);
    step(1 - (1 - t) ** 3);
    if (t < 1) frame = requestAnimationFrame(tick);
  });
  return () => cancelAnimationFrame(frame);
}
