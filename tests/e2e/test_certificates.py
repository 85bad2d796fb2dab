"""Certificates roll over, are revoked and expire while banks are connected and money moves.

What is renewed properly is not noticed by anybody; what is not accepted any more is cut at once,
alone; what cannot be used is not taken.
"""

import pathlib
import signal
import ssl
import threading
import time
import unittest

from load import COUNT, Loader
from people import accounts, people
from place import (
    BIN,
    CLASS1,
    CLASS2,
    FOURTH,
    OTHER,
    SOURCE,
    Bank,
    SiteTest,
    attempt,
    link,
    run,
    wait_until,
)
from wire import (
    NOTICE,
    REPLY,
    REQUEST,
    Peer,
    RawBank,
    common,
    context,
    envelope,
    links,
    posted_result,
    session,
    transfers,
)

STORM = 100
# Long enough for whatever a busy machine does; nothing here waits for it.
TIMEOUT_MS = 60000


def answers(peer, nonce):
    """Whether the connection is alive."""
    beat = session.Heartbeat(nonce=nonce)
    answer = peer.ask(envelope.KIND_HEARTBEAT, beat)
    return session.Heartbeat.FromString(answer.payload).nonce == nonce


def join(path, *others):
    """Writes a file of several, at once: a reload never reads half of it."""
    text = "".join(pathlib.Path(other).read_text(encoding="ascii") for other in others)
    new = path.with_suffix(".new")
    new.write_text(text, encoding="ascii")
    new.chmod(0o600)  # it may hold a key
    new.rename(path)


class UnderLoad(SiteTest):
    """Two CAs, of which the second comes into use while both banks move money."""

    def setUp(self):
        self.place = self.site()
        self.pki = self.place.pki
        self.pki2 = self.place.dir / "pki2"
        run(SOURCE / "certs/make-ca", self.pki2, "--name", "second CA")
        run(SOURCE / "certs/make-cert", self.pki2, "gateway", "--gateway", "127.0.0.1")
        self.live = self.place.dir / "live"
        self.live.mkdir()
        self.install("ca.crt", self.pki)
        self.install("crl.pem", self.pki)
        self.install("gateway.crt", self.pki)
        self.install("gateway.key", self.pki)
        names = {"ca": "ca.crt", "crl": "crl.pem", "certificate": "gateway.crt", "key": "gateway.key"}
        for key, name in names.items():
            self.place.settings[("tls", key)] = self.live / name
        self.place.start()
        bundle = self.place.dir / "bundle.crt"
        join(bundle, self.pki / "ca.crt", self.pki2 / "ca.crt")
        self.bundle = {("tls", "ca"): bundle}

    def install(self, name, *folders):
        join(self.live / name, *(folder / name for folder in folders))

    def sim_pair(self):
        persons = people(2, class2_fen=10**9, class1_fen=10**9)
        self.class2, self.class1 = self.place.two_banks(persons, self.bundle)
        for person in persons:
            link(self.class2, self.class1, person)

    def run_loads(self, disturb, loaders):
        for loader in loaders:
            loader.start()
        try:
            wait_until(lambda: all(loader.loads for loader in loaders), "the first loads")
            disturb()
            done = [len(loader.loads) for loader in loaders]
            wait_until(
                lambda: all(len(x.loads) > n + 1 for x, n in zip(loaders, done)), "more loads"
            )
        finally:
            for loader in loaders:
                loader.finish()

    def assert_nothing_lost(self, loaders):
        for loader in loaders:
            self.assertEqual(loader.broken, 0)
            for load in loader.loads:
                self.assertEqual(load["accepted"], COUNT, load)
        accepted = sum(load["accepted"] for loader in loaders for load in loader.loads)
        states = [row["state"] for row in self.place.transfers()]
        self.assertEqual(states, ["ACCEPTED"] * accepted)

    def both(self):
        return [Loader(bank, TIMEOUT_MS) for bank in (self.class2, self.class1)]

    def ended(self):
        return self.place.gateway.text().count("event=session_closed")

    def test_everything_is_renewed(self):
        """CAs, lists, own certificate: no session ends. Then the banks come to the new one."""
        self.sim_pair()
        before = self.ended()

        def disturb():
            self.install("crl.pem", self.pki, self.pki2)
            self.install("ca.crt", self.pki, self.pki2)
            self.place.reload()
            self.install("gateway.key", self.pki2)
            self.install("gateway.crt", self.pki2)
            self.place.reload()
            run(SOURCE / "certs/make-crl", self.pki)
            self.install("crl.pem", self.pki, self.pki2)
            self.place.reload()
            self.assertEqual(self.ended(), before)
            for bank in (self.class2, self.class1):
                bank.process.signal(signal.SIGHUP)
            for bank in (self.class2, self.class1):
                wait_until(lambda: "gateway_left" in bank.process.text(), "the old one to be left")

        loaders = self.both()
        self.run_loads(disturb, loaders)
        self.assert_books_agree(self.place)
        self.assert_nothing_lost(loaders)
        # What they came to is the new certificate: it is not the first CA's.
        tls = context(self.place, CLASS2, ca=self.pki / "ca.crt")
        with self.assertRaises(ssl.SSLCertVerificationError):
            Peer(self.place, None, tls)

    def test_storm_of_reloads(self):
        """A hundred signals, good and bad files in turn."""
        self.sim_pair()
        before = self.ended()
        fault = "crl.pem': the file is empty"

        def disturb():
            (self.live / "crl.pem").write_bytes(b"")
            self.place.gateway.signal(signal.SIGHUP)
            wait_until(lambda: fault in self.place.gateway.text(), "a bad file to be met")
            for turn in range(STORM):
                if turn % 10 == 3:
                    (self.live / "crl.pem").write_bytes(b"")
                elif turn % 10 == 6:
                    self.install("crl.pem", self.pki)
                self.place.gateway.signal(signal.SIGHUP)
                time.sleep(0.005)
            self.install("crl.pem", self.pki)
            self.place.reload()

        loaders = self.both()
        self.run_loads(disturb, loaders)
        self.assertEqual(self.ended(), before)
        self.assert_books_agree(self.place)
        self.assert_nothing_lost(loaders)

    def test_bank_rolls_over(self):
        """The second pin connects, the first parts, and is revoked; the payer notices nothing."""
        person = people(1, class2_fen=10**9)[0]
        pins = [self.place.certificate(CLASS1, "--bank", CLASS1)]
        pins.append(self.place.certificate("next", "--bank", CLASS1))
        self.place.order(
            *("bank", "add", CLASS1, "--name", "Rolls over", "--roles", "class1"),
            *(word for pin in pins for word in ("--pin", pin)),
        )
        self.place.register(CLASS2, "class2")
        class2 = Bank(self.place, CLASS2, "class2", accounts([person.class2_row()]), self.bundle)
        self.place.banks.append(class2)
        class2.start()
        first = PostingBank(self.place, CLASS1)
        self.addCleanup(first.close)
        first.start()
        opened = class2.do(
            "open-link", class2=person.class2, class1_bank=CLASS1, class1=person.class1
        )
        class2.do("challenge", opened["link"])
        self.assertEqual(class2.do("answer", opened["link"], "123456")["state"], "ACTIVE")
        posting = [first]

        def disturb():
            second = PostingBank(self.place, "next")
            self.addCleanup(second.close)
            second.start()
            posting.append(second)
            wait_until(lambda: second.posted, "the second connection to be used")
            first.part()
            run(SOURCE / "certs/make-crl", self.pki, "--revoke", CLASS1)
            self.install("crl.pem", self.pki)
            self.place.reload()

        loader = Loader(class2, TIMEOUT_MS, push=100)
        self.run_loads(disturb, [loader])
        self.assert_quiet(self.place)
        self.assert_nothing_lost([loader])
        self.assertEqual(self.place.sessions(CLASS1), 1)
        told = [ident for peer in posting for ident in peer.posted]
        rows = {row["id"] for row in self.place.transfers()}
        self.assertEqual({ident.hex() for ident in told}, rows)


class PostingBank(threading.Thread):
    """A connection of a Class I bank that says yes to all that it is asked.

    Only its own thread reads and writes: two at a time would spoil what TLS has counted.
    """

    def __init__(self, place, name):
        super().__init__(daemon=True)
        self.peer = Peer(place, name)
        self.peer.hello()
        self.posted = set()
        self.parting = threading.Event()
        self.parted = threading.Event()
        self.said = False

    def run(self):
        try:
            while self.step():
                pass
        except (ssl.SSLError, OSError):
            pass
        self.parted.set()

    def step(self):
        message = self.peer.receive()
        if message is None:
            return False
        if message.direction == REQUEST:
            self.answer(message)
        if self.parting.is_set() and not self.said:
            self.say_goodbye()
        # Behind this answer nothing comes that was asked before the GoAway.
        return not (message.direction == REPLY and self.said)

    def answer(self, question):
        asked = KINDS[question.kind].FromString(question.payload)
        if question.kind == envelope.KIND_POST_INSTRUCTION:
            self.posted.add(asked.transfer_id)
        self.peer.reply(question, GRANTED[question.kind](asked))

    def say_goodbye(self):
        farewell = session.GoAway(code="DRAIN", drain_ms=10000)
        self.peer.post(envelope.KIND_GO_AWAY, farewell, direction=NOTICE, correlation=0)
        self.peer.post(envelope.KIND_HEARTBEAT, session.Heartbeat(nonce=1))
        self.said = True

    def part(self):
        """As docs/protocol.md has it: GoAway, answer what is in flight, close.

        It is said behind the next thing that the gateway asks, a heartbeat at the latest.
        """
        self.parting.set()
        assert self.parted.wait(60)
        self.peer.close()

    def close(self):
        self.peer.close()


KINDS = {
    envelope.KIND_HEARTBEAT: session.Heartbeat,
    envelope.KIND_VERIFY_ACCOUNT: links.VerifyAccount,
    envelope.KIND_ISSUE_CHALLENGE: links.IssueChallenge,
    envelope.KIND_CHECK_CHALLENGE: links.CheckChallenge,
    envelope.KIND_POST_INSTRUCTION: transfers.PostInstruction,
}

GRANTED = {
    envelope.KIND_HEARTBEAT: lambda asked: asked,
    envelope.KIND_VERIFY_ACCOUNT: lambda asked: links.VerifyAccountReply(
        link_id=asked.link_id,
        verification_id=asked.verification_id,
        name=links.ELEMENT_RESULT_MATCH,
        id_number=links.ELEMENT_RESULT_MATCH,
        mobile=links.ELEMENT_RESULT_MATCH,
        account=links.ELEMENT_RESULT_MATCH,
        account_class=common.ACCOUNT_CLASS_I,
        status=links.ACCOUNT_STATUS_OPEN,
    ),
    envelope.KIND_ISSUE_CHALLENGE: lambda asked: links.IssueChallengeReply(
        link_id=asked.link_id,
        challenge_id=asked.challenge_id,
        outcome=links.CHALLENGE_OUTCOME_SENT,
        masked_mobile="138****0001",
        lifetime_ms=60000,
    ),
    envelope.KIND_CHECK_CHALLENGE: lambda asked: links.CheckChallengeReply(
        link_id=asked.link_id,
        attempt_id=asked.attempt_id,
        outcome=links.CHALLENGE_OUTCOME_RIGHT,
        tries_left=3,
    ),
    envelope.KIND_POST_INSTRUCTION: lambda asked: posted_result(asked.transfer_id),
}


class Live(SiteTest):
    """What happens to a connection whose certificate or rights end."""

    def setUp(self):
        self.place = self.site().start()
        for code, roles in ((OTHER, "class2"), (FOURTH, "class1")):
            self.place.register(code, roles)

    def raw(self, code):
        bank = RawBank(self.place, code)
        self.addCleanup(bank.close)
        return bank

    def refusals(self):
        lines = self.place.gateway.text().splitlines()
        return [line for line in lines if "event=certificate_refused" in line]

    def test_revoked(self):
        one, other = self.raw(OTHER), self.raw(FOURTH)
        run(SOURCE / "certs/make-crl", self.place.pki, "--revoke", OTHER)
        self.place.reload()
        self.assertEqual(one.goodbye(), "CERTIFICATE")
        self.assertTrue(answers(other, 7))
        (line,) = self.refusals()
        crt = self.place.pki / f"{OTHER}.crt"
        serial = run("openssl", "x509", "-in", crt, "-noout", "-serial").strip().split("=")[1]
        for words in (f"bank={OTHER}", f"serial={serial}", "revoked"):
            self.assertIn(words, line)

    def test_authority_is_gone(self):
        one = self.raw(OTHER)
        rogue = self.place.dir / "rogue"
        run(SOURCE / "certs/make-ca", rogue)
        self.place.settings[("tls", "ca")] = rogue / "ca.crt"
        self.place.settings[("tls", "crl")] = rogue / "crl.pem"
        self.place.reload()
        self.assertEqual(one.goodbye(), "CERTIFICATE")
        self.assertEqual(len(self.refusals()), 1)

    def test_expires(self):
        """At its end and not before, without a reload and without anything said."""
        key = self.place.pki / f"{OTHER}.key"
        self.place.certificate("short", "--bank", OTHER, "--key", key, "--until", "+20 seconds")
        end = time.time() + 19
        (self.place.pki / "short.key").write_bytes(key.read_bytes())
        tls = context(self.place, "short")
        short = Peer(self.place, None, tls)
        self.addCleanup(short.close)
        short.hello()
        other = self.raw(OTHER)
        self.assertEqual(short.goodbye(), "CERTIFICATE")
        self.assertGreaterEqual(time.time(), end - 1)
        self.assertTrue(answers(other, 7))
        with self.assertRaises((ssl.SSLError, ConnectionError, AssertionError)):
            Peer(self.place, None, tls).hello()

    def test_disabled_before_the_answer(self):
        """When the operator is answered the end of the connection has been sent already."""
        one, other = self.raw(OTHER), self.raw(FOURTH)
        silent = Peer(self.place, OTHER)  # without a Hello
        self.addCleanup(silent.close)
        wait_until(lambda: self.place.ctl("status")["connections"] == 3, "all to be there")
        self.place.ctl("bank", "disable", OTHER)
        self.place.gateway.signal(signal.SIGSTOP)  # it says no more than it has said
        try:
            for peer in (one, silent):
                self.assertEqual(peer.goodbye(), "DISABLED")
        finally:
            self.place.gateway.signal(signal.SIGCONT)
        self.assertTrue(answers(other, 7))


class Reload(SiteTest):
    """All of the new or all of the old."""

    def setUp(self):
        self.place = self.site().start()
        self.place.register(OTHER, "class2")
        self.bank = RawBank(self.place, OTHER)
        self.addCleanup(self.bank.close)
        self.good = dict(self.place.settings)

    def file(self, name, data=b""):
        path = self.place.dir / name
        path.write_bytes(data)
        return path

    def expect_refused(self, files, *faults):
        """Each fault: words that one line about the reload holds."""
        before = len(self.place.gateway.text())
        self.place.settings = dict(self.good)
        for key, path in files.items():
            self.place.settings[("tls", key)] = path
        self.place.reload("the old configuration stays")
        text = self.place.gateway.text()[before:]
        lines = [line for line in text.splitlines() if "event=reload_fault" in line]
        self.assertEqual(len(lines), len(faults), lines)
        for line, words in zip(lines, faults):
            for word in words:
                self.assertIn(word, line)
        done = run_check(self.place)
        self.assertEqual(done.returncode, 2)
        for words in faults:
            self.assertIn(words[0], done.stderr)
        # All of the old: who is in stays, who comes is let in under the old certificate.
        self.assertTrue(answers(self.bank, 1))
        RawBank(self.place, OTHER).close()

    def test_faults_of_each_file(self):
        nowhere = self.place.dir / "nowhere.pem"
        empty = self.file("empty.pem")
        text = self.file("text.pem", b"This is no certificate.\n")
        for key in ("ca", "crl", "certificate", "key"):
            named = f"[tls] {key} '"
            self.expect_refused({key: nowhere}, [named, "No such file", "it must"])
            self.expect_refused({key: empty}, [named, "the file is empty", "it must"])
            self.expect_refused({key: text}, [named, "it must"])
        self.expect_refused(
            {"certificate": nowhere, "crl": empty}, ["certificate '", "No such"], ["crl '", "empty"]
        )

    def test_key_of_another_certificate(self):
        self.expect_refused({"key": self.place.pki / f"{OTHER}.key"}, ["[tls] key '", "mismatch"])

    def test_dates_and_usage(self):
        names = {"expired": ["--expired"], "early": ["--not-yet"], "client": ["--eku", "client"]}
        words = {"expired": "it has expired", "early": "not valid yet", "client": "key usage"}
        for name, options in names.items():
            self.place.certificate(name, "--gateway", "127.0.0.1", *options)
            pair = {
                "certificate": self.place.pki / f"{name}.crt",
                "key": self.place.pki / f"{name}.key",
            }
            self.expect_refused(pair, ["[tls] certificate '", words[name]])
        run(SOURCE / "certs/make-crl", self.place.pki, "--expired")
        self.expect_refused({}, ["[tls] crl '", "past its time"])

    def test_list_of_another_authority(self):
        rogue = self.place.dir / "rogue"
        run(SOURCE / "certs/make-ca", rogue)
        self.expect_refused({"crl": rogue / "crl.pem"}, ["[tls] crl '", "of the ca file"])
        both = self.place.dir / "both.crt"
        join(both, self.place.pki / "ca.crt", rogue / "ca.crt")
        self.expect_refused({"ca": both}, ["[tls] crl '", "no list of one of the CAs"])


def run_check(place):
    """linkgated --check with the configuration that was just refused."""
    return attempt(BIN / "linkgated", "--check", "--config", place.dir / "linkgated.ini")


class Warnings(SiteTest):
    def lines(self, place, *words):
        lines = [line for line in place.gateway.text().splitlines() if "event=expiry" in line]
        return [line for line in lines if all(word in line for word in words)]

    def test_what_expires_soon(self):
        place = self.site()
        place.certificate("soon", "--gateway", "127.0.0.1", "--days", "10")
        place.settings[("tls", "certificate")] = place.pki / "soon.crt"
        place.settings[("tls", "key")] = place.pki / "soon.key"
        run(SOURCE / "certs/make-crl", place.pki, "--days", "2")
        place.start()
        self.assertEqual(len(self.lines(place, "what=certificate", "days_left=9")), 1)
        self.assertEqual(len(self.lines(place, "what=crl")), 0)
        pin = place.certificate(OTHER, "--bank", OTHER, "--days", "5")
        place.add_bank(OTHER, "class2", pin)
        bank = RawBank(place, OTHER)
        self.addCleanup(bank.close)
        wait_until(
            lambda: place.ctl("status")["banks"][0]["certificate_expires_at"],
            "the certificate's end to be known",
        )
        for _ in range(3):
            place.reload()
        (row,) = place.ctl("status")["banks"]
        crt = place.pki / f"{OTHER}.crt"
        end = run("openssl", "x509", "-in", crt, "-noout", "-enddate", "-dateopt", "iso_8601")
        self.assertEqual(row["certificate_expires_at"][:10], end.split("=")[1][:10])
        words = (f"bank={OTHER}", f"pin={pin[:16]}", "days_left=4")
        self.assertEqual(len(self.lines(place, *words)), 1)
        self.assertEqual(len(self.lines(place)), 2)
        # Renewed: it is not spoken of any more, and status has the new end.
        before = place.ctl("status")["certificate_expires_at"]
        place.settings[("tls", "certificate")] = place.pki / "gateway.crt"
        place.settings[("tls", "key")] = place.pki / "gateway.key"
        place.reload()
        self.assertEqual(len(self.lines(place)), 2)
        self.assertGreater(place.ctl("status")["certificate_expires_at"], before)

    def test_expired_list_at_the_start(self):
        """A start goes on, for the ledger must, with an alarm; nobody is let in."""
        place = self.site()
        run(SOURCE / "certs/make-crl", place.pki, "--expired")
        place.start()
        self.assertEqual(len(self.lines(place, "what=crl", "<1>")), 1)
        place.register(OTHER, "class2")
        with self.assertRaises((ssl.SSLError, ConnectionError, AssertionError)):
            RawBank(place, OTHER)
        run(SOURCE / "certs/make-crl", place.pki)
        place.reload()
        RawBank(place, OTHER).close()


if __name__ == "__main__":
    unittest.main()
