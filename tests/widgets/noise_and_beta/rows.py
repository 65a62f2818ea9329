"""What each control must do: a key pressed on it, and the numbers that then grow and fall."""

from widget_rows import Row

BETA = "β inverse temperature"
LOAD = "m patterns stored"
NOISE = "p bits of the query flipped"
LENGTH = "n bits of a pattern"
ROWS = (
    Row(NOISE, "PageUp", grows=(f"position of {NOISE}", "least", "radius"), falls=("best beta", "its beta")),
    Row(NOISE, "PageDown", grows=("best beta", "its beta"), falls=(f"position of {NOISE}", "least", "radius")),
    Row(BETA, "PageUp", grows=(f"position of {BETA}", "largest weight", "your dot"), falls=("loss", "nats")),
    Row(BETA, "PageDown", grows=("loss", "nats"), falls=(f"position of {BETA}", "largest weight", "your dot")),
    Row(LENGTH, "ArrowRight", grows=(f"position of {LENGTH}", "best beta"), falls=("least",)),
    Row(LENGTH, "ArrowLeft", grows=("least",), falls=(f"position of {LENGTH}", "best beta")),
    Row(LOAD, "ArrowRight", grows=(f"position of {LOAD}", "least")),
    Row(LOAD, "Home", falls=(f"position of {LOAD}", "least", "bars")),
    Row(r"Set β = β\*", "Enter", grows=(f"position of {BETA}", "largest weight"), falls=("loss",)),
    Row("New queries", "Enter", falls=("least",)),
    Row(r"Set p = \d+ %", "Enter", grows=(f"position of {NOISE}", "least"), first=((NOISE, "Home"),)),
    Row(
        "Reset",
        "Enter",
        grows=("largest weight",),
        falls=(f"position of {NOISE}", "loss"),
        first=((NOISE, "End"), (BETA, "Home")),
    ),
    Row("Reset", "Enter", grows=("bars",), falls=(f"position of {BETA}",), first=((BETA, "End"), (LOAD, "Home"))),
)

READER = """(live) => {
  const picture = live.querySelector("svg[role=img]");
  const [best, losses, nats, circles] = all("dd", live).map((dd) => dd.textContent);
  const [band, weights] = [picture.querySelector(".sr-band"), all("[data-weight]", picture)];
  return {
    "best beta": number(best),
    loss: number(losses),
    least: number(losses.split(", ")[1]),
    nats: number(nats),
    radius: number(circles),
    "its beta": number(circles.split("β")[1]),
    bars: weights.length,
    "largest weight": Math.max(...weights.map((bar) => attribute(bar, "data-weight"))),
    "your dot": attribute(picture.querySelector("circle[r='5']"), "cx"),
    "band start": attribute(band, "x"),
    "band width": attribute(band, "width"),
  };
}"""
