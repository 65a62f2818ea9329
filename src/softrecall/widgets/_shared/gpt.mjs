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

/** A token's vector through one layer: it looks at `past`, what the layer kept of those before it, and of itself. */
function throughLayer(w, name, x, past, nHeads) {
  const read = norm(w, `${name}.own_norm`, x);
  const [q, k, v] = ["q", "k", "v"].map((one) => linear(w, `${name}.own.w_${one}`, read));
  past.push({ k, v });
  const width = x.length / nHeads,
    joined = new Array(x.length).fill(0);
  const weights = Array.from({ length: nHeads }, (_, head) => {
    const from = head * width;
    const scores = past.map((one) => {
      let sum = 0;
      for (let i = from; i < from + width; i++) sum += q[i] * one.k[i];
      return sum / Math.sqrt(width);
    });
    const alpha = softmaxOf(scores);
    past.forEach((one, j) => {
      for (let i = from; i < from + width; i++) joined[i] += alpha[j] * one.v[i];
    });
    return alpha;
  });
  const y = plus(x, linear(w, `${name}.own.w_o`, joined));
  const hidden = linear(w, `${name}.feed.0`, norm(w, `${name}.feed_norm`, y)).map(gelu);
  return { weights, x: plus(y, linear(w, `${name}.feed.2`, hidden)) };
}

/**
 * A reader of texts for the arrays of a model: `read(ids)` gives for each id { logits, weights }, the scores of what
 * follows and the weights of all heads, layer after layer, on the ids so far. The last few texts are kept, so that one
 * more character costs one character.
 */
function gptReader(w, nHeads) {
  const layers = Object.keys(w).filter((name) => name.endsWith(".own_norm.weight")).length;
  const known = [];
  const shared = (a, b) => {
    let n = 0;
    while (n < a.length && n < b.length && a[n] === b[n]) n++;
    return n;
  };
  return (ids) => {
    const nearest = known.reduce((best, one) => (shared(one.ids, ids) > shared(best.ids, ids) ? one : best), {
      ids: [],
      pasts: new Array(layers).fill([]),
      read: [],
    });
    const start = shared(nearest.ids, ids);
    const pasts = nearest.pasts.map((past) => past.slice(0, start));
    const read = nearest.read.slice(0, start);
    for (let i = start; i < ids.length; i++) {
      const scale = Math.sqrt(w["tokens.weight"][0].length);
      let x = Array.from(w["tokens.weight"][ids[i]], (v, j) => v * scale + w["positions.rows"][i][j]);
      const weights = [];
      for (let layer = 0; layer < layers; layer++) {
        const done = throughLayer(w, `body.layers.${layer}`, x, pasts[layer], nHeads);
        x = done.x;
        weights.push(...done.weights);
      }
      read.push({ logits: linear(w, "out", norm(w, "body.norm", x)), weights });
    }
    known.unshift({ ids: [...ids], pasts, read });
    known.length = Math.min(known.length, 8);
    return read;
  };
}

const readers = { w: null, read: null };

/** What the model of a text of weights makes of ids: see `gptReader`. */
function gptReads(text, nHeads, ids) {
  const w = weights(text);
  if (readers.w !== w) Object.assign(readers, { w, read: gptReader(w, nHeads) });
  return readers.read(ids);
}

/**
 * The chances of the next token from scores: `chances` at a temperature, 0 for the best alone, and `kept`, what stays of
 * them after the cuts, shared out anew. top-k keeps the k likeliest, then top-p the fewest whose share reaches p; of
 * equals the first stay.
 */
function nextToken(logits, temperature, topK, topP) {
  const best = Math.max(...logits);
  const raw = logits.map((z, i) =>
    temperature ? Math.exp((z - best) / temperature) : Number(i === logits.indexOf(best)),
  );
  const sum = raw.reduce((a, b) => a + b, 0);
  const chances = raw.map((v) => v / sum);
  const order = chances.map((_, i) => i).sort((i, j) => chances[j] - chances[i] || i - j);
  let stay = order.slice(0, topK);
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
