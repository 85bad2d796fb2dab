#!/usr/bin/python3
"""--check, as a site engineer uses it: whatever is wrong is told with file, line and remedy, all of
it at once, and nothing is changed by looking."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from test_process import BIN, NOBODY, Gateway

BANK = "102100099996"


class Check(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.mkdtemp(prefix="linkgate-check-")
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.made = Gateway(folder)
        cls.pki = cls.made.folder / "pki"
        cls.made.make("certs/make-cert", cls.pki, "other", "--gateway", "127.0.0.1")
        cls.made.make("certs/make-cert", cls.pki, "bank", "--bank", BANK)
        # What another user may run, from where he may enter.
        cls.program = cls.made.folder / "linkgated"
        shutil.copy(BIN / "linkgated", cls.program)
        cls.program.chmod(0o755)

    def setUp(self):
        self.values = {
            "gateway": {"host": "127.0.0.1", "port": "0"},
            "tls": {
                "ca": self.pki / "ca.crt",
                "crl": self.pki / "crl.pem",
                "certificate": self.pki / "gateway.crt",
                "key": self.pki / "gateway.key",
            },
            "store": {"dir": self.made.folder / "state", "keys": self.made.folder / "keys"},
            "admin": {"socket": self.made.socket},
        }

    def check(self, option="--check", user=None, env=None):
        lines = []
        for section, keys in self.values.items():
            lines += [f"[{section}]"] + [f"{name} = {value}" for name, value in keys.items()]
        self.lines = lines
        self.made.ini.write_text("\n".join(lines) + "\n", encoding="utf-8")
        before = sorted(map(str, self.made.folder.rglob("*")))
        done = subprocess.run(
            [self.program, option, "--config", self.made.ini],
            capture_output=True,
            text=True,
            check=False,
            user=user,
            group=user,
            extra_groups=[] if user is not None else None,
            env={**os.environ, **(env or {})},
        )
        self.assertEqual(sorted(map(str, self.made.folder.rglob("*"))), before)
        return done

    def fault(self, section, name, said, **how):
        """The one fault, at the line of that key."""
        done = self.check(**how)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        line = self.lines.index(f"{name} = {self.values[section][name]}") + 1
        prefix = f"{self.made.ini}:{line}: [{section}] {name} "
        faults = done.stderr.splitlines()
        self.assertEqual(len(faults), 1, faults)
        self.assertTrue(faults[0].startswith(prefix), faults)
        self.assertIn(said, faults[0])

    def wrong(self, section, name, value, said, **how):
        self.values[section][name] = value
        self.fault(section, name, said, **how)

    def own(self, source, mode):
        """A copy with that mode."""
        path = self.made.folder / "copy"
        path.unlink(missing_ok=True)
        self.addCleanup(path.unlink, True)
        shutil.copy(source, path)
        path.chmod(mode)
        return path

    def test_all_right(self):
        for option in ("--check", "--check-reload"):
            done = self.check(option)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertEqual(done.stdout, f"{self.made.ini}: all right\n")

    def test_credentials(self):
        self.values["store"]["keys"] = "$CREDENTIALS_DIRECTORY/keys"
        self.assertEqual(self.check(env={"CREDENTIALS_DIRECTORY": str(self.made.folder)}).returncode, 0)
        self.fault("store", "keys", "to check by hand, set CREDENTIALS_DIRECTORY")

    def test_files_that_are_not_there(self):
        for name in ("ca", "crl", "certificate", "key"):
            self.setUp()
            self.wrong("tls", name, "/nowhere/x.pem", "/nowhere/x.pem")
        self.setUp()
        self.wrong("store", "keys", "/nowhere/keys", "No such file or directory; check the path")

    def test_files_that_are_others(self):
        """A key for a certificate, a text for a PEM file, a folder for a file, and so on."""
        self.wrong("tls", "key", self.pki / "other.key", "key")
        self.setUp()
        self.wrong("tls", "certificate", self.made.ini, "g.ini")
        self.setUp()
        self.wrong("tls", "ca", self.pki / "gateway.key", "gateway.key")
        self.setUp()
        self.wrong("tls", "crl", self.pki / "ca.crt", "ca.crt")
        self.setUp()
        self.wrong("tls", "key", self.made.folder, str(self.made.folder))
        self.setUp()
        self.wrong("store", "keys", self.own(self.pki / "ca.crt", 0o600), "backup")
        self.setUp()
        self.wrong("store", "keys", self.made.folder, "not a regular file")

    def test_modes(self):
        path = self.own(self.made.folder / "keys", 0o640)
        if os.geteuid() == 0:
            os.chown(path, NOBODY, NOBODY)
        self.wrong("store", "keys", path, "others than its owner may read or change it; find out")
        self.setUp()
        path = self.own(self.pki / "gateway.key", 0o644)
        self.wrong("tls", "key", path, "every user of this machine may read or change it; make a new")
        path.chmod(0o640)
        self.assertEqual(self.check().returncode, 0)

    @unittest.skipUnless(os.geteuid() == 0, "needs root to be another user")
    def test_credential_of_root(self):
        """As systemd gives it where it can set access lists: root's, with an entry for the user."""
        path = self.own(self.made.folder / "keys", 0o440)
        self.values["store"]["keys"] = path
        self.assertEqual(self.check().returncode, 0)
        for mode in (0o460, 0o640, 0o444):
            path.chmod(mode)
            self.fault("store", "keys", "others than its owner")

    @unittest.skipUnless(os.geteuid() == 0, "needs root to be another user")
    def test_another_user(self):
        """What the daemon's user may not do is told, each with its line."""
        self.made.ini.touch()
        self.made.ini.chmod(0o644)
        self.addCleanup(self.made.ini.chmod, 0o644)
        done = self.check(user=NOBODY)
        places = [line.split(": ")[1].split(" ")[:2] for line in done.stderr.splitlines()]
        wanted = ["[tls] certificate", "[tls] ca", "[store] keys", "[store] dir"]
        self.assertEqual([" ".join(place) for place in places], wanted)
        self.made.ini.chmod(0o600)
        done = self.check(user=NOBODY)
        self.assertEqual(
            done.stderr,
            f"{self.made.ini}: Permission denied; let the user nobody read the file and enter its "
            "folder\n",
        )

    def test_what_only_a_start_looks_at(self):
        self.values["store"] = {"dir": "/nowhere/state/store", "keys": "/nowhere/keys"}
        done = self.check()
        self.assertEqual((done.returncode, len(done.stderr.splitlines())), (2, 2))
        self.assertEqual(self.check("--check-reload").returncode, 0)
        self.wrong("tls", "key", "/nowhere/x", "/nowhere/x", option="--check-reload")

    def test_the_rest(self):
        self.wrong("gateway", "host", "gateway.example", "is no address; give IPv4 or IPv6 digits")
        self.setUp()
        self.wrong("gateway", "host", "127.0.0.1:7443", "is no address")
        self.setUp()
        self.wrong("store", "dir", self.made.ini, "is no folder; name another")
        self.setUp()
        self.wrong("store", "dir", "/nowhere/state/store", "cannot be made")
        self.setUp()
        self.wrong("admin", "group", "no-such-group-here", "make it with groupadd")
        self.setUp()
        self.wrong("admin", "read_group", "no-such-group-here", "make it with groupadd")
        self.setUp()
        self.wrong("admin", "socket", "/" + "x" * 120, "is longer than 107 bytes; shorten it")

    def test_all_at_once(self):
        self.values["gateway"]["host"] = "here"
        self.values["tls"]["ca"] = "/nowhere/ca"
        self.values["store"]["keys"] = "/nowhere/keys"
        self.values["admin"]["group"] = "no-such-group-here"
        done = self.check()
        self.assertEqual(len(done.stderr.splitlines()), 4, done.stderr)

    def test_named_wrongly(self):
        for words, said in (
            (["--check"], "--config FILE is missing"),
            (["--check", str(self.made.ini)], "a configuration is named with --config FILE"),
            (["--check", "--config", str(self.made.folder)], "is no regular file"),
        ):
            done = subprocess.run(
                [self.program, *words], capture_output=True, text=True, check=False
            )
            self.assertIn(done.returncode, (1, 2))
            self.assertIn(said, done.stderr)


if __name__ == "__main__":
    unittest.main()
