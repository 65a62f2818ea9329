// A sparse distributed memory of 2,000 locations stores pictures of 256 bits; a damaged picture is the cue, and is
// read again.

const [BITS, WORDS, LOCATIONS, READS] = [256, 8, 2000, 6]; // words of 32 bits, the first bit highest; at most six reads
const LOADS = [8, 12, 16, 24, 32, 48, 64, 100, 150, 200];
const FITTING = 109; // the radius that holds one per cent of the space
const TOPS = [5, 10, 20, 50, 100, 200, 500, 1000, 2000]; // where the axis of the votes may end

/** In how many bits pattern `i` of one list differs from pattern `j` of another. */
function distance(a, i, b, j) {
  let sum = 0;
  for (let w = 0; w < WORDS; w++) {
    let x = a[WORDS * i + w] ^ b[WORDS * j + w]; // count its ones: in pairs, in fours, in bytes
    x -= (x >>> 1) & 0x55555555;
    x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
    sum += Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return sum;
}

const drawn = (seed, n) => Int32Array.from({ length: n }, (_, i) => i).map(stream(seed));

let memory = null; // kept between calls: it depends on nothing but the set and the number of patterns

/** Locations, patterns (the eight named ones, then random ones), and how far each location is from each pattern. */
function store(named, load) {
  const most = LOADS.at(-1);
  if (!memory) {
    const [locations, patterns] = [drawn(1, WORDS * LOCATIONS), new Int32Array(WORDS * most)];
    patterns.set(drawn(2, WORDS * (most - 8)), 8 * WORDS);
    memory = { locations, patterns, far: new Uint8ClampedArray(most * LOCATIONS), key: "", filled: 8 };
  }
  const measure = (p) => {
    for (let k = 0; k < LOCATIONS; k++)
      memory.far[p * LOCATIONS + k] = distance(memory.patterns, p, memory.locations, k);
  };
  const key = named.map(([, hex]) => hex).join(" ");
  if (memory.key !== key) {
    named.forEach(([, hex], p) => {
      memory.patterns.set(pixelsOf(hex), WORDS * p);
      measure(p);
    });
    memory.key = key;
  }
  for (; memory.filled < load; memory.filled++) measure(memory.filled);
  return memory;
}

/**
 * One read. The locations within `radius` of the cue answer; their counters are summed, and a bit is 1 where the sum is
 * above 0. A pattern is in the counters of each location within `radius` of it, so that the sum is the same as that of
 * the patterns, each with a vote for each answering location that holds it. `gaps` are the distances of all locations.
 */
function read({ locations, patterns, far }, cue, { load, radius }) {
  const gaps = Array.from({ length: LOCATIONS }, (_, k) => distance(cue, 0, locations, k));
  const answering = Int32Array.from(gaps.keys()).filter((k) => gaps[k] <= radius);
  const [sums, votes] = [new Int32Array(BITS), []];
  for (let p = 0; p < load; p++) {
    let shared = 0;
    for (let a = 0; a < answering.length; a++) if (far[p * LOCATIONS + answering[a]] <= radius) shared++;
    votes.push(shared);
    for (let i = 0; shared && i < BITS; i++)
      sums[i] += patterns[WORDS * p + (i >> 5)] << (i & 31) < 0 ? shared : -shared;
  }
  const next = new Int32Array(WORDS);
  sums.forEach((sum, i) => sum > 0 && flip(next, i));
  return { next, gaps, votes, answered: answering.length };
}

/** How many there are of each whole number from `first` on. */
function tally(numbers, first) {
  const counts = [];
  for (const x of numbers) counts[x - first] = (counts[x - first] || 0) + 1;
  return Array.from(counts, (n) => n || 0);
}

/**
 * Flip `flips` bits of a stored pattern and read `steps` times, each read asked by the last. `states` are the cue and
 * what came back, `wrong` their distances to the target; `answered` and `held`, the votes of the target, are those of
 * each read (of the first, if there is none yet). Of the last read: `closest` is the distance of the nearest location,
 * `rings` counts the locations at this distance and at each beyond, `holders` those that answer and hold the target,
 * `crowd` are the votes of all other patterns, and `others` their sum. `nearest` and `away` name the stored picture or
 * letter next to the last state; `expected` is the number of locations to be expected in a circle.
 */
function compute({ sets, stored, load, radius, flips, target, noise, steps }) {
  const kept = store(sets[stored], load);
  const goal = kept.patterns.slice(WORDS * target, WORDS * target + WORDS);
  let state = goal.slice();
  noiseOrder(3 + noise)
    .slice(0, flips)
    .forEach((i) => flip(state, i));
  const [states, answered, held] = [[state], [], []];
  let one = null;
  for (let t = 0; t < Math.max(1, steps); t++) {
    if (!one || distance(state, 0, states.at(-2), 0)) one = read(kept, state, { load, radius });
    answered.push(one.answered);
    held.push(one.votes[target]);
    if (steps) states.push((state = one.next));
  }
  const closest = Math.min(...one.gaps);
  const isHolder = (gap, k) => gap <= radius && kept.far[target * LOCATIONS + k] <= radius;
  const crowd = one.votes.filter((_, p) => p !== target).sort((a, b) => b - a);
  const away = sets[stored].map((_, p) => distance(state, 0, kept.patterns, p));
  let inside = 0;
  for (let d = 0, ring = 2 ** -BITS; d <= radius; d++, ring *= (BITS - d + 1) / d) inside += ring;
  const plain = (words) => Array.from(words, (word) => word >>> 0);
  const wrong = states.map((each) => distance(each, 0, goal, 0));
  const gone = { states: states.map(plain), goal: plain(goal), wrong, answered, held };
  const around = { closest, rings: tally(one.gaps, closest), holders: tally(one.gaps.filter(isHolder), closest) };
  const votes = { crowd, others: crowd.reduce((sum, n) => sum + n, 0), expected: LOCATIONS * inside };
  const settled = steps > 0 && distance(states[steps], 0, states[steps - 1], 0) === 0;
  return { ...gone, ...around, ...votes, settled, nearest: away.indexOf(Math.min(...away)), away: Math.min(...away) };
}

const plural = (n, one, more) => `${count(n)} ${n === 1 ? one : more}`;
const verb = (n) => (n === 1 ? "holds" : "hold");

function question({ question, flips, stored }) {
  const thing = stored.slice(0, -1);
  return question || `Flip ${flips} of a ${thing}’s ${BITS} bits. Does the memory find its way back?`;
}

function render({ model, el }) {
  const names = ["flips", "radius", "load", "stored", "target", "noise", "steps", "question", "sets"];
  return play({ model, el }, names, ({ start, read, tell }) => {
    const { sets, ...first } = start;
    const onTrait = (trait) => (value) => tell({ [trait]: value });
    const named = (values) => values.map((value) => [value, String(value)]);
    const flips = slider({ symbol: "Bits flipped", max: 128, ticks: named([0, 64, 128]), onMove: onTrait("flips") });
    const bounds = { min: 90, max: 125, ticks: named([90, 100, FITTING, 125]) };
    const radius = slider({ symbol: "d", name: "radius in bits", ...bounds, onMove: onTrait("radius") });
    const stops = onList(LOADS, [8, 32, 100, 200]);
    const load = slider({ symbol: "m", name: "patterns stored", ...stops, onMove: onTrait("load") });
    const kind = choice("Eight of them are", ["pictures", "letters"], onTrait("stored"));
    const box = shelf("which one is damaged", sets.pictures.length, (target) => tell({ target }));
    const again = button("Recall", () => tell({ steps: read().steps + 1 }), "sr-primary");
    const fresh = button("New noise", () => tell({ noise: (read().noise + 1) % 10000 }), "sr-tall");
    const reset = button("Reset", () => tell(first), "sr-tall");

    const move = (state, { settled }) => {
      flips.move(state.flips);
      radius.move(state.radius);
      load.move(state.load);
      kind.move(state.stored);
      box.move(sets[state.stored], state.target);
      again.textContent = state.steps ? "Recall again" : "Recall";
      allow(again, state.steps < READS && !settled);
    };
    const buttons = h("div", { class: "sr-buttons sr-ends" }, again, fresh, reset);
    return { tray: [flips.el, radius.el, load.el, buttons, kind.el, box.el], move, look: "sr-roomy" };
  });
}

// ---- drawing --------------------------------------------------------------------------------------------------------

const every = Array.from({ length: BITS }, (_, i) => i);

/** One picture in its frame. Bits that differ from `goal` carry a dot. */
function tile(x, y, cell, role, edge, words, goal) {
  const inside = words ? marked(cell, role, words, goal) : [];
  const frame = framed(x, y, 16 * cell + 16, role, edge, ...inside);
  if (!words) set(frame.firstChild, { "stroke-width": 2, "stroke-dasharray": "6 5" });
  return frame;
}

/** The set bits, and a dot on each that differs. */
function marked(cell, role, words, goal) {
  const at = (i) => [((i & 15) + 0.5) * cell - 0.25, ((i >> 4) + 0.5) * cell - 0.25];
  const wrong = (isSet) => every.filter((i) => bit(words, i) === isSet && bit(goal, i) !== isSet).map(at);
  const art = s("path", { d: squares(words, cell, 0.5), fill: tone(`${role}-ink`) });
  return [art, spots(wrong(1), "plate", 0.42 * cell), spots(wrong(0), `${role}-ink`, 0.42 * cell)];
}

/** How many bits are wrong after each read. */
function trail(x, y, width, high, wrong) {
  const [left, right, base, last] = [x + 28, x + width - 52, y + high, wrong.length - 1];
  const at = (t) => left + ((right - left) * t) / READS;
  const up = (n) => base - (n * high) / 160;
  const ring = { fill: tone("plate"), stroke: tone("value"), "stroke-width": 2.5 };
  const mark = (n, t) =>
    s("circle", { cx: at(t), cy: up(n), r: 4.5, "data-wrong": n, ...(t ? ring : { fill: tone("query") }) });
  const way = { d: through(wrong.map((n, t) => [at(t), up(n)])), fill: "none", stroke: tone("value") };
  const ends = [["", "chance", up(128)], ...(last ? [["value", String(wrong[last]), up(wrong[last])]] : [])];
  const heights = ends.map((one) => one[2]);
  const places = apart(heights, y, base);
  return [
    words(x, y - 8, "bits wrong, by read"),
    line(left - 8, up(128), right + 6, up(128), "ink", 1.5, "0 5"),
    line(left - 8, base, right + 6, base, "control", 1.25),
    Array.from({ length: READS + 1 }, (_, t) => words(at(t), base + 18, String(t), "", "middle")),
    s("path", { ...way, "stroke-width": 2.5 }),
    wrong.map(mark),
    words(left - 9, Math.min(base - 2, up(wrong[0]) + 4.5), String(wrong[0]), "query", "end"),
    ends.map(([look, text], i) => words(right + 10, places[i] + 4.5, text, look)),
  ].flat();
}

/** Every location as far from the cue as it is; rings answer, and filled ones hold the target. */
function circle(x, y, width, high, { radius }, { closest, rings, holders, answered, held }, name) {
  const [unit, left, middle] = [(width - 14) / 168, x + 10, y + high / 2];
  const across = (gap, off) => left + Math.sqrt((unit * gap) ** 2 - off * off); // off: above or below the cue
  const [edge, size] = [across(radius, high / 2).toFixed(2), (unit * radius).toFixed(2)];
  const arc = `${edge} ${y}A${size} ${size} 0 0 1 ${edge} ${y + high}`;
  const dots = [[], [], []]; // outside, answering, answering and holding
  rings.forEach((n, ring) => {
    const gap = closest + ring;
    const chance = chances(gap); // a ring's dots keep their heights when others join them
    for (let i = 0; i < n; i++) {
      const off = 0.94 * high * (chance(i) - 0.5);
      dots[gap > radius ? 0 : i < (holders[ring] || 0) ? 2 : 1].push([across(gap, off), middle + off]);
    }
  });
  const [n, own] = [answered.at(-1), held.at(-1)];
  const dot = n > 300 ? 3 : n > 60 ? 4.5 : 7;
  const ticks = [50, 100, 128, 150].map((gap) => [across(gap, high / 2), String(gap)]);
  const inside = { fill: tone("query"), "fill-opacity": 0.12, "data-radius": radius };
  return [
    s("path", { d: `M${left} ${middle}L${arc}Z`, ...inside }),
    s("path", { d: `M${arc}`, fill: "none", stroke: tone("query"), "stroke-width": 1.75 }),
    spots(dots[0], "control", 2),
    spots(dots[1], "memory-ink", dot, { "data-answer": n }),
    spots(dots[1], "plate", dot - 2.5),
    spots(dots[2], "memory-ink", dot, { "data-hold": own }),
    cue(left, middle, 6),
    words(across(radius, high / 2), y - 6, `d = ${radius}`, "query", "middle"),
    words(left + 18, middle - (n ? 6 : -4), `${count(n)} of ${count(LOCATIONS)} answer`, "bold halo"),
    n ? words(left + 18, middle + 14, `filled: ${count(own)} ${verb(own)} ${name}`, "memory halo") : [],
    axis(left, x + width, y + high, ticks),
  ].flat(3);
}

/** The votes of the target, and those of all other patterns from the most to the fewest. */
function ballot(x, y, width, high, { held, crowd, others }, name) {
  const own = held.at(-1);
  const top = TOPS.find((n) => n >= Math.max(own, crowd[0]));
  const [base, left, first] = [y + high, x + 34, x + 74];
  const up = (n) => base - (high * n) / top;
  const slot = Math.min(10, (x + width - first) / crowd.length);
  const stairs = crowd.map((n, i) => `V${up(n).toFixed(2)}H${(first + (i + 1) * slot).toFixed(2)}`).join("");
  const bar = { x: left + 4, y: up(own), width: 24, height: base - up(own), fill: tone("memory-ink") };
  const hollow = { fill: tone("plate"), stroke: tone("memory-ink"), "stroke-width": 1.25 };
  const level = (n, colour) => [
    line(left, up(n), x + width, up(n), colour),
    words(left - 6, up(n) + 4.5, String(n), "", "end"),
  ];
  return [
    words(x, y - 8, "votes, by pattern"),
    level(top, "line"),
    level(0, "control"),
    s("rect", { ...bar, "data-vote": own }),
    s("path", { d: `M${first} ${base}${stairs}V${base}Z`, ...hollow, "data-others": others }),
    words(left + 16, base + 18, name, "memory", "middle"),
    words(first, base + 18, `${crowd.length} others`),
  ].flat();
}

function picture(width, state, result) {
  const { steps, target, stored, sets } = state;
  const { states, goal, wrong } = result;
  const isWide = width >= 480;
  const cell = width >= 600 ? 7.5 : isWide ? 5.5 : 4;
  const side = 16 * cell + 16;
  const [top, gap] = isWide ? [22, width >= 600 ? 16 : 12] : [19, (width - 3 * side) / 2];
  const name = sets[stored][target][0];
  const bits = (n) => (isWide ? `${plural(n, "bit", "bits")} wrong` : `${n} wrong`);
  const back = steps ? [states.at(-1), `read ${steps}`, bits(wrong.at(-1))] : [null, "read", "nothing yet"];
  const frames = [
    ["query", 2, states[0], steps > 1 ? "first cue" : "cue", bits(wrong[0]) + (isWide ? ", dotted" : "")],
    ["value", 4, ...back],
    ["memory", 1.5, goal, "stored", name],
  ];
  const tiles = frames.map(([role, edge, shown, head, foot], i) => [
    words(i * (side + gap), top - 8, head, role),
    tile(i * (side + gap), top, cell, role, edge, shown, goal),
    words(i * (side + gap), top + side + 16, foot),
  ]);
  const asks = steps > 1 ? `read ${steps - 1}` : "the cue";
  const title = `${count(LOCATIONS)} locations, by ${isWide ? "their " : ""}distance from ${asks}`;
  const [deep, flat, second] = isWide ? [104, 104, top + side + 66] : [52, 48, top + side + 56]; // second: a height
  const lower = isWide ? second : second + deep + 48;
  const rest = 3 * (side + gap) + 6;
  const parts = isWide
    ? [trail(rest, top, width - rest, side, wrong), ballot(width - 186, lower, 186, flat, result, name)]
    : [trail(width - 148, lower, 148, flat, wrong), ballot(0, lower, 150, flat, result, name)];
  const dots = circle(0, second, isWide ? width - 206 : width, deep, state, result, called(state, target));
  const heading = words(0, second - 22, isWide ? `${title}, in bits` : title);
  return canvas(width, lower + flat + 24, spoken(state, result), tiles.flat(), heading, dots, parts.flat());
}

/** The picture in sentences. */
function spoken(state, { wrong, answered, held, closest, crowd, others, nearest, away }) {
  const { stored, target, steps, radius, load } = state;
  const cue = `The cue is ${stored === "letters" ? "the letter " : ""}${called(state, target)} with ${wrong[0]} of`;
  const [n, own] = [answered.at(-1), held.at(-1)];
  const back = `Bits wrong after each read: ${wrong.slice(1).join(", ")}. What came back is nearest to`;
  return [
    `${cue} ${BITS} bits wrong.`,
    `The nearest of ${count(LOCATIONS)} locations is ${closest} bits from what asks; ${count(n)} within ${radius} bits`,
    `answer, and ${count(own)} of them ${verb(own)} ${called(state, target)}.`,
    `The other ${load - 1} patterns have ${plural(others, "vote", "votes")} in all, at most ${crowd[0]} each.`,
    steps ? `${back} ${called(state, nearest)}, ${away} bits away.` : "Nothing has been read.",
  ].join(" ");
}

/** What the picture now shows. */
function sentence(state, { wrong, answered, held, crowd, nearest, away, settled, expected }) {
  const { steps, target, radius, load } = state;
  const [n, own] = [answered.at(-1), held.at(-1)];
  if (answered[0] < 1) {
    const few = `Within ${radius} bits of a cue, ${digits(expected)} of ${count(LOCATIONS)} locations are expected.`;
    return `**No location answers**, so nothing comes back. ${few}`;
  }
  const votes = `${plural(n, "location", "locations")} ${steps ? "answered" : "answer"}, and **${count(own)}** of them`;
  const rest = `none of the other ${load - 1} patterns has more than ${plural(crowd[0], "vote", "votes")}.`;
  const vote = `${votes} ${verb(own)} ${called(state, target)}; ${rest}`;
  if (!steps) return `**${wrong[0]}** of ${BITS} bits are wrong. ${vote}`;
  const now = wrong.at(-1);
  const left = `after ${steps === 1 ? "one read" : `${steps} reads`} **${now}** ${now === 1 ? "is" : "are"}.`;
  const it = called(state, nearest);
  const other = away ? ` It is nearer to ${it}, ${away} bits away.` : ` It came back as ${it}.`;
  const still = now && settled ? " Nothing changes any more." : "";
  return `**${wrong[0]}** of ${BITS} bits were wrong, ${left} ${vote}${nearest === target ? "" : other}${still}`;
}

export default { compute, initialize, render };
