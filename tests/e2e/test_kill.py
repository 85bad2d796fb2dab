"""Real processes killed under load: nothing acked missing, nothing applied twice, books equal."""

import random
import time
import unittest

from load import COUNT, Loader
from people import people
from place import SiteTest, link

ROUNDS = 5


class Kill(SiteTest):
    def setUp(self):
        self.chance = random.Random(self.id())
        self.place = self.site().start()
        persons = people(3, class2_fen=10**9, class1_fen=10**9)
        self.class2, self.class1 = self.place.two_banks(persons)
        for person in persons:
            link(self.class2, self.class1, person)

    def under_load(self, disturb):
        loaders = [Loader(self.class2), Loader(self.class1)]
        for loader in loaders:
            loader.start()
        try:
            for turn in range(ROUNDS):
                time.sleep(self.chance.uniform(0.1, 0.6))
                disturb(turn)
        finally:
            for loader in loaders:
                loader.finish()
        return loaders

    def check(self, loaders, killed_banks=False):
        self.assert_books_agree(self.place)
        finished = [load for loader in loaders for load in loader.loads]
        self.assertTrue(finished)
        for load in finished:
            ends = sum(load[key] for key in ("accepted", "rejected", "cancelled", "refused"))
            self.assertEqual(ends, COUNT, load)
        if not killed_banks:
            self.assertEqual(sum(loader.broken for loader in loaders), 0)
            # Every transfer that any load saw accepted is there, and no other.
            accepted = sum(load["accepted"] for load in finished)
            states = [row["state"] for row in self.place.transfers()]
            self.assertEqual(states.count("ACCEPTED"), accepted)

    def test_gateway(self):
        loaders = self.under_load(lambda turn: self.place.kill_and_restart())
        self.check(loaders)
        self.assertEqual(self.place.ctl("status")["boot_count"], 1 + ROUNDS)

    def test_banks(self):
        banks = [self.class2, self.class1]
        loaders = self.under_load(lambda turn: banks[turn % 2].kill_and_restart())
        self.check(loaders, killed_banks=True)

    def test_everything_at_once(self):
        def disturb(_):
            self.place.gateway.kill()
            self.class1.process.kill()
            self.class2.process.kill()
            self.place.start()
            self.class2.start()
            self.class1.start()

        loaders = self.under_load(disturb)
        self.check(loaders, killed_banks=True)

    def test_stopped_and_started(self):
        """SIGTERM under load: exit status 0 each time, and nothing is lost either."""
        loaders = self.under_load(lambda turn: self.place.stop_and_restart())
        self.check(loaders)

    def test_killed_before_anything_was_flushed(self):
        """All of it stands in the log alone."""
        for _ in range(3):
            request = self.class2.do("transfer", link=self.one_link(), dir="pull", fen=5, final=1)
            self.place.kill_and_restart()
            shown = self.place.ctl("transfer", "show", request["transfer"])
            self.assertEqual(shown["state"], "ACCEPTED")
            self.place.wait_online()
        self.assert_books_agree(self.place)

    def one_link(self):
        return self.class2.rows("links")[0]["link"]


class CleanStop(SiteTest):
    def test_leaves_no_tail(self):
        place = self.site().start()
        persons = people(1)
        class2, class1 = place.two_banks(persons)
        ident = link(class2, class1, persons[0])
        class2.do("transfer", link=ident, dir="pull", fen=5, final=1)
        before = place.transfers()
        place.gateway.stop()
        # The whole state is in the store: without the log's segments nothing is missing.
        place.start()
        self.assertEqual(place.transfers(), before)
        ready = [line for line in place.gateway.text().splitlines() if "event=ready" in line]
        self.assertIn("replayed=0", ready[-1])
        place.wait_online()
        class2.do("transfer", link=ident, dir="push", fen=5, final=1)
        self.assert_books_agree(place)


if __name__ == "__main__":
    unittest.main()
