// Scores in, weights out: what beta does to softmax.

const COUNTS = ["", "", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight"];
const BETA = { ...logScale(0.01, 100, 40, 1), max: 162 }; // position 0 is beta = 0, the last position is the limit

/**
 * Weights of softmax(beta * scores) and how widely they are spread. `beta` is a number >= 0 or "max", the limit, in
 * which the keys with the largest score share everything. Gives plain numbers.
 */
function compute({ scores, beta }) {
  const top = Math.max(...scores);
  const falls = scores.map((score) => (beta === 0 || score === top ? 0 : beta === "max" ? Infinity : beta * (top - score)));
  const raw = falls.map((fall) => Math.exp(-fall)); // the winners are exactly 1
  const winners = scores.flatMap((score, i) => (score === top ? [i] : []));
  const rest = raw.reduce((sum, x, i) => (i === winners[0] ? sum : sum + x), 0);
  const weights = raw.map((x) => x / (1 + rest));
  const entropy = Math.log1p(rest) + weights.reduce((sum, w, i) => (w > 0 ? sum + w * falls[i] : sum), 0);
  return { weights, entropy, effective: Math.exp(entropy), largest: 1 / (1 + rest), winners };
}

function betaText(beta) {
  return beta === "max" ? "max" : digits(beta);
}

function initialize() {}

function render({ model, el }) {
  const cleanups = [];
  const names = ["scores", "labels", "beta", "question"];
  const start = { scores: model.get("scores"), labels: model.get("labels"), beta: model.get("beta") };
  const get = () => Object.fromEntries(names.map((name) => [name, model.get(name)]));
  const label = (i) => model.get("labels")[i] || `key ${i + 1}`;

  // scores: drawing, fields, a complaint
  let fields = [];
  const complaints = new Map();
  const complaint = h("p", { class: "sr-complaint", role: "alert" });
  const complain = (i, text) => {
    complaints.set(i, text);
    complaint.textContent = [...complaints.values()].find(Boolean) || "";
  };
  const setScore = (i, value) => change(model, { scores: model.get("scores").map((old, j) => (j === i ? value : old)) });
  const fieldRow = h("div", { class: "sr-fields" });
  const fillFields = (n) => {
    complaints.clear();
    fields = Array.from({ length: n }, (_, i) => numberField(label(i), (v) => setScore(i, v), (text) => complain(i, text)));
    fieldRow.replaceChildren(...fields.map((field) => field.input));
  };

  // one key more or less
  const resize = (n) => {
    const old = model.get("scores");
    change(model, { labels: model.get("labels").slice(0, n), scores: Array.from({ length: n }, (_, i) => old[i] ?? 0) });
  };
  const cross = (isPlus) => s("svg", { width: 12, height: 12, "aria-hidden": "true" }, line(1, 6, 11, 6, "ink", 2), isPlus ? line(6, 1, 6, 11, "ink", 2) : []);
  const fewer = set(button("", () => resize(model.get("scores").length - 1), "sr-step"), { "aria-label": "Remove the last key" });
  const more = set(button("", () => resize(model.get("scores").length + 1), "sr-step"), { "aria-label": "Add a key" });
  fewer.append(cross(false));
  more.append(cross(true));

  // beta
  const beta = slider({
    symbol: "β", name: "inverse temperature", max: BETA.max, show: betaText,
    ticks: [[0, "0"], [41, "0.1"], [81, "1"], [121, "10"], [BETA.max, "max"]],
    place: (value) => (value === "max" ? BETA.max : value < 0.01 ? 0 : BETA.place(value)),
    read: (position) => (position === BETA.max ? "max" : position === 0 ? 0 : BETA.read(position)),
    onMove: (value) => change(model, { beta: value }),
  });
  const reset = () => {
    change(model, start);
    fields.forEach((field, i) => field.show(start.scores[i], true));
  };
  const buttons = h("div", { class: "sr-buttons" },
    button("β = 1/8", () => change(model, { beta: 0.125 })), button("β = 1", () => change(model, { beta: 1 })), button("Reset", reset));

  // figures and status
  const figures = ["entropy", "effective number", "largest weight"].map((name) => [h("dt", { text: name }), h("dd")]);
  const status = statusLine(cleanups);

  const scorePlot = h("div");
  const weightPlot = h("div");
  const scoreSide = h("div", {}, h("div", { class: "sr-head" }, h("span", {}, ...rich("**Scores** before softmax"), h("span", { class: "sr-spare", text: "; edit them" })), fewer, more), scorePlot, fieldRow, complaint);
  const weightSide = h("div", {}, h("div", { class: "sr-head" }, h("span", {}, ...rich("**Weights** after softmax; they sum to 1"))), weightPlot);
  const title = plate(el, "",
    h("div", { class: "sr-plot sr-two" }, scoreSide, weightSide),
    h("div", { class: "sr-tray sr-lead" }, beta.el, buttons),
    h("dl", { class: "sr-figures" }, figures.map((pair) => h("div", {}, pair))), status.el);

  let width = 300;
  function draw() {
    const state = get();
    const { scores } = state;
    const result = compute(state);
    const n = scores.length;
    if (fields.length !== n) fillFields(n);
    fields.forEach((field, i) => field.show(scores[i]));
    title.textContent = state.question || `${COUNTS[n]} scores, one winner. How large must β be before the winner takes 99${SPACE}%?`;
    allow(fewer, n > 2);
    allow(more, n < 8);
    beta.move(state.beta);
    scorePlot.replaceChildren(drawScores(width, scores, label));
    weightPlot.replaceChildren(drawWeights(width, result.weights, label, state.beta === "max"));
    const isLimit = state.beta === "max";
    const isLow = !isLimit && result.entropy < 0.005;
    figures[0][1].textContent = (isLow ? "<0.01" : result.entropy.toFixed(2)) + " nats";
    figures[1][1].textContent = `${result.effective < 1.005 && !isLimit ? "about 1" : result.effective.toFixed(2)} of ${n} keys`;
    figures[2][1].textContent = weightText(result.largest, isLimit || result.winners.length === n);
    status.say(sentence(state.beta, result, n, label));
  }
  follow(model, names, draw, cleanups);
  watchWidth(scorePlot, (next) => ((width = next), draw()), cleanups);
  return () => cleanups.forEach((clean) => clean());
}

/** What the picture now shows, in a sentence. */
function sentence(beta, { effective, largest, winners }, n, label) {
  const isLimit = beta === "max";
  const at = isLimit ? "In the limit of large β" : `At β = **${betaText(beta)}**`;
  if (winners.length === n || beta === 0) return `${at} every key takes **${percent(1 / n, true)}**: the read is the mean of all **${n}**.`;
  const who = winners.map(label).join(" and ");
  if (winners.length > 1) {
    return `${at} the tied keys ${who} take **${percent(largest, isLimit)}** each${isLimit ? " and the others nothing" : ""}; the read is spread over about **${effective.toFixed(1)}** keys.`;
  }
  if (isLimit) return `${at}, ${who} takes **everything**: a hard look-up of **1** key.`;
  return `${at}, ${who} takes **${percent(largest)}** and the read is spread over about **${effective.toFixed(1)}** keys.`;
}

/** A name under a bar, cut to the room it has. */
function keyName(x, y, name, slot) {
  const room = Math.max(2, Math.floor(slot / 6.4));
  return words(x, y, name.length > room ? `${name.slice(0, room - 1)}…` : name, "halo", "middle");
}

function drawScores(width, scores, label) {
  const height = 196;
  const slot = width / scores.length;
  const bar = Math.min(44, slot * 0.62);
  const most = Math.max(0, ...scores);
  const least = Math.min(0, ...scores);
  const unit = 150 / (Math.max(1e-300, most / 4 - least / 4) * 4); // quarters: the span of two huge scores must not overflow
  const zero = 14 + (most === 0 && least === 0 ? 75 : most * unit);
  const bars = scores.map((score, i) => {
    const size = Math.abs(score) * unit;
    const box = { x: i * slot + (slot - bar) / 2, y: score > 0 ? zero - size : zero, width: bar, height: size };
    return s("rect", { ...box, fill: "var(--sr-key)", "data-score": score });
  });
  const names = scores.map((_, i) => keyName((i + 0.5) * slot, 188, label(i), slot));
  const say = `Scores before softmax: ${scores.map((score, i) => `${label(i)} ${fieldText(score)}`).join(", ")}.`;
  return canvas(width, height, say, bars, line(0, zero, width, zero, "ink", 1.25), words(width, zero - 5, "0", "halo", "end"), names);
}

function drawWeights(width, weights, label, isLimit) {
  const height = 196;
  const slot = width / weights.length;
  const bar = Math.min(44, slot * 0.62);
  const y = (w) => 168 - 150 * w;
  const isExact = isLimit || weights.every((w) => w === weights[0]);
  const share = y(1 / weights.length);
  const isCrowded = slot < 50 && weights.at(-1) > 0.9;
  const grid = [1, 0.5].map((w) => [line(0, y(w), width, y(w), "line"), w === 1 && isCrowded ? [] : words(width, y(w) - 5, String(w), "halo", "end")]);
  const parts = weights.map((w, i) => {
    const box = { x: i * slot + (slot - bar) / 2, y: y(w), width: bar, height: 150 * w, "data-weight": w };
    return s("rect", { ...box, class: "sr-outlined", rx: Math.min(1.5, 75 * w) });
  });
  const texts = weights.map((w, i) => words((i + 0.5) * slot, y(w) - 7, weightText(w, isExact), "bold halo", "middle"));
  const names = weights.map((_, i) => keyName((i + 0.5) * slot, 188, label(i), slot));
  const say = `Weights after softmax: ${weights.map((w, i) => `${label(i)} ${weightText(w, isExact)}`).join(", ")}; equal shares would be ${(1 / weights.length).toFixed(3)}.`;
  return canvas(width, height, say, grid, parts, line(0, 168, width, 168, "ink", 1.25), line(0, share, width, share, "ink", 1.5, "0 5"),
    nameShares(width, slot, share, weights.map(y)), texts, names);
}

/** "equal shares" stands at its line, at the end where no value is in the way, or else in a key row above. */
function nameShares(width, slot, share, tops) {
  const isFree = (top) => top > share + 12 || top < share - 24;
  const span = Math.ceil(84 / slot - 0.2);
  if (tops.slice(-span).every(isFree)) return words(width, share - 6, "equal shares", "halo", "end");
  if (tops.slice(0, span).every(isFree)) return words(0, share - 6, "equal shares", "halo");
  return [line(0, 7, 22, 7, "ink", 1.5, "0 5"), words(28, 11, "equal shares", "halo")];
}

export default { compute, initialize, render };
