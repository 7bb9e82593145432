#!/usr/bin/env python3
"""Writes reference.json: what src/stats must compute, by another road. Exact fractions for the binomial, the definitions of
the quantile rules written with fractions, the statistics module for moments, numerical integration of the density for
Student's t. Run it again after a change: tests/unit/stats/data/reference.py > tests/unit/stats/data/reference.json"""
import json
import math
import random
import statistics
from fractions import Fraction


def samples(seed, count):
    rng = random.Random(seed)
    return [round(rng.lognormvariate(4, 1), 6) for _ in range(count)]


def linear(xs, p):
    h = (len(xs) - 1) * p
    low = math.floor(h)
    if low + 1 == len(xs):
        return float(xs[low])
    a, b = Fraction(xs[low]), Fraction(xs[low + 1])
    return float(a + (h - low) * (b - a))


def at(xs, index):
    return xs[max(0, min(index, len(xs) - 1))]


RULES = {
    "linear": linear,
    "nearest_rank": lambda xs, p: at(xs, math.ceil(len(xs) * p) - 1),
    "floor_index": lambda xs, p: at(xs, math.floor(len(xs) * p)),
    # hey walks all indices for the first whose share reaches the percentile.
    "ceiling_index": lambda xs, p: next((x for i, x in enumerate(xs) if Fraction(i, len(xs)) >= p), xs[-1]),
}
PROBABILITIES = [Fraction(n, 1000) for n in (0, 1, 10, 250, 500, 900, 950, 990, 999, 1000)]


def quantiles():
    for seed, count in enumerate((1, 2, 3, 7, 20, 100, 101)):
        xs = sorted(samples(seed, count))
        for p in PROBABILITIES:
            yield {"samples": xs, "p": float(p), **{name: float(rule(xs, p)) for name, rule in RULES.items()}}


def ranks(n, p, alpha):
    """The definition word by word, with exact probabilities scaled to whole numbers."""
    top, bottom = p.numerator, p.denominator
    term = [math.comb(n, k) * top**k * (bottom - top) ** (n - k) for k in range(n + 1)]
    tail = Fraction(alpha, 2) * bottom**n
    lower = upper = None
    below = 0
    for l in range(1, n + 1):
        below += term[l - 1]
        if below > tail:
            break
        lower = l
    above = 0
    for u in range(n, 0, -1):
        above += term[u]
        if above > tail:
            break
        upper = u
    return lower, upper


def intervals():
    for p in (Fraction(1, 2), Fraction(9, 10), Fraction(95, 100), Fraction(99, 100), Fraction(5, 100)):
        for n in (1, 5, 6, 35, 36, 50, 71, 72, 100, 200, 367, 368, 500, 1000):
            for alpha in (Fraction(5, 100), Fraction(10, 100)):
                lower, upper = ranks(n, p, alpha)
                yield {"n": n, "p": float(p), "confidence": float(1 - alpha), "lower": lower, "upper": upper}


def needed():
    for p in (Fraction(1, 2), Fraction(9, 10), Fraction(95, 100), Fraction(99, 100), Fraction(999, 1000)):
        n = 1
        while max(p, 1 - p) ** n > Fraction(25, 1000):
            n += 1
        yield {"p": float(p), "n": n}


def moments():
    for seed, count in enumerate((2, 3, 50, 1000)):
        xs = samples(100 + seed, count)
        middle = statistics.median(xs)
        yield {"samples": xs, "mean": float(statistics.mean(map(Fraction, xs))), "sample": statistics.stdev(xs),
               "population": statistics.pstdev(xs), "mad": statistics.median(abs(x - middle) for x in xs)}


def t_distribution(t, df):
    """Simpson's rule on the density from 0 to t."""
    scale = math.exp(math.lgamma((df + 1) / 2) - math.lgamma(df / 2)) / math.sqrt(df * math.pi)
    density = lambda x: scale * (1 + x * x / df) ** (-(df + 1) / 2)
    steps = 20000
    width = t / steps
    total = density(0) + density(t) + sum((4 if i % 2 else 2) * density(i * width) for i in range(1, steps))
    return 0.5 + total * width / 3


def students():
    for df in (1, 2, 5, 18, 100):
        for t in (0.1, 0.7, 2.0, 4.5):
            yield {"t": t, "df": df, "p": t_distribution(t, df)}


def trends():
    for seed, count in ((7, 3), (8, 20), (9, 60)):
        rng = random.Random(seed)
        xs = [float(i) for i in range(count)]
        ys = [3 + 0.25 * x + rng.gauss(0, 1) for x in xs]
        slope, intercept = statistics.linear_regression(xs, ys)
        residuals = sum((y - intercept - slope * x) ** 2 for x, y in zip(xs, ys))
        error = math.sqrt(residuals / (count - 2) / sum((x - statistics.mean(xs)) ** 2 for x in xs))
        low, high = 0.0, 1000.0
        while high - low > 1e-10:
            middle = (low + high) / 2
            low, high = (middle, high) if t_distribution(middle, count - 2) < 0.975 else (low, middle)
        yield {"x": xs, "y": ys, "slope": slope, "lower": slope - low * error, "upper": slope + low * error}


print(json.dumps({"quantiles": list(quantiles()), "intervals": list(intervals()), "needed": list(needed()),
                  "moments": list(moments()), "students": list(students()), "trends": list(trends())}, indent=None,
                 separators=(",", ":")))
