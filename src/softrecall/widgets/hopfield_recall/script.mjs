// A Hopfield network of 256 units stores pictures; a damaged or drawn one falls down the energy, or leaps by a softmax.

const UNITS = 256;
const SWEEPS = 6;
const STEP = 16; // visits from one point of the energy's curve to the next
const LOADS = [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 40];
const BETA = logScale(0.005, 0.5, 30);
const CLASSICAL = "classical";

const signed = (words) => Float64Array.from({ length: UNITS }, (_, i) => 2 * bit(words, i) - 1);
const tally = (test) => Array.from({ length: UNITS }, (_, i) => i).filter(test).length;

/** The stored patterns as rows of -1 and +1: the eight, as far as they are stored, and random ones. */
function storedIn(eight, load) {
  const draw = stream(2);
  const random = (p) => signed(Array.from({ length: 8 }, (_, w) => draw(8 * (p - 8) + w)));
  return Array.from({ length: load }, (_, p) => eight[p] || random(p));
}

/** The classical energy of a state, from its dot products with the patterns. */
const classicalEnergy = (sums) => (sums.length * UNITS - inner(sums, sums)) / (2 * UNITS);

/** Units visited one after the other. `sums` are the state's dot products with the patterns: all that a field needs. */
function fall(cue, patterns, { noise, visits }) {
  const [state, sums] = [cue.slice(), patterns.map((one) => inner(one, cue))];
  const wants = (i) => {
    let field = -patterns.length * state[i];
    for (let p = 0; p < patterns.length; p++) field += patterns[p][i] * sums[p];
    return field * state[i] < 0;
  };
  const visit = (i) => {
    if (!wants(i)) return;
    state[i] = -state[i];
    for (let p = 0; p < patterns.length; p++) sums[p] += 2 * patterns[p][i] * state[i];
  };
  const order = Array.from({ length: SWEEPS }, (_, t) => noiseOrder(20000 + SWEEPS * noise + t)).flat();
  const energies = [classicalEnergy(sums)];
  for (let k = 0; k < visits; k += STEP) {
    order.slice(k, Math.min(k + STEP, visits)).forEach(visit);
    energies.push(classicalEnergy(sums));
  }
  const now = { state: state.slice(), restless: tally(wants), energies };
  order.slice(visits).forEach(visit);
  return { ...now, lowest: classicalEnergy(sums) };
}

/** The modern update of a state, and the energy that the state has before it. */
function leap(state, patterns, beta) {
  const scores = patterns.map((one) => beta * inner(one, state));
  const top = Math.max(...scores);
  const shares = scores.map((score) => Math.exp(score - top));
  const total = shares.reduce((a, b) => a + b);
  const next = state.map((_, i) => patterns.reduce((sum, one, p) => sum + shares[p] * one[i], 0) / total);
  const most = (top + Math.log(total / patterns.length)) / beta;
  return { next, energy: (inner(state, state) + UNITS) / 2 - most };
}

/** All units moved at once, for each whole sweep. */
function leaps(cue, patterns, { beta, visits }) {
  const [states, energies] = [[cue], []];
  for (let t = 0; t <= SWEEPS; t++) {
    const { next, energy } = leap(states[t], patterns, beta);
    energies.push(energy);
    states.push(next);
  }
  const n = Math.floor(visits / UNITS);
  const restless = tally((i) => Math.abs(states[n + 1][i] - states[n][i]) > 1e-6);
  return { state: states[n], restless, energies: energies.slice(0, n + 1), lowest: energies[SWEEPS] };
}

/** The picture that is damaged, and what is left of it: words of pixels. */
const soundOf = ({ drawn, sets, stored, target }) => pixelsOf(drawn ? drawn.padEnd(64, "0") : sets[stored][target][1]);
function cueOf(state) {
  const cue = soundOf(state);
  for (const i of noiseOrder(3 + state.noise).slice(0, state.flips)) flip(cue, i);
  return cue;
}

/** The place of the number that is farthest from 0, the first of equals. */
function farthest(numbers) {
  const sizes = Array.from(numbers, (x) => Math.round(1e9 * Math.abs(x)));
  return sizes.indexOf(Math.max(...sizes));
}

/**
 * The cue and where it has come to. `dark` counts the cue's dark pixels and `wrong` those unlike the target's; `state`
 * are the units; `energies` are those of the way so far, `lowest` is the one after six sweeps, `goal_energy` the
 * target's, and `deepest` the lowest of a stored pattern; `restless` units would move next. `overlaps` are those of the
 * eight, `stray` is the largest of a random pattern; `nearest` names the stored picture with the largest overlap, its
 * inverse included, and `away` counts the pixels unlike it.
 */
function compute(state) {
  const { sets, load, stored, target, update, beta } = state;
  const named = sets[stored].map(([, hex]) => pixelsOf(hex));
  const eight = named.map(signed);
  const patterns = storedIn(eight, load);
  const cue = cueOf(state);
  const classical = (one) => classicalEnergy(patterns.map((other) => inner(one, other)));
  const modern = (one) => leap(one, patterns, beta).energy;
  const [go, energyOf] = update === CLASSICAL ? [fall, classical] : [leaps, modern];
  const gone = go(signed(cue), patterns, state);
  const overlapOf = (one) => inner(one, gone.state) / UNITS;
  const [overlaps, strays] = [eight, patterns.slice(8)].map((some) => some.map(overlapOf));
  const nearest = farthest(overlaps.slice(0, load));
  return {
    ...gone,
    cue: cue.map((word) => word >>> 0),
    dark: tally((i) => bit(cue, i)),
    wrong: tally((i) => bit(cue, i) !== bit(named[target], i)),
    state: Array.from(gone.state),
    goal_energy: energyOf(eight[target]),
    deepest: Math.min(...patterns.map(energyOf)),
    overlaps,
    stray: strays[farthest(strays)] ?? 0,
    nearest,
    away: tally((i) => gone.state[i] > 1e-9 !== (bit(named[nearest], i) === 1)),
  };
}

const isModern = ({ update }) => update !== CLASSICAL;
const timeOf = (state) => (isModern(state) ? Math.floor(state.visits / UNITS) : state.visits / UNITS);
const timeText = (t) => String(Math.round(100 * t) / 100);

/** How far the state has gone: "after 1.5 sweeps". */
function afterText(state) {
  const [t, unit] = [timeOf(state), isModern(state) ? "update" : "sweep"];
  return `after ${timeText(t)} ${unit}${t === 1 ? "" : "s"}`;
}

function question(state) {
  const { question, drawn, flips, target } = state;
  const thing = drawn ? "the drawing" : called(state, target);
  const some = flips === UNITS ? "all" : flips;
  const damaged = flips ? `Flip ${some} of ${thing}’s ${UNITS} pixels.` : `Start from ${thing}.`;
  return question || `${damaged} Where does the network come to rest?`;
}

function render({ model, el }) {
  const names = "flips load stored target drawn noise update beta visits pixel question sets".split(" ");
  return play({ model, el }, names, ({ start, read, tell, drawing }) => {
    const { sets, ...first } = start;
    const onTrait = (trait) => (value) => tell({ [trait]: value });
    const bounds = { max: UNITS, ticks: [0, 64, 128, 192, UNITS].map((n) => [n, String(n)]) };
    const flips = slider({ symbol: "Pixels flipped", ...bounds, onMove: onTrait("flips") });
    const stops = onList(LOADS, [1, 8, 16, 24, 40]);
    const load = slider({ symbol: "m", name: "patterns stored", ...stops, onMove: onTrait("load") });
    const sweeps = [0, 1, 2, 3, 4, 5, 6].map((t) => [t * UNITS, String(t)]);
    const show = () => timeText(timeOf(read()));
    const time = slider({ symbol: "Time", max: SWEEPS * UNITS, ticks: sweeps, show, onMove: onTrait("visits") });
    const ticks = [0.005, 0.05, 0.5].map((value) => [BETA.place(value), String(value)]);
    const stretch = { ...BETA, max: BETA.last, ticks, show: digits };
    const beta = slider({ symbol: "β", name: "inverse temperature", ...stretch, onMove: onTrait("beta") });
    const rule = choice("Update", [CLASSICAL, "modern"], onTrait("update"));
    const kind = choice("Eight of them are", ["pictures", "letters"], onTrait("stored"));
    const box = shelf("which one is damaged", 8, (target) => tell({ target, drawn: "" }));
    const next = button("", () => tell({ visits: UNITS * (Math.floor(read().visits / UNITS) + 1) }), "sr-primary");
    const fresh = button("New noise", () => tell({ noise: (read().noise + 1) % 10000 }), "sr-tall");
    const blank = button("Blank", () => tell({ drawn: "0", flips: 0, visits: 0 }));
    const reset = button("Reset", () => tell(first), "sr-tall");
    const draw = pencil(drawing, {
      sheet: (width) => ({ x: 8, y: layOut(width).top + 8, cell: layOut(width).cell }),
      at: () => read().pixel,
      go: onTrait("pixel"),
      isDark: (i) => bit(cueOf(read()), i) === 1,
      flipAll: (pixels) => {
        const sound = soundOf(read());
        pixels.forEach((i) => flip(sound, i));
        tell({ drawn: hexOf(sound).replace(/0+$/, "") || "0", pixel: pixels.at(-1), visits: 0 });
      },
    });

    const kept = { flips, load, visits: time, beta, update: rule, stored: kind };
    const move = (state, { restless }) => {
      Object.entries(kept).forEach(([trait, control]) => control.move(state[trait]));
      time.rename(isModern(state) ? "in updates" : "in sweeps");
      set(time.input, { step: isModern(state) ? UNITS : STEP });
      beta.allow(isModern(state));
      box.move(sets[state.stored], state.drawn ? -1 : state.target);
      next.textContent = isModern(state) ? "Update" : "Sweep";
      allow(next, restless > 0 && state.visits < SWEEPS * UNITS);
    };
    const sketch = h("div", { class: "sr-buttons" }, draw, blank);
    const ends = h("div", { class: "sr-buttons sr-ends" }, next, fresh, reset);
    const tray = [flips.el, time.el, load.el, beta.el, box.el, sketch, kind.el, rule.el, ends];
    return { tray, move, look: "sr-roomy" };
  });
}

// ---- drawing --------------------------------------------------------------------------------------------------------

/** Where the parts are. */
function layOut(width) {
  const [isWide, cell] = [width >= 480, width >= 600 ? 7.5 : width >= 480 ? 5.5 : 4];
  return { isWide, cell, side: 16 * cell + 16, top: isWide ? 22 : 19, gap: isWide ? 16 : 10 };
}

/** The units as squares, as large as they are dark. */
function shades(state, cell) {
  const square = (v, i) => {
    const edge = (cell - 0.5) * Math.sqrt(Math.max(0, v + 1) / 2);
    if (edge < 0.05) return "";
    const at = (k) => ((k + 0.5) * cell - 0.25 - edge / 2).toFixed(2);
    const long = edge.toFixed(2);
    return `M${at(i & 15)} ${at(i >> 4)}h${long}v${long}h-${long}z`;
  };
  return s("path", { d: state.map(square).join(""), fill: tone("value-ink") });
}

/** The energy of the way so far, by sweep or by update. */
function descent(x, y, width, high, state, { energies, lowest, goal_energy: goal }) {
  const [left, right, base] = [x + 12, x + width - 46, y + high];
  const isAimed = !state.drawn && state.target < state.load;
  const [first, last, now] = [energies[0], energies.at(-1), timeOf(state)];
  const ends = [first, lowest, ...(isAimed ? [goal] : [])];
  const [top, low] = [Math.max(...ends), Math.min(...ends)];
  const across = (t) => left + ((right - left) * t) / SWEEPS;
  const up = (e) => base - 8 - ((high - 28) * (e - low)) / (top - low || 1);
  const at = (e, k) => [across(isModern(state) ? k : Math.min(now, (k * STEP) / UNITS)), up(e)];
  const aim = isAimed ? [["memory", state.sets[state.stored][state.target][0], up(goal)]] : [];
  const labels = [...aim, ...(now ? [["value", digits(last), up(last)]] : [])];
  const places = apart(
    labels.map((one) => one[2]),
    y + 4,
    base - 4,
  );
  const ring = now ? { r: 4.5, fill: tone("plate"), stroke: tone("value"), "stroke-width": 2.5 } : { r: 0 };
  const ticks = width > 200 ? [0, 1, 2, 3, 4, 5, 6] : [0, 2, 4, 6];
  return [
    words(x, y - 8, `energy, by ${isModern(state) ? "update" : "sweep"}`),
    isAimed ? line(left - 8, up(goal), right + 6, up(goal), "memory-ink", 1.5, "0 5") : [],
    line(left - 8, base, right + 6, base, "control", 1.25),
    ticks.map((t) => words(across(t), base + 17, String(t), "", "middle")),
    s("path", { d: through(energies.map(at)), fill: "none", stroke: tone("value"), "stroke-width": 2.5 }),
    s("circle", { cx: left, cy: up(first), r: 4.5, fill: tone("query") }),
    s("circle", { cx: across(now), cy: up(last), ...ring, "data-energy": last }),
    words(left - 4, up(first) - 9, digits(first), "query halo"),
    labels.map(([look, text], i) => words(right + 10, places[i] + 4.5, text, look)),
  ].flat();
}

/** A bar for each overlap with the state, over the picture that it is with. */
function bars(x, y, width, high, isWide, state, { overlaps, stray }) {
  const { sets, stored, load } = state;
  const [left, middle] = [x + 26, y + high / 2];
  const at = (i) => left + ((i + 0.5) * (width - 26)) / 9;
  const best = farthest([...overlaps, stray]);
  const up = (v) => middle - (v * high) / 2;
  const level = (v) => [
    line(left, up(v), x + width, up(v), v ? "line" : "control"),
    words(left - 6, up(v) + 4.5, String(v).replace("-", MINUS), "", "end"),
  ];
  const bar = (v, i, data) => {
    const look = i < load ? { class: "sr-outlined" } : { fill: tone("plate"), stroke: tone("control") };
    const place = { x: at(i) - 9, y: Math.min(up(v), middle), width: 18, height: Math.abs(up(v) - middle) };
    const [beyond, face] = [v > 0 ? up(v) - 5 : up(v) + 14, i === best ? "bold halo" : "halo"];
    const text = words(at(i), beyond, hundredth(v), face, "middle");
    return [s("rect", { ...place, ...look, [data]: v }), isWide || i === best ? text : []];
  };
  const [size, foot] = [isWide ? 32 : 24, y + high + 22];
  const small = (hex, p) => {
    const [fill, look] = p < load ? ["memory-ink", "memory"] : ["control", "muted"];
    const art = s("path", { d: squares(pixelsOf(hex), size / 16, 0), fill: tone(fill) });
    const name = isWide ? words(at(p), foot + size + 17, sets[stored][p][0], look, "middle") : [];
    return [moved(at(p) - size / 2, foot, art), name];
  };
  const others = load > 8 ? [count(load - 8), isWide ? "random" : "more"] : [];
  return [
    [1, 0, -1].map(level),
    overlaps.map((v, i) => bar(v, i, "data-overlap")),
    sets[stored].map(([, hex], p) => small(hex, p)),
    load > 8 ? bar(stray, 8, "data-stray") : [],
    others.map((text, i) => words(at(8), foot + 12 + 17 * i, text, "memory", "middle")),
  ].flat(3);
}

function picture(width, state, result) {
  const { isWide, cell, side, top, gap } = layOut(width);
  const { flips, drawn, pixel } = state;
  const [second, below] = [side + gap, top + side + (isWide ? 64 : 66)];
  const ring = { x: (pixel & 15) * cell - 1, y: (pixel >> 4) * cell - 1, width: cell + 1.5, height: cell + 1.5 };
  const cursor = s("rect", { ...ring, fill: "none", stroke: tone("link"), "stroke-width": 2, class: "sr-cursor" });
  const ink = s("path", { d: squares(result.cue, cell, 0.5), fill: tone("query-ink"), "data-dark": result.dark });
  const paper = set(framed(0, top, side, "query", 2, ink, cursor), { class: "sr-paper" });
  const [high, foot] = isWide ? [88, 76] : [70, 50];
  const parts = [
    words(0, top - 8, drawn ? "drawn" : "cue", "query"),
    paper,
    words(0, top + side + 16, isWide ? `${flips} of ${UNITS} flipped` : `${flips} flipped`),
    words(second, top - 8, "state", "value"),
    framed(second, top, side, "value", 4, shades(result.state, cell)),
    words(second, top + side + 16, isWide ? afterText(state) : afterText(state).replace("after ", "")),
    descent(2 * second, top, width - 2 * second, side, state, result),
    words(0, below - 24, `overlap of the state with each ${state.stored.slice(0, -1)}`),
    bars(0, below, width, high, isWide, state, result),
  ];
  return canvas(width, below + high + foot, spoken(state, result), parts.flat());
}

/** The picture in sentences. */
function spoken(state, { dark, wrong, energies, overlaps, restless }) {
  const { sets, stored, load, drawn, target, flips, pixel } = state;
  const from = drawn ? `a drawing with ${flips} pixels flipped` : `${called(state, target)} with ${wrong} pixels wrong`;
  const rest = load > 8 ? ` and ${load - 8} random patterns` : "";
  const known = sets[stored].map((_, p) => `${called(state, p)} ${hundredth(overlaps[p])}`).join(", ");
  return [
    `The cue is ${from}, ${dark} of its ${UNITS} pixels dark. Stored are ${Math.min(8, load)} ${stored}${rest}.`,
    `The state ${afterText(state)}: energy ${digits(energies.at(-1))}, ${restless} units would move next;`,
    `overlap with ${known}. The pencil is in row ${(pixel >> 4) + 1}, column ${(pixel & 15) + 1}.`,
  ].join(" ");
}

/** What the picture now shows. */
function sentence(state, result) {
  const { target, drawn, load } = state;
  const { restless, overlaps, nearest, wrong } = result;
  const over = `overlap **${hundredth(overlaps[nearest])}** with ${called(state, nearest)}`;
  if (timeOf(state)) return isModern(state) ? leapt(state, result, over) : fallen(state, result, over);
  const lost = drawn || target < load ? "" : ` The network has never seen ${called(state, target)}.`;
  const start = drawn ? `The drawing has ${over}` : `**${wrong}** of ${UNITS} pixels are wrong`;
  const units = `**${restless}** unit${restless === 1 ? "" : "s"}`;
  return `${start}, and ${units} would ${isModern(state) ? "move with an update" : "change sides if asked"}.${lost}`;
}

/** Where units that were visited one by one have come to. */
function fallen(state, { energies, restless, nearest, away, wrong, deepest, stray }, over) {
  const [first, last] = [energies[0], energies.at(-1)];
  const fell = last < first ? `The energy fell from ${digits(first)} to **${digits(last)}**` : "Nothing has moved";
  if (restless) return `${fell}; **${restless}** more would change sides if asked. So far, it has ${over}.`;
  const [it, aim] = [called(state, nearest), called(state, state.target)];
  const other = state.drawn || nearest === state.target ? "" : ` The cue was made from ${aim}.`;
  if (!away) return `${fell}, and every unit rests: this is ${it}, pixel for pixel.${other}`;
  if (away === UNITS)
    return `${fell}, and every unit rests on the inverse of ${it}. It is as stable as ${it}: their energies are equal.`;
  if (Math.abs(stray) === 1) return `${fell}, and every unit rests on one of the random patterns or its inverse.`;
  const lower = last < deepest ? " Its energy is lower than that of any stored pattern." : "";
  const own = !state.drawn && !wrong && state.target < state.load;
  const lost = own ? ` The cue was ${aim} itself, and it did not stay.` : "";
  return `${fell}, and every unit rests on a state that **nobody stored**: it has ${over}.${lower}${lost}`;
}

/** Where all units together have come to. */
function leapt(state, { state: units, restless, overlaps, nearest, away, wrong }, over) {
  const { target, load, drawn } = state;
  const after = afterText(state).replace("a", "A");
  const rest = restless ? `${restless} would move with another` : "another would move nothing";
  const isBlend = inner(units, units) < 0.9 * UNITS;
  const blend = isBlend ? " It is a blend of patterns: many pixels are neither quite dark nor quite light." : "";
  const exact = !isBlend && !away ? `, all ${UNITS} pixels on its side` : "";
  const turned = wrong === UNITS && !drawn && target < load && nearest !== target;
  const lost = `, but ${hundredth(overlaps[target])} with ${called(state, target)}: an inverse is no memory here`;
  return `${after} the state has ${over}${exact}${turned ? lost : ""}; ${rest}.${blend}`;
}

export default { compute, initialize, render };
