"""A gateway that finds another day on the wall clock when it starts: it holds, lets nobody in, says
why, and goes on when two people accept it. Ledger time goes back in no case."""

import os
import pathlib
import socket
import subprocess
import unittest

from people import people
from place import BIN, SiteTest, link

FAKETIME = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)


@unittest.skipUnless(FAKETIME, "needs libfaketime")
class OtherDay(SiteTest):
    def ahead(self):
        env = {"LD_PRELOAD": FAKETIME, "FAKETIME": "+25h", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        env = {name: str(value) for name, value in env.items()}
        trial = [BIN / "linkgated", "--version"]
        try:
            subprocess.run(
                trial, env={**os.environ, **env}, check=True, timeout=10, capture_output=True
            )
        except (subprocess.SubprocessError, OSError):
            self.skipTest("this build does not suffer libfaketime: a sanitizer, most likely")
        return env

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
        env = self.ahead()
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
