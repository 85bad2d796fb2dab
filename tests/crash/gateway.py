"""A gateway that crash tests start, kill and look into, and the two banks of its days."""

import os
import subprocess
import time

from day import Bank, Day, Gone, Wrong, check
from people import Person
from place import BIN, CLASS1, CLASS2, PATIENCE_S, Process, Site, attempt

DIES_S = 60  # from a cut connection to the end of its process


class Place(Site):
    """One store for many rounds. Options of a start (a tracer, a shim) hold for that start alone."""

    def __init__(self, prepare=None):
        """prepare(place) may make what the store lies on; it returns settings."""
        super().__init__({("limits", "overlay_ms"): 20})
        self.people = 0
        if prepare:
            self.settings.update(prepare(self))
        self.start()
        self.register(CLASS2, "class2")
        self.register(CLASS1, "class1")
        self.two = [Bank(self, CLASS2), Bank(self, CLASS1)]

    def launch(self, wrapper=(), env=None):
        """Starts it, without waiting; its port is known from the first start on."""
        self.wanted_port = self.port
        command = [*wrapper, BIN / "linkgated", "--config", self.write_config()]
        self.gateway = Process("linkgated", command, self.dir / "linkgated.log", env)

    def ended(self):
        """Its exit status; None while it lives."""
        return self.gateway.child.poll()

    def wait_end(self, patience_s=DIES_S):
        try:
            return self.gateway.child.wait(patience_s)
        except subprocess.TimeoutExpired:
            return None

    def wait_listening(self):
        """Whether banks can connect; False: it ended."""
        end = time.monotonic() + PATIENCE_S
        while self.ended() is None:
            for bank in self.two:
                bank.lose()
            try:
                for bank in self.two:
                    bank.connect()
                return True
            except Gone:
                time.sleep(0.01)
            if time.monotonic() > end:
                raise Wrong("corrupt", f"it neither serves nor ends:\n{self.gateway.tail()}")
        return False

    def go_on(self):
        """Starts it, as an operator would, with nothing in its way."""
        self.launch()
        if not self.wait_listening():
            raise Wrong("corrupt", f"it does not start again:\n{self.gateway.tail()}")

    def day(self, revive):
        self.people += 1
        return Day(*self.two, Person(self.people), revive)

    def finish(self, day):
        """After a day: the same ids give the same answers, before and after a stop, and all books
        are equal; then it is stopped, and the store checks clean."""
        day.ask_again()
        check(self, self.two)
        before = self.transfers(), self.positions()
        self.halt(day)
        self.verify()
        self.go_on()
        day.ask_again()
        check(self, self.two)
        if before != (self.transfers(), self.positions()):
            raise Wrong("corrupt", "another start shows another past")
        self.halt(day)

    def halt(self, day):
        """A clean stop."""
        for bank in day.banks:
            day.drain(bank)
            bank.lose()
        self.gateway.child.terminate()
        status = self.wait_end(PATIENCE_S)
        self.check_end(status, (0,))

    def check_end(self, status, wanted):
        self.gateway.killed = True  # nothing is left to stop
        if status not in wanted:
            raise Wrong("corrupt", f"it ended with {status}:\n{self.gateway.tail()}")
        self.gateway.check_log()

    def verify(self):
        """The laws, the log and its replay, on the stopped store."""
        done = attempt(BIN / "linkgatectl", "verify", "--config", self.dir / "linkgated.ini")
        if done.returncode != 0:
            raise Wrong("corrupt", f"verify: {done.returncode}\n{done.stdout}{done.stderr}")

    def close(self):
        for bank in getattr(self, "two", []):
            bank.lose()
        if self.gateway and self.gateway.alive():
            self.gateway.kill()
        super().close()


def strace(expression, calls, output="/dev/null"):
    """The words that run a program under strace as a child of ours."""
    words = ["strace", "-D", "-f", "-qq", "-o", str(output), "-e", f"trace={calls}"]
    return [*words, *(["-e", expression] if expression else [])]
