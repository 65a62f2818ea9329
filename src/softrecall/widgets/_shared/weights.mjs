// Trained weights: see `_weights.py`. The text is in the model's trait `weights`, wherever the widget lives.

const unpacked = { text: null, arrays: null };

/** The arrays of a text of weights, each as a list of rows; read once, and again only when the text is another. */
function weights(text) {
  if (unpacked.text === text) return unpacked.arrays;
  const arrays = {};
  for (const [name, { scale, int8 }] of Object.entries(JSON.parse(text).arrays)) {
    const bytes = Int8Array.from(atob(int8), (sign) => sign.charCodeAt(0));
    const n = bytes.length / scale.length;
    arrays[name] = scale.map((unit, i) => Float64Array.from(bytes.subarray(i * n, (i + 1) * n), (v) => v * unit));
  }
  Object.assign(unpacked, { text, arrays });
  return arrays;
}

/** The dot product of a row and a vector of the same length. */
const inner = (row, x) => {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += row[i] * x[i];
  return sum;
};

/** A matrix, as its rows, times a vector. */
const times = (rows, x) => rows.map((row) => inner(row, x));

/** The sum of two vectors. */
const plus = (x, y) => x.map((v, i) => v + y[i]);

/** Shares that sum to 1, from scores of which only the first `n` may be seen; the others get 0. */
function softmaxOf(scores, n = scores.length) {
  const most = Math.max(...scores.slice(0, n)),
    raw = scores.map((score, i) => (i < n ? Math.exp(score - most) : 0));
  const sum = raw.reduce((a, b) => a + b, 0);
  return raw.map((v) => v / sum);
}

/** A row times the matrix of this name, plus its bias. */
const linear = (w, name, x) => plus(times(w[`${name}.weight`], x), w[`${name}.bias`][0]);

/** A row shifted and scaled to mean 0 and variance 1, then by what was learned, as `torch.nn.LayerNorm` does. */
function norm(w, name, x) {
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  const centred = x.map((v) => v - mean);
  const size = Math.sqrt(inner(centred, centred) / x.length + 1e-5);
  return centred.map((v, i) => (v / size) * w[`${name}.weight`][0][i] + w[`${name}.bias`][0][i]);
}
