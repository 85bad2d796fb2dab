"""Reconciliation: banks' own lists against the gateway's, by linkgatectl.

LINKGATE_RECON_ROWS: rows of the large list (1000000 to measure).
"""

import json
import os
import pathlib
import subprocess
import time
import unittest

import place
from lists import HOLDINGS, LINKS, LOANS, MONEY, NOWHERE, business_date, link_row, money_row
from lists import shanghai_date, whole, whole_of
from people import people
from place import CLASS1, CLASS2, Failed, SiteTest, link


class Recon(SiteTest):
    def setUp(self):
        self.place = self.site().start()
        persons = people(2, class2_fen=10**9, class1_fen=10**9)
        self.class2, self.class1 = self.place.two_banks(persons)
        for person in persons:
            link(self.class2, self.class1, person)
        self.links = self.place.ctl("link", "list")["links"]
        self.day = business_date(self.place)

    def whole(self, *words, **changed):
        return whole(*words, **{"day": self.day, **changed})

    def traffic(self, count):
        for fen in range(1, count + 1):
            self.class2.do("transfer", link=self.links[0]["id"], dir="pull", fen=fen, final=1)
        return self.place.ctl("transfer", "list")["transfers"]

    def file(self, text):
        path = pathlib.Path(self.place.dir) / "list.csv"
        path.write_text(text, encoding="utf-8")
        return path

    def compare(self, text):
        return self.place.ctl("recon", "compare", self.file(text))

    def refused(self, text):
        with self.assertRaises(Failed):
            self.compare(text)
        done = self.place.tool("--json", "recon", "compare", self.file(text))
        self.assertEqual(done.returncode, 1, done.stderr)
        return json.loads(done.stdout)["refusal"]

    def test_one_difference_of_each_class_is_found(self):
        transfers = self.traffic(5)
        rows = [money_row(transfer) for transfer in transfers]
        self.assertEqual(self.compare(self.whole(MONEY, rows))["matched"], 5)
        wrong = [
            money_row(transfers[0]),
            money_row(transfers[0]),
            money_row(transfers[1], amount_fen=999),
            money_row(transfers[2], state="REJECTED"),
            money_row(transfers[3], id=NOWHERE),
            money_row(transfers[3]),
        ]
        found = self.compare(self.whole(MONEY, wrong))
        wanted = {"matched": 2, "amount_diff": 1, "status_diff": 1, "missing_here": 1}
        wanted |= {"missing_there": 1, "duplicate": 1, "date_shift": 0, "differences": 5}
        self.assertEqual({name: found[name] for name in wanted}, wanted)
        shown = self.place.ctl("recon", "show", found["number"])["differences"]
        by_class = {row["class"]: row for row in shown}
        self.assertEqual(len(by_class), 5)
        self.assertEqual(by_class["AMOUNT_DIFF"]["their_fen"], 999)
        self.assertEqual(by_class["AMOUNT_DIFF"]["our_fen"], transfers[1]["amount_fen"])
        self.assertEqual(by_class["STATUS_DIFF"]["our_state"], "ACCEPTED")
        self.assertEqual(by_class["MISSING_HERE"]["id"], NOWHERE)
        self.assertEqual(by_class["MISSING_THERE"]["id"], transfers[4]["id"])
        self.assertEqual(by_class["DUPLICATE"]["id"], transfers[0]["id"])
        page = self.place.ctl("recon", "show", found["number"], "--after", 1, "--limit", 2)
        self.assertEqual([row["index"] for row in page["differences"]], [2, 3])

    def cases(self):
        return self.place.ctl("case", "list")["cases"]

    def test_each_difference_opens_a_case_and_a_later_list_explains_it(self):
        transfers = self.traffic(4)
        rows = [money_row(transfer) for transfer in transfers]
        wrong = [rows[0], rows[0], money_row(transfers[1], amount_fen=999), rows[3]]
        found = self.compare(self.whole(MONEY, [*wrong, money_row(transfers[3], id=NOWHERE)]))
        self.assertEqual((found["state"], found["judged"], found["differences"]), ("JUDGED", 4, 4))
        opened = {row["subject"]: row for row in self.cases()}
        self.assertEqual(
            set(opened), {"DUPLICATE", "AMOUNT_DIFF", "MISSING_THERE", "MISSING_HERE"}
        )
        for row in opened.values():
            self.assertEqual((row["owner"], row["state"]), (CLASS1, "OPEN"))
        self.assertEqual(opened["MISSING_THERE"]["transfer"], transfers[2]["id"])
        self.compare(self.whole(MONEY, rows))
        closed = {row["subject"] for row in self.cases() if row["state"] == "CLOSED"}
        self.assertEqual(closed, {"AMOUNT_DIFF", "MISSING_THERE"})
        audit = [row for row in self.place.ctl("audit", "list")["audit"]
                 if row["order"] == "RECON_COMPARE"]
        self.assertEqual([row["bank"] for row in audit], [CLASS1, CLASS1])

    def test_the_bank_s_own_row_settles_an_unknown_transfer(self):
        """That of the instructed bank alone, with its reference; the list is the evidence."""
        self.class1.fault("kind=post -> drop-answer")
        self.class1.fault("kind=inquire -> drop")
        ident = self.links[0]["id"]
        said = self.class2.open("transfer", link=ident, dir="push", fen=77, timeout_ms=3000)
        transfer = self.place.ctl("transfer", "show", said["transfer"])
        self.assertEqual(transfer["state"], "UNKNOWN")
        row = {"state": "ACCEPTED", "book_date": "2026-11-20"}
        text = self.whole(MONEY, [money_row(transfer, **row)], sender=CLASS2)
        self.assertEqual(self.compare(text)["status_diff"], 1)
        self.assertEqual([case["subject"] for case in self.cases()], ["STATUS_DIFF"])
        own = self.whole(MONEY, [money_row(transfer, **row)], debit=0, credit=77)
        sha256 = self.compare(own)["sha256"]
        shown = self.place.ctl("transfer", "show", said["transfer"])
        self.assertEqual((shown["state"], shown["reference"]), ("ACCEPTED", "b77"))
        self.assertEqual((shown["history"][-1]["cause"], shown["evidence"]), ("RECON", sha256))

    def test_a_pull_across_a_cut_off_is_in_the_next_window_and_no_case(self):
        """The bank posted it before the window closed; its answer came after that."""
        self.class1.fault("kind=post -> drop-answer")
        self.class1.fault("kind=inquire -> drop")
        ident = self.links[0]["id"]
        fields = {"link": ident, "dir": "pull", "fen": 500000}
        said = self.class2.open("transfer", **fields, timeout_ms=1000)
        self.place.order("window", "close", "1")
        self.class1.do("faults-clear")

        def shown():
            return self.place.ctl("transfer", "show", said["transfer"])

        place.wait_until(lambda: shown()["state"] == "ACCEPTED", "the bank's answer")
        transfer = shown()
        self.assertEqual(transfer["window"], 2)
        (posting,) = self.class1.rows("postings")
        self.assertEqual((posting["transfer"], posting["outcome"]), (said["transfer"], "POSTED"))
        found = self.compare(self.whole(MONEY, [money_row(transfer, window=1)]))
        self.assertEqual((found["date_shift"], found["matched"], found["missing_here"]), (1, 0, 0))
        self.assertEqual(found["differences"], 0)
        day = business_date(self.place, 2)
        found = self.compare(self.whole(MONEY, [], window=2, day=day))
        self.assertEqual((found["date_shift"], found["missing_there"]), (1, 0))
        self.assertEqual(self.cases(), [])

    def test_links_are_compared_too(self):
        rows = [link_row(row) for row in self.links]
        found = self.compare(self.whole(LINKS, rows, window="links", debit=0))
        self.assertEqual((found["kind"], found["matched"], found["differences"]), ("LINKS", 2, 0))
        wrong = link_row({**self.links[0], "state": "CLOSED"})
        found = self.compare(self.whole(LINKS, [wrong], window="links", debit=0))
        self.assertEqual((found["status_diff"], found["missing_there"]), (1, 1))
        shown = self.place.ctl("recon", "show", found["number"])["differences"]
        tails = f"{self.links[0]['class2_account']}/{self.links[0]['class1_account']}"
        self.assertEqual(shown[0]["our_accounts"], tails)

    def export(self, *words):
        """The file's lines, and what the tool said of it; the last line is as it has to be."""
        path = self.place.dir / "exported.csv"
        said = self.place.ctl("recon", "export", CLASS1, path, *words)
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines()
        self.assertEqual(whole_of(lines[:-1]), text)
        self.assertEqual(list(self.place.dir.glob("*.partial")), [])
        return lines, said

    def test_the_gateway_s_own_list_as_a_file(self):
        transfers = self.traffic(3)
        lines, said = self.export("--window", "1")
        self.assertEqual(said, {"count": 3, "debit_fen": 6, "credit_fen": 0})
        header = lines[0].split(",")
        self.assertEqual(header[1:4] + header[5:], ["1", 12 * "0", CLASS1, "1", "3", "6", "0"])
        self.assertEqual([line[:32] for line in lines[2:-1]], [row["id"] for row in transfers])
        header[2:4] = header[3:1:-1]  # as if the bank had written it: then all matches
        found = self.compare(whole_of([",".join(header), *lines[1:-1]]))
        self.assertEqual((found["matched"], found["differences"]), (3, 0))
        lines, said = self.export()
        self.assertEqual((lines[0].split(",")[5], said["count"]), ("links", 2))
        self.assertEqual(lines[2:-1], [link_row(row) for row in self.links])
        for wrong in ((CLASS1, "--window", "2"), ("102100099996",)):
            done = self.place.tool("recon", "export", wrong[0], self.place.dir / "no", *wrong[1:])
            self.assertEqual(done.returncode, 1, done.stderr)
        self.assertFalse((self.place.dir / "no").exists())

    def test_f20_files_of_holdings_and_loans(self):
        """None of them is known here: each opens a case of the list's bank."""
        today = shanghai_date()
        holding = f"{NOWHERE},{CLASS2},{CLASS1},FUND-1,1000000,10000,CNY,CONFIRMED"
        share = f"{'1f' * 16},{CLASS1},{CLASS2},300,1,CNY,OUTSTANDING"
        lists = {
            "HOLDINGS": (HOLDINGS, [holding], {"debit": 0, "credit": 10000}),
            "LOANS": (LOANS, [share], {"debit": 300, "credit": 1}),
        }
        differences = []
        for kind, (columns, rows, totals) in lists.items():
            fixed = {"window": kind.lower(), "day": today}
            found = self.compare(whole(columns, rows, **fixed, **totals))
            self.assertEqual((found["kind"], found["missing_here"]), (kind, 1))
            self.assertEqual((found["state"], found["business_date"]), ("JUDGED", today))
            differences += self.place.ctl("recon", "show", found["number"])["differences"]
            wrong = self.refused(whole(columns, rows, **fixed, debit=7, credit=7))
            self.assertEqual((wrong["reason"], wrong["detail"]), ("AM10", "TOTALS"))
            fixed["day"] = shanghai_date(1)
            wrong = self.refused(whole(columns, rows, **fixed, **totals))
            self.assertIn("has not begun", wrong["text"])
            lines, said = self.export("--list", kind)
            self.assertEqual(lines[0].split(",")[5:], [kind.lower(), "0", "0", "0"])
            self.assertEqual((lines[1], said["count"]), (columns, 0))
        shown, lent = differences
        self.assertEqual((shown["their_product"], shown["their_units"]), ("FUND-1", 1000000))
        self.assertEqual((shown["class"], shown["their_state"]), ("MISSING_HERE", "CONFIRMED"))
        self.assertEqual((lent["their_fen"], lent["their_interest_fen"]), (300, 1))
        cases = {row["list_kind"]: row for row in self.cases()}
        self.assertEqual(set(cases), set(lists))
        for row in cases.values():
            self.assertEqual((row["subject"], row["owner"]), ("MISSING_HERE", CLASS1))
            self.assertEqual((row["other"], row["list_window"]), (CLASS2, None))
        self.assertEqual(cases["LOANS"]["list_state"], "OUTSTANDING")
        done = self.place.tool("recon", "export", CLASS1, "no", "--list", "LOANS", "--window", "1")
        self.assertEqual(done.returncode, 2, done.stderr)

    def test_files_that_are_refused(self):
        rows = [money_row(transfer) for transfer in self.traffic(3)]
        right = self.whole(MONEY, rows)
        audit = self.place.ctl("audit", "list")["audit"]
        totals = self.refused(self.whole(MONEY, rows, debit=7))
        self.assertEqual((totals["reason"], totals["detail"]), ("AM10", "TOTALS"))
        self.assertEqual(self.refused(self.whole(MONEY, rows, count=2))["reason"], "AM10")
        for text, says in (
            (right[:-20], "Line 6"),
            (right + right, "Line 7"),
            (right.replace("b77", "b78", 1), "Line 6"),
            (right.replace("PAY", "PAX").replace("BOUND_PAIR", "BOUND", 1), "Line 3"),
            (self.whole(MONEY, [row[:-1] + "2" for row in rows]), "Line 3"),
            (self.whole(MONEY, [row[:-1] + "2" for row in rows], window=2), "was not opened"),
            (self.whole(MONEY, rows, day="2020-02-29"), "another business date"),
            (self.whole(MONEY, rows, sender="102100099996"), "not in the registry"),
            (self.whole(MONEY, rows, sender=12 * "0"), "Line 1"),
            ("", "cut off"),
        ):
            refusal = self.refused(text)
            self.assertIn(says, refusal["text"])
            self.assertEqual(refusal["field"], "file")
        self.assertEqual(self.place.ctl("recon", "list")["uploads"], [])
        self.assertEqual(self.place.ctl("audit", "list")["audit"], audit)

    def test_killed_while_cases_are_opened_none_is_missing_and_none_is_twice(self):
        row = money_row(self.traffic(1)[0], id="")
        rows = [f"{number:032x}{row}" for number in range(1, 6001)]
        path = self.file(self.whole(MONEY, rows))
        tool = [place.BIN / "linkgatectl", "--socket", self.place.admin, "recon", "compare", path]
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with subprocess.Popen([str(word) for word in tool], **silent) as comparing:
            place.wait_until(lambda: self.place.ctl("case", "list")["cases"], "a case")
            self.place.kill_and_restart()
            comparing.wait()

        def judged():
            return self.place.ctl("recon", "list")["uploads"][0]["state"] == "JUDGED"

        place.wait_until(judged, "the list to be judged")
        cases = self.place.ctl("case", "list", "--limit", 10000)["cases"]
        self.assertEqual(len(cases), 6001)  # and the one transfer that the list has not
        subjects = {row["subject"] for row in cases}
        self.assertEqual(subjects, {"MISSING_HERE", "MISSING_THERE"})

    def anonymous_mib(self):
        """Of the gateway; what is mapped from its files is not its own."""
        path = pathlib.Path(f"/proc/{self.place.gateway.child.pid}/status")
        words = path.read_text(encoding="ascii").split("RssAnon:")[1].split()
        return int(words[0]) // 1024

    def test_a_large_list_takes_no_more_memory(self):
        """None of its rows is known here: each is looked for, and becomes a case, up to a bound."""
        count = int(os.environ.get("LINKGATE_RECON_ROWS", "1500"))
        row = money_row(self.traffic(1)[0], id="")
        before = self.anonymous_mib()
        rows = [f"{number:032x}{row}" for number in range(1, count + 1)]
        path = self.file(self.whole(MONEY, rows))
        started = time.monotonic()
        done = place.run(place.BIN / "linkgatectl", "--socket", self.place.admin, "--json",
                         "recon", "compare", path, patience_s=3600)
        found = json.loads(done)
        self.assertEqual((found["missing_here"], found["missing_there"]), (count, 1))
        self.assertEqual(found["judged"], min(count + 1, found["judged"]))
        self.assertGreaterEqual(found["judged"], min(count + 1, 100000))
        grown = self.anonymous_mib() - before
        print(f"{count} rows: {time.monotonic() - started:.1f} s, {grown} MiB more than {before}")
        self.assertLess(grown, 256)
        self.assertEqual(self.traffic(1)[-1]["state"], "ACCEPTED")

    def test_what_was_sent_is_there_after_a_kill_and_no_half_of_it(self):
        rows = [money_row(transfer) for transfer in self.traffic(2)]
        first = self.compare(self.whole(MONEY, rows))
        self.assertEqual(self.compare(self.whole(MONEY, rows))["number"], first["number"])
        self.place.kill_and_restart()
        listed = self.place.ctl("recon", "list")["uploads"]
        self.assertEqual(listed, [first])
        done = self.place.tool("recon", "show", 99)
        self.assertEqual(done.returncode, 1)
        self.assertIn("no such list", done.stderr)
        files = list((self.place.dir / "store" / "recon").iterdir())
        for path in files:
            self.assertNotIn(CLASS2.encode(), path.read_bytes())


if __name__ == "__main__":
    unittest.main()
