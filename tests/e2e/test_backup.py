#!/usr/bin/python3
"""Backups on real processes: made under load, put back with the log and without, and what banks that
have seen more make of an old store."""

import json
import os
import pathlib
import random
import shutil
import subprocess
import time
import unittest

from load import Loader
from people import people
from place import BIN, CLASS1, CLASS2, PATIENCE_S, SiteTest, attempt, last_object, link, wait_until


UNREADABLE = 3  # linkgatectl verify
KILLS = 6  # in each of so many parts of a backup's time


def tool(*words):
    return attempt(BIN / "linkgatectl", "--json", *words)


class Backup(SiteTest):
    def setUp(self):
        self.place = self.site().start()
        self.persons = people(2, class2_fen=10**9, class1_fen=10**9)
        self.class2, self.class1 = self.place.two_banks(self.persons)
        self.links = [link(self.class2, self.class1, person) for person in self.persons]
        self.dir = self.place.dir / "backup"
        self.partial = self.place.dir / "backup.partial"
        self.store = self.place.dir / "store"

    def backup(self):
        done = self.place.ctl("backup", self.dir)
        self.assertEqual(done["state"], "DONE")
        return done

    def transfer(self, **more):
        fields = {"link": self.links[0], "dir": "pull", "fen": 5, "final": 1, **more}
        return self.class2.do("transfer", **fields)["transfer"]

    def restore(self):
        done = tool("restore", self.dir, self.store)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def assert_nothing_left(self):
        self.assertFalse(self.dir.exists())
        self.assertFalse(self.partial.exists())

    def test_under_load_and_put_back_with_the_log(self):
        """Killed after more was told, the store lost: with the log that is left nothing is missing."""
        loaders = [Loader(self.class2), Loader(self.class1)]
        for loader in loaders:
            loader.start()
        try:
            time.sleep(0.3)
            made = self.backup()
            time.sleep(0.3)
        finally:
            for loader in loaders:
                loader.finish()
        told = self.transfer()
        self.assertTrue((self.dir / "MANIFEST").is_file())
        self.assertEqual(self.dir.stat().st_mode & 0o777, 0o700)
        for path in self.dir.rglob("*"):
            self.assertEqual(path.stat().st_mode & 0o77, 0, path)
        status = self.place.ctl("status")
        self.assertEqual(status["last_backup_sequence"], made["sequence"])
        self.assertRegex(status["last_backup_age"], r"^\d+ s$")
        self.assertIn("its age", self.place.tool("status").stdout)
        self.assertEqual(self.place.ctl("audit", "list")["audit"][-1]["order"], "BACKUP")
        before = {row["id"] for row in self.place.transfers()}
        self.assertIn(told, before)
        self.place.gateway.kill()
        shutil.rmtree(self.store / "store")
        self.assertTrue(self.restore()["kept_log"])
        self.place.start()
        self.place.wait_online()
        self.assertEqual({row["id"] for row in self.place.transfers()}, before)
        self.transfer()
        self.assert_books_agree(self.place)

    def test_an_old_store_is_held_until_it_is_reconciled(self):
        """Store and log lost: the old state; who has seen more goes on when two people say so."""
        old = self.transfer()
        self.backup()
        lost = [self.transfer() for _ in range(3)]
        wait_until(lambda: self.class2.do("books")["open_requests"] == 0, "all to be told")
        self.place.gateway.kill()
        shutil.rmtree(self.store)
        self.assertFalse(self.restore()["kept_log"])
        self.place.start()
        self.place.wait_online()
        here = {row["id"] for row in self.place.transfers()}
        self.assertIn(old, here)
        self.assertFalse(here & set(lost))
        self.held()
        # The hold outlives a restart. Questions are answered, and what is not known is told apart.
        self.place.kill_and_restart()
        self.place.wait_online()
        self.held()
        self.reconcile()

    def held(self):
        """Neither way anything new."""
        for code in (CLASS1, CLASS2):
            shown = self.place.ctl("bank", "show", code)
            self.assertIsNotNone(shown["held_since"])
            self.assertGreater(shown["held_notice"], shown["last_notice"])
        status = self.place.ctl("status")
        self.assertEqual(status["banks_held"], 2)
        self.assertIn("reconciled", " ".join(status["trouble"]))
        self.assertIn("old backup", self.place.gateway.text())
        applied = status["commands"]
        self.waiting = self.class2.begin(
            "transfer", link=self.links[0], dir="push", fen=1, final=1
        )
        self.addCleanup(self.waiting.kill)
        wait_until(lambda: self.place.ctl("status")["commands"] > applied, "it to be refused")
        story = self.place.tool("link", "explain", self.links[0]).stdout
        self.assertIn("is held", story)
        self.assertIn("bank resync", story)

    def reconcile(self):
        notices = {c: self.place.ctl("bank", "show", c)["held_notice"] for c in (CLASS1, CLASS2)}
        self.place.order("bank", "resync", CLASS2)
        # The bank sends its push again by itself, and is told now that the other one is held.
        out, _ = self.waiting.communicate(timeout=PATIENCE_S)
        refusal = last_object(out)
        self.assertEqual((refusal["detail"], refusal["retry"]), ("PEER_HELD", "new-id"))
        self.assertEqual(self.place.tool("bank", "resync", CLASS2).returncode, 1)  # not held
        self.place.order("bank", "resync", CLASS1)
        made = self.class2.do("transfer", link=self.links[1], dir="push", fen=2, final=1)
        self.assertEqual(self.place.ctl("transfer", "show", made["transfer"])["state"], "ACCEPTED")
        for code, bank in ((CLASS1, self.class1), (CLASS2, self.class2)):
            shown = self.place.ctl("bank", "show", code)
            self.assertIsNone(shown["held_since"])
            self.assertGreater(shown["last_notice"], notices[code])
            wait_until(
                lambda: bank.do("status")["last_notice"]
                == self.place.ctl("bank", "show", code)["acked_notice"]
                == self.place.ctl("bank", "show", code)["last_notice"],
                f"bank {code} to have all its notices",
            )

    def test_what_will_not_do_leaves_nothing(self):
        refused = self.place.tool("--json", "backup", "/proc/linkgate/backup")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("does not exist", refused.stderr)
        self.assertEqual(self.place.tool("backup", self.store).returncode, 1)  # not empty
        os.mkdir(self.dir)
        self.backup()
        again = self.place.tool("backup", self.dir)
        self.assertEqual(again.returncode, 1)
        self.assertIn("not empty", again.stderr)
        running = tool("restore", self.dir, self.store)
        self.assertEqual(running.returncode, 1)
        self.assertIn("stop the gateway", running.stderr)

    def test_killed_on_the_way(self):
        """It bears the name and verifies, or nothing does that would be put back."""
        start = time.monotonic()
        self.backup()
        whole_s = time.monotonic() - start
        shutil.rmtree(self.dir)
        for part in range(KILLS):
            begun = subprocess.Popen(
                [BIN / "linkgatectl", "--socket", self.place.admin, "backup", self.dir],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
            time.sleep(whole_s * (part + random.random()) / KILLS)
            self.place.gateway.kill()
            begun.wait()
            self.assert_whole_or_none()
            self.place.start()
            self.place.wait_online()
        self.backup()
        self.assert_whole_or_none()
        self.assertFalse(self.partial.exists())

    def assert_whole_or_none(self):
        if self.dir.exists():
            self.assertTrue((self.dir / "MANIFEST").is_file())
            self.assertEqual(self.verify(self.dir).returncode, 0)
            shutil.rmtree(self.dir)
        if self.partial.exists() and not (self.partial / "MANIFEST").exists():
            elsewhere = self.place.dir / "elsewhere"
            self.assertEqual(tool("restore", self.partial, elsewhere).returncode, 1)
            self.assertFalse(elsewhere.exists())
            looked = self.verify(self.partial)
            self.assertEqual(looked.returncode, UNREADABLE, looked.stdout)
            self.assertIn("was not finished", looked.stderr)

    def verify(self, folder):
        keys = self.place.dir / "store.keys"
        return attempt(BIN / "linkgatectl", "verify", "--store", folder, "--keys", keys)

    def test_onto_a_full_disk(self):
        disk = self.place.dir / "small"
        disk.mkdir()
        if attempt("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk).returncode != 0:
            self.skipTest("needs root, to mount a small disk")
        self.addCleanup(attempt, "umount", disk)
        self.dir = disk / "backup"
        failed = self.place.tool("--json", "backup", self.dir)
        self.assertEqual(failed.returncode, 1, failed.stdout)
        self.assertEqual(json.loads(failed.stdout)["state"], "FAILED")
        self.assertIn("No space", failed.stderr)
        self.assert_nothing_left()
        self.assertEqual(self.place.ctl("status")["last_backup_at"], None)
        self.transfer()  # the gateway does not mind
        self.assertEqual(self.place.ctl("status")["trouble"], [])


if __name__ == "__main__":
    unittest.main()
