// A noisy query is read by softmax, by circles, and as Bayes would: how sharp should the read be?

const [QUERIES, MOST, SHOWN, LOW, HIGH, STEPS] = [48, 1024, 12, 0.3, 1000, 60]; // MOST patterns fit into the random stream; LOW to HIGH is beta
const GRID = Array.from({ length: STEPS + 1 }, (_, i) => LOW * (HIGH / LOW) ** (i / STEPS));
const WIDTHS = [16, 32, 64, 128, 256], LOADS = [2, 3, ...[4, 8, 16, 32, 64, 128, 256, 512].flatMap((m) => [m, 1.5 * m]), MOST];
const QUESTION = "The query is noisy. How sharply should the memory read?";
const lossText = (x) => (x < 0.0005 ? "<0.001" : x.toFixed(3));
const order = (k) => `${k}${k % 100 > 10 && k % 100 < 14 ? "th" : ["th", "st", "nd", "rd"][k % 10] || "th"}`;

/** Numbers from 0 to 1 that belong to a seed and a place, the same in every engine and in Python. */
function chances(seed) {
  const mix = (x) => {
    x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
    x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
    return x ^ (x >>> 15);
  };
  const first = mix(seed);
  return (i) => ((mix((first + Math.imul(i + 1, 0x9e3779b9)) | 0) >>> 0) + 0.5) / 2 ** 32;
}

/** The chance of exactly 0, 1, ... and of at most 0, 1, ... flips of n bits; `draw(u)` is the first of the latter to reach u. */
function flips(n, p) {
  const [at, within] = [[(1 - p) ** n], [(1 - p) ** n]];
  for (let k = 1; k <= n; k++) within.push(within[k - 1] + (at[k] = at[k - 1] * ((n - k + 1) / k) * (p / (1 - p))));
  const guide = Array.from({ length: 256 }, (_, i) => within.findIndex((x) => x >= i / 256));
  return { at, draw: (u) => {
    let k = guide[Math.floor(256 * u)];
    while (k < n && within[k] < u) k++;
    return k;
  } };
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

/** The beta of an exponential through the overlaps at the distances 0 to d - 1, by least squares of their logarithms. */
const fitted = (shared, d, n) => ((-6 * n) / (d * (d * d - 1))) * shared.slice(0, d).reduce((sum, x, h) => sum + (h - (d - 1) / 2) * Math.log(x), 0);

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
    for (let i = 0, scale = 1 / (sum || 1); i < far.length; i++) total += counts[i] * (off = table[far[i] - from] * scale - posterior[i]) * off;
  }
  return total / QUERIES;
}

/** Where the root of the excess over the least, taken as straight, leaves its room: from beta* up (step 1) or down (-1). */
function edge(bayes, excess, room, step) {
  const place = (STEPS * Math.log(bayes / LOW)) / Math.log(HIGH / LOW);
  let [before, gap] = [bayes, 0];
  for (let i = step > 0 ? Math.floor(place) + 1 : Math.ceil(place) - 1; i >= 0 && i <= STEPS; i += step) {
    const next = Math.sqrt(excess[i]);
    if (next > room) return before * (GRID[i] / before) ** ((room - gap) / (next - gap));
    [before, gap] = [GRID[i], next];
  }
  return step > 0 ? HIGH : LOW;
}

/**
 * All that does not depend on beta. `far` are the distances of a query, `counts` how many patterns lie at each, `posterior`
 * the chance that one of them is meant. The loss, the squared error of the weights, is averaged over that chance, too: it is
 * `least`, which the noise takes from any read, and what the read is astray. `circles` are [radius, fitted beta, loss].
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
  const least = queries.reduce((sum, { counts, posterior }) => sum + posterior.reduce((part, w, i) => part + counts[i] * w * (1 - w), 0), 0) / QUERIES;
  const excess = GRID.map((beta) => astray(queries, falls(beta, n), true));
  const tables = Array.from({ length: Math.ceil(n / 2) - 2 }, (_, i) => overlaps(n, i + 2, half.at));
  const circles = tables.map((table, i) => [i + 2, fitted(table, i + 2, n), least + astray(queries, table)]);
  const lowest = Math.min(...circles.map((one) => one[2]));
  const best = circles.findIndex(([, , loss]) => loss <= lowest + 1e-6);
  const blind = queries.filter(({ far }) => far[0] > 2 * (best + 2)).length;
  const [low, high] = [-1, 1].map((step) => edge(bayes, excess, Math.sqrt(Math.max(0.01 * least, 0.001)), step));
  return { bayes, queries, least, losses: excess.map((x) => least + x), circles, best, table: tables[best], blind, low, high };
}

/**
 * How beta, Bayes and the circles of the `best` radius weigh the first query: `shown` are the distances of its nearest
 * patterns, `meant` is the place of the one meant among them, `nearer` how many patterns are nearer than that one.
 * `losses` stand at the betas of the grid, `loss` and the cross-entropy `nats` at beta itself; from `low` to `high` the
 * loss is nearly `least`. At the best radius, `blind` queries share nothing with any pattern.
 */
function compute(state, { queries, table, ...kept } = survey(state)) {
  const { n_bits: n, beta } = state, { target, far, counts, posterior: bayesian } = queries[0], soft = falls(beta, n);
  const all = far.flatMap((h, i) => new Array(counts[i]).fill(h));
  const nearer = all.indexOf(target), meant = Math.min(nearer, SHOWN - 1);
  const shown = nearer < SHOWN ? all.slice(0, SHOWN) : [...all.slice(0, meant), target];
  const [weights, posterior, circle] = [weigh(queries[0], soft, far[0]), bayesian, weigh(queries[0], table, 0)].map((kind) => shown.map((h) => kind[far.indexOf(h)]));
  const surprise = (one) => one.posterior.reduce((sum, w, i) => sum + one.counts[i] * w * ((2 * beta * (one.far[i] - one.far[0])) / n), -Math.log(weigh(one, soft, one.far[0])[0]));
  const nats = queries.reduce((sum, one) => sum + surprise(one), 0) / QUERIES;
  return { ...kept, shown, meant, nearer, weights, posterior, circle, loss: kept.least + astray(queries, soft, true), nats };
}

/** The noise at which the pattern meant lies as far away as the nearest of the others: there beta matters most. */
const pinning = ({ n_bits, n_patterns }) => Math.max(0.01, Math.round(100 * (0.5 - Math.sqrt(Math.log(n_patterns) / (2 * n_bits)))) / 100);

function render({ model, el }) {
  const cleanups = [], names = ["noise", "beta", "n_bits", "n_patterns", "seed", "question"];
  const read = () => Object.fromEntries(names.map((name) => [name, model.get(name)]));
  const start = read();
  const move = (trait) => (value) => change(model, { [trait]: value });
  const nearest = (list) => (aim) => list.reduce((best, x, i) => (Math.abs(Math.log(x / aim)) < Math.abs(Math.log(list[best] / aim)) ? i : best), 0);
  const scale = logScale(LOW, HIGH, 40);
  const sliders = [
    slider({ symbol: "p", name: "bits of the query flipped", min: 1, max: 48, show: (p) => percent(p, true), place: (p) => Math.round(100 * p), read: (i) => i / 100, ticks: [1, 10, 20, 30, 40, 48].map((i) => [i, `${i}${SPACE}%`]), onMove: move("noise") }),
    slider({ symbol: "β", name: "inverse temperature", max: scale.last, show: digits, ...scale, ticks: [1, 10, 100, 1000].map((b) => [scale.place(b), count(b)]), onMove: move("beta") }),
    slider({ symbol: "n", name: "bits of a pattern", max: WIDTHS.length - 1, place: nearest(WIDTHS), read: (i) => WIDTHS[i], ticks: WIDTHS.map((n, i) => [i, String(n)]), onMove: move("n_bits") }),
    slider({ symbol: "m", name: "patterns stored", max: LOADS.length - 1, show: count, place: nearest(LOADS), read: (i) => LOADS[i], ticks: [2, 16, 128, MOST].map((m) => [LOADS.indexOf(m), count(m)]), onMove: move("n_patterns") }),
  ];
  const match = button("Set β = β*", () => change(model, { beta: kept.bayes }));
  const others = [button("New queries", () => change(model, { seed: (model.get("seed") + 1) % 10000 })), button("Reset", () => change(model, start))];
  const status = statusLine(cleanups, "sr-roomiest");
  const repair = button("", () => (change(model, { noise: pinning(read()) }), sliders[0].input.focus()));
  const foot = h("div", { class: "sr-foot" }, s("svg", { width: 22, height: 20, "aria-hidden": "true" }, s("path", { d: "M11 2L20 18H2ZM11 8v4.5M11 15.2v.1" })), status.el, repair);
  const terms = ["β* of the noise", "loss at β, least", `mean ${MINUS}ln w at β`, "best circles"].map((name) => [h("dt", { text: name }), h("dd")]);
  const drawing = h("div"), keys = h("div", { class: "sr-keys" }, keyRow());
  const title = plate(el, "", h("div", { class: "sr-plot" }, keys, drawing),
    h("div", { class: "sr-tray" }, sliders.map((one) => one.el), h("div", { class: "sr-buttons sr-ends sr-whole" }, match, others)),
    h("dl", { class: "sr-figures sr-four" }, terms.map((pair) => h("div", {}, pair))), foot);

  let [width, kept, drawn] = [628, null, ""];
  function draw() {
    const state = read();
    const key = [state.n_bits, state.n_patterns, state.noise, state.seed].join(" ");
    if (key !== drawn) [kept, drawn] = [survey(state), key]; // beta alone needs no other queries
    const result = compute(state, kept);
    title.textContent = state.question || QUESTION;
    sliders.forEach((one, i) => one.move(state[names[i]]));
    allow(match, state.beta !== result.bayes);
    const isWarning = result.high >= 10 * result.low;
    foot.classList.toggle("sr-warns", isWarning);
    repair.textContent = `Set p = ${percent(pinning(state), true)}`;
    const [d, beta] = result.circles[result.best];
    [digits(result.bayes), `${lossText(result.loss)}, ${lossText(result.least)}`, `${result.nats < 0.0005 ? "<0.001" : digits(result.nats)} nats`, `d = ${d}, β ${digits(beta)}`].forEach((text, i) => (terms[i][1].textContent = text));
    const isWide = width >= 516;
    const [room, base, tall] = isWide ? [(width - 28) / 2, 252, 316] : [width, 214, 552];
    const second = s("g", { transform: isWide ? `translate(${room + 28} 0)` : "translate(0 290)" }, curves(room, base, state, result));
    drawing.replaceChildren(canvas(width, tall, spoken(state, result), bars(room, base, result), second));
    status.say(isWarning ? warning(result) : sentence(state, result));
  }
  follow(model, names, draw, cleanups);
  watchWidth(drawing, (next) => ((width = next), draw()), cleanups);
  return () => cleanups.forEach((clean) => clean());
}

function keyRow() {
  const mark = (...parts) => s("svg", { width: 26, height: 14, "aria-hidden": "true" }, parts), dot = (cx) => s("circle", { cx, cy: 7, r: 4, class: "sr-outlined" });
  const rows = [["query", "softmax(β cos)", s("rect", { width: 9, height: 14, fill: "var(--sr-query)" }), line(12, 7, 26, 7, "query", 2.5)], ["", "posterior, β*", line(0, 7, 12, 7, "ink", 3), line(20, 0, 20, 14, "ink", 1.5, "5 4")], ["memory", "circles", dot(6), dot(20)], ["soft", "loss nearly the least", s("rect", { width: 26, height: 14, class: "sr-band" })]];
  return rows.map(([look, text, ...parts]) => h("span", { class: look && `sr-k-${look}` }, mark(...parts), text));
}

/** The weights in one query: bars for softmax, strokes for the posterior, dots for the circles. */
function bars(room, base, { shown, meant, nearer, weights, posterior, circle }) {
  const [left, high] = [28, base - 36];
  const step = Math.min(40, (room - left) / shown.length);
  const x = (i, shift = 0) => Number((left + step * (i + 0.5 + shift)).toFixed(2));
  const y = (w) => Number((base - high * w).toFixed(2));
  const grid = [0.5, 1].map((w) => [line(left, y(w), room, y(w), "line"), words(left - 7, y(w) + 4.5, String(w), "", "end")]);
  const marks = shown.map((far, i) => [
    s("rect", { x: x(i, -0.4), y: y(weights[i]), width: 0.52 * step, height: high * weights[i], fill: "var(--sr-query)", "data-weight": weights[i] }),
    s("circle", { cx: x(i, 0.33), cy: y(circle[i]), r: 3.6, class: "sr-outlined", "data-circle": circle[i] }),
    line(x(i, -0.48), y(posterior[i]), x(i, 0.2), y(posterior[i]), "ink", 3),
    far < 100 || step > 21 || i % 2 === meant % 2 ? words(x(i), base + 20, far, i === meant ? "key" : "", "middle") : [],
  ]);
  const at = x(meant), side = at > room / 2 ? [at - 11, "end"] : [at + 11, "start"];
  const named = words(side[0], base + 38, nearer ? `meant, ${order(nearer + 1)} nearest` : "meant, nearest", "key", side[1]);
  return [grid, nearer > meant ? line(x(meant, -0.5), 36, x(meant, -0.5), base + 24, "control", 1.5, "0 5") : [], marks, line(left, base, room, base, "control", 1.25), s("path", { d: `M${at} ${base + 26}l6 10h-12Z`, fill: "var(--sr-key)" }), named, words(0, 11, `weights in one of the ${QUERIES} queries`), words((room + left) / 2, base + 58, "distance of the pattern, bits", "", "middle")];
}

/** The loss over beta, with beta*, the reader's beta, the circles at their fitted betas, and where the loss is nearly least. */
function curves(room, base, { beta }, { bayes, losses, loss, circles, best, low, high }) {
  const [left, top, wide] = [28, 72, room - 36];
  const most = Math.ceil(2 * Math.max(1, ...losses, ...circles.map((one) => one[2]))) / 2;
  const x = (b) => Number((left + (wide * Math.log(b / LOW)) / Math.log(HIGH / LOW)).toFixed(2));
  const y = (v) => Number((base - ((base - top) * v) / most).toFixed(2));
  const path = (points, colour, size) => s("path", { d: "M" + points.map(([b, v]) => `${x(b)} ${y(v)}`).join("L"), fill: "none", stroke: `var(--sr-${colour})`, "stroke-width": size });
  const grid = Array.from({ length: 2 * most + 1 }, (_, i) => [line(left, y(i / 2), left + wide, y(i / 2), "line"), words(left - 7, y(i / 2) + 4.5, String(i / 2), "", "end")]);
  const ticks = [1, 10, 100, 1000].map((b) => [line(x(b), base, x(b), base + 5, "control", 1.25), words(x(b), base + 20, count(b), "", b < HIGH ? "middle" : "end")]);
  const [spots, [radius, its, score]] = [circles.map((one) => one.slice(1)), circles[best]];
  let last = null; // dots that would lie on the last one are left out, but not the best
  const dots = spots.filter(([b, v], i) => (!last || i === best || Math.hypot(x(b) - x(last[0]), y(v) - y(last[1])) >= 7) && (last = [b, v]));
  const uprights = [[x(bayes), `β* = ${digits(bayes)}`, "bold", "ink", "5 4", base], [x(beta), `β = ${digits(beta)}`, "query", "query", null, base], [x(its), `circles, d = ${radius}`, "memory", "memory-ink", "0 5", y(score) - 8]];
  const fits = (side) => ([at, text]) => at + side * (7 + 6.9 * text.length) >= 0 && at + side * (7 + 6.9 * text.length) <= room;
  const isLeft = !uprights.every(fits(1)) && uprights.every(fits(-1)), isRight = (one) => !isLeft && fits(1)(one);
  uprights.sort((a, b) => isRight(b) - isRight(a) || (isRight(a) ? a[0] - b[0] : b[0] - a[0])); // so that no line crosses a name
  const lines = uprights.map(([at, , , colour, dashes, end], i) => line(at, 22 + 16 * i, at, end, colour, 1.5, dashes));
  const texts = uprights.map((one, i) => words(one[0] + (isRight(one) ? 7 : -7), 31 + 16 * i, one[1], `${one[2]} halo`, isRight(one) ? "start" : "end"));
  return [s("rect", { x: x(low), y: top, width: x(high) - x(low), height: base - top, class: "sr-band" }), grid, lines, path(spots, "memory-ink", 1),
    dots.map(([b, v]) => s("circle", { cx: x(b), cy: y(v), r: 3.2, class: "sr-outlined", "data-score": v })), path(GRID.map((b, i) => [b, losses[i]]), "query", 2.5),
    s("circle", { cx: x(its), cy: y(score), r: 7.5, fill: "none", stroke: "var(--sr-memory-ink)", "stroke-width": 2 }), s("circle", { cx: x(beta), cy: y(loss), r: 5, fill: "var(--sr-query)", stroke: "var(--sr-plate)", "stroke-width": 1.5 }),
    line(left, base, left + wide, base, "control", 1.25), ticks, texts, words(0, 11, "loss: squared error of the weights"), words(left + wide / 2, base + 40, "β, inverse temperature", "", "middle")];
}

/** Which betas come near the least, and how near. */
function near({ low, high, least }) {
  const range = low === LOW ? "" : ` from ${digits(low)}`, end = high === HIGH ? (range && " up") : `${range ? "" : " up"} to ${digits(high)}`;
  return `every β${range}${end} comes within ${least > 0.1 ? `1${SPACE}%` : "0.001"} of`;
}

/** The picture in sentences. */
function spoken({ n_bits, n_patterns, noise, beta }, result) {
  const { shown, meant, weights, posterior, circle, bayes, loss, least, circles, best } = result;
  const [[d, its, score], read] = [circles[best], [weights, posterior, circle].map((kind) => weightText(kind[meant], kind[meant] === 0))];
  return `One of ${count(n_patterns)} patterns of ${n_bits} bits is the query, with ${percent(noise, true)} of its bits flipped. The pattern meant, ${shown[meant]} ${shown[meant] === 1 ? "bit" : "bits"} away, weighs ${read[0]} under softmax with beta ${digits(beta)}, ${read[1]} under the posterior and ${read[2]} under circles of radius ${d}. Over ${QUERIES} queries the loss is ${lossText(loss)}; the least is ${lossText(least)}, at beta* ${digits(bayes)}, and ${near(result)} that. Circles of radius ${d}, with a fitted beta of ${digits(its)}, reach ${lossText(score)}.`;
}

/** What the picture now shows. */
function sentence({ beta }, { loss, circles, best, blind, ...rest }) {
  const [d, its, score] = circles[best];
  return `At β = ${digits(beta)} the loss is **${lossText(loss)}**; the noise alone costs **${lossText(rest.least)}**, and ${near(rest)} that. Circles of radius ${d} reach ${lossText(score)}${blind ? `, though they find nothing for ${blind} of ${QUERIES} queries` : ""}, with a fitted β of ${digits(its)}.`;
}

function warning(result) {
  const why = result.high === HIGH ? "The pattern meant is so near that any sharp read finds it." : "So much noise hides the pattern meant from any read.";
  return `**The loss hardly pins β.** ${why} Yours is ${lossText(result.loss)}; ${near(result)} the least, ${lossText(result.least)}.`;
}

function initialize() {}
export default { compute, initialize, render };
