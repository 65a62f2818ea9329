// A menu as a memory: a query among five keys, read by attention with one head or two, beside a dictionary.

const BETA = logScale(0.1, 10, 40, 1); // position 0 is beta = 0
const HIGHEST = 17; // where the axis of the prices ends
const DOTS = "dot product";
const EDGE = 10; // pixels around the plane

/**
 * Read the menu with one head or two, and look the nearest key up. For each head: its query, scores, weights,
 * `free`, the weights without the mask, the `growth` of each weight that the mask leaves, over how many keys the read
 * is spread, the key with the largest weight, and the read. `runner` is the second nearest key that may be seen.
 */
function compute({ key_rows: keys, prices, query_x: x, query_y: y, beta, score, second_head, turn, masked }) {
  const open = keys.flatMap((_, i) => (masked.includes(i) ? [] : [i]));
  const sum = (list) => list.reduce((total, one) => total + one, 0);
  const squares = ([qx, qy]) => keys.map(([kx, ky]) => (qx - kx) ** 2 + (qy - ky) ** 2);
  const read = (degrees) => {
    const [cos, sin] = [Math.cos, Math.sin].map((wave) => wave((degrees * Math.PI) / 180));
    const query = [cos * x - sin * y, sin * x + cos * y];
    const scores =
      score === DOTS
        ? keys.map(([kx, ky]) => query[0] * kx + query[1] * ky)
        : squares(query).map((square) => -square / 2);
    const shares = (among) => {
      const top = Math.max(...among.map((i) => scores[i]));
      const raw = scores.map((one, i) => (among.includes(i) ? Math.exp(beta * (one - top)) : 0));
      const total = sum(raw);
      return { weights: raw.map((one) => one / total), best: top, log: Math.log(total) };
    };
    const free = shares(keys.map((_, i) => i)).weights;
    const { weights, best, log } = shares(open);
    const spread = sum(open.map((i) => weights[i] * beta * (best - scores[i])));
    return {
      queries: query,
      scores,
      weights,
      free,
      growth: 1 / sum(open.map((i) => free[i])),
      effective: Math.exp(log + spread),
      winners: open.find((i) => scores[i] === best),
      reads: sum(weights.map((w, i) => w * prices[i])),
    };
  };
  const heads = (second_head ? [0, turn] : [0]).map(read);
  const each = (name) => [name, heads.map((head) => head[name])];
  const far = squares(heads[0].queries);
  const [nearest, runner = null] = [...open].sort((i, j) => far[i] - far[j] || i - j);
  const found = Object.fromEntries(Object.keys(heads[0]).map(each));
  return { ...found, distances: far.map(Math.sqrt), nearest, runner, answer: prices[nearest] };
}

const priceText = (value) => value.toFixed(1);
const angleText = (angle) => `${String(angle).replace("-", MINUS)}°`;
const isMasked = ({ masked }, i) => masked.includes(i);
const look = (state, i, plain) => (isMasked(state, i) ? "muted" : plain);
const share = ({ beta }, w) => weightText(w, beta === 0 || w % 1 === 0);

function question({ question }) {
  return question || "Drag the query onto soup. Whose price does attention read?";
}

/** The discovery that the present state holds, if there is one. */
function discovery(state, result) {
  const { names, query_x, query_y, beta, score, second_head, turn, masked, prices } = state;
  const { reads, winners, nearest, runner, weights, growth, distances } = result;
  const first = names[winners[0]];
  const shown = (i) => share(state, weights[0][i]);
  if (runner === null) return `Only ${first} may be seen: its weight is 1, whatever is asked.`;
  if (beta === 0) return "At β = 0 the query does not matter: wherever it stands, attention reads the mean price.";
  if (score === DOTS && !query_x && !query_y) return "A query of length 0 scores every key 0: all weights are equal.";
  if (second_head && turn === 0) return "Both heads ask the same and read the same: the second one adds nothing.";
  if (second_head && Math.abs(reads[0] - reads[1]) >= 1) {
    const two = `Two answers at once, one mostly from ${first} and one from ${names[winners[1]]}`;
    return `${two}; a single softmax has one set of weights and would blend them into one number.`;
  }
  if (masked.length) {
    const gone = [...new Set(masked)]
      .map((i) => names[i])
      .join(", ")
      .replace(/, (\w+)$/, " and $1");
    const factor = growth[0] < 1.0005 ? "barely above 1" : growth[0] < 1.1 ? growth[0].toFixed(3) : digits(growth[0]);
    const had = weightText(1 - 1 / growth[0], beta === 0);
    return `Without ${gone}, which had ${had}, every other weight has grown by the same factor, ${factor}.`;
  }
  if (winners[0] !== nearest) {
    const why = `${names[nearest]} is nearest, but ${first} gets ${shown(winners[0])} of the weight: its key is longer`;
    return `${why[0].toUpperCase()}${why.slice(1)}, and a dot product counts length as well as direction.`;
  }
  if (distances[runner] - distances[nearest] < 0.12 && prices[runner] !== prices[nearest]) {
    const jump = `from ${prices[nearest]} to ${prices[runner]}`;
    return `A small step towards ${names[runner]} and the dictionary jumps ${jump}; attention glides.`;
  }
  if (weights[0][nearest] >= 0.99) return `Soft and hard agree: ${first} has ${shown(nearest)} of the weight.`;
  const near = score === DOTS ? "" : " By distance the nearest key always leads.";
  const some = result.effective[0].toFixed(1);
  return `The read blends about ${some} keys; ${first} leads with ${shown(winners[0])}.${near}`;
}

/** What the picture now shows. */
function sentence(state, result) {
  const { reads, nearest, answer } = result;
  const read = reads.map((one) => `**${priceText(one)}**`);
  const soft = read.length > 1 ? `Head 1 reads ${read[0]}, head 2 ${read[1]}` : `Attention reads ${read[0]}`;
  return `${soft}; the dictionary answers **${answer}**, ${state.names[nearest]}. ${discovery(state, result)}`;
}

/** The picture in sentences. */
function spoken(state, result) {
  const { names, prices, query_x, query_y } = state;
  const all = (row) => names.map((name, i) => `${name} ${share(state, row[i])}`).join(", ");
  const weights = result.weights.map((row, h) => `Weights${h ? " of head 2" : ""}: ${all(row)}.`).join(" ");
  return [
    `Five keys in a plane from salty to sweet and from cold to hot, and a query at ${hundredth(query_x)} across and`,
    `${hundredth(query_y)} up. Prices: ${names.map((name, i) => `${name} ${prices[i]}`).join(", ")}. ${weights}`,
    `${sentence(state, result).replace(/\*\*/g, "")}`,
  ].join(" ");
}

/** Where the parts are: the plane, the table beside or below it, and the prices at the foot. */
function layOut(width, [x, y]) {
  const isWide = width >= 480;
  const across = isWide ? Math.round(0.545 * width) : width;
  const scale = (across - 2 * EDGE) / (2 * x);
  const down = 2 * (scale * y + EDGE);
  const table = isWide ? { x: across + 18, y: 4, row: 29 } : { x: 0, y: down + 2, row: 17 };
  return {
    across,
    down,
    table: { ...table, room: width - table.x },
    foot: isWide ? down + 16 : table.y + 18 + 5 * table.row,
    at: ([u, v]) => [across / 2 + scale * u, down / 2 - scale * v],
    unit: (px, py) => [(px - across / 2) / scale, (down / 2 - py) / scale],
    isPlane: (px, py) => px >= 0 && px <= across && py >= 0 && py <= down,
  };
}

function render({ model, el }) {
  const names = "query_x query_y beta score second_head turn masked question names key_rows prices size".split(" ");
  return play({ model, el }, names, ({ start, read, tell, drawing }) => {
    const complaint = h("p", { class: "sr-complaint", role: "alert" });
    const mask = (i) => {
      const { masked, names } = read();
      const next = masked.includes(i) ? masked.filter((j) => j !== i) : [...new Set([...masked, i])];
      if (next.length < names.length) return tell({ masked: next });
      complaint.textContent = "One key must stay: weights sum to 1.";
      boxes[i].move(true);
    };
    const boxes = start.names.map((name, i) => tickBox(name, () => mask(i)));
    const both = (trait, end, look) =>
      slider({ min: -end, max: end, onMove: (value) => tell({ [trait]: value }), ...look });
    const lay = (way, trait, end, ends) => {
      const ticks = [-end, end].map((value, i) => [value, ends[i]]);
      return both(trait, end, { symbol: `query, ${way}`, step: 0.05, show: hundredth, ticks });
    };
    const across = lay("across", "query_x", start.size[0], ["salty", "sweet"]);
    const up = lay("up", "query_y", start.size[1], ["cold", "hot"]);
    const angles = [-180, -90, 0, 90, 180].map((angle) => [angle, angleText(angle)]);
    const turned = { symbol: "Head 2", name: "turns the query by", step: 5, show: angleText, ticks: angles };
    const turn = both("turn", 180, turned);
    const beta = slider({
      symbol: "β",
      name: "inverse temperature",
      max: BETA.last,
      place: (value) => value && BETA.place(value),
      read: (position) => position && BETA.read(position),
      show: digits,
      ticks: [0, 1, 10].map((value) => [value && BETA.place(value), String(value)]),
      onMove: (value) => tell({ beta: value }),
    });
    const second = tickBox("second head", (isOn) => tell({ second_head: isOn }));
    const score = choice("Score", [DOTS, "distance"], (value) => tell({ score: value }));
    dragPoint(drawing, {
      spot: (x, y, width) => {
        const plan = layOut(width, start.size);
        const inside = (value, end) => Math.round(1000 * Math.min(end, Math.max(-end, value))) / 1000;
        const [u, v] = plan.unit(x, y);
        const values = { query_x: inside(u, start.size[0]), query_y: inside(v, start.size[1]) };
        return { isOn: plan.isPlane(x, y), values };
      },
      onMove: tell,
      onPress: (x, y, width) => {
        const { at, table } = layOut(width, start.size);
        const isNear = (key) => Math.hypot(at(key)[0] - x, at(key)[1] - y) < 14;
        const row = Math.floor((y - table.y - 18) / table.row);
        const isRow = x >= table.x && x <= table.x + table.room && y >= table.y && row in start.names;
        const i = isRow ? row : start.key_rows.findIndex(isNear);
        if (i >= 0) mask(i);
        return i >= 0;
      },
    });
    const reset = button("Reset", () => (tell(start), (complaint.textContent = "")));
    const seen = h("div", { class: "sr-buttons", role: "group", "aria-label": "keys that may be seen" });
    seen.append(...boxes.map((box) => box.el));
    const shown = h("div", { class: "sr-pick sr-whole" }, h("span", { class: "sr-quiet", text: "May be seen" }), seen);
    const move = (state) => {
      across.move(state.query_x);
      up.move(state.query_y);
      beta.move(state.beta);
      turn.move(state.turn);
      turn.allow(state.second_head);
      second.move(state.second_head);
      score.move(state.score);
      boxes.forEach((box, i) => box.move(!isMasked(state, i)));
      complaint.textContent = "";
    };
    const ends = h("div", { class: "sr-buttons sr-ends" }, reset);
    const tray = [across.el, up.el, beta.el, turn.el, shown, score.el, second.el, complaint, ends];
    return { tray, move, look: "sr-roomiest" };
  });
}

/** The plane of keys, the table of scores and weights, and the prices with what is read. */
function picture(width, state, result) {
  const plan = layOut(width, state.size);
  const { x, y, row, room } = plan.table;
  const rows = moved(x, y, table(room, row, state, result).flat(3));
  const drawn = [rows, plane(plan, state, result).flat(3), moved(0, plan.foot, prices(width, state, result).flat(3))];
  return canvas(width, plan.foot + 57, spoken(state, result), ...drawn);
}

/** An outline in the colour of a role. */
const hollow = (role, size) => ({ fill: "none", stroke: tone(role), "stroke-width": size });
const DOTTED = { ...hollow("ink", 1.5), "stroke-dasharray": "2 3" }; // what the dictionary finds

/** A dot in the colour of a role, or hollow if its key is masked. */
function dot(x, y, r, role, isOff) {
  const paint = { fill: tone(isOff ? "plate" : role), stroke: tone(isOff ? "control" : role), "stroke-width": 1.5 };
  return s("circle", { cx: x, cy: y, r, ...paint });
}

/** Keys as arrows from the middle, the queries of the heads, and rays as thick as weights. */
function plane({ at, across, down }, state, { queries, weights, nearest }) {
  const { key_rows, names, size } = state;
  const [[cx, cy], keys] = [at([0, 0]), key_rows.map(at)];
  const spots = queries.map((query) => {
    const fit = Math.min(1, ...query.map((value, i) => size[i] / Math.abs(value))); // beyond the edge, on the edge
    return at(query.map((value) => fit * value));
  });
  const ends = [
    [across, cy - 6, "sweet", "end"],
    [0, cy - 6, "salty", "start"],
    [cx + 6, 11, "hot", "start"],
    [cx + 6, down - 3, "cold", "start"],
  ];
  const arrows = keys.map(([x, y], i) => {
    const isOff = isMasked(state, i);
    return [line(cx, cy, x, y, isOff ? "control" : "key", 1.25, isOff ? "3 3" : null), dot(x, y, 5.5, "key", isOff)];
  });
  const rays = spots.map((spot, h) =>
    keys.map((key, i) => (weights[h][i] < 0.0005 ? [] : ray(...spot, ...key, weights[h][i]))),
  );
  const boxes = [
    ...ends.map(([x, y, text, side]) => [x + (side === "end" ? -17 : 17), y - 4, wide(text) / 2 + 2, 8]),
    ...keys.map((key) => [...key, 8, 8]),
    ...spots.map((spot) => [...spot, 10, 9]),
  ];
  const named = (text, role, [x, y], out) => {
    const places = [4, -10, 19].flatMap((dy) => [out, -out].map((dx) => [dx, dy]));
    const { el, box } = pointLabel(text, role, x, y, places, boxes, across);
    boxes.push(box);
    return el;
  };
  const texts = keys.map((key, i) => named(names[i], look(state, i, "key"), key, key[0] < cx ? -11 : 11));
  const asks = spots.map((spot, h) => named(h ? "head 2" : "query", "query", spot, h ? 12 : 20));
  const [[qx, qy], ...others] = spots;
  const turned = ([x, y]) => s("circle", { cx: x, cy: y, r: 7, ...hollow("query", 3), fill: tone("plate") });
  const [x, y] = keys[nearest];
  return [
    [line(0, cy, across, cy, "line"), line(cx, 0, cx, down, "line")],
    ends.map(([x, y, text, side]) => words(x, y, text, "muted", side)),
    [rays, arrows, s("circle", { cx: x, cy: y, r: 10.5, ...DOTTED, "data-nearest": nearest })],
    [others.map(turned), s("g", { class: "sr-handle" }, cue(qx, qy, 9.5, 18)), texts, asks],
  ];
}

/** A row for each key: name, then for each head score and weight; a stroke stands where the weight was unmasked. */
function table(room, row, state, { scores, weights, free }) {
  const [first, block] = [52, (room - 52) / weights.length];
  const long = block - 97;
  const [isMany, isCut] = [weights.length > 1, state.masked.length > 0];
  const middle = (i) => 18 + row * (i + 0.5);
  const cells = (w, h, i) => {
    const [x, y, was] = [first + h * block + 50, middle(i), free[h][i]];
    const bar = { x, y: y - 5, width: long * w, height: 10, class: "sr-outlined", "data-weight": w };
    const at = x + long * was;
    const end = x + long * Math.max(w, isCut ? was : 0) + 5;
    return [
      set(words(x - 8, y + 4.5, hundredth(scores[h][i]), look(state, i, "key"), "end"), { "data-score": scores[h][i] }),
      w ? s("rect", bar) : set(line(x, y - 5, x, y + 5, "control", 1.25), { "data-weight": 0 }),
      isCut ? set(line(at, y - 7, at, y + 7, "ink", 1.5), { "data-free": was }) : [],
      words(end, y + 4.5, share(state, w), w >= 0.1 ? "bold" : "muted"),
    ];
  };
  const columns = weights.map((row, h) => {
    const [x, which] = [first + h * block + 50, isMany ? ` ${h + 1}` : ""];
    const note = isCut && !isMany ? " (| before the mask)" : "";
    return [
      words(x - 8, 11, `score${which}`, "", "end"),
      words(x, 11, `weight${which}${note}`),
      row.map((w, i) => cells(w, h, i)),
    ];
  });
  return [columns, state.names.map((name, i) => words(0, middle(i) + 4.5, name, look(state, i, "bold")))];
}

/** The prices on an axis: what the dictionary answers in a dotted square, and a ring where each head reads. */
function prices(width, state, { reads, nearest, answer }) {
  const [base, x] = [30, (price) => 9 + (price / HIGHEST) * (width - 18)];
  const marks = state.prices.map((price, i) => {
    const text = words(
      x(price),
      base + 24,
      `${state.names[i]} ${price}`,
      look(state, i, i === nearest ? "bold" : ""),
      "middle",
    );
    return [dot(x(price), base, 4.5, "value", isMasked(state, i)), text];
  });
  const square = { x: x(answer) - 9, y: base - 9, width: 18, height: 18, "data-answer": answer };
  const ring = (read) => s("circle", { cx: x(read), cy: base, r: 8, ...hollow("value", 4), "data-read": read });
  const who = reads.length > 1 ? ["head 1", "head 2"] : ["attention"];
  const says = reads.map((read, h) => [`${who[h]} ${priceText(read)}`, "value", read]);
  says.push([`dictionary ${answer}`, "bold", answer]);
  const places = says.map(([, , price]) => x(price));
  const spots = apart(places, 44, width - 44, 88);
  const texts = says.map(([text, role], i) => words(spots[i], 12, text, `${role} halo`, "middle"));
  return [
    line(9, base, width - 9, base, "control", 1.25),
    words(width, base + 24, "price", "muted", "end"),
    marks,
    s("rect", { ...square, ...DOTTED }),
    reads.map(ring),
    texts,
  ];
}

export default { compute, initialize, render };
