"""Which points of a day the rounds of a kind strike: each of them, or some from all parts of it."""

import itertools


class Walk:
    """Points in an order by chance, again and again. With fewer rounds than points, one is drawn
    from each of as many equal stretches; with rounds None each has its turn once."""

    def __init__(self, points, rounds, chance):
        self.points = len(points)
        self.rounds = rounds or len(points)
        step = len(points) / self.rounds
        if step > 1:
            points = [points[int((i + chance.random()) * step)] for i in range(self.rounds)]
        points = list(points)
        chance.shuffle(points)
        self.rest = itertools.cycle(points)

    def next(self):
        return next(self.rest)
