// Runs before the first paint: the reader's choice of colours, else the system's.
(function () {
  "use strict";
  var choice = null;
  try { choice = localStorage.getItem("softrecall-colours"); } catch (error) { /* storage may be refused */ }
  var dark = choice ? choice === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  var root = document.documentElement;
  root.dataset.theme = dark ? "dark" : "light";
  root.dataset.colours = choice || "system";
  root.classList.add("has-script");
})();
