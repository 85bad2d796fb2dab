#!/usr/bin/python3
"""Rules on a real gateway: loaded by two people, refused when they are wrong, there after a crash."""

import datetime
import json
import pathlib
import unittest

from people import people
from place import FOURTH, SiteTest, link

SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))
SHIPPED = pathlib.Path(__file__).resolve().parents[2] / "data/rules/calendar-2026.json"


def day(ahead):
    return str((datetime.datetime.now(SHANGHAI) + datetime.timedelta(ahead)).date())


class Rules(SiteTest):
    def setUp(self):
        self.place = self.site().start()

    def load(self, periods, *words):
        path = self.place.dir / "rules.json"
        path.write_text(json.dumps({"name": "test", "periods": periods}), encoding="utf-8")
        return self.place.tool("rules", "load", "--yes", str(path), *words)

    def value(self, name, *words):
        rules = self.place.ctl("rules", "show", *words)["rules"]
        return next(rule["value"] for rule in rules if rule["name"] == name)

    def test_two_people_load_them_and_a_crash_keeps_them(self):
        timeout = "numbers.transfer_timeout_ms"
        ident = self.place.ask(
            "rules", "load", "--yes", "--begin", day(3), str(SHIPPED)
        )
        self.assertEqual(self.place.ctl("rules", "list")["rules"], [])
        own = self.place.tool("--json", "approval", "approve", "--yes", ident)
        self.assertIn("SAME_PERSON", own.stdout + own.stderr)
        shown = {f["name"]: f["value"] for f in self.place.ctl("approval", "show", ident)["fields"]}
        self.assertEqual(shown["period 1 from"], day(3))
        self.assertEqual(shown["period 1 calendar.cut_offs"], "16:00, 23:00")
        self.assertEqual(self.place.second("approval", "approve", "--yes", ident).returncode, 0)
        path = self.place.dir / "numbers.json"
        numbers = [{"from": day(4), "numbers": {"transfer_timeout_ms": 20000}}]
        path.write_text(json.dumps({"name": "slow", "periods": numbers}), encoding="utf-8")
        self.place.order("rules", "load", "--yes", str(path))
        self.place.kill_and_restart()
        self.assertEqual(
            [(row["name"], row["begins"]) for row in self.place.ctl("rules", "list")["rules"]],
            [("calendar-2026", day(3)), ("slow", day(4))],
        )
        self.assertEqual(self.value(timeout), "10000")
        self.assertEqual(self.value(timeout, "--at", day(3)), "10000")
        self.assertEqual(self.value(timeout, "--at", day(4)), "20000")
        self.assertEqual(self.value("calendar"), "none")
        self.assertEqual(self.value("calendar.cut_offs", "--at", day(4)), "16:00, 23:00")

    def test_what_is_wrong_is_told(self):
        number = {"numbers": {"code_tries": 4}}
        buckets = {"buckets": {"IV-IN": {"day_fen": 1, "year_fen": 1}}}
        wrong = [
            ([{"from": day(1), "until": day(2), **number}, {"from": day(4), **number}], "A gap"),
            ([{"from": day(1), "until": day(2), **number}, {"from": day(2), **number}], "overlaps"),
            ([{"from": day(1), **buckets}], 'unknown key "IV-IN"'),
            ([{"from": day(1), "numbers": {"transfer_timeout_ms": 90000}}], "timeout"),
        ]
        for periods, told in wrong:
            done = self.load(periods)
            self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
            self.assertIn(told, done.stderr)
        done = self.load([{"from": day(0), **number}])
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("begin tomorrow", done.stderr)
        self.assertEqual(self.place.ctl("rules", "list")["rules"], [])


class NextDay(SiteTest):
    """Rules that were loaded the day before, kinds of transfers that they turn on, banks that use
    them: the gateway's clock is put behind midnight."""

    KINDS = ("NON_BOUND_OUT", "BILL", "CASH_IN", "COUNTER_OUT", "LOAN_OWN")
    PAYEE = {"merchant": "茶馆", "payee": "6200000000000001", "payee_bank": FOURTH}

    def setUp(self):
        self.place = self.site().start()
        self.person, self.other = people(2)
        self.class2, self.class1 = self.place.two_banks([self.person, self.other])
        self.link = link(self.class2, self.class1, self.person, scopes="collect,pay")

    def send(self, bank, kind, fen, how="do", **fields):
        return getattr(bank, how)("transfer", link=self.link, kind=kind, fen=fen, **fields)

    def refused(self, bank, kind, fen, *expected, **fields):
        refusal = self.send(bank, kind, fen, "refused", **fields)
        self.assertEqual((refusal["reason"], refusal["detail"]), expected)
        return refusal

    def load(self):
        kinds = {kind: {"enabled": True} for kind in self.KINDS}
        kinds["BILL"]["max_fen"] = 400
        limit = {"day_fen": 1000, "year_fen": 5000}
        buckets = {name: limit for name in ("II-IN", "II-OUT", "III-IN", "III-OUT")}
        periods = [{"from": day(1), "kinds": kinds, "buckets": buckets}]
        path = self.place.dir / "tomorrow.json"
        path.write_text(json.dumps({"name": "tomorrow", "periods": periods}), encoding="utf-8")
        self.place.order("rules", "load", "--yes", str(path))

    def pass_midnight(self):
        now = datetime.datetime.now(SHANGHAI)
        midnight = datetime.datetime.combine(now.date(), datetime.time(), SHANGHAI)
        seconds = (midnight + datetime.timedelta(1) - now).seconds + 1
        self.place.env = self.ahead(f"{seconds}s")
        self.place.stop_and_restart()
        self.place.wait_online()
        self.place.wait_served(self.class2, self.link)

    def test_kinds_and_limits_change_at_midnight(self):
        other = {"other": self.other.class1, "other_name": self.other.name}
        push = {"dir": "push", **other}
        self.refused(self.class2, "non-bound-out", 1, "AG03", "KIND_DISABLED", **push)
        self.load()
        self.refused(self.class2, "non-bound-out", 1, "AG03", "KIND_DISABLED", **push)
        self.pass_midnight()
        before = self.class1.balance(self.other.class1)
        self.send(self.class2, "non-bound-out", 500, **push)
        self.assertEqual(self.class1.balance(self.other.class1), before + 500)
        bill = {"dir": "push", **self.PAYEE}
        self.refused(self.class2, "bill", 401, "AM02", "AMOUNT_ABOVE", **bill)
        self.send(self.class2, "bill", 400, **bill)
        # By the other bank's counter, from the same account: the same limit.
        self.send(self.class1, "counter-out", 100, dir="pull", **other)
        refusal = self.refused(self.class2, "non-bound-out", 1, "RR04", "BUCKET", **push)
        self.assertEqual((refusal["limit_fen"], refusal["left_fen"]), (1000, 0))
        # Not for an account that was opened remotely; never counted.
        self.refused(self.class1, "cash-in", 1, "AG01", "CLASS", dir="push")
        self.send(self.class2, "loan-own", 2000, dir="pull")
        rows = self.place.ctl("limit", "show", self.link)["buckets"]
        used = {(row["bucket"], row["period"]): row["used_fen"] for row in rows}
        self.assertEqual((used["II-OUT", "DAY"], used["II-IN", "DAY"]), (1000, 0))
        self.assert_books_agree(self.place)


if __name__ == "__main__":
    unittest.main()
