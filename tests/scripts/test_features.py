"""docs/features.md: each feature has its row, and what a row says works is there: its messages and the
tests that show it."""

import os
import pathlib
import re
import unittest

SOURCE = pathlib.Path(os.environ.get("LINKGATE_SOURCE", pathlib.Path(__file__).parents[2]))
STATES = ("works", "to come", "later")


def rows():
    text = (SOURCE / "docs/features.md").read_text(encoding="utf-8")
    lines = [line for line in text.split("\n") if re.match(r"\| F\d\d ", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


class Features(unittest.TestCase):
    def test_each_feature_has_one_row(self):
        self.assertEqual([row[0] for row in rows()], [f"F{i:02}" for i in range(1, 22)])
        for feature, _, _, _, state in rows():
            self.assertTrue(state.startswith(STATES), feature)

    def test_tests_are_there(self):
        for feature, _, messages, tests, state in rows():
            names = re.findall(r"`(\w+)\.(\w+)`", tests)
            if state.startswith("works") and not messages.startswith("none of its own"):
                said = [name for name in names if f"_{feature.lower()}_" in f"{'_'.join(name)}_"]
                self.assertNotEqual(said, [], f"no test of {feature} has it in its name")
            for module, name in names:
                text = (SOURCE / "tests/e2e" / f"{module}.py").read_text(encoding="utf-8")
                self.assertIn(f"def {name}(self", text, feature)

    def test_messages_are_there(self):
        known = (SOURCE / "docs/messages.md").read_text(encoding="utf-8")
        for feature, _, messages, _, state in rows():
            if state.startswith("works"):
                for name in re.findall(r"`([A-Z]\w+)`", messages):
                    self.assertRegex(known, rf"(?m)^#+ {name}$", feature)


if __name__ == "__main__":
    unittest.main()
