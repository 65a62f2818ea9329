// An error goes back through time: in a network, by one weight, and along the cell of a gated unit.

const UNITS = 16, SIZE = UNITS * UNITS;
const WARM_UP = 20, FARTHEST = 100; // steps that no error reaches, and steps that it may
const VANISHED = 1e-4, EXPLODED = 1e4;
const GATES = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 0.999, 1];
const LOWS = [-8, -16, -32, -64, -128, -320]; // where the axis may end, in powers of ten
const HIGHS = [6, 16, 32, 64];
const QUESTION = "An error arrives at the last step. How much of it is left for the steps long before?";

/** Numbers from -1 to 1 that belong to a seed, the same in every engine and in Python. */
function draws(seed, n) {
  const mix = (x) => {
    x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
    x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
    return x ^ (x >>> 15);
  };
  const start = mix(seed);
  return Float64Array.from({ length: n }, (_, i) => ((mix((start + Math.imul(i + 1, 0x9e3779b9)) | 0) >>> 0) + 0.5) / 2 ** 31 - 1);
}

/** a diag(between) b, matrices row by row; sums run from left to right, so that every digit is the same everywhere. */
function multiply(a, b, between = null) {
  const product = new Float64Array(SIZE);
  for (let row = 0; row < SIZE; row += UNITS) {
    for (let k = 0; k < UNITS; k++) {
      const [left, from] = [between ? a[row + k] * between[k] : a[row + k], k * UNITS];
      for (let j = 0; j < UNITS; j++) product[row + j] += left * b[from + j];
    }
  }
  return product;
}

/** The largest modulus of the eigenvalues: the root of the size of a high power, by 50 squarings (Gelfand's formula). */
function spectralRadius(matrix) {
  const sizes = [];
  for (let k = 0; k < 50; k++) {
    const size = matrix.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    sizes.push(size);
    matrix = matrix.map((x) => x / size);
    matrix = multiply(matrix, matrix);
  }
  return sizes.reduceRight((root, size) => size * Math.sqrt(root), 1);
}

/**
 * tanh(x) and its slope 1 - tanh(x)^2 by arithmetic alone: a continued fraction of x/64, doubled six times. Math.tanh
 * differs between engines in its last digit, and a chaotic network makes a millionfold of that within a hundred steps.
 */
function saturate(x) {
  const y = x / 64, yy = y * y;
  let h = y / (1 + yy / (3 + yy / (5 + yy / (7 + yy / (9 + yy / (11 + yy / 13))))));
  let slope = 1 - h * h;
  for (let k = 0; k < 6; k++) {
    h = (2 * h) / (1 + h * h);
    const root = slope / (2 - slope);
    slope = root * root;
  }
  return [h, slope];
}

/** Run the tanh network forward from rest; the slopes of its units at each step. */
function forward(weights, inputs, drive) {
  const slopes = [];
  let hidden = new Float64Array(UNITS);
  for (let t = 0; t < WARM_UP + FARTHEST; t++) {
    const [next, slope] = [new Float64Array(UNITS), new Float64Array(UNITS)];
    for (let i = 0; i < UNITS; i++) {
      let sum = drive * inputs[t * UNITS + i];
      for (let j = 0; j < UNITS; j++) sum += weights[i * UNITS + j] * hidden[j];
      [next[i], slope[i]] = saturate(sum);
    }
    slopes.push(slope);
    hidden = next;
  }
  return slopes;
}

/**
 * `network`, `scalar` and `gated` are the gradients 0, 1, ... n_steps steps back, relative to that at 0. That of the
 * network is the Frobenius norm of the product of the Jacobians W^T diag(1 - h^2), divided by that of the identity. `slope`
 * is the mean of 1 - h^2 over units and steps; `half` the steps in which the network's gradient halves or doubles (null:
 * over 690); `total` the norm of its gradients of all steps together, `clipped` these times `factor`, if that is above `clip`.
 */
function compute({ weight, n_steps, activation, drive, forget, clip, seed }) {
  const drawn = draws(seed, SIZE + UNITS * (WARM_UP + FARTHEST));
  const scale = weight / spectralRadius(drawn.slice(0, SIZE));
  const weights = drawn.slice(0, SIZE).map((x) => x * scale);
  const transposed = weights.map((_, i) => weights[(i % UNITS) * UNITS + Math.floor(i / UNITS)]);
  const slopes = activation === "linear" ? null : forward(weights, drawn.slice(SIZE), drive).reverse();
  let product = Float64Array.from({ length: SIZE }, (_, i) => (i % (UNITS + 1) ? 0 : 1));
  let mean = 0;
  const network = [1];
  for (let t = 0; t < n_steps; t++) {
    const slope = slopes ? slopes[t] : new Float64Array(UNITS).fill(1);
    product = multiply(transposed, product, slope);
    let [squares, sum] = [0, 0];
    for (const x of product) squares += x * x;
    for (const x of slope) sum += x;
    const norm = Math.sqrt(squares / UNITS);
    for (let i = 0; i < SIZE; i++) product[i] /= norm; // keeps the entries near 1
    network.push(network[t] * norm);
    mean += sum / UNITS;
  }
  const powers = (base) => network.map((_, t) => base ** t);
  const total = Math.sqrt(network.reduce((sum, x) => sum + x * x, 0));
  const factor = clip === null ? null : Math.min(1, clip / total);
  const rate = Math.abs(Math.log(network[n_steps])) / n_steps;
  return {
    network, scalar: powers(weight), gated: powers(forget), slope: mean / n_steps, half: rate < 1e-3 ? null : Math.LN2 / rate,
    total, factor, clipped: factor === null ? null : network.map((x) => x * factor),
  };
}

function render({ model, el }) {
  const cleanups = [];
  const names = ["weight", "n_steps", "activation", "drive", "forget", "clip", "seed", "question"];
  const read = () => Object.fromEntries(names.map((name) => [name, model.get(name) ?? null])); // a null may be left out of a page
  const start = read();
  const nearest = (list, aim) => list.reduce((best, x, i) => (Math.abs(x - aim) < Math.abs(list[best] - aim) ? i : best), 0);
  const unlessOff = (one, name) => (value) => (one().input.ariaDisabled ? draw() : change(model, { [name]: value }));
  const [drives, limits] = [logScale(0.01, 10, 20), logScale(0.1, 1000, 20)];
  let kept = start.clip ?? 1; // the threshold that comes back with the tick
  const weight = slider({ symbol: "w", name: "spectral radius", min: 50, max: 200, show: (w) => w.toFixed(2), place: (w) => Math.round(100 * w), read: (p) => p / 100, ticks: [50, 100, 150, 200].map((p) => [p, String(p / 100)]), onMove: (w) => change(model, { weight: w }) });
  const steps = slider({ symbol: "T", name: "steps back", min: 5, max: FARTHEST, ticks: [5, 50, 100].map((p) => [p, String(p)]), onMove: (n) => change(model, { n_steps: n }) });
  const drive = slider({ symbol: "s", name: "size of the inputs", max: drives.last, show: digits, place: drives.place, read: drives.read, ticks: [0.01, 0.1, 1, 10].map((x, i) => [20 * i, String(x)]), onMove: unlessOff(() => drive, "drive") });
  const gate = slider({ symbol: "f", name: "forget gate", max: GATES.length - 1, place: (f) => nearest(GATES, f), read: (i) => GATES[i], ticks: [0.5, 0.9, 0.99, 1].map((f) => [GATES.indexOf(f), String(f)]), onMove: (f) => change(model, { forget: f }) });
  const threshold = slider({ symbol: "c", name: "largest norm", max: limits.last, show: digits, place: limits.place, read: limits.read, ticks: [0.1, 1, 10, 100, 1000].map((x, i) => [20 * i, x < 1 ? String(x) : count(x)]), onMove: unlessOff(() => threshold, "clip") });

  const kinds = ["tanh", "linear"].map((kind) => button(kind, () => change(model, { activation: kind })));
  const box = h("input", { type: "checkbox", on: { change: () => change(model, { clip: box.checked ? kept : null }) } });
  const pick = h("div", { class: "sr-pick" }, h("div", { role: "group", "aria-label": "units", class: "sr-switch" }, kinds), h("label", { class: "sr-check" }, box, "clip the norm"));
  const fresh = button("New network", () => change(model, { seed: (model.get("seed") + 1) % 10000 }));
  const reset = button("Reset", () => (change(model, start), (kept = start.clip ?? 1), draw()));
  const status = statusLine(cleanups, "sr-roomiest");
  const drawing = h("div"), terms = Array.from({ length: 4 }, () => [h("dt"), h("dd")]);
  const title = plate(el, "", h("div", { class: "sr-plot" }, drawing),
    h("div", { class: "sr-tray" }, weight.el, steps.el, drive.el, gate.el, pick, threshold.el, h("div", { class: "sr-buttons sr-ends sr-whole" }, fresh, reset)),
    h("dl", { class: "sr-figures sr-four" }, terms.map((pair) => h("div", {}, pair))), h("div", { class: "sr-foot" }, status.el));

  let width = 628;
  function draw() {
    const state = read();
    const result = compute(state);
    kept = state.clip ?? kept;
    title.textContent = state.question || QUESTION;
    const shown = [state.weight, state.n_steps, state.drive, state.forget, kept];
    [weight, steps, drive, gate, threshold].forEach((one, i) => one.move(shown[i]));
    allow(drive.input, state.activation === "tanh");
    allow(threshold.input, state.clip !== null);
    box.checked = state.clip !== null;
    kinds.forEach((one) => set(one, { "aria-pressed": String(one.textContent === state.activation) }));
    const last = result.network.at(-1);
    const figures = [
      [`network, ${state.n_steps} back`, digits(last)],
      [`w^${state.n_steps}, one weight`, digits(result.scalar.at(-1))],
      [`mean of 1${SPACE}${MINUS}${SPACE}h²`, digits(result.slope)],
      [last > 1 ? "doubles every" : "halves every", result.half === null ? ">690 steps" : `${digits(result.half)} steps`],
    ];
    figures.forEach((pair, i) => pair.forEach((text, k) => terms[i][k].replaceChildren(...rich(text))));
    drawing.replaceChildren(picture(width, state, result));
    status.say(sentence(state, result));
  }
  follow(model, names, draw, cleanups);
  watchWidth(drawing, (next) => ((width = next), draw()), cleanups);
  return () => cleanups.forEach((clean) => clean());
}

/** Words that end in a raised exponent. */
function raised(x, y, text, exponent, look = "", at = "start") {
  const label = words(x, y, text, look, at);
  label.append(s("tspan", { dy: -5, "font-size": 10.5, text: exponent }));
  return label;
}

function picture(width, state, { network, scalar, gated, clipped }) {
  const isWide = width >= 480;
  const [left, top, high, steps] = [44, 26, isWide ? 290 : 250, network.length - 1];
  const [wide, base] = [width - left - (isWide ? 104 : 64), top + high];
  const logs = [network, scalar, gated, clipped ?? []].flat().map((v) => Math.log10(v));
  const [least, most] = [Math.min(...logs), Math.max(...logs)];
  const low = LOWS.find((v) => v <= least); // each zone takes at least nine hundredths of the height: room for its name
  const ceiling = HIGHS.find((v) => v >= most && v - 4 >= 0.09 * (v - low));
  const floor = LOWS.find((v) => v <= low && -4 - v >= 0.09 * (ceiling - v));
  const x = (t) => left + (t / steps) * wide;
  const up = (power) => base - (high * (power - floor)) / (ceiling - floor);
  const y = (v) => up(Math.log10(v));
  const curve = (values, look) => s("path", { d: "M" + values.map((v, t) => `${x(t).toFixed(2)} ${y(v).toFixed(2)}`).join("L"), fill: "none", "stroke-linejoin": "round", "data-end": values.at(-1), ...look });

  const zone = (from, to) => s("rect", { x: left, y: up(from), width: wide, height: up(to) - up(from), fill: "var(--sr-sunk)" });
  const gap = [1, 2, 4, 8, 16, 32, 64].find((one) => (ceiling - floor) / one <= 9);
  const powers = Array.from({ length: Math.floor(ceiling / gap) - Math.ceil(floor / gap) + 1 }, (_, i) => (Math.ceil(floor / gap) + i) * gap);
  const grid = powers.map((p) => [line(left, up(p), left + wide, up(p), p ? "line" : "control"), p ? raised(left - 8, up(p) + 4.5, "10", String(p).replace("-", MINUS), "", "end") : words(left - 8, up(p) + 4.5, "1", "", "end")]);
  const step = [1, 2, 5, 10, 20].find((one) => steps / one <= (isWide ? 10 : 5));
  const stops = Array.from({ length: Math.floor(steps / step) + 1 }, (_, i) => i * step);
  const ticks = stops.map((t) => [line(x(t), base, x(t), base + 5, "control", 1.25), words(x(t), base + 20, String(t), "", "middle")]);
  const marks = [curve(scalar, { stroke: "var(--sr-control)", "stroke-width": 1.5, "stroke-dasharray": "6 4" }), curve(gated, { stroke: "var(--sr-memory-ink)", "stroke-width": 1.5 })];
  marks.push(...stops.slice(1).map((t) => s("circle", { cx: x(t).toFixed(2), cy: y(gated[t]).toFixed(2), r: 3.5, class: "sr-outlined" })));
  marks.push(curve(network, { stroke: "var(--sr-ink)", "stroke-width": 2.75 }));
  if (clipped) marks.push(curve(clipped, { stroke: "var(--sr-ink)", "stroke-width": 2.75, "stroke-dasharray": "0 5.5", "stroke-linecap": "round" }));

  const between = (values, px) => { // the height of a curve over a place
    const t = Math.min(steps - 1, Math.floor(((px - left) / wide) * steps)), share = ((px - left) / wide) * steps - t;
    return y(values[t]) * (1 - share) + y(values[t + 1]) * share;
  };
  const clear = (height) => left + ([10, (wide - 124) / 2, wide - 134].find((at) => [network, scalar, gated, clipped ?? []].every((values) => !values.length || Array.from({ length: 34 }, (_, i) => left + at - 4 + 4 * i).every((px) => Math.abs(between(values, px) - height) > 11))) ?? 10);
  const names = [["network", "", "bold", network], [isWide ? "one weight, w" : "w", "t", "", scalar], [isWide ? "gated cell, f" : "f", "t", "memory", gated], ["clipped", "", "ink", clipped]].filter((one) => one[3]);
  const places = apart(names.map((one) => y(one[3].at(-1))), top + 4, base);
  const labels = names.map(([text, exponent, look], i) => raised(left + wide + 10, places[i] + 4.5, text, exponent, look));
  const texts = [words(0, 11, "size of the gradient, relative to the last step"), words(left + wide / 2, base + 40, "steps back, t", "", "middle"),
    raised(clear(top + 10), top + 16, "explodes: above 10", "4", "halo"), raised(clear(base - 14), base - 8, "vanishes: below 10", `${MINUS}4`, "halo")];
  texts.slice(-2).forEach((label) => (label.style.stroke = "var(--sr-sunk)")); // their ground is not the plate
  return canvas(width, base + 48, spoken(state, { network, scalar, gated, clipped }), zone(ceiling, 4), zone(-4, floor), grid, line(left, base, left + wide, base, "control", 1.25), ticks, marks, labels, texts);
}

/** Heights for labels that want to stand at `wanted`: in the same order, 16 apart, between `top` and `base`. */
function apart(wanted, top, base) {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b]);
  const places = [];
  order.forEach((i, rank) => (places[i] = Math.max(wanted[i], rank ? places[order[rank - 1]] + 16 : top)));
  order.reverse().forEach((i, rank) => (places[i] = Math.min(places[i], rank ? places[order[rank - 1]] - 16 : base)));
  return places;
}

const zoneOf = (size) => (size < VANISHED ? ": vanished" : size > EXPLODED ? ": exploded" : "");

/** The picture in sentences. */
function spoken({ weight, activation, forget, clip }, { network, scalar, gated, clipped }) {
  const say = (v) => (v >= 0.001 && v < 99999.5 ? digits(v) : `10 to the power ${Math.log10(v).toFixed(1).replace("-", MINUS)}`);
  const some = [1, 2, 3, 4].map((k) => Math.round((k * (network.length - 1)) / 4));
  const parts = [`The norm of the gradient on a logarithmic axis, relative to that at the last step. In a ${activation} network of ${UNITS} units with spectral radius ${weight.toFixed(2)}: ${some.map((t) => `${say(network[t])} at ${t} steps back`).join(", ")}${zoneOf(network.at(-1))}.`];
  parts.push(`One weight of the same size gives ${say(scalar.at(-1))}, and a cell with the forget gate ${forget} keeps ${say(gated.at(-1))}.`);
  if (clipped) parts.push(`Clipped at ${digits(clip)}, the gradient of the network goes from ${say(clipped[0])} to ${say(clipped.at(-1))}.`);
  return parts.join(" ");
}

/** What the picture now shows. */
function sentence({ weight, n_steps, activation, forget, clip }, { network, scalar, gated, slope, total, factor }) {
  const last = network.at(-1);
  const off = Math.max(...network.map((v, t) => Math.max(v / scalar[t], scalar[t] / v)));
  const tanh = `ach step is also multiplied by 1${SPACE}${MINUS}${SPACE}h², ${digits(slope)} on average.`;
  const why = activation === "linear" ? `. It stays within a factor of ${digits(off)} of one weight w.` : weight > 1 && last < 1 ? `, although w${SPACE}>${SPACE}1: e${tanh}` : `. E${tanh}`;
  const gate = ` The gated cell keeps **${forget === 1 ? "all of it" : digits(gated.at(-1))}**.`;
  const end = last < VANISHED ? ", which brings nothing back" : factor < VANISHED ? ": now the last step is lost" : "";
  const cut = clip === null ? "" : factor === 1 ? ` All steps together have norm ${digits(total)}: clipping at ${digits(clip)} changes nothing.` : ` Clipping at ${digits(clip)} multiplies every step by ${digits(factor)}${end}.`;
  return `${n_steps} steps back the gradient is **${digits(last)}** ${last < 1 ? "of" : "times"} what it was${zoneOf(last)}${why}${gate}${cut}`.replace(/ × /g, `${SPACE}×${SPACE}`);
}

function initialize() {}
export default { compute, initialize, render };
