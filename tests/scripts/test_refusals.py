"""Every row of the refusals' table is reached by a test: tests/refusals_reached names it.

Each line there is a code of enum refusal_code and the test that expects it, FILE:NAME; NAME is a
test, or a table that a test of that file goes through. The code (in Python: its detail) must stand
in it. A third word stands in it instead: the code's short name there, or the ISO reason where the
row is only ever the reason of an end and never a refusal.
"""

import os
import pathlib
import re
import unittest

SOURCE = pathlib.Path(os.environ.get("LINKGATE_SOURCE", pathlib.Path(__file__).parents[2]))
TESTS = SOURCE / "tests"
TABLE = TESTS / "refusals_reached"


def read(path):
    return path.read_text(encoding="utf-8")


def codes():
    """The enum's names, in its order; the last part stands in a header of its own."""
    header = read(SOURCE / "src/domain/refusal_code.h")
    enum = re.search(r"enum refusal_code \{(.*?)\n\};", header, re.S)[1]
    last = re.search(
        r"#define REFUSAL_CODES_OF_PRODUCTS(.*?)\n\n",
        read(SOURCE / "src/domain/refusal_code_product.h"),
        re.S,
    )[1]
    names = re.findall(r"^\s*REFUSAL_(\w+)", enum + last, re.M)
    return [name for name in names if name not in ("NONE", "CODES_OF_PRODUCTS")]


def details():
    rows = read(SOURCE / "src/domain/refusal.c")
    return dict(re.findall(r'ROW\((\w+), "\w*", "(\w+)"', rows))


def table():
    """[(code, file, name, word or None)]"""
    lines = [line for line in read(TABLE).splitlines() if not line.startswith("#")]
    shape = re.compile(r"(\w+) ([\w/]+\.(?:c|py)):(\w+)(?: (\S+))?")
    return [shape.fullmatch(line).groups() for line in lines]


def body(text, name, python):
    """The text of that function or table; None if there is none."""
    lines = text.splitlines()
    head = rf" *def {name}\(" if python else rf"[^\s/#].*\b{name}\b"
    for first, line in enumerate(lines):
        if not re.match(head, line) or line.endswith(";"):
            continue
        if python:
            depth = len(line) - len(line.lstrip())
            end = rf" {{0,{depth}}}\S"
        else:
            end = r"\}"
        rest = lines[first + 1 :]
        size = next((i for i, other in enumerate(rest) if re.match(end, other)), len(rest))
        return "\n".join([line, *rest[:size]])
    return None


class Refusals(unittest.TestCase):
    def test_every_code_has_its_test(self):
        self.assertEqual([row[0] for row in table()], codes())

    def test_it_is_expected_there(self):
        said = details()
        self.assertEqual(list(said)[1:], codes())  # each row of the source was understood
        for code, file, name, word in table():
            with self.subTest(code=code):
                path = TESTS / file
                python = file.endswith(".py")
                text = read(path)
                region = body(text, name, python)
                self.assertTrue(region, f"{file} has no {name}")
                expected = f'"{said[code]}"' if python else rf"\bREFUSAL_{code}\b"
                self.assertTrue(
                    re.search(word or expected, region), f"{file}:{name} has no {word or expected}"
                )
                stem = path.stem.removeprefix("test_")
                self.assertRegex(read(path.parent / "meson.build"), rf"'({path.name}|{stem})'")
                if not python:  # declared, and run or gone through
                    self.assertGreater(len(re.findall(rf"\b{name}\b", text)), 1)


if __name__ == "__main__":
    unittest.main()
