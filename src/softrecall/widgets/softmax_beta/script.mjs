// Scores in, weights out: what beta does to softmax.

const COUNTS = ["", "", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight"];
const SCORES = [-1000, 1000];
const CEILINGS = [1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 2000]; // where the axis of the scores may end
const WINS = 0.99;
const BETA = { ...logScale(0.01, 100, 40, 1), max: 162 }; // position 0 is beta = 0, the last position is the limit

/**
 * Weights of softmax(beta * scores) and how widely they are spread. `beta` is a number >= 0 or "max", the limit, in
 * which the keys with the largest score share everything. Gives plain numbers.
 */
function compute({ scores, beta }) {
  const top = Math.max(...scores);
  const fall = (score) => (beta === 0 || score === top ? 0 : beta === "max" ? Infinity : beta * (top - score));
  const falls = scores.map(fall);
  const raw = falls.map((fall) => Math.exp(-fall)); // the winners are exactly 1
  const winners = scores.flatMap((score, i) => (score === top ? [i] : []));
  const rest = raw.reduce((sum, x, i) => (i === winners[0] ? sum : sum + x), 0);
  const weights = raw.map((x) => x / (1 + rest));
  const entropy = Math.log1p(rest) + weights.reduce((sum, w, i) => (w > 0 ? sum + w * falls[i] : sum), 0);
  return { weights, entropy, effective: Math.exp(entropy), largest: 1 / (1 + rest), winners };
}

const betaText = (beta) => (beta === "max" ? "max" : digits(beta));
const nameOf = ({ labels }, i) => labels[i] || `key ${i + 1}`;

/** Whether the weights are exact numbers rather than rounded ones. */
const isExact = ({ beta }, { weights }) => beta === "max" || weights.every((w) => w === weights[0]);

function question({ question, scores }) {
  return (
    question || `${COUNTS[scores.length]} scores, one winner. How large must β be before the winner takes 99${SPACE}%?`
  );
}

/** What the picture now shows, in a sentence. */
function sentence(state, { effective, largest, winners }) {
  const n = state.scores.length;
  const isLimit = state.beta === "max";
  const at = isLimit ? "In the limit of large β" : `At β = **${betaText(state.beta)}**`;
  if (winners.length === n || state.beta === 0) {
    return `${at} every key takes **${percent(1 / n, true)}**: the read is the mean of all **${n}**.`;
  }
  const who = winners.map((i) => nameOf(state, i)).join(" and ");
  const spread = `the read is spread over about **${effective.toFixed(1)}** keys.`;
  if (winners.length > 1) {
    const share = percent(largest, isLimit);
    return `${at} the tied keys ${who} take **${share}** each${isLimit ? " and the others nothing" : ""}; ${spread}`;
  }
  if (isLimit) return `${at}, ${who} takes **everything**: a hard look-up of **1** key.`;
  return `${at}, ${who} takes **${percent(largest)}** and ${spread}`;
}

function render({ model, el }) {
  return play({ model, el }, ["scores", "labels", "beta", "question"], ({ start, read, tell, drawing }) => {
    // a field for each score, and one key more or less
    const complaints = new Map();
    const complaint = h("p", { class: "sr-complaint sr-whole", role: "alert" });
    const complain = (i, text) => {
      complaints.set(i, text);
      complaint.textContent = [...complaints.values()].find(Boolean) || "";
    };
    const setScore = (i, value) => tell({ scores: read().scores.map((old, j) => (j === i ? value : old)) });
    dragBars(drawing, read, setScore);
    let fields = [];
    const row = h("div", { class: "sr-fields" });
    const fillFields = (state) => {
      complaints.clear();
      const field = (_, i) =>
        numberField(
          `score of ${nameOf(state, i)}`,
          SCORES,
          (v) => setScore(i, v),
          (text) => complain(i, text),
        );
      fields = state.scores.map(field);
      row.replaceChildren(...fields.map((one) => one.input));
    };
    const resize = (n) => {
      const { scores, labels } = read();
      tell({ labels: labels.slice(0, n), scores: Array.from({ length: n }, (_, i) => scores[i] ?? 0) });
    };
    const fewer = stepButton("Remove the last key", false, () => resize(read().scores.length - 1));
    const more = stepButton("Add a key", true, () => resize(read().scores.length + 1));
    const edit = h(
      "div",
      { class: "sr-whole sr-edit" },
      h("span", { class: "sr-quiet", text: "Scores" }),
      row,
      fewer,
      more,
    );

    const beta = slider({
      symbol: "β",
      name: "inverse temperature",
      max: BETA.max,
      show: betaText,
      ticks: [
        [0, "0"],
        [41, "0.1"],
        [81, "1"],
        [121, "10"],
        [BETA.max, "max"],
      ],
      place: (value) => (value === "max" ? BETA.max : value < 0.01 ? 0 : BETA.place(value)),
      read: (position) => (position === BETA.max ? "max" : position === 0 ? 0 : BETA.read(position)),
      onMove: (value) => tell({ beta: value }),
    });
    const reset = () => {
      tell(start);
      fields.forEach((field, i) => field.show(start.scores[i], true));
    };
    const jump = (name, value) => button(`β = ${name}`, () => tell({ beta: value }));
    const buttons = h("div", { class: "sr-buttons sr-ends" }, jump("1/8", 0.125), jump("1", 1), button("Reset", reset));

    const move = (state, result) => {
      const n = state.scores.length;
      if (fields.length !== n) fillFields(state);
      fields.forEach((field, i) => field.show(state.scores[i]));
      allow(fewer, n > 2);
      allow(more, n < 8);
      beta.move(state.beta);
      const isLimit = state.beta === "max";
      const nats = !isLimit && result.entropy < 0.005 ? "<0.01" : result.entropy.toFixed(2);
      const spread = !isLimit && result.effective < 1.005 ? "about 1" : result.effective.toFixed(2);
      return [`${nats} nats`, `${spread} of ${n} keys`, weightText(result.largest, isExact(state, result))];
    };
    return {
      tray: [beta.el, buttons, edit, complaint],
      move,
      terms: ["entropy", "effective number", "largest weight"],
    };
  });
}

/** Where the two panels are: side by side, or one above the other. */
function panels(width) {
  const isWide = width >= 480;
  const room = isWide ? (width - 28) / 2 : width;
  const high = isWide ? 196 : 128; // of the bars with their names
  return {
    room,
    high,
    x: isWide ? room + 28 : 0,
    y: isWide ? 0 : high + 32,
    height: isWide ? high + 22 : 2 * high + 54,
  };
}

/** The axis of the scores: a round number above and below, with room to drag; `zero` is where the bars stand. */
function scoreAxis({ room, high }, scores) {
  const end = (size) => CEILINGS.find((one) => one >= 1.05 * size);
  const [most, least] = [end(Math.max(0, ...scores)), -end(Math.max(0, ...scores.map((score) => -score)))];
  const unit = (high - 46) / (most - least);
  return { most, least, unit, zero: 14 + most * unit, slot: room / scores.length };
}

/** Bars of scores that are dragged: by a mouse anywhere in their panel, by a finger at their end. */
function dragBars(drawing, read, onScore) {
  let held = null; // the axis as it was when the bar was seized, so that it does not move under the pointer
  const at = ({ clientX, clientY }) => {
    const box = drawing.firstChild.getBoundingClientRect();
    return [clientX - box.left, clientY - box.top - 22, panels(box.width)];
  };
  const drag = (event) => {
    if (!held) return;
    const { most, least, zero, unit } = held.axis;
    const step = (most - least) / 80;
    const score = step * Math.round((zero - at(event)[1]) / unit / step);
    onScore(held.i, Number(Math.min(most, Math.max(least, score)).toPrecision(6)));
  };
  const grab = (event) => {
    const [x, y, plan] = at(event);
    const isHandle = event.target.closest(".sr-handle") !== null;
    if (event.button !== 0 || x >= plan.room || y < 0 || y > plan.high - 18) return;
    if (event.pointerType === "touch" && !isHandle) return;
    const { scores } = read();
    const axis = scoreAxis(plan, scores);
    held = { axis, i: Math.min(scores.length - 1, Math.max(0, Math.floor(x / axis.slot))) };
    drawing.setPointerCapture(event.pointerId);
    event.preventDefault();
    drag(event);
  };
  const drop = () => (held = null);
  set(drawing, { on: { pointerdown: grab, pointermove: drag, pointerup: drop, pointercancel: drop } });
}

/** Scores and weights as bars. */
function picture(width, state, result) {
  const plan = panels(width);
  const scores = state.scores.map((score, i) => `${nameOf(state, i)} ${fieldText(score)}`).join(", ");
  const shares = result.weights
    .map((w, i) => `${nameOf(state, i)} ${weightText(w, isExact(state, result))}`)
    .join(", ");
  const equal = (1 / result.weights.length).toFixed(3);
  const say = `Scores before softmax: ${scores}. Weights after softmax: ${shares}; equal shares would be ${equal}.`;
  const head = (bold, rest) => [words(0, 12, bold, "bold"), words(wide(bold) + 6, 12, rest)];
  return canvas(
    width,
    plan.height,
    say,
    moved(0, 0, head("Scores", "before softmax; drag them"), moved(0, 22, scoreBars(plan, state))),
    moved(
      plan.x,
      plan.y,
      head("Weights", "after softmax; they sum to 1"),
      moved(0, 22, weightBars(plan, state, result)),
    ),
  );
}

/** A name under a bar, cut to the room it has. */
function keyName(x, y, name, slot) {
  const room = Math.max(2, Math.floor(slot / 6.4));
  return words(x, y, name.length > room ? `${name.slice(0, room - 1)}…` : name, "halo", "middle");
}

function scoreBars(plan, state) {
  const { scores } = state;
  const { unit, zero, slot } = scoreAxis(plan, scores);
  const bar = Math.min(44, slot * 0.62);
  const bars = scores.map((score, i) => scoreBar(i * slot + (slot - bar) / 2, zero, bar, score, unit));
  const grips = scores.map((score, i) => {
    const [x, y] = [(i + 0.5) * slot, zero - score * unit];
    const reach = s("rect", { x: x - slot / 2, y: y - 18, width: slot, height: 36, fill: "transparent" });
    const knob = { x: x - 9, y: y - 2, width: 18, height: 4, rx: 2, fill: tone("plate"), stroke: tone("key-ink") };
    return s("g", { class: "sr-handle" }, reach, s("rect", knob));
  });
  const names = scores.map((_, i) => keyName((i + 0.5) * slot, plan.high - 8, nameOf(state, i), slot));
  const foot = line(0, zero, plan.room, zero, "ink", 1.25);
  return [...bars, foot, words(plan.room, zero - 5, "0", "halo", "end"), ...names, ...grips];
}

function weightBars({ room: width, high }, state, result) {
  const { weights } = result;
  const slot = width / weights.length;
  const bar = Math.min(44, slot * 0.62);
  const base = high - 28;
  const full = base - 18;
  const y = (w) => base - full * w;
  const share = y(1 / weights.length);
  const last = y(weights.at(-1));
  const isFree = (w) => Math.abs(y(w) - share) > 14 && (slot > 76 || Math.abs(y(w) - last) > 16);
  const level = (w) => [
    w === WINS ? line(0, y(w), width, y(w), "ink", 1.25, "6 4") : line(0, y(w), width, y(w), "line"),
    isFree(w) ? words(width, y(w) - 5, w === WINS ? `99${SPACE}%` : String(w), "halo", "end") : [],
  ];
  const bars = weights.map((w, i) => weightBar(i * slot + (slot - bar) / 2, base, bar, w, full));
  const written = (w) => weightText(w, isExact(state, result));
  const texts = weights.map((w, i) => words((i + 0.5) * slot, y(w) - 7, written(w), "bold halo", "middle"));
  const names = weights.map((_, i) => keyName((i + 0.5) * slot, high - 8, nameOf(state, i), slot));
  return [
    [WINS, 0.5].map(level),
    bars,
    line(0, base, width, base, "ink", 1.25),
    line(0, share, width, share, "ink", 1.5, "0 5"),
    nameShares(width, slot, share, weights.map(y)),
    texts,
    names,
  ].flat(3);
}

/** "equal shares" is written at its line, at the end where no value is in the way, or else in a key row above. */
function nameShares(width, slot, share, tops) {
  const isFree = (top) => top > share + 12 || top < share - 24;
  const span = Math.ceil(84 / slot - 0.2);
  if (tops.slice(-span).every(isFree)) return words(width, share - 6, "equal shares", "halo", "end");
  if (tops.slice(0, span).every(isFree)) return words(0, share - 6, "equal shares", "halo");
  const isHigh = tops.slice(0, Math.ceil(116 / slot)).some((top) => top < 32); // one bar at most is that high
  const x = isHigh ? width - 132 : 0;
  return [line(x, 7, x + 22, 7, "ink", 1.5, "0 5"), words(x + 28, 11, "equal shares", "halo")];
}

export default { compute, initialize, render };
