"""Kind d: a write or a sync that fails, once or from then on, done or not."""

import collections
import errno
import os
import pathlib
import signal

from day import Wrong
from gateway import Place
from place import SOURCE
from walk import Walk

BUILD = pathlib.Path(os.environ.get("LINKGATE_BUILD", SOURCE / "build"))
SHIM = BUILD / "tests/crash/libcrash-fail.so"
# At a start the disk's failure is an exit status; later it is an abort.
ENDS = (4, -signal.SIGABRT)
PLACE_ROUNDS = 40

# What prepares spare segments may fail and be tried again. Nothing else.
MAY_GO_ON = ("/log/spare-", "/store/log")
TIMES = ("once", "ever")
HARMS = {"write": ("not", "part", "done"), "meta": ("not", "part", "done"), "sync": ("not", "done")}
ERRORS = (errno.EIO, errno.ENOSPC)
NO_DIGITS = str.maketrans("", "", "0123456789")


def measure(place):
    """A day: how often it makes each (call, file), files by the end of their paths."""
    trace = place.dir / "trace"
    place.launch(env=shim("all", "-", 0, "once", "not", 0, trace))
    if not place.wait_listening():
        raise Wrong("corrupt", f"it does not start with the shim:\n{place.gateway.tail()}")
    day = place.day(place.go_on)
    day.live()
    place.halt(day)
    folder = str(place.dir).translate(NO_DIGITS)
    lines = trace.read_text(encoding="utf-8").splitlines()
    trace.unlink()
    calls = collections.Counter(tuple(line.replace(folder, "").split(" ")) for line in lines)
    for (call, file), count in list(calls.items()):
        if call == "meta":
            calls["write", file] += count
    return calls


def shim(*words):
    return {"LD_PRELOAD": str(SHIM), "LINKGATE_FAIL": ":".join(map(str, words))}


def points_of(calls):
    """Every N of every call, each in every way; the two errors by turns."""
    ways = [
        (call, file, n, times, harm)
        for (call, file), count in sorted(calls.items())
        for n in range(1, count + 1)
        for times in TIMES
        for harm in HARMS[call]
    ]
    return [(*way, ERRORS[(i + way[2]) % len(ERRORS)]) for i, way in enumerate(ways)]


class Errors:
    """Rounds of kind d: every N-th write and sync of a day, its start and its stop."""

    name = "d"

    def __init__(self, chance):
        self.chance = chance
        self.place = None
        self.used = 0
        self.struck = 0

    def plan(self, rounds):
        self.open()
        self.walk = Walk(points_of(measure(self.place)), rounds, self.chance)
        return self.walk.rounds

    def open(self):
        self.place = Place()
        self.place.halt(self.place.day(self.place.go_on))
        self.mark = self.place.dir / "struck"
        self.used = 0

    def launch(self, point):
        call, file, number, times, harm, error = point
        file = file or "/" + self.place.dir.name.translate(NO_DIGITS)
        self.place.launch(env=shim(call, file, number, times, harm, error, self.mark))
        return self.place.wait_listening()

    def check_died(self):
        """The disk's failure is what it says, and nothing else was the matter."""
        place = self.place
        status = place.wait_end()
        if status is None:
            raise Wrong("corrupt", f"it went on after a failed call:\n{place.gateway.tail()}")
        if not self.mark.exists():
            raise Wrong("corrupt", f"it ended with {status}, for nothing:\n{place.gateway.tail()}")
        place.check_end(status, ENDS)

    def check_silent(self):
        """Nothing was sent to a bank by a gateway that could not log."""
        if self.mark.exists() and "answered" in self.mark.read_text(encoding="utf-8"):
            raise Wrong("corrupt", f"it answered after a failed call:\n{self.place.gateway.tail()}")

    def check_going_on(self):
        self.check_silent()
        if self.alone and self.mark.exists() and self.point[1] not in MAY_GO_ON:
            self.check_died()

    def revive(self):
        """With a disk that goes on failing it may end again; then the disk is repaired."""
        self.check_died()
        self.alone = False
        if self.point[3] == "ever" and not self.again:
            self.again = True
            if self.launch(self.point):
                return
            self.check_died()
        self.place.go_on()

    def round(self):
        if self.place is None or self.used >= PLACE_ROUNDS:
            self.close()
            self.open()
        self.used += 1
        self.point = self.walk.next()
        self.told = " ".join(map(str, self.point))
        self.again = False
        self.alone = True  # no gateway ended yet
        self.mark.unlink(missing_ok=True)
        day = self.place.day(self.revive)
        if not self.launch(self.point):
            self.revive()
        day.live()
        self.check_going_on()
        self.end(day)
        self.check_silent()
        self.struck += self.mark.exists()
        self.place.go_on()
        self.place.finish(day)

    def end(self, day):
        """Its stop may meet the failing call as well."""
        if self.place.ended() is not None:
            return
        for bank in day.banks:
            day.drain(bank)
            bank.lose()
        self.place.gateway.child.terminate()
        status = self.place.wait_end(60)
        self.place.check_end(status, (0, *ENDS) if self.mark.exists() else (0,))
        if status == 0:
            self.check_going_on()

    def close(self):
        if self.place:
            self.place.close()
            self.place = None
