// A noisy query is read by softmax, by circles, and as Bayes would: how sharp should the read be?

const [QUERIES, MOST, SHOWN] = [48, 1024, 12]; // MOST patterns fit into the random stream
const [LOW, HIGH, STEPS] = [0.3, 1000, 60]; // of beta
const GRID = Array.from({ length: STEPS + 1 }, (_, i) => LOW * (HIGH / LOW) ** (i / STEPS));
const WIDTHS = [16, 32, 64, 128, 256];
const LOADS = [2, 3, ...[4, 8, 16, 32, 64, 128, 256, 512].flatMap((m) => [m, 1.5 * m]), MOST];
const LAYERS = ["softmax", "posterior", "circles"];

/**
 * The chance of exactly 0, 1, ... flips of n bits; `draw(u)` is the first number of flips of which the chance of at
 * most so many reaches u.
 */
function flips(n, p) {
  const [at, within] = [[(1 - p) ** n], [(1 - p) ** n]];
  for (let k = 1; k <= n; k++) within.push(within[k - 1] + (at[k] = at[k - 1] * ((n - k + 1) / k) * (p / (1 - p))));
  const guide = Array.from({ length: 256 }, (_, i) => within.findIndex((x) => x >= i / 256));
  const draw = (u) => {
    let k = guide[Math.floor(256 * u)];
    while (k < n && within[k] < u) k++;
    return k;
  };
  return { at, draw };
}

/** The share of the space within d of both of two points, for each distance of the two: see CircleIntersection. */
function overlaps(n, d, at) {
  const shared = new Array(n + 1).fill(0);
  let step = (at[d] * (n - d)) / n;
  for (let j = 0; 2 * j < n && step > 0; j++) {
    shared[2 * j] = step;
    step *= ((4 * j + 2) / (j + 1)) * ((d - j) / (n - 1 - 2 * j)) * ((n - d - j - 1) / (n - 2 - 2 * j));
  }
  for (let h = n - 1; h >= 0; h--) shared[h] += shared[h + 1];
  return shared;
}

/** The beta of an exponential through the overlaps at the distances 0 to d - 1: least squares of their logarithms. */
function fitted(shared, d, n) {
  const slope = shared.slice(0, d).reduce((sum, x, h) => sum + (h - (d - 1) / 2) * Math.log(x), 0);
  return ((-6 * n) / (d * (d * d - 1))) * slope;
}

/** softmax(beta cos) before it is normalised, at 0, 1, ... bits beyond the nearest pattern. */
const falls = (beta, n) => Array.from({ length: n + 1 }, (_, k) => Math.exp((-2 * beta * k) / n));

/** The weight of one pattern at each distance of a query, all 0 if nothing is found. `table` weighs h - `from`. */
function weigh({ far, counts }, table, from) {
  const sum = far.reduce((total, h, i) => total + counts[i] * table[h - from], 0);
  return far.map((h) => (sum > 0 ? table[h - from] / sum : 0));
}

/** The squared distance of weights from the posterior, over all patterns, averaged over the queries. */
function astray(queries, table, isSoft) {
  let total = 0;
  for (const { far, counts, posterior } of queries) {
    const from = isSoft ? far[0] : 0;
    let [sum, off] = [0, 0];
    for (let i = 0; i < far.length; i++) sum += counts[i] * table[far[i] - from];
    const scale = 1 / (sum || 1);
    for (let i = 0; i < far.length; i++) total += counts[i] * (off = table[far[i] - from] * scale - posterior[i]) * off;
  }
  return total / QUERIES;
}

/** Where the root of the excess over the least, taken as straight, leaves its room: up (step 1) or down from beta*. */
function edge(bayes, excess, room, step) {
  const at = (STEPS * Math.log(bayes / LOW)) / Math.log(HIGH / LOW);
  let [before, gap] = [bayes, 0];
  for (let i = step > 0 ? Math.floor(at) + 1 : Math.ceil(at) - 1; i >= 0 && i <= STEPS; i += step) {
    const next = Math.sqrt(excess[i]);
    if (next > room) return before * (GRID[i] / before) ** ((room - gap) / (next - gap));
    [before, gap] = [GRID[i], next];
  }
  return step > 0 ? HIGH : LOW;
}

/**
 * All that does not depend on beta. `far` are the distances of a query, `counts` how many patterns lie at each,
 * `posterior` the chance that one of them is meant. The loss, the squared error of the weights, is averaged over that
 * chance, too: it is `least`, which the noise takes from any read, and what the read is astray. `circles` are
 * [radius, fitted beta, loss].
 */
function survey({ n_bits: n, n_patterns: m, noise: p, seed }) {
  const bayes = (n / 2) * Math.log((1 - p) / p);
  const [soft, meant, half, chance] = [falls(bayes, n), flips(n, p), flips(n, 0.5), chances(seed)];
  const queries = Array.from({ length: QUERIES }, (_, q) => {
    const [target, all] = [meant.draw(chance(MOST * q)), new Uint16Array(n + 1)];
    for (let j = 1; j < m; j++) all[half.draw(chance(MOST * q + j))]++;
    all[target]++;
    const far = [...all.keys()].filter((h) => all[h]);
    const query = { target, far, counts: far.map((h) => all[h]) };
    return { ...query, posterior: weigh(query, soft, far[0]) };
  });
  const taken = ({ counts, posterior }) => posterior.reduce((sum, w, i) => sum + counts[i] * w * (1 - w), 0);
  const least = queries.reduce((sum, query) => sum + taken(query), 0) / QUERIES;
  const excess = GRID.map((beta) => astray(queries, falls(beta, n), true));
  const tables = Array.from({ length: Math.ceil(n / 2) - 2 }, (_, i) => overlaps(n, i + 2, half.at));
  const circles = tables.map((table, i) => [i + 2, fitted(table, i + 2, n), least + astray(queries, table)]);
  const lowest = Math.min(...circles.map((one) => one[2]));
  const best = circles.findIndex(([, , loss]) => loss <= lowest + 1e-6);
  const blind = queries.filter(({ far }) => far[0] > 2 * (best + 2)).length;
  const [low, high] = [-1, 1].map((step) => edge(bayes, excess, Math.sqrt(Math.max(0.01 * least, 0.001)), step));
  const losses = excess.map((x) => least + x);
  return { queries, table: tables[best], result: { bayes, least, losses, circles, best, blind, low, high } };
}

let surveyed = {}; // kept between calls: beta alone needs no other queries

/**
 * How beta, Bayes and the circles of the `best` radius weigh the first query: `shown` are the distances of its nearest
 * patterns, `meant` is the place of the one meant among them, `nearer` how many patterns are nearer than that one.
 * `losses` stand at the betas of the grid, `loss` at beta itself; from `low` to `high` the loss is nearly `least`. At
 * the best radius, `blind` queries share nothing with any pattern.
 */
function compute(state) {
  const key = [state.n_bits, state.n_patterns, state.noise, state.seed].join(" ");
  if (surveyed.key !== key) surveyed = { key, ...survey(state) };
  const { queries, table, result } = surveyed;
  const { n_bits: n, beta } = state;
  const { target, far, counts, posterior } = queries[0];
  const soft = falls(beta, n);
  const all = far.flatMap((h, i) => new Array(counts[i]).fill(h));
  const nearer = all.indexOf(target);
  const meant = Math.min(nearer, SHOWN - 1);
  const shown = nearer < SHOWN ? all.slice(0, SHOWN) : [...all.slice(0, meant), target];
  const among = (kind) => shown.map((h) => kind[far.indexOf(h)]);
  const weights = among(weigh(queries[0], soft, far[0]));
  const circle = among(weigh(queries[0], table, 0));
  const loss = result.least + astray(queries, soft, true);
  return { ...result, shown, meant, nearer, weights, posterior: among(posterior), circle, loss };
}

const lossText = (x) => (x < 0.0005 ? "<0.001" : x.toFixed(3));
const ordinal = (k) => `${k}${(k % 100 > 10 && k % 100 < 14) || k % 10 > 3 ? "th" : ["th", "st", "nd", "rd"][k % 10]}`;
/** Whether a layer is drawn. */
const has = ({ layers }, layer) => LAYERS.indexOf(layer) <= LAYERS.indexOf(layers);

function question({ question, layers }) {
  const next = {
    softmax: "The query is noisy. How sharply should the memory read?",
    posterior: "Softmax at β* reads best. How near do circles come?",
    circles: "With more noise, should the circles grow or shrink?",
  };
  return question || next[layers];
}

function render({ model, el }) {
  const names = ["noise", "beta", "n_bits", "n_patterns", "seed", "layers", "view", "question"];
  return play({ model, el }, names, ({ start, read, tell }) => {
    const onTrait = (trait) => (value) => tell({ [trait]: value });
    const scale = logScale(LOW, HIGH, 40);
    const decades = [1, 10, 100, 1000].map((b) => [scale.place(b), count(b)]);
    const shares = [1, 10, 20, 30, 40, 48].map((i) => [i, `${i}${SPACE}%`]);
    const onShare = { min: 1, max: 48, place: (p) => Math.round(100 * p), read: (i) => i / 100, ticks: shares };
    const made = Object.entries({
      beta: ["β", "inverse temperature", { ...scale, max: scale.last, ticks: decades }, digits],
      noise: ["p", "bits of the query flipped", onShare, (p) => percent(p, true)],
      n_bits: ["n", "bits of a pattern", onList(WIDTHS, WIDTHS), String],
      n_patterns: ["m", "patterns stored", onList(LOADS, [2, 16, 128, MOST], count), count],
    }).map(([trait, [symbol, name, stops, show]]) => [
      trait,
      slider({ symbol, name, ...stops, show, onMove: onTrait(trait) }),
    ]);
    const layers = choice("Drawn", LAYERS, onTrait("layers"), ["softmax", "+ posterior", "+ circles"]);
    const view = choice("Look at", ["weights", "loss"], onTrait("view"), ["one query", `all ${QUERIES}`]);
    const fresh = button("New queries", () => tell({ seed: (read().seed + 1) % 10000 }));
    const [beta, noise, bits, load] = made.map(([, one]) => one.el);
    const ends = h(
      "div",
      { class: "sr-buttons sr-ends sr-whole" },
      fresh,
      button("Reset", () => tell(start)),
    );
    const move = (state, { bayes, loss, least, circles, best }) => {
      made.forEach(([trait, one]) => one.move(state[trait]));
      layers.move(state.layers);
      view.move(state.view);
      const [d, its] = circles[best];
      return [
        lossText(loss),
        has(state, "posterior") ? `${lossText(least)}, ${digits(bayes)}` : "?",
        has(state, "circles") ? `d = ${d}, β ${digits(its)}` : "?",
      ];
    };
    const terms = ["loss at β", "least loss, its β*", "best circles"];
    const picks = h("div", { class: "sr-pick sr-whole" }, layers.el, view.el);
    return { tray: [beta, noise, picks, bits, load, ends], move, terms, look: "sr-roomiest" };
  });
}

/** One query and the loss side by side, the one looked at larger; in a narrow place that one alone. */
function picture(width, state, result) {
  const [isWide, isLoss] = [width >= 480, state.view === "loss"];
  const keys = [
    ["bar", "query", "softmax", "softmax", isWide || !isLoss],
    ["line", "query", "softmax", "softmax", !isWide && isLoss],
    ["line", "ink", "posterior", "posterior", isWide || !isLoss],
    ["band", "soft", "nearly the least loss", "posterior", isWide || isLoss],
    ["dot", "memory", "circles", "circles", true],
  ].filter(([, , , layer, isDrawn]) => isDrawn && has(state, layer));
  const top = (isWide ? 24 : 48) + 8; // room for all keys, so that a layer moves nothing
  const base = isWide ? 252 : 208;
  const panel = (isLossPanel, room) => (isLossPanel ? curves : bars)(room, base, state, result);
  const large = Math.round(0.56 * (width - 28));
  const rooms = isLoss ? [width - 28 - large, large] : [large, width - 28 - large];
  const drawn = isWide
    ? [moved(0, top, panel(false, rooms[0])), moved(rooms[0] + 28, top, panel(true, rooms[1]))]
    : [moved(0, top, panel(isLoss, width))];
  return canvas(width, top + base + 62, spoken(state, result, isWide), keyRow(width, keys).parts, drawn);
}

/** The weights in one query: bars for softmax, strokes for the posterior, dots for the circles. */
function bars(room, base, state, { shown, meant, nearer, weights, posterior, circle }) {
  const [left, high] = [28, base - 36];
  const step = Math.min(40, (room - left) / shown.length);
  const x = (i, shift = 0) => Number((left + step * (i + 0.5 + shift)).toFixed(2));
  const y = (w) => Number((base - high * w).toFixed(2));
  const level = (w) => [line(left, y(w), room, y(w), "line"), words(left - 7, y(w) + 4.5, String(w), "", "end")];
  const bar = (w, i) => ({ x: x(i, -0.4), y: y(w), width: 0.52 * step, height: high * w, fill: tone("query") });
  const stroke = (w, i) => set(line(x(i, -0.48), y(w), x(i, 0.2), y(w), "ink", 3), { "data-posterior": w });
  const dot = (w, i) => s("circle", { cx: x(i, 0.33), cy: y(w), r: 3.6, class: "sr-outlined", "data-circle": w });
  const isNamed = (i) => shown[i] < 100 || step > 21 || i % 2 === meant % 2;
  const name = (far, i) => (isNamed(i) ? words(x(i), base + 20, far, i === meant ? "key" : "", "middle") : []);
  const [at, cut] = [x(meant), x(meant, -0.5)];
  const [beside, side] = at > left + (room - left) / 2 ? [at - 11, "end"] : [at + 11, "start"];
  return [
    [0.5, 1].map(level),
    nearer > meant ? line(cut, 36, cut, base + 24, "control", 1.5, "0 5") : [],
    weights.map((w, i) => s("rect", { ...bar(w, i), "data-weight": w })),
    has(state, "circles") ? circle.map(dot) : [],
    has(state, "posterior") ? posterior.map(stroke) : [],
    shown.map(name),
    line(left, base, room, base, "control", 1.25),
    s("path", { d: `M${at} ${base + 26}l6 10h-12Z`, fill: tone("key") }),
    words(beside, base + 38, nearer ? `meant, ${ordinal(nearer + 1)} nearest` : "meant, nearest", "key", side),
    words(0, 11, "weights in one query"),
    words((room + left) / 2, base + 58, "distance of the pattern, bits", "", "middle"),
  ];
}

/** The loss at the reader's beta; then at every beta, with beta* and where it is nearly least; then of circles. */
function curves(room, base, state, { bayes, losses, loss, circles, best, low, high }) {
  const [left, top, span] = [28, 72, room - 44];
  const most = Math.ceil(2 * Math.max(1, ...losses, ...circles.map((one) => one[2]))) / 2;
  const x = (b) => Number((left + (span * Math.log(b / LOW)) / Math.log(HIGH / LOW)).toFixed(2));
  const y = (v) => Number((base - ((base - top) * v) / most).toFixed(2));
  const path = (points, colour, size, data) => {
    const look = { fill: "none", stroke: tone(colour), "stroke-width": size };
    return s("path", { d: through(points.map(([b, v]) => [x(b), y(v)])), ...look, ...data });
  };
  const level = (v) => [line(left, y(v), left + span, y(v), "line"), words(left - 7, y(v) + 4.5, String(v), "", "end")];
  const dots = circles.map((one) => one.slice(1));
  const [radius, its, score] = circles[best];
  const [isBayes, isCircles] = [has(state, "posterior"), has(state, "circles")];
  let last = null; // dots that would lie on the last one are left out, but not the best
  const isApart = ([b, v]) => !last || Math.hypot(x(b) - x(last[0]), y(v) - y(last[1])) >= 7;
  const thin = dots.filter((one, i) => (i === best || isApart(one)) && (last = one));
  const uprights = [
    [x(state.beta), `β = ${digits(state.beta)}`, "query", "query", null, base],
    isBayes && [x(bayes), `β* = ${digits(bayes)}`, "bold", "ink", "5 4", base],
    isCircles && [x(its), `d = ${radius}`, "memory", "memory-ink", "0 5", y(score) - 8],
  ].filter(Boolean);
  const band = { x: x(low), y: top, width: x(high) - x(low), height: base - top, class: "sr-band", "data-high": high };
  const [lines, texts] = named(room, uprights);
  const curve = GRID.map((b, i) => [b, losses[i]]);
  const dot = ([b, v]) => s("circle", { cx: x(b), cy: y(v), r: 3.2, class: "sr-outlined", "data-score": v });
  const ring = { cx: x(its), cy: y(score), r: 7.5, fill: "none", stroke: tone("memory-ink"), "stroke-width": 2 };
  const [decades, name] = [[1, 10, 100, 1000].map((b) => [x(b), count(b)]), "β, inverse temperature"];
  return [
    isBayes ? s("rect", band) : [],
    Array.from({ length: 2 * most + 1 }, (_, i) => level(i / 2)),
    lines,
    isCircles ? [path(dots, "memory-ink", 1), thin.map(dot)] : [],
    isBayes ? path(curve, "query", 2.5, { "data-bayes": bayes }) : [],
    isCircles ? s("circle", { ...ring, "data-radius": radius }) : [],
    set(cue(x(state.beta), y(loss), 6.5)[0], { "data-loss": loss }),
    axis(left, left + span, base, decades, name),
    texts,
    words(0, 11, `mean loss of ${QUERIES} queries`),
  ];
}

/** Upright lines and their names, the first `k` of them on the right, in rows so ordered that no line crosses one. */
function named(room, uprights) {
  const sorted = [...uprights].sort((a, b) => a[0] - b[0]);
  const reach = ([at, text], side) => at + side * (9 + 1.08 * wide(text));
  const isFree = (k) =>
    sorted.every((one, i) => (i < k ? reach(one, 1) <= room : reach(one, -1) >= (k ? sorted[k - 1][0] : 0)));
  const k = [3, 2, 1, 0].find((k) => k <= sorted.length && isFree(k));
  const rows = [...sorted.slice(0, k), ...sorted.slice(k).reverse()];
  const text = ([at, name, look], i) =>
    words(at + (i < k ? 7 : -7), 31 + 16 * i, name, `${look} halo`, i < k ? "start" : "end");
  const rule = ([at, , , colour, dashes, end], i) => line(at, 22 + 16 * i, at, end, colour, 1.5, dashes);
  return [rows.map(rule), rows.map(text)];
}

/** Which betas come near the least, and how near. */
function near({ low, high, least }) {
  const range = low === LOW ? "" : ` from ${digits(low)}`;
  const end = high === HIGH ? range && " up" : `${range ? "" : " up"} to ${digits(high)}`;
  return `every β${range}${end} comes within ${least > 0.1 ? `1${SPACE}%` : "0.001"} of`;
}

/** What the weights in one query say. */
function told(state, { shown, meant, weights, posterior, circle, circles, best }) {
  const [mine, just, round] = [weights, posterior, circle].map((kind) => weightText(kind[meant], kind[meant] === 0));
  const away = `${shown[meant]} ${shown[meant] === 1 ? "bit" : "bits"} away`;
  const bayes = `; by Bayes’ rule it was the one meant with probability **${just}**`;
  return [
    `In this query the pattern meant, ${away}, gets **${mine}** of the weight at β = ${digits(state.beta)}`,
    has(state, "posterior") ? bayes : "",
    has(state, "circles") ? `. Circles of radius ${circles[best][0]} give it ${round}.` : ".",
  ].join("");
}

/** What the loss says. */
function lost(state, result) {
  const { loss, least, bayes, circles, best, blind } = result;
  const [d, its, score] = circles[best];
  const mean = `At β = ${digits(state.beta)} the loss of ${QUERIES} queries is **${lossText(loss)}** on average`;
  if (!has(state, "posterior")) return `${mean}; weights of zero would lose 1.`;
  const costs = `the noise alone costs **${lossText(least)}**, at β* = ${digits(bayes)}`;
  const silent = blind ? `, though they find nothing for ${blind} of ${QUERIES} queries` : "";
  const round = ` Circles of radius ${d} reach ${lossText(score)}${silent}, at a fitted β of ${digits(its)}.`;
  return `${mean}; ${costs}, and ${near(result)} that.${has(state, "circles") ? round : ""}`;
}

/** The picture in sentences. */
function spoken(state, result, isWide) {
  const of = `of ${count(state.n_patterns)} patterns of ${state.n_bits} bits`;
  const parts = state.view === "loss" ? [lost, told] : [told, lost];
  const said = parts.slice(0, isWide ? 2 : 1).map((part) => part(state, result));
  return [`One ${of} is the query, with ${percent(state.noise, true)} of its bits flipped.`, ...said]
    .join(" ")
    .replace(/\*\*/g, "");
}

/** What the picture now shows. */
function sentence(state, result) {
  const why =
    result.high === HIGH ? "The pattern meant is so near that any sharp read finds it" : "So much noise hides it";
  const flat = has(state, "posterior") && result.high >= 10 * result.low ? ` ${why}: **the loss hardly pins β.**` : "";
  return (state.view === "loss" ? lost : told)(state, result) + flat;
}

export default { compute, initialize, render };
