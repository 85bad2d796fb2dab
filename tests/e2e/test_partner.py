"""The partner's side: certificates that roll over under load, and the example program."""

import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess
import unittest

from load import COUNT, Loader
from people import accounts, people
from place import CLASS1, CLASS2, PATIENCE_S, SOURCE, Bank, SiteTest, attempt, link, run, wait_until

ROUNDS = 3
BUILD = pathlib.Path(os.environ.get("LINKGATE_BUILD", SOURCE / "build"))
EXAMPLE = BUILD / "docs/example/partner-example"


class Rollover(SiteTest):
    """SIGHUP of a bank: new certificates on a new session, the old one left when that works."""

    def setUp(self):
        self.place = self.site().start()
        self.persons = people(2)
        rows = {
            CLASS2: accounts(person.class2_row() for person in self.persons),
            CLASS1: accounts(person.class1_row() for person in self.persons),
        }
        self.class2 = self.add(CLASS2, "class2", rows[CLASS2])
        self.class1 = self.add(CLASS1, "class1", rows[CLASS1])

    def add(self, code, roles, rows):
        """A bank with two pins: of the certificate that it has, and of the one to come."""
        pins = [self.place.certificate(name, "--bank", code) for name in (code, f"next-{code}")]
        words = ["bank", "add", code, "--name", f"Bank {code}", "--roles", roles]
        self.place.order(*words, "--pin", pins[0], "--pin", pins[1])
        for suffix in ("crt", "key"):
            shutil.copy(
                self.place.pki / f"{code}.{suffix}", self.place.pki / f"old-{code}.{suffix}"
            )
        bank = Bank(self.place, code, roles, rows)
        self.place.banks.append(bank)
        return bank.start()

    def renew(self, bank, name):
        pki = self.place.pki
        for suffix in ("crt", "key"):
            shutil.copy(pki / f"{name}.{suffix}", pki / f"{bank.code}.{suffix}")
        bank.process.signal(signal.SIGHUP)

    def wait_logged(self, bank, word, count=1):
        wait_until(
            lambda: bank.process.text().count(word) >= count,
            lambda: f"{word}, {count} times, in the log of {bank.code}:\n{bank.process.tail()}",
        )

    def roll_over_all(self):
        """There, back and there again: a pin may come back."""
        for turn in range(ROUNDS):
            for bank in (self.class2, self.class1):
                self.renew(bank, f"{'old' if turn % 2 else 'next'}-{bank.code}")
                self.wait_logged(bank, "certificates_renewed", turn + 1)
                self.wait_logged(bank, "gateway_left", turn + 1)

    def test_under_load_no_transfer_fails(self):
        for person in self.persons:
            link(self.class2, self.class1, person)
        loaders = [Loader(self.class2), Loader(self.class1)]
        for loader in loaders:
            loader.start()
        try:
            self.roll_over_all()
        finally:
            for loader in loaders:
                loader.finish()
        for loader in loaders:
            self.assertEqual(loader.broken, 0)
            self.assertTrue(loader.loads)
            for counts in loader.loads:
                self.assertEqual(counts["accepted"], COUNT, counts)
        for bank in (self.class2, self.class1):
            self.assertEqual(bank.process.text().count("gateway_up"), 1 + ROUNDS)
            self.assertNotIn("gateway_down", bank.process.text())
            wait_until(lambda: self.place.sessions(bank.code) == 1, "one session")
        self.assert_books_agree(self.place)

    def test_what_the_gateway_does_not_take_leaves_the_old_session(self):
        ident = link(self.class2, self.class1, self.persons[0])
        self.place.certificate("stranger", "--bank", CLASS2)
        self.renew(self.class2, "stranger")
        self.wait_logged(self.class2, "gateway_down")
        self.class2.do("transfer", link=ident, dir="push", fen=1)
        self.assertNotIn("gateway_left", self.class2.process.text())
        self.renew(self.class2, f"old-{CLASS2}")
        self.wait_logged(self.class2, "gateway_left")
        self.class2.do("transfer", link=ident, dir="push", fen=1)
        self.assert_books_agree(self.place)

    def test_files_that_cannot_be_read_change_nothing(self):
        ident = link(self.class2, self.class1, self.persons[0])
        (self.place.pki / f"{CLASS2}.crt").write_text("no certificate\n", encoding="ascii")
        self.class2.process.signal(signal.SIGHUP)
        self.wait_logged(self.class2, "certificates_not_renewed")
        self.class2.do("transfer", link=ident, dir="pull", fen=1)
        self.assertEqual(self.class2.process.text().count("gateway_up"), 1)


class Example(SiteTest):
    """docs/example/partner.c, against a gateway and beside simulated banks."""

    def setUp(self):
        self.place = self.site().start()
        self.persons = people(1)
        self.class2, self.class1 = self.place.two_banks(self.persons)
        self.ident = link(self.class2, self.class1, self.persons[0])

    def words(self, *words, port=None, code=CLASS1):
        port = self.place.port if port is None else port
        return [EXAMPLE, "localhost", port, self.place.pki, code, *words]

    def listen(self, mark):
        words = [str(word) for word in self.words("listen", PATIENCE_S, mark)]
        child = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        self.addCleanup(child.stdout.close)
        self.addCleanup(child.wait)
        self.addCleanup(child.kill)
        return child

    def test_asks_for_a_link(self):
        for code in (CLASS1, CLASS2):
            text = run(*self.words("link", self.ident, code=code))
            self.assertRegex(text, r"^link: LINK_STATE_ACTIVE, from \S+ to \S+\n$")
        self.assertIn("NO_SUCH_LINK", run(*self.words("link", "0" * 31 + "1")))

    def test_says_what_is_wrong(self):
        cases = [
            (self.words(), 2, "usage:"),
            (self.words("link", "xyz"), 1, "32 digits"),
            (self.words("link", self.ident, code="nobody"), 1, "nobody.crt"),
            (self.words("link", self.ident, code="gateway"), 1, "DISABLED"),
            (self.words("link", self.ident, port=1), 1, "refused"),
        ]
        for words, status, text in cases:
            done = attempt(*words)
            self.assertEqual((done.returncode, done.stdout), (status, ""), done.stderr)
            self.assertIn(text, done.stderr)

    def test_stores_notices_and_goes_on_from_there(self):
        self.class1.stop()
        self.place.wait_offline(CLASS1)
        self.class2.do("close-link", self.ident)
        mark = self.place.dir / "mark"
        child = self.listen(mark)
        for line in child.stdout:
            notice = re.fullmatch(r"notice (\d+): a link, (\w+)\n", line)
            self.assertTrue(notice, line)
            if notice[2] == "LINK_STATE_CLOSED":
                break
        else:
            self.fail("the example ended without the last notice")
        stored = struct.Struct("Q32s")
        wait_until(
            lambda: mark.exists() and stored.unpack(mark.read_bytes())[0] == int(notice[1]),
            "the last notice to be stored",
        )
        child.kill()
        child.wait()
        self.assertEqual(run(*self.words("listen", 1, mark)), "")


if __name__ == "__main__":
    unittest.main()
