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
