// Random numbers that belong to a seed and a place: the same in every engine, and in Python (`_random.py`).

/** Spread a 32-bit number over all 32-bit numbers, one to one. */
function mix(x) {
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return x ^ (x >>> 15);
}

/** The stream of a seed: a function that gives its i-th whole number of 32 bits, from 0. */
function stream(seed) {
  const first = mix(seed);
  return (i) => mix((first + Math.imul(i + 1, 0x9e3779b9)) | 0) >>> 0;
}

/** Numbers from 0 to 1, both excluded: a function that gives the i-th of a seed. */
function chances(seed) {
  const whole = stream(seed);
  return (i) => (whole(i) + 0.5) / 2 ** 32;
}
