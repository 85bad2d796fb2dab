#!/usr/bin/python3
"""Settlement windows on a whole site: closed under traffic, settled by both banks or by operators,
aborted; two closes at once; what the tools and the banks show."""

import json
import threading
import unittest

from people import people
from place import CLASS1, CLASS2, SiteTest, link, wait_until


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
            ("window", "settle", "1", "--multilateral"),
        ):
            self.assertEqual(self.place.tool(*words).returncode, 1, words)
        for words in (
            ("window", "show", "0"),
            ("window", "close", "1x"),
            ("window", "settle", "1"),
            ("window", "settle", "1", "--pair", CLASS1),
            ("window", "settle", "1", "--multilateral", "--reference", "R"),
            ("window", "abort", "1", "--defaulter", "12"),
        ):
            self.assertEqual(self.place.tool(*words).returncode, 2, words)
        table = self.place.tool("window", "show", "1").stdout
        self.assertIn("OPEN", table)


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
