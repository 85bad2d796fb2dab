#!/usr/bin/python3
"""A few random damages to store and log: what is not the same any more is found.
scripts/damage-test does the same a thousand times."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import damage  # noqa: E402

ROUNDS = 30


class Damages(unittest.TestCase):
    def test_each_is_found_or_changes_nothing(self):
        with tempfile.TemporaryDirectory(prefix="linkgate-damage-") as name:
            counts, missed = damage.run(ROUNDS, 0, pathlib.Path(name))
        self.assertEqual(missed, [])
        self.assertEqual(sum(counts.values()), ROUNDS)
        self.assertGreater(sum(n for (_, found, _), n in counts.items() if found == "found"), 0)


if __name__ == "__main__":
    unittest.main()
