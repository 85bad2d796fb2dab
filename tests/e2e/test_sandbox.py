"""scripts/sandbox as a partner's developers use it: started, its calls pasted, stopped."""

import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
import unittest

from place import BIN, PATIENCE_S, SOURCE, run, wait_until

SANDBOX = SOURCE / "scripts/sandbox"


class Shell:
    """A command line in a shell of its own, with its output read as it comes."""

    def __init__(self, line, environment=None):
        self.child = subprocess.Popen(
            ["bash", "-c", line],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
            start_new_session=True,
        )
        self.text = ""

    def read_until(self, word):
        while word not in self.text:
            line = self.child.stdout.readline()
            if not line:
                raise AssertionError(f"it ended without '{word}':\n{self.text}")
            self.text += line
        return self.text

    def end(self, number=signal.SIGINT):
        """Its exit status, and what else it said. The signal goes to all of it, as Ctrl-C does."""
        if self.child.poll() is None:
            os.killpg(self.child.pid, number)
        rest, _ = self.child.communicate(timeout=PATIENCE_S)
        self.text += rest
        return self.child.returncode


class Sandbox(unittest.TestCase):
    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="linkgate-e2e-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        self.dir.chmod(0o711)  # a second user approves orders
        self.environment = dict(os.environ, LINKGATE_BIN=str(BIN), TMPDIR=str(self.dir))

    def sandbox(self, *words):
        line = shlex.join([str(SANDBOX), "--no-install", *map(str, words)])
        shell = Shell(line, self.environment)
        self.addCleanup(shell.end)
        shell.read_until("It stays up")
        return shell

    def refused(self, *words):
        """What it says when it does not start."""
        done = subprocess.run(
            [SANDBOX, "--no-install", *words],
            capture_output=True,
            text=True,
            check=False,
            env=self.environment,
        )
        self.assertEqual(done.returncode, 1, words)
        return done.stderr

    def call(self, text, word):
        """The one printed command line with that word in it."""
        lines = [line.strip() for line in text.splitlines() if word in line]
        lines = [line for line in lines if not line.startswith("#")]
        self.assertEqual(len(lines), 1, f"{word}: {lines}")
        return lines[0]

    def answer(self, line):
        return subprocess.run(
            ["bash", "-c", line], capture_output=True, text=True, check=True, timeout=PATIENCE_S
        ).stdout

    def sms(self, line):
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
        found = re.search(r'"code": *"(\d+)"', done.stdout)
        return found and found[1]

    def start_partner(self, text, **changes):
        line = self.call(text, "docs/example/partner.py --gateway")
        for old, new in changes.items():
            line = line.replace(old, str(new))
        partner = Shell(line)
        self.addCleanup(partner.end, signal.SIGKILL)
        return partner

    def run_partner(self, text, **changes):
        partner = self.start_partner(text, **changes)
        partner.read_until("the code:")
        code = wait_until(lambda: self.sms(self.call(text, " sms ")), "the code")
        partner.child.stdin.write(code + "\n")
        partner.child.stdin.flush()
        self.assertIn(" 30000 fen", partner.read_until("balance of"))
        return partner

    def test_calls_as_printed(self):
        sandbox = self.sandbox()
        text = sandbox.text
        partner = self.run_partner(text)
        link = re.search(r'"link": *"([0-9a-f]+)"', self.answer(self.call(text, ".sock links")))[1]
        push = self.call(text, "dir=push").replace("LINK-ID", link)
        self.assertIn('"state": "ACCEPTED"', self.answer(push).replace('":"', '": "'))
        partner.read_until("asked to post 100 fen: POSTING_OUTCOME_POSTED")
        self.answer(self.call(text, " balance LINK-ID").replace("LINK-ID", link))
        self.answer(self.call(text, " hold LINK-ID").replace("LINK-ID", link))
        listed = self.answer(self.call(text, "transfer list"))
        self.assertEqual(listed.count("ACCEPTED"), 3, listed)
        transfer = re.search(r"^([0-9a-f]{32}) ", listed, re.M)[1]
        for word in ("status", "TRANSFER-ID"):
            self.answer(self.call(text, word).replace("TRANSFER-ID", transfer))
        for word in ("drop-answer", "refuse AM04", "faults-clear"):
            self.answer(self.call(text, word))
        self.answer(self.call(text, "kill -9"))
        sandbox.read_until("serves again")
        partner.read_until("connected")
        self.assertEqual(sandbox.end(), 0, sandbox.text)
        folder = re.search(r"^  folder +(\S+)$", text, re.M)[1]
        self.assertFalse(pathlib.Path(folder).exists())

    def test_kept_and_stopped(self):
        kept = self.dir / "kept"
        sandbox = self.sandbox("--dir", kept)
        self.run_partner(sandbox.text).end(signal.SIGKILL)
        before = (kept / "pki/ca.crt").read_bytes()
        self.assertIn("runs in", self.refused("--dir", kept))
        run(SANDBOX, "--stop", "--dir", kept)
        self.assertEqual(sandbox.child.wait(PATIENCE_S), 0)
        again = self.sandbox("--dir", kept)
        self.assertEqual((kept / "pki/ca.crt").read_bytes(), before)
        self.assertEqual(
            self.call(again.text, "partner.py --gateway"),
            self.call(sandbox.text, "partner.py --gateway"),
        )
        partner = self.start_partner(again.text)
        self.assertIn(" 60000 fen", partner.read_until("balance of"))

    def request(self, name):
        """A key of our own, and the request for its certificate."""
        key, made = self.dir / f"{name}.key", self.dir / f"{name}.csr"
        kind = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        run("openssl", "req", "-new", *kind, "-keyout", key, "-subj", "/CN=x", "-out", made)
        return key, made

    def test_own_keys(self):
        kept = ("--bank", "999100000038", "--dir", self.dir / "kept")
        key, request = self.request("first")
        sandbox = self.sandbox(*kept, "--csr", request)
        self.assertNotIn("999100000038.key", sandbox.text)
        self.run_partner(sandbox.text, **{"YOUR.KEY": key}).end(signal.SIGKILL)
        self.assertEqual(sandbox.end(), 0, sandbox.text)
        key, request = self.request("second")
        again = self.sandbox(*kept, "--csr", request)
        partner = self.start_partner(again.text, **{"YOUR.KEY": key})
        self.assertIn(" 60000 fen", partner.read_until("balance of"))

    def test_folder_that_the_second_user_cannot_enter(self):
        closed = self.dir / "closed"
        closed.mkdir(mode=0o700)
        if os.getuid() != 0:
            self.skipTest("root is the second user then, and enters every folder")
        self.assertIn("cannot enter", self.refused("--dir", closed / "kept"))

    def test_wrong_words(self):
        for words, said in (
            (["--bank", "12"], "12 digits"),
            (["--bank", "999100000012"], "check digit"),
            (["--listen", "host.example"], "address"),
            (["--stop"], "--dir"),
            (["--stop", "--dir", self.dir], "no sandbox runs"),
            (["--dir", SOURCE], "other things"),
            (["--csr", SANDBOX], "certificate request"),
        ):
            self.assertIn(said, self.refused(*words), words)


if __name__ == "__main__":
    unittest.main()
