"""Slow and obvious versions of what the package computes. Standard library only; nothing from the package.

Points of the n-cube are written as Python ints of n bits, vectors as lists of numbers. Real-valued oracles work in
Decimal with 60 digits, so that what they say is right to far more digits than a float has.
"""

from decimal import Context, Decimal, localcontext
from fractions import Fraction
from math import comb, exp, log
from statistics import NormalDist

DIGITS = Context(prec=60, Emin=-(10**15), Emax=10**15)


def hamming(a, b):
    distance = 0
    for x, y in zip(a, b, strict=True):
        if x != y:
            distance += 1
    return distance


def cosine(a, b):
    with localcontext(DIGITS):
        a, b = [Decimal(float(x)) for x in a], [Decimal(float(x)) for x in b]
        dot = sum(x * y for x, y in zip(a, b, strict=True))
        return float(dot / (sum(x * x for x in a).sqrt() * sum(y * y for y in b).sqrt()))


def softmax(scores, beta):
    with localcontext(DIGITS):
        exponents = [Decimal(float(s)) * Decimal(beta) for s in scores]
        largest = max(exponents)
        powers = [(x - largest).exp() for x in exponents]
        return [float(p / sum(powers)) for p in powers]


def entropy(weights):
    with localcontext(DIGITS):
        weights = [Decimal(float(w)) for w in weights]
        return float(-sum(w * w.ln() for w in weights if w > 0))


def pack(bits):
    """64 bits a word, bit i with value 2**(i % 64) in word i // 64."""
    words = []
    for start in range(0, len(bits), 64):
        words.append(sum(2**i for i, bit in enumerate(bits[start : start + 64]) if bit))
    return words


def ball_by_counting(n_bits, radius):
    return sum(1 for x in range(2**n_bits) if x.bit_count() <= radius)


def ball_fraction(n_bits, radius):
    return Fraction(sum(comb(n_bits, k) for k in range(radius + 1)), 2**n_bits)


def intersection_by_counting(n_bits, radius, distance):
    other = 2**distance - 1
    return sum(1 for x in range(2**n_bits) if x.bit_count() <= radius and (x ^ other).bit_count() <= radius)


def intersection_by_double_sum(n_bits, radius, distance):
    """Choose i of the bits in which the centres differ, and k of the others, to differ from the first centre."""
    count = 0
    for i in range(distance + 1):
        k_max = radius - max(i, distance - i)
        count += comb(distance, i) * sum(comb(n_bits - distance, k) for k in range(k_max + 1))
    return count


def critical_distance(n_bits, n_patterns, n_locations, radius, noise):
    """The same three noise models, with exact counts and fractions up to the one root and the one normal tail."""
    shared = [
        Fraction(n_locations * intersection_by_double_sum(n_bits, radius, h), 2**n_bits) for h in range(n_bits + 1)
    ]
    if noise == "every_distance":
        per_stranger = sum(comb(n_bits, h) * (s + s * s) for h, s in enumerate(shared)) / 2**n_bits
    else:
        mean = sum(comb(n_bits, h) * s for h, s in enumerate(shared)) / 2**n_bits
        chance = shared[n_bits // 2] if noise == "published" else mean
        per_stranger = chance + chance * chance
    reach = 0
    while reach < n_bits // 2:
        signal = shared[reach + 1]
        variance = signal + (n_patterns - 1) * per_stranger
        ratio = float(signal) / float(variance) ** 0.5 if variance else 0.0
        if n_bits * NormalDist().cdf(-ratio) >= reach + 1:
            break
        reach += 1
    return reach


class Memory:
    """A Sparse Distributed Memory that visits every location and every counter, one by one, one address at a time."""

    def __init__(self, addresses, radius, n_data_bits, low, high):
        self.addresses, self.radius, self.n_data_bits = addresses, radius, n_data_bits
        self.low, self.high = low, high
        self.counters = [[0] * n_data_bits for _ in addresses]

    def active(self, address):
        return [i for i, own in enumerate(self.addresses) if hamming(own, address) <= self.radius]

    def write(self, address, data):
        for i in self.active(address):
            for k, bit in enumerate(data):
                if bit == 1 and self.counters[i][k] < self.high:
                    self.counters[i][k] += 1
                if bit == 0 and self.counters[i][k] > self.low:
                    self.counters[i][k] -= 1

    def sums(self, address):
        active = self.active(address)
        return [sum(self.counters[i][k] for i in active) for k in range(self.n_data_bits)]

    def read(self, address):
        return [1 if total > 0 else 0 for total in self.sums(address)]

    def path(self, address, max_steps):
        """Read again and again. The addresses, first to last, and why it ended."""
        path = [list(address)]
        while len(path) <= max_steps:
            if not self.active(path[-1]):
                return [*path, [0] * self.n_data_bits], "nothing active"
            path.append(self.read(path[-1]))
            if path[-1] == path[-2]:
                return path, "fixed point"
            if path[-1] in path[:-1]:
                return path, "cycle"
        return path, "limit"


def squid_rates(v):
    """alpha and beta of n, m and h in 60 digits, as Hodgkin and Huxley wrote them, with the voltage at rest at -65."""
    with localcontext(DIGITS):
        v = Decimal(float(v))

        def ramp(x):
            return x / (1 - (-x).exp()) if x else Decimal(1)

        alpha_n, beta_n = ramp((v + 55) / 10) / 10, (-(v + 65) / 80).exp() / 8
        alpha_m, beta_m = ramp((v + 40) / 10), (-(v + 65) / 18).exp() * 4
        alpha_h, beta_h = (-(v + 65) / 20).exp() * 7 / 100, 1 / (1 + (-(v + 35) / 10).exp())
        return [float(rate) for rate in (alpha_n, beta_n, alpha_m, beta_m, alpha_h, beta_h)]


def leaky_neuron(current, dt, *, tau_ms, r_mohm, v_rest_mv, v_threshold_mv, v_reset_mv, refractory_ms):
    """Voltages after each step and spike times, from the exact solution, one step after the other."""
    v, free, voltages, spikes = v_rest_mv, 0.0, [v_rest_mv], []
    for step, amount in enumerate(current):
        now, stop, v_end = max(step * dt, free), (step + 1) * dt, v_rest_mv + r_mohm * amount
        while now < stop:
            after = v_end + (v - v_end) * exp(-(stop - now) / tau_ms)
            if after < v_threshold_mv:
                v, now = after, stop
            else:
                spikes.append(now + tau_ms * log((v_end - v) / (v_end - v_threshold_mv)))
                v, now = v_reset_mv, spikes[-1] + refractory_ms
                free = now
        voltages.append(v)
    return voltages, spikes


class Hopfield:
    """A Hopfield network in fractions: one unit, one neighbour, one pattern at a time."""

    def __init__(self, patterns):
        n = len(patterns[0])
        self.weights = [
            [Fraction(sum(p[i] * p[j] for p in patterns), n) if i != j else Fraction(0) for j in range(n)]
            for i in range(n)
        ]

    def field(self, state):
        return [sum(w * int(s) for w, s in zip(row, state, strict=True)) for row in self.weights]

    def energy(self, state):
        return -sum(int(s) * f for s, f in zip(state, self.field(state), strict=True)) / 2

    def sweep(self, state, order):
        state = list(state)
        for i in order:
            field = self.field(state)[i]
            if field != 0:
                state[i] = 1 if field > 0 else -1
        return state


def witten_bell(text, order, n_tokens, before, token):
    """The chance of a token, as a fraction: the share of each order by the definition, counted anew each time."""
    chance = Fraction(1, n_tokens)
    for length in range(min(order, len(before)) + 1):
        run = before[len(before) - length :]
        after = [text[i] for i in range(length, len(text)) if text[i - length : i] == run]
        if after:
            chance = (after.count(token) + len(set(after)) * chance) / (len(after) + len(set(after)))
    return chance


def cut_probabilities(logits, temperature, k, p):
    """Softmax at a temperature, then the k first, then the fewest that reach p, in Decimal."""
    with localcontext(DIGITS):
        powers = [(Decimal(float(x)) / Decimal(float(temperature))).exp() for x in logits]
        order = sorted(range(len(logits)), key=lambda i: (-logits[i], i))[:k]
        total, kept, reached = sum(powers[i] for i in order), [], Decimal(0)
        for i in order:
            if kept and reached >= Decimal(str(p)) * total:
                break
            kept.append(i)
            reached += powers[i]
        return [float(powers[i] / reached) if i in kept else 0.0 for i in range(len(logits))]
