"""scripts/count-tests: what the closing line of scripts/test says has to be true."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ.get("LINKGATE_SOURCE", pathlib.Path(__file__).parents[2]))

CMOCKA_GOOD = """[==========] Running 3 test(s).
[ RUN      ] test_a
[       OK ] test_a
[ RUN      ] test_b
[  SKIPPED ] test_b
[ RUN      ] test_c
[       OK ] test_c
[==========] 3 test(s) run.
[  PASSED  ] 2 test(s).
"""
CMOCKA_BAD = """[==========] Running 2 test(s).
[ RUN      ] test_a
[       OK ] test_a
[ RUN      ] test_b
[  FAILED  ] test_b
[==========] 2 test(s) run.
[  PASSED  ] 1 test(s).
[  FAILED  ] 1 test(s), listed below:
[  FAILED  ] test_b
"""
CMOCKA_CRASHED = """[==========] Running 2 test(s).
[ RUN      ] test_a
[       OK ] test_a
[ RUN      ] test_b
"""
UNITTEST_GOOD = "test_a ... ok\n\nRan 4 tests in 0.1s\n\nOK (skipped=1)\n"
UNITTEST_BAD = "Ran 5 tests in 0.1s\n\nFAILED (failures=1, errors=2)\n"


def run_count(option, *tests):
    """The lines that count-tests prints for (name, result, stdout, stderr) each."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as log:
        for name, result, stdout, stderr in tests:
            fields = {"name": name, "result": result, "stdout": stdout, "stderr": stderr}
            log.write(json.dumps(fields) + "\n")
        log.flush()
        command = [SOURCE / "scripts/count-tests", *([option] if option else []), log.name]
        result = subprocess.run(command, capture_output=True, text=True, check=True)
        return result.stdout.split("\n")


def count(*tests):
    return run_count(None, *tests)


class Count(unittest.TestCase):
    def test_last_words_of_what_failed(self):
        words = run_count("--failed", ("a", "OK", "good", ""), ("b", "FAIL", "one\n\ntwo", "three"))
        self.assertEqual(words, ["--- b (fail), its last words:", "one", "two", "three", ""])

    def test_nothing_ran(self):
        self.assertEqual(count()[0], "0 0 0")

    def test_plain_programs_are_one_each(self):
        lines = count(("a", "OK", "", ""), ("b", "FAIL", "", ""), ("c", "SKIP", "", ""))
        self.assertEqual(lines[:2], ["1 1 1", "b (fail)"])

    def test_cmocka_cases(self):
        self.assertEqual(count(("a", "OK", CMOCKA_GOOD, ""))[0], "2 0 1")
        self.assertEqual(count(("a", "FAIL", CMOCKA_BAD, ""))[0], "1 1 0")

    def test_cmocka_on_stderr(self):
        self.assertEqual(count(("a", "OK", "", CMOCKA_GOOD))[0], "2 0 1")

    def test_crash_and_timeout_fail(self):
        self.assertEqual(count(("a", "FAIL", CMOCKA_CRASHED, ""))[0], "1 1 0")
        self.assertEqual(count(("a", "TIMEOUT", CMOCKA_CRASHED, ""))[:2], ["1 1 0", "a (timeout)"])

    def test_failure_after_good_cases(self):
        """A leak found at exit: all cases were right, the program was not."""
        self.assertEqual(count(("a", "FAIL", CMOCKA_GOOD, "leak"))[0], "2 1 1")

    def test_only_skipped_cases(self):
        output = "[ RUN      ] test_a\n[  SKIPPED ] test_a\n"
        self.assertEqual(count(("a", "OK", output, ""))[0], "0 0 1")

    def test_unittest_cases(self):
        self.assertEqual(count(("a", "OK", "", UNITTEST_GOOD))[0], "3 0 1")
        self.assertEqual(count(("a", "FAIL", "", UNITTEST_BAD))[0], "2 3 0")


if __name__ == "__main__":
    unittest.main()
