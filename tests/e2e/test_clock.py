"""A gateway that finds another day on the wall clock when it starts: it holds, lets nobody in, says
why, and goes on when two people accept it. Ledger time goes back in no case."""

import socket
import unittest

from people import people
from place import SiteTest, link


class OtherDay(SiteTest):
    def held(self, place, reason):
        """The gateway was started: it holds, says why, and one person alone changes nothing."""
        self.assertEqual(place.ctl("status")["port"], 0)
        self.assertEqual(place.ctl("clock", "show")["state"], "HELD")
        self.assertIn(reason, place.tool("clock", "show").stdout)
        self.assertIn("event=clock_held", place.gateway.text())
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", place.port))
        approval = place.ask("clock", "accept")
        self.assertTrue(place.says("HELD"))
        return approval

    def released(self, place, approval):
        done = place.second("approval", "approve", "--yes", approval)
        self.assertEqual(done.returncode, 0, done.stderr)
        place.wait_state()
        place.wait_online()

    def test_forward_and_back(self):
        env = self.ahead("25h")
        place = self.site().start()
        person = people(1)[0]
        class2, class1 = place.two_banks([person])
        ident = link(class2, class1, person)
        class2.do("transfer", link=ident, dir="pull", fen=1, final=1)
        times = [place.ctl("clock", "show")["ledger_time"]]
        for fake, reason in ((env, "ahead"), (None, "behind")):
            before = place.transfers()
            place.gateway.stop()
            place.env = fake
            place.start("HELD")
            approval = self.held(place, reason)
            self.released(place, approval)
            self.assertEqual(place.transfers(), before)
            times.append(place.ctl("clock", "show")["ledger_time"])
            place.wait_served(class2, ident)
            self.assert_books_agree(place)
        self.assertEqual(times, sorted(times))
        self.assertEqual(len(place.transfers()), 3)


if __name__ == "__main__":
    unittest.main()
