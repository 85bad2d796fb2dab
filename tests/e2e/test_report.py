#!/usr/bin/python3
"""linkgatectl report: a day with planted figures, for both banks, as JSON, CSV and for people."""

import csv
import io
import time
import unittest

from people import people
from place import CLASS1, CLASS2, OTHER, SiteTest, link


def shanghai_day():
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))


class Report(SiteTest):
    """Three links, one of them closed; pushes of 300 and 50 fen, a pull of 1000 and one that the
    other bank rejects; three requests over the agreed limit and one of a link that is closed."""

    def setUp(self):
        self.place = self.site().start()
        self.persons = people(3)
        self.class2, self.class1 = self.place.two_banks(self.persons)
        self.links = [link(self.class2, self.class1, person) for person in self.persons]
        self.day = shanghai_day()
        self.plant()

    def plant(self):
        first, second, third = self.links
        for ident, way, fen in ((first, "push", 300), (second, "push", 50), (first, "pull", 1000)):
            self.class2.do("transfer", link=ident, dir=way, fen=fen, final=1)
        self.class1.fault("kind=post nth=1 -> refuse AM04")
        self.class2.refused("transfer", link=first, dir="pull", fen=77, final=1)
        for _ in range(3):
            self.class2.refused("transfer", link=second, dir="pull", fen=10**9)
        self.class2.do("close-link", third)
        self.class2.refused("transfer", link=third, dir="pull", fen=1)

    def report(self, bank):
        """Of the day that the test began on, and of the next one if that has come meanwhile."""
        report = self.place.ctl("report", bank)
        if report["date"] != self.day:
            self.skipTest("midnight in Shanghai")
        return report

    def test_figures_of_both_banks(self):
        mine, other = self.report(CLASS2), self.report(CLASS1)
        counts = {"opened": 3, "activated": 3, "ended": 1, "live": 2, "active": 2}
        self.assertEqual(mine["links"], counts)
        self.assertEqual(other["links"], counts)
        self.assertFalse(mine["complete"])

        def sums(report):
            keys = ("kind", "direction", "side", "state", "count", "sum_fen")
            return {tuple(row[key] for key in keys) for row in report["transfers"]}

        self.assertEqual(
            sums(mine),
            {
                ("BOUND_PAIR", "PUSH", "OUT", "ACCEPTED", 2, 350),
                ("BOUND_PAIR", "PULL", "IN", "ACCEPTED", 1, 1000),
                ("BOUND_PAIR", "PULL", "IN", "REJECTED", 1, 77),
            },
        )
        self.assertEqual({row[2] for row in sums(other)}, {"IN", "OUT"})
        refused = {row["detail"]: row["count"] for row in mine["refusals"]}
        self.assertEqual(refused["AGREED"], 3)
        self.assertEqual(sum(refused.values()), 4, refused)
        self.assertEqual(other["refusals"], [])
        self.assertEqual(mine["positions"][0]["unsettled_net_fen"], 650)
        self.assertEqual(other["positions"][0]["unsettled_net_fen"], -650)
        self.assertEqual([row["count"] for row in mine["nets"]], [3])
        self.assertEqual(mine["exposure"]["exposure_fen"], -650)
        self.assertFalse(mine["exposure"]["bounded"])
        self.assertEqual(other["exposure"]["exposure_fen"], 650)
        self.assertEqual(set(mine["cases"].values()), {0})
        self.assertEqual(set(mine["holdings"].values()) | set(mine["loans"].values()), {0})

    def test_csv_and_table(self):
        expected = self.report(CLASS2)
        lines = list(csv.reader(io.StringIO(self.place.tool("report", CLASS2, "--csv").stdout)))
        self.assertEqual(lines[0][:4], ["linkgate-report", "1", CLASS2, expected["date"]])
        self.assertEqual({len(line) for line in lines[1:]}, {9})
        rows = [dict(zip(lines[1], line)) for line in lines[2:]]
        net = [row for row in rows if row["section"] == "nets"]
        self.assertEqual([(row["with"], row["fen"]) for row in net], [(CLASS1, "650")])
        owes = {row["item"]: row["fen"] for row in rows if row["section"] == "exposure"}
        self.assertEqual((owes["exposure_fen"], owes["balance_fen"]), ("-650", "0"))
        self.assertNotIn("cap_fen", owes)
        moved = [row for row in rows if row["section"] == "transfers"]
        self.assertEqual(sum(int(row["fen"]) for row in moved), 350 + 1000 + 77)
        text = self.place.tool("report", CLASS1).stdout
        self.assertIn("-6.50 CNY", text)

    def test_other_days_and_banks(self):
        empty = self.place.ctl("report", CLASS2, "--date", "2020-02-29")
        self.assertTrue(empty["complete"])
        self.assertEqual((empty["transfers"], empty["refusals"]), ([], []))
        self.assertEqual(set(empty["links"].values()), {0})
        unknown = self.place.tool("report", OTHER)
        self.assertEqual(unknown.returncode, 1)
        self.assertIn("NO_SUCH_BANK", unknown.stderr)


if __name__ == "__main__":
    unittest.main()
