// Two circles of addresses part: what they still share, counted, sampled, and as softmax would have it.

const ENDLESS = "infinite";
const WIDTHS = [16, 20, 24, 32, 40, 48, 64, 80, 100, 128, 160, 200, 256, 320, 400, 512, 640, 784, 1000, 1024];
const LOCATIONS = [...[2, 3, 4, 5, 6].flatMap((k) => [1, 2, 5].map((x) => x * 10 ** k)), 1e7, ENDLESS];
const SHARES = [0.001, 0.01, 0.1]; // of the space, on the buttons
const amount = (x) => (x >= 99.5 ? count(x) : digits(x)); // of locations
const shareText = (share) => (share < 0.001 ? digits(share) : percent(share));

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
  logs.forEach((y, h) => {
    xx += (h - end / 2) ** 2;
    xy += (h - end / 2) * (y - mean);
    yy += (y - mean) ** 2;
  });
  return { slope: -xy / xx, start: Math.exp(mean - ((xy / xx) * end) / 2), r2: (xy * xy) / (xx * yy) };
}

/**
 * The smallest k with a binomial(n, p) chance of at least u to draw no more than k. Weights are relative to the most
 * likely k.
 */
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

/** What two discs in a plane have in common, as a share of one; at the distance 1 they touch. */
const lens = (t) => (t < 1 ? (2 / Math.PI) * (Math.acos(t) - t * Math.sqrt(1 - t * t)) : 0);

/** The distances from 0 to `last` that are drawn if at most `most` of them fit. */
function every(last, most) {
  const step = Math.ceil((last + 1) / most);
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, i) => i * step);
}

/**
 * `curve` is the overlap at each distance, relative to that at 0, and empty beyond `last`; `inside` is the share of
 * the space in one circle, `expected` the locations in it (null if they are endless). The fit over the distances 0 to
 * `end` gives start, slope (per bit), beta = slope n / 2 and r2; these are null where the circles overlap at any
 * distance. Softmax is exp(-slope h); `parts` is the first distance at which it is off by more than a factor of 2,
 * `over` its multiple of the curve at `last`. `dots` are the distances that are drawn; `sample` is [distance, count],
 * each from fresh locations. `at` is the distance of the two discs, `shared` what the circles share there, and `flat`
 * what the discs do.
 */
function compute({ n_bits, radius, n_locations, max_distance, seed, distance }) {
  const overlap = overlaps(n_bits, radius, balls(n_bits).at);
  const [inside, last] = [overlap[0], Math.min(n_bits, 2 * radius)];
  const curve = overlap.map((x) => x / inside);
  const expected = n_locations === ENDLESS ? null : n_locations * inside;
  const chance = chances(seed);
  const drawn = (h) => [h, binomial(chance(h), n_locations, overlap[h])];
  const sample = expected !== null && expected >= 1 ? every(last, 25).map(drawn) : [];
  const at = Math.min(n_bits, distance ?? Math.floor(radius / 2));
  const two = { at, shared: curve[at], flat: lens(at / (2 * radius)) };
  const none = { end: null, start: null, slope: null, r2: null, beta: null, parts: null, over: null };
  const dots = every(last, n_bits > 90 ? 60 : n_bits + 1);
  const result = { curve, inside, expected, last, ...none, dots, sample, ...two };
  if (2 * radius >= n_bits) return result;
  const end = Math.min(last, max_distance ?? Math.max(1, radius - 1));
  const fitted = exponential(curve, end);
  const ahead = (h) => -fitted.slope * h - Math.log(curve[h]);
  let parts = 1;
  while (parts <= last && Math.abs(ahead(parts)) <= Math.LN2) parts++; // beyond `last` the circles share nothing
  return { ...result, end, ...fitted, beta: (fitted.slope * n_bits) / 2, parts, over: Math.exp(ahead(last)) };
}

function question({ question }) {
  return question || "Two circles of addresses move apart, bit by bit. How fast does their overlap fall?";
}

/** The largest distance on the axis: a little beyond the last at which anything is shared. */
const reachOf = ({ n_bits }, { last, end }) =>
  end === null ? n_bits : Math.min(n_bits, last + Math.max(2, Math.round(last / 10)));

/** Where the axes are in a drawing of this width. */
function frame(width) {
  const [left, isWide] = [40, width >= 480];
  return { left, isWide, wide: width - left - 14, base: isWide ? 354 : 286 };
}

function render({ model, el }) {
  const names = ["n_bits", "radius", "n_locations", "max_distance", "log_axis", "seed", "question", "distance"];
  return play({ model, el }, names, ({ start, read, tell, drawing }) => {
    const nearest = (list, aim) =>
      list.reduce((best, x, i) => (Math.abs(x - aim) < Math.abs(list[best] - aim) ? i : best), 0);
    const holding = (share) => balls(read().n_bits).within.findIndex((x) => x >= share);
    let kept = null; // the share of the space that was last chosen: it stays when the bits become more or fewer
    const widen = (n) => {
      const { n_bits, radius } = read();
      if (!kept || kept.bits !== n_bits || kept.d !== radius) kept = { share: balls(n_bits).within[radius] };
      const d = nearest(balls(n).within.map(Math.log), Math.log(kept.share));
      kept = { ...kept, bits: n, d: Math.max(1, d) };
      tell(n > radius ? { n_bits: n, radius: kept.d } : { radius: kept.d, n_bits: n });
    };
    const within = (input, value) => Math.min(Number(input.max), Math.max(Number(input.min), value));
    const apartBy = slider({
      symbol: "h",
      name: "distance of the centres",
      max: 24,
      place: (h) => within(apartBy.input, h),
      show: bitsText,
      onMove: (h) => tell({ distance: h }),
    });
    const radius = slider({
      symbol: "d",
      name: "radius in bits",
      max: 1,
      place: (d) => within(radius.input, d),
      onMove: (d) => tell({ radius: d }),
    });
    const widths = { ...onList(WIDTHS, [16, 64, 256, 1024], count), show: count };
    const bits = slider({ symbol: "n", name: "address bits", ...widths, onMove: widen });
    const finite = LOCATIONS.slice(0, -1);
    const locations = slider({
      symbol: "r",
      name: "hard locations",
      max: finite.length,
      show: (r) => (r === ENDLESS ? "infinitely many" : count(r)),
      place: (r) => (r === ENDLESS ? finite.length : nearest(finite.map(Math.log), Math.log(r))),
      read: (i) => LOCATIONS[i],
      ticks: [
        [0, "100"],
        [6, "10,000"],
        [12, "1 million"],
        [finite.length, "infinite"],
      ],
      onMove: (r) => tell({ n_locations: r }),
    });
    const isUsual = (end) => end === read().radius - 1;
    const fit = slider({
      symbol: "Fit",
      name: "up to distance",
      min: 1,
      max: 2,
      show: (end) => (isUsual(end) ? `${end} = d ${MINUS} 1` : String(end)),
      onMove: (end) => tell({ max_distance: isUsual(end) ? null : end }),
    });
    const shares = SHARES.map((share) => `${100 * share}${SPACE}%`);
    const hold = choice("Circle holds", SHARES, (share) => tell({ radius: holding(share) }), shares);
    const log = tickBox("log axis", (log_axis) => tell({ log_axis }));
    const fresh = button("New sample", () => tell({ seed: (read().seed + 1) % 10000 }));
    const reset = button("Reset", () => tell(start));

    // a click on the plot, or a mouse drawn over it, moves the discs; a finger still scrolls the page
    const point = (event) => {
      const state = read();
      const { left, top, width } = drawing.getBoundingClientRect();
      const plot = frame(width);
      const share = (event.clientX - left - plot.left) / plot.wide;
      const isOn = event.clientY - top < plot.base + 24 && share > -0.03 && share < 1.03;
      const reach = reachOf(state, compute(state));
      if (isOn) tell({ distance: Math.round(Math.min(1, Math.max(0, share)) * reach) });
    };
    drawing.addEventListener("click", point);
    drawing.addEventListener("pointermove", (event) => event.buttons && event.pointerType === "mouse" && point(event));

    let limits = "";
    const move = (state, result) => {
      const [n, d, reach] = [state.n_bits, state.radius, reachOf(state, result)];
      if (limits !== `${n} ${d}`) {
        const { within } = balls(n);
        const [low, high] = [
          Math.max(
            1,
            within.findIndex((x) => x >= 1e-15),
          ),
          within.findIndex((x) => x > 0.999) - 1,
        ];
        const half = [n / 2, `${n / 2} = n/2`];
        radius.limit(low, high, [[low, count(low)], half, [high, count(high)]]);
        const name = (h, i) => [h, `${count(h)}${["", " = d", result.last === 2 * d ? " = 2d" : ""][i]}`];
        const marks = [1, d, result.last].map(name);
        fit.limit(1, Math.max(2, result.last), marks.slice(d < 4 ? 2 : 0));
        const stops = [0, d, result.last].map(name).slice(d < 4 ? 2 : 0);
        apartBy.limit(0, reach, stops);
        limits = `${n} ${d}`;
      }
      apartBy.move(result.at);
      radius.move(d);
      bits.move(n);
      locations.move(state.n_locations);
      fit.move(result.end ?? Math.min(result.last, d - 1));
      fit.allow(result.end !== null);
      hold.move(SHARES.find((share) => d === holding(share)));
      allow(fresh, result.sample.length > 0);
      log.move(state.log_axis);
      const some = result.expected < 0.001 ? "<0.001" : amount(result.expected ?? 0);
      const held = result.expected === null ? shareText(result.inside) : `${some} locations`;
      const parts = bitsText(result.parts ?? 0);
      return result.end === null
        ? ["none", "none", held, "nowhere"]
        : [digits(result.beta), result.r2.toFixed(3), held, parts];
    };
    const buttons = h("div", { class: "sr-buttons sr-ends" }, log.el, fresh, reset);
    const tray = [apartBy.el, radius.el, bits.el, locations.el, fit.el, hold.el, buttons];
    const terms = ["β of the fit", "R² of the fit", "a circle holds", "a factor 2 off at"];
    return { tray, move, terms, look: "sr-roomiest" };
  });
}

// ---- drawing --------------------------------------------------------------------------------------------------------

const bitsText = (n) => `${count(n)} ${n === 1 ? "bit" : "bits"}`;

/** The two circles as discs, and beside them what they share. */
function discs(width, top, { radius }, { at, shared, flat }) {
  const isWide = width >= 480;
  const [r, middle] = [isWide ? 34 : 28, top + (isWide ? 36 : 30)];
  const gap = Math.min(2.15 * r, (at / radius) * r);
  const [first, second] = [r + 2, r + 2 + gap];
  const parts = [disc(first, middle, r, "memory"), disc(second, middle, r, "query")];
  if (gap < 2 * r) {
    const [half, x] = [Math.sqrt(r * r - (gap / 2) ** 2), first + gap / 2];
    const [up, down] = [(middle - half).toFixed(2), (middle + half).toFixed(2)];
    const edge = `A${r} ${r} 0 0 1 ${x.toFixed(2)}`;
    const look = { fill: tone("memory"), "fill-opacity": 0.5, stroke: tone("memory-ink"), "stroke-width": 1.25 };
    parts.push(s("path", { d: `M${x.toFixed(2)} ${up}${edge} ${down}${edge} ${up}Z`, ...look }));
  }
  parts.push(s("circle", { cx: first, cy: middle, r: 4, class: "sr-outlined" }), ...cue(second, middle, 5));
  const start = 4 * r + (isWide ? 34 : 22);
  const amongAll = (v) => (v === 0 ? "nothing" : v === 1 ? "everything" : shareText(v));
  const rows = [
    [`${bitsText(at)} apart${isWide ? ", the circles share" : ": shared"}`, "ink"],
    [amongAll(shared), "memory"],
    [`${isWide ? "as discs in a plane they would share" : "in a plane"} ${amongAll(flat)}`, "muted"],
  ];
  const lines = rows.map(([text, look], i) => raised(start, middle - 18 + 22 * i, text, look));
  return [...parts, ...lines];
}

/** Words in which the sign ^ raises what follows. */
function raised(x, y, text, look = "", at = "start") {
  const [plain, exponent, rest] = text.split(/\^([\u2212\d]+)/);
  const label = words(x, y, plain, look, at);
  if (exponent)
    label.append(s("tspan", { dy: -5, "font-size": 10.5, text: exponent }), s("tspan", { dy: 5, text: rest }));
  return label;
}

const KEYS = [
  ["dot", "memory", "exact overlap"],
  ["line", "query", "softmax(β cos)"],
  ["dash", "ink", "exponential fit"],
  ["band", "", "a sample, ± 2 s.d."],
];

function picture(width, state, result) {
  const { n_bits, n_locations, log_axis } = state;
  const { curve, inside, expected, last, end, start, slope, dots, sample, at, shared } = result;
  const { left, isWide, wide, base } = frame(width);
  const isFitted = end !== null;
  const keys = keyRow(
    width,
    KEYS.filter(([sign]) => (sign === "dot" ? true : sign === "band" ? sample.length : isFitted)),
  );
  const stripTop = keys.height + 2;
  const top = stripTop + (isWide ? 78 : 66) + 24;
  const high = base - top;
  const reach = reachOf(state, result);
  const room = sample.length ? 1 + 5 / Math.sqrt(expected) : 1;
  const power = (v) => Math.floor(Math.log10(v));
  const tail = isFitted ? Math.max(-300, Math.floor((-slope * reach) / Math.LN10)) : power(curve[n_bits]);
  const faint = sample.length && isFitted ? power(0.3 / expected) : 0;
  const lowest = Math.min(-1, tail, Math.max(power(curve[last]), tail - 2), faint);
  const highest = log_axis ? Math.log10(room) - lowest / 40 : room * 1.04;
  const x = (h) => left + (h / reach) * wide;
  const y = (v) => {
    if (!log_axis) return base - (high * v) / highest;
    return base - (high * (v > 0 ? Math.log10(v) - lowest : -1)) / (highest - lowest);
  };
  const point = (h, v) => [x(h), y(v)];
  const path = (points, look) => s("path", { d: through(points), fill: "none", ...look });

  const skip = Math.ceil(-lowest / (isWide ? 9 : 5));
  const powers = Array.from({ length: Math.floor(-lowest / skip) + 1 }, (_, i) => i * skip);
  const quarters = Array.from({ length: 9 }, (_, i) => (highest > 2 ? i : i / 4)).filter((v) => v < highest);
  const levels = log_axis
    ? powers.map((k) => [10 ** -k, k ? `10^${MINUS}${k}` : "1"])
    : quarters.map((v) => [v, `${v}`]);
  const grid = levels.map(([v, name]) => [
    line(left, y(v), left + wide, y(v), "line"),
    raised(left - 8, y(v) + 4.5, name, "", "end"),
  ]);
  const pace = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((one) => reach / one <= (isWide ? 8 : 5));
  const stops = Array.from({ length: Math.floor(reach / pace) + 1 }, (_, i) => [x(i * pace), count(i * pace)]);
  const floor = expected === null ? base : Math.max(top, Math.min(base, y(1 / expected)));
  const zone = s("rect", { x: left, y: floor, width: wide, height: base - floor, fill: tone("sunk") });

  const marks = [];
  if (sample.length) {
    const spread = (h) => 2 * Math.sqrt(n_locations * inside * curve[h] * Math.max(0, 1 - inside * curve[h]));
    const edge = (sign) => (h) => point(h, curve[h] + (sign * spread(h)) / expected);
    const steps = dots.at(-1) === last ? dots : [...dots, last];
    const d = through([...steps.map(edge(1)), ...[...steps].reverse().map(edge(-1))]);
    marks.push(s("path", { d: `${d}Z`, class: "sr-band" }));
  }
  const falling = (level) =>
    Array.from({ length: 61 }, (_, i) => point((i * reach) / 60, level * Math.exp((-slope * i * reach) / 60)));
  if (isFitted) marks.push(path(falling(1), { stroke: tone("query"), "stroke-width": 2.5 }));
  const r = Math.min(4, Math.max(2.2, ((0.45 * wide) / reach) * (dots[1] || 1)));
  const dot = (h) =>
    s("circle", { cx: x(h).toFixed(2), cy: y(curve[h]).toFixed(2), r, class: "sr-outlined", "data-share": curve[h] });
  marks.push(dots.map(dot));
  const dashed = { stroke: tone("ink"), "stroke-width": 2, "stroke-dasharray": "6 4" };
  if (isFitted) marks.push(path(falling(start), dashed));
  const here = Math.min(base, y(shared)).toFixed(2);
  const ring = { r: 7, fill: "none", stroke: tone("memory-ink"), "stroke-width": 2 };
  marks.push(line(x(at), here, x(at), base, "memory-ink", 1.5));
  marks.push(s("circle", { cx: x(at).toFixed(2), cy: here, ...ring, "data-shared": shared }));
  const cut = { x: 0, y: top - 6, width, height: high + 14, viewBox: `0 ${top - 6} ${width} ${high + 14}` };
  const inner = s("svg", cut, marks.flat()); // cuts off what is below the axis
  const cross = ([h, k]) => {
    const height = y(k ? k / expected : log_axis ? 10 ** lowest : 0) - 4;
    const d = `M${(x(h) - 4).toFixed(2)} ${height.toFixed(2)}l8 8m0 -8l-8 8`;
    return s("path", { d, class: "sr-cross", "data-count": k });
  };

  const isRight = !isFitted || x(end) < left + wide / 2; // the name of the axis is where "fit ends" is not
  const named = isWide ? "distance of the two centres, bits" : "distance, bits";
  const name = words(isRight ? left + wide : left, base + 38, named, "", isRight ? "end" : "start");

  const texts = [words(0, top - 11, "overlap, relative to that at distance 0", "halo")];
  if (expected !== null && base - floor >= 40) {
    texts.push(words(left + 8, base - 9, `under one location${log_axis ? " (a cross below: none)" : ""}`, "halo sunk"));
  }
  if (isFitted) {
    const isLate = x(end) > left + wide - 64;
    const [flag, side] = isLate ? [x(end) - 6, "end"] : [x(end) + 6, "start"];
    texts.push(line(x(end), base - 5, x(end), base + 12, "ink", 2.5));
    texts.push(words(flag, base + 34, "fit ends", "ink halo", side));
    texts.push(line(x(last), top, x(last), base, "ink", 1.5, "0 5"));
    texts.push(words(x(last) - 7, top + 12, `2d = ${count(last)}`, "halo", "end"));
  }
  return canvas(
    width,
    base + 44,
    spoken(state, result),
    keys.parts,
    discs(width, stripTop, state, result),
    zone,
    grid.flat(),
    axis(left, left + wide, base, stops, ""),
    name,
    inner,
    sample.map(cross),
    texts,
  );
}

/** The picture in sentences. */
function spoken({ n_bits, radius, n_locations, log_axis }, result) {
  const { curve, last, end, beta, sample, expected, at, shared, flat } = result;
  const some = [1, 2, 3].map((k) => Math.round((k * last) / 4));
  const parts = [
    `Two discs ${bitsText(at)} apart stand for circles of radius ${radius} in ${n_bits} bits.`,
    `The circles share ${digits(shared)} of one of them, discs in a plane ${digits(flat)}.`,
    `The overlap on a ${log_axis ? "logarithmic" : "linear"} axis, relative to that at distance 0:`,
    `${some.map((h) => `${digits(curve[h])} at distance ${h}`).join(", ")}.`,
  ];
  const fit = `An exponential fitted to the distances 0 to ${end} has beta ${end === null || digits(beta)}`;
  if (end !== null) parts.push(`Nothing is shared beyond ${last}. ${fit}; softmax with this beta starts at 1.`);
  const held = sample.length && `${count(sample[0][1])} in a circle, where ${amount(expected)} are expected`;
  if (held) parts.push(`A sample of ${count(n_locations)} locations, fresh at each distance, has ${held}.`);
  return parts.join(" ").replace(/\^/g, "");
}

/** What the picture now shows. */
function sentence({ radius, n_locations, log_axis }, result) {
  const { last, end, slope, parts, over, sample, expected, inside, at, shared, flat } = result;
  const apartText = `**${bitsText(at)}** apart the circles share`;
  const plane = flat ? `where discs in a plane share ${shareText(flat)}` : "as discs in a plane do";
  const now =
    at === 0
      ? "Centre on centre, the circles share everything."
      : shared
        ? `${apartText} **${shareText(shared)}**, ${plane}.`
        : `${apartText} **nothing**, ${plane}.`;
  const drawn = sample.length
    ? ` One sample, fresh at each distance, has **${count(sample[0][1])}** locations in a circle.`
    : "";
  if (end === null) {
    const why = `Circles of radius ${radius} hold ${percent(inside)} of the space and overlap at any distance`;
    return `${now} ${why}, so there is nothing to fit.${drawn}`;
  }
  const isPast = at > parts && shared > 0; // softmax against the circles where they are drawn, or else where they end
  const times = isPast ? Math.exp(-slope * at) / shared : over;
  const far = `, and at **${count(isPast ? at : last)}** it gives ${digits(times)} times what they share`;
  const fit = ` Softmax is first off by more than a factor of 2 at **${count(parts)}** bits${parts > last ? "" : far}.`;
  const few = `With ${count(Number(n_locations) || 0)} locations a circle of radius ${radius} is expected to hold`;
  const seen = expected !== null && expected < 1 ? ` ${few} ${digits(expected)}: a sample shows nothing.` : drawn;
  const below = log_axis
    ? ""
    : ` On this axis all beyond ${result.curve.findIndex((x) => x < 0.01) - 1} bits is below 0.01.`;
  return now + fit + seen + below;
}

export default { compute, initialize, render };
