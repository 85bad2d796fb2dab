#!/usr/bin/python3
"""Two checkers of a store, of which neither knows the other, over stores that the simulator made:
they find nothing in those, and planted violations by their law. scripts/check-stores does the same
with thousands, and with violations of all sorts."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import stores  # noqa: E402
from planted_bought import PLANTS  # noqa: E402

SEEDS = 10
# Not in every few runs.
RARE = {"spilled-history-gone", "adjustment-of-window-gone", "limit-gone"}
RARE |= {"event-kept-after-its-end"}


def one_of_each_law():
    of_laws = PLANTS.items()
    return set({law: name for name, (law, how) in of_laws if how.__module__ == "planted"}.values())


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
        self.assertGreater(len(self.stores), SEEDS)
        for folder, wrong in zip(self.stores, stores.look_all(self.stores)):
            with self.subTest(store=str(folder.relative_to(self.folder))):
                self.assertIsNone(wrong)

    def test_each_planted_violation_is_named(self):
        names = one_of_each_law() | {name for name in PLANTS if name.endswith("-gone")}
        planted, wrong, never = stores.plant_all(self.stores, self.folder, names=sorted(names))
        self.assertEqual(wrong, [])
        self.assertLessEqual(set(never), RARE)
        self.assertGreaterEqual(planted, len(names) - len(RARE))

    def test_a_sealed_field_is_told_once(self):
        copy = self.folder / "sealed"
        store = next(one for one in self.stores if stores.plant(one, copy, "sealed-flipped", 1))
        findings = stores.findings_of(copy)
        laws = [one["law"] for one in findings]
        # Where the log reaches back to the row it gives another one: that is said of it, too.
        self.assertEqual([law for law in laws if law != "I12"], ["I19"], store)
        self.assertLessEqual(laws.count("I12"), 1, store)


if __name__ == "__main__":
    unittest.main()
