// A trained translator of dates, letter by letter: what does it look at while it writes?

const TOKENS = " ,-./0123456789abcdefghijlmnoprstuvwy"; // the token of character k is k + 2; 1 stands before a text
const [WRITTEN, START, LONGEST, HIDDEN] = [10, 1, 20, 32];
const MONTHS = "january february march april may june july august september october november december".split(" ");
const STYLES = [
  [/^(?:[a-z]{3} )?(\d\d?) ([a-z]+) (\d{4})$/, "dmy"],
  [/^([a-z]+) (\d\d?), (\d{4})$/, "mdy"],
  [/^(\d\d?)\.(\d\d?)\.(\d{4})$/, "dmy"],
  [/^(\d\d?)\/(\d\d?)\/(\d{4})$/, "mdy"],
];
const LOOKS = ["free", "even", "fixed"];
const LOOK_NAMES = ["freely", "evenly", "at one letter"];
const EXAMPLES = ["fri 4 jul 2031", "4.7.2031", "4/7/2031", "31.2.2031", "hello"];

const sigmoid = (x) => 1 / (1 + Math.exp(-x));

/** One step of a GRU with the weights of this name: an input and the state before give the state after. */
function gru(w, name, x, hidden) {
  const fromX = plus(times(w[`${name}.w_x`], x), w[`${name}.b_x`][0]);
  const fromH = plus(times(w[`${name}.w_h`], hidden), w[`${name}.b_h`][0]);
  return hidden.map((before, i) => {
    const [r, z] = [i, i + HIDDEN].map((j) => sigmoid(fromX[j] + fromH[j]));
    const candidate = Math.tanh(fromX[i + 2 * HIDDEN] + r * fromH[i + 2 * HIDDEN]);
    return z * before + (1 - z) * candidate;
  });
}

/** Reads in both directions: a key for each letter, and the state in which the writing begins. */
function encode(w, tokens) {
  const walk = (way, order) => {
    let hidden = new Array(HIDDEN).fill(0);
    return order.map((token) => (hidden = gru(w, `encoder.${way}_cell`, w["embed.weight"][token], hidden)));
  };
  const forwards = walk("forward", tokens),
    backwards = walk("backward", [...tokens].reverse()).reverse();
  const first = plus(times(w["first.weight"], backwards[0]), w["first.bias"][0]).map(Math.tanh);
  return { keys: forwards.map((half, i) => [...half, ...backwards[i]]), first };
}

/** The shortest run of letters that holds 0.9 of the weight: its start, its end (excluded) and its weight. */
function stretch(alpha) {
  const sums = [0];
  alpha.forEach((a, i) => sums.push(sums[i] + a));
  for (let size = 1; ; size++) {
    let best = null;
    for (let a = 0; a + size <= alpha.length; a++) {
      const held = sums[a + size] - sums[a];
      if (held > 0.9 - 1e-9 && (!best || Math.round(1e9 * held) > Math.round(1e9 * best[2])))
        best = [a, a + size, held];
    }
    if (best) return best;
  }
}

const pad = (number) => String(number).padStart(2, "0");

/** A text in one of the five styles as ISO 8601, whether there is such a day or not; "" for any other text. */
function meantBy(text) {
  for (const [pattern, order] of STYLES) {
    const found = pattern.exec(text);
    if (!found) continue;
    const [d, m, y] = [..."dmy"].map((part) => found[1 + order.indexOf(part)]);
    const month = /\d/.test(m) ? Number(m) : 1 + MONTHS.findIndex((name) => m === name || m === name.slice(0, 3));
    return month ? `${y}-${pad(month)}-${pad(Number(d))}` : "";
  }
  return "";
}

/** Whether ten characters are a day of the calendar. */
function isDay(written) {
  if (!/^\d{4}-\d\d-\d\d$/.test(written) || written < "0001") return false;
  const [y, m, d] = written.split("-").map(Number);
  const longest = m === 2 ? (y % 4 || (y % 100 === 0 && y % 400) ? 28 : 29) : [4, 6, 9, 11].includes(m) ? 30 : 31;
  return m >= 1 && m <= 12 && d >= 1 && d <= longest;
}

/**
 * `written` are the ten characters, `chances` what the network gives each. `map` is the weight of each letter for each
 * of them, `stretches` where most of it lies. `meant` is the day that the text means, "" if none; `isDay` says whether
 * the calendar has the one that is written.
 */
function compute({ text, look, letter, weights: stored }) {
  const w = weights(stored),
    n = text.length,
    held = Math.min(letter, n) - 1;
  const { keys, first } = encode(
    w,
    [...text].map((sign) => TOKENS.indexOf(sign) + 2),
  );
  const fromKeys = keys.map((key) =>
    plus(times(w["decoder.alignment.w_k.weight"], key), w["decoder.alignment.w_k.bias"][0]),
  );
  let [hidden, token, written] = [first, START, ""];
  const [map, chances] = [[], []];
  for (let i = 0; i < WRITTEN; i++) {
    const asked = times(w["decoder.alignment.w_q.weight"], hidden);
    const own = softmaxOf(
      fromKeys.map((one) => inner(w["decoder.alignment.v.weight"][0], plus(one, asked).map(Math.tanh))),
    );
    const alpha = look === "free" ? own : own.map((_, j) => (look === "even" ? 1 / n : Number(j === held)));
    const context = keys[0].map((_, k) => keys.reduce((sum, key, j) => sum + alpha[j] * key[k], 0));
    hidden = gru(w, "decoder.cell", [...w["embed.weight"][token], ...context], hidden);
    const scores = plus(times(w["decoder.out.weight"], [...hidden, ...context]), w["decoder.out.bias"][0]);
    token = scores.indexOf(Math.max(...scores));
    written += token > 1 ? TOKENS[token - 2] : "?";
    map.push(alpha);
    chances.push(softmaxOf(scores)[token]);
  }
  return { written, map, chances, stretches: map.map(stretch), meant: meantBy(text), isDay: isDay(written) };
}

function question({ question }) {
  return question || "Which of your letters does it look at while it writes the date?";
}

/** What is wrong with a text, or null. */
function fault(text) {
  if (!text) return "The field is empty: type at least one letter";
  if (text.length > LONGEST) return `Too long: it reads at most ${LONGEST} characters here`;
  const strange = [...text].find((sign) => !TOKENS.includes(sign));
  return strange ? `No date that it was trained on has a “${strange}”` : null;
}

function render({ model, el }) {
  const names = ["text", "step", "look", "letter", "question", "weights"];
  return play({ model, el }, names, ({ start, read, tell, drawing }) => {
    const complaint = h("p", { class: "sr-complaint sr-whole", role: "alert" });
    const field = textField(
      "text to read",
      fault,
      (text) => tell({ text }),
      (message) => (complaint.textContent = message || ""),
    );
    const take = (text) => {
      field.show(text, true);
      tell({ text });
    };
    const point = ({ clientX, clientY }) => {
      const box = drawing.getBoundingClientRect();
      const { top, row, slot, left, second } = layout(drawing.clientWidth, read().text.length);
      const [x, y] = [clientX - box.left, clientY - box.top];
      const i = y > top ? Math.floor((y - top) / row) : y < second + 12 ? Math.floor((x - left) / slot) : -1;
      if (i >= 0 && i < WRITTEN) tell({ step: i + 1 });
    };
    set(drawing, { on: { pointerdown: point } });
    const step = slider({
      symbol: "i",
      name: "character it writes",
      min: 1,
      max: WRITTEN,
      ticks: [1, 5, 8, 10].map((i) => [i, String(i)]),
      onMove: (i) => tell({ step: i }),
    });
    const letter = slider({
      symbol: "j",
      name: "the one letter",
      min: 1,
      max: LONGEST,
      onMove: (j) => tell({ letter: j }),
    });
    const look = choice("it looks", LOOKS, (one) => tell({ look: one }), LOOK_NAMES);
    look.el.classList.add("sr-whole");
    const reset = button("Reset", () => {
      tell(start);
      field.show(start.text, true);
    });
    const examples = EXAMPLES.map((text) => button(text, () => take(text)));
    const entry = h(
      "label",
      { class: "sr-edit sr-whole" },
      h("span", { class: "sr-quiet", text: "Text" }),
      field.input,
    );
    let last = 0;
    const move = (state, result) => {
      const { text, step: i } = state;
      field.show(text);
      step.move(i);
      if (last !== text.length) letter.limit(1, (last = text.length), ends(text.length));
      letter.move(Math.min(state.letter, text.length));
      letter.allow(state.look === "fixed");
      look.move(state.look);
      return [result.written, result.meant || "no date", weightText(result.chances[i - 1], false)];
    };
    const tray = [
      entry,
      complaint,
      h("div", { class: "sr-buttons sr-whole" }, examples, reset),
      look.el,
      step.el,
      letter.el,
    ];
    return { tray, move, terms: ["it writes", "your text says", "chance of this character"], look: "sr-roomy" };
  });
}

const ends = (n) => (n > 1 ? [1, n].map((j) => [j, String(j)]) : []);

/** Where things are in a drawing of this width for a text of `n` letters. */
function layout(width, n) {
  const isWide = width >= 480,
    keys = keyRow(width, KEYS);
  const left = 30,
    slot = Math.min(26, (width - left - 2) / WRITTEN),
    cell = Math.min(isWide ? 40 : 26, (width - left - 2) / n);
  const second = keys.height + 24; // the line of what is written, then that of the letters
  const third = second + (isWide ? 88 : 66);
  return { keys, left, slot, cell, second, third, top: third + 9, row: isWide ? 19 : 16 };
}

const KEYS = [
  ["line", "query", "asks now"],
  ["dot", "key", "letters read"],
  ["dot", "value", "written"],
  ["patch", "memory", "weight"],
];

function picture(width, state, result) {
  const { text, step } = state,
    { written, map } = result,
    now = step - 1;
  const { keys, left, slot, cell, second, third, top, row } = layout(width, text.length);
  const x = (j) => left + cell * (j + 0.5),
    from = left + slot * (now + 0.5);
  const rays = map[now].flatMap((alpha, j) => (alpha < 0.01 ? [] : ray(from, second + 12, x(j), third - 21, alpha)));
  const letters = [...text].map((sign, j) =>
    sign === " " ? line(x(j) - 3, third, x(j) + 3, third, "control", 1.5) : words(x(j), third, sign, "key", "middle"),
  );
  const signs = [...written].map((sign, i) => words(left + slot * (i + 0.5), second, sign, "value large", "middle"));
  const names = [...written].map((sign, i) =>
    words(left - 10, top + row * (i + 0.5) + 4.5, sign, i === now ? "value" : "", "middle"),
  );
  const cells = map.flatMap((alphas, i) =>
    alphas.map((alpha, j) =>
      s("rect", {
        x: left + cell * j + 0.5,
        y: top + row * i + 0.5,
        width: cell - 1,
        height: row - 1,
        fill: tone("memory-ink"),
        "fill-opacity": (0.05 + 0.95 * alpha).toFixed(3),
        "data-share": alpha,
      }),
    ),
  );
  const frame = { fill: "none", stroke: tone("query"), "stroke-width": 2, rx: 4 };
  const asks = [
    s("rect", { x: from - slot / 2 + 1, y: second - 18, width: slot - 2, height: 25, ...frame, fill: tone("plate") }),
    s("rect", { x: left - 1, y: top + row * now - 0.5, width: cell * text.length + 2, height: row + 1, ...frame }),
  ];
  const height = top + row * WRITTEN + 4;
  return canvas(width, height, spoken(state, result), keys.parts, cells, rays, asks, signs, letters, names);
}

/** The letters from one place to another as they are told. */
const quoted = (text, [from, to]) => `“${text.slice(from, to)}”`;

/** Where it looked for the chosen character. */
function looked({ text, step, look, letter }, { written, stretches, chances }) {
  const run = stretches[step - 1];
  const which = `character ${step}, “${written[step - 1]}”`;
  if (look === "even") return `Each letter gets the same weight, for ${which} as for all the others.`;
  const at = Math.min(letter, text.length);
  if (look === "fixed")
    return `All weight is held on letter ${at}, “${text[at - 1]}”, for ${which} as for all the others.`;
  return `For ${which}, it puts ${percent(run[2])} of its weight on ${quoted(text, run)}.`;
}

/** What it has written, and whether that is what the text says. */
function verdict({ look }, { written, meant, isDay }) {
  if (written === meant && isDay) return "which is what the text says.";
  if (written === meant) return "as the text says, though no calendar has that day.";
  if (meant) return `where the text says ${meant}.`;
  if (look !== "free") return "for a text that is no date to it.";
  return isDay ? "a day of the calendar, for a text that is no date." : "ten characters, for a text that is no date.";
}

function sentence(state, result) {
  return `It writes **${result.written}**, ${verdict(state, result)} ${looked(state, result)}`;
}

/** The picture in sentences. */
function spoken(state, result) {
  const { text } = state;
  const rows = result.stretches.map((run, i) => `“${result.written[i]}” at ${quoted(text, run)}`);
  return [
    `A network reads “${text}” and writes ${result.written}, ${verdict(state, result)}`,
    `Where most of the weight lies for each character: ${rows.join(", ")}.`,
    looked(state, result),
  ].join(" ");
}

export default { compute, initialize, render };
