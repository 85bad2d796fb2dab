#!/usr/bin/python3
"""The installed gateway under a systemd of its own: started, reloaded, killed, hung, restarted,
stopped, as its operators and their site would. Without the means for a container: exit status 77
and a line that says what is missing."""

import hashlib
import json
import pathlib
import re
import shutil
import ssl
import sys
import tempfile
import time
import unittest

from container import PATIENCE_S, Container, Impossible, look
from installed import Installed

BANK = "102100099996"
PIN = "11" * 32
UNIT = "linkgated.service"
SOCKET = "linkgated.socket"

# A bank that connects, however long that takes, and says which certificate it was shown.
CALLER = f"""
import hashlib, socket, ssl, sys
pki = sys.argv[1]
context = ssl.create_default_context(cafile=pki + "/ca.crt")
context.load_cert_chain(pki + "/bank.crt", pki + "/bank.key")
context.set_alpn_protocols(["linkgate/1"])
connection = socket.create_connection(("127.0.0.1", 7443), {PATIENCE_S})
with context.wrap_socket(connection, server_hostname="localhost") as session:
    print(hashlib.sha256(session.getpeercert(True)).hexdigest())
"""


def fingerprint(path):
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(path.read_text(encoding="ascii"))).hexdigest()


class Boot(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        destdir = tempfile.mkdtemp(prefix="linkgate-dest-")
        cls.addClassCleanup(shutil.rmtree, destdir)
        cls.there = Installed(destdir)
        cls.box = Container(destdir, cls.there.path("sysconfdir"))
        cls.addClassCleanup(cls.box.remove)
        cls.box.start()
        cls.site = cls.there.path("sysconfdir") / "linkgate"
        cls.ini = cls.site / "linkgated.ini"
        cls.pki = pathlib.Path("/var/pki")
        cls.install_site()

    @classmethod
    def install_site(cls):
        """What docs/operations.md tells a site engineer to do."""
        run = cls.box.run
        run(cls.tool("make-ca"), cls.pki)
        cls.certificate("gateway", "--gateway", "localhost,127.0.0.1")
        cls.certificate("gateway2", "--gateway", "localhost,127.0.0.1")
        cls.certificate("bank", "--bank", BANK)
        run("linkgated", "--make-keys", cls.site / "store.keys")
        cls.install_certificate("gateway")
        cls.example = run("cat", cls.site / "linkgated.ini.example").stdout.replace(
            "/etc/linkgate", str(cls.site)
        )
        cls.example = cls.example.replace("#crl =", "crl =").replace(
            "#segment_mib = 64", "segment_mib = 1"
        )

    @classmethod
    def tool(cls, name):
        return cls.there.path("datadir") / "linkgate/certs" / name

    @classmethod
    def certificate(cls, name, *options):
        cls.box.run(cls.tool("make-cert"), cls.pki, name, *options)

    @classmethod
    def install_certificate(cls, name):
        own = {"ca.crt": "ca.crt", "crl.pem": "crl.pem"}
        own |= {"gateway.crt": f"{name}.crt", "gateway.key": f"{name}.key"}
        for to, source in own.items():
            cls.box.run(
                *("install", "-m", "0640", "-g", "linkgate"),
                *(cls.pki / source, cls.site / "tls" / to),
            )

    def setUp(self):
        self.addCleanup(self.put_back)
        self.install_certificate("gateway")
        self.configure(self.example)
        self.systemctl("start", UNIT)
        self.wait_served()

    def put_back(self):
        if any(test is self for test, _ in self._outcome.result.failures + self._outcome.result.errors):
            print(self.box.run("journalctl", "--no-pager", "-n", "80").stdout)
        self.box.run("rm", "-rf", f"/etc/systemd/system/{UNIT}.d")
        self.box.run("systemctl", "unmask", SOCKET)
        self.systemctl("daemon-reload")
        self.systemctl("stop", UNIT)
        self.box.run("systemctl", "reset-failed", check=False)

    # ---- means

    def systemctl(self, *words):
        return self.box.run("systemctl", *words)

    def shown(self, name, unit=UNIT):
        return self.systemctl("show", "-P", name, unit).stdout.strip()

    def configure(self, text):
        self.write(self.ini, text)
        self.box.run("chgrp", "linkgate", self.ini)

    def write(self, path, text):
        self.box.run("install", "-D", "-m", "0640", "/dev/null", path)
        self.box.run("sh", "-c", 'printf %s "$1" >"$2"', "sh", text, path)

    def drop_in(self, text):
        self.write(f"/etc/systemd/system/{UNIT}.d/test.conf", f"[Service]\n{text}\n")
        self.systemctl("daemon-reload")

    def wait_until(self, condition, what):
        end = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > end:
                self.fail(f"waited {PATIENCE_S} s in vain for {what}")
            time.sleep(0.05)

    def status(self):
        done = self.box.run("linkgatectl", "--json", "status", check=False)
        return json.loads(done.stdout) if done.returncode == 0 else {"state": done.stderr}

    def serves(self):
        return self.status()["state"] == "SERVING" and self.shown("ActiveState") == "active"

    def wait_served(self):
        self.wait_until(self.serves, "the gateway to serve")

    def call(self):
        """Connects as a bank; the fingerprint of the certificate that it was shown."""
        return self.box.run("/usr/bin/python3", "-c", CALLER, self.pki).stdout.strip()

    def journal(self, since=None):
        words = [] if since is None else [f"--after-cursor={since}"]
        return self.box.run("journalctl", "--no-pager", "-u", UNIT, *words).stdout

    def cursor(self):
        said = self.box.run("journalctl", "-n", "1", "--show-cursor", "--no-pager").stdout
        return said.rsplit("-- cursor: ", 1)[1].strip()

    def fingerprint(self, name):
        return fingerprint(self.box.root / str(self.pki).lstrip("/") / f"{name}.crt")

    # ---- tests

    def test_start(self):
        """As the example says, on systemd's port, with root's keys, and as little else as can be."""
        self.assertEqual(self.status()["port"], 7443)
        self.assertEqual(self.call(), self.fingerprint("gateway"))
        self.assertIn("event=socket_inherited name=banks host=0.0.0.0 port=7443", self.journal())
        pid = self.shown("MainPID")
        process = self.box.run("cat", f"/proc/{pid}/status").stdout
        uid = self.box.run("id", "-u", "linkgate").stdout.strip()
        self.assertIn(f"\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\n", process)
        self.assertIn("\nCapBnd:\t0000000000000000\n", process)
        self.assertIn("\nNoNewPrivs:\t1\n", process)
        self.assertIn("\nSeccomp:\t2\n", process)
        as_daemon = ("setpriv", "--reuid=linkgate", "--regid=linkgate", "--clear-groups")
        for name in ("store.keys", "tls/gateway.key"):
            done = self.box.run(*as_daemon, "cat", self.site / name, check=False)
            self.assertEqual(done.returncode != 0, name == "store.keys", name)
        done = self.box.run(*as_daemon, "touch", self.site / "tls/mine", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(self.shown("StatusText"), "Serving on port 7443")

    def test_check_by_hand(self):
        done = self.box.run(
            *("env", f"CREDENTIALS_DIRECTORY={self.site}"),
            *("linkgated", "--check", "--config", self.ini),
        )
        self.assertEqual(done.stdout, f"{self.ini}: all right\n")

    def test_reload(self):
        pid = self.shown("MainPID")
        self.install_certificate("gateway2")
        self.assertEqual(self.call(), self.fingerprint("gateway"))
        self.systemctl("reload", UNIT)
        self.wait_until(lambda: self.call() == self.fingerprint("gateway2"), "the new certificate")
        self.install_certificate("gateway")
        self.systemctl("reload", UNIT)
        self.wait_until(lambda: self.call() == self.fingerprint("gateway"), "the old certificate")
        self.assertEqual(self.shown("MainPID"), pid)

    def test_reload_of_faults(self):
        pid = self.shown("MainPID")
        before = self.cursor()
        self.configure(self.example + "[journal]\nlevel = loud\n")
        done = self.box.run("systemctl", "reload", UNIT, check=False)
        self.assertNotEqual(done.returncode, 0)
        # The journal takes up what a process said a little after it said it.
        for words in (r"\[journal\] stands twice", r"\[journal\] level is 'loud'; it must be"):
            line = re.compile(r"linkgated\.ini:\d+: " + words)
            self.wait_until(lambda line=line: line.search(self.journal(before)), line.pattern)
        self.assertEqual((self.shown("MainPID"), self.serves()), (pid, True))

    def test_killed(self):
        added = ("bank", "add", BANK, "--name", "A", "--roles", "class1", "--pin", PIN)
        asked = self.box.run("linkgatectl", "--json", *added, check=False)
        approve = ("approval", "approve", "--yes", json.loads(asked.stdout)["approval"])
        daemon = ("setpriv", "--reuid=linkgate", "--regid=linkgate", "--clear-groups", "--")
        self.box.run(*daemon, "linkgatectl", *approve)
        restarts = int(self.shown("NRestarts"))
        self.systemctl("kill", "--signal=KILL", UNIT)
        self.wait_until(lambda: int(self.shown("NRestarts")) == restarts + 1, "the restart")
        self.wait_served()
        banks = json.loads(self.box.run("linkgatectl", "--json", "bank", "list").stdout)["banks"]
        self.assertEqual([bank["code"] for bank in banks], [BANK])
        self.assertEqual(self.call(), self.fingerprint("gateway"))
        self.assertEqual(self.shown("ActiveState", SOCKET), "active")

    def test_hung(self):
        """A process that stands still gives no sign of life."""
        self.drop_in("WatchdogSec=2s\nTimeoutAbortSec=10s")
        self.systemctl("restart", UNIT)
        self.wait_served()
        before = self.cursor()
        pid = self.shown("MainPID")
        self.systemctl("kill", "--signal=STOP", "--kill-whom=main", UNIT)
        self.wait_until(lambda: self.shown("MainPID") not in (pid, "0"), "another process")
        self.wait_served()
        self.assertIn("Watchdog timeout", self.journal(before))

    def test_restart_keeps_the_port_open(self):
        """Who connects while there is no gateway waits for the next one."""
        self.drop_in("ExecStartPre=/bin/sleep 3")
        pid = self.shown("MainPID")
        self.systemctl("restart", "--no-block", UNIT)
        self.wait_until(lambda: self.shown("SubState") == "start-pre", "the time between")
        caller = self.box.begin("/usr/bin/python3", "-c", CALLER, str(self.pki))
        self.assertEqual(self.shown("MainPID"), "0")
        out, errors = caller.communicate(timeout=PATIENCE_S)
        self.assertEqual((caller.returncode, errors), (0, ""))
        self.assertEqual(out.strip(), self.fingerprint("gateway"))
        self.assertNotIn(self.shown("MainPID"), (pid, "0"))

    def test_stop(self):
        """All is in the store, and the next bank that calls does not start it again."""
        self.systemctl("stop", UNIT)
        self.assertEqual(self.shown("Result"), "success")
        self.assertEqual(self.shown("ActiveState", SOCKET), "inactive")
        done = self.box.run("/usr/bin/python3", "-c", CALLER, self.pki, check=False)
        self.assertIn("ConnectionRefusedError", done.stderr)
        self.assertEqual(self.shown("ActiveState"), "inactive")
        before = self.cursor()
        self.systemctl("start", UNIT)
        self.wait_served()
        self.assertIn(" replayed=0", self.journal(before))

    def test_wrong_configuration_is_not_tried_again(self):
        self.systemctl("stop", UNIT)
        self.configure(self.example.replace("#port =", "prot ="))
        before = self.cursor()
        done = self.box.run("systemctl", "start", UNIT, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(self.journal(before), r"linkgated\.ini:\d+: \[gateway\] has no key 'prot'")
        self.assertEqual(self.shown("ActiveState"), "failed")
        self.assertEqual(self.shown("ExecMainStatus"), "2")
        self.assertEqual(self.shown("ActiveState", SOCKET), "inactive")

    def test_encrypted_keys(self):
        self.systemctl("stop", UNIT)
        sealed = self.site / "store.keys.cred"
        self.box.run(
            *("systemd-creds", "encrypt", "--with-key=host", "--name=store.keys"),
            *(self.site / "store.keys", sealed),
        )
        self.drop_in(f"LoadCredential=\nLoadCredentialEncrypted=store.keys:{sealed}")
        self.box.run("mv", self.site / "store.keys", "/var/store.keys")
        self.addCleanup(self.box.run, "mv", "/var/store.keys", self.site / "store.keys")
        self.systemctl("start", UNIT)
        self.wait_served()

    def test_without_the_socket_unit(self):
        self.systemctl("stop", UNIT)
        self.systemctl("mask", SOCKET)
        before = self.cursor()
        self.systemctl("start", UNIT)
        self.wait_served()
        self.assertNotIn("socket_inherited", self.journal(before))
        self.assertEqual(self.call(), self.fingerprint("gateway"))


def trial():
    """Whether a container starts here at all."""
    look()
    with tempfile.TemporaryDirectory(prefix="linkgate-dest-") as destdir:
        there = Installed(destdir)
        box = Container(destdir, there.path("sysconfdir"))
        try:
            box.start()
        finally:
            box.remove()


if __name__ == "__main__":
    try:
        trial()
    except Impossible as reason:
        print(f"skipped: no container of systemd-nspawn here: {reason}")
        sys.exit(77)
    unittest.main()
