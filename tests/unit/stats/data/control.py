#!/usr/bin/env python3
"""Makes control.json: the ratio of two groups' ratios, with requests really drawn (as replicates.py does for one group), and the slope that
groups share, here by the normal equations in exact fractions where the program takes points from their group's middle. Python's standard
library alone; fixed seeds: the same file every time.

    control.py > control.json"""
import fractions
import json
import math
import random
import statistics

from replicates import NORMAL, arm, rank_quantile, redrawn, share_within, t_reach


def middle(runs, probability):
    return statistics.median(rank_quantile(run, probability) for run in runs)


def drawn_middle(generator, runs, share, probability):
    drawn = []
    for run in generator.choices(runs, k=len(runs)):
        value = rank_quantile(run, probability)
        drawn.append(value * (redrawn(generator, run, probability) / value) ** share)
    return statistics.median(drawn)


def cut_of(tail, before, after):
    fewest = min(len(before), len(after))
    return 1 - NORMAL.cdf(t_reach(tail, len(before) + len(after) - 2) * math.sqrt(fewest / (fewest - 1)))


def net(arms, probability, rounds=6000):
    """arms: changed before, changed after, control before, control after."""
    generator = random.Random(23)
    shares = [share_within(generator, runs, probability) for runs in arms]
    ratios = []
    for _ in range(rounds):
        logarithms = [math.log(drawn_middle(generator, runs, share, probability)) for runs, share in zip(arms, shares)]
        ratios.append(math.exp(logarithms[1] - logarithms[0] - (logarithms[3] - logarithms[2])))
    ratios.sort()
    ends = {}
    for name, tail in (("interval95", 0.025), ("interval90", 0.05)):
        cut = min(cut_of(tail, arms[0], arms[1]), cut_of(tail, arms[2], arms[3]))
        ends[name] = [ratios[round(cut * (rounds - 1))], ratios[round((1 - cut) * (rounds - 1))]]
    middles = [middle(runs, probability) for runs in arms]
    return {"ratio": middles[1] / middles[0] * middles[2] / middles[3], **ends}


def inverse(matrix):
    size = len(matrix)
    rows = [list(row) + [fractions.Fraction(int(i == j)) for j in range(size)] for i, row in enumerate(matrix)]
    for at in range(size):
        pivot = next(row for row in range(at, size) if rows[row][at] != 0)
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [value / rows[at][at] for value in rows[at]]
        for row in range(size):
            if row != at:
                rows[row] = [value - rows[row][at] * other for value, other in zip(rows[row], rows[at])]
    return [row[size:] for row in rows]


def trend(x, y, group):
    groups = sorted(set(group))
    design = [[fractions.Fraction(int(of == each)) for each in groups] + [fractions.Fraction(at)] for at, of in zip(x, group)]
    values = [fractions.Fraction(value) for value in y]
    size = len(groups) + 1
    inverted = inverse([[sum(row[i] * row[j] for row in design) for j in range(size)] for i in range(size)])
    sides = [sum(row[i] * value for row, value in zip(design, values)) for i in range(size)]
    fitted = [sum(inverted[i][j] * sides[j] for j in range(size)) for i in range(size)]
    residuals = sum((value - sum(a * b for a, b in zip(row, fitted))) ** 2 for row, value in zip(design, values))
    freedom = len(x) - size
    margin = t_reach(0.025, freedom) * math.sqrt(residuals / freedom * inverted[-1][-1])
    slope = float(fitted[-1])
    return {"x": x, "y": y, "group": group, "slope": slope, "interval": [slope - margin, slope + margin]}


def main():
    generator = random.Random(17)
    nets = []
    # runs of each arm, requests a run, spread of the runs, quantile, what changed both groups, what changed the one
    for runs, requests, between, probability, both, one in (((5, 5, 5, 5), 100, 0.03, 0.95, 1.2, 1.0), ((4, 4, 10, 12), 80, 0.05, 0.5, 0.9, 0.8),
                                                            ((6, 5, 3, 3), 60, 0.02, 0.5, 1.0, 1.1)):
        factors = (1, both * one, 1, both)
        arms = [arm(generator, count, requests, 100 * factor, between, 0.3) for count, factor in zip(runs, factors)]
        nets.append({"probability": probability, "arms": arms, **net(arms, probability)})
    trends = [trend(list(range(8)), [round(generator.gauss(0.02 * i + (0.3 if of else 0), 0.01), 4) for i, of in enumerate(group)], group)
              for group in ([0, 1, 1, 0, 0, 1, 1, 0], [0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0, 0, 1])]
    trends.append(trend([0, 1, 2, 3], [1.0, 1.5, 1.75, 1.25], [0, 1, 1, 0]))
    trends.append(trend([0, 2, 3, 7, 9], [1.0, 1.5, 1.75, 1.25, 2.0], [0, 0, 0, 0, 0]))
    print(json.dumps({"nets": nets, "trends": trends}, indent=None, separators=(",", ":")))


if __name__ == "__main__":
    main()
