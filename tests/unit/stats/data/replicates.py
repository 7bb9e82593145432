#!/usr/bin/env python3
"""Makes replicates.json: what src/stats/replicates.h computes, by another road and with Python's standard library alone. Requests are
really drawn and sorted here, where the program draws one rank; arrangements are counted by itertools; the tail of t is
integrated. Fixed seeds: the same file every time.

    replicates.py > replicates.json"""
import itertools
import json
import math
import random
import statistics

NORMAL = statistics.NormalDist()


def t_tail(reach, freedom):
    """P(T > reach), by Simpson's rule on the density from 0."""
    scale = math.gamma((freedom + 1) / 2) / (math.sqrt(freedom * math.pi) * math.gamma(freedom / 2))
    steps = 2000
    width = reach / steps
    density = lambda x: scale * (1 + x * x / freedom) ** (-(freedom + 1) / 2)
    inside = sum((1 if i in (0, steps) else 4 if i % 2 else 2) * density(i * width) for i in range(steps + 1)) * width / 3
    return 0.5 - inside


def t_reach(tail, freedom):
    low, high = 0.0, 200.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if t_tail(middle, freedom) > tail else (low, middle)
    return low


def rank_quantile(samples, probability):
    return sorted(samples)[max(1, math.ceil(len(samples) * probability - 1e-9)) - 1]


def redrawn(generator, samples, probability):
    return rank_quantile(generator.choices(samples, k=len(samples)), probability)


def share_within(generator, runs, probability):
    values = [rank_quantile(run, probability) for run in runs]
    squares = [math.log(redrawn(generator, run, probability) / value) ** 2 for run, value in zip(runs, values) for _ in range(100)]
    within = math.sqrt(statistics.fmean(squares))
    lost = statistics.stdev(map(math.log, values)) / math.sqrt(len(runs))
    return lost / within if within > lost else 1


def interval(before, after, probability, rounds=6000):
    generator = random.Random(11)
    shares = [share_within(generator, arm, probability) for arm in (before, after)]
    ratios = []
    for _ in range(rounds):
        middles = []
        for arm, share in zip((before, after), shares):
            drawn = []
            for run in generator.choices(arm, k=len(arm)):
                value = rank_quantile(run, probability)
                drawn.append(value * (redrawn(generator, run, probability) / value) ** share)
            middles.append(statistics.median(drawn))
        ratios.append(middles[1] / middles[0])
    ratios.sort()
    fewest = min(len(before), len(after))
    freedom = len(before) + len(after) - 2
    ends = {}
    for name, tail in (("interval95", 0.025), ("interval90", 0.05)):
        cut = 1 - NORMAL.cdf(t_reach(tail, freedom) * math.sqrt(fewest / (fewest - 1)))
        ends[name] = [ratios[round(cut * (rounds - 1))], ratios[round((1 - cut) * (rounds - 1))]]
    return ends


def middle_ranks(values):
    return [sum(other < value for other in values) + (sum(other == value for other in values) + 1) / 2 for value in values]


def permutation(before, after):
    ranks = middle_ranks(before + after)
    middle = len(before) * (len(ranks) + 1) / 2
    seen = abs(sum(ranks[:len(before)]) - middle)
    sums = [abs(sum(chosen) - middle) for chosen in itertools.combinations(ranks, len(before))]
    return {"p": sum(distance >= seen - 1e-9 for distance in sums) / len(sums), "arrangements": len(sums)}


def holm(values):
    order = sorted(range(len(values)), key=values.__getitem__)
    adjusted, highest = [0.0] * len(values), 0.0
    for place, at in enumerate(order):
        highest = max(highest, values[at] * (len(values) - place))
        adjusted[at] = min(1.0, highest)
    return adjusted


def arm(generator, runs, requests, centre, between, within):
    made = []
    for _ in range(runs):
        factor = math.exp(between * generator.gauss(0, 1))
        made.append([round(centre * factor * math.exp(within * generator.gauss(0, 1)), 3) for _ in range(requests)])
    return made


def main():
    generator = random.Random(7)
    ratios = []
    for runs, other, requests, between, probability, factor in ((5, 5, 120, 0.02, 0.95, 1.0), (6, 4, 80, 0.10, 0.5, 0.8),
                                                                (3, 3, 60, 0.05, 0.5, 1.3), (10, 10, 100, 0.0, 0.95, 1.1)):
        before = arm(generator, runs, requests, 100, between, 0.3)
        after = arm(generator, other, requests, 100 * factor, between, 0.3)
        middles = [statistics.median(rank_quantile(run, probability) for run in arm) for arm in (before, after)]
        ratios.append({"probability": probability, "before": before, "after": after, "ratio": middles[1] / middles[0],
                       **interval(before, after, probability)})
    tests = []
    for before, after in (([1, 2, 3], [4, 5, 6]), ([1, 2, 3, 4], [5, 6, 7, 8]), ([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]), ([1, 3, 5], [2, 4, 6]),
                          ([1, 1, 2, 2], [2, 2, 3]), ([5, 5, 5], [5, 5, 5]), ([1], [2]), ([1, 9, 10, 11, 12, 13], [2, 3, 4, 5, 6, 20])):
        tests.append({"before": before, "after": after, **permutation(before, after)})
    corrections = [{"p": values, "adjusted": holm(values)} for values in ([0.01, 0.04, 0.03, 0.005], [0.008, 0.008, 0.008, 0.5, 1.0], [0.2], [])]
    tails = [{"tail": tail, "freedom": freedom, "reach": t_reach(tail, freedom)} for tail in (0.025, 0.05) for freedom in (4, 8, 18)]
    print(json.dumps({"ratios": ratios, "permutation": tests, "holm": corrections, "t": tails}, indent=None, separators=(",", ":")))


if __name__ == "__main__":
    main()
