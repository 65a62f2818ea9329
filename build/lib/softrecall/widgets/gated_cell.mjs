// A memory cell with two gates, set by hand, reads a stream of numbers and should end with the sum of the two that are marked.

const GATES = [0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.88, 0.9, 0.92, 0.93, 0.94, 0.95, 0.96, 0.97, 0.975, 0.98, 0.985, 0.99, 0.993, 0.995, 0.997, 0.998, 0.999, 1];
const OTHERS = [0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1];
const CEILINGS = [[1, 0.25], [2, 0.5], [3, 0.5], [5, 1], [10, 2], [20, 5], [50, 10], [100, 20]]; // where the axis of the cell may end, and its lines
const ALWAYS_ONE = 1 / 6; // the mean squared error of an answer that is always 1
const [SEES, CONSTANT] = ["see the marker", "constant"];
const QUESTION = "The cell should end with the sum of the two marked numbers. Which gates manage that, and can a gate that never changes?";

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

const mean = (values) => values.reduce((sum, v) => sum + v, 0) / values.length;

/**
 * How far the cell ends from the sum, over all streams: `bias` is the mean of the difference, `error` that of its square.
 * `left` says what a step leaves at the end of what came in. The difference is a sum of a_t x_t with a_t = left i_t - [t is
 * marked]. Over uniform x the mean of its square is the sum of a^2 / 12 and the square of half the sum of a; both sums are
 * those of a stream without marks and one change from each half, so that the mean over the marks needs no pairs of them.
 */
function overStreams(left, gate, other) {
  const open = left.map((l) => l * other), half = Math.floor(left.length / 2);
  const halves = [[0, half], [half, left.length]].map(([from, to]) => {
    const marked = left.slice(from, to).map((l) => l * gate - 1), without = open.slice(from, to);
    const shifts = marked.map((a, i) => a - without[i]), shift = mean(shifts);
    return { shift, spread: mean(shifts.map((x) => (x - shift) ** 2)), square: mean(marked.map((a, i) => a * a - without[i] * without[i])) };
  });
  const total = (name) => halves[0][name] + halves[1][name];
  const bias = (open.reduce((sum, a) => sum + a, 0) + total("shift")) / 2;
  const squares = open.reduce((sum, a) => sum + a * a, 0) + total("square");
  return { bias, error: squares / 12 + bias * bias + total("spread") / 4 };
}

/**
 * `numbers` is the stream, `marks` are the places of the two marked ones, from 0. `cell` is what the cell holds after each
 * step: the sum of what it has of the `first` marked number, of the `second` and of the `others`. `kept` is the share left
 * at the end of what each marked number put in; `bias` and `error` see above.
 */
function compute({ forget, marked, other, n_steps, gates, seed }) {
  const chance = chances(seed), half = Math.floor(n_steps / 2);
  const marks = [Math.floor(half * chance(0)), half + Math.floor((n_steps - half) * chance(1))];
  const numbers = Array.from({ length: n_steps }, (_, t) => chance(t + 2));
  const gate = gates === CONSTANT ? other : marked;
  const run = (input) => {
    let held = 0;
    return numbers.map((x, t) => (held = forget * held + input(t) * x));
  };
  const alone = (place) => run((t) => (t === place ? gate : 0));
  const left = [1];
  while (left.length < n_steps) left.unshift(left[0] * forget);
  return {
    numbers, marks, wanted: numbers[marks[0]] + numbers[marks[1]],
    cell: run((t) => (marks.includes(t) ? gate : other)), first: alone(marks[0]), second: alone(marks[1]),
    others: run((t) => (marks.includes(t) ? 0 : other)), kept: marks.map((place) => left[place]), ...overStreams(left, gate, other),
  };
}

/** A size with two decimals, fewer above ten. Unless it is 0, it never reads as 0. */
const two = (v) => (v > 0 && v < 0.005 ? "<0.01" : v.toFixed(v < 9.995 ? 2 : v < 99.95 ? 1 : 0));
const isPerfect = ({ forget, marked, other, gates }) => gates === SEES && forget === 1 && marked === 1 && other === 0;

function render({ model, el }) {
  const cleanups = [], names = ["forget", "marked", "other", "n_steps", "gates", "seed", "question"];
  const read = () => Object.fromEntries(names.map((name) => [name, model.get(name)]));
  const start = read();
  const nearest = (list) => (aim) => list.reduce((best, x, i) => (Math.abs(x - aim) < Math.abs(list[best] - aim) ? i : best), 0);
  const onList = (list, some) => ({ max: list.length - 1, place: nearest(list), read: (i) => list[i], ticks: some.map((x) => [list.indexOf(x), String(x)]) });
  const move = (trait) => (value) => (sliders[names.indexOf(trait)].input.ariaDisabled ? draw() : change(model, { [trait]: value }));
  const sliders = [
    slider({ symbol: "f", name: "forget gate, kept each step", ...onList(GATES, [0.5, 0.9, 0.99, 1]), onMove: move("forget") }),
    slider({ symbol: "i", name: "input gate, marked numbers", max: 100, place: (i) => Math.round(100 * i), read: (p) => p / 100, ticks: [0, 0.5, 1].map((i) => [100 * i, String(i)]), onMove: move("marked") }),
    slider({ symbol: "i", name: "input gate, other numbers", ...onList(OTHERS, [0, 0.01, 0.1, 1]), onMove: move("other") }),
    slider({ symbol: "T", name: "steps of the stream", min: 10, max: 100, ticks: [10, 50, 100].map((n) => [n, String(n)]), onMove: move("n_steps") }),
  ];
  const kinds = [SEES, CONSTANT].map((kind) => button(kind, () => change(model, { gates: kind })));
  const pick = h("div", { class: "sr-pick" }, h("span", { class: "sr-quiet", text: "Gates" }), h("div", { role: "group", "aria-label": "gates", class: "sr-switch" }, kinds));
  const fresh = button("New numbers", () => change(model, { seed: (model.get("seed") + 1) % 10000 }));
  const reset = button("Reset", () => change(model, start));
  const status = statusLine(cleanups, "sr-roomiest");
  const terms = ["cell at the end, wanted", "left of the first", "mean squared error", "always answering 1"].map((name) => [h("dt", { text: name }), h("dd")]);
  const drawing = h("div");
  const title = plate(el, "", h("div", { class: "sr-plot" }, h("div", { class: "sr-keys" }, keyRow()), drawing),
    h("div", { class: "sr-tray" }, sliders.map((one) => one.el), pick, h("div", { class: "sr-buttons sr-ends" }, fresh, reset)),
    h("dl", { class: "sr-figures sr-four" }, terms.map((pair) => h("div", {}, pair))), h("div", { class: "sr-foot" }, status.el));

  let width = 628;
  function draw() {
    const state = read();
    const result = compute(state);
    title.textContent = state.question || QUESTION;
    sliders.forEach((one, i) => one.move(state[names[i]]));
    allow(sliders[1].input, state.gates === SEES);
    sliders[2].el.querySelector("span").lastChild.data = `input gate, ${state.gates === SEES ? "other" : "all"} numbers`;
    kinds.forEach((one) => set(one, { "aria-pressed": String(one.textContent === state.gates) }));
    const figures = [`${two(result.cell.at(-1))}, ${two(result.wanted)}`, percent(result.kept[0], state.forget === 1), digits(result.error), digits(ALWAYS_ONE)];
    figures.forEach((text, i) => terms[i][1].replaceChildren(...rich(text)));
    drawing.replaceChildren(picture(width, state, result));
    status.say(sentence(state, result));
  }
  follow(model, names, draw, cleanups);
  watchWidth(drawing, (next) => ((width = next), draw()), cleanups);
  return () => cleanups.forEach((clean) => clean());
}

function keyRow() {
  const mark = (...parts) => s("svg", { width: 26, height: 14, "aria-hidden": "true" }, parts);
  const stem = [line(13, 14, 13, 5, "value", 3), s("circle", { cx: 13, cy: 4, r: 4, fill: "var(--sr-value)" })];
  const patch = [s("rect", { y: 1, width: 26, height: 13, fill: "var(--sr-value)", "fill-opacity": 0.4 }), line(0, 1, 26, 1, "value", 1.5)];
  const rows = [["value", "marked number", stem], ["value", "what is left of it", patch], ["soft", "what the others add", s("rect", { width: 26, height: 14, class: "sr-band" })]];
  return rows.map(([look, text, parts]) => h("span", { class: `sr-k-${look}` }, mark(parts), text));
}

function picture(width, state, result) {
  const { numbers, marks, cell, first, second, others, wanted } = result;
  const isWide = width >= 480, steps = numbers.length, end = cell.at(-1);
  const [left, roof, floor] = [30, 34, isWide ? 98 : 88]; // the stream stands between roof and floor
  const [top, base] = [floor + 44, floor + (isWide ? 264 : 224)];
  const wide = width - left - (isWide ? 104 : 88);
  const [ceiling, gap] = CEILINGS.find(([v]) => v >= 1.04 * Math.max(wanted, ...cell));
  const x = (t) => left + (t / steps) * wide; // step t fills the place from x(t) to x(t + 1)
  const y = (v) => base - ((base - top) * v) / ceiling;
  const stairs = (values, from = 0) => values.slice(from).map((v, i) => `${y(v).toFixed(2)}H${x(from + i + 1).toFixed(2)}`).join("V");
  const back = (values) => [...values.keys()].reverse().map((t) => `${y(values[t]).toFixed(2)}H${x(t).toFixed(2)}`).join("V");
  const area = (high, low, look, share) => s("path", { d: `M${left} ${stairs(high)}V${low ? back(low) : base + "H" + left}Z`, "data-part": share, ...look });
  const edge = (values, from, colour, size) => s("path", { d: `M${x(from).toFixed(2)} ${stairs(values, from)}`, fill: "none", stroke: `var(--sr-${colour})`, "stroke-width": size, "stroke-linejoin": "round" });
  const green = { fill: "var(--sr-value)", "fill-opacity": 0.4 }, both = first.map((v, t) => v + second[t]);

  const level = floor - roof, middle = marks.map((t) => x(t + 0.5));
  const stem = (t, from = 0) => `M${x(t + 0.5).toFixed(2)} ${floor - from}V${(floor - level * numbers[t]).toFixed(2)}`;
  const plain = numbers.map((_, t) => (marks.includes(t) ? "" : stem(t))).join("");
  const stream = [line(left, roof, left + wide, roof, "line"), line(left, floor, left + wide, floor, "control", 1.25), words(left - 7, roof + 4.5, "1", "", "end"), words(left - 7, floor + 4.5, "0", "", "end"),
    s("path", { d: plain, stroke: "var(--sr-control)", "stroke-width": Math.min(2, 0.5 * (wide / steps)) })];
  const isClose = middle[1] - middle[0] < 36; // then the two numbers step aside
  marks.forEach((t, k) => stream.push(line(middle[k], floor, middle[k], base, "control", 1.5, "0 5"), s("path", { d: stem(t), stroke: "var(--sr-value)", "stroke-width": 3 }),
    s("circle", { cx: middle[k].toFixed(2), cy: (floor - level * numbers[t]).toFixed(2), r: 4.5, fill: "var(--sr-value)" })));
  marks.forEach((t, k) => stream.push(words(isClose ? middle[k] + [4, -4][k] : Math.max(left + 14, middle[k]), floor - level * numbers[t] - 9, two(numbers[t]), "value halo", isClose ? ["end", "start"][k] : "middle")));

  const grid = Array.from({ length: ceiling / gap + 1 }, (_, i) => [line(left, y(i * gap), left + wide, y(i * gap), i ? "line" : "control", i ? 1 : 1.25), words(left - 7, y(i * gap) + 4.5, String(i * gap), "", "end")]);
  const pace = [1, 2, 5, 10, 20, 25].find((one) => steps / one <= (isWide ? 10 : 5));
  const ticks = Array.from({ length: Math.floor(steps / pace) }, (_, i) => [line(x((i + 1) * pace - 0.5), base, x((i + 1) * pace - 0.5), base + 5, "control", 1.25), words(x((i + 1) * pace - 0.5), base + 20, String((i + 1) * pace), "", "middle")]);
  const parts = [area(first, null, green, first.at(-1)), area(both, first, green, second.at(-1)), area(cell, both, { class: "sr-band" }, others.at(-1))];
  const edges = [edge(first, marks[0], "value", 1.25), edge(both, marks[1], "value", 1.25), edge(cell, 0, "memory-ink", 4), edge(cell, 0, "memory", 1.75)];
  const off = s("path", { d: `M${left + wide + 5} ${y(wanted).toFixed(2)}h6V${y(end).toFixed(2)}h-6`, fill: "none", stroke: "var(--sr-ink)", "stroke-width": 1.5, "data-part": end });
  const named = [["bold", `wanted ${two(wanted)}`, wanted], ["memory", `cell ${two(end)}`, end], ["", missed(end - wanted), (wanted + end) / 2]];
  const places = apart(named.map((one) => y(one[2])), top - 4, base);
  const labels = named.map(([look, text], i) => words(left + wide + 17, places[i] + 4.5, text, look));
  const texts = [words(0, 11, "the stream of numbers"), words(0, top - 15, "what the cell holds", "halo"), words(left + wide / 2, base + 40, "step, t", "", "middle")];
  return canvas(width, base + 46, spoken(state, result), stream, grid, ticks, parts, edges, line(left, y(wanted), left + wide, y(wanted), "ink", 1.5, "6 4"), off, labels, texts);
}

/** Heights for labels that want to stand at `wanted`: in the same order, 16 apart, between `top` and `base`. */
function apart(wanted, top, base) {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b]);
  const places = [];
  order.forEach((i, rank) => (places[i] = Math.max(wanted[i], rank ? places[order[rank - 1]] + 16 : top)));
  order.reverse().forEach((i, rank) => (places[i] = Math.min(places[i], rank ? places[order[rank - 1]] - 16 : base)));
  return places;
}

const missed = (off) => (off === 0 ? "exact" : `${two(Math.abs(off))} ${off < 0 ? "short" : "over"}`);

/** The picture in sentences. */
function spoken({ forget, marked, other, gates }, { numbers, marks, cell, first, second, others, wanted, error }) {
  const end = cell.at(-1), steps = numbers.length, [one, another] = marks.map((t) => `${two(numbers[t])} at step ${t + 1}`);
  const lets = gates === CONSTANT ? `${other} of every number` : `${marked} of a marked number and ${other} of any other`;
  const some = [1, 2, 3].map((k) => Math.round((k * steps) / 4)).map((t) => `${two(cell[t - 1])} after ${t}`);
  return `A stream of ${steps} numbers, two of them marked: ${one} and ${another}. The cell keeps ${forget} of itself at each step and lets in ${lets}. ` +
    `It holds ${some.join(", ")} and ${two(end)} after all ${steps} steps, where the sum ${two(wanted)} is wanted: ${missed(end - wanted)}. Of that, ${two(first.at(-1))} is from the first marked number, ` +
    `${two(second.at(-1))} from the second and ${two(others.at(-1))} from the others. The mean squared error over all streams is ${digits(error).replace("^", " to the power ")}.`;
}

/** What the picture now shows. */
function sentence(state, { cell, first, second, others, wanted, kept, bias, error }) {
  const end = `The cell ends at **${two(cell.at(-1))}**`, { gates, other, marked, forget } = state, added = others.at(-1) ? two(others.at(-1)) : "nothing";
  if (isPerfect(state)) return `${end}, exactly the sum wanted: it keeps everything, lets the marked numbers in whole and the others not at all. It does so for every stream, however long.`;
  const seen = gates === CONSTANT
    ? other ? `The gate lets all in alike: ${two(first.at(-1) + second.at(-1))} is from the marked numbers, ${added} from the others.` : "The gate is shut to all numbers, and the cell stays empty."
    : marked ? `Of what the first marked number put in, ${forget === 1 ? "all" : percent(kept[0])} is left; the others add ${added}.` : `The marked numbers stay outside; the others add ${added}.`;
  const side = Math.abs(bias) < 0.005 ? "right" : `${two(Math.abs(bias))} too ${bias < 0 ? "low" : "high"}`;
  const than = error > ALWAYS_ONE ? "more than" : error > 0.9 * ALWAYS_ONE ? "hardly less than" : "less than";
  return `${end} where ${two(wanted)} is wanted. ${seen} Over all streams it ends ${side} on average; the mean squared error is **${digits(error)}**, ${than} that of always answering 1 (${digits(ALWAYS_ONE)}).`;
}

function initialize() {}
export default { compute, initialize, render };
