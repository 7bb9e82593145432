#!/usr/bin/env python3
"""Makes correlation.json: what src/stats/correlation.h computes, by another road and with Python's standard library alone. A rank is
counted (how many are smaller, and half of those that are equal), and the correlation is that of `statistics` over such ranks.
Fixed seed: the same file every time.

    correlation.py > correlation.json"""
import json
import random
import statistics


def middle_ranks(values):
    return [sum(other < value for other in values) + (sum(other == value for other in values) + 1) / 2 for value in values]


def main():
    generator = random.Random(5)
    pairs = [([1, 2, 3], [3, 1, 2]), ([1, 1, 2, 2, 3], [5, 4, 4, 4, 1]), ([0, 0, 0, 1], [1, 2, 3, 4])]
    for count, tied in ((10, False), (30, True), (200, False), (200, True)):
        x = [round(generator.lognormvariate(0, 1), 6) for _ in range(count)]
        y = [round(value * generator.lognormvariate(0, 1), 6) for value in x]
        pairs.append(([round(value) for value in x], [round(value) for value in y]) if tied else (x, y))
    points = []
    for x, y in pairs:
        ranks = middle_ranks(x), middle_ranks(y)
        points.append({"x": x, "y": y, "ranks_of_x": ranks[0], "ranks_of_y": ranks[1], "correlation": statistics.correlation(*ranks)})
    print(json.dumps(points, separators=(",", ":")))


main()
