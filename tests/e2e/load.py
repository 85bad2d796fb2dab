"""Banks that move money while a test disturbs them."""

import threading
import time

from place import last_object

COUNT = 150


class Loader(threading.Thread):
    """Runs one load after the other at a bank until it is told to stop."""

    def __init__(self, bank, timeout_ms=3000, push=50):
        super().__init__(daemon=True)
        self.bank = bank
        self.timeout_ms = timeout_ms
        self.push = push
        self.stopping = threading.Event()
        self.loads = []
        self.broken = 0

    def run(self):
        while not self.stopping.is_set():
            load = self.bank.begin(
                "load",
                link="all",
                count=COUNT,
                inflight=24,
                push=self.push,
                amount=100,
                timeout_ms=self.timeout_ms,
            )
            out, _ = load.communicate()
            if load.returncode == 0:
                self.loads.append(last_object(out))
            else:
                self.broken += 1  # the bank was killed
                time.sleep(0.1)

    def finish(self):
        self.stopping.set()
        self.join()
