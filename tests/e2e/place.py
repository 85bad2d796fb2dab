"""A whole linkgate site for one test: PKI, gateway, banks, all in a folder of its own.

Everything is made per run: the folder, the ports (the kernel gives them), the keys. close() stops
every process, insists that each stopped as it should, and removes the folder (not if LINKGATE_KEEP
is set). Programs come from LINKGATE_BIN, without it from build/src.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from people import accounts, people

SOURCE = pathlib.Path(os.environ.get("LINKGATE_SOURCE", pathlib.Path(__file__).parents[2]))
sys.path.append(str(SOURCE / "tests/support"))
from second import SECOND_GROUP, WAITS, need_second_user, second_user, tool_for_second

BIN = pathlib.Path(os.environ.get("LINKGATE_BIN", SOURCE / "build/src"))
FAKETIME = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)

CLASS2 = "999100000011"
CLASS1 = "999100000020"
OTHER = "999100000038"
FOURTH = "999584000018"

# How long to wait for what must come. A busy machine may need long; it never decides a result.
PATIENCE_S = 90
OFFLINE = ("AB07", "AB08")
LIST_ALL = 100000

# What no log may hold: a program that goes on after this would hide it.
SANITIZER_WORDS = ("AddressSanitizer", "LeakSanitizer", "runtime error:", "ThreadSanitizer")


class Failed(Exception):
    """A program said no: .status is its exit status, .out and .errors what it printed."""

    def __init__(self, command, done):
        words = " ".join(map(str, command))
        super().__init__(f"{words}: exit status {done.returncode}\n{done.stdout}{done.stderr}")
        self.status = done.returncode
        self.out = done.stdout
        self.errors = done.stderr


def attempt(*command, patience_s=PATIENCE_S, typed=None):
    """Runs a program to its end, whatever its exit status."""
    words = [str(word) for word in command]
    return subprocess.run(
        words, input=typed, capture_output=True, text=True, timeout=patience_s, check=False
    )


def run(*command, patience_s=PATIENCE_S, typed=None):
    done = attempt(*command, patience_s=patience_s, typed=typed)
    if done.returncode != 0:
        raise Failed(command, done)
    return done.stdout


def wait_until(condition, what, patience_s=PATIENCE_S):
    """The first true value of condition(); what may be a function that explains."""
    end = time.monotonic() + patience_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            words = what() if callable(what) else what
            raise AssertionError(f"waited {patience_s} s in vain for {words}")
        time.sleep(0.02)


def last_object(text):
    return json.loads([line for line in text.splitlines() if line.strip()][-1])


class Process:
    """A daemon whose log goes into a file."""

    def __init__(self, name, command, log, env=None):
        self.name = name
        self.log = log
        self.killed = False
        words = [str(word) for word in command]
        environment = dict(os.environ, **(env or {}))
        # Freed memory must not look like a leak where a test bounds memory.
        environment["ASAN_OPTIONS"] = (
            environment.get("ASAN_OPTIONS", "abort_on_error=1") + ":quarantine_size_mb=8"
        )
        with open(log, "ab") as sink:
            self.child = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, env=environment
            )

    def text(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def tail(self, lines=25):
        return "\n".join(self.text().splitlines()[-lines:])

    def alive(self):
        return self.child.poll() is None

    def rss_kib(self):
        status = pathlib.Path(f"/proc/{self.child.pid}/status").read_text(encoding="ascii")
        for line in status.splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise AssertionError(f"{self.name} has no memory: it ended")

    def signal(self, number):
        self.child.send_signal(number)

    def kill(self):
        """kill -9, on purpose."""
        self.killed = True
        self.child.kill()
        self.child.wait()

    def stop(self):
        """SIGTERM; it must end well."""
        if self.killed:
            return
        if self.alive():
            self.child.terminate()
        try:
            status = self.child.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.name} did not stop:\n{self.tail()}") from None
        if status != 0:
            raise AssertionError(f"{self.name} ended with {status}:\n{self.tail(80)}")

    def check_log(self):
        text = self.text()
        for word in SANITIZER_WORDS:
            if word in text:
                raise AssertionError(f"{self.name}: {word}:\n{self.tail(120)}")


class Bank:
    """A simulated bank: its files, its process, its control socket."""

    def __init__(self, site, code, roles, accounts_text, settings=None, wrapper=()):
        self.site = site
        self.wrapper = wrapper  # words before the bank's own
        self.code = code
        self.roles = roles
        self.settings = settings or {}
        self.dir = site.dir / f"bank-{code}"
        self.dir.mkdir()
        self.socket = self.dir / "control.sock"
        self.process = None
        (self.dir / "accounts.csv").write_text(accounts_text, encoding="utf-8")
        (self.dir / "faults.txt").write_text("", encoding="utf-8")

    def write_config(self):
        pki = self.site.pki
        values = {
            ("gateway", "host"): "127.0.0.1",
            ("gateway", "port"): self.site.port,
            ("gateway", "reconnect_min_ms"): 50,
            ("gateway", "reconnect_max_ms"): 200,
            ("bank", "code"): self.code,
            ("bank", "roles"): self.roles,
            ("tls", "ca"): pki / "ca.crt",
            ("tls", "certificate"): pki / f"{self.code}.crt",
            ("tls", "key"): pki / f"{self.code}.key",
            ("data", "dir"): self.dir / "data",
            ("data", "map_mib"): 64,
            ("data", "accounts"): self.dir / "accounts.csv",
            ("data", "faults"): self.dir / "faults.txt",
            ("data", "control"): self.socket,
        }
        return write_ini(self.dir / "bank.ini", {**values, **self.settings})

    def start(self):
        """Returns when it is connected."""
        config = self.write_config()
        command = [*self.wrapper, BIN / "linkgate-bank", "--config", config]
        self.process = Process(f"bank {self.code}", command, self.dir / "bank.log")
        wait_until(self.answers, lambda: f"bank {self.code} to answer:\n{self.process.tail()}")
        self.do("wait", timeout_ms=PATIENCE_S * 1000 // 2)
        return self

    def answers(self):
        if not self.process.alive():
            raise AssertionError(f"bank {self.code} ended:\n{self.process.text()}")
        return self.ctl("books").returncode == 0

    def ctl(self, *words, **fields):
        command = [BIN / "linkgate-bank", "ctl", self.socket, *words]
        return attempt(*command, *(f"{name}={value}" for name, value in fields.items()))

    def do(self, *words, **fields):
        """One control command; the answer as an object. Failed unless it was granted."""
        done = self.ctl(*words, **fields)
        if done.returncode != 0:
            raise Failed(["linkgate-bank", "ctl", *words, fields], done)
        return last_object(done.stdout)

    def refused(self, *words, **fields):
        """The same for what must be refused: the refusal."""
        return self._ends_with(1, words, fields)

    def open(self, *words, **fields):
        """The same for what must stay without an outcome."""
        return self._ends_with(3, words, fields)

    def _ends_with(self, status, words, fields):
        done = self.ctl(*words, **fields)
        if done.returncode != status:
            raise Failed(["linkgate-bank", "ctl", *words, fields], done)
        return last_object(done.stdout)

    def rows(self, *words, **fields):
        """A listing: its rows, all of them."""
        done = self.ctl(*words, **fields)
        if done.returncode != 0:
            raise Failed(["linkgate-bank", "ctl", *words], done)
        lines = [json.loads(line) for line in done.stdout.splitlines() if line.strip()]
        if lines[-1]["more"]:
            raise AssertionError(f"{words}: there are more")
        return lines[:-1]

    def fault(self, rule):
        self.do("fault", *rule.split())

    def balance(self, account):
        return self.rows("accounts", account)[0]["balance_fen"]

    def begin(self, *words, **fields):
        """A control command that goes on beside the test."""
        command = [BIN / "linkgate-bank", "ctl", self.socket, *words]
        command += [f"{name}={value}" for name, value in fields.items()]
        words = [str(word) for word in command]
        return subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def kill_and_restart(self):
        self.process.kill()
        self.start()

    def stop(self):
        if self.process:
            self.process.stop()
            self.process.check_log()


def write_ini(path, values):
    sections = {}
    for (section, name), value in values.items():
        if value is None:  # left out
            continue
        sections.setdefault(section, []).append(f"{name} = {value}")
    text = "".join(f"[{name}]\n" + "\n".join(lines) + "\n" for name, lines in sections.items())
    path.write_text(text, encoding="utf-8")
    return path


class Site:
    """The gateway and what belongs to it."""

    def __init__(self, settings=None, env=None):
        need_second_user()
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="linkgate-e2e-"))
        self.second_tool = tool_for_second(self.dir, BIN / "linkgatectl")
        self.pki = self.dir / "pki"
        self.admin = self.dir / "admin.sock"
        self.port = 0  # that it listens on, once it has started
        self.wanted_port = 0
        self.wrapper = []  # words before the gateway's own
        self.settings = settings or {}
        self.env = env
        self.gateway = None
        self.banks = []
        run(SOURCE / "certs/make-ca", self.pki)
        self.certificate("gateway", "--gateway", "127.0.0.1,localhost")
        run(BIN / "linkgated", "--make-keys", self.dir / "store.keys")

    def certificate(self, name, *options):
        """Makes it; returns its pin."""
        run(SOURCE / "certs/make-cert", self.pki, name, *options)
        return run(SOURCE / "certs/pin", self.pki / f"{name}.crt").split()[0]

    def write_config(self):
        values = {
            ("gateway", "host"): "127.0.0.1",
            ("gateway", "port"): self.wanted_port,
            ("tls", "ca"): self.pki / "ca.crt",
            ("tls", "crl"): self.pki / "crl.pem",
            ("tls", "certificate"): self.pki / "gateway.crt",
            ("tls", "key"): self.pki / "gateway.key",
            ("store", "dir"): self.dir / "store",
            ("store", "keys"): self.dir / "store.keys",
            ("store", "map_mib"): 256,
            ("log", "segment_mib"): 4,
            ("limits", "overlay_ms"): 200,
            ("admin", "socket"): self.admin,
            ("admin", "group"): SECOND_GROUP,
        }
        return write_ini(self.dir / "linkgated.ini", {**values, **self.settings})

    def start(self, state="SERVING"):
        """Returns when it serves (or says that state); after a restart on the same port."""
        self.wanted_port = self.port
        command = [*self.wrapper, BIN / "linkgated", "--config", self.write_config()]
        self.gateway = Process("linkgated", command, self.dir / "linkgated.log", self.env)
        self.wait_state(state)
        self.port = self.ctl("status")["port"] or self.port
        return self

    def wait_state(self, state="SERVING"):
        wait_until(
            lambda: self.says(state), lambda: f"linkgated to be {state}:\n{self.gateway.tail()}"
        )

    def says(self, state):
        if not self.gateway.alive():
            raise AssertionError(f"linkgated ended:\n{self.gateway.tail(80)}")
        done = self.tool("--json", "status")
        return done.returncode == 0 and json.loads(done.stdout)["state"] == state

    def tool(self, *words):
        return attempt(BIN / "linkgatectl", "--socket", self.admin, *words)

    def ctl(self, *words):
        """One linkgatectl command, as JSON."""
        done = self.tool("--json", *words)
        if done.returncode != 0:
            raise Failed(["linkgatectl", *words], done)
        return json.loads(done.stdout)

    def told(self, *words, typed=None):
        """What one linkgatectl command prints for people, in one line."""
        command = [BIN / "linkgatectl", "--socket", self.admin, *words]
        return " ".join(run(*command, typed=typed).split())

    def second(self, *words):
        """linkgatectl as the second user."""
        tool = [self.second_tool, "--socket", self.admin, "--json"]
        return attempt(*second_user(), *tool, *words)

    def ask(self, *words):
        """Requests an order of two people; the approval that it waits for."""
        done = self.tool("--json", *words)
        if done.returncode != WAITS:
            raise Failed(["linkgatectl", *words], done)
        return json.loads(done.stdout)["approval"]

    def order(self, *words):
        """The same, approved by the second user and carried out."""
        done = self.second("approval", "approve", "--yes", self.ask(*words))
        if done.returncode != 0:
            raise Failed(["linkgatectl", *words], done)

    def add_bank(self, code, roles, pin):
        self.order("bank", "add", code, "--name", f"Bank {code}", "--roles", roles, "--pin", pin)

    def register(self, code, roles):
        """A certificate of that name, and a place in the registry."""
        self.add_bank(code, roles, self.certificate(code, "--bank", code))

    def bank(self, code, roles, accounts_text, settings=None, wrapper=()):
        """A simulated bank, registered and connected."""
        self.register(code, roles)
        bank = Bank(self, code, roles, accounts_text, settings, wrapper)
        self.banks.append(bank)
        return bank.start()

    def two_banks(self, persons, settings=None):
        """The usual pair: a Class II bank and a Class I bank with the accounts of those people."""
        class2 = self.bank(
            CLASS2, "class2", accounts(p.class2_row() for p in persons), settings
        )
        class1 = self.bank(
            CLASS1, "class1", accounts(p.class1_row() for p in persons), settings
        )
        return class2, class1

    def reload(self, outcome="new configuration in force"):
        """SIGHUP; returns when it is over."""
        before = self.gateway.text().count(outcome)
        self.write_config()
        self.gateway.signal(signal.SIGHUP)
        wait_until(
            lambda: self.gateway.text().count(outcome) > before,
            lambda: f"'{outcome}':\n{self.gateway.tail()}",
        )

    def sessions(self, code):
        rows = self.ctl("status")["banks"]
        return sum(row["sessions"] for row in rows if row["bank"] == code)

    def wait_online(self):
        """Until all simulated banks have a session, as after a restart."""
        for bank in self.banks:
            wait_until(lambda: self.sessions(bank.code) > 0, f"bank {bank.code} to be online")

    def wait_served(self, bank, link_id):
        """Until a transfer of that bank's passes, while sessions may still come and go."""

        def passes():
            done = bank.ctl("transfer", link=link_id, dir="push", fen=1, final=1)
            if done.returncode != 0 and last_object(done.stdout)["reason"] not in OFFLINE:
                raise Failed(["transfer"], done)
            return done.returncode == 0

        wait_until(passes, "a transfer to pass")

    def wait_offline(self, code):
        wait_until(lambda: self.sessions(code) == 0, f"bank {code} to be offline")

    def transfers(self):
        answer = self.ctl("transfer", "list", "--limit", LIST_ALL)
        assert not answer["more"]
        return answer["transfers"]

    def positions(self):
        return {row["bank"]: row for row in self.ctl("net", "list")["positions"]}

    def kill_and_restart(self):
        self.gateway.kill()
        self.gateway.check_log()
        self.start()

    def stop_and_restart(self):
        self.gateway.stop()
        self.start()

    def close(self):
        faults = []
        for process in [bank for bank in self.banks] + [self]:
            try:
                process.stop()
            except AssertionError as fault:
                faults.append(str(fault))
        if "LINKGATE_KEEP" not in os.environ:
            shutil.rmtree(self.dir, ignore_errors=True)
        if faults:
            raise AssertionError("\n".join(faults))

    def stop(self):
        if self.gateway:
            self.gateway.stop()
            self.gateway.check_log()


def link(class2, class1, person, **terms):
    """Opens a link the whole way; returns its id once both banks know it as ACTIVE."""
    opened = class2.do(
        "open-link", class2=person.class2, class1_bank=class1.code, class1=person.class1, **terms
    )
    ident = opened["link"]
    class2.do("challenge", ident)
    code = class1.do("sms", person.mobile)["code"]
    state = class2.do("answer", ident, code)["state"]
    if state != "ACTIVE":
        raise AssertionError(f"the link is {state}")
    for bank in (class1, class2):
        wait_until(lambda: knows(bank, ident), f"bank {bank.code} to hear of link {ident}")
    return ident


def knows(bank, ident):
    return any(r["link"] == ident and r["state"] == "ACTIVE" for r in bank.rows("links"))


def own_accepted(bank):
    rows = bank.rows("transfers", limit=LIST_ALL)
    return {row["transfer"] for row in rows if row["state"] == "ACCEPTED"}


def posted(bank):
    rows = bank.rows("postings", limit=LIST_ALL)
    return {row["transfer"] for row in rows if row["outcome"] == "POSTED"}


class SiteTest(unittest.TestCase):
    """Tests over sites of their own; what failed shows the logs' ends."""

    maxDiff = None

    def site(self, settings=None, env=None):
        made = Site(settings, env)
        self.addCleanup(made.close)
        self.addCleanup(self.show, made)
        return made

    def ahead(self, offset):
        """The environment of a gateway whose wall clock is so far ahead."""
        if not FAKETIME:
            self.skipTest("needs libfaketime")
        env = {
            "LD_PRELOAD": str(FAKETIME),
            "FAKETIME": f"+{offset}",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        trial = [BIN / "linkgated", "--version"]
        try:
            subprocess.run(
                trial, env={**os.environ, **env}, check=True, timeout=10, capture_output=True
            )
        except (subprocess.SubprocessError, OSError):
            self.skipTest("this build does not suffer libfaketime: a sanitizer, most likely")
        return env

    def show(self, site):
        result = self._outcome.result
        if not any(test is self for test, _ in result.failures + result.errors):
            return
        logs = [site.dir / "linkgated.log"] + [bank.dir / "bank.log" for bank in site.banks]
        for log in logs:
            if log.exists():
                lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-30:]
                print(f"---- {log}", *lines, sep="\n")

    def assert_quiet(self, site):
        """Waits until nothing is open anywhere."""

        def quiet():
            reserved = [row["reserved_outgoing_fen"] for row in site.positions().values()]
            books = [bank.do("books") for bank in site.banks]
            open_requests = [book["open_requests"] for book in books]
            states = {row["state"] for row in site.transfers()}
            self.seen = f"reserved {reserved}, open {open_requests}, states {states}"
            return (
                not any(reserved)
                and not any(open_requests)
                and states <= {"ACCEPTED", "REJECTED", "CANCELLED"}
            )

        wait_until(quiet, lambda: f"quiet; seen last: {self.seen}")

    def assert_books_agree(self, site):
        """Laws A1 to A3: the banks' books and ours are equal, to the transfer and to the fen."""
        self.assert_quiet(site)
        # Notices of the last outcomes may still be on their way to the banks.
        wait_until(lambda: self.same_nets(site), lambda: f"nets to agree: {self.seen}")
        nets = site.ctl("net", "list")
        positions = {row["bank"]: row for row in nets["positions"]}
        self.assertEqual(sum(row["unsettled_net_fen"] for row in positions.values()), 0)
        for row in nets["nets"]:
            self.assertEqual(row["net_fen"], row["to_low_fen"] - row["to_high_fen"])
        rows = site.transfers()
        accepted = [row for row in rows if row["state"] == "ACCEPTED"]
        # Of what fell back nothing is owed: both sides are one bank's.
        owed = [row for row in accepted if row["debtor_bank"] != row["creditor_bank"]]
        self.assertEqual(sum(row["count"] for row in nets["nets"]), len(owed))
        self.assertFalse([row for row in rows if row["conflict"] or row["frozen"]])
        for bank in site.banks:
            net = 0
            for row in accepted:
                net += row["amount_fen"] if row["creditor_bank"] == bank.code else 0
                net -= row["amount_fen"] if row["debtor_bank"] == bank.code else 0
            self.assertEqual(net, positions.get(bank.code, {}).get("unsettled_net_fen", 0))
            self.assertEqual(bank.do("books")["held_fen"], 0)
        ours = {row["id"] for row in accepted}
        self.assertEqual(set().union(*(own_accepted(bank) for bank in site.banks)), ours)
        self.assertEqual(set().union(*(posted(bank) for bank in site.banks)), ours)

    def same_nets(self, site):
        positions = site.positions()
        ours = [positions.get(b.code, {}).get("unsettled_net_fen", 0) for b in site.banks]
        theirs = [bank.do("books")["net_fen"] for bank in site.banks]
        self.seen = f"ours {ours}, the banks' {theirs}"
        return ours == theirs
