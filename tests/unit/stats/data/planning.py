#!/usr/bin/env python3
"""Makes planning.json: how many runs an arm needs, and what that is reckoned from (src/stats/replicates.h), by another road and with
Python's standard library alone. The number is searched for, run by run, instead of solved for.

    planning.py > planning.json"""
import json
import math
import random
import statistics

NORMAL = statistics.NormalDist()


def power(runs, deviation, ratio, level):
    """Of the z test on the difference of two means of `runs` logarithms each."""
    return NORMAL.cdf(abs(math.log(ratio)) / (deviation * math.sqrt(2 / runs)) - NORMAL.inv_cdf(1 - level / 2))


def needed(deviation, ratio, level, wanted):
    runs = 1
    while power(runs, deviation, ratio, level) < wanted:
        runs += 1
    fewest = 1
    while 2 / math.comb(2 * fewest, fewest) > level:
        fewest += 1
    return max(runs + 2, fewest)


def pooled(arms):
    squares = sum(statistics.variance(map(math.log, arm)) * (len(arm) - 1) for arm in arms)
    return math.sqrt(squares / sum(len(arm) - 1 for arm in arms))


def main():
    generator = random.Random(9)
    plans = [{"deviation": deviation, "ratio": ratio, "level": level, "power": wanted, "runs": needed(deviation, ratio, level, wanted)}
             for deviation in (0.005, 0.03, 0.05, 0.12) for ratio in (0.5, 0.9, 0.95, 1.05, 1.1, 1.4) for level in (0.05, 0.01) for wanted in (0.8, 0.95)]
    spreads = []
    for before, after in ((2, 2), (3, 7), (10, 10)):
        arms = [[round(centre * generator.lognormvariate(0, 0.1), 6) for _ in range(runs)] for centre, runs in ((100, before), (80, after))]
        spreads.append({"before": arms[0], "after": arms[1], "deviation": pooled(arms)})
    print(json.dumps({"plans": plans, "spreads": spreads}, separators=(",", ":")))


main()
