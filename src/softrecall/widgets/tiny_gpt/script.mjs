// A small GPT beside a table of four characters: what each looks at, expects next, and writes.

const [READS, HEADS, ORDER, LONGEST, TO_WRITE] = [64, 4, 4, 400, 40];
const READERS = ["GPT", "4-gram"];
const TRAITS = "text back reader temperature top_k top_p question alphabet about examples weights data_text";

/**
 * For the chosen place: `heads`, the weights of all heads on what is read so far, layer after layer; `shares`, what the
 * table takes from each order, from none upwards, and how often it has `seen` all four; `plain`, the chances of both;
 * `chances`, those of the chosen one at the temperature, and `kept`, what the cuts leave. `came` is the character that
 * follows in the text, null at its end, and `surprises` what the characters cost both on average, in nats, but for the
 * first one.
 */
function compute({ text, back, reader, temperature, top_k, top_p, alphabet, weights: stored, data_text }) {
  const ids = [...text.slice(-READS)].map((sign) => alphabet.indexOf(sign));
  const at = Math.max(0, ids.length - 1 - back);
  const table = tableOf(data_text, alphabet);
  const mine = gptReads(stored, HEADS, ids),
    theirs = ids.map((_, i) => tableAfter(table, ids.slice(Math.max(0, i + 1 - ORDER), i + 1)));
  const plain = (i) => [softmaxOf(mine[i].logits), theirs[i].chances];
  const costs = ids.slice(1).map((id, i) => plain(i).map((chances) => -Math.log(chances[id])));
  const scores = reader === READERS[0] ? mine[at].logits : theirs[at].chances.map(Math.log);
  return {
    ...theirs[at],
    ...nextToken(scores, temperature, top_k, top_p),
    heads: mine[at].weights,
    plain: plain(at),
    surprises: costs.length ? [0, 1].map((i) => costs.reduce((sum, one) => sum + one[i], 0) / costs.length) : null,
    came: ids[at + 1] ?? null,
  };
}

function question({ question }) {
  return question || "Open a bracket and type on: for how long is it ready to close it?";
}

// ---- controls ------------------------------------------------------------------------------------------------------

/** What is wrong with a text, or null. */
function faultOf(text, alphabet) {
  if (!text) return "The field is empty";
  if (text.length > LONGEST) return `Too long: at most ${LONGEST} characters`;
  const strange = [...text].find((sign) => !alphabet.includes(sign));
  return strange ? `Neither of the two has ever read a “${strange}”` : null;
}

function render({ model, el }) {
  return play({ model, el }, TRAITS.split(" "), ({ start, read, tell, drawing, cleanups }) => {
    const complaint = h("p", { class: "sr-complaint sr-whole", role: "alert" });
    let [timer, drawn, left] = [null, 0, 0];
    const rest = () => {
      clearTimeout(timer);
      left = 0;
      more.textContent = `Write ${TO_WRITE} characters`;
    };
    cleanups.push(rest);
    const field = textField(
      "text to read",
      (text) => faultOf(text, start.alphabet),
      (text) => (rest(), tell({ back: 0, text })),
      (message) => (complaint.textContent = message || ""),
      true,
    );
    const take = (values) => {
      rest();
      tell(values);
      field.show(values.text, true);
    };
    const luck = chances(1);
    const write = () => {
      tell({ back: 0 });
      const { text, alphabet } = read();
      const longer = (text + alphabet[oneOf(compute(read()).kept, luck(drawn++))]).slice(-LONGEST);
      tell({ text: longer });
      field.show(longer, true);
      requestAnimationFrame(() => (field.input.scrollTop = 1e4));
    };
    const goOn = () => {
      timer = setTimeout(goOn, 0); // asked for first: a browser lets some time pass between two of them
      write();
      if (--left <= 0) rest();
    };
    const one = button("One more character", () => (rest(), write()));
    const more = button("", () => {
      if (left) return rest();
      left = TO_WRITE;
      more.textContent = "Stop";
      goOn();
    });
    rest();
    const reset = button("Reset", () => take(start));
    const reader = choice("Under", READERS, (name) => tell({ reader: name }));
    const dials = cutDials(start.alphabet.length, tell);
    const chosen = { symbol: "i", name: "chosen character", min: 1, max: 2 };
    const place = slider({ ...chosen, onMove: (i) => tell({ back: last - i }) });
    const point = ({ clientX, clientY }) => {
      const { left: x, top: y } = drawing.getBoundingClientRect();
      const i = layout(drawing.clientWidth).characterAt(clientX - x, clientY - y);
      if (i >= 0 && i < last) tell({ back: last - 1 - i });
    };
    set(drawing, { on: { pointerdown: point } });
    let last = 0;
    const move = (state, { surprises }) => {
      const n = Math.min(READS, state.text.length);
      field.show(state.text);
      reader.move(state.reader);
      dials.move(state);
      if (last !== n) place.limit(1, Math.max(2, (last = n)), n > 1 ? [1, n].map((i) => [i, String(i)]) : []);
      place.move(placeOf(state) + 1);
      place.allow(n > 1);
      return surprises ? surprises.map((cost) => cost.toFixed(2)) : ["–", "–"];
    };
    const name = h("span", { class: "sr-quiet", text: "Text" });
    const entry = h("label", { class: "sr-edit sr-whole" }, name, field.input);
    const examples = start.examples.map(([name, text]) => button(name, () => take({ back: 0, text })));
    const acts = h("div", { class: "sr-buttons sr-whole" }, one, more, reader.el);
    const tray = [entry, complaint, acts, dials.els[0], place.el, dials.els.slice(1)].flat();
    tray.push(h("div", { class: "sr-buttons sr-whole" }, examples, reset));
    const terms = READERS.map((name) => `Surprise of ${name}, nats a character`);
    return { tray, move, terms, look: "sr-roomiest", after: h("p", { class: "sr-aside", text: start.about }) };
  });
}

// ---- the drawing ---------------------------------------------------------------------------------------------------

const placeOf = ({ text, back }) => Math.max(0, Math.min(READS, text.length) - 1 - back);

const plainOf = ({ reader }, { plain }) => plain[READERS.indexOf(reader)];

/** Where things are in a drawing of this width. */
function layout(width) {
  const isWide = width >= 480,
    keys = keyRow(width, isWide ? KEYS : KEYS.slice(1, 4));
  const [left, columns, row, bars] = isWide ? [54, 64, 12, 24] : [34, 32, 5.5, 12];
  const cell = (width - left) / columns,
    block = 18 + 2 * HEADS * row + 4;
  const top = keys.height + 2,
    rows = READS / columns,
    title = top + rows * (block + 8) + 14;
  const base = title + (isWide ? 126 : 106);
  return {
    ...{ isWide, keys, left, columns, row, cell, block, title, base, bars, slot: (width - left) / bars },
    full: base - title - 12,
    x: (i) => left + cell * (i % columns),
    y: (i) => top + (block + 8) * Math.floor(i / columns),
    characterAt: (x, y) => {
      const [line, column] = [Math.floor((y - top) / (block + 8)), Math.floor((x - left) / cell)];
      return y >= top && line < rows && column >= 0 && column < columns ? line * columns + column : -1;
    },
  };
}

const KEYS = [
  ["line", "query", "looks from here"],
  ["patch", "memory", "weight"],
  ["bar", "value", "chance"],
  ["bar", "control", "cut off"],
  ["dot", "query", "came next"],
];

/** The characters of a text from one place to another, each in its cell. */
function characters(plan, text, from, to, look) {
  const parts = [];
  for (let i = from; i < to; ) {
    const end = Math.min(to, i + plan.columns - (i % plan.columns));
    const places = Array.from({ length: end - i }, (_, k) => (plan.x(i + k) + plan.cell / 2).toFixed(2));
    parts.push(
      words(places.join(" "), plan.y(i) + 13, [...text.slice(i, end)].map(shownSign).join(""), look, "middle"),
    );
    i = end;
  }
  return parts;
}

/** One cell of a strip, the darker the more weight. */
function shade(plan, i, y, height, share, data) {
  if (share < 0.004) return [];
  const box = { x: plan.x(i).toFixed(2), y, width: (plan.cell - 0.5).toFixed(2), height: height - 0.5 };
  return s("rect", { ...box, fill: tone("memory-ink"), "fill-opacity": Math.sqrt(share).toFixed(3), ...data });
}

/** The strips under the text: one for each head, or one for each order of the table. */
function strips(plan, state, { heads, shares }, n) {
  const { row, columns, cell, left, isWide, y } = plan,
    at = placeOf(state),
    half = HEADS * row + 4;
  const isGpt = state.reader === READERS[0];
  const lines = Array.from({ length: Math.ceil(n / columns) }, (_, i) => i * columns);
  const beds = lines.flatMap((i) =>
    [0, 1].map((layer) =>
      s("rect", { x: left, y: y(i) + 18 + layer * half, width: cell * columns, height: half - 4, fill: tone("sunk") }),
    ),
  );
  if (isGpt) {
    const cells = heads.flatMap((alphas, head) => {
      const down = 18 + row * head + (head < HEADS ? 0 : 4);
      return alphas.map((alpha, i) => shade(plan, i, y(i) + down, row, alpha, { "data-weight": alpha }));
    });
    const [word, middle] = [isWide ? "layer " : "L", 18 + 2 * row + 4.5];
    const names = lines.flatMap((i) => [0, 1].map((k) => words(0, y(i) + middle + k * half, word + (k + 1))));
    return [beds, cells, names];
  }
  const high = (2 * HEADS * row + 4) / ORDER;
  const cells = shares.slice(2).flatMap((share, k) =>
    Array.from({ length: k + 1 }, (_, j) => at - j)
      .filter((i) => i >= 0)
      .map((i) => shade(plan, i, y(i) + 18 + high * k, high - 1, share, { "data-share": share })),
  );
  const word = isWide ? "last " : "";
  const names = [1, 2, 3, 4].map((k) => words(0, y(at) + 18 + high * (k - 0.5) + 4.5, word + k));
  return [beds, cells, names];
}

function picture(width, state, result) {
  const plan = layout(width),
    text = state.text.slice(-READS),
    at = placeOf(state);
  const frame = { fill: "none", stroke: tone("query"), "stroke-width": 2, rx: 2 };
  const parts = [
    strips(plan, state, result, text.length),
    s("rect", { x: plan.x(at) - 1, y: plan.y(at) + 0.5, width: plan.cell + 2, height: plan.block - 2, ...frame }),
    characters(plan, text, 0, at, "code ink"),
    characters(plan, text, at, at + 1, "code query"),
    characters(plan, text, at + 1, text.length, "code muted"),
    chanceBars(
      plan,
      state.alphabet,
      { ...result, by: plainOf(state, result) },
      plan.isWide ? `Next character under the ${state.reader}: ` : "",
    ),
  ];
  return canvas(width, plan.base + 30, spoken(state, result), plan.keys.parts, ...parts.flat(4));
}

// ---- what it shows, in words ---------------------------------------------------------------------------------------

const PAIRS = "()[]{}";

/** The bracket that is still open at a place, as [its place, what closes it]. */
function openBracket(text) {
  const open = [];
  [...text].forEach((sign, i) => {
    const kind = PAIRS.indexOf(sign);
    if (kind % 2 === 0) open.push([i, PAIRS[kind + 1]]);
    else if (open.length && open.at(-1)[1] === sign) open.pop();
  });
  return open.at(-1);
}

/** What the chosen state holds, if there is anything that one might miss. */
function discovery(state, { plain, came, seen, heads, shares }) {
  const read = state.text.slice(-READS),
    at = placeOf(state),
    sofar = read.slice(0, at + 1);
  const both = (id) => plain.map((chances) => percent(chances[id]));
  if (came !== null) {
    const [mine, theirs] = both(came);
    return `What came next is ${namedSign(state.alphabet[came])}: GPT gave it ${mine}, the 4-gram ${theirs}.`;
  }
  const most = (share) => {
    const head = heads.map(share).reduce((best, one, i, all) => (one > all[best] ? i : best), 0);
    return `Head ${(head % HEADS) + 1} of layer ${1 + Math.floor(head / HEADS)} puts ${percent(share(heads[head]))}`;
  };
  const open = openBracket(sofar);
  if (open && at - open[0] >= ORDER) {
    const [mine, theirs] = both(state.alphabet.indexOf(open[1]));
    const far = `“${read[open[0]]}” was opened ${at - open[0]} characters before, out of the 4-gram’s sight`;
    const told = `${far}: GPT gives “${open[1]}” ${mine}, the 4-gram ${theirs}.`;
    return `${told} ${most((alphas) => alphas[open[0]])} of its weight on it.`;
  }
  if (at + 1 >= ORDER && seen === 0)
    return "Both were trained on a text without these last four characters: the 4-gram goes by fewer.";
  if (state.reader !== READERS[0])
    return `It saw this ending ${count(seen)} time${seen === 1 ? "" : "s"}: ${percent(shares.at(-1))} of its answer.`;
  const unseen = (alphas) => alphas.reduce((sum, alpha, i) => sum + (at - i >= ORDER ? alpha : 0), 0);
  return `${most(unseen)} of its weight on what the 4-gram cannot see.`;
}

function sentence(state, result) {
  const { kept } = result,
    best = kept.indexOf(Math.max(...kept));
  const cut = state.text.length > READS ? ` Only the last ${READS} characters are read.` : "";
  const first = `**${namedSign(state.alphabet[best])}** first, with **${percent(kept[best], kept[best] === 1)}**`;
  return `The ${state.reader} puts ${first}; ${whatStays(result)}. ${discovery(state, result)}${cut}`;
}

/** The picture in sentences. */
function spoken(state, result) {
  const text = state.text.slice(-READS).replace(/\n/g, "¶"),
    order = ranking(5, plainOf(state, result));
  const chances = order.map((i) => `${namedSign(state.alphabet[i])} ${percent(result.chances[i])}`).join(", ");
  const told = sentence(state, result).replace(/\*\*/g, "");
  return `A small GPT and a 4-gram read “${text}”. Likeliest under the ${state.reader}: ${chances}. ${told}`;
}

export default { compute, initialize, render };
