"""A whole linkgate site for one test: PKI, gateway, banks, all in a folder of its own.

Everything is made per run: the folder, the ports (the kernel gives them), the keys. close() ends
every process and removes the folder. Programs come from LINKGATE_BIN, the tree from
LINKGATE_SOURCE.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

BIN = pathlib.Path(os.environ["LINKGATE_BIN"])
SOURCE = pathlib.Path(os.environ["LINKGATE_SOURCE"])

CLASS2 = "999100000011"
CLASS1 = "999100000020"
OTHER = "999100000038"

# How long to wait for what must come; on a busy machine it may take long, it never decides a result.
PATIENCE_S = 60


class Failed(Exception):
    """A program said no: .status is its exit status, .text what it printed."""

    def __init__(self, command, status, text):
        super().__init__(f"{' '.join(map(str, command))}: exit status {status}\n{text}")
        self.status = status
        self.text = text


def run(*command, **options):
    done = subprocess.run(
        [str(c) for c in command], capture_output=True, text=True, timeout=PATIENCE_S, **options
    )
    if done.returncode != 0:
        raise Failed(command, done.returncode, done.stdout + done.stderr)
    return done.stdout


def wait_until(condition, what, patience_s=PATIENCE_S):
    end = time.monotonic() + patience_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {patience_s} s in vain for {what}")
        time.sleep(0.02)


class Process:
    """A daemon whose log goes into a file."""

    def __init__(self, name, command, log, env=None):
        self.name = name
        self.command = [str(c) for c in command]
        self.log = log
        with open(log, "ab") as sink:
            self.child = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                env=env,
            )

    def text(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def alive(self):
        return self.child.poll() is None

    def kill(self):
        self.child.kill()
        self.child.wait()

    def signal(self, number):
        self.child.send_signal(number)

    def stop(self, patience_s=PATIENCE_S):
        if self.alive():
            self.child.terminate()
            try:
                self.child.wait(patience_s)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError(f"{self.name} did not stop: {self.log}") from None
        return self.child.returncode


class Bank:
    """A simulated bank: its files, its process, its control socket."""

    def __init__(self, site, code, roles, accounts, faults="", **extra):
        self.site = site
        self.code = code
        self.dir = site.dir / f"bank-{code}"
        self.dir.mkdir()
        self.socket = self.dir / "control.sock"
        self.process = None
        site.certificate(code, "--bank", code)
        (self.dir / "accounts.csv").write_text(accounts, encoding="utf-8")
        (self.dir / "faults.txt").write_text(faults, encoding="utf-8")
        self.roles = roles
        self.extra = extra

    def write_config(self):
        pki = self.site.pki
        lines = [
            "[gateway]",
            "host = 127.0.0.1",
            f"port = {self.site.port}",
            "reconnect_max_ms = 200",
            "[bank]",
            f"code = {self.code}",
            f"roles = {self.roles}",
            "[tls]",
            f"ca = {pki}/ca.crt",
            f"certificate = {pki}/{self.code}.crt",
            f"key = {pki}/{self.code}.key",
            "[data]",
            f"dir = {self.dir}/data",
            "map_mib = 64",
            f"accounts = {self.dir}/accounts.csv",
            f"faults = {self.dir}/faults.txt",
            f"control = {self.socket}",
        ]
        lines += [f"[{section}]\n{name} = {value}" for (section, name), value in self.extra.items()]
        path = self.dir / "bank.ini"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def start(self):
        config = self.write_config()
        log = self.dir / "bank.log"
        self.process = Process(
            f"bank {self.code}", [BIN / "linkgate-bank", "--config", config], log
        )
        wait_until(lambda: self.answers(), f"bank {self.code} to answer; see {log}")
        return self

    def answers(self):
        if not self.process.alive():
            raise AssertionError(f"bank {self.code} ended:\n{self.process.text()}")
        try:
            self.do("books")
            return True
        except Failed:
            return False

    def do(self, *words, **fields):
        """One control command; the answer as an object. Failed if it was refused."""
        command = [BIN / "linkgate-bank", "ctl", self.socket, *words]
        command += [f"{name}={value}" for name, value in fields.items()]
        text = run(*command)
        last = [line for line in text.splitlines() if line.strip()][-1]
        return json.loads(last)

    def refused(self, *words, **fields):
        """The same for what must be refused: the refusal as an object."""
        try:
            answer = self.do(*words, **fields)
        except Failed as failure:
            if failure.status != 1:
                raise
            last = [line for line in failure.text.splitlines() if line.strip()][-1]
            return json.loads(last)
        raise AssertionError(f"{words} {fields} was granted: {answer}")


class Site:
    """The gateway and what belongs to it."""

    def __init__(self, **settings):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="linkgate-test-"))
        self.pki = self.dir / "pki"
        self.admin = self.dir / "admin.sock"
        self.port = 0
        self.settings = settings
        self.gateway = None
        self.banks = []
        run(SOURCE / "certs/make-ca", self.pki)
        self.certificate("gateway", "--gateway", "127.0.0.1,localhost")
        run(BIN / "linkgated", "--make-keys", self.dir / "store.keys")

    def certificate(self, name, *options):
        run(SOURCE / "certs/make-cert", self.pki, name, *options)
        return self.pin(name)

    def pin(self, name):
        return run(SOURCE / "certs/pin", self.pki / f"{name}.crt").split()[0]

    def write_config(self):
        keys = {
            ("gateway", "host"): "127.0.0.1",
            ("gateway", "port"): self.port,
            ("tls", "ca"): self.pki / "ca.crt",
            ("tls", "certificate"): self.pki / "gateway.crt",
            ("tls", "key"): self.pki / "gateway.key",
            ("store", "dir"): self.dir / "store",
            ("store", "keys"): self.dir / "store.keys",
            ("store", "map_mib"): 256,
            ("log", "segment_mib"): 4,
            ("admin", "socket"): self.admin,
        }
        keys.update(self.settings)
        sections = {}
        for (section, name), value in keys.items():
            sections.setdefault(section, []).append(f"{name} = {value}")
        text = "".join(f"[{s}]\n" + "\n".join(lines) + "\n" for s, lines in sections.items())
        path = self.dir / "linkgated.ini"
        path.write_text(text, encoding="utf-8")
        return path

    def start(self):
        config = self.write_config()
        log = self.dir / "linkgated.log"
        self.gateway = Process("linkgated", [BIN / "linkgated", "--config", config], log)
        status = wait_until(self.status_or_none, f"linkgated to serve; see {log}")
        self.port = status["port"]
        return self

    def status_or_none(self):
        if not self.gateway.alive():
            raise AssertionError(f"linkgated ended:\n{self.gateway.text()}")
        try:
            return self.ctl("status")
        except Failed:
            return None

    def ctl(self, *words):
        """One linkgatectl command, as JSON."""
        return json.loads(
            run(BIN / "linkgatectl", "--socket", self.admin, "--json", *words) or "null"
        )

    def bank(self, code, roles, accounts, faults="", register=True, **extra):
        bank = Bank(self, code, roles, accounts, faults, **extra)
        if register:
            self.register(code, roles)
        self.banks.append(bank)
        return bank.start()

    def register(self, code, roles):
        self.ctl(
            "bank", "add", code, "--name", f"Bank {code}", "--roles", roles, "--pin", self.pin(code)
        )

    def online(self, code):
        """Whether that bank has a session."""
        for bank in self.ctl("status").get("banks", []):
            if bank["code"] == code and bank["sessions"] > 0:
                return True
        return False

    def kill_and_restart(self):
        self.gateway.kill()
        self.start()

    def close(self):
        for bank in self.banks:
            if bank.process:
                bank.process.kill()
        if self.gateway:
            self.gateway.signal(signal.SIGKILL)
            self.gateway.child.wait()
        shutil.rmtree(self.dir, ignore_errors=True)
