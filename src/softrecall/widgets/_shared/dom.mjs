// Elements and strokes. No import, no export, and nothing here runs until a widget calls it.

const SPACE = "\u00a0";
const MINUS = "\u2212";

/** Set attributes: `text` sets the text, `on` takes listeners, false and null remove, true is an empty attribute. */
function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") node.textContent = value;
    else if (name === "on")
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (value === false || value === null) node.removeAttribute(name);
    else node.setAttribute(name, value === true ? "" : value);
  }
  return node;
}

/** An HTML element with attributes and children. */
function h(tag, attributes = {}, ...children) {
  const node = set(document.createElement(tag), attributes);
  // JupyterLab would else use the arrow keys of a slider for shortcuts of its own.
  if (/^(input|textarea|button|select)$/.test(tag)) node.dataset.lmSuppressShortcuts = "true";
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
  return text
    .split("**")
    .map((part, i) => (i % 2 ? h("strong", {}, raise(part)) : raise(part)))
    .flat();
}

/** A drawing of a given size that reads as one image; `say` is its whole sentence. */
function canvas(width, height, say, ...children) {
  const box = { class: "sr-svg", width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": say };
  return s("svg", box, ...children);
}

/**
 * Words in a drawing. `look` names classes: halo, bold, muted, query, key, value, memory; `at` is start, middle or
 * end.
 */
function words(x, y, text, look = "", at = "start") {
  const classes = look
    .split(" ")
    .filter(Boolean)
    .map((name) => `sr-t-${name}`)
    .join(" ");
  return s("text", { x, y, "text-anchor": at, class: classes || null, text });
}

/** A straight line in a named colour. */
function line(x1, y1, x2, y2, colour, width = 1, dashes = null) {
  const paint = { stroke: `var(--sr-${colour})`, "stroke-width": width, "stroke-dasharray": dashes };
  return s("line", { x1, y1, x2, y2, ...paint, "stroke-linecap": dashes === "0 5" ? "round" : null });
}
