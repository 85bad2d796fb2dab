#!/usr/bin/python3
"""What banks may owe, on real processes: caps and payments into balances by two operators, refusals
at exactly the bound, and the formula as it is shown."""

import unittest

from place import CLASS1, CLASS2, SiteTest, link
from people import people


class Caps(SiteTest):
    def setUp(self):
        self.place = self.site().start()
        self.person = people(1)[0]
        self.class2, self.class1 = self.place.two_banks([self.person])
        self.ident = link(self.class2, self.class1, self.person)

    def push(self, fen):
        return self.class2.ctl("transfer", link=self.ident, dir="push", fen=fen, final=1)

    def refused(self, fen, detail):
        done = self.push(fen)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn(detail, done.stdout)

    def accepted(self, fen):
        done = self.push(fen)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def shown(self):
        return self.place.ctl("position", "show", CLASS2)

    def test_a_cap_is_set_by_two_and_holds_to_the_fen(self):
        words = ("cap", "set", CLASS2, "--net-debit-cap", "10.00", "--warn", "50,90")
        ident = self.place.ask(*words)
        self.accepted(300)  # it still waits
        values = self.place.ctl("approval", "show", ident)["fields"]
        self.assertIn({"name": "cap", "value": "10.00 CNY"}, values)
        self.assertEqual(self.place.second("approval", "approve", "--yes", ident).returncode, 0)
        self.refused(701, "CAP")
        self.accepted(700)
        self.refused(1, "CAP")
        shown = self.shown()
        self.assertEqual(shown["exposure_fen"], 1000)
        self.assertEqual(
            shown["exposure_fen"], shown["reserved_outgoing_fen"] - shown["unsettled_net_fen"]
        )
        self.assertEqual((shown["cap_fen"], shown["left_fen"]), (1000, 0))
        self.assertEqual((shown["warn_percent"], shown["level"]), ([50, 90], 2))
        self.assertEqual(shown["pairs"][0]["bank"], CLASS1)
        self.assertEqual(shown["pairs"][0]["unsettled_net_fen"], -1000)
        alarms = [alarm["text"] for alarm in self.place.ctl("alarms")["alarms"]]
        self.assertTrue(any("warning of its cap" in text for text in alarms), alarms)
        own = self.class2.do("position")
        self.assertEqual((own["exposure_fen"], own["cap_fen"], own["level"]), (1000, 1000, 2))
        self.assertEqual(own["pairs"][0]["unsettled_net_fen"], -1000)
        told = self.class2.do("system")
        self.assertEqual((told["alert_level"], told["alert_bound_fen"]), (2, 1000))
        self.assertEqual(self.class1.do("position")["exposure_fen"], -1000)
        self.assertEqual(self.class1.do("system")["alerts"], 0)
        self.place.order("cap", "set", CLASS2, "--net-debit-cap", "5.00")  # below what it owes
        self.refused(1, "CAP")
        alarms = [alarm["text"] for alarm in self.place.ctl("alarms")["alarms"]]
        self.assertTrue(any("a cap was set below" in text for text in alarms), alarms)
        self.assertEqual(self.shown()["left_fen"], 0)
        self.place.order("cap", "set", CLASS2, "--net-debit-cap", "none")
        self.place.order("cap", "set-pair", CLASS2, CLASS1, "--cap", "10.01")
        self.accepted(1)
        self.refused(1, "CAP")
        self.place.kill_and_restart()
        self.place.wait_online()
        self.refused(1, "CAP")
        self.assertIn("= exposure", self.place.tool("position", "show", CLASS2).stdout)
        self.assertIn("it may take out", self.place.tool("cap", "show", CLASS2).stdout)

    def test_what_is_paid_in_covers_what_is_owed(self):
        self.place.order("cap", "set", CLASS2, "--prefunded", "yes")
        self.refused(1, "LIQUIDITY")
        self.place.order("funds", "in", CLASS2, "20.00", "--reference", "HVPS 1")
        self.refused(1, "LIQUIDITY")
        funds = self.place.ctl("funds", "list", "--state", "PENDING")["funds"]
        self.assertEqual([row["amount_fen"] for row in funds], [2000])
        self.place.order("funds", "confirm", funds[0]["id"], "--reference", "HVPS 2")
        self.accepted(1500)
        done = self.place.tool("funds", "out", CLASS2, "5.01", "--reference", "HVPS 3")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("LIQUIDITY", done.stdout + done.stderr)
        self.place.order("funds", "out", CLASS2, "5.00", "--reference", "HVPS 3")
        self.refused(1, "LIQUIDITY")
        out = self.place.ctl("funds", "list", "--state", "pending")["funds"][0]
        self.place.order("funds", "cancel", out["id"])
        self.accepted(500)
        shown = self.shown()
        self.assertEqual((shown["balance_fen"], shown["liquidity_fen"]), (2000, 2000))
        self.assertEqual((shown["left_fen"], shown["free_fen"]), (0, 0))
        rows = self.place.ctl("funds", "list")["funds"]
        self.assertEqual([row["state"] for row in rows], ["CONFIRMED", "CANCELLED"])
        self.assertTrue(all(row["begun_by"] != row["begun_approver"] for row in rows))
        orders = [row["order"] for row in self.place.ctl("audit", "list")["audit"] if row["two"]]
        self.assertEqual(orders[-3:], ["FUNDS_END", "FUNDS_BEGIN", "FUNDS_END"])


if __name__ == "__main__":
    unittest.main()
