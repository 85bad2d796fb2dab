#!/usr/bin/python3
"""From one ledger version to the next with real programs: docs/operations.md, Another version."""

import os
import pathlib
import shutil
import time
import unittest

import place as site
from people import people
from place import BIN, SOURCE, SiteTest, attempt, link

BUILD = pathlib.Path(os.environ.get("LINKGATE_BUILD", SOURCE / "build"))
NEXT = BUILD / "tests/linkgated-next"
DAMAGED = 3  # a restart does not help


class Versions(SiteTest):
    def setUp(self):
        self.place = self.site({("limits", "overlay_ms"): 60000}).start()
        persons = people(1)
        self.class2, self.class1 = self.place.two_banks(persons)
        self.link = link(self.class2, self.class1, persons[0])
        self.told = [self.transfer() for _ in range(5)]
        self.place.gateway.kill()

    def transfer(self):
        return self.class2.do("transfer", link=self.link, dir="pull", fen=5, final=1)["transfer"]

    def run_once(self, program, *options):
        return attempt(program, *options, "--config", self.place.write_config())

    def test_the_previous_program_recovers(self):
        refused = self.run_once(NEXT)
        self.assertEqual(refused.returncode, DAMAGED, refused.stderr)
        self.assertIn("--recover", refused.stderr)
        self.assertEqual(self.run_once(NEXT, "--recover").returncode, DAMAGED)
        recovered = self.run_once(BIN / "linkgated", "--recover")
        self.assertEqual(recovered.returncode, 0, recovered.stderr)
        self.assertIn("event=recovered", recovered.stderr)
        self.next_goes_on()

    def next_goes_on(self):
        programs = self.place.dir / "next"
        programs.mkdir()
        for name in ("linkgatectl", "linkgate-bank"):
            os.symlink(BIN / name, programs / name)
        shutil.copy(NEXT, programs / "linkgated")
        self.addCleanup(setattr, site, "BIN", BIN)
        site.BIN = programs
        self.place.start()
        self.assertEqual(self.place.ctl("status")["ledger_version"], 3)
        self.place.wait_online()
        here = {row["id"] for row in self.place.transfers()}
        self.assertLessEqual(set(self.told), here)
        self.transfer()
        self.assert_books_agree(self.place)
        self.place.gateway.stop()
        refused = self.run_once(BIN / "linkgated")
        self.assertEqual(refused.returncode, DAMAGED, refused.stderr)
        self.assertIn("install the newer program again", refused.stderr)
        self.place.start()

    def test_killed_while_it_recovers(self):
        """Whole or not: not, and the next program refuses until the old one has been run again."""
        for delay in (0.0, 0.005, 0.02, 0.05):
            command = [BIN / "linkgated", "--recover", "--config", self.place.write_config()]
            begun = site.Process("recover", command, self.place.dir / "recover.log")
            time.sleep(delay)
            begun.kill()
        self.assertEqual(self.run_once(BIN / "linkgated", "--recover").returncode, 0)
        self.next_goes_on()


if __name__ == "__main__":
    unittest.main()
