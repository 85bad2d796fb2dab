#!/usr/bin/python3
"""Operators' orders on real processes: pins that go, rights that are taken, holds, searches; who may
approve what; and what the audit and the logs keep of it."""

import hashlib
import subprocess
import unittest

from place import BIN, CLASS1, CLASS2, SiteTest, link, wait_until
from people import people


class Orders(SiteTest):
    def setUp(self):
        self.place = self.site().start()
        self.person = people(1)[0]
        self.class2, self.class1 = self.place.two_banks([self.person])
        self.ident = link(self.class2, self.class1, self.person)

    def refused(self, done):
        """What a tool that ended with 1 was told."""
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def push(self):
        return self.class2.ctl("transfer", link=self.ident, dir="push", fen=1, final=1)

    def test_nobody_approves_an_order_of_his_own(self):
        """Root is one person like any other."""
        ident = self.place.ask("bank", "set", CLASS2, "--name", "Other")
        said = self.refused(self.place.tool("--json", "approval", "approve", "--yes", ident))
        self.assertIn("SAME_PERSON", said)
        self.assertEqual(self.place.ctl("bank", "show", CLASS2)["name"], f"Bank {CLASS2}")
        shown = self.place.ctl("approval", "show", ident)
        self.assertEqual(shown["state"], "WAITING")
        values = {field["name"]: field["value"] for field in shown["fields"]}
        self.assertEqual(values, {"bank": CLASS2, "name": "Other"})
        self.assertEqual(self.place.second("approval", "approve", "--yes", ident).returncode, 0)
        self.assertEqual(self.place.ctl("bank", "show", CLASS2)["name"], "Other")
        said = self.refused(self.place.second("approval", "approve", "--yes", ident))
        self.assertIn("APPROVAL_STATE", said)

    def test_waits_over_a_crash(self):
        ident = self.place.ask("bank", "set", CLASS2, "--name", "Other")
        self.place.kill_and_restart()
        self.assertEqual(self.place.second("approval", "approve", "--yes", ident).returncode, 0)
        self.place.kill_and_restart()
        self.assertEqual(self.place.ctl("bank", "show", CLASS2)["name"], "Other")
        rows = [row for row in self.place.ctl("audit", "list")["audit"] if row["two"]]
        self.assertEqual(rows[-1]["order"], "BANK_SET")
        self.assertNotEqual(rows[-1]["uid"], rows[-1]["approver"])

    def test_a_pin_that_goes_cuts_before_it_is_answered(self):
        pin = self.place.ctl("bank", "show", CLASS1)["pins"][0]
        self.assertIsNotNone(pin["certificate_expires_at"])
        self.place.ctl("bank", "pin", "remove", CLASS1, pin["pin"])
        self.assertEqual(self.place.sessions(CLASS1), 0)
        self.assertEqual(self.class1.do("status")["connections"], 0)
        wait_until(lambda: "is not pinned" in self.place.gateway.text(), "it to be turned away")
        self.place.order("bank", "pin", "add", CLASS1, pin["pin"])
        wait_until(lambda: self.place.sessions(CLASS1) > 0, "it to be let in again")
        self.place.ctl("bank", "disable", CLASS1)
        self.assertEqual(self.place.sessions(CLASS1), 0)
        self.place.order("bank", "enable", CLASS1)
        self.place.wait_served(self.class2, self.ident)

    def test_f16_a_kind_that_is_denied(self):
        self.assertEqual(self.push().returncode, 0)
        self.place.order("bank", "set", CLASS2, "--deny", "SUBMIT_TRANSFER")
        done = self.push()
        self.assertEqual(done.returncode, 1)
        self.assertIn("NOT_GRANTED", done.stdout)
        self.place.order("bank", "set", CLASS2, "--allow", "SUBMIT_TRANSFER")
        self.assertEqual(self.push().returncode, 0)

    def test_a_hold_is_placed_by_one_and_lifted_by_two(self):
        self.place.ctl("link", "hold", self.ident, "--reason", "FR01", "--reference", "desk-7")
        shown = self.place.ctl("link", "show", self.ident)
        self.assertEqual(shown["state"], "SUSPENDED")
        hold = shown["hold_list"][0]
        self.assertEqual((hold["authority"], hold["reference"]), ("OPERATOR", "desk-7"))
        self.assertIn("LINK_SUSPENDED", self.push().stdout)
        self.place.order("link", "lift", self.ident, hold["id"])
        shown = self.place.ctl("link", "show", self.ident)
        self.assertEqual((shown["state"], shown["holds"]), ("ACTIVE", 0))
        last = shown["history"][-1]
        self.assertTrue(last["two"])
        self.assertNotEqual(last["uid"], last["approver"])
        self.assertEqual(self.push().returncode, 0)

    def unknown(self):
        """A push that its bank posted and never says a word of."""
        self.class1.fault("kind=post -> drop-answer")
        self.class1.fault("kind=inquire -> drop")
        said = self.class2.open("transfer", link=self.ident, dir="push", fen=100, timeout_ms=3000)
        self.assertEqual(said["state"], "UNKNOWN")
        return said["transfer"]

    def test_an_unknown_transfer_is_resolved_on_paper(self):
        """By two people, with the bank's words and its document: then it is that bank's answer."""
        transfer = self.unknown()
        paper = self.place.dir / "letter.pdf"
        paper.write_bytes(b"posted as B-77")
        words = ("--word", "booked as B-77", "--document", str(paper))
        booked = ("--posted", "--reference", "B-77", "--date", "2026-12-22")
        order = ("transfer", "resolve", transfer)
        for wrong in ((*order, *words), (*order, *booked), (*order, "--undone", *booked, *words)):
            self.assertEqual(self.place.tool(*wrong).returncode, 2, wrong)
        self.refused(self.place.tool(*order, "--refused", "NO", *words))
        self.place.order(*order, *booked, *words)
        shown = self.place.ctl("transfer", "show", transfer)
        self.assertEqual((shown["state"], shown["reference"]), ("ACCEPTED", "B-77"))
        self.assertEqual(shown["evidence"], hashlib.sha256(paper.read_bytes()).hexdigest())
        last = shown["history"][-1]
        self.assertEqual((last["event"], last["cause"]), ("POSTED", "OPERATOR"))
        self.assertTrue(last["two"])
        self.assertIn("booked as B-77", self.place.tool("transfer", "explain", transfer).stdout)
        said = self.refused(self.place.tool(*order, *booked, *words))
        self.assertIn("TRANSFER_STATE", said)
        self.assertNotIn("booked as", self.place.gateway.text())

    def search(self, number, *words):
        command = [BIN / "linkgatectl", "--socket", self.place.admin, "--json", "link", "search"]
        done = subprocess.run(
            [*map(str, command), *words], input=number + "\n", capture_output=True, text=True,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        return [row for row in done.stdout.splitlines() if self.ident in row]

    def test_searches_find_and_are_recorded(self):
        person = self.person
        self.assertTrue(self.search(person.class2, "--bank", CLASS2, "--account", "-"))
        self.assertTrue(self.search(person.class1, "--bank", CLASS1, "--account", "-"))
        self.assertFalse(self.search(person.class1, "--bank", CLASS2, "--account", "-"))
        self.assertTrue(self.search(person.id_number, "--id-number", "-"))
        rows = [row for row in self.place.ctl("audit", "list")["audit"] if row["order"] == "SEARCH"]
        self.assertEqual([row["found"] for row in rows], [1, 1, 0, 1])
        kept = self.place.gateway.text() + self.place.tool("--json", "audit", "list").stdout
        for number in (person.class1, person.class2, person.id_number):
            self.assertNotIn(number, kept)

    def test_open_work(self):
        before = self.place.ctl("status")["open_work"]
        self.place.ask("bank", "set", CLASS2, "--name", "Other")
        after = self.place.ctl("status")["open_work"]
        self.assertEqual(after["approvals_waiting"], before["approvals_waiting"] + 1)
        self.assertGreater(self.place.ctl("status")["store_free_bytes"], 0)


if __name__ == "__main__":
    unittest.main()
