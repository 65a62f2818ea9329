// A memory cell with two gates, set by hand, reads a stream of numbers and should end with the sum of the two that
// are marked.

const GATES = [
  0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.88, 0.9, 0.92, 0.93, 0.94, 0.95, 0.96, 0.97, 0.975, 0.98, 0.985, 0.99, 0.993, 0.995,
  0.997, 0.998, 0.999, 1,
];
const OTHERS = [0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1];
const CEILINGS = [
  [1, 0.25],
  [2, 0.5],
  [3, 0.5],
  [5, 1],
  [10, 2],
  [20, 5],
  [50, 10],
  [100, 20],
]; // where the axis of the cell may end, and its lines
const ALWAYS_ONE = 1 / 6; // the mean squared error of an answer that is always 1
const [SEES, CONSTANT] = ["see the marker", "constant"];

const mean = (values) => values.reduce((sum, v) => sum + v, 0) / values.length;

/**
 * How far the cell ends from the sum, over all streams: `bias` is the mean of the difference, `error` that of its
 * square. `left` says what a step leaves at the end of what came in. The difference is a sum of a_t x_t with a_t =
 * left i_t - [t is marked]. Over uniform x the mean of its square is the sum of a^2 / 12 and the square of half the
 * sum of a; both sums are those of a stream without marks and one change from each half, so that the mean over the
 * marks needs no pairs of them.
 */
function overStreams(left, gate, other) {
  const open = left.map((l) => l * other),
    half = Math.floor(left.length / 2);
  const halves = [
    [0, half],
    [half, left.length],
  ].map(([from, to]) => {
    const marked = left.slice(from, to).map((l) => l * gate - 1),
      without = open.slice(from, to);
    const shifts = marked.map((a, i) => a - without[i]),
      shift = mean(shifts);
    return {
      shift,
      spread: mean(shifts.map((x) => (x - shift) ** 2)),
      square: mean(marked.map((a, i) => a * a - without[i] * without[i])),
    };
  });
  const total = (name) => halves[0][name] + halves[1][name];
  const bias = (open.reduce((sum, a) => sum + a, 0) + total("shift")) / 2;
  const squares = open.reduce((sum, a) => sum + a * a, 0) + total("square");
  return { bias, error: squares / 12 + bias * bias + total("spread") / 4 };
}

/**
 * `numbers` is the stream, `marks` are the places of the two marked ones, from 0. `cell` is what the cell holds after
 * each step: the sum of what it has of the `first` marked number, of the `second` and of the `others`. `kept` is the
 * share left at the end of what each marked number put in; `bias` and `error` see above.
 */
function compute({ forget, marked, other, n_steps, gates, seed }) {
  const chance = chances(seed),
    half = Math.floor(n_steps / 2);
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
    numbers,
    marks,
    wanted: numbers[marks[0]] + numbers[marks[1]],
    cell: run((t) => (marks.includes(t) ? gate : other)),
    first: alone(marks[0]),
    second: alone(marks[1]),
    others: run((t) => (marks.includes(t) ? 0 : other)),
    kept: marks.map((place) => left[place]),
    ...overStreams(left, gate, other),
  };
}

/** A size with two decimals, fewer above ten. Unless it is 0, it never reads as 0. */
const two = (v) => (v > 0 && v < 0.005 ? "<0.01" : v.toFixed(v < 9.995 ? 2 : v < 99.95 ? 1 : 0));
const isPerfect = ({ forget, marked, other, gates }) => gates === SEES && forget === 1 && marked === 1 && other === 0;

function question({ question }) {
  return question || "Which gates make the cell end with the sum of the two marked numbers? Can a constant one?";
}

function render({ model, el }) {
  const names = ["forget", "marked", "other", "n_steps", "gates", "seed", "step", "question"];
  return play({ model, el }, names, ({ start, read, tell, drawing }) => {
    let marks = [];
    let last = null;
    /** The equation goes to a marked step, or to one that is not, when the gate there is moved. */
    const onto = (isMarked) => {
      const state = read();
      if (state.gates === CONSTANT || marks.includes(shownStep(state, marks)) === isMarked) return {};
      return { step: isMarked ? null : marks[0] + (marks[1] === marks[0] + 1 ? 3 : 2) };
    };
    const point = ({ clientX }) => {
      const { n_steps } = read();
      const share = (clientX - drawing.getBoundingClientRect().left - LEFT) / span(drawing.clientWidth);
      if (share >= 0 && share < 1) tell({ step: Math.floor(share * n_steps) + 1 });
    };
    set(drawing, { on: { pointerdown: point, pointermove: (event) => event.pointerType === "mouse" && point(event) } });

    const keep = slider({
      symbol: "f",
      name: "forget gate, kept each step",
      ...onList(GATES, [0.5, 0.9, 0.99, 1]),
      onMove: (value) => tell({ forget: value }),
    });
    const admit = slider({
      symbol: "i",
      name: "input gate, marked numbers",
      max: 100,
      place: (i) => Math.round(100 * i),
      read: (p) => p / 100,
      ticks: [0, 0.5, 1].map((i) => [100 * i, String(i)]),
      onMove: (value) => tell({ ...onto(true), marked: value }),
    });
    const rest = slider({
      symbol: "i",
      name: "input gate, other numbers",
      ...onList(OTHERS, [0, 0.01, 0.1, 1]),
      onMove: (value) => tell({ ...onto(false), other: value }),
    });
    const length = slider({
      symbol: "T",
      name: "steps of the stream",
      min: 10,
      max: 100,
      ticks: [10, 50, 100].map((n) => [n, String(n)]),
      onMove: (value) => tell({ n_steps: value }),
    });
    const step = slider({
      symbol: "t",
      name: "step of the equation",
      min: 1,
      max: 100,
      onMove: (value) => tell({ step: value }),
    });
    const kind = choice("gates", [SEES, CONSTANT], (gates) => tell({ gates }));
    const fresh = button("New numbers", () => tell({ seed: (read().seed + 1) % 10000 }));
    const reset = button("Reset", () => {
      tell(start);
      drawing.dataset.changed = "";
    });
    const move = (state, result) => {
      keep.move(state.forget);
      admit.move(state.marked);
      rest.move(state.other);
      length.move(state.n_steps);
      kind.move(state.gates);
      const n = state.n_steps;
      const ends = [1, Math.round(n / 2), n].map((t) => [t, String(t)]);
      if (!last || last.n_steps !== n) step.limit(1, n, ends);
      marks = result.marks;
      step.move(shownStep(state, marks) + 1);
      if (last) drawing.dataset.changed = changed(last, state);
      last = state;
      admit.allow(state.gates === SEES);
      rest.rename(`input gate, ${state.gates === SEES ? "other" : "all"} numbers`);
      const gate = state.gates === SEES ? state.marked : state.other;
      const left = gate ? percent(result.kept[0], state.forget === 1) : "nothing in";
      return [`${two(result.cell.at(-1))}, ${two(result.wanted)}`, left, digits(result.error), digits(ALWAYS_ONE)];
    };
    const tray = [
      keep.el,
      admit.el,
      rest.el,
      step.el,
      length.el,
      kind.el,
      h("div", { class: "sr-buttons sr-ends sr-whole" }, fresh, reset),
    ];
    const terms = ["cell at the end, wanted", "left of the first", "mean squared error", "answering 1"];
    return { tray, move, terms, look: "sr-roomiest" };
  });
}

const LEFT = 30;
const span = (width) => width - LEFT - (width >= 480 ? 104 : 88); // how wide the steps are drawn together
/** The step whose equation is written, from 0: the first marked one, unless the reader chose another. */
const shownStep = ({ step, n_steps }, marks) => (step ? Math.min(step, n_steps) - 1 : marks[0]);

/** The term of the equation that differs between two states. */
function changed(before, now) {
  const terms = { forget: "f", marked: "i", other: "i", gates: "i", step: "x", n_steps: "x", seed: "x" };
  const found = Object.keys(terms).filter((name) => before[name] !== now[name]);
  return found.length ? terms[found[0]] : "";
}

/** The two gates and the numbers of one step, from 0. */
function terms({ forget, marked, other, gates }, { numbers, marks, cell }, t) {
  const isMarked = marks.includes(t);
  const gate = isMarked && gates === SEES ? marked : other;
  return { isMarked, gate, before: t ? cell[t - 1] : 0, x: numbers[t], after: cell[t], forget };
}

/** A gate with three decimals at most. Unless it is exact, it never reads as 0 or 1. */
const gateText = (g) =>
  g < 1 && g >= 0.9995 ? ">0.999" : g > 0 && g < 0.0005 ? "<0.001" : String(Number(g.toFixed(3)));

/** The step in figures: 0.95 × 0.83 + 1 × 0.71 = 1.50. */
function worked(state, result, t) {
  const { gate, before, x, after, forget } = terms(state, result, t);
  return `${gateText(forget)} × ${two(before)} + ${gateText(gate)} × ${two(x)} = ${two(after)}`;
}

/** The equation of one step: each symbol over its present number; the one that has just changed is shaded (by css). */
function equation(width, state, result, t) {
  const { isMarked, gate, before, x, after, forget } = terms(state, result, t);
  const slot = Math.min(72, (width - 8) / 6.6);
  const parts = [
    ["c", t + 1, "=", "=", after, two, "memory", "now"],
    ["f", "", "", "×", forget, gateText, "bold", "keeps"],
    ["c", t, "+", "+", before, two, "memory", "before"],
    ["i", "", "", "×", gate, gateText, "bold", "lets"],
    ["x", t + 1, "", "", x, two, isMarked ? "value" : "ink", "x"],
  ];
  return parts.flatMap(([symbol, index, above, below, value, show, look, data], k) => {
    const at = 4 + slot * (0.5 + 1.4 * k);
    const box = { x: at - slot / 2, y: 0, width: slot, height: 42, rx: 6, fill: "none", class: `sr-term-${symbol}` };
    const sign = words(at, 15, symbol, `${look} large`, "middle");
    if (index !== "") sign.append(s("tspan", { "font-size": 10, dy: 3, text: index }));
    const next = at + 0.7 * slot;
    const signs = [words(next, 15, above, "large", "middle"), words(next, 36, below, "large", "middle")];
    const number = set(words(at, 36, show(value), `${look} large`, "middle"), { [`data-${data}`]: value });
    return [s("rect", box), sign, number, above + below ? signs : []].flat();
  });
}

const KEYS = [
  ["stem", "value", "marked number"],
  ["patch", "value", "left of it"],
  ["band", "soft", "others"],
];

function picture(width, state, result) {
  const { numbers, marks, cell, first, second, others, wanted } = result;
  const isWide = width >= 480,
    steps = numbers.length,
    end = cell.at(-1);
  const keys = keyRow(width, KEYS);
  const under = 50 + (isWide ? 24 : 48) + 8; // below the equation and the keys
  const [left, roof, floor] = [LEFT, under + 34, under + (isWide ? 78 : 60)]; // the stream is between roof and floor
  const [top, base] = [floor + 40, floor + (isWide ? 192 : 118)];
  const wide = span(width);
  const now = shownStep(state, marks);
  const [ceiling, gap] = CEILINGS.find(([v]) => v >= 1.04 * Math.max(wanted, ...cell));
  const x = (t) => left + (t / steps) * wide; // step t fills the place from x(t) to x(t + 1)
  const y = (v) => base - ((base - top) * v) / ceiling;
  const stairs = (values, from = 0) =>
    values
      .slice(from)
      .map((v, i) => `${y(v).toFixed(2)}H${x(from + i + 1).toFixed(2)}`)
      .join("V");
  const back = (values) =>
    [...values.keys()]
      .reverse()
      .map((t) => `${y(values[t]).toFixed(2)}H${x(t).toFixed(2)}`)
      .join("V");
  const area = (high, low, look, share) =>
    s("path", { d: `M${left} ${stairs(high)}V${low ? back(low) : base + "H" + left}Z`, "data-part": share, ...look });
  const edge = (values, from, colour, size) =>
    s("path", {
      d: `M${x(from).toFixed(2)} ${stairs(values, from)}`,
      fill: "none",
      stroke: `var(--sr-${colour})`,
      "stroke-width": size,
      "stroke-linejoin": "round",
    });
  const green = { fill: "var(--sr-value)", "fill-opacity": 0.4 },
    both = first.map((v, t) => v + second[t]);

  const level = floor - roof,
    middle = marks.map((t) => x(t + 0.5));
  const rise = (t) => `M${x(t + 0.5).toFixed(2)} ${floor}V${(floor - level * numbers[t]).toFixed(2)}`;
  const plain = numbers.map((_, t) => (marks.includes(t) ? "" : rise(t))).join("");
  const stream = [
    line(left, roof, left + wide, roof, "line"),
    line(left, floor, left + wide, floor, "control", 1.25),
    words(left - 7, roof + 4.5, "1", "", "end"),
    words(left - 7, floor + 4.5, "0", "", "end"),
    s("path", { d: plain, stroke: "var(--sr-control)", "stroke-width": Math.min(2, 0.5 * (wide / steps)) }),
  ];
  const isClose = middle[1] - middle[0] < 36; // then the two numbers step aside
  marks.forEach((t, k) =>
    stream.push(
      line(middle[k], floor, middle[k], base, "control", 1.5, "0 5"),
      stem(middle[k], floor, floor - level * numbers[t], "value"),
    ),
  );
  marks.forEach((t, k) =>
    stream.push(
      words(
        isClose ? middle[k] + [4, -4][k] : Math.max(left + 14, middle[k]),
        floor - level * numbers[t] - 9,
        two(numbers[t]),
        "value halo",
        isClose ? ["end", "start"][k] : "middle",
      ),
    ),
  );

  const grid = Array.from({ length: ceiling / gap + 1 }, (_, i) => [
    line(left, y(i * gap), left + wide, y(i * gap), i ? "line" : "control", i ? 1 : 1.25),
    words(left - 7, y(i * gap) + 4.5, String(i * gap), "", "end"),
  ]);
  const pace = [1, 2, 5, 10, 20, 25].find((one) => steps / one <= (isWide ? 10 : 5));
  const ticks = Array.from({ length: Math.floor(steps / pace) }, (_, i) => [
    line(x((i + 1) * pace - 0.5), base, x((i + 1) * pace - 0.5), base + 5, "control", 1.25),
    words(x((i + 1) * pace - 0.5), base + 20, String((i + 1) * pace), "", "middle"),
  ]);
  const parts = [
    area(first, null, green, first.at(-1)),
    area(both, first, green, second.at(-1)),
    area(cell, both, { class: "sr-band" }, others.at(-1)),
  ];
  const edges = [
    edge(first, marks[0], "value", 1.25),
    edge(both, marks[1], "value", 1.25),
    carried(`M${x(0)} ${stairs(cell)}`),
  ];
  const off = s("path", {
    d: `M${left + wide + 5} ${y(wanted).toFixed(2)}h6V${y(end).toFixed(2)}h-6`,
    fill: "none",
    stroke: "var(--sr-ink)",
    "stroke-width": 1.5,
    "data-part": end,
  });
  const named = [
    ["bold", `wanted ${two(wanted)}`, wanted],
    ["memory", `cell ${two(end)}`, end],
    ["", missed(end - wanted), (wanted + end) / 2],
  ];
  const places = apart(
    named.map((one) => y(one[2])),
    top - 4,
    base,
  );
  const labels = named.map(([look, text], i) => words(left + wide + 17, places[i] + 4.5, text, look));
  const texts = [
    words(0, under + 11, "the stream of numbers"),
    words(0, top - 15, "what the cell holds", "halo"),
    words(left + wide / 2, base + 40, "step, t", "", "middle"),
  ];
  return canvas(
    width,
    base + 44,
    spoken(state, result),
    equation(width, state, result, now),
    moved(0, 50, keys.parts),
    stream,
    grid,
    ticks,
    parts,
    edges,
    line(left, y(wanted), left + wide, y(wanted), "ink", 1.5, "6 4"),
    off,
    line(x(now + 0.5), floor, x(now + 0.5), base, "ink", 1.25),
    s("circle", { cx: x(now + 0.5), cy: y(cell[now]), r: 4.5, class: "sr-outlined", "data-cell": cell[now] }),
    labels,
    texts,
  );
}

const missed = (off) => (off === 0 ? "exact" : `${two(Math.abs(off))} ${off < 0 ? "short" : "over"}`);

/** The picture in sentences. */
function spoken(state, result) {
  const { forget, marked, other, gates } = state;
  const { numbers, marks, cell, first, second, others, wanted, error } = result;
  const [end, steps] = [cell.at(-1), numbers.length];
  const [one, another] = marks.map((t) => `${two(numbers[t])} at step ${t + 1}`);
  const some = [1, 2, 3].map((k) => Math.round((k * steps) / 4)).map((t) => `${two(cell[t - 1])} after ${t}`);
  const every = `${other} of every number`;
  const few = `${marked} of a marked number and ${other} of any other`;
  const miss = digits(error).replace("^", " to the power ");
  return [
    `A stream of ${steps} numbers, two of them marked: ${one} and ${another}.`,
    `The cell keeps ${forget} of itself at each step and lets in ${gates === CONSTANT ? every : few}.`,
    `At step ${shownStep(state, marks) + 1} it holds ${worked(state, result, shownStep(state, marks))}.`,
    `It holds ${some.join(", ")} and ${two(end)} after all ${steps} steps,`,
    `where the sum ${two(wanted)} is wanted: ${missed(end - wanted)}.`,
    `Of that, ${two(first.at(-1))} is from the first marked number, ${two(second.at(-1))} from the second`,
    `and ${two(others.at(-1))} from the others. The mean squared error over all streams is ${miss}.`,
  ].join(" ");
}

/** Where what the cell holds has come from. */
function source({ gates, other, marked, forget }, { first, second, others, kept }) {
  const added = others.at(-1) ? two(others.at(-1)) : "nothing";
  if (gates === CONSTANT) {
    if (!other) return "The gate is shut to all numbers, and the cell stays empty.";
    const both = two(first.at(-1) + second.at(-1));
    return `The gate lets all in alike: ${both} is from the marked numbers, ${added} from the others.`;
  }
  if (!marked) return `The marked numbers stay outside; the others add ${added}.`;
  const left = forget === 1 ? "all" : percent(kept[0]);
  return `Of what the first marked number put in, ${left} is left; the others add ${added}.`;
}

/** What the picture now shows. */
function sentence(state, result) {
  const { cell, wanted, bias, error } = result;
  const t = shownStep(state, result.marks);
  const end = `Step ${t + 1}: ${worked(state, result, t)}. The cell ends at **${two(cell.at(-1))}**`;
  if (isPerfect(state)) {
    const why = "it keeps everything, lets the marked numbers in whole and the others not at all";
    return `${end}, exactly the sum wanted: ${why}. It does so for every stream, however long.`;
  }
  const side = Math.abs(bias) < 0.005 ? "right" : `${two(Math.abs(bias))} too ${bias < 0 ? "low" : "high"}`;
  const than = error > ALWAYS_ONE ? "more than" : error > 0.9 * ALWAYS_ONE ? "hardly less than" : "less than";
  return [
    `${end} where ${two(wanted)} is wanted. ${source(state, result)} Over all streams it ends ${side} on average;`,
    `the mean squared error is **${digits(error)}**, ${than} that of always answering 1.`,
  ].join(" ");
}

export default { compute, initialize, render };
