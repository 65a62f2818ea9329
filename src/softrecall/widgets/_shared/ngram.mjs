// A table of what followed each run of up to four characters of a text: all its places, sorted by the five characters
// from there on, so that a run is a stretch of them and nothing needs to be counted beforehand.

const LONGEST_RUN = 4;
const tables = { text: null, table: null };

/** The table of a stored text; made once. Ids count from 1, so that 0 is what comes after the end. */
function tableOf(text, alphabet) {
  if (tables.text === text) return tables.table;
  const signs = JSON.parse(text).text,
    n = signs.length,
    size = alphabet.length + 1;
  const ids = new Uint8Array(n + LONGEST_RUN + 1);
  const idOf = new Uint8Array(2 ** 16);
  for (let i = 0; i < alphabet.length; i++) idOf[alphabet.charCodeAt(i)] = i + 1;
  for (let i = 0; i < n; i++) ids[i] = idOf[signs.charCodeAt(i)];
  let [starts, next] = [new Uint32Array(n).map((_, i) => i), new Uint32Array(n)];
  for (const depth of [3, 1, 0]) {
    const digits = new Uint16Array(n); // two characters at a time, the last ones first; the first one alone
    for (let i = 0; i < n; i++) digits[i] = depth ? ids[i + depth] * size + ids[i + depth + 1] : ids[i];
    const room = new Uint32Array(size * size + 1);
    for (let i = 0; i < n; i++) room[digits[i] + 1]++;
    for (let i = 1; i <= size * size; i++) room[i] += room[i - 1];
    for (let i = 0; i < n; i++) next[room[digits[starts[i]]]++] = starts[i];
    [starts, next] = [next, starts];
  }
  Object.assign(tables, { text, table: { ids, starts, size: alphabet.length, known: new Map() } });
  return tables.table;
}

/** The first place from `low` on, before `high`, whose character at this depth is `sign` or comes after it. */
function firstFrom({ ids, starts }, low, high, depth, sign) {
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ids[starts[middle] + depth] < sign) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How often each character (from 0) followed the ids of a run, as pairs. */
function followers(table, run) {
  let [low, high] = [0, table.starts.length];
  run.forEach((id, depth) => {
    low = firstFrom(table, low, high, depth, id + 1);
    high = firstFrom(table, low, high, depth, id + 2);
  });
  const found = [];
  low = firstFrom(table, low, high, run.length, 1);
  while (low < high) {
    const sign = table.ids[table.starts[low] + run.length];
    const end = firstFrom(table, low, high, run.length, sign + 1);
    found.push([sign - 1, end - low]);
    low = end;
  }
  return found;
}

/** What the table says after at most four ids: the chances, the share of each order in them, how often it saw them. */
function tableAfter(table, context) {
  const name = context.join(" ");
  if (table.known.has(name)) return table.known.get(name);
  let [chances, shares, seen] = [new Array(table.size).fill(1 / table.size), [1], 0];
  for (let order = 0; order <= context.length; order++) {
    const counts = followers(table, context.slice(context.length - order));
    seen = counts.reduce((sum, [, count]) => sum + count, 0);
    const all = seen + counts.length;
    if (seen) chances = chances.map((chance) => (counts.length / all) * chance);
    counts.forEach(([sign, count]) => (chances[sign] += count / all));
    shares = [...shares.map((share) => (seen ? (counts.length / all) * share : share)), seen ? seen / all : 0];
  }
  if (table.known.size > 3000) table.known.clear();
  table.known.set(name, { chances, shares, seen });
  return table.known.get(name);
}
