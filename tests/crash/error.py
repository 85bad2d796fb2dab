"""Kind d: a write or a sync that fails, once or from then on, done or not."""

import errno
import itertools
import os
import pathlib
import signal

from day import Wrong
from gateway import Place
from place import SOURCE

BUILD = pathlib.Path(os.environ.get("LINKGATE_BUILD", SOURCE / "build"))
SHIM = BUILD / "tests/crash/libcrash-fail.so"
# At a start the disk's failure is an exit status; later it is an abort.
ENDS = (4, -signal.SIGABRT)
PLACE_ROUNDS = 40

# (call, piece of the path, the most that a day has of them): the store's pages, its meta page and
# its sync; the log's batches and their syncs. What prepares spare segments is the log's, too.
TARGETS = (
    ("write", "/store/data.mdb", 40),
    ("meta", "/store/data.mdb", 12),
    ("sync", "/store/data.mdb", 14),
    ("write", "/log/segment", 40),
    ("sync", "/log/segment", 40),
    ("write", "/log/spare", 8),
    ("sync", "/log/", 45),
)
MAY_GO_ON = ("/log/spare", "/log/")
TIMES = ("once", "ever")
HARMS = ("not", "part", "done")
ERRORS = (errno.EIO, errno.ENOSPC)


class Errors:
    """Rounds of kind d: every N of every target, or drawn from them."""

    name = "d"

    def __init__(self, chance):
        self.chance = chance
        self.place = None
        self.used = 0
        self.struck = 0
        self.points = [
            (call, file, n, times, harm, error)
            for call, file, most in TARGETS
            for n in range(1, most + 1)
            for times, harm, error in itertools.product(TIMES, HARMS, ERRORS)
        ]
        self.chance.shuffle(self.points)
        self.walk = itertools.cycle(self.points)

    def open(self):
        self.place = Place()
        self.place.halt(self.place.day(self.place.go_on))
        self.mark = self.place.dir / "struck"
        self.used = 0

    def launch(self, point):
        call, file, number, times, harm, error = point
        wish = f"{call}:{file}:{number}:{times}:{harm}:{error}:{self.mark}"
        self.place.launch(env={"LD_PRELOAD": str(SHIM), "LINKGATE_FAIL": wish})
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

    def check_going_on(self):
        """Only what prepares spare segments may fail and be tried again."""
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
        self.point = next(self.walk)
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

    def close(self):
        if self.place:
            self.place.close()
            self.place = None
