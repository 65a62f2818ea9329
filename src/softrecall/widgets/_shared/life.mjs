// The life of a widget: its plate, and how it follows its model.

/** The plate: question, then the parts. Gives the question's element, so that it may follow the state. */
function plate(el, question, ...parts) {
  const title = h("p", { class: "sr-question", text: question });
  el.classList.add("sr-widget");
  el.append(h("div", { class: "sr-plate" }, title, ...parts));
  return title;
}

/**
 * A whole widget from its four top-level functions: `compute(state)` gives numbers, `question(state)` the line above,
 * `picture(width, state, result)` one drawing, `sentence(state, result)` what it now shows.
 *
 * `names` are the traits that make up the state. `build({ start, read, tell, drawing, cleanups })` makes the controls
 * and gives
 *   tray     the parts of the tray (a list of elements),
 *   move     move(state, result) brings the controls to a state; it returns the texts of the figures, if there are any,
 *   terms    the names of the figures (optional),
 *   look     classes of the status line (optional: sr-roomy, sr-roomiest),
 *   trayLook classes of the tray (optional: sr-lead, sr-three),
 *   after    parts between the tray and the figures (optional).
 * `start` is the first state, `read()` the present one, `tell(values)` sets traits, `drawing` is the element that
 * holds the picture (it stays, so listen there for pointers), `cleanups` takes functions to call at the end.
 */
function play({ model, el }, names, build) {
  const cleanups = [];
  const read = () => Object.fromEntries(names.map((name) => [name, model.get(name)]));
  const drawing = h("div", { class: "sr-drawing" });
  const tell = (values) => change(model, values);
  const {
    tray,
    move,
    terms = [],
    look = "",
    trayLook = "",
    after = [],
  } = build({ start: read(), read, tell, drawing, cleanups });
  const row = figures(terms);
  const status = statusLine(cleanups, look);
  const parts = [
    h("div", { class: "sr-plot" }, drawing),
    h("div", { class: `sr-tray ${trayLook}`.trim() }, tray),
    after,
    terms.length ? row.el : [],
    status.el,
  ];
  const title = plate(el, "", ...parts.flat());
  let width = 626;
  const draw = () => {
    const state = read();
    const result = compute(state);
    title.textContent = question(state);
    row.show(move(state, result) || []);
    drawing.replaceChildren(picture(width, state, result));
    status.say(sentence(state, result));
  };
  follow(model, names, draw, cleanups);
  watchWidth(drawing, (next) => ((width = next), draw()), cleanups);
  return () => cleanups.forEach((clean) => clean());
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

/** Nothing is prepared before a widget is drawn. */
function initialize() {}
