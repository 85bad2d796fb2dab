"""Kind a: killed at the N-th system call of a day, its start and its stop included."""

import collections
import re
import signal

from day import Wrong
from gateway import Place, strace
from walk import Walk

CALL = re.compile(r"^(\d+) +(\w+)\(")
KILLED = -signal.SIGKILL
# Starts are killed again, now and then, while they recover.
AGAIN_ONE_IN = 3
AGAIN_CALLS = ("pwrite64", "fdatasync", "openat", "mmap", "fsync", "rename", "close", "pread64")
PLACE_ROUNDS = 40  # on one store


def measure(place):
    """A day under strace: for each call, how often the busiest thread made it."""
    trace = place.dir / "trace"
    place.launch(strace("", "all", trace))
    if not place.wait_listening():
        raise Wrong("corrupt", f"it does not start under strace:\n{place.gateway.tail()}")
    day = place.day(place.go_on)
    day.live()
    place.halt(day)
    counts = collections.Counter()
    with open(trace, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            found = CALL.match(line)
            if found:
                counts[found.groups()] += 1
    trace.unlink()
    most = collections.Counter()
    for (_, call), count in counts.items():
        most[call] = max(most[call], count)
    del most["execve"]  # it is not there yet
    return most


class Kills:
    """Rounds of kind a: every N-th of every call of a day, its start and its stop."""

    name = "a"

    def __init__(self, chance):
        self.chance = chance
        self.place = None
        self.used = 0
        self.struck = 0

    def plan(self, rounds):
        self.open()
        counts = measure(self.place)
        points = [(c, n) for c, most in sorted(counts.items()) for n in range(1, most + 1)]
        self.walk = Walk(points, rounds, self.chance)
        return self.walk.rounds

    def open(self):
        self.place = Place()
        self.place.halt(self.place.day(self.place.go_on))
        self.used = 0

    def launch_killed(self, call, number):
        inject = f"inject={call}:signal=SIGKILL:when={number}"
        self.place.launch(strace(inject, call))
        return self.place.wait_listening()

    def revive(self):
        place = self.place
        self.struck += 1
        status = place.wait_end()
        if status is None:  # a connection ended, and the process did not
            raise Wrong("corrupt", f"it lives, and talks to nobody:\n{place.gateway.tail()}")
        place.check_end(status, (KILLED,))
        while self.chance.randrange(AGAIN_ONE_IN) == 0:
            call = self.chance.choice(AGAIN_CALLS)
            if self.launch_killed(call, self.chance.randrange(1, 40)):
                return
            place.check_end(place.wait_end(), (KILLED,))
            self.struck += 1
        place.go_on()

    def round(self):
        """One life that is killed; the words that tell which."""
        if self.place is None or self.used >= PLACE_ROUNDS:
            self.close()
            self.open()
        self.used += 1
        call, number = self.walk.next()
        self.told = f"{call} {number}"
        day = self.place.day(self.revive)
        if not self.launch_killed(call, number):
            self.revive()
        day.live()
        if self.place.ended() is None:
            self.place.gateway.child.terminate()
            for bank in day.banks:
                day.drain(bank)
                bank.lose()
            self.struck += self.place.wait_end(60) == KILLED
        self.place.check_end(self.place.wait_end(), (0, KILLED))
        self.place.go_on()
        self.place.finish(day)

    def close(self):
        if self.place:
            self.place.close()
            self.place = None
