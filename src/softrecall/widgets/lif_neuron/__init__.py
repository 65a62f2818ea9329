"""A cell that leaks and adds answers a steady current in clicks; a patch of axon shows where a click comes from."""

from softrecall.widgets._base import BookWidget
from softrecall.widgets._traits import Choice, Count, Number, Text


class LifNeuron(BookWidget):
    r"""Send a steady current into a leaky integrate-and-fire neuron, or kick an axon and follow its gates.

    **The neuron.** The voltage starts at rest, -65 mV, and leaks back to it while 10 MOhm times the current pull it up:
    :func:`softrecall.neurons.leaky_integrate_and_fire`. At the threshold the neuron fires, is set back to rest, and is
    held there for 2 ms. The picture has the first 200 ms; the point beside it counts the spikes of 1 s, on the curve
    that :func:`softrecall.neurons.lif_rate_hz` gives in closed form.

    **Noise** makes the threshold soft: the chance to fire is 1 per ms at the threshold, and grows by a factor e with
    every `noise` mV above it.

    **The gates.** The axon of Hodgkin and Huxley is lifted from rest by a kick so short that no gate has moved, and is
    then left alone for 20 ms: :func:`softrecall.neurons.hodgkin_huxley` by RK4, in steps of 0.05 ms.

    Parameters
    ----------
    current : number from 0 to 4
        The steady current into the neuron, in nA.
    tau : number from 2 to 50
        Its membrane time constant in ms.
    threshold : number from -60 to -40
        Where it fires, in mV.
    noise : number from 0 to 4
        How soft the threshold is, in mV; 0 is sharp.
    seed : int from 0 to 9,999
        Which noise is drawn.
    view : "neuron" or "gates"
        Which of the two is shown.
    kick : number from 0 to 20
        How far the kick lifts the axon, in mV.
    time : number from 0 to 20
        Where the gates are read, in ms after the kick.
    question : str, optional
        The question over the figure.

    Examples
    --------
    >>> LifNeuron(1.4, noise=1.0).threshold
    -50.0
    """

    current = Number(1.6, 0, 4)
    tau = Number(10.0, 2, 50)
    threshold = Number(-50.0, -60, -40)
    noise = Number(0.0, 0, 4)
    seed = Count(0, 0, 9999)
    view = Choice("neuron", ("neuron", "gates"))
    kick = Number(8.0, 0, 20)
    time = Number(2.3, 0, 20)
    question = Text()
