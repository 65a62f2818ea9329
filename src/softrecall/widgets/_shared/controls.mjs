// Controls of the tray, figures and the status line.

/** Positions of a log slider from `low` to `high`, `steps` to a decade; `first` is the position of `low`. */
function logScale(low, high, steps, first = 0) {
  const last = first + Math.round(steps * Math.log10(high / low));
  return {
    last,
    place: (value) => Math.min(last, Math.max(first, Math.round(first + steps * Math.log10(value / low)))),
    read: (position) => Number((low * 10 ** ((position - first) / steps)).toPrecision(3)),
  };
}

/**
 * A labelled native range. `place` turns a value into a position and `read` a position into a value (both default to
 * the number itself), `show` writes a value, `ticks` is a list of [position, text]. Gives { el, input, move(value),
 * limit(min, max, ticks), allow(isAllowed), rename(name) }. A slider that is not allowed stays reachable, says that
 * it is off, and does not move.
 */
function slider({
  symbol = "",
  name = "",
  min = 0,
  max,
  step = 1,
  place = Number,
  read = Number,
  show = String,
  ticks = [],
  onMove,
}) {
  const input = h("input", { type: "range", min, max, step, on: { input: turn } });
  const title = h("span");
  const rename = (next) => title.replaceChildren(h("b", { text: symbol }), symbol && next ? " " : "", next);
  rename(name);
  const label = h("label", { class: "sr-label" }, title, input);
  const value = h("span", { class: "sr-reading", "aria-hidden": "true" });
  const rail = h("div", { class: "sr-ticks", "aria-hidden": "true" });
  const el = h("div", { class: "sr-slider" }, label, value, rail);
  const limit = (low, high, marks) => {
    [min, max] = [low, high];
    set(input, { min, max });
    rail.replaceChildren(
      ...marks.map(([position, text]) => {
        const share = (position - min) / (max - min);
        const mark = h("span", { text, class: share < 0.02 ? "sr-first" : share > 0.98 ? "sr-last" : "" });
        mark.style.setProperty("--sr-share", share);
        return mark;
      }),
    );
  };
  limit(min, max, ticks);
  let kept = null;
  function turn() {
    if (input.getAttribute("aria-disabled") === "true") move(kept);
    else onMove(read(input.valueAsNumber));
  }
  const move = (next) => {
    const position = place((kept = next));
    if (input.valueAsNumber !== position) input.value = position;
    input.style.setProperty("--sr-share", (position - min) / (max - min));
    const text = show(next);
    if (value.textContent !== text) value.textContent = text;
    input.setAttribute("aria-valuetext", text);
  };
  return { el, input, move, limit, rename, allow: (isAllowed) => allow(input, isAllowed) };
}

/** Place and read of a slider whose positions are the entries of a list; `ticks` are the entries to be named. */
function onList(list, ticks, show = String) {
  const place = (aim) => list.reduce((best, x, i) => (Math.abs(x - aim) < Math.abs(list[best] - aim) ? i : best), 0);
  return { max: list.length - 1, place, read: (i) => list[i], ticks: ticks.map((x) => [list.indexOf(x), show(x)]) };
}

/** A button. Disable it with `allow(button, false)`: it stays reachable, says that it is off, and does nothing. */
function button(text, onClick, look = "") {
  const press = (event) => event.currentTarget.getAttribute("aria-disabled") === "true" || onClick();
  return h("button", { type: "button", class: `sr-button ${look}`.trim(), text, on: { click: press } });
}

function allow(control, isAllowed) {
  set(control, { "aria-disabled": isAllowed ? null : "true" });
}

/**
 * One of a few: a button for each choice, the chosen one pressed. `shown` names the buttons where a choice's own text
 * does not. Gives { el, move(choice) }.
 */
function choice(name, choices, onChoose, shown = choices) {
  const buttons = choices.map((one, i) => button(shown[i], () => onChoose(one)));
  const group = h("div", { role: "group", "aria-label": name, class: "sr-switch" }, buttons);
  const el = h("div", { class: "sr-pick" }, h("span", { class: "sr-quiet", text: name }), group);
  const move = (chosen) => buttons.forEach((one, i) => set(one, { "aria-pressed": String(choices[i] === chosen) }));
  return { el, move };
}

/** A box with a tick. Gives { el, move(isOn) }. */
function tickBox(name, onTick) {
  const box = h("input", { type: "checkbox", on: { change: () => onTick(box.checked) } });
  return { el: h("label", { class: "sr-check" }, box, name), move: (isOn) => (box.checked = isOn) };
}

/**
 * A press anywhere on a plane puts its point there, and a mouse or pen then drags it. A finger drags it by its handle
 * only, and taps elsewhere, so that the page still scrolls. `spot(x, y, width)` gives, for a place in a drawing of this
 * width, { isOn, values }: whether it lies on the plane, and the values for `onMove`. A press that `onPress(x, y,
 * width)` takes for itself, by giving true, moves nothing.
 */
function dragPoint(drawing, { spot, onMove, onPress = () => false }) {
  let isHeld = false;
  const at = ({ clientX, clientY }) => {
    const box = drawing.firstChild.getBoundingClientRect();
    return [clientX - box.left, clientY - box.top, box.width];
  };
  const put = (event) => onMove(spot(...at(event)).values);
  const isHandle = (event) => event.target.closest(".sr-handle") !== null;
  const press = (event) => {
    if (onPress(...at(event)) || !spot(...at(event)).isOn) return false;
    put(event);
    return true;
  };
  const grab = (event) => {
    const isTouch = event.pointerType === "touch";
    if (event.button !== 0 || (isTouch && !isHandle(event))) return;
    isHeld = isHandle(event) || press(event);
    if (!isHeld) return;
    drawing.setPointerCapture(event.pointerId);
    event.preventDefault();
  };
  const drag = (event) => isHeld && put(event);
  const tap = (event) => event.pointerType === "touch" && !isHandle(event) && press(event);
  const drop = () => (isHeld = false);
  set(drawing, { on: { pointerdown: grab, pointermove: drag, pointerup: drop, pointercancel: drop, click: tap } });
}

/** The row of figures: a name and a number each. Gives { el, show(texts) }; ^ in a text raises what follows. */
function figures(names) {
  const pairs = names.map((name) => [h("dt", { text: name }), h("dd")]);
  const el = h(
    "dl",
    { class: `sr-figures${names.length > 3 ? " sr-four" : ""}` },
    pairs.map((pair) => h("div", {}, pair)),
  );
  const show = (texts) => texts.forEach((text, i) => pairs[i][1].replaceChildren(...rich(text)));
  return { el, show };
}

/**
 * A text field for one real number from `low` to `high`; the arrows up and down change it by a tenth. `onValue(number)`
 * on good text, `onBad(message)` on bad, null when it is mended. `show(value)` leaves the reader's own writing alone
 * while the value is the one last read, unless it is forced.
 */
function numberField(name, [low, high], onValue, onBad) {
  let last = null;
  const read = () => {
    const value = parseNumber(input.value);
    const isGood = value !== null && low <= value && value <= high;
    set(input, { "aria-invalid": isGood ? null : "true" });
    const range = `from ${fieldText(low)} to ${fieldText(high)}`.replace(/\.0/g, "");
    onBad(isGood ? null : input.value.trim() === "" ? `${name} is empty` : `${name} is not a number ${range}`);
    if (isGood) onValue((last = value));
  };
  const tidy = () => input.hasAttribute("aria-invalid") || (input.value = fieldText(parseNumber(input.value)));
  const step = (event) => {
    const way = { ArrowUp: 0.1, ArrowDown: -0.1 }[event.key];
    if (!way || input.hasAttribute("aria-invalid")) return;
    event.preventDefault();
    input.value = fieldText(Math.min(high, Math.max(low, Math.round((last + way) * 1e9) / 1e9)));
    read();
  };
  const aids = { inputmode: "text", autocomplete: "off", spellcheck: "false", "aria-label": name };
  const input = h("input", {
    type: "text",
    class: "sr-field",
    ...aids,
    on: { input: read, change: tidy, keydown: step },
  });
  const show = (value, isForced = false) => {
    if (!isForced && value === last) return;
    set(input, { "aria-invalid": null });
    input.value = fieldText((last = value));
    onBad(null);
  };
  return { input, show };
}

/**
 * A text field. `fault(text)` says what is wrong with a text, or gives null; a good one goes to `onText`, in small
 * letters, or, in a field of several lines (`isLong`), as it is. `onBad(message)` as for a number. `show(text)` leaves
 * the reader's own writing alone as well.
 */
function textField(name, fault, onText, onBad, isLong = false) {
  let last = null;
  const plain = () => (isLong ? input.value : input.value.toLowerCase());
  const read = () => {
    const bad = fault(plain());
    set(input, { "aria-invalid": bad ? "true" : null });
    onBad(bad);
    if (!bad) onText((last = plain()));
  };
  const aids = { autocomplete: "off", autocapitalize: "off", spellcheck: "false", "aria-label": name };
  const kind = isLong ? { rows: 3, class: "sr-field sr-long sr-lines" } : { type: "text", class: "sr-field sr-long" };
  const input = h(isLong ? "textarea" : "input", { ...kind, ...aids, on: { input: read } });
  const show = (text, isForced = false) => {
    if (!isForced && text === last) return;
    set(input, { "aria-invalid": null });
    input.value = last = text;
    onBad(null);
  };
  return { input, show };
}

/** A number as a field shows it: all its digits, a true minus, at least one decimal. */
function fieldText(value) {
  const text = String(value).replace(/-/g, MINUS);
  return /^.?\d+$/.test(text) ? `${text}.0` : text;
}

/**
 * The status line: speaks at rest, 150 ms after the last change. The look "sr-roomy" keeps room for long sentences.
 */
function statusLine(cleanups, look = "") {
  const el = h("div", { class: `sr-status ${look}`.trim(), role: "status" });
  let timer = null;
  let said = null;
  const speak = (text) => {
    if (text === said) return;
    said = text;
    el.replaceChildren(...rich(text));
  };
  cleanups.push(() => clearTimeout(timer));
  const say = (text) => {
    clearTimeout(timer);
    if (said === null) speak(text);
    else timer = setTimeout(speak, 150, text);
  };
  return { el, say };
}

/** A small round button with a plus or a minus. */
function stepButton(name, isPlus, onClick) {
  const cross = s("svg", { width: 12, height: 12, "aria-hidden": "true" }, line(1, 6, 11, 6, "ink", 2));
  if (isPlus) cross.append(line(6, 1, 6, 11, "ink", 2));
  const el = set(button("", onClick, "sr-step"), { "aria-label": name });
  el.append(cross);
  return el;
}
