// A leaky integrate-and-fire neuron in a steady current, and the gates of an axon after a kick.

const [STEP, RUN, SHOWN] = [0.5, 1000, 200]; // ms of the neuron: a step, all of it, and what is drawn
const [REST, RESISTANCE, REFRACTORY, MOST] = [-65, 10, 2, 4]; // mV, MOhm, ms; the largest current in nA
const CURRENTS = Array.from({ length: 201 }, (_, i) => i / 50);
const [AXON_STEP, AXON_RUN] = [0.05, 20]; // ms of the axon
const CEILINGS = [50, 100, 200, 500]; // where the axis of the rate may end
const GATES = ["m", "h", "n"];

/** The rate of a current in closed form, in Hz. */
function rateOf(current, { tau, threshold }) {
  const above = REST + RESISTANCE * current - threshold;
  return above > 0 ? 1000 / (REFRACTORY + tau * Math.log1p((threshold - REST) / above)) : 0;
}

/** The ms from a voltage to the next spike; `end` is where the voltage goes, `draw` an exponential random number. */
function waitFor(v, end, span, { tau, threshold, noise }, draw) {
  if (span === 0) return Infinity;
  if (noise > 0) return draw() * Math.exp((threshold - end - (v - end) * Math.exp(-span / (2 * tau))) / noise);
  return end > threshold ? tau * Math.log1p((threshold - v) / (end - threshold)) : Infinity;
}

/**
 * `v` is the voltage in mV after each step that is drawn, `spikes` are the times of all spikes, `n_spikes` of them in
 * 1 s; `variation` is the standard deviation of the intervals over their mean, null if there are not two. `least` is
 * the current in nA that just reaches the threshold, `rate` the closed form, `half` that of half the current, `curve`
 * that of all currents.
 */
function neuron(state) {
  const [chance, end] = [chances(state.seed), REST + RESISTANCE * state.current];
  const toward = (v, ms) => end + (v - end) * Math.exp(-ms / state.tau);
  const [v, spikes] = [[REST], []];
  let free = 0; // when the voltage may move again
  for (let k = 0; k < RUN / STEP; k++) {
    const [start, stop] = [Math.max(k * STEP, free), (k + 1) * STEP];
    const span = Math.max(stop - start, 0);
    const wait = waitFor(v[k], end, span, state, () => -Math.log(chance(k)));
    v.push(toward(v[k], span));
    if (wait > span) continue;
    spikes.push(start + wait);
    free = start + wait + REFRACTORY;
    v[k + 1] = toward(REST, Math.max(stop - free, 0));
  }
  const n = spikes.length - 1;
  const mean = (spikes[n] - spikes[0]) / n;
  const square = spikes.reduce((sum, t, i) => sum + (i ? (t - spikes[i - 1] - mean) ** 2 : 0), 0);
  return {
    v: v.slice(0, SHOWN / STEP + 1),
    spikes,
    n_spikes: n + 1,
    variation: n > 1 ? Math.sqrt(square / n) / mean : null,
    least: (state.threshold - REST) / RESISTANCE,
    rate: rateOf(state.current, state),
    half: rateOf(state.current / 2, state),
    curve: CURRENTS.map((current) => rateOf(current, state)),
  };
}

/** The rates at which the gates n, m and h open and close, per ms. */
function rates(v) {
  const ramp = (x) => (x === 0 ? 1 : x / -Math.expm1(-x));
  return [
    [0.1 * ramp((v + 55) / 10), 0.125 * Math.exp(-(v + 65) / 80)],
    [ramp((v + 40) / 10), 4 * Math.exp(-(v + 65) / 18)],
    [0.07 * Math.exp(-(v + 65) / 20), 1 / (1 + Math.exp(-(v + 35) / 10))],
  ];
}

/** What the open channels of sodium and potassium conduct, in mS/cm2. */
const conducts = ([, n, m, h]) => [120 * m ** 3 * h, 36 * n ** 4];

/** How fast the voltage and the gates n, m, h change. */
function slope(y) {
  const [sodium, potassium] = conducts(y);
  const ionic = sodium * (y[0] - 50) + potassium * (y[0] + 77) + 0.3 * (y[0] + 54.387);
  return [-ionic, ...rates(y[0]).map(([alpha, beta], i) => alpha * (1 - y[i + 1]) - beta * y[i + 1])];
}

/**
 * The axon after its kick, by RK4: `v`, `n`, `m`, `h` after each step; `now` is the step that is read, `sodium` and
 * `potassium` what they conduct then. `peak` is the highest voltage, `top` its step if there is a spike.
 */
function gates({ kick, time }) {
  const plus = (y, slopes, by) => y.map((x, i) => x + by * slopes[i]);
  const steps = [[REST + kick, ...rates(REST).map(([alpha, beta]) => alpha / (alpha + beta))]];
  for (let i = 0; i < AXON_RUN / AXON_STEP; i++) {
    const [y, a] = [steps[i], slope(steps[i])];
    const b = slope(plus(y, a, AXON_STEP / 2));
    const c = slope(plus(y, b, AXON_STEP / 2));
    const d = slope(plus(y, c, AXON_STEP));
    steps.push(y.map((x, j) => x + (AXON_STEP / 6) * (a[j] + 2 * b[j] + 2 * c[j] + d[j])));
  }
  const [v, n, m, h] = [0, 1, 2, 3].map((j) => steps.map((y) => y[j]));
  const now = Math.floor(time / AXON_STEP + 0.5);
  const [sodium, potassium] = conducts(steps[now]);
  const peak = Math.max(...v);
  return { v, n, m, h, now, sodium, potassium, peak, top: peak > 0 ? v.indexOf(peak) : null };
}

/** The numbers of what is shown. */
function compute(state) {
  return state.view === "gates" ? gates(state) : neuron(state);
}

function question({ question, view }) {
  const own = {
    neuron: "A steady current goes in. Why do clicks come out?",
    gates: "A kick, and the axon clicks or stays silent. What decides?",
  };
  return question || own[view];
}

const volts = (v, places = 1) => `${v.toFixed(places).replace("-", MINUS)}${SPACE}mV`;
const amps = (current) => `${current.toFixed(2)}${SPACE}nA`;
const ms = (t) => `${t.toFixed(1)}${SPACE}ms`;

function render({ model, el }) {
  const names = ["current", "tau", "threshold", "noise", "seed", "view", "kick", "time", "question"];
  return play({ model, el }, names, ({ start, read, tell }) => {
    /** A slider for a trait, with so many positions to a unit. */
    const made = (trait, symbol, name, [min, max], steps, ticks, show) => {
      const named = ticks.map((value) => [steps * value, String(value).replace("-", MINUS)]);
      const places = { place: (value) => Math.round(steps * value), read: (p) => p / steps };
      const range = { min: steps * min, max: steps * max, ...places, ticks: named };
      return [trait, slider({ symbol, name, ...range, show, onMove: (value) => tell({ [trait]: value }) })];
    };
    const sliders = [
      made("current", "I", "current", [0, MOST], 50, [0, 1, 2, 3, 4], amps),
      made("tau", "τ", "time constant", [2, 50], 1, [2, 10, 30, 50], (t) => `${digits(t)}${SPACE}ms`),
      made("threshold", "", "threshold", [-60, -40], 2, [-60, -50, -40], (v) => volts(v)),
      made("noise", "Δ", "noise, a soft threshold", [0, 4], 10, [0, 1, 2, 3, 4], (v) => volts(v)),
      made("kick", "", "size of the kick", [0, 20], 10, [0, 5, 10, 15, 20], (v) => volts(v)),
      made("time", "t", "time after the kick", [0, AXON_RUN], 10, [0, 5, 10, 15, 20], ms),
    ];
    const shown = ["leak and fire", "gates of an axon"];
    const view = choice("Look at", ["neuron", "gates"], (view) => tell({ view }), shown);
    const fresh = button("New noise", () => tell({ seed: (read().seed + 1) % 10000 }));
    const reset = button("Reset", () => tell(start));
    const move = (state) => {
      const isNeuron = state.view === "neuron";
      sliders.forEach(([trait, one], i) => (one.move(state[trait]), one.allow(i < 4 === isNeuron)));
      view.move(state.view);
      allow(fresh, isNeuron && state.noise > 0);
    };
    const ends = h("div", { class: "sr-buttons sr-ends" }, fresh, reset);
    return { tray: [view.el, ends, ...sliders.map(([, one]) => one.el)], move, look: "sr-roomiest" };
  });
}

// ---- drawing --------------------------------------------------------------------------------------------------------

/** A panel: title, a line and a label for each [height, text] of `marks`, and the axis below. */
function panel({ left, right, top, base }, title, up, marks, ticks, name = "") {
  const rung = ([value, text]) => [
    line(left, up(value), right, up(value), "line"),
    words(left - 7, up(value) + 4.5, text, "", "end"),
  ];
  return [title, marks.map(rung), axis(left, right, base, ticks, name)].flat(2);
}

const scale = (from, to, low, high) => (value) => low + ((value - from) / (to - from)) * (high - low);
const signed = (list) => list.map((v) => [v, String(v).replace("-", MINUS)]);

/** The voltage of the neuron, and its spikes as strokes: a spike of this model has no shape of its own. */
function traced(box, { threshold, noise }, { v, spikes }) {
  const x = scale(0, SHOWN, box.left, box.right);
  const up = scale(-70, -28, box.base, box.top);
  const shown = spikes.filter((t) => t <= SHOWN);
  const [runs, feet] = [[[]], []]; // pieces of the voltage, and where each spike sets off
  let next = 0;
  v.forEach((value, k) => {
    for (; next < shown.length && shown[next] <= k * STEP; next++) {
      const at = x(shown[next]);
      feet.push(noise > 0 ? up(Math.min(-30, v[k - 1])) : up(threshold));
      runs.at(-1).push([at, feet.at(-1)]);
      runs.push([[at, up(REST)]]);
    }
    runs.at(-1).push([x(k * STEP), up(Math.min(-30, value))]);
  });
  const stroke = (t, i) => set(line(x(t), feet[i], x(t), up(-29), "value", 2), { "data-spike": t });
  const high = Math.max(up(threshold - noise) - up(threshold + noise), 0);
  const soft = { x: box.left, y: up(threshold + noise), width: box.right - box.left, height: high, class: "sr-band" };
  const title = [
    words(0, 11, "voltage in mV", "memory"),
    words(box.right, 11, `spikes in ${SHOWN}${SPACE}ms`, "value", "end"),
  ];
  const ticks = [0, 50, 100, 150, 200].map((t) => [x(t), String(t)]);
  return [
    panel(box, title, up, signed([-70, -60, -50, -40, -30]), ticks),
    noise > 0 ? s("rect", { ...soft, "data-noise": noise }) : [],
    line(box.left, up(threshold), box.right, up(threshold), "ink", 1.5, "6 4"),
    carried(runs.map(through).join("")),
    shown.map(stroke),
    words(box.left + 4, up(threshold) - 6, "threshold", "halo"),
  ].flat(2);
}

/** The rate over the current: the closed form as a line, what was counted as a point. */
function rated(box, { current }, { n_spikes, least, curve }) {
  const ceiling = CEILINGS.find((v) => v >= Math.max(n_spikes, curve.at(-1)));
  const x = scale(0, MOST, box.left, box.right);
  const up = scale(0, ceiling, box.base, box.top);
  const points = CURRENTS.map((now, i) => [x(now), up(curve[i])]);
  points.splice(CURRENTS.filter((now) => now <= least).length, 0, [x(least), up(0)]);
  const path = { d: through(points), fill: "none", stroke: tone("ink"), "stroke-width": 2, "stroke-linejoin": "round" };
  const title = words(box.left - 34, box.top - 15, "spikes per second", "bold");
  const ticks = [0, 1, 2, 3, 4].map((now) => [x(now), String(now)]);
  return [
    panel(box, title, up, signed([0, ceiling / 2, ceiling]), ticks, "current in nA"),
    s("path", path),
    set(line(x(current), box.base, x(current), box.top, "query", 1.5, "6 4"), { "data-current": current }),
    s("circle", { cx: x(current), cy: up(n_spikes), r: 6, fill: tone("value"), "data-count": n_spikes }),
  ].flat();
}

/** One curve of the axon: a path, and a dot where it is read. */
const curveOf = (x, up, values, now, look, dot) => [
  s("path", { d: through(values.map((value, i) => [x(i), up(value)])), fill: "none", ...look }),
  s("circle", { cx: x(now), cy: up(values[now]), r: 5, ...dot }),
];

/** The voltage of the axon over its gates, and the moment at which they are read. */
function gated(width, top, high, lower, result) {
  const [left, right] = [40, width - 30];
  const x = scale(0, AXON_RUN / AXON_STEP, left, right);
  const above = { left, right, top, base: top + high };
  const below = { left, right, top: above.base + 44, base: above.base + 44 + lower };
  const [volt, share] = [scale(-90, 50, above.base, above.top), scale(0, 1, below.base, below.top)];
  const { v, now } = result;
  const styles = [null, "6 4", "2 4"].map((dashes) => ({
    stroke: tone("ink"),
    "stroke-width": 2,
    "stroke-dasharray": dashes,
  }));
  const lines = GATES.map((name, i) => {
    const dot = { fill: tone("ink"), [`data-${name}`]: result[name][now] };
    return curveOf(x, share, result[name], now, styles[i], dot);
  });
  const heights = apart(
    GATES.map((name) => share(result[name].at(-1))),
    below.top,
    below.base - 4,
  );
  const ticks = [0, 5, 10, 15, 20].map((t) => [x(t / AXON_STEP), String(t)]);
  const purple = { class: "sr-outlined", "data-v": v[now] };
  return [
    panel(above, words(0, 11, "voltage in mV", "memory"), volt, signed([-80, -40, 0, 40]), []),
    carried(through(v.map((value, i) => [x(i), volt(value)]))),
    panel(
      below,
      words(0, below.top - 15, "share of gates open", "bold"),
      share,
      signed([0, 0.5, 1]),
      ticks,
      "ms after the kick",
    ),
    line(x(now), above.top, x(now), below.base, "control", 1.5, "0 5"),
    lines,
    s("circle", { cx: x(now), cy: volt(v[now]), r: 5.5, ...purple }),
    GATES.map((name, i) => words(right + 8, heights[i] + 4.5, name, "bold")),
  ].flat(3);
}

function picture(width, state, result) {
  const [isWide, say] = [width >= 480, spoken(state, result)];
  if (state.view === "gates") {
    const [high, lower] = isWide ? [140, 110] : [100, 94];
    return canvas(width, 26 + high + 44 + lower + 44, say, gated(width, 26, high, lower, result));
  }
  const [split, top] = [isWide ? width - 232 : width, 26];
  const base = top + (isWide ? 226 : 108);
  const first = { left: 40, right: split - 14, top, base };
  const beside = { left: split + 40, right: width - 8, top, base };
  const under = { left: 40, right: width - 14, top: base + 52, base: base + 136 };
  const second = isWide ? beside : under;
  return canvas(width, second.base + 44, say, traced(first, state, result), rated(second, state, result));
}

const often = (n) => (n === 0 ? "not once" : n === 1 ? "once" : n === 2 ? "twice" : `${n} times`);

/** The picture in sentences. */
function spoken(state, result) {
  if (state.view === "gates") {
    const { v, m, h, n, now, peak, top } = result;
    const at = `${volts(v[now])}; of the gates, m is open to ${m[now].toFixed(2)}, h to ${h[now].toFixed(2)}`;
    const fate =
      top === null ? "and it fades without a spike." : `and it rises to ${volts(peak)}, ${ms(top * AXON_STEP)} later.`;
    return (
      `A kick lifts the axon by ${volts(state.kick)} to ${volts(v[0])}, ${fate} ` +
      `After ${ms(now * AXON_STEP)} the voltage is ${at} and n to ${n[now].toFixed(2)}.`
    );
  }
  const { n_spikes, least, rate, spikes } = result;
  const seen = spikes.filter((t) => t <= SHOWN).length;
  const soft = state.noise > 0 ? `, softened by ${volts(state.noise)} of noise,` : "";
  return (
    `At ${amps(state.current)} the voltage of the neuron climbs from ${MINUS}65 mV toward ` +
    `${volts(REST + RESISTANCE * state.current)}. With the threshold at ${volts(state.threshold)}${soft} it fires ` +
    `${often(seen)} in the first 200 ms and ${often(n_spikes)} in 1 s. ` +
    `The closed form without noise gives ${rate.toFixed(1)} spikes per second, and none below ${amps(least)}.`
  );
}

/** What the picture now shows. */
function sentence(state, result) {
  return state.view === "gates" ? ofGates(state, result) : ofNeuron(state, result);
}

function ofNeuron({ current, noise, threshold }, { n_spikes, variation, least, rate, half }) {
  const heard = `**${n_spikes === 1 ? "1 spike" : `${n_spikes} spikes`}** in 1${SPACE}s`;
  if (current <= least) {
    const gap = threshold - (REST + RESISTANCE * current);
    const short = `settles ${volts(gap)} below the threshold, where it leaks as fast as it adds`;
    if (!n_spikes) return `At ${amps(current)} the voltage ${short}: **0 spikes** in 1${SPACE}s.`;
    return `Without noise, silence: the voltage ${short}. **Noise alone** makes the clicks: ${heard}.`;
  }
  if (noise > 0) {
    const spread = variation === null ? "" : ` Their intervals vary by ${percent(variation)} of the mean.`;
    return `${heard}; without noise there would be ${rate.toFixed(1)}.${spread}`;
  }
  const near = `${amps(current - least)} less would give none: the rate rises steeply from 0`;
  const far = `Half the current would give ${half > 0 ? half.toFixed(1) : "none"}, not half as many`;
  const climbs = "the voltage climbs to the threshold, is reset, and climbs again";
  return `${heard} (closed form: ${rate.toFixed(1)}): ${climbs}. ${current < 1.2 * least ? near : far}.`;
}

function ofGates({ kick }, { v, m, h, n, now, sodium, potassium, peak, top }) {
  const two = (x) => x.toFixed(2);
  const flow = `sodium conducts ${digits(sodium)}, potassium ${digits(potassium)}${SPACE}mS/cm²`;
  if (top === null)
    return `A kick of ${volts(kick)} **fades** without a spike: m gets no further than ${two(Math.max(...m))}.`;
  if (now === 0) return `No gate has moved yet. ${ms(top * AXON_STEP)} later a **spike** peaks at ${volts(peak)}.`;
  if (now < top) {
    const lead = v[now] < -40 ? "m opens first, and what it lets in opens more of it" : "m is far ahead of h and n";
    return `On the way up, ${lead}: m = **${two(m[now])}**, and ${flow}.`;
  }
  if (v[now] > REST)
    return `On the way down, h has shut to **${two(h[now])}** and n opened to ${two(n[now])}: ${flow}.`;
  return `Below rest: n is still at **${two(n[now])}** and h at ${two(h[now])}: a second kick would find it harder.`;
}

export default { compute, initialize, render };
