"""linkgatectl verify: of stores that a gateway left behind, killed or stopped, whole and damaged, of
one that it has open, and of a running one; and that it changes nothing at all."""

import json
import shutil
import struct
import unittest

from people import people
from place import BIN, Failed, Process, SiteTest, attempt, link

PAGE = 4096


def every_file(folder):
    """Names, bytes and times of all that is in it, and of itself."""
    seen = {}
    for path in [folder, *sorted(folder.rglob("*"))]:
        status = path.stat()
        content = path.read_bytes() if path.is_file() else None
        seen[str(path)] = (status.st_mtime_ns, status.st_ctime_ns, status.st_size, content)
    return seen


class Verify(SiteTest):
    def setUp(self):
        self.place = self.site().start()
        persons = people(2, class2_fen=10**9, class1_fen=10**9)
        class2, class1 = self.place.two_banks(persons)
        for person in persons:
            link(class2, class1, person)
        self.class2 = class2
        self.links = [row["id"] for row in self.place.ctl("link", "list")["links"]]
        self.traffic()

    def traffic(self):
        for link_id in self.links:
            for fen in (5, 700, 31):
                self.class2.do("transfer", link=link_id, dir="pull", fen=fen, final=1)

    def stopped(self):
        self.place.gateway.stop()
        return self.place.dir / "store"

    def killed(self):
        self.place.gateway.kill()
        return self.place.dir / "store"

    def verify(self, folder, *words):
        return tool("verify", "--store", folder, "--keys", self.place.dir / "store.keys", *words)

    def report(self, folder, *words):
        done = self.verify(folder, "--json", *words)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        self.assertEqual(done.stderr, "")
        report = json.loads(done.stdout)
        self.assertEqual(report["right"], done.returncode == 0)
        self.assertEqual(report["found"], len(report["findings"]))
        return report

    def copy(self, folder):
        copy = self.place.dir / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(folder, copy)
        return copy

    def test_left_behind(self):
        """A store while it is used, killed, damaged, stopped; one site for all of it."""
        self.live()
        self.in_use()
        folder = self.killed()
        self.whole(folder)
        self.damaged(folder)
        self.place.start()
        folder = self.stopped()
        report = self.report(folder)
        self.assertEqual((report["findings"], report["tail"]), ([], 0))
        self.exit_statuses(folder)
        self.not_started(folder)

    def live(self):
        report = self.place.ctl("verify", "--live")
        self.assertEqual((report["right"], report["findings"]), (True, []))
        self.assertEqual(report["links"], len(self.links))
        self.assertEqual(report["transfers"], 3 * len(self.links))
        self.assertIsNone(report["rows"])
        report = self.place.ctl("verify", "--live", "--link", self.links[0])
        self.assertEqual((report["links"], report["transfers"]), (1, 0))
        with self.assertRaises(Failed) as refused:
            self.place.ctl("verify", "--live", "--transfer", "00" * 15 + "01")
        self.assertEqual(refused.exception.status, 1)
        self.assertIn("What was looked at is right", self.place.tool("verify", "--live").stdout)

    def in_use(self):
        done = self.verify(self.place.dir / "store")
        self.assertEqual(done.returncode, 3)
        self.assertIn("has this store open", done.stderr)
        self.assertIn("linkgatectl verify --live", done.stderr)

    def whole(self, folder):
        before = every_file(folder)
        report = self.report(folder)
        self.assertEqual(report["findings"], [])
        self.assertEqual(report["replay"], "WHOLE")
        self.assertEqual(report["transfers"], 3 * len(self.links))
        self.assertGreater(report["replayed"] + report["tail"], 20)
        done = self.verify(folder)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("The store is right: nothing was found.", done.stdout)
        self.assertEqual(every_file(folder), before)

    def damaged(self, folder):
        """Each is found, and the look changes nothing."""
        for name, damage, words in DAMAGES:
            with self.subTest(name):
                copy = self.copy(folder)
                damage(copy)
                before = every_file(copy)
                report = self.report(copy)
                self.assertEqual(every_file(copy), before)
                self.assertFalse(report["right"])
                self.assertIn(words, json.dumps(report["findings"]))

    def exit_statuses(self, folder):
        other = self.place.dir / "other.keys"
        self.assertEqual(attempt(BIN / "linkgated", "--make-keys", other).returncode, 0)
        config = self.place.dir / "linkgated.ini"
        for status, words, says in (
            (3, ["--store", folder, "--keys", "/nowhere/keys"], "/nowhere/keys"),
            (3, ["--store", self.place.pki, "--keys", other], "no folder of a gateway"),
            (3, ["--store", folder, "--keys", other], "the key file does not open it"),
            (2, ["--config", "/nowhere/linkgated.ini"], "cannot be read"),
            (2, ["--live", "--store", folder], "--live asks the running gateway"),
            (2, ["--link", self.links[0]], "go with --live"),
            (0, ["--config", config], ""),
        ):
            with self.subTest(words):
                done = tool("verify", *words)
                self.assertEqual(done.returncode, status, done.stdout + done.stderr)
                self.assertIn(says, done.stderr)

    def not_started(self, folder):
        """The quick part of it stands before every start: status 3, and what to do."""
        flip(folder / "store/data.mdb", PAGE + 16)
        log = self.place.dir / "refused.log"
        refused = Process("linkgated", [BIN / "linkgated", "--config", self.place.write_config()], log)
        self.assertEqual(refused.child.wait(), 3)
        self.assertIn("data.mdb is damaged: page 1 is no meta page", refused.text())
        self.assertIn("run linkgatectl verify", refused.text())

    def test_from_a_backup(self):
        """An older copy, and the log from there: the same rows come out."""
        backup = self.copy(self.stopped())
        self.place.start()
        self.place.wait_online()
        self.traffic()
        folder = self.stopped()
        report = self.report(folder, "--from-backup", backup)
        self.assertEqual((report["findings"], report["replay"]), ([], "FROM_BACKUP"))
        self.assertGreater(report["replayed"], 6)
        done = self.verify(backup, "--from-backup", folder)
        self.assertEqual(done.returncode, 3)
        self.assertIn("not an older state of this store", done.stderr)


def tool(*words):
    return attempt(BIN / "linkgatectl", *words)


def flip(path, offset, mask=1):
    content = bytearray(path.read_bytes())
    content[offset] ^= mask
    path.write_bytes(content)


def newest_meta(content):
    """Offset of the meta page that counts."""
    transactions = [struct.unpack_from("<Q", content, i * PAGE + 16 + 128)[0] for i in (0, 1)]
    return PAGE * (transactions[0] < transactions[1])


def root_of(folder):
    content = (folder / "store/data.mdb").read_bytes()
    meta = newest_meta(content)
    return struct.unpack_from("<Q", content, meta + 16 + 72 + 40)[0] * PAGE


def flip_root(folder):
    flip(folder / "store/data.mdb", root_of(folder) + 14)


def flip_a_value(folder):
    """A byte of a checksum: what stands last in the last leaf."""
    path = folder / "store/data.mdb"
    content = path.read_bytes()
    root = root_of(folder)
    while struct.unpack_from("<H", content, root + 10)[0] == 1:
        end_of_offsets = struct.unpack_from("<H", content, root + 12)[0]
        node = root + struct.unpack_from("<H", content, root + end_of_offsets - 2)[0]
        low, high = struct.unpack_from("<HH", content, node)
        root = (low | high << 16) * PAGE
    flip(path, root + PAGE - 3)


def cut_store(folder):
    path = folder / "store/data.mdb"
    path.write_bytes(path.read_bytes()[: 3 * PAGE])


def zero_page(folder):
    path = folder / "store/data.mdb"
    content = bytearray(path.read_bytes())
    root = root_of(folder)
    content[root : root + PAGE] = bytes(PAGE)
    path.write_bytes(content)


def first_segment(folder):
    return sorted((folder / "log").glob("segment-*"))[0]


def flip_batch(folder):
    flip(first_segment(folder), PAGE + 200)


def lose_head(folder):
    (folder / "log/head").unlink()


def lose_segment(folder):
    first_segment(folder).unlink()


def double_segment(folder):
    shutil.copy(first_segment(folder), folder / "log/segment-000000000099")


def empty_log(folder):
    for path in (folder / "log").iterdir():
        path.unlink()


DAMAGES = [
    ("a meta page", lambda folder: flip(folder / "store/data.mdb", 16), "is no meta page"),
    ("the root", flip_root, "page"),
    ("a row", flip_a_value, "checksum"),
    ("a store cut off", cut_store, "cut off"),
    ("a page of zeroes", zero_page, "page"),
    ("a batch", flip_batch, "segment-000000000001"),
    ("no head", lose_head, "head is missing"),
    ("no segment", lose_segment, "is missing"),
    ("a doubled segment", double_segment, "is a copy of segment"),
    ("an empty log", empty_log, "ahead of the log"),
]


if __name__ == "__main__":
    unittest.main()
