"""Model neurons: a leaky integrator that fires at a threshold, and the Hodgkin-Huxley axon with its gates.

Units are in the names: ms, mV, nA and MOhm for a whole cell (MOhm x nA = mV); uA/cm2, mS/cm2 and uF/cm2 for a patch of
membrane. Currents are positive when they raise the voltage, and a resting cell is at -65 mV.
"""

from softrecall.neurons.axon import (
    C_UF_CM2,
    E_K_MV,
    E_LEAK_MV,
    E_NA_MV,
    G_K_MS_CM2,
    G_LEAK_MS_CM2,
    G_NA_MS_CM2,
    V_REST_MV,
    AxonTrace,
    Gates,
    Rates,
    gates,
    hodgkin_huxley,
    rates,
)
from softrecall.neurons.leaky import (
    LeakyTrace,
    escape_rate_per_ms,
    leaky_integrate_and_fire,
    lif_rate_hz,
    membrane_step_response,
)

__all__ = [
    "C_UF_CM2",
    "E_K_MV",
    "E_LEAK_MV",
    "E_NA_MV",
    "G_K_MS_CM2",
    "G_LEAK_MS_CM2",
    "G_NA_MS_CM2",
    "V_REST_MV",
    "AxonTrace",
    "Gates",
    "LeakyTrace",
    "Rates",
    "escape_rate_per_ms",
    "gates",
    "hodgkin_huxley",
    "leaky_integrate_and_fire",
    "lif_rate_hz",
    "membrane_step_response",
    "rates",
]
