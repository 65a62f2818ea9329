// A trained language model in the page: `softrecall.transformer.GPT` with norms first and gelu, read character by
// character, and what temperature, top-k and top-p leave of its scores (`softrecall.decoding.next_token`).

/** The error function: a series of positive terms, which loses no digits; beyond 6 it is its limit. */
function erf(x) {
  if (Math.abs(x) > 6) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let n = 1; sum + term !== sum; n++) sum += term *= (2 * x * x) / (2 * n + 1);
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

const gelu = (x) => (x / 2) * (1 + erf(x / Math.SQRT2));

/** A vector times the matrix of this name, plus its bias. All vectors here are of one kind, which makes it fast. */
function passOn(w, name, x) {
  const [rows, [bias]] = [w[`${name}.weight`], w[`${name}.bias`]];
  const y = new Float64Array(rows.length);
  for (let i = 0; i < y.length; i++) y[i] = inner(rows[i], x) + bias[i];
  return y;
}

/** A token's vector through one layer: it looks at `past`, what the layer kept of those before it, and of itself. */
function throughLayer(w, name, x, past, nHeads) {
  const read = norm(w, `${name}.own_norm`, x),
    width = x.length / nHeads;
  const split = (y) => Array.from({ length: nHeads }, (_, head) => y.subarray(head * width, (head + 1) * width));
  const [q, k, v] = ["q", "k", "v"].map((one) => split(passOn(w, `${name}.own.w_${one}`, read)));
  past.push({ k, v });
  const joined = new Float64Array(x.length);
  const weights = split(joined).map((sum, head) => {
    const alpha = softmaxOf(past.map((one) => inner(one.k[head], q[head]) / Math.sqrt(width)));
    past.forEach((one, j) => {
      for (let i = 0; i < width; i++) sum[i] += alpha[j] * one.v[head][i];
    });
    return alpha;
  });
  const y = plus(x, passOn(w, `${name}.own.w_o`, joined));
  const hidden = passOn(w, `${name}.feed.0`, norm(w, `${name}.feed_norm`, y)).map(gelu);
  return { weights, x: plus(y, passOn(w, `${name}.feed.2`, hidden)) };
}

const lastReads = [];

/** How many ids two texts begin with in common. */
function shared(a, b) {
  let n = 0;
  while (n < a.length && a[n] === b[n]) n++;
  return n;
}

/**
 * What the model of a text of weights makes of ids: for each { logits, weights }, the scores of what follows and the
 * weights of all heads, layer after layer, on the ids so far. The last few texts are kept, so that one more character
 * costs one character.
 */
function gptReads(text, nHeads, ids) {
  const w = weights(text),
    layers = Object.keys(w).filter((name) => name.endsWith(".own_norm.weight")).length;
  let best = { w, ids: [], pasts: new Array(layers).fill([]), reads: [] };
  for (const one of lastReads) if (one.w === w && shared(one.ids, ids) > shared(best.ids, ids)) best = one;
  const start = shared(best.ids, ids);
  const pasts = best.pasts.map((past) => past.slice(0, start)),
    reads = best.reads.slice(0, start);
  const [tokens, rows] = [w["tokens.weight"], w["positions.rows"]];
  for (let i = start; i < ids.length; i++) {
    let x = tokens[ids[i]].map((v, j) => v * Math.sqrt(tokens[0].length) + rows[i][j]);
    const weights = [];
    for (let layer = 0; layer < layers; layer++) {
      const done = throughLayer(w, `body.layers.${layer}`, x, pasts[layer], nHeads);
      x = done.x;
      weights.push(...done.weights);
    }
    reads.push({ logits: [...passOn(w, "out", norm(w, "body.norm", x))], weights });
  }
  lastReads.unshift({ w, ids, pasts, reads });
  lastReads.length = Math.min(lastReads.length, 16);
  return reads;
}

/** The ids from the highest score down; of equals the first comes first. */
const likeliest = (scores) => scores.map((_, i) => i).sort((i, j) => scores[j] - scores[i] || i - j);

/**
 * The chances of the next token from scores: `chances` at a temperature, 0 for the best alone, and `kept`, what stays
 * of them after the cuts, shared out anew. top-k keeps the k likeliest, then top-p the fewest whose share reaches p;
 * of equals the first stay.
 */
function nextToken(logits, temperature, topK, topP) {
  const best = Math.max(...logits);
  const raw = logits.map((z, i) =>
    temperature ? Math.exp((z - best) / temperature) : Number(i === logits.indexOf(best)),
  );
  const sum = raw.reduce((a, b) => a + b, 0);
  const chances = raw.map((v) => v / sum);
  let stay = likeliest(logits).slice(0, topK);
  const shareOf = (ids) => ids.reduce((total, i) => total + chances[i], 0);
  if (topP < 1) {
    const aim = topP * shareOf(stay) - 1e-12;
    let held = 0;
    stay = stay.filter((i) => {
      const isNeeded = held < aim;
      held += chances[i];
      return isNeeded;
    });
  }
  const left = shareOf(stay),
    isIn = new Set(stay);
  return { chances, kept: chances.map((v, i) => (isIn.has(i) ? v / left : 0)) };
}

/** The id that a number from 0 to 1 draws from chances that sum to 1: the first at which their sum goes beyond it. */
function oneOf(chances, luck) {
  let [id, sum] = [-1, 0];
  for (let i = 0; i < chances.length && sum <= luck; i++) if (chances[i]) sum += chances[(id = i)];
  return id;
}

/** The sliders of what `nextToken` takes, for the traits temperature, top_k and top_p. Gives { els, move(state) }. */
function cutDials(nTokens, tell) {
  const shownK = (k) => (k === nTokens ? "all" : String(k));
  const steps = [1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50, nTokens];
  const even = (symbol, name, min, parts, places, ticks, onMove) =>
    slider({
      ...{ symbol, name, min, max: 20, onMove },
      place: (value) => Math.round(parts * value),
      read: (position) => position / parts,
      show: (value) => value.toFixed(places),
      ticks: ticks.map((position) => [position, String(position / parts)]),
    });
  const warmth = even("T", "temperature", 0, 10, 1, [0, 10, 20], (temperature) => tell({ temperature }));
  const topP = even("p", "top-p: share that stays", 1, 20, 2, [1, 10, 20], (share) => tell({ top_p: share }));
  const ends = { ...onList(steps, [1, 5, 20, nTokens], shownK), show: shownK };
  const topK = slider({ symbol: "k", name: "top-k: likeliest that stay", ...ends, onMove: (k) => tell({ top_k: k }) });
  const move = ({ temperature, top_k, top_p }) => {
    warmth.move(temperature);
    topK.move(top_k);
    topP.move(top_p);
  };
  return { els: [warmth.el, topK.el, topP.el], move };
}

// ---- characters and their chances, drawn --------------------------------------------------------------------------

/** A character as a drawing writes it, and as a sentence names it. */
const shownSign = (sign) => (sign === "\n" ? "¶" : sign === " " ? SPACE : sign);
const namedSign = (sign) => (sign === " " ? "a space" : sign === "\n" ? "a new line" : `“${sign}”`);

/** A space as a small tray, any other character as it is. */
function signAt(x, y, sign, look) {
  if (sign !== " ") return words(x, y, shownSign(sign), `code ${look}`, "middle");
  return s("path", { d: `M${x - 4} ${y - 4}v4h8v-4`, fill: "none", stroke: tone("ink"), "stroke-width": 1.25 });
}

/** The likeliest characters, the one that came among them. */
function ranking(bars, chances, came = null) {
  const first = likeliest(chances).slice(0, bars);
  if (came !== null && !first.includes(came)) first[bars - 1] = came;
  return first;
}

/**
 * The chances of the next character as bars on `base`, `full` pixels high: green what is kept, shared out anew, and
 * grey what is cut, in the order of the chances `by`. A stroke on each shows what the model `gave` it, before
 * temperature and cuts. `came` is marked by a dot.
 */
function chanceBars(plan, alphabet, { chances, kept, came = null, gave = null, by = gave || chances }, name) {
  const { left, slot, base, full, title, isWide, bars } = plan;
  const shown = ranking(bars, by, came);
  const height = (i) => kept[i] || chances[i];
  const most = Math.max(...shown.map((i) => Math.max(height(i), gave ? gave[i] : 0))),
    top = [0.1, 0.2, 0.5, 1].find((end) => most <= end + 1e-9);
  const [right, up] = [left + slot * shown.length, (share) => base - (full * share) / top];
  const levels = [top, top / 2].map((level) => [
    line(left, up(level), right, up(level), "line"),
    words(left - 4, up(level) + 4.5, `${100 * level}${isWide ? SPACE : ""}%`, "", "end"),
  ]);
  const columns = shown.map((i, rank) => {
    const [x, y] = [left + slot * (rank + 0.5), up(height(i))];
    const data = kept[i] ? { "data-kept": kept[i] } : { "data-cut": chances[i] };
    const box = {
      x: x - slot / 2 + 3,
      y,
      width: slot - 6,
      height: base - y,
      fill: tone(kept[i] ? "value" : "control"),
    };
    return [
      s("rect", { ...box, ...data }),
      signAt(x, base + 16, alphabet[i], kept[i] ? "ink" : "muted"),
      gave ? line(x - slot / 2 + 1, up(gave[i]), x + slot / 2 - 1, up(gave[i]), "ink", 2) : [],
      i === came ? s("circle", { cx: x, cy: base + 25, r: 3.5, fill: tone("query") }) : [],
    ];
  });
  const foot = line(left, base, right, base, "control", 1.25);
  return [words(left, title, name + whatStays({ chances, kept }), "bold"), levels, columns, foot];
}

/** What the cuts have left. */
function whatStays({ chances, kept }) {
  const stay = chances.filter((_, i) => kept[i]);
  const [n, share] = [kept.length, stay.reduce((sum, chance) => sum + chance, 0)];
  if (stay.length === n) return `all ${n} are kept`;
  return `${stay.length} of ${n} kept, ${percent(share, share === 1)} of the chance`;
}
