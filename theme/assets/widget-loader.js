// Brings the widgets of a page to life, without a kernel: the model is the state stored in the page. A classic script,
// so that it also works from a disk. Each widget's own script comes when its place is near the screen. Phrases of the
// text set a widget, and the page's address holds what differs from the stored state, so that it can be shared.
(function () {
  "use strict";
  const base = document.currentScript.src.replace(/[^/]*$/, "") + "widgets/";
  const REST = 300, BAR = 56; // ms without a change before the address is written; the height of the bar at the top
  const widgets = {}, data = {}, models = {}, scripts = {}, live = new Map();

  function inject(file, what) {
    return (scripts[file] = scripts[file] || new Promise(function (resolve, reject) {
      const script = document.createElement("script");
      script.src = base + file;
      script.onload = resolve;
      script.onerror = function () { reject(new Error((what || "its script") + " did not arrive")); };
      document.head.append(script);
    }));
  }

  window.softRecall = {
    register: function (id, widget, traits, files) { widgets[id] = { ...widget, traits: traits || {}, files: files || {} }; },
    provide: function (id, text) { data[id] = text; }, // what a widget carries, from _static/widgets/data/<id>.js
  };

  /** A model of a stored state, with the files that the page does not store: for each trait its file and its mark. */
  async function prepare(widget, stored) {
    const state = structuredClone(stored);
    await Promise.all(Object.entries(widget.files).map(async function (entry) {
      const trait = entry[0], file = entry[1][0], mark = entry[1][1];
      await inject("data/" + file + ".js?v=" + mark, trait === "weights" ? "its weights" : "its data");
      state[trait] = data[file];
    }));
    const model = makeModel(state);
    await (widget.initialize && widget.initialize({ model: model }));
    return model;
  }

  function makeModel(state) {
    const listeners = {};
    const emit = function (name, value) { (listeners[name] || []).slice().forEach(function (f) { f(value); }); };
    function put(values) { // all of them before anyone hears of it: no listener sees half of a change
      const changed = Object.keys(values).filter(function (name) { return state[name] !== values[name]; });
      changed.forEach(function (name) { state[name] = values[name]; });
      changed.forEach(function (name) { emit("change:" + name, state[name]); });
      if (changed.length) emit("change");
    }
    return {
      put: put,
      get: function (name) { return state[name]; },
      set: function (name, value) { put({ [name]: value }); },
      on: function (name, f) { (listeners[name] = listeners[name] || []).push(f); },
      off: function (name, f) {
        if (name === undefined || name === null) Object.keys(listeners).forEach(function (key) { delete listeners[key]; });
        else listeners[name] = f ? (listeners[name] || []).filter(function (g) { return g !== f; }) : [];
      },
      save_changes: function () {}, // there is no kernel to tell
      send: function () {},
    };
  }

  function readStates() {
    const all = {};
    document.querySelectorAll('script[type="application/vnd.jupyter.widget-state+json"]').forEach(function (script) {
      Object.assign(all, JSON.parse(script.textContent).state);
    });
    return all;
  }

  // A place for a widget: its mount, its stored state, and a name by which an address can mean it.
  const states = readStates(), seen = {};
  const places = [...document.querySelectorAll(".sr-mount")].map(function (mount) {
    const id = mount.dataset.modelId, stored = (states[id] || {}).state;
    const kind = (mount.dataset.widget || "").split(".").pop();
    seen[kind] = (seen[kind] || 0) + 1;
    return { mount: mount, id: id, stored: stored, label: seen[kind] > 1 ? kind + "-" + seen[kind] : kind };
  });

  async function start(place) {
    const mount = place.mount, id = place.id, picture = mount.querySelector(".sr-picture");
    const el = document.createElement("div");
    try {
      if (!place.stored) throw new Error("its state is not in the page");
      const name = place.stored._anywidget_id || mount.dataset.widget;
      await inject(name + ".js" + (mount.dataset.version ? "?v=" + mount.dataset.version : ""));
      const widget = widgets[name];
      if (!widget) throw new Error("its script did not register");
      models[id] = models[id] || prepare(widget, place.stored);
      const model = await models[id];
      el.className = "sr-live";
      mount.append(el);
      const cleanup = await widget.render({ model: model, el: el });
      if (picture) picture.hidden = true;
      live.set(mount, cleanup);
      place.traits = widget.traits;
      place.model = model;
      if (Object.keys(place.traits).length) place.model.on("change", noteChange);
    } catch (error) {
      el.remove();
      const note = document.createElement("p");
      note.className = "sr-note";
      note.textContent = "This figure stays a picture: " + error.message + ".";
      mount.append(note);
    }
  }

  function wake(place) {
    return (place.awake = place.awake || start(place));
  }

  if ("IntersectionObserver" in window) {
    const near = new IntersectionObserver(function (entries) {
      entries.filter(function (entry) { return entry.isIntersecting; }).forEach(function (entry) {
        near.unobserve(entry.target);
        wake(places.find(function (place) { return place.mount === entry.target; }));
      });
    }, { rootMargin: "800px 0px" });
    places.forEach(function (place) { near.observe(place.mount); });
  } else places.forEach(wake);

  new MutationObserver(function () { // clean up after mounts that leave the page; a page that closes cleans up itself
    live.forEach(function (cleanup, mount) {
      if (mount.isConnected) return;
      live.delete(mount);
      if (typeof cleanup === "function") cleanup();
    });
  }).observe(document.body, { childList: true, subtree: true });

  // ---- a phrase of the text sets a widget ---------------------------------------------------------------------------

  function scrollTo(node, block, isAtOnce) {
    const isStill = isAtOnce || matchMedia("(prefers-reduced-motion: reduce)").matches;
    node.scrollIntoView({ block: block, behavior: isStill ? "instant" : "smooth" });
  }

  /** Whether nearly all of a widget's plot, or of what of it fits, is on the screen. */
  function isInView(mount) {
    const box = (mount.querySelector(".sr-live .sr-plot") || mount).getBoundingClientRect();
    const shown = Math.min(box.bottom, innerHeight) - Math.max(box.top, BAR);
    return shown >= 0.95 * Math.min(box.height, innerHeight - BAR);
  }

  /** A button that leads from the widget back to the phrase; it goes when the phrase is in view again. */
  function offerWayBack(phrase) {
    document.querySelectorAll(".sr-back").forEach(function (other) { other.remove(); });
    const back = document.createElement("button");
    back.type = "button";
    back.className = "sr-back";
    back.textContent = "Back to the text";
    back.addEventListener("click", function () {
      phrase.focus({ preventScroll: true });
      scrollTo(phrase, "center");
      back.remove();
    });
    phrase.after(back);
    let hasLeft = false;
    new IntersectionObserver(function (entries, watch) {
      const isHere = entries.at(-1).isIntersecting;
      hasLeft = hasLeft || !isHere;
      if (!isHere || !hasLeft) return;
      watch.disconnect();
      back.remove();
    }).observe(phrase);
  }

  document.addEventListener("click", async function (event) {
    const phrase = event.target.closest(".sr-play");
    const place = phrase && places.find(function (one) { return one.id === phrase.dataset.model; });
    if (!place) return;
    await wake(place);
    if (place.model) place.model.put(JSON.parse(phrase.dataset.set));
    if (isInView(place.mount)) return;
    scrollTo(place.mount, "start");
    offerWayBack(phrase);
  });

  // ---- the address holds the state ----------------------------------------------------------------------------------

  let resting = 0, isReading = false;

  function isSame(a, b) { return JSON.stringify(a ?? null) === JSON.stringify(b ?? null); }

  function decode(text) {
    try { return decodeURIComponent(text); } catch (error) { return null; } // a lone per cent sign
  }

  /** The value of a trait that a text of an address writes, or undefined. Words that a page prints are not taken. */
  function valueOf(text, trait) {
    const isMeant = function (value) { return String(value) === text; };
    if (text === "" && trait.optional) return null;
    if (trait.kind === "flag") return [true, false].find(isMeant);
    if (trait.kind === "choice") return trait.choices.find(isMeant);
    if (trait.kind === "list") {
      const values = text.split(",").map(function (one) { return valueOf(one, trait.item); });
      return values.includes(undefined) || values.length < trait.fewest || values.length > trait.most ? undefined : values;
    }
    if (trait.kind !== "count" && trait.kind !== "number") return undefined;
    const value = text.trim() === "" ? NaN : Number(text), special = (trait.also || []).find(isMeant);
    const isWhole = trait.kind === "number" || Number.isInteger(value);
    return special === undefined && isWhole && trait.low <= value && value <= trait.high ? value : special;
  }

  /** The text of a value, or null where an address cannot hold it. */
  function textOf(value, trait) {
    const text = Array.isArray(value) ? value.join(",") : String(value ?? "");
    return isSame(valueOf(text, trait), value) ? encodeURIComponent(text).replace(/%2C/g, ",") : null;
  }

  function owners(name) {
    return places.filter(function (place) { return place.stored && Object.hasOwn(place.stored, name); });
  }

  /** What the address says: for each place the texts of its traits; null if the address is not of this kind. */
  function readAddress() {
    const hash = location.hash.slice(1);
    if (!hash.includes("=") || document.getElementById(decode(hash))) return null;
    const wanted = new Map();
    hash.split("&").forEach(function (part) {
      const found = /^(?:([\w-]+)\.)?(\w+)=(.*)$/.exec(part), text = found && decode(found[3]);
      const place = found && owners(found[2]).find(function (one) { return !found[1] || one.label === found[1]; });
      if (place && text !== null) wanted.set(place, { ...wanted.get(place), [found[2]]: text });
    });
    return wanted;
  }

  async function applyAddress(mayScroll) {
    const wanted = readAddress();
    if (!wanted) return;
    let first = null;
    for (const [place, texts] of wanted) {
      await wake(place);
      const values = {};
      Object.keys(place.model ? place.traits : {}).forEach(function (name) {
        const stored = place.stored[name] ?? null;
        const asked = Object.hasOwn(texts, name) ? valueOf(texts[name], place.traits[name]) : undefined;
        const next = asked === undefined ? stored : asked; // what the address does not say is as stored
        if (asked !== undefined) first = first || place;
        if (!isSame(next, place.model.get(name))) values[name] = next;
      });
      isReading = true;
      try { if (place.model) place.model.put(values); } finally { isReading = false; }
    }
    if (first && mayScroll) scrollTo(first.mount, "start", true);
  }

  function writeAddress() {
    const parts = [];
    places.filter(function (place) { return place.model; }).forEach(function (place) {
      Object.keys(place.traits).forEach(function (name) {
        const value = place.model.get(name), stored = place.stored[name];
        const text = isSame(value, stored) ? null : textOf(value, place.traits[name]);
        if (text !== null) parts.push((owners(name).length > 1 ? place.label + "." : "") + name + "=" + text);
      });
    });
    if (!parts.length && !readAddress()) return; // an ordinary anchor stays
    const hash = parts.length ? "#" + parts.join("&") : "";
    history.replaceState(history.state, "", location.pathname + location.search + hash);
  }

  function noteChange() {
    if (isReading) return;
    clearTimeout(resting);
    resting = setTimeout(writeAddress, REST);
  }

  addEventListener("hashchange", function () { applyAddress(true); });
  const visit = performance.getEntriesByType("navigation")[0];
  applyAddress(!visit || visit.type === "navigate"); // a page that is loaded again stays where it was
})();
