"""Bad input below the messages: certificates, TLS, frames, silence, floods, over real sockets."""

import re
import secrets
import signal
import socket
import ssl
import struct
import unittest

from hostile import GROWTH_MAX_KIB, HostileTest
from place import CLASS1, FOURTH, OTHER, SOURCE, run, wait_until
from wire import PATIENCE_S, Peer, context, envelope, frame, raw_link, session


def hello_frame():
    greeting = session.Hello(protocol_min=1, protocol_max=1, software="test", window=16)
    return frame(
        envelope.Envelope(
            correlation_id=1,
            kind=envelope.KIND_HELLO,
            direction=envelope.DIRECTION_REQUEST,
            payload=greeting.SerializeToString(),
        ).SerializeToString()
    )


class Certificates(HostileTest):
    """Who may connect at all. With TLS 1.3 a client believes itself connected until it reads."""

    def greet(self, tls):
        """What comes of a Hello: "closed", a GoAway's code, or "served"."""
        try:
            peer = Peer(self.place, None, tls)
        except (ssl.SSLError, ConnectionError):
            return "closed"
        self.addCleanup(peer.close)
        try:
            peer.send(hello_frame())
        except (ssl.SSLError, ConnectionError):
            pass
        message = peer.receive()
        if message is None:
            return "closed"
        if message.kind == envelope.KIND_GO_AWAY:
            self.assertIsNone(peer.receive())
            return session.GoAway.FromString(message.payload).code
        return "served"

    def test_right_one(self):
        self.assertEqual(self.greet(context(self.place, OTHER)), "served")

    def test_none(self):
        self.assertEqual(self.greet(context(self.place)), "closed")

    def test_unknown_ca(self):
        rogue = self.place.dir / "rogue"
        run(SOURCE / "certs/make-ca", rogue)
        run(SOURCE / "certs/make-cert", rogue, OTHER, "--bank", OTHER)
        tls = context(self.place, str(rogue / OTHER))
        self.assertEqual(self.greet(tls), "closed")

    def test_unpinned_key(self):
        self.place.certificate("unpinned", "--bank", OTHER)
        self.assertEqual(self.greet(context(self.place, "unpinned")), "DISABLED")

    def test_key_of_another_bank(self):
        """Signed by the CA for this bank, but the key is pinned for another."""
        key = self.place.pki / f"{FOURTH}.key"
        self.place.certificate("borrowed", "--bank", OTHER, "--key", key)
        pki = self.place.pki
        (pki / "borrowed.key").write_bytes(key.read_bytes())
        self.assertEqual(self.greet(context(self.place, "borrowed")), "DISABLED")

    def test_bank_that_is_not_registered(self):
        self.place.certificate("stranger", "--bank", "999110000015")
        self.assertEqual(self.greet(context(self.place, "stranger")), "DISABLED")

    def test_no_bank_at_all(self):
        self.assertEqual(self.greet(context(self.place, "gateway")), "DISABLED")
        self.place.certificate("odd", "--uri", "urn:linkgate:bank:12345")
        self.assertEqual(self.greet(context(self.place, "odd")), "DISABLED")

    def test_expired_and_not_yet_valid(self):
        self.place.certificate("expired", "--bank", OTHER, "--expired")
        self.place.certificate("early", "--bank", OTHER, "--not-yet")
        for name in ("expired", "early"):
            self.assertEqual(self.greet(context(self.place, name)), "closed", name)

    def test_wrong_usage(self):
        """The key is the one that is pinned: nothing but the usage is wrong."""
        for eku in ("server", "none"):
            name = f"usage-{eku}"
            key = self.place.pki / f"{OTHER}.key"
            self.place.certificate(name, "--bank", OTHER, "--eku", eku, "--key", key)
            self.assertEqual(self.greet(self.with_pinned_key(name)), "closed", eku)

    def with_pinned_key(self, name):
        """TLS with that certificate over the key that is pinned for OTHER."""
        pki = self.place.pki
        (pki / f"{name}.key").write_bytes((pki / f"{OTHER}.key").read_bytes())
        return context(self.place, name)

    def issue(self, name, subject, names, signed=True):
        """A certificate over the pinned key as certs/make-cert would not make it."""
        pki = self.place.pki
        extensions = pki / f"{name}.ext"
        lines = ["basicConstraints = critical, CA:FALSE", "keyUsage = critical, digitalSignature"]
        lines.append("extendedKeyUsage = serverAuth, clientAuth")
        lines += [f"subjectAltName = {names}"] if names else []
        extensions.write_text("\n".join(lines) + "\n", encoding="ascii")
        key, request = pki / f"{OTHER}.key", pki / f"{name}.csr"
        run("openssl", "req", "-new", "-key", key, "-subj", subject, "-out", request)
        signer = ["-CA", pki / "ca.crt", "-CAkey", pki / "ca.key", "-CAcreateserial"]
        run(
            *("openssl", "x509", "-req", "-in", request, "-days", "9", "-extfile", extensions),
            *(signer if signed else ["-signkey", key]),
            *("-out", pki / f"{name}.crt"),
        )
        return self.with_pinned_key(name)

    def test_issued_by_hand(self):
        """The other tests of issue() prove something only if what it makes is good."""
        uri = f"URI:urn:linkgate:bank:{OTHER}"
        self.assertEqual(self.greet(self.issue("by-hand", "/CN=any", uri)), "served")

    def test_two_uris(self):
        uris = f"URI:urn:linkgate:bank:{OTHER},URI:urn:linkgate:bank:{FOURTH}"
        self.assertEqual(self.greet(self.issue("two-uris", "/CN=any", uris)), "DISABLED")

    def test_common_name_only(self):
        tls = self.issue("name-only", f"/CN=urn:linkgate:bank:{OTHER}", None)
        self.assertEqual(self.greet(tls), "DISABLED")

    def test_self_signed(self):
        uri = f"URI:urn:linkgate:bank:{OTHER}"
        tls = self.issue("self-signed", "/CN=any", uri, signed=False)
        self.assertEqual(self.greet(tls), "closed")

    def test_revoked(self):
        """Another certificate over the same key is as good as before."""
        key = self.place.pki / f"{OTHER}.key"
        self.place.certificate("revoked", "--bank", OTHER, "--key", key)
        tls = self.with_pinned_key("revoked")
        self.assertEqual(self.greet(tls), "served")
        run(SOURCE / "certs/make-crl", self.place.pki, "--revoke", "revoked")
        self.place.reload()
        self.assertEqual(self.greet(tls), "closed")
        self.assertEqual(self.greet(context(self.place, OTHER)), "served")

    def test_older_tls(self):
        tls = context(self.place, OTHER, version=ssl.TLSVersion.TLSv1_2)
        self.assertEqual(self.greet(tls), "closed")

    def test_wrong_or_no_protocol_name(self):
        for name in ("h2", None):
            self.assertEqual(self.greet(context(self.place, OTHER, alpn=name)), "closed", name)

    def test_not_tls(self):
        texts = [
            b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
            hello_frame(),
            bytes(1000),
            secrets.token_bytes(4000),
            b"\x16\x03\x01\xff\xff" + bytes(2000),
        ]
        for text in texts:
            with socket.create_connection(("127.0.0.1", self.place.port), PATIENCE_S) as raw:
                raw.sendall(text)
                self.assertTrue(closed(raw), text[:20])


def closed(raw):
    """Whether the other side closes without serving; at most an alert comes."""
    got = b""
    try:
        while data := raw.recv(65536):
            got += data
    except ConnectionError:
        pass
    return len(got) < 100


class Frames(HostileTest):
    """What comes in records that are right."""

    def last_words(self, data):
        peer = self.raw()
        peer.send(data)
        return peer.goodbye()

    def test_lengths(self):
        for length in (0, 65537, 2**31, 2**32 - 1):
            code = self.last_words(struct.pack(">BI", 0, length) + bytes(100))
            self.assertEqual(code, "FRAME_LENGTH", length)

    def test_flags(self):
        self.assertEqual(self.last_words(frame(b"\x08\x01", flags=1)), "FRAME_LENGTH")

    def test_longest_frame_is_read(self):
        """65,536 bytes are read; that they are no Envelope is another matter."""
        self.assertEqual(self.last_words(frame(b"\xff" * 65536)), "MALFORMED")

    def test_bytes_that_are_no_envelope(self):
        for body in (b"\xff" * 10, b"\x00", secrets.token_bytes(3000) + b"\xff", b"\x0a" * 999):
            self.assertEqual(self.last_words(frame(body)), "MALFORMED")

    def test_nested_groups(self):
        self.assertEqual(self.last_words(frame(b"\x0b" * 65000)), "MALFORMED")

    def test_correlation_id_zero(self):
        message = envelope.Envelope(kind=envelope.KIND_GET_LINK, direction=1)
        self.assertEqual(self.last_words(frame(message.SerializeToString())), "MALFORMED")

    def test_second_hello(self):
        self.assertEqual(self.last_words(hello_frame()), "MALFORMED")

    def test_request_before_hello(self):
        for direction in (1, 2, 3, 4):
            peer = Peer(self.place, OTHER)
            self.addCleanup(peer.close)
            peer.post(envelope.KIND_GET_LINK, b"", direction=direction, correlation=7)
            self.assertEqual(peer.goodbye(), "NO_HELLO")

    def test_hello_as_the_protocol_page_prints_it(self):
        page = (SOURCE / "docs/protocol.md").read_text(encoding="utf-8")
        line = re.search(r"^00 0000000e .*$", page, re.MULTILINE).group()
        peer = Peer(self.place, OTHER)
        self.addCleanup(peer.close)
        peer.send(bytes.fromhex(line))
        reply = session.HelloReply.FromString(peer.answer_to(1).payload)
        self.assertEqual(reply.protocol, 1)

    def test_version_that_is_not_spoken(self):
        peer = Peer(self.place, OTHER)
        self.addCleanup(peer.close)
        greeting = session.Hello(protocol_min=2, protocol_max=9, software="later", window=16)
        peer.post(envelope.KIND_HELLO, greeting)
        self.assertEqual(peer.goodbye(), "VERSION")

    def test_hello_that_says_nothing(self):
        peer = Peer(self.place, OTHER)
        self.addCleanup(peer.close)
        peer.post(envelope.KIND_HELLO, b"")
        self.assertIn(peer.goodbye(), ("MALFORMED", "VERSION"))

    def test_byte_by_byte(self):
        peer = Peer(self.place, OTHER)
        self.addCleanup(peer.close)
        for byte in hello_frame():
            peer.send(bytes([byte]))
        self.assertTrue(peer.take())
        heartbeat = session.Heartbeat(nonce=12345)
        data = frame(
            envelope.Envelope(
                correlation_id=2,
                kind=envelope.KIND_HEARTBEAT,
                direction=1,
                payload=heartbeat.SerializeToString(),
            ).SerializeToString()
        )
        for byte in data:
            peer.send(bytes([byte]))
        answer = session.Heartbeat.FromString(peer.answer_to(2).payload)
        self.assertEqual(answer.nonce, 12345)

    def test_gone_in_the_middle_of_a_frame(self):
        data = hello_frame()
        for size in range(0, len(data), 3):
            peer = Peer(self.place, OTHER)
            peer.send(data[:size])
            peer.close()

    def test_more_connections_than_a_bank_may_have(self):
        for _ in range(16):
            self.raw()
        peer = Peer(self.place, OTHER)
        self.addCleanup(peer.close)
        peer.send(hello_frame())
        self.assertEqual(peer.goodbye(), "LIMIT")

    def test_flood_of_half_frames_and_nonsense(self):
        """Fifty connections hold as much as they can; memory is looked at after it."""
        held = []
        for number in range(50):
            peer = Peer(self.place, OTHER)
            self.addCleanup(peer.close)
            if number < 15:
                peer.send(hello_frame())
            peer.send(struct.pack(">BI", 0, 65536) + bytes(65000))
            held.append(peer)
        self.honest_work()
        self.assertLess(self.place.gateway.rss_kib(), self.rss_kib + GROWTH_MAX_KIB)

    def test_peer_that_never_reads(self):
        """Heartbeats by the ten thousand, and no answer is taken: the gateway stops reading."""
        peer = self.raw()
        peer.socket.setblocking(False)
        beat = frame(
            envelope.Envelope(
                correlation_id=9, kind=envelope.KIND_HEARTBEAT, direction=1, payload=b"\x08\x01"
            ).SerializeToString()
        )
        sent = 0
        try:
            while sent < 200_000:
                sent += peer.socket.send(beat * 500) // len(beat)
        except (ssl.SSLWantWriteError, BlockingIOError, ConnectionError, ssl.SSLError):
            pass
        self.honest_work()


class Silence(HostileTest):
    """Deadlines by state: each is waited for, and the code says which it was."""

    settings = {
        ("session", "handshake_ms"): 3000,
        ("session", "hello_ms"): 3000,
        ("session", "heartbeat_ms"): 2000,
    }

    def test_silence_in_each_state(self):
        no_tls = socket.create_connection(("127.0.0.1", self.place.port), PATIENCE_S)
        self.addCleanup(no_tls.close)
        half_tls = socket.create_connection(("127.0.0.1", self.place.port), PATIENCE_S)
        self.addCleanup(half_tls.close)
        half_tls.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01")
        no_hello = Peer(self.place, OTHER)
        self.addCleanup(no_hello.close)
        half_hello = Peer(self.place, OTHER)
        self.addCleanup(half_hello.close)
        half_hello.send(hello_frame()[:-3])
        half_frame = self.raw()
        half_frame.send(struct.pack(">BI", 0, 1000) + bytes(500))
        quiet = self.raw()
        self.assertTrue(closed(no_tls))
        self.assertTrue(closed(half_tls))
        self.assertEqual(no_hello.goodbye(), "NO_HELLO")
        self.assertEqual(half_hello.goodbye(), "NO_HELLO")
        self.assertEqual(half_frame.goodbye(), "HEARTBEAT")
        self.assertEqual(quiet.goodbye(), "HEARTBEAT")

    def test_a_byte_now_and_then_is_no_life(self):
        peer = self.raw()
        peer.socket.settimeout(0.2)
        peer.send(struct.pack(">BI", 0, 60000))
        gone = []

        def drip():
            try:
                peer.send(b"\x00")
                data = peer.socket.recv(65536)
                gone.extend([] if data else [True])
            except TimeoutError:
                pass
            except (ssl.SSLError, ConnectionError):
                gone.append(True)
            return gone

        wait_until(drip, "the gateway to close")

    def test_stopped_bank(self):
        """Its kernel still takes bytes. What it was told is asked about, and not guessed."""
        self.class1.process.signal(signal.SIGSTOP)
        self.addCleanup(self.class1.process.signal, signal.SIGCONT)
        answer = self.class2.open(
            "transfer", link=self.link, dir="push", fen=1, timeout_ms=1500
        )
        self.assertEqual(answer["state"], "UNKNOWN")
        self.place.wait_offline(CLASS1)
        self.class1.process.signal(signal.SIGCONT)
        self.place.wait_online()
        ident = answer["transfer"]
        final = ("ACCEPTED", "REJECTED", "CANCELLED")
        wait_until(
            lambda: self.place.ctl("transfer", "show", ident)["state"] in final, "its outcome"
        )

    def test_silent_bank_is_offline_and_back_again(self):
        class2, class1 = self.raw(OTHER), self.raw(FOURTH)
        raw_link(class2, class1, self.new_person())
        self.place.wait_offline(FOURTH)
        self.raw(FOURTH)
        self.assertEqual(self.place.sessions(FOURTH), 1)


if __name__ == "__main__":
    unittest.main()
