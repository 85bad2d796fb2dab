"""What the daemon tells systemd, and what it does with signals."""

import pathlib
import platform
import queue
import signal
import socket
import threading
import time
import unittest

from people import people
from place import BIN, PATIENCE_S, SOURCE, Failed, SiteTest, attempt, link, run, wait_until

JUMP_TO_ITSELF = {"x86_64": b"\xeb\xfe", "aarch64": b"\x00\x00\x00\x14"}
ELF_TYPE_AT, ELF_SHARED = 16, 3


class Notifications(threading.Thread):
    """The socket that systemd would listen on, read as it comes: the kernel keeps ten messages, and
    whoever sends the eleventh waits."""

    def __init__(self, folder):
        super().__init__(daemon=True)
        self.path = str(folder / "notify.sock")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.said = queue.Queue()
        self.start()

    def run(self):
        while text := self.socket.recv(4096):
            self.said.put(text.decode())

    def wait(self, key, patience_s=PATIENCE_S):
        """The next message with that assignment; its assignments."""
        while True:
            try:
                text = self.said.get(timeout=patience_s)
            except queue.Empty:
                raise TimeoutError(f"no {key} in {patience_s} s") from None
            said = dict(line.split("=", 1) for line in text.splitlines())
            if key in said:
                return said

    def close(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as last:
            last.sendto(b"", self.path)
        self.join()
        self.socket.close()


def plant_endless_loop(process, function):
    """From now on whoever enters that function of the running gateway never leaves it."""
    program = BIN / "linkgated"
    code = JUMP_TO_ITSELF.get(platform.machine())
    if code is None:
        raise unittest.SkipTest("how this processor jumps is not known here")
    try:
        symbols = [line.split() for line in run("nm", program).splitlines()]
        address = next(int(words[0], 16) for words in symbols if words[2:] == [function])
        if program.read_bytes()[ELF_TYPE_AT] == ELF_SHARED:
            maps = pathlib.Path(f"/proc/{process.child.pid}/maps").read_text(encoding="ascii")
            lines = [line for line in maps.splitlines() if line.endswith(str(program.resolve()))]
            address += int(lines[0].split("-")[0], 16)
        with open(f"/proc/{process.child.pid}/mem", "r+b", buffering=0) as memory:
            memory.seek(address)
            memory.write(code)
    except (Failed, OSError, StopIteration) as fault:
        raise unittest.SkipTest(f"the gateway's code cannot be changed: {fault!r}") from None


class Systemd(SiteTest):
    def start(self, **env):
        place = self.site(env=env)
        place.notifications = Notifications(place.dir)
        self.addCleanup(place.notifications.close)
        place.env["NOTIFY_SOCKET"] = place.notifications.path
        return place

    def test_ready_stopping(self):
        place = self.start().start()
        ready = place.notifications.wait("READY")
        self.assertEqual(ready["READY"], "1")
        # Ready means that it listens.
        socket.create_connection(("127.0.0.1", place.port), PATIENCE_S).close()
        place.gateway.signal(signal.SIGTERM)
        self.assertEqual(place.notifications.wait("STOPPING")["STOPPING"], "1")
        place.gateway.stop()

    def test_asked_again_and_again_to_stop(self):
        """A good end stays one, whenever the next signal comes."""
        place = self.start().start()
        place.notifications.wait("READY")
        while place.gateway.alive():
            place.gateway.signal(signal.SIGTERM)
            place.gateway.signal(signal.SIGHUP)
        place.gateway.stop()

    def test_reload(self):
        place = self.start().start()
        place.notifications.wait("READY")
        before = time.monotonic_ns() // 1000
        place.settings[("journal", "level")] = 7
        place.write_config()
        place.gateway.signal(signal.SIGHUP)
        reloading = place.notifications.wait("RELOADING")
        self.assertGreaterEqual(int(reloading["MONOTONIC_USEC"]), before)
        place.notifications.wait("READY")

    def test_watchdog(self):
        place = self.start(WATCHDOG_USEC="2000000").start()
        for _ in range(3):
            self.assertEqual(place.notifications.wait("WATCHDOG")["WATCHDOG"], "1")

    def test_hang_is_not_hidden(self):
        """A stopped process sends no sign of life: systemd would restart it."""
        place = self.start(WATCHDOG_USEC="2000000").start()
        place.notifications.wait("WATCHDOG")
        place.gateway.signal(signal.SIGSTOP)
        with self.assertRaises(TimeoutError):
            for _ in range(100):
                place.notifications.wait("WATCHDOG", patience_s=3)
        place.gateway.signal(signal.SIGCONT)

    def test_endless_loop_in_the_ledger(self):
        """The sign of life ends although the sockets are served; after what systemd does then all
        is there, and what hung is answered."""
        place = self.start(WATCHDOG_USEC="2000000").start()
        person = people(1)[0]
        class2, class1 = place.two_banks([person])
        ident = link(class2, class1, person)
        told = class2.do("transfer", link=ident, dir="pull", fen=5, final=1)
        place.notifications.wait("WATCHDOG")
        plant_endless_loop(place.gateway, "ledger_apply")
        asking = class2.begin("transfer", link=ident, dir="push", fen=7, timeout_ms=60000)
        self.addCleanup(asking.communicate)
        wait_until(lambda: "event=thread_stuck thread=ledger" in place.gateway.text(), "the alarm")
        # What was said before it may still be there.
        with self.assertRaises(TimeoutError):
            for _ in range(100):
                place.notifications.wait("WATCHDOG", patience_s=3)
        self.assertIsNone(asking.poll())
        self.abort(place)
        keys = ["--keys", place.dir / "store.keys"]
        checked = attempt(BIN / "linkgatectl", "verify", "--store", place.dir / "store", *keys)
        self.assertEqual((checked.returncode, checked.stderr), (0, ""), checked.stdout)
        place.start()
        shown = place.ctl("transfer", "show", told["transfer"])
        self.assertEqual(shown["state"], "ACCEPTED")
        place.notifications.wait("WATCHDOG")
        out, errors = asking.communicate()
        # Refused if the other bank was not back yet when it was sent again.
        self.assertIn(asking.returncode, (0, 1), out + errors)
        self.assert_books_agree(place)
        self.assertEqual(len(place.transfers()), 2 - asking.returncode)

    def abort(self, place):
        """As systemd does when the sign of life is missing."""
        place.gateway.killed = True
        place.gateway.signal(signal.SIGABRT)
        self.assertEqual(place.gateway.child.wait(PATIENCE_S), -signal.SIGABRT)
        self.assertIn("event=thread_stuck", place.gateway.text())


class Reload(SiteTest):
    """SIGHUP: all of the new, or all of the old."""

    def setUp(self):
        self.place = self.site().start()
        self.person = people(1)[0]
        self.class2, self.class1 = self.place.two_banks([self.person])
        self.link = link(self.class2, self.class1, self.person)

    def reload(self, outcome="new configuration in force"):
        self.place.reload(outcome)
        self.class2.do("transfer", link=self.link, dir="push", fen=1, final=1)

    def test_faults_change_nothing(self):
        faults = [
            ("tls", "certificate", self.place.dir / "nowhere.crt"),
            ("tls", "ca", self.place.dir / "linkgated.ini"),
            ("session", "heartbeat_ms", "soon"),
            ("session", "heartbeat_ms", "0"),
            ("gateway", "port", "1"),
            ("nothing", "like_this", "1"),
        ]
        for section, key, value in faults:
            good = dict(self.place.settings)
            self.place.settings[(section, key)] = value
            self.reload("the old configuration stays")
            self.place.settings = good
        self.reload()

    def test_certificate_rolls_over(self):
        """A new certificate for the gateway; sessions that are open stay."""
        self.place.certificate("gateway2", "--gateway", "127.0.0.1,localhost")
        self.place.settings[("tls", "certificate")] = self.place.pki / "gateway2.crt"
        self.place.settings[("tls", "key")] = self.place.pki / "gateway2.key"
        self.reload()
        for bank in (self.class2, self.class1):
            bank.do("disconnect")
        self.place.wait_served(self.class2, self.link)
        self.assert_books_agree(self.place)

    def test_revoked_certificate_is_cut_off(self):
        run(SOURCE / "certs/make-crl", self.place.pki, "--revoke", self.class1.code)
        self.place.reload()
        self.place.wait_offline(self.class1.code)
        refusal = self.class2.refused("transfer", link=self.link, dir="pull", fen=1)
        self.assertEqual(refusal["reason"], "AB07")


class Drain(SiteTest):
    def test_what_is_in_flight_may_finish(self):
        place = self.site().start()
        person = people(1)[0]
        class2, class1 = place.two_banks([person])
        ident = link(class2, class1, person)
        class1.fault("kind=post -> delay-post 1000")
        asking = class2.begin("transfer", link=ident, dir="push", fen=5, timeout_ms=30000)
        wait_until(lambda: place.transfers(), "the transfer")
        place.gateway.stop()
        out, errors = asking.communicate()
        # It was answered before the gateway went away: nobody is there to ask again.
        self.assertEqual(asking.returncode, 0, out + errors)
        place.start()
        self.assert_books_agree(place)


if __name__ == "__main__":
    unittest.main()
