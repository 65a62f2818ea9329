// Four words through one trained block: every matrix on the way, and four parts that can be taken away.

const ANIMALS = "cat dog fox owl".split(" ");
/** For each word of a sentence: its trait, its choices, and what the rules allow there. */
const SLOTS = [
  ["first", ANIMALS, "any animal"],
  ["verb", ["sees", "hears"], "any verb"],
  ["second", ANIMALS, "any animal"],
  ["asked", ["who", "whom", "same"], "any question"],
];
const WORDS = [...ANIMALS, ...SLOTS[1][1], ...SLOTS[3][1], "yes", "no"];
const PARTS = ["positions", "residual", "network", "mask"];
const [N, D_K] = [4, 4, 1e-5]; // words, width of a head, and what torch.nn.LayerNorm adds to a variance
/** The matrices in their order: key, formula, what it is, and its colour if it has a role. */
const STEPS = [
  ["x", ({ positions }) => `x = E${positions ? " + P" : ""}`, "each word's own row, and that of its position"],
  ["n", () => "n = norm(x)", "each row brought to mean 0 and variance 1"],
  ["q", () => "q = n Wq", "what each word asks for", "query"],
  ["k", () => "k = n Wk", "what each word is found by", "key"],
  ["v", () => "v = n Wv", "what each word hands over when it is read", "value"],
  ["s", () => "s = q k / 2", "scores; a dash is hidden by the mask", "key"],
  ["w", () => "w = softmax(s)", "weights: how much each row reads of each word", "memory-ink"],
  ["b", () => "b = w v", "the values, blended by the weights", "value"],
  ["a", () => "a = b Wo", "what both heads found, as one row"],
  ["y", ({ residual }) => (residual ? "y = x + a" : "y = a"), "the stream after attention"],
  ["m", () => "m = norm(y)", "the stream, normalised again"],
  ["h", () => "h = relu(m W1)", "16 units, which see one word at a time"],
  ["f", () => "f = h W2", "what the network has to add"],
  ["z", (state) => `z = ${!state.network ? "y" : state.residual ? "y + f" : "f"}`, "the stream after the network"],
  ["t", () => "t = norm(z)", "the stream, normalised for the last time"],
  ["logits", () => "logits = t W", "a score for each of 11 words"],
  ["chances", () => "p = softmax(logits)", "the chance of each word to come next"],
];
const hasHeads = (key) => "qkvswb".includes(key);
/** A matrix as a list of one for each head, or of one. */
const stackOf = (result, key) => (hasHeads(key) ? result[key] : [result[key]]);
const isGone = ({ network }, key) => !network && "hf".includes(key);
const wordsOf = (state) => SLOTS.map(([slot]) => state[slot]);

/** Carry four words through the block. A part that is taken away gives 0, or is passed over. */
function forward(w, ids, { positions, residual, network, mask }) {
  const layer = "body.layers.0";
  const through = (name, rows, step = linear) => rows.map((row) => step(w, name, row));
  const place = (i, j) => (positions ? w["positions.rows"][i][j] : 0);
  const x = ids.map((id, i) => [...w["tokens.weight"][id]].map((v, j) => v * Math.sqrt(2 * D_K) + place(i, j)));
  const n = through(`${layer}.own_norm`, x, norm);
  const [q, k, v] = [..."qkv"].map((name) => {
    const rows = through(`${layer}.own.w_${name}`, n);
    return [0, D_K].map((from) => rows.map((row) => row.slice(from, from + D_K)));
  });
  const s = q.map((rows, head) => rows.map((row) => times(k[head], row).map((score) => score / Math.sqrt(D_K))));
  const weights = s.map((rows) => rows.map((row, i) => softmaxOf(row, mask ? i + 1 : N)));
  const column = (rows, j) => rows.map((row) => row[j]);
  const b = weights.map((rows, head) => rows.map((row) => row.map((_, j) => inner(row, column(v[head], j)))));
  const both = ids.map((_, i) => [...b[0][i], ...b[1][i]]);
  const a = through(`${layer}.own.w_o`, both);
  const y = residual ? x.map((row, i) => plus(row, a[i])) : a;
  const m = through(`${layer}.feed_norm`, y, norm);
  const unless = (rows) => (network ? rows : rows.map((row) => row.map(() => 0)));
  const h = unless(through(`${layer}.feed.0`, m).map((row) => row.map((unit) => Math.max(unit, 0))));
  const f = unless(through(`${layer}.feed.2`, h));
  const z = !network ? y : residual ? y.map((row, i) => plus(row, f[i])) : f;
  const t = through("body.norm", z, norm);
  const logits = through("out", t);
  return { x, n, q, k, v, s, w: weights, b, a, y, m, h, f, z, t, logits, chances: logits.map((row) => softmaxOf(row)) };
}

/**
 * Every matrix on the way, a row for each word; those of the heads are stacked. Besides: `whole`, the chances with
 * nothing taken away; `swapped`, those after the last word with the animals swapped; `best`, the likeliest word after
 * each; `meant`, the one that the rules ask for at the end. Words are numbers of WORDS.
 */
function compute(state) {
  const [{ first, second, asked }, w] = [state, weights(state.weights)];
  const ids = wordsOf(state).map((word) => WORDS.indexOf(word));
  const found = forward(w, ids, state);
  const all = Object.fromEntries(PARTS.map((part) => [part, true]));
  return {
    ...found,
    whole: forward(w, ids, all).chances,
    swapped: forward(w, [ids[2], ids[1], ids[0], ids[3]], state).chances[N - 1],
    best: found.chances.map((row) => row.indexOf(Math.max(...row))),
    meant: WORDS.indexOf({ who: first, whom: second, same: first === second ? "yes" : "no" }[asked]),
  };
}

function question({ question }) {
  return question || "Which of the four parts can you take away without changing what the block answers?";
}

const twoDigits = (x) => (x ? x.toFixed(Math.abs(x) < 9.995 ? 2 : 1).replace("-", MINUS) : "0");
const listed = (words) => words.join(", ").replace(/, ([^,]+)$/, " and $1");
const allowed = ({ row }, { meant }) => (row < N ? SLOTS[row][2] : WORDS[meant]);

/** What the present state shows about the parts that are there and those that are not. */
function discovery(state, result) {
  const { first, verb, second, asked, row, mask, positions } = state;
  const [i, word] = [row - 1, wordsOf(state)[row - 1]];
  const off = PARTS.filter((part) => !state[part]);
  const [now, before] = [result.chances[i], result.whole[i]];
  if (!off.length && row < N) {
    const sum = SLOTS[row][1].reduce((total, next) => total + now[WORDS.indexOf(next)], 0);
    return `By the rules ${allowed(state, result)} may follow; together they have ${percent(sum)}.`;
  }
  if (!off.length) {
    const shares = result.w.flatMap((rows) => rows[i]);
    const k = shares.indexOf(Math.max(...shares));
    const [head, on] = [k < N ? 1 : 2, `word ${(k % N) + 1}, “${wordsOf(state)[k % N]}”`];
    return `From “${word}”, head ${head} puts ${weightText(shares[k], false)} of its weight on ${on}.`;
  }
  const without = `Without ${listed(off.map((part) => (part === "positions" ? part : `the ${part}`)))}`;
  const changes = now.map((chance, id) => Math.abs(chance - before[id]));
  const told = row === N ? result.meant : changes.indexOf(Math.max(...changes));
  const way = now[told] < before[told] ? "falls" : "rises";
  const moves = `the chance of “${WORDS[told]}” ${way} from ${percent(before[told])} to ${percent(now[told])}`;
  if (off.length === 1 && !mask && row === N)
    return `${without}, the answer is the same to the last digit: after the last word there is nothing to hide.`;
  if (Math.max(...changes) < 5e-4) return `${without}, nothing has changed here that a thousandth would show.`;
  if (off.length === 1 && !mask)
    return `${without}, “${word}” also reads what comes after it, and ${moves}: in training it never saw that.`;
  if (!positions && row === N && first !== second)
    return `${without}, “${second} ${verb} ${first} ${asked}” gets the very same chances: the order of words is lost.`;
  return `${without}, ${moves}. The block was trained with ${off.length > 1 || !positions ? "them" : "it"}.`;
}

/** What the picture now shows. */
function sentence(state, result) {
  const [{ row, step }, best] = [state, result.best[state.row - 1]];
  const said = `After “${wordsOf(state).slice(0, row).join(" ")}” the likeliest word is **${WORDS[best]}**`;
  const other = best === result.meant ? ", as the rules ask" : `; the rules ask for ${WORDS[result.meant]}`;
  const chance = `**${percent(result.chances[row - 1][best])}**${row < N ? "" : other}`;
  const [, formula, what] = STEPS[step - 1];
  return `${said}, ${chance}. ${discovery(state, result)} Framed: ${formula(state)}, ${what}.`;
}

/** The picture in sentences. */
function spoken(state, result) {
  const [[key, formula], all] = [STEPS[state.step - 1], wordsOf(state)];
  const rows = stackOf(result, key).map((rows) => rows[state.row - 1].map(twoDigits).join(", "));
  const numbers = isGone(state, key) ? "taken away" : rows.join("; in head 2: ");
  return [
    `The matrices of one block on the way from the words “${all.join(" ")}” to the word that comes next.`,
    `The row of “${all[state.row - 1]}” in ${formula(state)}: ${numbers}.`,
    sentence(state, result).replace(/\*\*/g, ""),
  ].join(" ");
}

/** Where each matrix is at this width: `u` is the side of a cell, `high` that of a matrix. */
function layOut(width) {
  const isWide = width >= 480;
  const [u, gap, near, pair] = isWide ? [9, 24, 8, 8] : [5, 10, 3, 5];
  const [high, first] = [N * u, 23 + 2 * N * u + pair];
  const turns = [first, first + high + 29]; // where the branches come back to the stream
  const widths = { s: N, w: N, h: 16, logits: WORDS.length };
  const boxes = {};
  const lay = (keys, ys, x, gaps) =>
    keys.forEach((key, i) => {
      const wide = u * (widths[key] || (hasHeads(key) ? D_K : 2 * D_K));
      boxes[key] = { x, ys: hasHeads(key) ? [14, 14 + high + pair] : ys, wide, mid: x + wide / 2 };
      x += wide + (gaps[i] ?? gap);
    });
  lay([..."xnqkvswba"], [14 + (high + pair) / 2], 0, [gap, gap, near, near, gap, gap - 4, gap - 4]);
  lay([..."ymhf"], [turns[0] + 20], 0, []);
  lay(["z", "t", "logits"], [turns[1] + 20], 0, []);
  return { isWide, u, high, boxes, turns, foot: turns[1] + 20 + high };
}

/** All matrices in their places; the chosen one is framed. */
function flow(state, result, { boxes, u, high }) {
  return STEPS.slice(0, -1).map(([key, , , role = "ink"], i) => {
    const [{ x, ys, wide }, stack] = [boxes[key], stackOf(result, key)];
    const most = key === "w" ? 1 : Math.max(...stack.flat(2).map(Math.abs)) || 1;
    const isChosen = i === state.step - 1;
    const dashes = isGone(state, key) ? "3 3" : null;
    const frame = { width: wide + 3, fill: tone("plate"), stroke: tone("line"), "stroke-dasharray": dashes };
    const ring = { width: wide + 8, height: ys.at(-1) - ys[0] + high + 8, rx: 3, fill: "none", "stroke-width": 2 };
    return s(
      "g",
      { class: "sr-part" },
      ys.map((y) => s("rect", { x: x - 1.5, y: y - 1.5, height: high + 3, ...frame })),
      stack.map((rows, head) => matrix(x, ys[head], rows, { side: u, role, most, row: state.row - 1 })),
      s("rect", { x: x - 4, y: ys[0] - 4, ...ring, stroke: isChosen ? tone("link") : "none", class: "sr-ring" }),
      words(x, ys[0] - 6, key, isChosen ? "bold" : ""),
    );
  });
}

/** The stream down the left side, the branches that leave it, and where they come back. */
function wires({ residual, network }, { boxes, u, high, turns }) {
  const mid = 4 * u;
  const thin = (...ends) => line(...ends, "control", 1);
  const stream = (from, to, isOpen) =>
    line(mid, boxes[from].ys[0] + high, mid, boxes[to].ys[0], "control", 3, isOpen ? null : "0 5");
  const branch = ([from, to]) => {
    const [a, b] = [boxes[from], boxes[to]];
    const pairs = a.ys.flatMap((y, i) => (a.ys.length === b.ys.length ? [[y, b.ys[i]]] : b.ys.map((end) => [y, end])));
    return pairs.map(([y, end]) => thin(a.x + a.wide + 2, y + high / 2, b.x - 2, end + high / 2));
  };
  const back = (key, turn) => [
    thin(boxes[key].mid, boxes[key].ys[0] + high, boxes[key].mid, turn),
    thin(boxes[key].mid, turn, mid, turn),
    s("circle", { cx: mid, cy: turn, r: 5.5, fill: tone("plate"), stroke: tone("control"), "stroke-width": 1.5 }),
    residual ? [line(mid - 3, turn, mid + 3, turn, "ink", 1.5), line(mid, turn - 3, mid, turn + 3, "ink", 1.5)] : [],
  ];
  const pairs = [..."xn nq vs sw wb ba ym zt".split(" "), ...(network ? ["mh", "hf"] : []), ["t", "logits"]];
  const ways = [stream("x", "y", residual), stream("y", "z", residual || !network), pairs.map(branch)];
  return [...ways, back("a", turns[0]), network ? back("f", turns[1]) : []];
}

/** The four likeliest next words, and how the squares are to be read. */
function outcome(state, { chances }, { isWide, boxes, turns, foot, high }, width) {
  const [row, step] = [chances[state.row - 1], isWide ? 25 : 22];
  const [left, top] = [boxes.f.x + boxes.f.wide + (isWide ? 34 : 7), turns[0] + (isWide ? 32 : 30)];
  const whole = (p) => (p < 0.005 ? "<1" : p > 0.995 ? ">99" : (100 * p).toFixed(0));
  const order = row.map((_, id) => id).sort((a, b) => row[b] - row[a] || a - b);
  const bars = order.slice(0, 4).map((id, i) => {
    const y = top + step * i;
    const bar = { x: left, y: y + 6, width: (width - left) * row[id], height: 4, fill: tone("ink") };
    return [
      words(left, y + 3, WORDS[id], "ink"),
      words(width, y + 3, isWide ? percent(row[id]) : whole(row[id]), "", "end"),
      line(left, y + 8, width, y + 8, "line", 4),
      s("rect", { ...bar, "data-chance": row[id] }),
    ];
  });
  const [x, y] = [boxes.logits.x + boxes.logits.wide + (isWide ? 22 : 10), foot - high / 2];
  const edge = { stroke: state.step === STEPS.length ? tone("link") : "none", "stroke-width": 2, class: "sr-ring" };
  const ring = { x: left - 6, y: top - 29, width: width - left + 10, height: 3 * step + 43, rx: 3, fill: "none" };
  const title = isWide ? `p, after “${wordsOf(state)[state.row - 1]}”` : "p in %";
  return [
    s("rect", { x, y: y - 10, width: 7, height: 7, fill: tone("ink") }),
    s("rect", { x: x + 0.5, y: y + 6.5, width: 6, height: 6, fill: "none", stroke: tone("ink") }),
    words(x + 12, y - 2, "above 0"),
    words(x + 12, y + 14, "below 0"),
    s("g", { class: "sr-part" }, s("rect", { ...ring, ...edge }), words(left, top - 16, title, "bold"), bars),
  ];
}

/** The chosen matrix with its numbers, in one block, or in two where there is no room for all columns. */
function large(state, result, { isWide, foot }, width) {
  const [key, formula, what, role = "ink"] = STEPS[state.step - 1];
  const [stack, all, gone] = [stackOf(result, key), wordsOf(state), isGone(state, key)];
  const rows = all.map((_, i) => stack.flatMap((head) => head[i]));
  const n = rows[0].length;
  const most = isWide ? n : n === WORDS.length ? 6 : 8;
  const heads = isWide ? all : ["1", "2", "3", "4"];
  const names = n === WORDS.length ? WORDS : "sw".includes(key) ? [...heads, ...heads] : null;
  const [left, apart, high] = isWide ? [50, 30, 22] : [42, 8, n <= most ? 21 : 14];
  const top = foot + (isWide ? 28 : 19);
  const slot = Math.min(50, (width - left - (stack.length - 1) * apart) / most);
  const largest = Math.max(...rows.flat().map(Math.abs)) || 1;
  const look = (i, plain) => (i === state.row - 1 ? "bold" : plain);
  const block = (from, y) => {
    const x = (j) => left + slot * (j - from) + (hasHeads(key) && j >= D_K ? apart : 0);
    const put = (j, y, text, role) => words(x(j) + slot - 3, y, text, role, "end");
    const part = (row) => row.slice(from, from + most);
    const cell = (value, i, j) => {
      const isHidden = "sw".includes(key) && state.mask && j % N > i;
      const box = { x: x(j) + 0.5, y: y + high * i + 0.5, width: slot - 1, height: high - 1, fill: tone(role) };
      const [shade, text] = isHidden ? [0, "–"] : [(0.18 * Math.abs(value)) / largest, twoDigits(value)];
      return [
        s("rect", { ...box, "fill-opacity": shade.toFixed(3), "data-value": value }),
        put(j, y + high * (i + 0.5) + 4.5, text, look(i, "ink")),
      ];
    };
    return [
      names ? part(names).map((name, j) => put(j + from, y - 4, name)) : [],
      all.map((word, i) => words(0, y + high * (i + 0.5) + 4.5, word, look(i, ""))),
      rows.map((row, i) => part(row).map((value, j) => cell(value, i, j + from))),
      hasHeads(key) ? [1, 2].map((head) => put(D_K * head - 1, y + high * N + 16, `head ${head}`)) : [],
    ];
  };
  const step = high * N + (names ? 18 : 6);
  const starts = gone ? [] : n <= most ? [0] : [0, most];
  return [
    words(0, top, formula(state), "bold"),
    isWide ? words(width, top, gone ? "taken away" : what, "", "end") : [],
    starts.map((from, i) => block(from, top + (names ? 20 : 7) + i * step)),
  ];
}

function picture(width, state, result) {
  const plan = layOut(width);
  const parts = [wires(state, plan), flow(state, result, plan), outcome(state, result, plan, width)];
  return canvas(width, plan.isWide ? 384 : 326, spoken(state, result), parts, large(state, result, plan, width));
}

function render({ model, el }) {
  const names = [...SLOTS.map(([slot]) => slot), ...PARTS, "step", "row", "question", "weights"];
  return play({ model, el }, names, ({ start, read, tell, drawing }) => {
    const parts = () => [...drawing.querySelectorAll(".sr-part")];
    const light = (i, isOn) => [formulas[i], parts()[i]].forEach((one) => one.classList.toggle("sr-lit", isOn));
    const formulas = STEPS.map(([, formula], i) => {
      const [on, off] = [() => light(i, true), () => light(i, false)];
      const one = button(formula(start), () => tell({ step: i + 1 }));
      return set(one, { on: { pointerenter: on, pointerleave: off, focus: on, blur: off } });
    });
    const onPart = (act) => (event) => {
      const i = parts().indexOf(event.target.closest(".sr-part"));
      if (i >= 0) act(i);
    };
    const [over, out] = [true, false].map((isOn) => onPart((i) => light(i, isOn)));
    set(drawing, { on: { pointerover: over, pointerout: out, click: onPart((i) => tell({ step: i + 1 })) } });
    const boxes = PARTS.map((part) => tickBox(part, (isOn) => tell({ [part]: isOn })));
    const picks = SLOTS.map(([slot, choices], i) => {
      const pick = choice(`word ${i + 1}`, choices, (word) => tell({ [slot]: word }));
      for (const one of pick.el.lastChild.children) set(one, { "aria-label": `${one.textContent}, word ${i + 1}` });
      return pick;
    });
    const along = (trait, max, show, at, name) => {
      const ticks = at.map((value) => [value, max === N ? String(value) : show(value)]);
      return slider({ symbol: trait, name, min: 1, max, show, ticks, onMove: (value) => tell({ [trait]: value }) });
    };
    const step = along("step", STEPS.length, (at) => STEPS[at - 1][0], [1, 7, 12, 17], "on the way");
    const row = along("row", N, (at) => wordsOf(read())[at - 1], [1, 2, 3, 4], "that is followed");
    const reset = button("Reset", () => tell(start));
    const switches = h("div", { class: "sr-buttons sr-whole" }, ...boxes.map((box) => box.el), reset);
    const group = h("div", { role: "group", "aria-label": "formula", class: "sr-buttons sr-whole" }, formulas);
    const move = (state, result) => {
      PARTS.forEach((part, i) => boxes[i].move(state[part]));
      SLOTS.forEach(([slot], i) => picks[i].move(state[slot]));
      step.move(state.step);
      row.move(state.row);
      formulas.forEach((one, i) => {
        const text = STEPS[i][1](state);
        if (one.textContent !== text) one.textContent = text;
        set(one, { "aria-pressed": String(i === state.step - 1) });
      });
      const best = result.best[state.row - 1];
      return [WORDS[best], percent(result.chances[state.row - 1][best]), allowed(state, result)];
    };
    const tray = [switches, step.el, row.el, picks.map((pick) => pick.el), group];
    return { tray, move, terms: ["likeliest next word", "its chance", "the rules ask for"], look: "sr-roomiest" };
  });
}

export default { compute, initialize, render };
