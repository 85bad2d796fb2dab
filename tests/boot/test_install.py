#!/usr/bin/python3
"""`meson install` into an empty folder: every file that belongs there, nothing else, and units that
systemd finds sound and well closed off."""

import os
import pathlib
import re
import shutil
import stat
import subprocess
import tempfile
import unittest

from installed import Installed

SOURCE = pathlib.Path(os.environ["LINKGATE_SOURCE"])
EXPOSURE_MAX = 1.5  # of systemd-analyze security
MAN_PAGES = ["man/man1/linkgatectl.1", "man/man8/linkgated.8"]
EXPECTED = {
    "bindir": ["linkgate-bank", "linkgate-bench", "linkgatectl", "linkgated"],
    "sysconfdir": ["linkgate/linkgated.ini.example"],
    "lib": [
        "systemd/system/linkgated.service",
        "systemd/system/linkgated.socket",
        "sysusers.d/linkgate.conf",
        "tmpfiles.d/linkgate.conf",
    ],
    "datadir": [
        "bash-completion/completions/linkgatectl",
        "bash-completion/completions/linkgated",
        "doc/linkgate/certificates.md",
        "doc/linkgate/example/partner.c",
        "doc/linkgate/example/partner.py",
        "doc/linkgate/features.md",
        "doc/linkgate/linkgatectl-json.md",
        "doc/linkgate/messages.md",
        "doc/linkgate/operations.md",
        "doc/linkgate/protocol.md",
        "doc/linkgate/reconciliation.md",
        "doc/linkgate/reliability.md",
        "doc/linkgate/store.md",
        "linkgate/certs/make-ca",
        "linkgate/certs/make-cert",
        "linkgate/certs/make-crl",
        "linkgate/certs/pin",
        "linkgate/certs/pki.sh",
        "linkgate/rules/calendar-2026.json",
        "linkgate/rules/cn-2018.json",
    ],
}
# The partners' library has what it has: it is looked at by its own tests.
LIBRARY = re.compile(r"include/linkgate[./]|lib/.*liblinkgate\.|/pkgconfig/|/liblinkgate|/man3/")


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="linkgate-install-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.there = Installed(cls.folder)

    def expected(self):
        there = self.there
        names = {
            there.folder(option) / name for option, names in EXPECTED.items() for name in names
        }
        protos = (SOURCE / "proto/linkgate/v1").glob("*.proto")
        names |= {there.folder("datadir") / "linkgate/proto/linkgate/v1" / p.name for p in protos}
        if shutil.which("scdoc"):
            names |= {there.folder("datadir") / page for page in MAN_PAGES}
        return names

    def test_every_file_and_no_other(self):
        found = {path for path in self.folder.rglob("*") if not path.is_dir()}
        found = {path for path in found if not LIBRARY.search(str(path))}
        self.assertEqual(sorted(found), sorted(self.expected()))

    def test_nobody_else_may_change_it(self):
        for path in self.expected():
            mode = stat.S_IMODE(path.stat().st_mode)
            program = path.parent == self.there.folder("bindir") or (
                path.parent.name == "certs" and not path.suffix
            )
            self.assertEqual(mode, 0o755 if program else 0o644, path)

    def test_files_know_each_other(self):
        """What one file names of the others is where they are, whatever the prefix."""
        unit = self.there.unit("linkgated.service")
        program = self.there.path("bindir") / "linkgated"
        ini = self.there.path("sysconfdir") / "linkgate/linkgated.ini"
        self.assertIn(f"\nExecStart={program} --config {ini}\n", unit)
        self.assertIn(f"\nExecReload={program} --check-reload --config {ini}\n", unit)
        self.assertIn(f"\nLoadCredential=store.keys:{ini.parent}/store.keys\n", unit)
        for path in self.expected():
            if path.is_relative_to(self.there.folder("lib")):
                self.assertNotRegex(path.read_text(encoding="utf-8"), r"@\w+@", path)
        folders = (self.there.folder("lib") / "tmpfiles.d/linkgate.conf").read_text()
        self.assertRegex(folders, rf"(?m)^d {ini.parent} ")

    def test_example_is_what_the_program_says(self):
        printed = subprocess.run(
            [self.there.folder("bindir") / "linkgated", "--help-config"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        example = self.there.folder("sysconfdir") / "linkgate/linkgated.ini.example"
        self.assertEqual(example.read_text(encoding="utf-8"), printed)

    def test_tools_for_certificates_work_from_there(self):
        tools = self.there.folder("datadir") / "linkgate/certs"
        pki = self.folder.with_name(self.folder.name + "-pki")
        self.addCleanup(shutil.rmtree, pki, True)
        for words in (["make-ca", pki], ["make-cert", pki, "gw", "--gateway", "gw.test"]):
            subprocess.run([tools / words[0], *words[1:]], check=True, capture_output=True)
        done = subprocess.run([tools / "pin", pki / "gw.crt"], check=True, capture_output=True)
        self.assertRegex(done.stdout, rb"^[0-9a-f]{64}\n$")

    def test_completion_is_bash(self):
        for path in (self.there.folder("datadir") / "bash-completion/completions").iterdir():
            subprocess.run(["bash", "-n", path], check=True)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "needs systemd-analyze")
    def test_units_are_sound(self):
        """Programs are looked for where they are installed here."""
        with tempfile.TemporaryDirectory() as work:
            paths = []
            for name in ("linkgated.service", "linkgated.socket"):
                paths.append(pathlib.Path(work) / name)
                program = str(self.there.path("bindir")) + "/"
                text = self.there.unit(name)
                text = re.sub(rf"={program}", f"={self.folder}{program}", text)
                paths[-1].write_text(text, encoding="utf-8")
            done = subprocess.run(
                ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *paths],
                capture_output=True,
                text=True,
                check=False,
            )
            self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    @unittest.skipUnless(shutil.which("systemd-analyze"), "needs systemd-analyze")
    def test_service_is_closed_off(self):
        unit = self.there.folder("lib") / "systemd/system/linkgated.service"
        done = subprocess.run(
            ["systemd-analyze", "security", "--no-pager", "--offline=true", unit],
            capture_output=True,
            text=True,
            check=False,
        )
        level = re.search(r"exposure level for linkgated.service: ([0-9.]+)", done.stdout)
        self.assertLessEqual(float(level.group(1)), EXPOSURE_MAX)


if __name__ == "__main__":
    unittest.main()
