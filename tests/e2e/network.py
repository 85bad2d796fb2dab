"""Two network namespaces with a cable between them, which loses, is narrow, or is cut.

Needs root, ip, tc and nft. Nothing of it has a name outside: when the processes that hold the
namespaces end, all is gone, whatever becomes of the test.
"""

import json
import subprocess
import unittest

from place import Failed, attempt, run

GATEWAY_ADDRESS = "10.77.0.1"
BANK_ADDRESS = "10.77.0.2"
HOLD_S = 3600


class Namespace:
    """A network namespace that lives as long as a process of ours."""

    def __init__(self):
        hold = f"echo there; exec sleep {HOLD_S}"
        self.holder = subprocess.Popen(
            ["unshare", "--net", "--", "sh", "-c", hold],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = self.holder.stdout.readline().strip()
        # In front of a program that is to run inside; it becomes that program.
        self.words = ["nsenter", f"--net=/proc/{self.holder.pid}/ns/net", "--"]

    def run(self, *command):
        return run(*self.words, *command)

    def close(self):
        self.holder.kill()
        self.holder.wait()
        self.holder.stdout.close()


class Network:
    """A namespace for the gateway, one for a bank far away, and the cable."""

    def __init__(self, test):
        self.gateway = self._namespace(test)
        self.far = self._namespace(test)
        far = self.far.holder.pid
        try:
            self.gateway.run(
                *("ip", "link", "add", "cable", "type", "veth", "peer", "name", "cable"),
                *("netns", far),
            )
            for space, address in ((self.gateway, GATEWAY_ADDRESS), (self.far, BANK_ADDRESS)):
                space.run("ip", "address", "add", f"{address}/24", "dev", "cable")
                space.run("ip", "link", "set", "cable", "up")
                space.run("ip", "link", "set", "lo", "up")
            self.far.run("nft", "add", "table", "inet", "spoil")
        except (Failed, OSError) as fault:
            raise unittest.SkipTest(f"no network of our own can be made: {fault}") from None

    @staticmethod
    def _namespace(test):
        try:
            space = Namespace()
        except OSError as fault:
            raise unittest.SkipTest(f"no network namespace can be made: {fault}") from None
        test.addCleanup(space.close)
        if space.said != "there":
            raise unittest.SkipTest(f"no network namespace can be made: {space.said}")
        return space

    def _spoil(self, *what):
        for way in ("input", "output"):
            hook = ["{", "type", "filter", "hook", way, "priority", "0", ";", "}"]
            self.far.run("nft", "add", "chain", "inet", "spoil", way, *hook)
            where = ["iifname" if way == "input" else "oifname", "cable"]
            self.far.run("nft", "add", "rule", "inet", "spoil", way, *where, *what)

    def lose(self, percent):
        """Each packet with that chance, in both directions."""
        self._spoil("numgen", "random", "mod", "100", "<", percent, "counter", "drop")

    def cut(self):
        """Nothing passes, and nobody is told."""
        self._spoil("counter", "drop")

    def heal(self):
        self.far.run("nft", "flush", "table", "inet", "spoil")

    def lost(self):
        """Packets so far in each direction, since it was spoilt."""
        listing = json.loads(self.far.run("nft", "--json", "list", "table", "inet", "spoil"))
        rules = [entry["rule"] for entry in listing["nftables"] if "rule" in entry]
        words = [word for rule in rules for word in rule["expr"]]
        return [word["counter"]["packets"] for word in words if "counter" in word]

    def narrow(self, rate):
        """Both directions, with room for less than half a second."""
        shape = ["root", "tbf", "rate", rate, "burst", "4kb", "latency", "400ms"]
        for space in (self.gateway, self.far):
            space.run("tc", "qdisc", "add", "dev", "cable", *shape)

    def widen(self):
        for space in (self.gateway, self.far):
            space.run("tc", "qdisc", "del", "dev", "cable", "root")

    def held_back(self):
        """How often packets had to wait, in each direction."""
        seen = []
        for space in (self.gateway, self.far):
            shown = json.loads(space.run("tc", "-s", "-json", "qdisc", "show", "dev", "cable"))
            seen.append(shown[0]["overlimits"])
        return seen

    def kill_connections(self):
        """Resets every connection of the far side; false where the kernel cannot."""
        done = attempt(*self.far.words, "ss", "--kill", "--tcp", "--no-header")
        return done.stdout.strip() != ""
