#!/usr/bin/python3
"""Reconciliation by banks that list what stands in their own books, and upload it."""

import unittest

from lists import NOWHERE, whole_of
from people import people
from place import CLASS1, CLASS2, SiteTest, link, wait_until


class BankLists(SiteTest):
    def setUp(self):
        self.place = self.site().start()
        persons = people(2, class2_fen=10**9, class1_fen=10**9)
        self.class2, self.class1 = self.place.two_banks(persons)
        self.links = [link(self.class2, self.class1, person) for person in persons]

    def traffic(self):
        """Both ways, by both banks, and money back."""
        for fen in range(1, 4):
            pulled = self.class2.do("transfer", link=self.links[0], dir="pull", fen=fen, final=1)
            self.class2.do("transfer", link=self.links[1], dir="push", fen=10 * fen, final=1)
            self.class1.do("transfer", link=self.links[0], dir="pull", fen=100 * fen, final=1)
        self.class2.do("return", pulled["transfer"], fen=1, final=1)

    def make(self, bank, what="1", **options):
        path = self.place.dir / f"{bank.code}-{what}.csv"
        return path, bank.do("recon-list", what, path, **options)

    def upload(self, bank, path):
        """What came of it."""
        sha256 = bank.do("recon-upload", path)["sha256"]

        def judged():
            said = bank.do("recon-result", sha256)
            return said if said["state"] == "JUDGED" else None

        return wait_until(judged, "the list to be judged")

    def assert_all_match(self, bank, what, count):
        path, made = self.make(bank, what)
        said = self.upload(bank, path)
        self.assertEqual((made["count"], said["matched"], said["rows"]), (count, count, []))
        return made

    def cases(self):
        return self.place.ctl("case", "list")["cases"]

    def close_window(self):
        self.place.order("window", "close", "1")

        def told():
            states = [bank.rows("windows") for bank in (self.class2, self.class1)]
            return all(rows and rows[0]["state"] == "CLOSED" for rows in states)

        wait_until(told, "both banks to hear that the window is closed")

    def test_what_two_banks_booked_is_what_the_gateway_has(self):
        self.traffic()
        made = self.assert_all_match(self.class2, "1", 10)
        self.assertEqual((made["debit_fen"], made["credit_fen"]), (60 + 600 + 1, 6))
        made = self.assert_all_match(self.class1, "1", 10)
        self.assertEqual((made["debit_fen"], made["credit_fen"]), (6, 60 + 600 + 1))
        for bank in (self.class2, self.class1):
            self.assert_all_match(bank, "links", 2)
        self.close_window()
        self.class2.do("transfer", link=self.links[0], dir="pull", fen=5, final=1)
        for bank in (self.class2, self.class1):
            bank.kill_and_restart()
            self.assert_all_match(bank, "2", 1)
        self.class2.do("close-link", self.links[1])
        wait_until(lambda: self.make(self.class1, "links")[1]["count"] == 1, "the link to be gone")
        for bank in (self.class2, self.class1):
            self.assert_all_match(bank, "1", 10)
            self.assert_all_match(bank, "links", 1)
        self.assertEqual(self.cases(), [])

    def test_a_list_of_many_parts(self):
        said = self.class2.do("load", link=self.links[0], count=1100, amount=1)
        self.assertEqual(said["accepted"], 1100)
        path, made = self.make(self.class1)
        done = self.class1.do("recon-upload", path)
        self.assertEqual((made["count"], done["count"], done["parts"]), (1100, 1100, 3))
        self.assertEqual(self.upload(self.class1, path)["matched"], 1100)

    def test_what_only_the_bank_knows_that_it_posted_settles_the_transfer(self):
        self.class1.fault("kind=post -> drop-answer")
        self.class1.fault("kind=inquire -> drop")
        said = self.class2.open("transfer", link=self.links[0], dir="push", fen=77, timeout_ms=3000)
        path, made = self.make(self.class1)
        self.assertEqual((made["count"], made["credit_fen"]), (1, 77))
        (row,) = self.upload(self.class1, path)["rows"]
        self.assertEqual((row["class"], row["gateway_state"]), ("STATUS_DIFF", "UNKNOWN"))
        shown = self.place.ctl("transfer", "show", said["transfer"])
        self.assertEqual((shown["state"], shown["history"][-1]["cause"]), ("ACCEPTED", "RECON"))
        self.class1.do("faults-clear")
        self.class2.do("transfer", link=self.links[0], dir="pull", fen=5, final=1)
        self.assert_all_match(self.class1, "1", 2)

    def plant(self, path, change):
        """The list with one row changed: its fields, by number."""
        lines = path.read_text(encoding="utf-8").splitlines()
        header, row = lines[0].split(","), lines[2].split(",")
        before = int(row[4])
        for place, value in change.items():
            row[place] = value
        side = 7 if row[2] == header[2] else 8
        header[side] = str(int(header[side]) - before + int(row[4]))
        lines[0], lines[2] = ",".join(header), ",".join(row)
        path.write_text(whole_of(lines[:-1]), encoding="utf-8")

    def test_a_wrong_row_is_found_and_becomes_a_case(self):
        self.traffic()
        for change, classes in (
            ({4: "4711"}, ["AMOUNT_DIFF"]),
            ({1: "BILL"}, ["STATUS_DIFF"]),
            ({0: NOWHERE}, ["MISSING_HERE", "MISSING_THERE"]),
        ):
            path, _ = self.make(self.class1)
            self.plant(path, change)
            said = self.upload(self.class1, path)
            self.assertEqual(sorted(row["class"] for row in said["rows"]), classes)
            subjects = [case["subject"] for case in self.cases() if case["state"] == "OPEN"]
            self.assertLessEqual(set(classes), set(subjects))
        self.assertEqual({case["owner"] for case in self.cases()}, {CLASS1})

    def test_lists_that_are_not_taken(self):
        self.traffic()
        path, made = self.make(self.class1)
        right = path.read_text(encoding="utf-8")
        for text in (right[:-20], right + right, right.replace(",100,", ",101,", 1),
                     right.replace(CLASS1, CLASS2), right.replace(",10,", ",11,", 1), ""):
            path.write_text(text, encoding="utf-8")
            self.assertEqual(self.class1.ctl("recon-upload", path).returncode, 2)
        path, _ = self.make(self.class1, day="2020-02-29")
        refused = self.class1.refused("recon-upload", path)
        self.assertEqual((refused["reason"], refused["field"]), ("FF08", "header.business_date"))
        path, _ = self.make(self.class1, "7")
        refused = self.class1.refused("recon-upload", path)
        self.assertEqual((refused["reason"], refused["field"]), ("FF08", "header.window"))
        for words in (("0", path), ("1",), ("money", path), ("1", path, "day=2026-02-30")):
            self.assertEqual(self.class1.ctl("recon-list", *words).returncode, 2)
        self.assertEqual(self.class1.ctl("recon-result", "00").returncode, 2)
        self.assertEqual(self.place.ctl("recon", "list")["uploads"], [])
        self.assertEqual(self.cases(), [])
        self.assertEqual(made["business_date"], self.class1.do("system")["business_date"])


if __name__ == "__main__":
    unittest.main()
