// Trained weights: see `_weights.py`. The text is in the model's trait `weights`, wherever the widget lives.

const unpacked = { text: null, arrays: null };

/** The arrays of a text of weights, each as a list of rows; read once, and again only when the text is another. */
function weights(text) {
  if (unpacked.text === text) return unpacked.arrays;
  const arrays = {};
  for (const [name, { scale, int8 }] of Object.entries(JSON.parse(text).arrays)) {
    const signs = atob(int8);
    const bytes = new Int8Array(signs.length).map((_, i) => signs.charCodeAt(i));
    const n = bytes.length / scale.length;
    arrays[name] = scale.map((unit, i) => new Float64Array(bytes.subarray(i * n, (i + 1) * n)).map((v) => v * unit));
  }
  Object.assign(unpacked, { text, arrays });
  return arrays;
}

/** The dot product of a row and a vector of the same length. */
const inner = (row, x) => {
  let i = 0,
    a = 0,
    b = 0,
    c = 0,
    d = 0; // four sums at a time, so that none waits for the one before
  for (; i + 3 < x.length; i += 4) {
    a += row[i] * x[i];
    b += row[i + 1] * x[i + 1];
    c += row[i + 2] * x[i + 2];
    d += row[i + 3] * x[i + 3];
  }
  for (; i < x.length; i++) a += row[i] * x[i];
  return a + b + (c + d);
};

/** A matrix, as its rows, times a vector. */
const times = (rows, x) => rows.map((row) => inner(row, x));

/** The sum of two vectors. */
const plus = (x, y) => x.map((v, i) => v + y[i]);

/** Shares that sum to 1, from scores of which only the first `n` may be seen; the others get 0. */
function softmaxOf(scores, n = scores.length) {
  let [most, sum] = [-Infinity, 0];
  for (let i = 0; i < n; i++) most = Math.max(most, scores[i]);
  const raw = scores.map((score, i) => (i < n ? Math.exp(score - most) : 0));
  for (let i = 0; i < n; i++) sum += raw[i];
  return raw.map((v) => v / sum);
}

/** A row times the matrix of this name, plus its bias. */
const linear = (w, name, x) => plus(times(w[`${name}.weight`], x), w[`${name}.bias`][0]);

/** A row shifted and scaled to mean 0 and variance 1, then by what was learned, as `torch.nn.LayerNorm` does. */
function norm(w, name, x) {
  const [[weight], [bias]] = [w[`${name}.weight`], w[`${name}.bias`]];
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i];
  const centred = x.map((v) => v - sum / x.length);
  const size = Math.sqrt(inner(centred, centred) / x.length + 1e-5);
  return centred.map((v, i) => (v / size) * weight[i] + bias[i]);
}
