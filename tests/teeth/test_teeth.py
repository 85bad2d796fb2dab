"""tests/teeth: every planted bug still applies to the tree as it is, and says what it is."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import teeth  # pylint: disable=wrong-import-position

AT_LEAST = 12


class Teeth(unittest.TestCase):
    def test_enough(self):
        self.assertGreaterEqual(len(teeth.all_teeth()), AT_LEAST)

    def test_apply(self):
        for tooth in teeth.all_teeth():
            with self.subTest(tooth.name):
                self.assertIsNone(tooth.patch(teeth.ROOT, "--dry-run", "--quiet"))

    def test_say_what_they_are(self):
        bugs = set()
        for tooth in teeth.all_teeth():
            with self.subTest(tooth.name):
                self.assertTrue(tooth.bug.endswith("."), tooth.bug)
                self.assertNotIn(tooth.bug, bugs)
                bugs.add(tooth.bug)
                self.assertTrue(tooth.files())
                for name in tooth.files():
                    self.assertTrue(name.startswith("src/"), name)


if __name__ == "__main__":
    unittest.main()
