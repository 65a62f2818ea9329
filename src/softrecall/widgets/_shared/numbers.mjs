// Numbers as readers write and read them.

/** Two to three significant digits, a true minus: 1.0, 0.125, 12.3, -0.8. */
function digits(x) {
  if (x === 0) return "0";
  const size = Math.abs(x);
  if (size >= 99999.5 || size < 0.001)
    return x.toExponential(1).replace("e+", " × 10^").replace("e", " × 10^").replace(/-/g, MINUS);
  const places = Math.max(0, 2 - Math.floor(Math.log10(size)));
  let text = size.toFixed(places);
  if (places && text.endsWith("0") && text.replace(/^0\.0*|\./g, "").length > 2)
    text = text.slice(0, -1).replace(/\.$/, "");
  return (x < 0 ? MINUS : "") + (size >= 1000 ? count(size) : text);
}

/** A number with two decimals and a true minus, 0 without one. */
const hundredth = (x) => (Math.round(100 * x) / 100 + 0).toFixed(2).replace("-", MINUS);

/** A whole number with thousands set off by commas. */
function count(x) {
  return Math.round(x)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A weight with three decimals. Unless it is exact, it never reads as 0 or 1. */
function weightText(w, isExact) {
  if (!isExact && w >= 0.9995) return ">0.999";
  if (!isExact && w < 0.0005) return "<0.001";
  return w.toFixed(3);
}

/** A share as per cent: one decimal below 10 and above 95. Unless it is exact, it never reads as 0 or 100. */
function percent(share, isExact) {
  const p = 100 * share;
  if (!isExact && p >= 99.95) return `>99.9${SPACE}%`;
  if (!isExact && p < 0.05) return `<0.1${SPACE}%`;
  const isRound = p === 0 || p === 100;
  return p.toFixed(!isRound && (p < 9.95 || p >= 95) ? 1 : 0) + SPACE + "%";
}

/** The number in a text, or null. A true minus and one decimal comma are read; a comma never separates thousands. */
function parseNumber(text) {
  const plain = text
    .trim()
    .replace(/\u2212/g, "-")
    .replace(",", ".");
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return null;
  const value = Number(plain);
  return Number.isFinite(value) ? value : null;
}
