#!/usr/bin/python3
"""Sockets that systemd opens and hands over: taken in place of the daemon's own, kept open beyond
its end, refused when they are not what banks could connect to. systemd is played by this test;
tests/boot has the real one."""

import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest

from test_process import BIN, PATIENCE, Gateway

# What systemd does between fork and exec: descriptors from 3 on, and for whom they are.
HAND_OVER = """
import fcntl, os, sys
numbers = [int(number) for number in sys.argv[1].split(",")]
high = [fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, 100) for number in numbers]
os.closerange(3, 100)
for place, number in enumerate(high, 3):
    os.dup2(number, place, inheritable=True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(numbers)), LISTEN_FDNAMES=sys.argv[2])
os.execv(sys.argv[3], sys.argv[3:])
"""


def listening(family=socket.AF_INET, address=("127.0.0.1", 0)):
    made = socket.socket(family)
    made.bind(address)
    made.listen(16)
    return made


class Sockets(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="linkgate-sockets-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.gateway = Gateway(self.folder)
        self.addCleanup(self.gateway.close)
        pki = self.gateway.folder / "pki"
        self.gateway.make("certs/make-cert", pki, "bank", "--bank", "102100099996")

    def start(self, sockets, names, ready=True):
        """As Gateway.start does, with those sockets."""
        numbers = [made.fileno() for made in sockets]
        wrapper = self.gateway.folder / "hand_over"
        wrapper.write_text(
            "#!/bin/sh\n"
            f"exec /usr/bin/python3 -c '{HAND_OVER}' {','.join(map(str, numbers))} '{names}'"
            f' {BIN / "linkgated"} "$@"\n',
            encoding="utf-8",
        )
        wrapper.chmod(0o755)
        self.gateway.start(ready=ready, program=wrapper, pass_fds=numbers)

    def call(self, made):
        """Connects as a bank and waits until the gateway answers the handshake."""
        pki = self.gateway.folder / "pki"
        context = ssl.create_default_context(cafile=pki / "ca.crt")
        context.load_cert_chain(pki / "bank.crt", pki / "bank.key")
        context.set_alpn_protocols(["linkgate/1"])
        connection = socket.create_connection(made.getsockname()[:2], PATIENCE)
        with context.wrap_socket(connection, server_hostname="127.0.0.1") as session:
            return session.version()

    def test_taken_over(self):
        first, second = listening(), listening()
        with first, second:
            self.start([first, second], "banks:banks")
            ports = [made.getsockname()[1] for made in (first, second)]
            said = self.gateway.said()
            for port in ports:
                self.assertIn(
                    f"event=socket_inherited name=banks host=127.0.0.1 port={port}", said
                )
            self.assertIn(f"event=ready host=127.0.0.1 port={ports[0]} ", said)
            self.assertEqual(self.gateway.ask("status")["port"], ports[0])
            for made in (first, second):
                self.assertEqual(self.call(made), "TLSv1.3")
            self.gateway.stop()

    def test_ipv6(self):
        with listening(socket.AF_INET6, ("::1", 0)) as made:
            self.start([made], "banks")
            port = made.getsockname()[1]
            self.assertIn(f"event=ready host=::1 port={port} ", self.gateway.said())

    def test_who_calls_between_two_gateways_waits(self):
        with listening() as made:
            self.start([made], "banks")
            self.gateway.stop()
            answers = []
            callers = [
                threading.Thread(target=lambda: answers.append(self.call(made))) for _ in range(8)
            ]
            for caller in callers:
                caller.start()
            self.start([made], "banks")
            for caller in callers:
                caller.join(PATIENCE)
            self.assertEqual(answers, ["TLSv1.3"] * 8)
            self.gateway.kill()
            caller = threading.Thread(target=lambda: answers.append(self.call(made)))
            caller.start()
            self.start([made], "banks")
            caller.join(PATIENCE)
            self.assertEqual(len(answers), 9)

    def refuse(self, made, names, why):
        self.start([made], names, ready=False)
        self.assertEqual(self.gateway.ended(), 5)
        self.assertIn("event=start_failed what=sockets", self.gateway.said())
        self.assertIn(why, self.gateway.said())
        self.assertFalse((self.gateway.folder / "state").exists())

    def test_refused(self):
        path = str(self.gateway.folder / "other.sock")
        for kind, made in (
            ("no TCP", listening(socket.AF_UNIX, path)),
            ("no TCP", socket.socket(type=socket.SOCK_DGRAM)),
            ("not listening", socket.socket()),
        ):
            with made, self.subTest(kind):
                self.refuse(made, "banks", "its unit wants ListenStream")
        with listening() as made:
            self.refuse(made, "linkgated.socket", "its unit wants FileDescriptorName")


if __name__ == "__main__":
    unittest.main()
