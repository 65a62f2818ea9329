// What temperature, top-k and top-p leave of one distribution, and ten texts that are drawn with them.

const [HEADS, SAMPLES, NEW, RUN] = [4, 10, 40, 8];
const BREATH = 8; // milliseconds of writing after which the page gets its turn

const textOf = ({ prompts, prompt }) => prompts.find(([name]) => name === prompt)[1];
const idsOf = (state) => [...textOf(state)].map((sign) => state.alphabet.indexOf(sign));

/**
 * For the first character after the prompt: what the model `gave` each, the `chances` at the temperature, and what the
 * cuts have `kept`. For the texts: the `stretches` of each that were there before, and the share `repeated`.
 */
function compute(state) {
  const { logits } = gptReads(state.weights, HEADS, idsOf(state)).at(-1);
  const { chances, kept } = nextToken(logits, state.temperature, state.top_k, state.top_p);
  return { gave: softmaxOf(logits), chances, kept, ...repeats(state.samples) };
}

/** The runs of eight characters that were there before, in the same text or one above it: see `numbers.py`. */
function repeats(samples) {
  const seen = new Set();
  let [runs, again] = [0, 0];
  const stretches = samples.map((text) => {
    const found = [];
    for (let end = RUN; end <= text.length; end++, runs++) {
      const run = text.slice(end - RUN, end);
      if (seen.has(run)) {
        again++;
        if (found.length && end - RUN <= found.at(-1)[1]) found.at(-1)[1] = end;
        else found.push([end - RUN, end]);
      }
      seen.add(run);
    }
    return found;
  });
  return { stretches, repeated: runs ? again / runs : 0 };
}

function question({ question }) {
  return question || "Which setting writes most like people: the likeliest text, the freest, or something between?";
}

// ---- writing -------------------------------------------------------------------------------------------------------

/** A hand that writes ten texts with the dials of a state, one character at a time: `add()` gives the next text one. */
function hand(state) {
  const luck = chances(state.seed),
    texts = Array.from({ length: SAMPLES }, () => idsOf(state)),
    start = texts[0].length;
  let [cost, n] = [0, 0];
  const add = () => {
    const [ids, at] = [texts[n % SAMPLES], Math.floor(n / SAMPLES)];
    const { logits } = gptReads(state.weights, HEADS, [...ids]).at(-1);
    const { kept } = nextToken(logits, state.temperature, state.top_k, state.top_p);
    ids.push(oneOf(kept, luck((n % SAMPLES) * NEW + at)));
    cost -= Math.log(softmaxOf(logits)[ids.at(-1)]);
    n++;
  };
  const isDone = () => n === SAMPLES * NEW;
  const values = () => ({
    cost: isDone() ? Number((cost / n).toFixed(9)) : null,
    samples: texts.map((ids) =>
      ids
        .slice(start)
        .map((id) => state.alphabet[id])
        .join(""),
    ),
  });
  return { add, values, isDone, isEven: () => n % SAMPLES === 0 };
}

/** The texts of a state, from their first character to their last. */
function write(state) {
  const pen = hand(state);
  while (!pen.isDone()) pen.add();
  return pen.values();
}

const dialsOf = ({ prompt, temperature, top_k, top_p, seed }) => [prompt, temperature, top_k, top_p, seed].join(" ");

function render({ model, el }) {
  const names = "prompt temperature top_k top_p seed samples cost question alphabet about people prompts weights";
  return play({ model, el }, names.split(" "), ({ start, tell, cleanups }) => {
    let [timer, dials, seed] = [null, dialsOf(start), start.seed];
    const rest = () => clearTimeout(timer);
    cleanups.push(rest);
    const begin = (state) => {
      const pen = hand(state);
      const goOn = () => {
        timer = setTimeout(goOn, 0); // asked for first: a browser lets some time pass between two of them
        const end = performance.now() + BREATH;
        do pen.add();
        while (!pen.isEven() && performance.now() < end);
        if (pen.isDone()) rest();
        if (pen.isEven()) tell(pen.values());
      };
      rest();
      timer = setTimeout(goOn, 0);
    };
    const { prompt, temperature, top_k, top_p, samples, cost } = start;
    const reset = button("Reset", () => {
      tell({ prompt, temperature, top_k, top_p, seed: start.seed, samples, cost });
      rest(); // these texts are written already
    });
    const again = button("Draw again", () => tell({ seed: (seed + 1) % 10000 }));
    const cuts = cutDials(start.alphabet.length, tell);
    const which = choice(
      "Continue",
      start.prompts.map(([name]) => name),
      (name) => tell({ prompt: name }),
    );
    const move = (state, { repeated }) => {
      if (dialsOf(state) !== dials) begin(state);
      [dials, seed] = [dialsOf(state), state.seed];
      which.move(state.prompt);
      cuts.move(state);
      const { people } = state;
      const costs = [state.cost, people.cost].map((one) => (one === null ? "–" : one.toFixed(2)));
      return [...costs, percent(repeated, repeated === 0 || repeated === 1), percent(people.repeated)];
    };
    const tray = [...cuts.els, h("div", { class: "sr-buttons sr-whole" }, which.el, again, reset)];
    const terms = ["surprise of these", "surprise of people", "repeated in these", "repeated by people"];
    return { tray, move, terms, look: "sr-roomiest", after: h("p", { class: "sr-aside", text: start.about }) };
  });
}

// ---- the drawing ---------------------------------------------------------------------------------------------------

/** Where things are in a drawing of this width. */
function layout(width) {
  const isWide = width >= 480,
    keys = keyRow(width, KEYS),
    [left, bars, full, step] = isWide ? [54, 24, 112, 20] : [34, 12, 52, 14.5];
  const title = keys.height + 14,
    base = title + 12 + full,
    columns = isWide ? 2 : 1,
    name = base + (isWide ? 52 : 40);
  const cell = isWide ? 7.55 : width / NEW;
  const x = (i) => (isWide && i >= SAMPLES / 2 ? width - NEW * cell : 0),
    y = (i) => name + 6 + step * ((i % (SAMPLES / columns)) + 1);
  return {
    ...{ isWide, keys, left, bars, full, title, base, name, step, cell, x, y },
    slot: (width - left) / bars,
    height: y(SAMPLES - 1) + 8,
  };
}

const KEYS = [
  ["bar", "value", "chance"],
  ["bar", "control", "cut off"],
  ["line", "ink", "without dials"],
  ["patch", "key", "written before"],
];

/** A line where a cut falls, behind the last bar that stays, with its name. */
function cutLine({ left, slot, base, full, bars }, n, name, row) {
  if (n >= bars) return [];
  const x = left + slot * n,
    isLast = n > bars - 60 / slot,
    label = words(isLast ? x - 5 : x + 5, base - full + 14 * row + 10, name, "bold halo", isLast ? "end" : "start");
  return [line(x, base - full, x, base, "ink", 1.5, "6 4"), label];
}

/** One text, a cell for each character, on patches where it repeats. */
function sample(plan, i, text, stretches) {
  const [x, y] = [plan.x(i), plan.y(i)];
  const places = Array.from(text, (_, k) => (x + plan.cell * (k + 0.5)).toFixed(2)).join(" ");
  const patches = stretches.map(([from, to]) =>
    s("rect", {
      ...{ x: (x + plan.cell * from).toFixed(2), y: y - plan.step + 4.5, width: (plan.cell * (to - from)).toFixed(2) },
      ...{ height: plan.step - 1.5, fill: tone("key"), "fill-opacity": 0.22 },
    }),
  );
  return [patches, words(places, y, [...text].map(shownSign).join(""), "code ink", "middle")];
}

function picture(width, state, result) {
  const plan = layout(width),
    { kept, stretches } = result,
    n = kept.filter((chance) => chance > 0).length;
  const cuts = [
    state.top_k < kept.length ? cutLine(plan, state.top_k, `k = ${state.top_k}`, 0) : [],
    state.top_p < 1 && n < state.top_k ? cutLine(plan, n, `p = ${state.top_p.toFixed(2)}`, 1) : [],
  ];
  const name = plan.isWide
    ? `Ten texts that go on from “${shownText(textOf(state))}” (¶ is a new line)`
    : `Go on from “${shownText(textOf(state))}”`;
  const parts = [
    chanceBars(plan, state.alphabet, result, plan.isWide ? "Next character: " : ""),
    cuts,
    words(0, plan.name, name, "bold"),
    state.samples.map((text, i) => sample(plan, i, text, stretches[i])),
  ];
  return canvas(width, plan.height, spoken(state, result), plan.keys.parts, ...parts.flat(4));
}

const shownText = (text) => [...text].map(shownSign).join("");

// ---- what it shows, in words ---------------------------------------------------------------------------------------

/** What ten finished texts show. */
function discovery({ samples, cost, people, temperature }, { repeated, gave, kept }) {
  const price = `**${cost.toFixed(2)}** nats per character against **${people.cost.toFixed(2)}** for people`;
  const [mine, theirs] = [percent(repeated, repeated === 0 || repeated === 1), percent(people.repeated)];
  const lesson = cost < people.cost ? " The more probable text is not the better one." : "";
  if (new Set(samples).size === 1) return `Ten times the same text: ${price}.${lesson}`;
  if (cost < 0.85 * people.cost)
    return repeated > people.repeated
      ? `Safer than people: ${price}. But ${mine} of it was there before, against ${theirs}.`
      : `Safer than people: ${price}. They write what is unlikely more often.`;
  if (cost <= 1.15 * people.cost)
    return `About as surprising as people: ${price}; ${mine} was there before, against ${theirs}.`;
  const rare = kept.filter((_, i) => gave[i] < 0.01).reduce((sum, chance) => sum + chance, 0);
  const why = temperature > 1 && rare >= 0.05;
  const tail = why
    ? ` Characters that the model gave less than 1${SPACE}% each now share ${percent(rare)} of the chance.`
    : "";
  return `It babbles: ${price}.${tail}`;
}

function sentence(state, result) {
  const { samples, cost } = state;
  const [lead] = ranking(1, result.gave);
  const share = result.kept[lead];
  const ahead = `${namedSign(state.alphabet[lead])} leads with ${percent(share, share === 1)}`;
  const first = `Next character: ${ahead}; ${whatStays(result)}.`;
  if (cost === null || samples.length < SAMPLES || samples.some((text) => text.length < NEW))
    return `${first} The texts have ${samples[0].length} of ${NEW} characters.`;
  return `${first} ${discovery(state, result)}`;
}

/** The picture in sentences. */
function spoken(state, result) {
  const likeliest = ranking(5, result.gave).map((i) => `${namedSign(state.alphabet[i])} ${percent(result.kept[i])}`);
  const texts = state.samples.map((text) => `“${shownText(text)}”`).join(", ");
  const first = `Chances of the next character after “${shownText(textOf(state))}”: ${likeliest.join(", ")}.`;
  return `${first} ${sentence(state, result).replace(/\*\*/g, "")} Texts: ${texts}.`;
}

export default { compute, initialize, render };
