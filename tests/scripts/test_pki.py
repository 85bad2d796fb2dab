"""certs/: the throw-away PKI gives what the tests of refusals and the demo rely on."""

import hashlib
import os
import pathlib
import stat
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ.get("LINKGATE_SOURCE", pathlib.Path(__file__).parents[2]))
BANK = "102100099996"


def run(*words):
    command = [str(word) for word in words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


class Pki(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name) / "pki"
        self.good("make-ca", self.dir)

    def good(self, script, *words):
        result = run(SOURCE / "certs" / script, *words)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout.strip()

    def bad(self, script, *words):
        result = run(SOURCE / "certs" / script, *words)
        self.assertNotEqual(result.returncode, 0)
        self.assertNotEqual(result.stderr, "")

    def make(self, name, *words):
        return self.good("make-cert", self.dir, name, *words)

    def text(self, name):
        return run("openssl", "x509", "-in", self.dir / f"{name}.crt", "-noout", "-text").stdout

    def verify(self, name, purpose="sslclient"):
        ca, crl = self.dir / "ca.crt", self.dir / "crl.pem"
        trust = ["-CAfile", ca, "-CRLfile", crl, "-crl_check", "-x509_strict"]
        return run("openssl", "verify", *trust, "-purpose", purpose, self.dir / f"{name}.crt")

    def test_bank(self):
        self.make("a", "--bank", BANK)
        text = self.text("a")
        self.assertIn(f"URI:urn:linkgate:bank:{BANK}", text)
        self.assertIn("TLS Web Server Authentication, TLS Web Client Authentication", text)
        self.assertIn("CA:FALSE", text)
        self.assertIn("prime256v1", text)
        for purpose in ("sslclient", "sslserver"):
            self.assertEqual(self.verify("a", purpose).returncode, 0)

    def test_gateway(self):
        self.make("g", "--gateway", "localhost,127.0.0.1,::1")
        text = self.text("g")
        for name in ("URI:urn:linkgate:gateway", "DNS:localhost", "IP Address:127.0.0.1"):
            self.assertIn(name, text)
        self.assertIn("IP Address:0:0:0:0:0:0:0:1", text)
        self.assertEqual(self.verify("g", "sslserver").returncode, 0)

    def test_keys_are_private(self):
        self.make("a", "--bank", BANK)
        for key in ("ca.key", "a.key"):
            mode = stat.S_IMODE((self.dir / key).stat().st_mode)
            self.assertEqual(mode, 0o600, key)

    def test_pin_is_of_the_public_key(self):
        printed = self.make("a", "--bank", BANK).split()
        key = run("openssl", "pkey", "-in", self.dir / "a.key", "-pubout", "-out", self.dir / "pub")
        self.assertEqual(key.returncode, 0)
        command = ["openssl", "pkey", "-pubin", "-in", self.dir / "pub", "-outform", "DER"]
        der = subprocess.run(command, capture_output=True, check=True).stdout
        self.assertEqual(printed, [str(self.dir / "a.crt"), hashlib.sha256(der).hexdigest()])

    def test_renewal_keeps_the_pin(self):
        first = self.make("a", "--bank", BANK).split()[1]
        second = self.make("a2", "--bank", BANK, "--key", self.dir / "a.key").split()[1]
        other = self.make("b", "--bank", BANK).split()[1]
        self.assertEqual(first, second)
        self.assertNotEqual(first, other)

    def test_expired_and_not_yet(self):
        self.make("old", "--bank", BANK, "--expired")
        self.make("new", "--bank", BANK, "--not-yet")
        self.assertIn("certificate has expired", self.verify("old").stderr)
        self.assertIn("not yet valid", self.verify("new").stderr)

    def test_wrong_usages(self):
        self.make("s", "--bank", BANK, "--eku", "server")
        self.make("c", "--bank", BANK, "--eku", "client")
        self.assertNotEqual(self.verify("s", "sslclient").returncode, 0)
        self.assertNotEqual(self.verify("c", "sslserver").returncode, 0)
        self.make("n", "--bank", BANK, "--eku", "none")
        self.assertNotIn("Extended Key Usage", self.text("n"))

    def test_revocation_accumulates(self):
        for name in ("a", "b", "c"):
            self.make(name, "--bank", BANK)
        self.good("make-crl", self.dir, "--revoke", "a")
        self.good("make-crl", self.dir, "--revoke", "b")
        for name in ("a", "b"):
            self.assertIn("certificate revoked", self.verify(name).stderr)
        self.assertEqual(self.verify("c").returncode, 0)

    def test_expired_crl(self):
        self.make("a", "--bank", BANK)
        self.good("make-crl", self.dir, "--expired")
        self.assertIn("CRL has expired", self.verify("a").stderr)

    def test_refusals(self):
        self.bad("make-ca", self.dir)
        self.bad("make-cert", self.dir, "a", "--bank", "123")
        self.bad("make-cert", self.dir, "../a", "--bank", BANK)
        self.bad("make-cert", self.dir, "ca", "--bank", BANK)
        self.bad("make-cert", self.dir, "a")
        self.bad("make-cert", self.dir, "a", "--gateway", "no host")
        self.bad("make-cert", self.dir / "nothing", "a", "--bank", BANK)
        self.bad("make-crl", self.dir, "--revoke", "nobody")
        self.bad("pin", self.dir / "ca.key")
        self.make("a", "--bank", BANK)
        self.bad("make-cert", self.dir, "a", "--bank", BANK)


if __name__ == "__main__":
    unittest.main()
