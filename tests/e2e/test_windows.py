#!/usr/bin/python3
"""Settlement windows on a whole site: closed under traffic, settled by both banks or by operators,
aborted; two closes at once; what the tools and the banks show."""

import datetime
import json
import threading
import unittest

from people import people
from place import CLASS1, CLASS2, SiteTest, link, wait_until


SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))
DAY_S = 86400


class Windows(SiteTest):
    def setUp(self):
        self.place = self.site().start()
        self.persons = people(1)
        self.class2, self.class1 = self.place.two_banks(self.persons, self.settings())
        self.link = link(self.class2, self.class1, self.persons[0])

    def settings(self):
        return None

    def push(self, fen):
        return self.class2.do("transfer", link=self.link, dir="push", fen=fen, final=1)

    def window(self, number):
        return self.place.ctl("window", "show", number)

    def state(self, number):
        return self.window(number)["window"]["state"]

    def wait_state(self, number, state):
        wait_until(lambda: self.state(number) == state, f"window {number} to be {state}")

    def close(self, number):
        self.place.order("window", "close", number)
        wait_until(
            lambda: self.state(number) not in ("OPEN", "CLOSING"), f"window {number} to be closed"
        )

    def wait_told(self, bank, number, state):
        def told():
            rows = [row for row in bank.rows("windows") if row["window"] == number]
            return rows and rows[0]["state"] == state

        wait_until(told, f"bank {bank.code} to hear that window {number} is {state}")


class ByHand(Windows):
    def test_both_banks_settle(self):
        paid = self.push(700)
        self.close("1")
        self.wait_told(self.class2, 1, "CLOSED")
        self.wait_told(self.class1, 1, "CLOSED")
        (net,) = self.window("1")["nets"]
        self.assertEqual((net["net_fen"], net["count"], net["settled_at"]), (-700, 1, None))
        wrong = self.class2.refused("settle", window=1, **{"with": CLASS1}, fen=701)
        self.assertEqual(wrong["detail"], "SETTLEMENT_AMOUNT")
        self.class2.do("settle", window=1, **{"with": CLASS1}, fen=700, reference="HVPS-1")
        other = self.class1.refused(
            "settle", window=1, **{"with": CLASS2}, fen=700, reference="HVPS-2"
        )
        self.assertEqual(other["detail"], "SETTLEMENT_REFERENCE")
        done = self.class1.do("settle", window=1, **{"with": CLASS2}, fen=700, reference="HVPS-1")
        self.assertEqual(done["state"], "SETTLED")
        self.assertEqual(done["nets"][0]["reference"], "HVPS-1")
        again = self.class1.refused(
            "settle", window=1, **{"with": CLASS2}, fen=700, reference="HVPS-1"
        )
        self.assertEqual(again["detail"], "NET_SETTLED")
        self.wait_told(self.class2, 1, "SETTLED")
        view = self.class2.do("get-transfer", paid["transfer"])
        self.assertGreater(view["settled_at_ms"], 0)
        for position in self.place.ctl("net", "list")["positions"]:
            self.assertEqual(position["unsettled_net_fen"], 0)
        refused = self.place.tool("window", "abort", "1")
        self.assertEqual(refused.returncode, 1, refused)
        self.assertIn("WINDOW_STATE", refused.stderr)

    def test_two_closes_at_once(self):
        approvals = [self.place.ask("window", "close", "1") for _ in range(2)]
        answers = [None, None]

        def approve(i):
            answers[i] = self.place.second("approval", "approve", "--yes", approvals[i])

        threads = [threading.Thread(target=approve, args=(i,)) for i in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(done.returncode for done in answers), [0, 1])
        windows = self.place.ctl("window", "list")["windows"]
        self.assertEqual([row["number"] for row in windows], [1, 2])

    def test_close_during_traffic(self):
        load = self.class2.begin(
            "load", link=self.link, count=600, inflight=16, push=50, amount=1000
        )
        for number in ("1", "2", "3"):
            self.place.order("window", "close", number)
        out, errors = load.communicate()
        self.assertEqual(load.returncode, 0, errors)
        self.assertEqual(json.loads(out.splitlines()[-1])["accepted"], 600)
        windows = self.place.ctl("window", "list")["windows"]
        self.assertEqual(len(windows), 4)
        nets = self.place.ctl("net", "list")["nets"]
        self.assertEqual(sum(net["count"] for net in nets), 600)

    def test_what_is_not_paid_goes_on(self):
        paid = self.push(700)
        self.close("1")
        self.push(50)
        self.place.order("window", "abort", "1", "--defaulter", CLASS1)
        shown = self.window("1")
        self.assertEqual(shown["window"]["successor"], 2)
        self.assertEqual(shown["window"]["defaulter"], CLASS1)
        self.assertIsNone(self.window("2")["window"]["successor"])
        nets = self.window("2")["nets"]
        self.assertEqual(len(nets), 1, nets)
        (net,) = nets
        self.assertEqual((net["net_fen"], net["carried_fen"]), (-750, -700))
        offline = self.class2.refused("transfer", link=self.link, dir="push", fen=1, final=1)
        self.assertIn(offline["reason"], ("AG11", "AB07", "AB08"))
        self.place.order("bank", "enable", CLASS1)
        self.close("2")
        self.place.order(
            "window", "settle", "2", "--pair", f"{CLASS1},{CLASS2}", "--reference", "HVPS-9"
        )
        self.assertEqual(self.state("2"), "SETTLED")
        view = self.class2.do("get-transfer", paid["transfer"])
        self.assertGreater(view["settled_at_ms"], 0)
        late = self.place.tool("window", "settle", "2", "--multilateral")
        self.assertEqual(late.returncode, 1, late)
        self.assertIn("WINDOW_STATE", late.stderr)

    def test_words_of_the_tool(self):
        for words in (
            ("window", "show", "9"),
            ("window", "close", "9"),
            ("window", "settle", "1"),
            ("window", "settle", "1", "--multilateral"),
        ):
            self.assertEqual(self.place.tool(*words).returncode, 1, words)
        for words in (
            ("window", "show", "0"),
            ("window", "close", "1x"),
            ("window", "settle", "1", "--pair", CLASS1),
            ("window", "settle", "1", "--pair", f"{CLASS1},{CLASS2}"),
            ("window", "settle", "1", "--multilateral", "--reference", "R"),
            ("window", "abort", "1", "--defaulter", "12"),
        ):
            self.assertEqual(self.place.tool(*words).returncode, 2, words)
        table = self.place.tool("window", "show", "1").stdout
        self.assertIn("OPEN", table)
        self.assertIn("BILATERAL", table)
        self.push(5)
        for words, told in (
            (("settle", "1"), "window 1 is OPEN: first close it"),
            (("abort", "1"), "window 1 is OPEN: first close it"),
            (("settle", "9"), "no window 9"),
            (("settle", "1x"), "'1x' is no window's number"),
        ):
            self.assertIn(told, self.place.tool("window", *words).stderr)
        self.close("1")
        for words, told in (
            (("settle", "1"), "--pair CODE,CODE --reference R"),
            (("close", "1"), "window 1 is CLOSED: its nets may be settled"),
        ):
            self.assertIn(told, self.place.tool("window", *words).stderr)


class ByTheClock(Windows):
    """Rules of tomorrow: a cut-off at 00:01, and settlement of all nets at once. The gateway's
    clock is put shortly before it."""

    def setUp(self):
        super().setUp()
        today = datetime.datetime.now(SHANGHAI).date()
        self.days = [str(today + datetime.timedelta(ahead)) for ahead in range(3)]
        calendar = {"week": ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]}
        calendar["cut_offs"] = ["00:01"]
        period = {"from": self.days[1], "calendar": calendar, "settlement": "multilateral"}
        path = self.place.dir / "tomorrow.json"
        path.write_text(json.dumps({"name": "tomorrow", "periods": [period]}), encoding="utf-8")
        self.place.order("rules", "load", "--yes", str(path))

    def put_clock(self, time_of_day):
        """Of tomorrow; in two parts, for a gateway that finds more than a day at once holds."""
        now = datetime.datetime.now(SHANGHAI)
        at = datetime.datetime.fromisoformat(f"{self.days[1]}T{time_of_day}+08:00")
        seconds = int((at - now).total_seconds())
        for ahead in (seconds - DAY_S // 2, seconds) if seconds > DAY_S * 0.9 else (seconds,):
            self.place.env = self.ahead(f"{ahead}s")
            self.place.stop_and_restart()
        self.place.wait_online()

    def row(self, number):
        return self.window(number)["window"]

    def test_a_cut_off_closes_the_window_and_opens_the_next_business_date(self):
        paid = self.push(700)
        self.assertNotEqual(self.row("1")["cut_off_at"], None)
        self.put_clock("00:00:57")
        self.wait_state("1", "CLOSED")
        first, second = self.row("1"), self.row("2")
        dates = [row["business_date"] for row in (first, second)]
        self.assertEqual(dates, [self.days[0], self.days[2]])
        self.assertEqual((second["state"], second["opened_at"]), ("OPEN", first["closing_at"]))
        self.assertGreaterEqual(first["closing_at"], first["cut_off_at"])
        self.assertGreater(second["cut_off_at"], first["cut_off_at"])
        self.assertEqual(self.window("1")["nets"][0]["net_fen"], -700)
        for bank in (self.class2, self.class1):
            self.wait_told(bank, 1, "CLOSED")
            wait_until(
                lambda: bank.do("system")["business_date"] == self.days[2],  # noqa: B023
                f"bank {bank.code} to be told the next business date",
            )
        self.place.wait_served(self.class2, self.link)
        self.assertEqual(self.class2.do("get-transfer", paid["transfer"])["window"], 1)
        self.assertEqual(len(self.window("2")["nets"]), 1)
        self.settle_by_the_rules()
        self.place.gateway.stop()
        self.place.start()

    def settle_by_the_rules(self):
        """The first window is of a day with other rules than the second."""
        modes = [self.window(number)["mode"] for number in ("1", "2")]
        self.assertEqual(modes, ["BILATERAL", "MULTILATERAL"])
        self.close("2")
        owed = -self.window("2")["nets"][0]["net_fen"]
        short = self.place.tool("window", "settle", "2")
        self.assertEqual(short.returncode, 1, short)
        self.assertIn(CLASS2, short.stderr)
        self.place.order("funds", "in", CLASS2, f"{owed / 100:.2f}", "--reference", "HVPS 1")
        funds = self.place.ctl("funds", "list")["funds"][0]["id"]
        self.place.order("funds", "confirm", funds, "--reference", "HVPS 2")
        self.place.order("window", "settle", "2")
        self.assertEqual(self.row("2")["settlement"], "MULTILATERAL")


class ByThemselves(Windows):
    def settings(self):
        return {("bank", "settle"): "auto"}

    def test_banks_settle_what_was_closed(self):
        self.push(700)
        self.close("1")
        self.wait_state("1", "SETTLED")
        (net,) = self.window("1")["nets"]
        self.assertEqual(net["reference"], f"W1-{CLASS2}-{CLASS1}")
        self.close("2")
        self.assertEqual(self.state("2"), "SETTLED")


if __name__ == "__main__":
    unittest.main()
