// Runs before the first paint: the reader's choice of colours, else the system's; the first fonts.
(function () {
  "use strict";
  var choice = null;
  try { choice = localStorage.getItem("softrecall-colours"); } catch (error) { /* storage may be refused */ }
  var dark = choice ? choice === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  var root = document.documentElement;
  root.dataset.theme = dark ? "dark" : "light";
  root.dataset.colours = choice || "system";
  root.classList.add("has-script");

  // Fonts of the first screen, asked for early; on a page opened from disk browsers refuse such a request.
  var self = document.currentScript;
  if (location.protocol.indexOf("http") === 0 && self) {
    self.dataset.preload.split(" ").forEach(function (name) {
      var link = document.createElement("link");
      link.rel = "preload"; link.as = "font"; link.type = "font/woff2"; link.crossOrigin = "";
      link.href = new URL(name, self.src).href;
      document.head.appendChild(link);
    });
  }
})();
