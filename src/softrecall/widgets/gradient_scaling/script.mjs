// An error goes back through time: in a network, by one weight, and along the cell of a gated unit.

const UNITS = 16;
const SIZE = UNITS * UNITS;
const [WARM_UP, FARTHEST] = [20, 100]; // steps that no error reaches, and steps that it may
const [VANISHED, EXPLODED] = [1e-4, 1e4];
const EDGE = 10; // the axis ends at ten to this power, up and down, whatever is drawn: so slopes can be compared
const GATES = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 0.999, 1];

const isClipped = ({ clip }) => typeof clip === "number"; // a null may be left out of a page

/** a diag(between) b, row by row; sums run from left to right, so that every digit is the same everywhere. */
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

/** The largest modulus of the eigenvalues: the root of the size of a high power, squared 50 times (Gelfand). */
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
  const y = x / 64;
  const yy = y * y;
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
 * network is the Frobenius norm of the product of the Jacobians W^T diag(1 - h^2), divided by that of the identity.
 * `slope` is the mean of 1 - h^2 over units and steps; `rate` the factor by which the network's gradient changes each
 * step, in the geometric mean; `total` the norm of its gradients of all steps together, and `clipped` these times
 * `factor`, if that norm is above `clip`.
 */
function compute({ weight, n_steps, activation, drive, forget, clip, seed }) {
  const chance = chances(seed);
  const drawn = Float64Array.from({ length: SIZE + UNITS * (WARM_UP + FARTHEST) }, (_, i) => 2 * chance(i) - 1);
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
  const factor = isClipped({ clip }) ? Math.min(1, clip / total) : null;
  const clipped = factor === null ? null : network.map((x) => x * factor);
  const curves = { network, scalar: powers(weight), gated: powers(forget), clipped };
  return { ...curves, slope: mean / n_steps, rate: network[n_steps] ** (1 / n_steps), total, factor };
}

function question({ question }) {
  return question || "An error arrives at the last step. How much of it is left for the steps long before?";
}

function render({ model, el }) {
  const names = ["weight", "n_steps", "activation", "drive", "forget", "clip", "seed", "question"];
  return play({ model, el }, names, ({ start, read, tell }) => {
    const onTrait = (trait) => (value) => tell({ [trait]: value });
    const named = (values, place = (value) => value) =>
      values.map((value) => [place(value), value < 1000 ? String(value) : count(value)]);
    const [inputs, norms] = [logScale(0.01, 10, 20), logScale(0.1, 1000, 20)];
    const hundredths = { place: (w) => Math.round(100 * w), read: (p) => p / 100, show: (w) => w.toFixed(2) };
    const radius = { min: 50, max: 200, ...hundredths, ticks: named([0.5, 1, 1.5, 2], hundredths.place) };
    const length = { min: 5, max: FARTHEST, ticks: named([5, 50, 100]) };
    const sizes = { max: inputs.last, ...inputs, show: digits, ticks: named([0.01, 0.1, 1, 10], inputs.place) };
    const limits = { max: norms.last, ...norms, show: digits, ticks: named([0.1, 1, 10, 100, 1000], norms.place) };
    const gates = onList(GATES, [0.5, 0.9, 0.99, 1]);
    const weight = slider({ symbol: "w", name: "spectral radius", ...radius, onMove: onTrait("weight") });
    const steps = slider({ symbol: "T", name: "steps back", ...length, onMove: onTrait("n_steps") });
    const drive = slider({ symbol: "s", name: "size of the inputs", ...sizes, onMove: onTrait("drive") });
    const gate = slider({ symbol: "f", name: "forget gate", ...gates, onMove: onTrait("forget") });
    const threshold = slider({ symbol: "c", name: "largest norm", ...limits, onMove: onTrait("clip") });
    let kept = start.clip ?? 1; // the threshold that comes back with the tick
    const kind = choice("units", ["tanh", "linear"], onTrait("activation"));
    const clipped = tickBox("clip the norm", (isOn) => tell({ clip: isOn ? kept : null }));
    const fresh = button("New network", () => tell({ seed: (read().seed + 1) % 10000 }));
    const reset = button("Reset", () => {
      kept = start.clip ?? 1;
      tell(start);
      threshold.move(kept);
    });
    const move = (state, { network, scalar, slope, rate }) => {
      kept = state.clip ?? kept;
      weight.move(state.weight);
      steps.move(state.n_steps);
      drive.move(state.drive);
      gate.move(state.forget);
      threshold.move(kept);
      drive.allow(state.activation === "tanh");
      threshold.allow(isClipped(state));
      clipped.move(isClipped(state));
      kind.move(state.activation);
      return [digits(network.at(-1)), digits(scalar.at(-1)), digits(slope), `× ${digits(rate)}`];
    };
    const buttons = h("div", { class: "sr-buttons sr-ends" }, fresh, reset);
    const tray = [weight.el, steps.el, drive.el, gate.el, kind.el, buttons, clipped.el, threshold.el];
    const terms = ["network at the end", "one weight", `mean of 1${SPACE}${MINUS}${SPACE}h²`, "network, each step"];
    return { tray, move, terms, look: "sr-roomiest" };
  });
}

// ---- drawing --------------------------------------------------------------------------------------------------------

/** Words that end in a raised exponent. */
function raised(x, y, text, exponent, look = "", at = "start") {
  const label = words(x, y, text, look, at);
  if (exponent) label.append(s("tspan", { dy: -5, "font-size": 10.5, text: exponent }));
  return label;
}

const power = (value) => String(value).replace("-", MINUS);

/** An arrowhead at the edge of the axis: here a curve goes on beyond it. */
function arrow(x, y, isUp, fill) {
  const tip = y + (isUp ? -8 : 8);
  return s("path", { d: `M${(x - 5).toFixed(2)} ${y}h10L${x.toFixed(2)} ${tip}z`, fill });
}

/** A curve of powers of ten: `d` is its path within the axis, `exits` are the places where it leaves the axis. */
function within(logs, x, up) {
  const isIn = (v) => Math.abs(v) <= EDGE;
  const at = (t, v) => `${x(t).toFixed(2)} ${up(v).toFixed(2)}`;
  const exits = [];
  let d = isIn(logs[0]) ? `M${at(0, logs[0])}` : "";
  for (let t = 1; t < logs.length; t++) {
    const [before, now] = [logs[t - 1], logs[t]];
    const edge = EDGE * Math.sign(isIn(now) ? before : now);
    const cross = t - 1 + (edge - before) / (now - before);
    if (isIn(before)) d += `L${isIn(now) ? at(t, now) : at(cross, edge)}`;
    else if (isIn(now)) d += `M${at(cross, edge)}L${at(t, now)}`;
    if (isIn(before) && !isIn(now)) exits.push([x(cross), edge]);
  }
  return { d, exits };
}

/** The name of a curve at its end, as rows of text, exponent, look and height; beyond the axis with its number. */
function nameOf([name, look], log, isWide, height) {
  const full = { w: "one weight, w", f: "gated cell, f" };
  const rows = [[isWide ? full[name] || name : name, name.length === 1 ? "t" : "", look, height]];
  if (Math.abs(log) <= EDGE) return rows;
  const [digit, exponent] = isWide ? digits(10 ** log).split("^") : ["10", power(Math.round(log))];
  return [...rows, [digit, exponent, look, height]];
}

/** A place at this height for a text of this length, where no name stands and, if there is one, no curve runs. */
function clear(height, room, [left, right], names, places, curves) {
  const spots = [left + 8, (left + right - room) / 2, right - room - 8];
  const offNames = (at) => {
    const isBeside = at + room < names[0] - 4 || at > names[1];
    return isBeside || places.every((y) => Math.abs(y - height) > 20);
  };
  const offCurves = (at) =>
    curves.every((points) => points.every(([x, y]) => x < at || x > at + room || Math.abs(y - height) > 11));
  return spots.find((at) => offNames(at) && offCurves(at)) ?? spots.find(offNames) ?? spots[0];
}

function picture(width, state, result) {
  const { network, scalar, gated, clipped } = result;
  const isWide = width >= 480;
  const [left, top, high, steps] = [44, 26, isWide ? 290 : 232, network.length - 1];
  const [right, base] = [width - (isWide ? 104 : 64), top + high];
  const x = (t) => left + (t / FARTHEST) * (right - left);
  const up = (v) => top + (high * (EDGE - v)) / (2 * EDGE);
  const place = (v) => up(Math.max(-EDGE, Math.min(EDGE, v)));
  const ink = { stroke: tone("ink"), "stroke-width": 2.75 };
  const curves = [
    ["w", "", scalar, { stroke: tone("control"), "stroke-width": 1.5, "stroke-dasharray": "6 4" }],
    ["f", "memory", gated, { stroke: tone("memory-ink"), "stroke-width": 1.5 }],
    ["network", "bold", network, ink],
    ["clipped", "ink", clipped, { ...ink, "stroke-dasharray": "0 5.5", "stroke-linecap": "round" }],
  ].filter((one) => one[2]);
  const logs = curves.map((one) => one[2].map(Math.log10));

  const zone = (from, to) =>
    s("rect", { x: left, y: up(from), width: right - left, height: up(to) - up(from), fill: tone("sunk") });
  const rung = (_, i) => {
    const [p, y] = [2 * i - EDGE, up(2 * i - EDGE)];
    const label = raised(left - 8, y + 4.5, p ? "10" : "1", p ? power(p) : "", "", "end");
    return [line(left, y, right, y, p ? "line" : "control"), label];
  };
  const stops = Array.from({ length: isWide ? 11 : 5 }, (_, i) => (isWide ? 10 : 25) * i);
  const ticks = stops.map((t) => [x(t), String(t)]);
  const marks = curves.map(([, , values, look], i) => {
    const { d, exits } = within(logs[i], x, up);
    const path = s("path", { d, fill: "none", "stroke-linejoin": "round", "data-end": values.at(-1), ...look });
    const heads = exits.map(([at, edge]) => arrow(at, up(edge), edge > 0, look.stroke));
    const first =
      logs[i][0] < -EDGE
        ? raised(left + 8, base - 8, "clipped: from 10", power(Math.round(logs[i][0])), "halo sunk")
        : [];
    return [path, heads, first];
  });
  const dots = stops.filter((t) => t > 0 && t <= steps && Math.abs(logs[1][t]) <= EDGE);
  const purple = dots.map((t) => s("circle", { cx: x(t), cy: up(logs[1][t]), r: 3.5, class: "sr-outlined" }));

  const names = curves.flatMap((one, i) => nameOf(one, logs[i].at(-1), isWide, place(logs[i].at(-1))));
  const heights = names.map((one) => one[3]);
  const places = apart(heights, top + 4, base - 4);
  const start = x(steps) + 10;
  const labels = names.map(([text, exponent, look], i) =>
    raised(start, places[i] + 4.5, text, exponent, `${look} halo`),
  );
  const points = logs.map((values) => values.map((v, t) => [x(t), place(v)]));
  const zones = [
    [isWide ? "explodes: above 10" : "explodes", 4, up(4) - 12],
    [isWide ? "vanishes: below 10" : "vanishes", -4, up(-4) + 12],
  ].map(([text, exponent, y]) => {
    const at = clear(y, isWide ? 132 : 56, [left, right], [start, start + (isWide ? 96 : 56)], places, points);
    return raised(at, y + 4.5, text, isWide ? power(exponent) : "", "halo sunk");
  });
  const grid = [zone(EDGE, 4), zone(-4, -EDGE), Array.from({ length: 11 }, rung).flat()].flat();
  const title = words(0, 11, "size of the gradient, relative to the last step");
  const last = line(x(steps), top, x(steps), base, "control", 1.5, "0 5");
  const frame = [...grid, last, axis(left, right, base, ticks, "steps back, t"), title].flat();
  return canvas(width, base + 44, spoken(state, result), frame, zones, marks.flat(3), purple, labels);
}

const zoneOf = (size) => (size < VANISHED ? ": vanished" : size > EXPLODED ? ": exploded" : "");

/** The picture in sentences. */
function spoken({ weight, activation, forget, clip }, { network, scalar, gated, clipped }) {
  const far = (v) => `10 to the power ${power(Math.log10(v).toFixed(1))}`;
  const say = (v) => (v >= 0.001 && v < 99999.5 ? digits(v) : far(v));
  const some = [1, 2, 3, 4].map((k) => Math.round((k * (network.length - 1)) / 4));
  const listed = some.map((t) => `${say(network[t])} at ${t} steps back`).join(", ");
  const parts = [
    "The norm of the gradient on a logarithmic axis, relative to that at the last step.",
    `In a ${activation} network of ${UNITS} units with spectral radius ${weight.toFixed(2)}:`,
    `${listed}${zoneOf(network.at(-1))}.`,
    `One weight of the same size gives ${say(scalar.at(-1))},`,
    `and a cell with the forget gate ${forget} keeps ${say(gated.at(-1))}.`,
  ];
  const ends = clipped && `from ${say(clipped[0])} to ${say(clipped.at(-1))}`;
  if (clipped) parts.push(`Clipped at ${digits(clip)}, the gradient of the network goes ${ends}.`);
  return parts.join(" ");
}

/** What the picture now shows. */
function sentence(state, { network, scalar, gated, slope, total, factor }) {
  const { weight, n_steps, activation, forget, clip } = state;
  const last = network.at(-1);
  const off = Math.max(...network.map((v, t) => Math.max(v / scalar[t], scalar[t] / v)));
  const tanh = `ach step is also multiplied by 1${SPACE}${MINUS}${SPACE}h², ${digits(slope)} on average.`;
  const isTamed = weight > 1 && last < 1;
  const nonlinear = isTamed ? `, although w${SPACE}>${SPACE}1: e${tanh}` : `. E${tanh}`;
  const why = activation === "linear" ? `. It stays within a factor of ${digits(off)} of one weight w.` : nonlinear;
  const share = `**${digits(last)}** ${last < 1 ? "of" : "times"} what it was${zoneOf(last)}`;
  const gate = `The gated cell keeps **${forget === 1 ? "all of it" : digits(gated.at(-1))}**.`;
  const end = last < VANISHED ? ", which brings nothing back" : factor < VANISHED ? ": now the last step is lost" : "";
  const idle = ` All steps together have norm ${digits(total)}: clipping at ${digits(clip ?? 1)} changes nothing.`;
  const cuts = ` Clipping at ${digits(clip ?? 1)} multiplies every step by ${digits(factor ?? 1)}${end}.`;
  const cut = !isClipped(state) ? "" : factor === 1 ? idle : cuts;
  return `${n_steps} steps back the gradient is ${share}${why} ${gate}${cut}`.replace(/ × /g, `${SPACE}×${SPACE}`);
}

export default { compute, initialize, render };
