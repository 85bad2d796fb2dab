#!/usr/bin/python3
"""Rules on a real gateway: loaded by two people, refused when they are wrong, there after a crash."""

import datetime
import json
import pathlib
import unittest

from place import SiteTest

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


if __name__ == "__main__":
    unittest.main()
