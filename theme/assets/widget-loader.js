// Brings the widgets of a page to life, without a kernel: the model is the state stored in the page. A classic script,
// so that it also works from a disk. Each widget's own script comes when its place is near the screen.
(function () {
  "use strict";
  const base = document.currentScript.src.replace(/[^/]*$/, "") + "widgets/";
  const widgets = {}, data = {}, models = {}, scripts = {}, live = new Map();

  function inject(file) {
    return (scripts[file] = scripts[file] || new Promise(function (resolve, reject) {
      const script = document.createElement("script");
      script.src = base + file;
      script.onload = resolve;
      script.onerror = function () { reject(new Error("its script did not arrive")); };
      document.head.append(script);
    }));
  }

  window.softRecall = {
    register: function (id, widget) { widgets[id] = widget; },
    provide: function (name, value) { data[name] = value; }, // called by _static/widgets/data/<name>.js
    data: function (name) { return inject("data/" + name + ".js").then(function () { return data[name]; }); },
  };

  function makeModel(state) {
    const listeners = {};
    const emit = function (name, value) { (listeners[name] || []).slice().forEach(function (f) { f(value); }); };
    return {
      get: function (name) { return state[name]; },
      set: function (name, value) {
        if (state[name] === value) return;
        state[name] = value;
        emit("change:" + name, value);
        emit("change");
      },
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

  async function start(mount) {
    const id = mount.dataset.modelId, picture = mount.querySelector(".sr-picture");
    const el = document.createElement("div");
    try {
      const entry = readStates()[id];
      if (!entry) throw new Error("its state is not in the page");
      const name = entry.state._anywidget_id || mount.dataset.widget;
      await inject(name + ".js" + (mount.dataset.version ? "?v=" + mount.dataset.version : ""));
      const widget = widgets[name];
      if (!widget) throw new Error("its script did not register");
      if (!models[id]) {
        models[id] = { model: makeModel(structuredClone(entry.state)) };
        models[id].ready = Promise.resolve(widget.initialize && widget.initialize({ model: models[id].model }));
      }
      await models[id].ready;
      el.className = "sr-live";
      mount.append(el);
      const cleanup = await widget.render({ model: models[id].model, el: el });
      if (picture) picture.hidden = true;
      live.set(mount, cleanup);
    } catch (error) {
      el.remove();
      const note = document.createElement("p");
      note.className = "sr-note";
      note.textContent = "This figure stays a picture: " + error.message + ".";
      mount.append(note);
    }
  }

  const mounts = document.querySelectorAll(".sr-mount");
  if ("IntersectionObserver" in window) {
    const near = new IntersectionObserver(function (entries) {
      entries.filter(function (entry) { return entry.isIntersecting; }).forEach(function (entry) {
        near.unobserve(entry.target);
        start(entry.target);
      });
    }, { rootMargin: "800px 0px" });
    mounts.forEach(function (mount) { near.observe(mount); });
  } else mounts.forEach(start);

  new MutationObserver(function () { // clean up after mounts that leave the page; a page that closes cleans up itself
    live.forEach(function (cleanup, mount) {
      if (mount.isConnected) return;
      live.delete(mount);
      if (typeof cleanup === "function") cleanup();
    });
  }).observe(document.body, { childList: true, subtree: true });
})();
