// Two circles of addresses part: what they still share, counted, sampled, and as softmax would have it.

const ENDLESS = "infinite";
const WIDTHS = [16, 20, 24, 32, 40, 48, 64, 80, 100, 128, 160, 200, 256, 320, 400, 512, 640, 784, 1000, 1024];
const LOCATIONS = [...[2, 3, 4, 5, 6].flatMap((k) => [1, 2, 5].map((x) => x * 10 ** k)), 1e7, ENDLESS];
const SHARES = [0.001, 0.01, 0.1]; // of the space, on the buttons
const amount = (x) => (x >= 99.5 ? count(x) : digits(x)); // of locations
const shareText = (share) => (share < 0.001 ? digits(share) : percent(share));
const QUESTION = "Two circles of addresses move apart, bit by bit. How fast does their overlap fall?";

/** What share of the space lies at distance 0, 1, ... from a point, and within it. */
function balls(n) {
  const [at, within] = [[2 ** -n], [2 ** -n]];
  for (let k = 1; k <= n; k++) at.push((at[k - 1] * (n - k + 1)) / k);
  for (let k = 1; k <= n; k++) within.push(within[k - 1] + at[k]);
  return { at, within };
}

/**
 * The share of the space that lies within d of both of two points, for each distance of the two. I(2j-1) = I(2j), and
 * I(2j) - I(2j+1) = C(2j, j) C(n-2j-1, d-j); added up from the far end, so that no digits cancel.
 */
function overlaps(n, d, at) {
  const shared = new Array(n + 1).fill(0);
  for (let k = Math.max(0, n - d); k <= Math.min(n, d); k++) shared[n] += at[k];
  let step = d < n ? (at[d] * (n - d)) / n : 0;
  for (let j = 0; 2 * j < n && step > 0; j++) {
    shared[2 * j] = step;
    step *= ((4 * j + 2) / (j + 1)) * ((d - j) / (n - 1 - 2 * j)) * ((n - d - j - 1) / (n - 2 - 2 * j));
  }
  for (let h = n - 1; h >= 0; h--) shared[h] += shared[h + 1];
  return shared;
}

/** Least squares of ln(curve) on the distances 0 to `end`: what an exponential makes of the curve. */
function exponential(curve, end) {
  const logs = curve.slice(0, end + 1).map((x) => Math.log(x));
  const mean = logs.reduce((sum, y) => sum + y, 0) / (end + 1);
  let [xx, xy, yy] = [0, 0, 0];
  logs.forEach((y, h) => { xx += (h - end / 2) ** 2; xy += (h - end / 2) * (y - mean); yy += (y - mean) ** 2; });
  return { slope: -xy / xx, start: Math.exp(mean - ((xy / xx) * end) / 2), r2: (xy * xy) / (xx * yy) };
}

/** A number from 0 to 1 that belongs to a seed and a distance, the same in every engine and in Python. */
function chance(seed, h) {
  const mix = (x) => {
    x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
    x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
    return x ^ (x >>> 15);
  };
  return ((mix((mix(seed) + Math.imul(h + 1, 0x9e3779b9)) | 0) >>> 0) + 0.5) / 2 ** 32;
}

/** The smallest k with a binomial(n, p) chance of at least u to draw no more than k. Weights are relative to the most likely k. */
function binomial(u, n, p) {
  if (p >= 1) return n;
  const odds = p / (1 - p);
  const most = Math.min(n, Math.floor((n + 1) * p));
  let [k, weight, total] = [most, 1, 0];
  for (; k < n && weight > 1e-17; k++) total += weight *= ((n - k) / (k + 1)) * odds;
  [k, weight] = [most, 1];
  for (total += 1; k > 0 && weight > 1e-17; k--) total += weight *= k / ((n - k + 1) * odds);
  for (let rest = u * total - weight; rest > 0 && k < n; k++) rest -= weight *= ((n - k) / (k + 1)) * odds;
  return k;
}

/**
 * `curve` is the overlap at each distance, relative to that at 0, and empty beyond `last`; `inside` is the share of the
 * space in one circle, `expected` the locations in it (null if they are endless). The fit over the distances 0 to `end`
 * gives start, slope (a bit), beta = slope n / 2 and r2; these are null where the circles overlap at any distance. Softmax
 * is exp(-slope h); `parts` is the first distance at which it is off by more than a factor of 2, `over` its multiple of the
 * curve at `last`. `dots` are the distances that are drawn; `sample` is [distance, count], each from fresh locations.
 */
function compute({ n_bits, radius, n_locations, max_distance, seed }) {
  const shared = overlaps(n_bits, radius, balls(n_bits).at);
  const [inside, last] = [shared[0], Math.min(n_bits, 2 * radius)];
  const curve = shared.map((x) => x / inside);
  const expected = n_locations === ENDLESS ? null : n_locations * inside;
  const none = { end: null, start: null, slope: null, r2: null, beta: null, parts: null, over: null };
  const every = (most) => Array.from({ length: last + 1 }, (_, h) => h).filter((h) => h % Math.ceil((last + 1) / most) === 0);
  const sample = expected >= 1 ? every(25).map((h) => [h, binomial(chance(seed, h), n_locations, shared[h])]) : [];
  const result = { curve, inside, expected, last, ...none, dots: every(n_bits > 90 ? 60 : n_bits + 1), sample };
  if (2 * radius >= n_bits) return result;
  const end = Math.min(last, max_distance ?? Math.max(1, radius - 1));
  const fitted = exponential(curve, end);
  const ahead = (h) => -fitted.slope * h - Math.log(curve[h]);
  let parts = 1;
  while (parts <= last && Math.abs(ahead(parts)) <= Math.LN2) parts++; // beyond `last` the circles share nothing
  return { ...result, end, ...fitted, beta: (fitted.slope * n_bits) / 2, parts, over: Math.exp(ahead(last)) };
}

function render({ model, el }) {
  const cleanups = [];
  const names = ["n_bits", "radius", "n_locations", "max_distance", "log_axis", "seed", "question"];
  const read = () => Object.fromEntries(names.map((name) => [name, model.get(name) ?? null])); // a null may be left out of a page
  const start = read();
  const nearest = (list, aim) => list.reduce((best, x, i) => (Math.abs(x - aim) < Math.abs(list[best] - aim) ? i : best), 0);
  const holding = (share) => balls(model.get("n_bits")).within.findIndex((x) => x >= share);
  let kept = null; // the share of the space that was last chosen: it stays when the bits become more or fewer
  const widen = (n) => {
    const [bits, d] = [model.get("n_bits"), model.get("radius")];
    if (!kept || kept.bits !== bits || kept.d !== d) kept = { share: balls(bits).within[d] };
    kept = { ...kept, bits: n, d: Math.max(1, nearest(balls(n).within.map((x) => Math.log(x)), Math.log(kept.share))) };
    change(model, n > d ? { n_bits: n, radius: kept.d } : { radius: kept.d, n_bits: n });
  };
  const radius = slider({ symbol: "d", name: "radius in bits", max: 1, place: (d) => Math.min(Number(radius.input.max), Math.max(Number(radius.input.min), d)), onMove: (d) => change(model, { radius: d }) });
  const bits = slider({ symbol: "n", name: "address bits", max: WIDTHS.length - 1, show: count, place: (n) => nearest(WIDTHS, n), read: (i) => WIDTHS[i], ticks: [16, 64, 256, 1024].map((n) => [WIDTHS.indexOf(n), count(n)]), onMove: widen });
  const locations = slider({ symbol: "r", name: "hard locations", max: LOCATIONS.length - 1, show: (r) => (r === ENDLESS ? "infinitely many" : count(r)), place: (r) => (r === ENDLESS ? LOCATIONS.length - 1 : nearest(LOCATIONS.slice(0, -1).map(Math.log), Math.log(r))), read: (i) => LOCATIONS[i], ticks: [[0, "100"], [6, "10,000"], [12, "1 million"], [LOCATIONS.length - 1, "infinite"]], onMove: (r) => change(model, { n_locations: r }) });
  const fit = slider({ symbol: "Fit", name: "up to distance", min: 1, max: 2, show: (h) => (h === model.get("radius") - 1 ? `${h} = d ${MINUS} 1` : String(h)), onMove: (h) => (fit.input.ariaDisabled ? draw() : change(model, { max_distance: h === model.get("radius") - 1 ? null : h })) });

  const fractions = SHARES.map((share) => button(`${100 * share}${SPACE}%`, () => change(model, { radius: holding(share) })));
  const switches = h("div", { class: "sr-pick" }, h("span", { class: "sr-quiet", text: "Circle holds" }), h("div", { role: "group", "aria-label": "share of the space in a circle", class: "sr-switch" }, fractions));
  const box = h("input", { type: "checkbox", on: { change: () => change(model, { log_axis: box.checked }) } });
  const fresh = button("New sample", () => change(model, { seed: (model.get("seed") + 1) % 10000 }));
  const reset = button("Reset", () => change(model, start));
  const status = statusLine(cleanups, "sr-roomiest");
  const repair = button("", () => (change(model, { radius: enough(read()) }), radius.input.focus()));
  const sign = s("svg", { width: 22, height: 20, "aria-hidden": "true" }, s("path", { d: "M11 2L20 18H2ZM11 8v4.5M11 15.2v.1" }));
  const foot = h("div", { class: "sr-foot" }, sign, status.el, repair);
  const terms = ["β of the fit", "R² of the fit", "a circle holds", "a factor 2 off at"].map((name) => [h("dt", { text: name }), h("dd")]);
  const drawing = h("div"), keys = h("div", { class: "sr-keys" }, keyRow());
  const title = plate(el, "", h("div", { class: "sr-plot" }, keys, drawing),
    h("div", { class: "sr-tray" }, radius.el, bits.el, locations.el, fit.el, switches, h("div", { class: "sr-buttons sr-ends" }, h("label", { class: "sr-check" }, box, "log axis"), fresh, reset)),
    h("dl", { class: "sr-figures sr-four" }, terms.map((pair) => h("div", {}, pair))), foot);

  let [width, limits] = [628, ""];
  function draw() {
    const state = read();
    const result = compute(state);
    const [n, d] = [state.n_bits, state.radius];
    title.textContent = state.question || QUESTION;
    if (limits !== `${n} ${d}`) {
      const { within } = balls(n);
      const [low, high] = [Math.max(1, within.findIndex((x) => x >= 1e-15)), within.findIndex((x) => x > 0.999) - 1];
      radius.limit(low, high, [[low, count(low)], [n / 2, `${n / 2} = n/2`], [high, count(high)]]);
      fit.limit(1, Math.max(2, result.last), [1, d, result.last].map((h, i) => [h, `${count(h)}${["", " = d", result.last === 2 * d ? " = 2d" : ""][i]}`]).slice(d < 4 ? 2 : 0));
      fractions.forEach((one, i) => set(one, { "aria-pressed": String(d === holding(SHARES[i])) }));
      limits = `${n} ${d}`;
    }
    const shown = [d, n, state.n_locations, result.end ?? Math.min(result.last, d - 1)];
    [radius, bits, locations, fit].forEach((one, i) => one.move(shown[i]));
    allow(fit.input, result.end !== null);
    allow(fresh, result.sample.length > 0);
    box.checked = state.log_axis;
    const isWarning = result.end === null || (result.expected !== null && result.expected < 1);
    foot.classList.toggle("sr-warns", isWarning);
    repair.textContent = `Set d = ${enough(state)}`;
    const held = result.expected === null ? shareText(result.inside) : `${result.expected < 0.001 ? "<0.001" : amount(result.expected)} locations`;
    const [beta, r2, parts] = result.end === null ? ["none", "none", "nowhere"] : [digits(result.beta), result.r2.toFixed(3), `${count(result.parts)} ${result.parts === 1 ? "bit" : "bits"}`];
    [beta, r2, held, parts].forEach((text, i) => terms[i][1].replaceChildren(...rich(text)));
    keys.lastChild.classList.toggle("sr-off", result.sample.length === 0);
    drawing.replaceChildren(picture(width, state, result));
    status.say(isWarning ? warning(state, result) : sentence(state, result));
  }
  follow(model, names, draw, cleanups);
  watchWidth(drawing, (next) => ((width = next), draw()), cleanups);
  return () => cleanups.forEach((clean) => clean());
}

/** The smallest radius that catches about 50 locations, or a tenth of fewer; a hundredth of the space if they are endless. */
function enough({ n_bits, n_locations }) {
  const share = n_locations === ENDLESS ? 0.01 : Math.min(50 / n_locations, 0.1);
  return balls(n_bits).within.findIndex((x) => x >= share);
}

function keyRow() {
  const mark = (...parts) => s("svg", { width: 26, height: 14, "aria-hidden": "true" }, parts);
  const dot = (cx) => s("circle", { cx, cy: 7, r: 4, class: "sr-outlined" });
  const rows = [["memory", "exact overlap", dot(6), dot(20)], ["query", "softmax(β cos)", line(0, 7, 26, 7, "query", 2.5)], ["", "exponential fit", line(0, 7, 26, 7, "ink", 2, "6 4")], ["soft", "one sample, ± 2 s.d.", s("rect", { width: 26, height: 14, class: "sr-band" }), s("path", { d: "M9 3l8 8m0 -8l-8 8", class: "sr-cross" })]];
  return rows.map(([look, text, ...parts]) => h("span", { class: look && `sr-k-${look}` }, mark(...parts), text));
}

function picture(width, { n_bits, radius, n_locations, log_axis }, result) {
  const { curve, inside, expected, last, end, start, slope, dots, sample } = result;
  const [isFitted, left, top, high] = [end !== null, 40, 26, width >= 480 ? 290 : 250];
  const [wide, base] = [width - left - 14, top + high];
  const reach = isFitted ? Math.min(n_bits, last + Math.max(2, Math.round(last / 10))) : n_bits;
  const room = sample.length ? 1 + 5 / Math.sqrt(expected) : 1;
  const power = (v) => Math.floor(Math.log10(v));
  const [tail, ends] = [isFitted ? Math.max(-300, Math.floor((-slope * reach) / Math.LN10)) : power(curve[n_bits]), power(curve[last])];
  const lowest = Math.min(-1, tail, Math.max(ends, tail - 2), sample.length && isFitted ? power(0.3 / expected) : 0);
  const highest = log_axis ? Math.log10(room) - lowest / 40 : room * 1.04;
  const x = (h) => left + (h / reach) * wide;
  const y = (v) => (log_axis ? base - (high * (v > 0 ? Math.log10(v) - lowest : -1)) / (highest - lowest) : base - (high * v) / highest);
  const at = (h, v) => `${x(h).toFixed(2)} ${y(v).toFixed(2)}`;
  const path = (points, look) => s("path", { d: "M" + points.join("L"), fill: "none", ...look });

  const decades = Array.from({ length: 1 - lowest }, (_, k) => k).filter((k) => k % Math.ceil(-lowest / 9) === 0);
  const levels = !log_axis ? Array.from({ length: 9 }, (_, i) => (highest > 2 ? i : i / 4)).filter((v) => v < highest) : lowest < -2 ? decades.map((k) => 10 ** -k) : [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01].filter((v) => v >= 10 ** lowest);
  const grid = levels.map((v, i) => {
    const isPower = log_axis && lowest < -2 && i > 0;
    const label = words(left - 8, y(v) + 4.5, isPower ? "10" : String(v), "", "end");
    if (isPower) label.append(s("tspan", { dy: -5, "font-size": 10.5, text: MINUS + decades[i] }));
    return [line(left, y(v), left + wide, y(v), "line"), label];
  });
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((one) => reach / one <= (width >= 480 ? 8 : 5));
  const ticks = Array.from({ length: Math.floor(reach / step) + 1 }, (_, i) => i * step).map((h) => [line(x(h), base, x(h), base + 5, "control", 1.25), words(x(h), base + 20, count(h), "", "middle")]);
  const floor = expected === null ? base : Math.max(top, y(1 / expected));
  const zone = s("rect", { x: left, y: floor, width: wide, height: Math.max(0, base - floor), fill: "var(--sr-sunk)" });
  const marks = [];
  if (sample.length) {
    const edge = (h, sign) => at(h, curve[h] + (sign * 2 * Math.sqrt(n_locations * inside * curve[h] * Math.max(0, 1 - inside * curve[h]))) / expected);
    const steps = dots.concat(dots.at(-1) === last ? [] : last);
    marks.push(s("path", { d: "M" + [...steps.map((h) => edge(h, 1)), ...steps.reverse().map((h) => edge(h, -1))].join("L") + "Z", class: "sr-band" }));
  }
  const line60 = (level) => Array.from({ length: 61 }, (_, i) => at((i * reach) / 60, level * Math.exp((-slope * i * reach) / 60)));
  if (isFitted) marks.push(path(line60(1), { stroke: "var(--sr-query)", "stroke-width": 2.5 }));
  const r = Math.min(4, Math.max(2.2, (0.45 * wide) / reach * (dots[1] || 1)));
  dots.forEach((h) => marks.push(s("circle", { cx: x(h).toFixed(2), cy: y(curve[h]).toFixed(2), r, class: "sr-outlined", "data-share": curve[h] })));
  if (isFitted) marks.push(path(line60(start), { stroke: "var(--sr-ink)", "stroke-width": 2, "stroke-dasharray": "6 4" }));
  const inner = s("svg", { x: 0, y: top - 6, width, height: high + 6, viewBox: `0 ${top - 6} ${width} ${high + 6}` }, marks); // cuts off what lies below
  const crosses = sample.map(([h, k]) => s("path", { d: `M${(x(h) - 4).toFixed(2)} ${(y(k ? k / expected : 10 ** lowest * log_axis) - 4).toFixed(2)}l8 8m0 -8l-8 8`, class: "sr-cross", "data-count": k }));

  const texts = [words(0, 11, "overlap, relative to that at distance 0"), words(left + wide / 2, base + 40, "distance of the two centres, bits", "", "middle")];
  const notes = expected === null || base - floor < 40 ? [] : ["under one location", ...(log_axis && sample.some(([, k]) => !k) ? ["cross on the axis: none"] : [])];
  notes.reverse().forEach((text, i) => texts.push(words(left + 8, base - 9 - 18 * i, text, "halo")));
  if (isFitted) {
    const isLate = x(end) > left + wide - 64;
    const up = x(end) - (isLate ? 60 : 0) > left + 160 ? 9 : 9 + 18 * notes.length;
    texts.push(line(x(end), base - 8, x(end), base + 7, "ink", 2.5), words(x(end) + (isLate ? -7 : 7), base - up, "fit ends", "ink halo", isLate ? "end" : "start"));
    texts.push(line(x(last), top, x(last), base, "ink", 1.5, "0 5"), words(x(last) - 7, top + 14, `2d = ${count(last)}${x(last) > left + 160 ? ": nothing beyond" : ""}`, "halo", "end"));
  }
  return canvas(width, base + 48, spoken({ n_bits, radius, n_locations, log_axis }, result), zone, grid, inner, line(left, base, left + wide, base, "control", 1.25), ticks, crosses, texts);
}

/** The picture in sentences. */
function spoken({ n_bits, radius, n_locations, log_axis }, { curve, last, end, beta, r2, sample, expected }) {
  const some = [1, 2, 3].map((k) => Math.round((k * last) / 4));
  const parts = [`The overlap of two circles of radius ${radius} in ${n_bits} bits on a ${log_axis ? "logarithmic" : "linear"} axis, relative to that at distance 0: ${some.map((h) => `${digits(curve[h])} at distance ${h}`).join(", ")}.`];
  if (end !== null) parts.push(`Nothing is shared beyond ${last}. An exponential fitted to the distances 0 to ${end} has beta ${digits(beta)} and R² ${r2.toFixed(3)}; softmax with this beta starts at 1.`);
  if (sample.length) parts.push(`A sample of ${count(n_locations)} locations, fresh at each distance, has ${count(sample[0][1])} in a circle, where ${amount(expected)} are expected.`);
  return parts.join(" ").replace(/\^/g, "");
}

/** What the picture now shows. */
function sentence({ log_axis }, { curve, last, end, parts, over, sample }) {
  const near = `Fitted over distances 0 to ${count(end)}, softmax is first off by more than a factor of 2 at distance **${count(parts)}**.`;
  const far = parts > last ? "" : ` At **${count(last)}** it gives ${digits(over)} times what the circles share; beyond, they share nothing.`;
  const drawn = sample.length ? ` One sample, fresh at each distance, has **${count(sample[0][1])}** locations in a circle.` : "";
  return near + far + drawn + (log_axis ? "" : ` On this axis everything beyond distance ${curve.findIndex((x) => x < 0.01) - 1} lies below 0.01.`);
}

function warning({ radius, n_locations }, { inside, expected, end, sample }) {
  const drawn = sample.length ? ` One sample, fresh at each distance, has **${count(sample[0][1])}** locations in a circle.` : "";
  if (end === null) return `**The circles overlap at any distance.** Radius ${radius} holds ${percent(inside)} of the space, and no centres are further apart than 2d: nothing to fit.${drawn}`;
  return `**${digits(expected)} locations expected: no sample can be seen.** Radius ${radius} holds ${shareText(inside)} of the space, and there are ${count(n_locations)} locations. The exact curve stands; take a wider circle or more locations.`;
}

function initialize() {}
export default { compute, initialize, render };
