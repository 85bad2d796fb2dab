#!/usr/bin/python3
"""Two checkers of a store, of which neither knows the other, over stores that the simulator made:
they find nothing in those, and each planted violation by its law. scripts/check-stores does the
same with thousands."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import stores  # noqa: E402
from planted import PLANTS  # noqa: E402

SEEDS = 6
RARE = {"spilled-history-gone", "counter-questions"}  # not in every few runs


class Stores(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.work = tempfile.TemporaryDirectory(prefix="linkgate-stores-")
        cls.folder = pathlib.Path(cls.work.name)
        cls.stores = stores.generate(cls.folder, SEEDS, transfers=30)

    @classmethod
    def tearDownClass(cls):
        cls.work.cleanup()

    def test_nothing_is_found_in_what_runs_left(self):
        self.assertEqual(len(self.stores), 2 * SEEDS)
        for folder, wrong in zip(self.stores, stores.look_all(self.stores)):
            with self.subTest(store=str(folder.relative_to(self.folder))):
                self.assertIsNone(wrong)

    def test_each_planted_violation_is_named(self):
        planted, wrong, never = stores.plant_all(self.stores, self.folder)
        self.assertEqual(wrong, [])
        self.assertLessEqual(set(never), RARE)
        self.assertGreaterEqual(planted, len(PLANTS) - len(RARE))


if __name__ == "__main__":
    unittest.main()
