"""A few rounds of each kind of crash with real processes; scripts/crash-test has as many as wanted.

Not with sanitizers: a tracer and a leak checker exclude each other, and the shim comes before them.
"""

import json
import os
import pathlib
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).parent
sys.path.append(str(HERE.parent / "support"))
from second import need_second_user  # noqa: E402

ROUNDS = {"a": 6, "c": 4, "d": 6}
LONGEST_S = 240


class Crash(unittest.TestCase):
    def setUp(self):
        need_second_user()
        if os.environ.get("LINKGATE_SANITIZE", "none") != "none":
            self.skipTest("not with sanitizers")

    def rounds(self, kind):
        words = [sys.executable, HERE / "crash_test.py", "--json", "--kind", kind]
        words += ["--rounds", str(ROUNDS[kind])]
        done = subprocess.run(words, capture_output=True, text=True, timeout=LONGEST_S, check=False)
        self.assertTrue(done.stdout, done.stderr)
        figure = json.loads(done.stdout)[0]
        if figure["skipped"]:
            self.skipTest(figure["skipped"])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(figure["tried"], ROUNDS[kind])
        self.assertGreater(figure["struck"], 0)

    def test_killed_at_a_system_call(self):
        self.rounds("a")

    def test_file_system_shut_down(self):
        self.rounds("c")

    def test_write_or_sync_failed(self):
        self.rounds("d")


if __name__ == "__main__":
    unittest.main()
