"""A bank behind a bad network, for real: packets lost, a narrow line, a line that is cut in silence.

Nothing that was told is lost, nothing is done twice and nothing is guessed: what nobody knows is
UNKNOWN until the bank can be asked, and then the banks' books equal the gateway's.
"""

import unittest

from network import GATEWAY_ADDRESS, Network
from people import accounts, people
from place import CLASS1, CLASS2, SiteTest, link, wait_until

COUNT = 100
# Packets that must have been lost in each direction before the test has tried anything.
LOST_MIN = 8
ROUNDS_MAX = 100
# Two heartbeats more and a silent peer is dead: long for what a test does before that.
HEARTBEAT_MS = 2000
SHORT_MS = 1500
LOAD = {
    "link": "all",
    "count": COUNT,
    "inflight": 24,
    "push": 50,
    "amount": 1,
    "timeout_ms": SHORT_MS,
}


class FarBank(SiteTest):
    """The Class II bank is beside the gateway, the Class I bank at the other end of the cable."""

    def setUp(self):
        self.net = Network(self)
        self.place = self.site(
            {("gateway", "host"): "0.0.0.0", ("session", "heartbeat_ms"): HEARTBEAT_MS}
        )
        self.place.wrapper = self.net.gateway.words
        self.place.start()
        self.person = people(1, class2_fen=10**6, class1_fen=10**6)[0]
        self.class2 = self.place.bank(
            *(CLASS2, "class2", accounts([self.person.class2_row()])),
            wrapper=self.net.gateway.words,
        )
        self.class1 = self.place.bank(
            *(CLASS1, "class1", accounts([self.person.class1_row()])),
            settings={("gateway", "host"): GATEWAY_ADDRESS},
            wrapper=self.net.far.words,
        )
        self.link = link(self.class2, self.class1, self.person)

    def load(self, bank):
        done = bank.do("load", **LOAD)
        ends = ("accepted", "rejected", "cancelled", "refused")
        self.assertEqual(sum(done[end] for end in ends), COUNT, done)
        self.assertGreater(done["accepted"], 0)

    def test_packets_are_lost(self):
        """One in twenty each way, under load, and while the bank connects."""
        self.net.lose(5)
        for _ in range(ROUNDS_MAX):
            self.load(self.class2)
            self.class1.do("disconnect")
            self.place.wait_served(self.class2, self.link)
            self.load(self.class1)
            if min(self.net.lost()) >= LOST_MIN:
                break
        self.assertGreaterEqual(min(self.net.lost()), LOST_MIN)
        self.net.heal()
        self.assert_books_agree(self.place)

    def test_narrow_line(self):
        self.net.narrow("256kbit")
        self.load(self.class2)
        self.load(self.class1)
        self.assertTrue(all(self.net.held_back()), self.net.held_back())
        self.net.widen()
        self.assert_books_agree(self.place)

    def states(self, ident):
        return [row["state"] for row in self.place.ctl("transfer", "show", ident)["history"]]

    def begin(self, fen):
        """A transfer to the far bank; its id."""
        known = {row["id"] for row in self.place.transfers()}
        asking = self.class2.begin(
            "transfer", link=self.link, dir="push", fen=fen, timeout_ms=SHORT_MS
        )
        self.addCleanup(asking.communicate)

        def new():
            return {row["id"] for row in self.place.transfers()} - known

        return wait_until(new, "the transfer").pop()

    def test_cut_in_silence(self):
        """One transfer was posted and its answer never arrives; of the other the bank never hears."""
        self.class1.fault("kind=post nth=1 -> delay 4000")
        posted = self.begin(100)
        wait_until(lambda: self.class1.rows("postings"), "the posting")
        self.net.cut()
        unseen = self.begin(10)
        self.place.wait_offline(CLASS1)
        self.assertIn("nothing was heard for three heartbeats", self.place.gateway.text())
        for ident in (posted, unseen):
            wait_until(lambda: self.states(ident)[-1] == "UNKNOWN", "nobody to know")
        refused = self.class2.refused("transfer", link=self.link, dir="push", fen=1)
        self.assertEqual(refused["reason"], "AB08")
        self.assertTrue(all(self.net.lost()), self.net.lost())
        reserved = [row["reserved_outgoing_fen"] for row in self.place.positions().values()]
        self.assertEqual(sum(reserved), 110)
        self.assertEqual(self.class2.do("books")["held_fen"], 110)
        self.place.kill_and_restart()
        for ident in (posted, unseen):
            self.assertEqual(self.states(ident)[-1], "UNKNOWN")
        self.net.heal()
        self.assert_books_agree(self.place)
        way = ["RECEIVED", "RESERVED", "PENDING", "UNKNOWN"]
        self.assertEqual(self.states(posted), [*way, "ACCEPTED"])
        self.assertEqual(self.states(unseen), [*way, "CANCELLED"])
        self.assertEqual(self.class2.balance(self.person.class2), 10**6 - 100)
        self.assertEqual(self.class1.balance(self.person.class1), 10**6 + 100)

    def test_connections_killed_by_the_kernel(self):
        """Both ends get a reset in the middle of a load; what was out is settled."""
        if not self.net.kill_connections():
            self.skipTest("this kernel cannot end connections (INET_DIAG_DESTROY)")
        self.place.wait_served(self.class2, self.link)
        self.class1.fault("kind=post every=20 -> delay 100")
        load = self.class2.begin("load", **LOAD)
        killed = 0
        while load.poll() is None:
            self.assertTrue(self.net.kill_connections())
            killed += 1
            before = self.place.gateway.text().count("event=session_open")
            wait_until(
                lambda: self.place.gateway.text().count("event=session_open") > before
                or load.poll() is not None,
                "the bank to come back",
            )
        out, errors = load.communicate()
        self.assertEqual(load.returncode, 0, out + errors)
        self.assertGreater(killed, 0)
        self.assert_books_agree(self.place)


if __name__ == "__main__":
    unittest.main()
