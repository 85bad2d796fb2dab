#!/usr/bin/python3
"""The daemon's man page, completion and unit say what it says: every key, option, status.

linkgatectl's are tested beside its table of commands (tests/tools/test_ctl_values.c)."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["LINKGATE_SOURCE"])
BIN = pathlib.Path(os.environ["LINKGATE_BIN"])


def run(*words):
    return subprocess.run(
        [str(BIN / words[0]), *words[1:]], capture_output=True, text=True, check=False
    )


def text_of(path):
    return (SOURCE / path).read_text(encoding="utf-8")


class Documents(unittest.TestCase):
    def test_every_key_is_in_the_manual(self):
        page = text_of("docs/man/linkgated.8.scd")
        keys = 0
        section = ""
        for line in run("linkgated", "--help-config").stdout.splitlines():
            if line.startswith("["):
                section = line
                self.assertIn(f"## {section}\n", page)
            match = re.match(r"#?([a-z_]+) =", line)
            if match:
                keys += 1
                part = page.split(f"## {section}\n")[1].split("## ")[0].split("# SIGNALS")[0]
                self.assertIn(f"*{match.group(1)}*", part, section)
        self.assertGreater(keys, 25)

    def test_every_option_of_the_daemon_is_in_manual_and_completion(self):
        page = text_of("docs/man/linkgated.8.scd")
        completion = text_of("scripts/completion/linkgated")
        options = set(re.findall(r"(?<![-\w])--[a-z-]+", run("linkgated", "--help").stdout))
        self.assertGreater(len(options), 6)
        for option in options:
            self.assertIn(option, page)
            self.assertIn(option, completion)

    def test_unit_does_not_restart_where_it_cannot_help(self):
        unit = text_of("systemd/linkgated.service.in")
        self.assertIn("RestartPreventExitStatus=1 2 3\n", unit)
        self.assertEqual(run("linkgated").returncode, 1)
        self.assertEqual(run("linkgated", "--frob").returncode, 1)
        self.assertEqual(run("linkgated", "--config", "/nowhere").returncode, 2)
        with tempfile.NamedTemporaryFile("w", suffix=".ini") as file:
            file.write("[gateway]\nport = 99999\n")
            file.flush()
            result = run("linkgated", "--check", "--config", file.name)
            self.assertEqual(result.returncode, 2)
            self.assertIn(f"{file.name}:2: [gateway] port", result.stderr)

    def test_printed_keys_are_a_file_to_begin_with(self):
        printed = run("linkgated", "--help-config").stdout
        with tempfile.NamedTemporaryFile("w", suffix=".ini") as file:
            file.write(re.sub(r"^([a-z_]+) = .*$", r"\1 = /nowhere/at/all", printed, flags=re.M))
            file.flush()
            result = run("linkgated", "--check", "--config", file.name)
            self.assertEqual(result.returncode, 2)
            lines = printed.splitlines()
            faults = result.stderr.splitlines()
            keys = ["[tls] certificate", "[tls] ca", "[store] keys", "[store] dir"]
            self.assertEqual(len(faults), len(keys), faults)
            for key, fault in zip(keys, faults):
                name, number, text = fault.split(":", 2)
                self.assertEqual(name, file.name)
                self.assertTrue(text.startswith(f" {key} "), fault)
                self.assertTrue(lines[int(number) - 1].startswith(key.split()[1] + " ="), fault)

    def test_keys_are_made_once(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "keys"
            self.assertEqual(run("linkgated", "--make-keys", str(path)).returncode, 0)
            self.assertEqual(path.stat().st_mode & 0o777, 0o600)
            before = path.read_bytes()
            self.assertEqual(run("linkgated", "--make-keys", str(path)).returncode, 2)
            self.assertEqual(path.read_bytes(), before)


if __name__ == "__main__":
    unittest.main()
