"""An error goes back through time: in a network, by one weight, and along the cell of a gated unit."""

import math
from numbers import Integral, Real
from typing import Any

import traitlets

from softrecall.plots.pictures import Picture
from softrecall.plots.pictures.gradient_scaling import gradient_scaling

from ._base import BookWidget, needed

LIMITS = {"weight": (0.5, 2), "drive": (0.01, 10), "forget": (0.5, 1), "clip": (0.1, 1000)}
COUNTS = {"n_steps": (5, 100), "seed": (0, 9999)}


class GradientScaling(BookWidget):
    r"""Carry an error back through time and watch how much of it is left: it vanishes, explodes, or stays.

    The black curve is the gradient in a network of 16 units. Its recurrent weights are drawn uniformly from -1 to 1 and
    then scaled, so that the largest modulus of their eigenvalues, the spectral radius, is `weight`. They form no normal
    matrix: the curve need not be straight even where the network is linear. The network starts at rest,
    :math:`h_t = \tanh(W h_{t-1} + s\,x_t)`, with fresh inputs uniform from -1 to 1 for each unit and step, and runs 120
    steps; the error arrives at the last, and the first 20 are out of its reach. What is drawn t steps back is

    .. math:: \frac{1}{\sqrt{16}}\,\Bigl\lVert \prod_{k=t-1}^{0} W^\top
       \operatorname{diag}(1 - h_{T-k}^2) \Bigr\rVert_F ,

    the Frobenius norm of the product of Jacobians, divided by that of no step at all. It is by how much an error of
    random direction is scaled, in the root mean square. A linear network has 1 in the place of :math:`1 - h^2`.

    Beside it stand the power :math:`w^t` of one weight (dashed grey) and the path along the cell of a gated unit with a
    constant forget gate, :math:`f^t` (purple): it leaves out how the gates depend on the past.

    Below :math:`10^{-4}` a gradient is called vanished and above :math:`10^4` exploded. Both limits are conventions:
    the first is where a step hardly moves a sum in which the newest one counts 1, long before float32 rounds it away
    (at 6e-8).

    Parameters
    ----------
    weight : number from 0.5 to 2
        w, the spectral radius of the recurrent weights, and the one weight beside them.
    n_steps : int from 5 to 100
        T, how many steps back the error is carried.
    activation : "tanh" or "linear"
        What the units of the network do.
    drive : number from 0.01 to 10
        s, the size of the inputs. Small ones leave tanh nearly linear, if the weights do; large ones saturate it. A
        linear network has the same gradient at any input.
    forget : number from 0.5 to 1
        f, the forget gate. At 1 the error flows on unchanged.
    clip : number from 0.1 to 1,000, optional
        The largest norm that an optimiser lets through. The gradients of all steps 0 to T together have a norm, the
        root of the sum of squares of the curve; if it is larger than `clip`, all are multiplied by the same factor that
        brings it down to `clip`. So the curve moves down and keeps its shape: the direction of the whole stays.
    seed : int from 0 to 9,999
        Which weights and inputs are drawn.
    question : str, optional
        The question over the figure. Left out, it asks how much is left of an error.

    Notes
    -----
    Above w = 1 a tanh network may be chaotic: the gradient grows in spite of tanh, and so does the difference between
    two engines that round tanh differently. So both the script and the picture take tanh from arithmetic alone, add in
    one order, and find the spectral radius by Gelfand's formula, squaring the matrix 50 times.

    References
    ----------
    Bengio, Simard and Frasconi (1994) and Pascanu, Mikolov and Bengio (2013) for the product and its norms, and the
    latter for clipping; Hochreiter and Schmidhuber (1997) for the constant flow of error.

    Examples
    --------
    >>> GradientScaling(1.2, 60, clip=1).clip
    1.0
    """

    heights = (913, 1215)

    weight = traitlets.Any(1.2).tag(sync=True)
    n_steps = traitlets.Any(60).tag(sync=True)
    activation = traitlets.Any("tanh").tag(sync=True)
    drive = traitlets.Any(1.0).tag(sync=True)
    forget = traitlets.Any(0.99).tag(sync=True)
    clip = traitlets.Any(None, allow_none=True).tag(sync=True)
    seed = traitlets.Any(0).tag(sync=True)
    question = traitlets.Unicode("").tag(sync=True)

    def __init__(self, weight: float = 1.2, n_steps: int = 60, activation: str = "tanh", **state: Any) -> None:
        super().__init__(weight=weight, n_steps=n_steps, activation=activation, **state)

    @traitlets.validate(*LIMITS)
    def _check_number(self, proposal: dict) -> float | None:
        name, value = proposal["trait"].name, proposal["value"]
        if name == "clip" and value is None:
            return None
        low, high = LIMITS[name]
        if isinstance(value, bool) or not isinstance(value, Real) or math.isnan(value) or not low <= value <= high:
            either = "None or " if name == "clip" else ""
            raise needed(name, f"{either}a number from {low:g} to {high:,}", value)
        return float(value)

    @traitlets.validate(*COUNTS)
    def _check_count(self, proposal: dict) -> int:
        name, value = proposal["trait"].name, proposal["value"]
        low, high = COUNTS[name]
        if isinstance(value, bool) or not isinstance(value, Integral) or not low <= value <= high:
            raise needed(name, f"a whole number from {low:,} to {high:,}", value)
        return int(value)

    @traitlets.validate("activation")
    def _check_activation(self, proposal: dict) -> str:
        if not isinstance(proposal["value"], str) or proposal["value"] not in ("tanh", "linear"):
            raise needed("activation", '"tanh" or "linear"', proposal["value"])
        return proposal["value"]

    def picture(self, width: int | None = None) -> Picture:
        """The gradient of the network, of one weight and of a gated cell, and what clipping makes of the first."""
        state = {name: getattr(self, name) for name in self.state_names}
        return gradient_scaling(**state, width=width or self.widths[0])
