// A document without a screen: enough of one for a widget to draw itself in QuickJS, and to be written down.
// It draws what the page draws, from the same script; nothing here is ever sent to a reader.

const escaped = (text) => String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const quoted = (text) => escaped(text).replace(/"/g, "&quot;");
const VOID = /^(br|hr|img|input)$/;

class Words {
  constructor(data) {
    this.data = String(data);
  }
  get textContent() {
    return this.data;
  }
  write() {
    return escaped(this.data);
  }
}

class Element {
  constructor(tag, isSvg) {
    Object.assign(this, { tag, isSvg, attributes: new Map(), childNodes: [], clientWidth: stage.width });
    this.dataset = new Proxy(
      {},
      {
        set: (_, name, value) => (
          this.setAttribute(`data-${name.replace(/[A-Z]/g, (c) => "-" + c.toLowerCase())}`, value), true
        ),
      },
    );
    this.classList = {
      add: (...names) => this.setAttribute("class", [this.getAttribute("class"), ...names].filter(Boolean).join(" ")),
      toggle() {},
    };
    const setProperty = (name, value) =>
      this.setAttribute("style", `${this.getAttribute("style") || ""}${name}:${value};`);
    this.style = new Proxy({ setProperty }, { set: (_, name, value) => (setProperty(name, value), true) });
  }
  setAttribute(name, value) {
    if (name === "style") this.attributes.delete(name);
    this.attributes.set(name, String(value));
  }
  getAttribute(name) {
    return this.attributes.get(name) ?? null;
  }
  hasAttribute(name) {
    return this.attributes.has(name);
  }
  removeAttribute(name) {
    this.attributes.delete(name);
  }
  append(...nodes) {
    this.childNodes.push(
      ...nodes.map((node) => (node instanceof Element || node instanceof Words ? node : new Words(node))),
    );
  }
  replaceChildren(...nodes) {
    this.childNodes = [];
    this.append(...nodes);
  }
  addEventListener() {}
  get firstChild() {
    return this.childNodes[0] ?? null;
  }
  get lastChild() {
    return this.childNodes.at(-1) ?? null;
  }
  get children() {
    return this.childNodes.filter((node) => node instanceof Element);
  }
  get textContent() {
    return this.childNodes.map((node) => node.textContent).join("");
  }
  set textContent(text) {
    this.replaceChildren(...(text === "" ? [] : [text]));
  }
  /** As XML, which a page reads as well. */
  write() {
    const own = [...this.attributes].map(([name, value]) => ` ${name}="${quoted(value)}"`).join("");
    const space = this.tag === "svg" ? ' xmlns="http://www.w3.org/2000/svg"' : "";
    const inner = this.childNodes.map((node) => node.write()).join("");
    if (inner === "" && (this.isSvg || VOID.test(this.tag))) return `<${this.tag}${space}${own}/>`;
    return `<${this.tag}${space}${own}>${inner}</${this.tag}>`;
  }
  /** All elements of the tree, this one first. */
  all() {
    return [this, ...this.children.flatMap((child) => child.all())];
  }
}

const stage = { width: 0 };
const document = {
  createElement: (tag) => new Element(tag, false),
  createElementNS: (_, tag) => new Element(tag, true),
};
/** Base64 as bytes; the engine has no function of its own for it. */
const atob = (text) => {
  const signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  let [bytes, held, n] = ["", 0, 0];
  for (const sign of text.replace(/=+$/, "")) {
    held = ((held << 6) | signs.indexOf(sign)) & 0xffff;
    n += 6;
    if (n >= 8) bytes += String.fromCharCode((held >> (n -= 8)) & 0xff);
  }
  return bytes;
};
const matchMedia = () => ({ matches: true });
const setTimeout = () => 0;
const clearTimeout = () => {};
const ResizeObserver = class {
  observe() {}
  disconnect() {}
};

/** The drawing of a state for a plot of this width, and the words around it. */
function still(widget, width, state) {
  stage.width = width;
  const result = widget.compute(state);
  const svg = widget.picture(width, state, result);
  return {
    svg: svg.write(),
    alt: svg.getAttribute("aria-label"),
    question: widget.question(state),
    sentence: widget.sentence(state, result),
  };
}

/** A page's plate as the widget's own `render` makes it, with a drawing for wide and one for narrow places. */
function whole(widget, widths, state) {
  const [wide, narrow] = widths.map((width) => {
    stage.width = width;
    const el = document.createElement("div");
    widget.render({ el, model: { get: (name) => state[name], set() {}, on() {}, off() {}, save_changes() {} } });
    return el;
  });
  const drawings = (el) => el.all().filter((node) => node.tag === "svg" && node.getAttribute("role") === "img");
  const others = drawings(narrow);
  const holders = wide.all();
  drawings(wide).forEach((svg, i) => {
    const holder = holders.find((node) => node.childNodes.includes(svg));
    svg.classList.add("sr-wide");
    others[i].classList.add("sr-narrow");
    holder.childNodes.splice(holder.childNodes.indexOf(svg) + 1, 0, others[i]);
  });
  for (const node of wide.all()) {
    if (["status", "alert"].includes(node.getAttribute("role"))) node.removeAttribute("role"); // nothing here changes
    [...node.attributes.keys()]
      .filter((name) => name.startsWith("data-"))
      .forEach((name) => node.removeAttribute(name));
  }
  wide.classList.add("sr-still");
  return wide.write();
}
