"""Something is full: disk, map, log, descriptors. New work is refused, nothing is lost, and it goes
on by itself when there is room again."""

import os
import pathlib
import socket
import ssl
import subprocess
import unittest

from load import Loader
from people import people, uuid7
from place import OTHER, SiteTest, attempt, link, wait_until
from wire import RawBank, common, envelope

CALLERS = 200
# Few beside the callers; those that hung up are looked at so many at a time.
SPARE_FILES = 24
# For twenty looks and twenty transfers while nobody can connect: a loop that spins takes more.
CPU_MAX_S = 5
TICKS = os.sysconf("SC_CLK_TCK")

# A second process with a read transaction that it never ends: argv is the store's folder.
READER = """
import lmdb, sys, time
env = lmdb.open(sys.argv[1], readonly=True, lock=True, max_dbs=0)
txn = env.begin()
print("reading", flush=True)
time.sleep(3600)
"""


def cpu_s(process):
    fields = pathlib.Path(f"/proc/{process.child.pid}/stat").read_text(encoding="ascii")
    user, system = fields.rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / TICKS


def connected(place):
    """A bank's connection, or None if it was sent away."""
    try:
        return RawBank(place, OTHER)
    except (ssl.SSLError, ConnectionError):
        return None


class Full(SiteTest):
    """A site whose store is small, and what it says when it is full."""

    def open_site(self, settings):
        self.person = people(1)[0]
        self.place = self.site(settings)
        return self.place

    def begin(self):
        self.place.start()
        self.class2, self.class1 = self.place.two_banks([self.person])
        self.link = link(self.class2, self.class1, self.person)
        self.place.register(OTHER, "class2")
        self.other = RawBank(self.place, OTHER)
        self.addCleanup(self.other.close)

    def trouble(self):
        return " ".join(self.place.ctl("status").get("trouble", []))

    def works(self):
        """One transfer."""
        self.class2.do("transfer", link=self.link, dir="push", fen=1, final=1)

    def fill_up(self):
        """Transfers until new work is refused; they wait for their turn and end when there is room."""
        load = Loader(self.class2)
        load.start()
        self.addCleanup(load.stopping.set)
        wait_until(self.trouble, "new work to be refused")
        return load

    def assert_refuses(self, words):
        """New work is refused with a clear code; who looks is answered; status says why."""
        asked = self.other.transfer_message(uuid7())
        answer = self.other.ask(envelope.KIND_SUBMIT_TRANSFER, asked)
        said = common.Refusal.FromString(answer.payload)
        self.assertEqual((said.reason, said.retry), ("ED06", common.RETRY_SAME_ID_LATER))
        self.assertIn(words, self.trouble())
        self.assertIn(words, self.place.tool("status").stdout)
        self.assertTrue(self.place.transfers())

    def assert_recovers(self, load, starts=1):
        """What waited is done, and nothing was lost or done twice."""
        wait_until(lambda: not self.trouble(), "room")
        load.finish()
        self.assertEqual(load.broken, 0)
        self.works()
        self.assert_books_agree(self.place)
        self.assertEqual(self.place.ctl("status")["boot_count"], starts)


class Disk(Full):
    def mount(self, size):
        folder = self.place.dir / "disk"
        folder.mkdir()
        done = attempt("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder)
        if done.returncode != 0:
            self.skipTest(f"no file system may be mounted: {done.stderr.strip()}")
        self.addCleanup(attempt, "umount", "-l", folder)
        return folder

    def fill(self, folder):
        """Takes every block that is left."""
        with open(folder / "filler", "ab", buffering=0) as file:
            for size in (1 << 20, 4096):
                try:
                    while True:
                        file.write(bytes(size))
                except OSError:
                    pass
        return folder / "filler"

    def test_full_and_free_again(self):
        settings = {
            ("store", "map_mib"): 256,
            ("log", "segment_mib"): 1,
            ("log", "max_mib"): 64,
            ("limits", "overlay_ms"): 50,
        }
        self.open_site(settings)
        folder = self.mount("48m")
        self.place.settings[("store", "dir")] = folder / "store"
        self.begin()
        self.works()
        filler = self.fill(folder)
        load = self.fill_up()
        self.assert_refuses("free")
        filler.unlink()
        self.assert_recovers(load)

    def test_start_on_a_full_disk(self):
        self.open_site({("store", "map_mib"): 256, ("log", "segment_mib"): 1})
        folder = self.mount("48m")
        self.place.settings[("store", "dir")] = folder / "store"
        self.begin()
        self.works()
        filler = self.fill(folder)
        self.place.kill_and_restart()
        self.assertTrue(self.place.transfers())
        filler.unlink()
        self.place.wait_online()
        self.works()
        self.assert_books_agree(self.place)


class Map(Full):
    def test_held_by_a_reader_that_is_killed(self):
        self.open_site({("store", "map_mib"): 16, ("limits", "overlay_ms"): 20})
        self.begin()
        store = next(self.place.dir.glob("**/store/data.mdb")).parent
        reader = subprocess.Popen(
            ["/usr/bin/python3", "-c", READER, store], stdout=subprocess.PIPE, text=True
        )
        self.addCleanup(reader.stdout.close)
        self.addCleanup(reader.wait)
        self.addCleanup(reader.kill)
        self.assertEqual(reader.stdout.readline(), "reading\n")
        load = self.fill_up()
        self.assert_refuses("map")
        reader.kill()
        reader.wait()
        self.assert_recovers(load)
        self.assertIn("event=kv_dead_readers", self.place.gateway.text())


class Log(Full):
    def test_cap(self):
        """Segments may not be given up before an hour is over: the log reaches its cap."""
        settings = {("log", "segment_mib"): 1, ("log", "max_mib"): 4, ("log", "keep_hours"): 1}
        self.open_site(settings)
        self.begin()
        load = self.fill_up()
        self.assert_refuses("log")
        # More room takes a restart.
        self.place.settings[("log", "max_mib")] = 64
        self.place.stop_and_restart()
        self.assert_recovers(load, starts=2)


class Descriptors(Full):
    def test_none_left(self):
        self.open_site({})
        self.begin()
        gateway = self.place.gateway
        fds = pathlib.Path(f"/proc/{gateway.child.pid}/fd")
        limit = max(int(path.name) for path in fds.iterdir()) + 1 + SPARE_FILES
        run_limit = attempt("prlimit", "--pid", gateway.child.pid, f"--nofile={limit}:{limit}")
        self.assertEqual(run_limit.returncode, 0, run_limit.stderr)
        callers = []
        for _ in range(CALLERS):
            caller = socket.socket()
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.1", self.place.port))
            callers.append(caller)
        wait_until(lambda: "event=listening_paused" in gateway.text(), "listening to pause")
        before = cpu_s(gateway)
        for _ in range(20):
            self.assertEqual(self.place.ctl("status")["state"], "SERVING")
            self.works()
        spent = cpu_s(gateway) - before
        self.assertLess(gateway.text().count("event=listening_paused"), 1000)
        for caller in callers:
            caller.close()
        self.assertLess(spent, CPU_MAX_S)
        # Those that are gone are noticed one after the other; until then new ones are sent away.
        peer = wait_until(lambda: connected(self.place), "room for a connection")
        peer.close()
        self.assert_books_agree(self.place)

    def test_fewer_than_connections(self):
        """What a start may not have is said, and the gateway serves with what there is."""
        self.open_site({})
        self.place.wrapper = ["prlimit", "--nofile=300:300"]
        self.begin()
        self.assertIn("event=connections_limited", self.place.gateway.text())
        self.works()


if __name__ == "__main__":
    unittest.main()
