// A sparse distributed memory of 2,000 locations stores pictures of 256 bits; a damaged picture is the cue, and is read again.

const [BITS, WORDS, LOCATIONS, READS] = [256, 8, 2000, 6]; // words of 32 bits, the first bit highest; at most six reads
const LOADS = [8, 12, 16, 24, 32, 48, 64, 100, 150, 200];
const FITTING = 109; // the radius that holds one per cent of the space
const TAKEN = { borderColor: "var(--sr-memory-ink)", boxShadow: "0 0 0 1.5px var(--sr-memory-ink)" };

/** Spread a 32-bit number over all 32-bit numbers, one to one. */
function mix(x) {
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return x ^ (x >>> 15);
}

/** The first `n` 32-bit numbers of a random stream, the same in every engine and in Python. */
function stream(seed, n) {
  const start = mix(seed);
  return Int32Array.from({ length: n }, (_, i) => mix((start + Math.imul(i + 1, 0x9e3779b9)) | 0));
}

/** In how many bits pattern `i` of one list differs from pattern `j` of another. */
function distance(a, i, b, j) {
  let sum = 0;
  for (let w = 0; w < WORDS; w++) {
    let x = a[WORDS * i + w] ^ b[WORDS * j + w]; // count its ones: in pairs, in fours, in bytes
    x -= (x >>> 1) & 0x55555555;
    x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
    sum += Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return sum;
}

function bit(words, i) {
  return (words[i >> 5] >>> (31 - (i & 31))) & 1;
}

let memory = null; // kept between calls: it depends on nothing but the set and the number of patterns

/** Locations, patterns (the eight named ones, then random ones) and the distance from each pattern to each location. */
function store(named, load) {
  const most = LOADS.at(-1);
  if (!memory) {
    memory = { locations: stream(1, WORDS * LOCATIONS), patterns: new Int32Array(WORDS * most), far: new Uint8ClampedArray(most * LOCATIONS), key: "", filled: 8 };
    memory.patterns.set(stream(2, WORDS * (most - 8)), 8 * WORDS);
  }
  const measure = (p) => {
    for (let k = 0; k < LOCATIONS; k++) memory.far[p * LOCATIONS + k] = distance(memory.patterns, p, memory.locations, k);
  };
  const key = named.join(" ");
  if (memory.key !== key) {
    named.forEach((hex, p) => {
      for (let w = 0; w < WORDS; w++) memory.patterns[WORDS * p + w] = parseInt(hex.slice(8 * w, 8 * w + 8), 16);
      measure(p);
    });
    memory.key = key;
  }
  for (; memory.filled < load; memory.filled++) measure(memory.filled);
  return memory;
}

/**
 * One read. The locations within `radius` of the cue answer; their counters are summed, and a bit is 1 where the sum is
 * above 0. A pattern stands in the counters of each location within `radius` of it, so that the sum is the same as that
 * of the patterns, each taken once for each answering location that holds it. `held` counts those of the target.
 */
function read({ locations, patterns, far }, cue, { load, radius, target }) {
  const answering = Int32Array.from({ length: LOCATIONS }, (_, k) => k).filter((k) => distance(cue, 0, locations, k) <= radius);
  const sums = new Int32Array(BITS);
  let held = 0;
  for (let p = 0; p < load; p++) {
    let shared = 0;
    for (let a = 0; a < answering.length; a++) if (far[p * LOCATIONS + answering[a]] <= radius) shared++;
    if (p === target) held = shared;
    for (let i = 0; shared && i < BITS; i++) sums[i] += patterns[WORDS * p + (i >> 5)] << (i & 31) < 0 ? shared : -shared;
  }
  const next = new Int32Array(WORDS);
  sums.forEach((sum, i) => { if (sum > 0) next[i >> 5] |= 1 << (31 - (i & 31)); });
  return { next, answered: answering.length, held };
}

/**
 * Flip `flips` bits of a stored pattern and read `steps` times, each read asked by the last. `states` are the cue and what
 * came back, `wrong` their distances to the target; `answered` and `held` are those of each read (of the first, if there
 * is none yet); `nearest` and `away` name the stored picture or letter next to the last state; `expected` is the number of
 * locations to be expected in a circle.
 */
function compute({ sets, stored, load, radius, flips, target, noise, steps }) {
  const kept = store(sets[stored].map(([, hex]) => hex), load);
  const goal = kept.patterns.slice(WORDS * target, WORDS * target + WORDS);
  const draws = stream(3 + noise, BITS);
  const order = Array.from(draws, (_, i) => i).sort((i, j) => (draws[i] >>> 0) - (draws[j] >>> 0) || i - j);
  let state = goal.slice();
  order.slice(0, flips).forEach((i) => { state[i >> 5] ^= 1 << (31 - (i & 31)); });
  const [states, answered, held] = [[state], [], []];
  for (let t = 0, one = null; t < Math.max(1, steps); t++) {
    if (!one || distance(state, 0, states.at(-2), 0)) one = read(kept, state, { load, radius, target });
    answered.push(one.answered);
    held.push(one.held);
    if (steps) states.push((state = one.next));
  }
  const wrong = states.map((each) => distance(each, 0, goal, 0));
  const gaps = sets[stored].map((_, p) => distance(state, 0, kept.patterns, p));
  const away = Math.min(...gaps);
  const isSettled = steps > 0 && distance(states[steps], 0, states[steps - 1], 0) === 0;
  let inside = 0;
  for (let d = 0, circle = 2 ** -BITS; d <= radius; d++, circle *= (BITS - d + 1) / d) inside += circle;
  return { states: states.map((one) => Array.from(one, (word) => word >>> 0)), goal: Array.from(goal, (word) => word >>> 0), wrong, answered, held, nearest: gaps.indexOf(away), away, isSettled, expected: LOCATIONS * inside };
}

function initialize({ model }) {
  store(model.get("sets")[model.get("stored")].map(([, hex]) => hex), LOADS.at(-1)); // so that no slider has to wait for it
}

function render({ model, el }) {
  const cleanups = [];
  const names = ["flips", "radius", "load", "stored", "target", "noise", "steps", "question"];
  const sets = model.get("sets");
  const start = Object.fromEntries(names.map((name) => [name, model.get(name)]));
  const move = (trait) => (value) => change(model, { [trait]: value });
  const place = (n) => LOADS.reduce((best, stop, i) => (Math.abs(stop - n) < Math.abs(LOADS[best] - n) ? i : best), 0);
  const flips = slider({ symbol: "Bits flipped", max: 128, ticks: [[0, "0"], [64, "64"], [128, "128"]], onMove: move("flips") });
  const radius = slider({ symbol: "d", name: "radius in bits", min: 90, max: 125, ticks: [90, 100, FITTING, 125].map((d) => [d, String(d)]), onMove: move("radius") });
  const load = slider({ symbol: "m", name: "patterns stored", max: LOADS.length - 1, place, read: (i) => LOADS[i], ticks: [8, 32, 100, 200].map((n) => [place(n), String(n)]), onMove: move("load") });

  const dress = (one, look) => (Object.assign(one.style, look), one);
  const kinds = ["pictures", "letters"].map((kind) => button(kind, () => change(model, { stored: kind })));
  const group = h("div", { role: "group", "aria-label": "eight patterns are", class: "sr-switch" }, kinds);
  const first = h("div", { class: "sr-pick" }, h("span", { class: "sr-quiet", text: "Eight of them are" }), group);
  const thumbs = sets.pictures.map((_, p) => dress(button("", () => change(model, { target: p })), { width: "34px", height: "34px", padding: "0", borderRadius: "3px" }));
  const shelf = dress(h("div", { role: "group", "aria-label": "which one is damaged", class: "sr-buttons" }, thumbs), { gap: "3px" });
  const again = dress(button("Recall", () => change(model, { steps: model.get("steps") + 1 }), "sr-primary"), { minWidth: "108px", padding: "0 10px" });
  const fresh = button("New noise", () => change(model, { noise: (model.get("noise") + 1) % 10000 }), "sr-tall");
  const reset = button("Reset", () => change(model, start), "sr-tall");

  const status = statusLine(cleanups, "sr-roomy");
  const sign = s("svg", { width: 22, height: 20, "aria-hidden": "true" }, s("path", { d: "M11 2L20 18H2ZM11 8v4.5M11 15.2v.1" }));
  const repair = button(`Set radius ${FITTING}`, () => (change(model, { radius: FITTING }), radius.input.focus()));
  const foot = h("div", { class: "sr-foot" }, sign, status.el, repair);
  const drawing = h("div"), title = plate(el, "", h("div", { class: "sr-plot" }, drawing), h("div", { class: "sr-tray" }, flips.el, radius.el, load.el, first, shelf, h("div", { class: "sr-buttons" }, again, fresh, reset)), foot);

  let width = 628;
  let shown = null;
  function draw() {
    const state = Object.fromEntries([...names, "sets"].map((name) => [name, model.get(name)]));
    const result = compute(state);
    title.textContent = state.question || `Flip ${state.flips} of a ${state.stored.slice(0, -1)}’s 256 bits. Does the memory find its way back?`;
    flips.move(state.flips);
    radius.move(state.radius);
    load.move(state.load);
    kinds.forEach((one) => press(one, one.textContent === state.stored));
    sets[state.stored].forEach(([name, hex], p) => {
      if (shown !== state.stored) set(thumbs[p], { "aria-label": name }).replaceChildren(thumb(hex));
      press(thumbs[p], p === state.target, TAKEN);
    });
    shown = state.stored;
    again.textContent = state.steps ? "Recall again" : "Recall";
    allow(again, state.steps < READS && !result.isSettled);
    const isEmpty = result.answered[0] < 1;
    foot.classList.toggle("sr-warns", isEmpty);
    drawing.replaceChildren(picture(width, state, result));
    status.say(isEmpty ? warning(state, result) : sentence(state, result));
  }
  follow(model, names, draw, cleanups);
  watchWidth(drawing, (next) => ((width = next), draw()), cleanups);
  return () => cleanups.forEach((clean) => clean());
}

function press(one, isPressed, look = {}) {
  set(one, { "aria-pressed": String(isPressed) });
  for (const [name, value] of Object.entries(look)) one.style[name] = isPressed ? value : "";
}

/** Squares of one bit each, as a path; `isIn` says which. */
function squares(isIn, side, gap) {
  const edge = (side - gap).toFixed(2);
  return Array.from({ length: BITS }, (_, i) => (isIn(i) ? `M${(i & 15) * side} ${(i >> 4) * side}h${edge}v${edge}h-${edge}z` : "")).join("");
}

function thumb(hex) {
  const words = Array.from({ length: WORDS }, (_, w) => parseInt(hex.slice(8 * w, 8 * w + 8), 16));
  return s("svg", { width: 32, height: 32, "aria-hidden": "true" }, s("path", { d: squares((i) => bit(words, i), 2, 0), fill: "var(--sr-memory-ink)" }));
}

/** One picture in its frame. Bits that differ from `goal` carry a dot. */
function tile(x, y, cell, role, edge, words, goal) {
  const side = 16 * cell + 16;
  const frame = { x: edge / 2, y: edge / 2, width: side - edge, height: side - edge, rx: 7, fill: "var(--sr-plate)", stroke: `var(--sr-${role === "memory" ? "memory-ink" : role})`, "stroke-width": edge };
  if (!words) return s("g", { transform: `translate(${x} ${y})` }, s("rect", { ...frame, "stroke-width": 2, "stroke-dasharray": "6 5" }));
  const dots = (isSet) => Array.from({ length: BITS }, (_, i) => (bit(words, i) === isSet && bit(goal, i) !== isSet ? `M${((i & 15) + 0.5) * cell - 0.25} ${((i >> 4) + 0.5) * cell - 0.25}h.01` : "")).join("");
  const dot = (isSet, colour) => s("path", { d: dots(isSet), stroke: `var(--sr-${colour})`, "stroke-width": cell * 0.42, "stroke-linecap": "round" });
  const ink = `${role}-ink`;
  return s("g", { transform: `translate(${x} ${y})` }, s("rect", frame),
    s("g", { transform: "translate(8 8)" }, s("path", { d: squares((i) => bit(words, i), cell, 0.5), fill: `var(--sr-${ink})` }), dot(1, "plate"), dot(0, ink)));
}

/** How many bits are wrong after each read. */
function strip(x, y, wide, high, wrong) {
  const at = (t) => x + 10 + ((wide - 20) * t) / READS;
  const up = (n) => y + high - (n * high) / 160;
  const points = wrong.map((n, t) => [at(t), up(n), n, t]);
  const half = [line(x, up(128), x + wide, up(128), "ink", 1.5, "0 5"), words(x + wide, up(128) - 6, "128: chance", "halo", "end")];
  const ticks = Array.from({ length: READS + 1 }, (_, t) => words(at(t), y + high + 18, String(t), "", "middle"));
  const marks = points.map(([px, py, n, t]) => s("circle", { cx: px, cy: py, r: 4.5, "data-wrong": n, ...(t ? { fill: "var(--sr-plate)", stroke: "var(--sr-value)", "stroke-width": 2.5 } : { fill: "var(--sr-query)" }) }));
  const [first, last] = [points[0], points.at(-1)];
  const names = [words(first[0] - (last[3] === 1 ? 3 : 0), first[1] - 10, String(first[2]), "query halo", "middle")];
  if (last !== first) names.push(words(last[0] + (last[3] === 1 ? 5 : 0), last[1] - 10, String(last[2]), "value halo", "middle"));
  const path = s("path", { d: "M" + points.map(([px, py]) => `${px.toFixed(1)} ${py.toFixed(1)}`).join("L"), fill: "none", stroke: "var(--sr-value)", "stroke-width": 2.5 });
  return [half, line(x, y + high, x + wide, y + high, "control", 1.25), ticks, path, marks, names];
}

function picture(width, { steps, stored, target, sets }, { states, goal, wrong, answered, away, nearest }) {
  const name = sets[stored][target][0];
  const isWide = width >= 480;
  const cell = width >= 600 ? 8 : isWide ? 6 : 8;
  const side = 16 * cell + 16;
  const gap = isWide ? (width >= 600 ? 22 : 16) : width - 2 * side;
  const spots = isWide ? [0, 1, 2, 3].map((i) => [i * (side + gap) + (i === 3 ? 8 : 0), 0]) : [[0, 0], [side + gap, 0], [0, side + 60], [side + gap, side + 60]];
  const rest = isWide ? width - spots[3][0] : side;
  const bits = (n) => `${n} ${n === 1 ? "bit" : "bits"} wrong`;
  const label = (i, text, look, below) => [words(spots[i][0], spots[i][1] + 14, text, `${look} halo`), below ? words(spots[i][0], spots[i][1] + side + 40, below, "halo") : []];
  const frames = [["query", 2, states[0], goal], ["value", 4, steps ? states.at(-1) : null, goal], ["memory", 1.5, goal, goal]];
  const say = `The cue is the ${stored === "letters" ? "letter " : ""}${name} with ${wrong[0]} of 256 bits wrong; ${answered[0]} locations answer it. ${steps ? `Bits wrong after each read: ${wrong.slice(1).join(", ")}. What came back is nearest to ${sets[stored][nearest][0]}, ${away} bits away.` : "Nothing has been recalled yet."}`;
  const [x, y] = [spots[1][0] + side / 2, 22 + side / 2];
  const hint = steps ? [] : [words(x, y - 5, `${answered[0]} ${answered[0] === 1 ? "location" : "locations"}`, "", "middle"), words(x, y + 15, "will answer", "", "middle")];
  return canvas(width, isWide ? side + 46 : 2 * side + 106, say,
    frames.map(([role, edge, shown, right], i) => tile(spots[i][0], spots[i][1] + 22, cell, role, edge, shown, right)), hint,
    label(0, "cue", "query", `${bits(wrong[0])}, dotted`), label(1, steps ? `recall, read ${steps}` : "recall", "value", steps ? bits(wrong.at(-1)) : "nothing yet"), label(2, "stored", "memory", name),
    label(3, "bits wrong, by read", "", ""), strip(spots[3][0], spots[3][1] + 22, rest, side, wrong));
}

/** What the picture now shows. */
function sentence({ steps, stored, target, sets }, { wrong, answered, held, nearest, away, isSettled }) {
  const the = (p) => (stored === "letters" ? sets[stored][p][0] : `the ${sets[stored][p][0]}`);
  const bold = (n) => `**${n}**`;
  const hold = `${bold(answered.at(-1))} of 2,000 locations ${steps ? "answered" : "answer this cue"}; ${held.at(-1)} of them ${held.at(-1) === 1 ? "holds" : "hold"} ${the(target)}.`;
  if (!steps) return `${bold(wrong[0])} of 256 bits are wrong. ${hold}`;
  const other = nearest === target ? "" : away ? ` It is nearer to ${the(nearest)}, ${away} bits away.` : ` It came back as ${the(nearest)}.`;
  const rest = wrong.at(-1) && isSettled ? " Nothing changes any more." : "";
  return `${bold(wrong[0])} of 256 bits were wrong, after ${steps === 1 ? "one read" : `${steps} reads`} ${bold(wrong.at(-1))} ${wrong.at(-1) === 1 ? "is" : "are"}. ${hold}${other}${rest}`;
}

function warning({ radius }, { expected }) {
  return `**No location answers: nothing comes back.** Within ${radius} bits of a cue ${digits(expected)} of 2,000 locations are expected.`;
}

export default { compute, initialize, render };
