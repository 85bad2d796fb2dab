#!/usr/bin/python3
"""The daemon as a process: start, stop, kill, reload, damage, other users, systemd's messages."""

import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

import lmdb

SOURCE = pathlib.Path(os.environ["LINKGATE_SOURCE"])
BIN = pathlib.Path(os.environ["LINKGATE_BIN"])
PATIENCE = 60  # seconds; only ever used up by a failure
BANK = "102100099996"
sys.path.append(str(SOURCE / "tests/support"))
from second import SECOND_GROUP, WAITS, need_second_user, second_user, tool_for_second

PIN = "11" * 32
FAKETIME = pathlib.Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")
NOBODY = 65534


def wait_for(what, condition):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"{what} did not come")


def runs_with(environment):
    """Whether a preloaded library lets the program live: with a sanitizer it may hang or die."""
    try:
        words = [BIN / "linkgated", "--version"]
        trial = subprocess.run(
            words, env={**os.environ, **environment}, capture_output=True, check=False, timeout=10
        )
    except subprocess.TimeoutExpired:
        return False
    return trial.returncode == 0


class Gateway:
    """One daemon in a folder of its own, started and stopped as a test wants."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.chmod(0o755)
        self.socket = self.folder / "admin.sock"
        self.log = self.folder / "log.txt"
        self.ini = self.folder / "g.ini"
        self.process = None
        self.notices = None
        pki = self.folder / "pki"
        self.make("certs/make-ca", pki)
        self.make("certs/make-cert", pki, "gateway", "--gateway", "127.0.0.1")
        subprocess.run(
            [BIN / "linkgated", "--make-keys", self.folder / "keys"], check=True, capture_output=True
        )
        self.configure()

    @staticmethod
    def make(script, *words):
        subprocess.run([SOURCE / script, *words], check=True, capture_output=True)

    def configure(
        self,
        gateway="",
        admin=f"group = {SECOND_GROUP}",
        tls="",
        name="state",
        sock=None,
        store="",
    ):
        fresh = self.ini.with_suffix(".new")
        fresh.write_text(
            f"[gateway]\nhost = 127.0.0.1\n{gateway or 'port = 0'}\n"
            f"[tls]\nca = {self.folder}/pki/ca.crt\n{tls}\n"
            f"certificate = {self.folder}/pki/gateway.crt\nkey = {self.folder}/pki/gateway.key\n"
            f"[store]\ndir = {self.folder}/{name}\nkeys = {self.folder}/keys\nmap_mib = 64\n{store}\n"
            f"[log]\nsegment_mib = 1\nmax_mib = 16\n"
            f"[admin]\nsocket = {sock or self.socket}\n{admin}\n",
            encoding="utf-8",
        )
        fresh.replace(self.ini)

    def start(self, ready=True, program=BIN / "linkgated", pass_fds=(), **environment):
        self.close()
        self.notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        path = self.folder / "notify.sock"
        path.unlink(missing_ok=True)
        self.notices.bind(str(path))
        self.notices.settimeout(PATIENCE)
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [program, "--config", self.ini],
                stderr=log,
                pass_fds=pass_fds,
                env={**os.environ, "NOTIFY_SOCKET": str(path), **environment},
            )
        if ready:
            wait_for("event=ready", lambda: "event=ready" in self.said())
        return self

    def said(self):
        return self.log.read_text(encoding="utf-8")

    def ended(self):
        return self.process.wait(PATIENCE)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        status = self.ended()
        if status != 0:
            raise AssertionError(f"exit status {status} at a stop:\n{self.said()[-20000:]}")

    def kill(self):
        self.process.kill()
        self.ended()

    def reload(self):
        """True when the new configuration is in force."""
        before = self.said().count("event=reload result=")
        self.process.send_signal(signal.SIGHUP)
        wait_for("event=reload", lambda: self.said().count("event=reload result=") > before)
        return "new" in self.said().split("event=reload result=")[-1]

    def ctl(self, *words, user=None, program=None):
        return subprocess.run(
            [program or BIN / "linkgatectl", "--socket", self.socket, *words],
            capture_output=True,
            text=True,
            check=False,
            user=user,
            group=user,
            extra_groups=[] if user is not None else None,
        )

    def order(self, *words):
        """An order of two people, approved by the second user."""
        need_second_user()
        asked = self.ctl("--json", *words)
        if asked.returncode != WAITS:
            raise AssertionError(f"{words}: {asked.returncode}\n{asked.stdout}{asked.stderr}")
        program = tool_for_second(self.folder, BIN / "linkgatectl")
        approve = ["approval", "approve", "--yes", json.loads(asked.stdout)["approval"]]
        tool = [program, "--socket", self.socket, *approve]
        done = subprocess.run(
            [*second_user(), *tool], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise AssertionError(f"{words}: {done.returncode}\n{done.stdout}{done.stderr}")

    def ask(self, *words):
        result = self.ctl("--json", *words)
        if result.returncode != 0:
            raise AssertionError(result.stderr)
        return json.loads(result.stdout)

    def notice(self, wanted):
        while True:
            text = self.notices.recv(4096).decode()
            if wanted in text:
                return text

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.kill()
        if self.notices is not None:
            self.notices.close()


class Process(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="linkgate-process-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.gateway = Gateway(self.folder)
        self.addCleanup(lambda: self.gateway.close())

    def add_bank(self):
        self.gateway.order("bank", "add", BANK, "--name", "A", "--roles", "class1", "--pin", PIN)

    def test_start_and_clean_stop(self):
        gateway = self.gateway.start()
        self.assertIn("Serving on port", gateway.notice("READY=1"))
        status = gateway.ask("status")
        self.assertEqual(status["state"], "SERVING")
        self.assertIn(f" port={status['port']} ", gateway.said())
        self.add_bank()
        gateway.stop()
        gateway.notice("STOPPING=1")
        self.assertFalse(gateway.socket.exists())
        gateway.start()
        self.assertIn(" tail=0", gateway.said())
        self.assertIn(" replayed=0", gateway.said())
        self.assertEqual(gateway.ask("status")["boot_count"], 2)
        gateway.stop()

    def test_killed_and_back(self):
        gateway = self.gateway.start()
        self.add_bank()
        gateway.kill()
        gateway.start()
        banks = gateway.ask("bank", "list")["banks"]
        self.assertEqual([(bank["code"], bank["active"]) for bank in banks], [(BANK, True)])
        again = gateway.ctl("bank", "add", BANK, "--name", "A", "--roles", "class1", "--pin", PIN)
        self.assertEqual(again.returncode, 1)
        self.assertIn("BANK_EXISTS", again.stderr)

    def test_one_process_a_store_and_a_port(self):
        gateway = self.gateway.start()
        port = gateway.ask("status")["port"]
        other = Gateway.__new__(Gateway)
        other.__dict__.update(gateway.__dict__)
        other.log = gateway.folder / "other.txt"
        other.ini = gateway.folder / "other.ini"
        other.process = other.notices = None
        self.addCleanup(other.close)
        other.configure(sock=gateway.folder / "other.sock")
        other.start(ready=False)
        self.assertEqual(other.ended(), 5)
        self.assertIn("another process has this store open", other.said())
        other.close()
        other.configure(
            gateway=f"port = {port}", name="state2", sock=gateway.folder / "other.sock"
        )
        other.start(ready=False)
        self.assertEqual(other.ended(), 5)
        self.assertIn("what=listen", other.said())
        other.close()
        other.configure(name="state3")
        other.start(ready=False)
        self.assertEqual(other.ended(), 5)
        self.assertIn("another linkgated listens there", other.said())
        self.assertEqual(gateway.ask("status")["state"], "SERVING")

    def test_reload_is_all_or_nothing(self):
        gateway = self.gateway.start()
        gateway.configure(gateway="port = 99999")
        self.assertFalse(gateway.reload())
        self.assertIn("must be a whole number from 0 to 65535", gateway.said())
        gateway.configure(gateway="port = 7443")
        self.assertFalse(gateway.reload())
        self.assertIn("port changed, which only a restart can", gateway.said())
        gateway.configure(tls="crl = /nowhere")
        self.assertFalse(gateway.reload())
        gateway.configure(admin="group = no-such-group-here")
        self.assertFalse(gateway.reload())
        gateway.configure(tls=f"crl = {self.folder}/pki/crl.pem")
        self.assertTrue(gateway.reload())
        self.assertIn("MONOTONIC_USEC=", gateway.notice("RELOADING=1"))
        self.assertEqual(gateway.ask("status")["state"], "SERVING")

    def test_what_expires_is_told(self):
        gateway = self.gateway
        pki = gateway.folder / "pki"
        gateway.make("certs/make-cert", pki, "soon", "--gateway", "127.0.0.1", "--days", "10")
        gateway.start()
        self.assertNotIn("event=expiry", gateway.said())
        for kind in ("crt", "key"):
            shutil.copy(pki / f"soon.{kind}", pki / f"gateway.{kind}")
        gateway.configure(tls=f"crl = {pki}/crl.pem")
        self.assertTrue(gateway.reload())
        self.assertIn("<4>event=expiry what=certificate", gateway.said())
        self.assertNotIn("what=crl", gateway.said())
        status = gateway.ask("status")
        self.assertLess(status["certificate_expires_at"], status["crl_expires_at"])

    def test_reload_storm(self):
        gateway = self.gateway.start()
        gateway.notices.close()  # an unread queue of datagrams would hold the daemon up
        for i in range(100):
            if i == 50:
                gateway.configure(gateway="port = x")
            gateway.process.send_signal(signal.SIGHUP)
        # Reloads of the storm may still be under way; what comes after the last one counts.
        wait_for("the bad file is refused", lambda: not gateway.reload())
        gateway.configure()
        wait_for("the good file is in force", gateway.reload)
        gateway.stop()

    def test_stop_while_asked(self):
        gateway = self.gateway.start()
        askers = [
            subprocess.Popen(
                [BIN / "linkgatectl", "--socket", gateway.socket, "transfer", "list"],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for _ in range(8)
        ]
        gateway.stop()
        for asker in askers:
            self.assertIn(asker.wait(PATIENCE), (0, 1, 3))

    def test_damage_is_not_started_over(self):
        gateway = self.gateway.start()
        self.add_bank()
        for _ in range(3):
            self.assertEqual(gateway.ctl("clock", "accept").returncode, WAITS)
        gateway.kill()
        segment = next((gateway.folder / "state/log").glob("segment-*"))
        with segment.open("r+b") as file:
            file.seek(4096 + 40)
            byte = file.read(1)
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte[0] ^ 1]))
        gateway.start(ready=False)
        self.assertEqual(gateway.ended(), 3)
        self.assertIn("event=start_failed", gateway.said())

    def damage_rows(self):
        """No page shows it, nor any row that a start reads: the sum is another one."""
        store = str(self.gateway.folder / "state/store")
        with lmdb.open(store, map_size=64 << 20, lock=False) as environment:
            with environment.begin(write=True) as transaction:
                number = bytearray(transaction.get(b"\0"))
                number[0] ^= 1
                transaction.put(b"\0", bytes(number))

    def test_rows_that_are_other_ones(self):
        gateway = self.gateway.start()
        self.add_bank()
        gateway.stop()
        self.damage_rows()
        gateway.start(ready=False)
        self.assertEqual(gateway.ended(), 3)
        self.assertRegex(gateway.said(), "event=start_failed .*not those that were written last")
        self.assertIn("run linkgatectl verify", gateway.said())
        self.assertNotIn("event=ready", gateway.said())

    def test_large_store_is_checked_while_it_serves(self):
        gateway = self.gateway
        gateway.configure(store="check_mib = 0")
        gateway.start()
        self.add_bank()
        gateway.stop()
        gateway.start()
        wait_for("the check", lambda: "event=store_checked" in gateway.said())
        gateway.stop()
        self.damage_rows()
        gateway.start(ready=False)
        self.assertEqual(gateway.ended(), 3)
        self.assertRegex(gateway.said(), "event=store_damaged .*not those that were written last")
        self.assertIn("event=ready", gateway.said())

    def test_other_keys_open_nothing(self):
        gateway = self.gateway.start()
        self.add_bank()
        gateway.stop()
        (gateway.folder / "keys").unlink()
        subprocess.run(
            [BIN / "linkgated", "--make-keys", gateway.folder / "keys"],
            check=True,
            capture_output=True,
        )
        gateway.start(ready=False)
        self.assertEqual(gateway.ended(), 3)

    @unittest.skipUnless(os.geteuid() == 0, "needs root to be another user")
    def test_other_users(self):
        program = pathlib.Path(self.folder) / "ctl"
        shutil.copy(BIN / "linkgatectl", program)
        program.chmod(0o755)
        self.gateway.configure(admin="")
        gateway = self.gateway.start()
        result = gateway.ctl("status", user=NOBODY, program=program)
        self.assertEqual(result.returncode, 3)
        self.assertIn("you may not open it", result.stderr)
        gateway.configure(admin="read_group = nogroup")
        self.assertTrue(gateway.reload())
        self.assertEqual(gateway.ctl("status", user=NOBODY, program=program).returncode, 0)
        result = gateway.ctl("clock", "accept", user=NOBODY, program=program)
        self.assertEqual(result.returncode, 1)
        self.assertIn("NOT_GRANTED", result.stderr)
        gateway.configure(admin="group = nogroup")
        self.assertTrue(gateway.reload())
        result = gateway.ctl("clock", "accept", user=NOBODY, program=program)
        self.assertEqual(result.returncode, WAITS)
        self.assertIn(f"order=CLOCK_ACCEPT uid={NOBODY}", gateway.said())
        gateway.configure(admin="group = daemon")
        self.assertTrue(gateway.reload())
        result = gateway.ctl("status", user=NOBODY, program=program)
        self.assertEqual(result.returncode, 1)
        self.assertIn("NOT_GRANTED", result.stderr)

    def test_watchdog(self):
        gateway = self.gateway.start(WATCHDOG_USEC="2000000")
        gateway.notice("WATCHDOG=1")
        gateway.notice("WATCHDOG=1")

    @unittest.skipUnless(FAKETIME.exists(), "needs libfaketime")
    def test_held_clock(self):
        gateway = self.gateway.start()
        self.add_bank()
        gateway.stop()
        ahead = {"LD_PRELOAD": str(FAKETIME), "FAKETIME": "+3d", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        if not runs_with(ahead):
            self.skipTest("a sanitizer does not suffer libfaketime")
        gateway.start(ready=False, **ahead)
        self.assertIn("clock is held", gateway.notice("READY=1"))
        self.assertIn("event=clock_held", gateway.said())
        status = gateway.ask("status")
        self.assertEqual((status["state"], status["port"]), ("HELD", 0))
        self.assertEqual(gateway.ask("clock", "show")["state"], "HELD")
        gateway.order("clock", "accept")
        wait_for("event=ready", lambda: "event=ready" in gateway.said())
        self.assertEqual(gateway.ask("status")["state"], "SERVING")

    @unittest.skipUnless(FAKETIME.exists(), "needs libfaketime")
    def test_clock_jumps_while_running(self):
        """Alarmed, not followed, until two people accept it; and back again."""
        offset = self.gateway.folder / "offset"
        offset.write_text("+0s\n", encoding="ascii")
        faked = {
            "LD_PRELOAD": str(FAKETIME),
            "FAKETIME_TIMESTAMP_FILE": str(offset),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        if not runs_with(faked):
            self.skipTest("a sanitizer does not suffer libfaketime")
        gateway = self.gateway.start(**faked)
        for jump in ("+2h", "+0s"):
            offset.write_text(jump + "\n", encoding="ascii")
            wait_for("the alarm", lambda: gateway.ask("clock", "show")["state"] == "OFF")
            self.assertEqual(gateway.ask("status")["state"], "SERVING")
            before = gateway.ask("clock", "show")["ledger_time"]
            if jump == "+2h":
                gateway.order("clock", "accept")
                wait_for("ledger time", lambda: gateway.ask("clock", "show")["state"] == "RUNS")
            after = gateway.ask("clock", "show")["ledger_time"]
            self.assertGreaterEqual(after, before)
        self.assertIn("wall clock", gateway.said())

    def test_nothing_for_others_to_read(self):
        gateway = self.gateway.start()
        self.add_bank()
        for path in (gateway.folder / "state").rglob("*"):
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)
        limits = pathlib.Path(f"/proc/{gateway.process.pid}/limits")
        if os.geteuid() == 0:
            self.assertTrue(re.search(r"Max core file size\s+0\s", limits.read_text()))


if __name__ == "__main__":
    unittest.main()
