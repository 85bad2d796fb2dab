"""linkgatectl and linkgated's own options: commands, exit statuses, the shapes of --json."""

import json
import os
import pty
import re
import socket
import subprocess
import unittest

from people import people
from place import BIN, CLASS1, CLASS2, OTHER, SOURCE, Site, SiteTest, attempt, link, wait_until
from second import second_user

SCHEMA = SOURCE / "docs/linkgatectl-json.md"


class Schema:
    """What docs/linkgatectl-json.md promises: commands, and the keys of each sort of objects."""

    def __init__(self):
        text = SCHEMA.read_text(encoding="utf-8")
        self.commands, self.shapes, shape = {}, {}, None
        for line in text.splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if line.startswith("### "):
                shape = self.shapes.setdefault(line[4:], {})
            elif line.startswith("| `") and shape is None:
                self.commands[cells[0].strip("`")] = cells[1]
            elif line.startswith("| `"):
                shape[cells[0].strip("`")] = cells[1]

    def faults(self, command, answer):
        """What of it is not as documented."""
        kind = self.commands[command]
        if not kind.startswith("`"):
            return list(self.object_faults(command, kind.strip("*"), answer))
        key = kind.split("`")[1]
        wanted = {key, "more", "next"} if "`next`" in kind else {key}
        faults = [] if set(answer) == wanted else [f"{command}: {sorted(answer)}"]
        for row in answer[key]:
            faults += self.object_faults(command, kind.split("*")[1], row)
        return faults

    def object_faults(self, where, shape, value):
        fields = self.shapes[shape]
        if list(value) != list(fields):
            yield f"{where}: {list(value)}, not {list(fields)}"
            return
        for key, kind in fields.items():
            yield from self.value_faults(f"{where}, {key}", kind, value[key])

    def value_faults(self, where, kind, value):
        plain = kind.split(" *")[0]
        if value is None:
            if "null" not in plain:
                yield f"{where}: null, not {kind}"
        elif not right(plain.removesuffix(" or null"), value):
            yield f"{where}: {value!r} is no {kind}"
        elif "*" in kind:
            for part in value if isinstance(value, list) else [value]:
                yield from self.object_faults(where, kind.split("*")[1], part)


def right(kind, value):
    """The value is of that kind, as the page names it."""
    texts = {"hex": r"[0-9a-f]*", "bank code": r"\d{12}", "text": r".*"}
    texts["time"] = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
    if kind in texts:
        return isinstance(value, str) and re.fullmatch(texts[kind], value, re.S) is not None
    if kind.startswith("array"):
        return isinstance(value, list)
    types = {"number": int, "fen": int, "true or false": bool, "object": dict}
    return isinstance(value, types[kind]) and isinstance(value, bool) == (kind == "true or false")


DOCUMENTED = Schema()


def documented(test, place, *words):
    """The command's JSON; every key of it is documented, and every documented one is there."""
    answer = place.ctl(*words)
    line = " ".join(words) + " "
    named = [name for name in DOCUMENTED.commands if line.startswith(name + " ")]
    test.assertEqual(DOCUMENTED.faults(max(named, key=len), answer), [])
    return answer


class Tool(SiteTest):
    @classmethod
    def setUpClass(cls):
        cls.place = Site()
        cls.addClassCleanup(cls.place.close)
        cls.place.start()
        cls.persons = people(2)
        cls.class2, cls.class1 = cls.place.two_banks(cls.persons)
        cls.links = [link(cls.class2, cls.class1, person) for person in cls.persons]
        cls.sent = [
            cls.class2.do("transfer", link=ident, dir=way, fen=12345, final=1)["transfer"]
            for ident in cls.links
            for way in ("push", "pull")
        ]

    def setUp(self):
        self.addCleanup(self.show, self.place)

    def tool(self, *words, status=0):
        done = self.place.tool(*words)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        if status != 0:
            self.assertIn("linkgatectl", done.stderr)
        return done

    def test_status(self):
        status = self.place.ctl("status")
        self.assertEqual(status["state"], "SERVING")
        self.assertEqual(status["trouble"], [])
        self.assertEqual(status["port"], self.place.port)
        self.assertEqual(status["banks_up"], 2)
        self.assertEqual({row["bank"] for row in status["banks"]}, {CLASS2, CLASS1})
        self.assertEqual(status["poisoned"], 0)
        self.assertIn("SERVING", self.tool("status").stdout)

    def test_banks(self):
        rows = {row["code"]: row for row in self.place.ctl("bank", "list")["banks"]}
        row = rows[CLASS2]
        self.assertEqual((row["name"], row["roles"]), (f"Bank {CLASS2}", ["class2"]))
        self.assertTrue(row["active"] and row["online"])
        self.assertEqual(len(row["pins"][0]["pin"]), 64)
        self.assertIn(CLASS2, self.tool("bank", "list").stdout)

    def test_links(self):
        answer = self.place.ctl("link", "list")
        self.assertEqual([row["id"] for row in answer["links"]], self.links)
        self.assertEqual(answer["links"][0]["class1_account"], self.persons[0].class1[-4:])
        active = self.place.ctl("link", "list", "--state", "active", "--bank", CLASS1)
        self.assertEqual(len(active["links"]), 2)
        self.assertEqual(self.place.ctl("link", "list", "--state", "CLOSED")["links"], [])
        shown = self.place.ctl("link", "show", self.links[0])
        self.assertEqual(shown["scopes"], ["COLLECT"])
        self.assertEqual(shown["limit_single_fen"], 5_000_000)
        states = [row["state"] for row in shown["history"]]
        self.assertEqual((states[0], states[-1]), ("REQUESTED", "ACTIVE"))
        self.assertIn("AWAITING_AUTHENTICATION", self.tool("link", "show", self.links[0]).stdout)

    def test_transfers(self):
        answer = self.place.ctl("transfer", "list")
        self.assertEqual([row["id"] for row in answer["transfers"]], self.sent)
        of_link = self.place.ctl("transfer", "list", "--link", self.links[1])
        self.assertEqual([row["id"] for row in of_link["transfers"]], self.sent[2:])
        shown = self.place.ctl("transfer", "show", self.sent[0])
        self.assertEqual((shown["submitter"], shown["instructed"]), (CLASS2, CLASS1))
        self.assertEqual([row["state"] for row in shown["history"]][-1], "ACCEPTED")
        self.assertIn("123.45", self.tool("transfer", "show", self.sent[0]).stdout)

    def test_pages(self):
        seen, after = [], []
        for _ in range(len(self.sent)):
            page = self.place.ctl("transfer", "list", "--limit", 1, *after)
            seen += [row["id"] for row in page["transfers"]]
            after = ["--after", page.get("next") or ""]
            self.assertEqual(page["more"], len(seen) < len(self.sent))
        self.assertEqual(seen, self.sent)
        self.assertIn("There are more", self.tool("transfer", "list", "--limit", 1).stderr)
        recent = self.place.ctl("transfer", "list", "--from", "1h")
        self.assertEqual(len(recent["transfers"]), 4)

    def documented(self, *words):
        return documented(self, self.place, *words)

    def test_json_is_as_documented(self):
        for words in (
            ("status",),
            ("alarms",),
            ("bank", "list"),
            ("link", "list"),
            ("link", "show", self.links[0]),
            ("link", "explain", self.links[0]),
            ("transfer", "list"),
            ("transfer", "show", self.sent[0]),
            ("transfer", "explain", self.sent[0]),
            ("net", "list"),
            ("report", CLASS2),
            ("quarantine", "list"),
            ("clock", "show"),
        ):
            self.documented(*words)

    def test_stories(self):
        told = self.tool("link", "explain", self.links[0]).stdout
        for text in ("is ACTIVE", "consented to", "What you can do", self.persons[0].class1[-4:]):
            self.assertIn(text, told)
        self.assertNotIn(self.persons[0].name, told)
        self.assertNotIn(self.persons[0].class1, told)
        told = self.tool("transfer", "explain", self.sent[1]).stdout
        for text in ("is ACCEPTED", "123.45 CNY", CLASS1, "What nobody may do", "it is final"):
            self.assertIn(text, told)

    def test_completion(self):
        def complete(*words):
            return attempt(BIN / "linkgatectl", "complete", *words).stdout.split()

        self.assertIn("transfer", complete(""))
        self.assertIn("--conflict", complete("transfer", "list", "--"))
        banks = complete("--socket", str(self.place.admin), "bank", "show", "")
        self.assertEqual(banks, [CLASS2, CLASS1])
        script = SOURCE / "scripts/completion/linkgatectl"
        line = f"""
            PATH={BIN}:$PATH; . {script}
            COMP_WORDS=(linkgatectl link list --state SUS); COMP_CWORD=4
            _linkgatectl; printf '%s\\n' "${{COMPREPLY[@]}}"
        """
        self.assertEqual(attempt("bash", "-c", line).stdout.split(), ["SUSPENDED"])

    def test_nets(self):
        answer = self.place.ctl("net", "list")
        row = answer["nets"][0]
        self.assertEqual((row["low"], row["high"], row["currency"]), (CLASS2, CLASS1, "CNY"))
        self.assertEqual((row["net_fen"], row["to_low_fen"], row["to_high_fen"]), (0, 24690, 24690))
        self.assertEqual(row["count"], 4)
        self.assertEqual({p["reserved_outgoing_fen"] for p in answer["positions"]}, {0})
        self.assertIn("246.90", self.tool("net", "list").stdout)

    def test_quarantine_and_clock(self):
        self.assertEqual(self.place.ctl("quarantine", "list"), {"quarantine": []})
        clock = self.place.ctl("clock", "show")
        self.assertEqual(clock["state"], "RUNS")
        self.assertLess(abs(clock["difference_ms"]), 60_000)
        self.tool("clock", "show")

    def test_refused(self):
        nothing = "0" * 31 + "1"
        for words in (
            ("link", "show", nothing),
            ("transfer", "show", nothing),
            ("object", "unfreeze", "link", self.links[0]),
            ("object", "unfreeze", "transfer", nothing),
            ("quarantine", "drop", "0" * 64),
            ("quarantine", "release", "0" * 64),
            ("bank", "disable", OTHER),
        ):
            done = self.tool("--json", *words, status=1)
            refusal = json.loads(done.stdout)["refusal"]
            self.assertTrue(refusal["text"], words)
            self.assertEqual(list(refusal), ["reason", "detail", "text", "field", "retry"])
        pin = "ab" * 32
        twice = ("bank", "add", CLASS1, "--name", "X", "--roles", "class1", "--pin", pin)
        self.assertIn("BANK_EXISTS", self.tool(*twice, status=1).stderr)

    def test_wrong_usage(self):
        for words in (
            (),
            ("nonsense",),
            ("bank",),
            ("bank", "add"),
            ("bank", "add", "999100000012", "--name", "X", "--roles", "class1", "--pin", "ab" * 32),
            ("bank", "add", OTHER, "--roles", "class1", "--pin", "ab" * 32),
            ("bank", "add", OTHER, "--name", "X", "--roles", "king", "--pin", "ab" * 32),
            ("bank", "add", OTHER, "--name", "X", "--roles", "class1", "--pin", "abc"),
            ("bank", "add", OTHER, "--name", "X", "--roles", "class1"),
            ("bank", "disable", "12"),
            ("link", "list", "--state", "SLEEPING"),
            ("link", "list", "--limit", "0"),
            ("link", "list", "--after", "xyz"),
            ("link", "show", "xyz"),
            ("link", "show"),
            ("status", "more"),
            ("status", "--limit", "5"),
            ("transfer", "list", "--from", "yesterday"),
            ("object", "unfreeze", "bank", self.links[0]),
            ("--unheard-of",),
        ):
            done = self.tool(*words, status=2)
            self.assertEqual(done.stdout, "", words)

    def test_help(self):
        self.assertIn("bank add", self.tool("--help").stdout)
        self.assertIn("--pin", self.tool("bank", "add", "--help").stdout)
        self.assertIn("linkgatectl", self.tool("--version").stdout)

    def test_socket_is_for_its_owner_only(self):
        """Where no group is named; whoever is let in otherwise is known by the kernel's word."""
        self.assertEqual(self.place.admin.stat().st_mode & 0o777, 0o666)
        alone = self.site({("admin", "group"): None}).start()
        self.assertEqual(alone.admin.stat().st_mode & 0o777, 0o600)

    def test_nonsense_on_the_socket(self):
        texts = [b"\x00" * 5, b"\xff" * 100, b"GET / HTTP/1.0\r\n\r\n", b"\0\0\0\0\2\xff\xff"]
        for text in texts:
            with socket.socket(socket.AF_UNIX) as raw:
                raw.settimeout(30)
                raw.connect(str(self.place.admin))
                raw.sendall(text)
                raw.shutdown(socket.SHUT_WR)
                while raw.recv(4096):
                    pass
        self.assertEqual(self.place.ctl("status")["state"], "SERVING")


class Orders(SiteTest):
    """Orders of one person and of two, and the record of them."""

    @classmethod
    def setUpClass(cls):
        cls.place = Site()
        cls.addClassCleanup(cls.place.close)
        cls.place.start()
        cls.persons = people(2, class2_fen=10**7)
        cls.class2, cls.class1 = cls.place.two_banks(cls.persons)
        cls.links = [link(cls.class2, cls.class1, person) for person in cls.persons]

    def setUp(self):
        self.addCleanup(self.show, self.place)

    def documented(self, *words):
        return documented(self, self.place, *words)

    def test_an_order_waits_and_is_approved(self):
        done = self.place.tool("bank", "set", CLASS1, "--name", "工商银行", "--deny", "OPEN_CASE")
        self.assertEqual(done.returncode, 4, done.stderr)
        for text in ("Requested; nothing is changed yet", "BANK_SET", "工商银行", "Shanghai time"):
            self.assertIn(text, done.stdout)
        ident = re.search(r"approval approve ([0-9a-f]{32})", done.stdout)[1]
        shown = self.documented("approval", "show", ident)
        self.assertEqual((shown["order"], shown["state"]), ("BANK_SET", "WAITING"))
        waiting = self.documented("approval", "list", "--state", "waiting")["approvals"]
        self.assertIn(ident, [row["id"] for row in waiting])
        self.assertGreaterEqual(self.place.ctl("status")["open_work"]["approvals_waiting"], 1)
        own = self.place.tool("--json", "approval", "approve", "--yes", ident)
        self.assertEqual(own.returncode, 1)
        self.assertTrue(json.loads(own.stdout)["refusal"]["text"])
        asks = self.place.second("approval", "approve", ident)
        self.assertEqual(asks.returncode, 2)
        self.assertIn("--yes", asks.stderr)
        done = self.place.second("approval", "approve", "--yes", ident)
        self.assertEqual(done.returncode, 0, done.stderr)
        bank = self.documented("bank", "show", CLASS1)
        self.assertEqual((bank["name"], bank["denied"]), ("工商银行", ["OPEN_CASE"]))
        again = self.documented("approval", "show", ident)
        self.assertEqual(again["state"], "DONE")
        self.assertNotEqual(again["decided_by"], again["requested_by"])
        row = self.documented("audit", "list", "--order", "bank-set")["audit"][-1]
        self.assertTrue(row["two"])
        self.assertEqual((row["uid"], row["approver"]), (again["requested_by"], again["decided_by"]))

    def test_approving_on_a_terminal(self):
        for word, status, state in (("n", 1, "WAITING"), ("y", 0, "DONE")):
            ident = self.place.ask("bank", "set", CLASS2, "--name", "New")
            master, terminal = pty.openpty()
            tool = [self.place.second_tool, "--socket", self.place.admin]
            command = [*second_user(), *tool, "approval", "approve", ident]
            with subprocess.Popen(
                [str(part) for part in command],
                stdin=terminal, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            ) as child:
                os.write(master, f"{word}\n".encode())
                _, said = child.communicate(timeout=60)
            os.close(terminal)
            os.close(master)
            self.assertEqual(child.returncode, status, said)
            for text in ("This will be done", "BANK_SET", "New", "[y/N]"):
                self.assertIn(text, said)
            self.assertEqual(self.place.ctl("approval", "show", ident)["state"], state)

    def test_taken_back(self):
        ident = self.place.ask("bank", "set", CLASS2, "--name", "Other")
        self.place.ctl("approval", "reject", ident)
        self.assertEqual(self.place.ctl("approval", "show", ident)["state"], "REJECTED")
        done = self.place.second("approval", "approve", "--yes", ident)
        self.assertEqual(done.returncode, 1)

    def test_pins(self):
        pin = "cd" * 32
        self.place.order("bank", "pin", "add", CLASS1, pin)
        pins = [row["pin"] for row in self.documented("bank", "pin", "list", CLASS1)["pins"]]
        self.assertEqual((len(pins), pins[-1]), (2, pin))
        self.place.ctl("bank", "pin", "remove", CLASS1, pin)
        pins = self.place.ctl("bank", "pin", "list", CLASS1)["pins"]
        self.assertEqual(len(pins), 1)
        self.assertEqual(self.place.tool("bank", "pin", "remove", CLASS1, pin).returncode, 1)

    def test_hold_and_lift(self):
        ident = self.links[0]
        hold = ("link", "hold", ident, "--block", "debit-class1", "--reason", "FR01")
        self.place.ctl(*hold, "--reference", "Notice 7", "--until", "3d")
        shown = self.documented("link", "show", ident)
        self.assertEqual((shown["state"], shown["blocked"]), ("SUSPENDED", ["DEBIT_CLASS1"]))
        held = self.place.ctl("link", "list", "--held")["links"]
        self.assertEqual([row["id"] for row in held], [ident])
        told = self.place.tool("link", "explain", ident).stdout
        number = shown["hold_list"][0]["id"]
        for text in ("by authority of OPERATOR", "Notice 7", f"link lift {ident} {number}"):
            self.assertIn(text, " ".join(told.split()))
        self.place.order("link", "lift", ident, number)
        told = self.place.tool("link", "explain", ident).stdout
        self.assertIn("requested by uid", told)
        self.assertEqual(self.place.ctl("link", "show", ident)["state"], "ACTIVE")

    def test_search(self):
        person = self.persons[1]
        for words, number in (
            (("--account", "-", "--bank", CLASS1), person.class1),
            (("--account", "-", "--bank", CLASS2), person.class2),
            (("--id-number", "-"), person.id_number),
        ):
            done = self.search(*words, number=number)
            self.assertEqual(done.returncode, 0, done.stderr)
            rows = json.loads(done.stdout)["links"]
            self.assertEqual([row["id"] for row in rows], [self.links[1]])
            self.assertNotIn(number, done.stdout)
        none = self.search("--account", "-", "--bank", CLASS1, number="6226220000000009")
        self.assertEqual(json.loads(none.stdout)["links"], [])
        rows = self.documented("audit", "list", "--order", "SEARCH")["audit"]
        self.assertEqual([row["found"] for row in rows[-4:]], [1, 1, 1, 0])
        self.assertNotEqual(rows[-1]["key"], rows[-2]["key"])
        wrong = self.place.tool("link", "search", "--id-number", person.id_number)
        self.assertEqual(wrong.returncode, 2)
        self.assertNotIn(person.id_number, wrong.stderr)

    def search(self, *words, number):
        command = [BIN / "linkgatectl", "--socket", self.place.admin, "--json", "link", "search"]
        return subprocess.run(
            [str(word) for word in (*command, *words)],
            input=f"{number}\n", capture_output=True, text=True, timeout=60, check=False,
        )

    def test_numbers(self):
        ident = self.place.ask("link", "unmask", self.links[0])
        self.assertEqual(self.place.tool("link", "numbers", ident).returncode, 1)
        done = self.place.second("approval", "approve", "--yes", ident)
        self.assertEqual(done.returncode, 0, done.stderr)
        numbers = self.documented("link", "numbers", ident)
        self.assertEqual(numbers["class1_number"], self.persons[0].class1)
        self.assertEqual(numbers["class2_number"], self.persons[0].class2)
        self.assertEqual(self.place.second("link", "numbers", ident).returncode, 1)

    def test_filters(self):
        ident = self.links[1]
        sent = [
            self.class2.do("transfer", link=ident, dir="push", fen=fen, final=1)["transfer"]
            for fen in (100, 20000, 3000000)
        ]

        def found(*words):
            rows = self.place.ctl("transfer", "list", "--link", ident, *words)["transfers"]
            return [row["id"] for row in rows]

        self.assertEqual(found("--min", "1"), sent)
        self.assertEqual(found("--min", "1.01"), sent[1:])
        self.assertEqual(found("--max", "200"), sent[:2])
        self.assertEqual(found("--min", "200", "--max", "200.00"), sent[1:2])
        self.assertEqual(found("--kind", "payment"), [])
        self.assertEqual(found("--kind", "bound-pair", "--bank", CLASS1), sent)
        self.assertEqual(found("--bank", OTHER), [])
        self.assertEqual(found("--conflict"), [])
        self.assertEqual(found("--from", "1h", "--to", "1h"), [])
        at = self.place.ctl("transfer", "show", sent[1])["received_at"]
        self.assertEqual(found("--from", at), sent[1:])
        self.assertEqual(found("--to", at), sent[:1])
        links = self.place.ctl("link", "list", "--to", "1h")["links"]
        self.assertEqual(links, [])
        for words in (("case", "list"), ("case", "list", "--overdue", "--bank", CLASS1)):
            self.assertEqual(self.documented(*words)["cases"], [])

    def test_watch(self):
        command = [BIN / "linkgatectl", "--socket", self.place.admin, "watch", "--times", "2"]
        done = attempt(*command, "--interval", "1", "--json")
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([row["state"] for row in rows], ["SERVING", "SERVING"])
        self.assertEqual(rows[0]["open_work"]["unknown"], 0)


class Unknown(SiteTest):
    def test_its_story(self):
        place = self.site().start()
        person = people(1)[0]
        class2, class1 = place.two_banks([person])
        ident = link(class2, class1, person)
        class1.fault("kind=post -> drop-answer")
        class1.fault("kind=inquire -> drop")
        sent = class2.open("transfer", link=ident, dir="pull", fen=300, timeout_ms=1500)["transfer"]
        told = " ".join(place.tool("transfer", "explain", sent).stdout.split())
        for text in (
            "is UNKNOWN", f"Bank {CLASS2} (Bank {CLASS2}) submitted it", "3.00 CNY stay reserved",
            "INQUIRE_POSTING", "it is connected", "What nobody may do", "credit its customer while",
            f"bank show {CLASS1}",
        ):
            self.assertIn(text, told)
        work = place.ctl("status")["open_work"]
        self.assertEqual((work["unknown"], work["unanswered"]), (1, 1))
        documented(self, place, "transfer", "show", sent)
        class1.do("faults-clear")
        class1.process.stop()
        place.wait_offline(CLASS1)
        told = " ".join(place.tool("transfer", "explain", sent).stdout.split())
        self.assertIn("NOT connected", told)
        self.assertIn("call its operations", told)
        class1.start()
        wait_until(lambda: place.ctl("transfer", "show", sent)["state"] == "ACCEPTED", "the outcome")
        told = " ".join(place.tool("transfer", "explain", sent).stdout.split())
        self.assertIn("-> UNKNOWN", told)
        self.assertIn("it is final", told)


class BankDisabled(SiteTest):
    def test_connections_are_cut_before_it_returns(self):
        place = self.site().start()
        person = people(1)[0]
        class2, class1 = place.two_banks([person])
        ident = link(class2, class1, person)
        place.ctl("bank", "disable", CLASS1)
        self.assertEqual(place.sessions(CLASS1), 0)
        self.assertEqual(class1.do("status")["connections"], 0)
        refusal = class2.refused("transfer", link=ident, dir="pull", fen=1)
        self.assertEqual(refusal["reason"], "AG11")
        row = [r for r in place.ctl("bank", "list")["banks"] if r["code"] == CLASS1][0]
        self.assertFalse(row["active"] or row["online"])
        wait_until(lambda: "disabled" in place.gateway.text(), "the bank to be turned away")
        self.assertEqual(place.sessions(CLASS1), 0)
        place.kill_and_restart()
        class2.do("wait")
        self.assertEqual(place.sessions(CLASS1), 0)


class NotRunning(SiteTest):
    def test_helpful_words(self):
        place = self.site()
        done = place.tool("status")
        self.assertEqual(done.returncode, 3)
        self.assertIn("start the gateway", done.stderr)
        place.start()
        place.gateway.kill()
        done = place.tool("--json", "status")
        self.assertEqual(done.returncode, 3)
        self.assertEqual(done.stdout, "")
        self.assertIn("systemctl status", done.stderr)


class Daemon(SiteTest):
    """linkgated's own options."""

    def daemon(self, *words):
        return attempt(BIN / "linkgated", *words)

    def check(self, place):
        return self.daemon("--check", "--config", place.write_config())

    def test_right_configuration(self):
        place = self.site()
        done = self.check(place)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertFalse((place.dir / "store").exists())

    def test_each_fault_is_named(self):
        place = self.site()
        good = dict(place.settings)
        faults = {
            ("tls", "ca"): "/nowhere/ca.crt",
            ("tls", "key"): place.pki / "ca.key",
            ("tls", "certificate"): place.dir / "linkgated.ini",
            ("store", "keys"): place.dir / "nothing.keys",
            ("store", "map_mib"): "few",
            ("limits", "window"): "0",
            ("limits", "connections"): "99999999999999999999",
            ("session", "hello_ms"): "-1",
            ("admin", "socket"): "/" + "x" * 120,
            ("admin", "group"): "no-such-group-here",
            ("gateway", "host"): "not an address",
            ("gateway", "prot"): "7443",
            ("elsewhere", "key"): "1",
        }
        for (section, key), value in faults.items():
            place.settings = {**good, (section, key): value}
            done = self.check(place)
            self.assertEqual(done.returncode, 2, (section, key))
            self.assertIn(section, done.stderr, (section, key))
            self.assertEqual(done.stdout, "")
            started = self.daemon("--config", place.dir / "linkgated.ini")
            self.assertEqual(started.returncode, 2, (section, key))
        place.settings = good

    def test_missing_and_doubled_keys(self):
        place = self.site()
        path = place.write_config()
        text = path.read_text(encoding="utf-8")
        for key in ("ca", "certificate", "key", "dir", "keys"):
            lines = [line for line in text.splitlines() if not line.startswith(f"{key} =")]
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
            done = self.daemon("--check", "--config", path)
            self.assertEqual(done.returncode, 2, key)
            self.assertIn(key, done.stderr)
        path.write_text(text + "[gateway]\nport = 1\n", encoding="utf-8")
        self.assertEqual(self.daemon("--check", "--config", path).returncode, 2)
        path.write_text("this is no line of a configuration\n", encoding="utf-8")
        self.assertEqual(self.daemon("--check", "--config", path).returncode, 2)
        self.assertEqual(self.daemon("--check", "--config", "/nowhere.ini").returncode, 2)

    def test_keys_are_made_once(self):
        place = self.site()
        keys = place.dir / "store.keys"
        before = keys.read_bytes()
        self.assertEqual(keys.stat().st_mode & 0o777, 0o600)
        self.assertNotEqual(self.daemon("--make-keys", keys).returncode, 0)
        self.assertEqual(keys.read_bytes(), before)

    def test_other_keys_do_not_open_the_store(self):
        place = self.site().start()
        place.gateway.stop()
        place.gateway = None
        (place.dir / "store.keys").unlink()
        self.assertEqual(self.daemon("--make-keys", place.dir / "store.keys").returncode, 0)
        done = self.daemon("--config", place.dir / "linkgated.ini")
        self.assertIn(done.returncode, (2, 3))
        self.assertIn("key", done.stdout + done.stderr)

    def test_two_on_one_store(self):
        place = self.site().start()
        place.settings[("admin", "socket")] = place.dir / "second.sock"
        done = self.daemon("--config", place.write_config())
        self.assertEqual(done.returncode, 5)
        self.assertTrue(place.says("SERVING"))

    def test_usage(self):
        self.assertEqual(self.daemon().returncode, 1)
        self.assertEqual(self.daemon("--config").returncode, 1)
        self.assertEqual(self.daemon("--nonsense").returncode, 1)
        done = self.daemon("--help-config")
        self.assertEqual(done.returncode, 0)
        self.assertIn("heartbeat_ms", done.stdout)
        self.assertIn("linkgated", self.daemon("--version").stdout)

    def test_empty_registry_serves_nobody(self):
        place = self.site().start()
        place.certificate(OTHER, "--bank", OTHER)
        done = subprocess.run(
            [
                "openssl", "s_client", "-connect", f"127.0.0.1:{place.port}", "-quiet",
                "-alpn", "linkgate/1", "-cert", place.pki / f"{OTHER}.crt",
                "-key", place.pki / f"{OTHER}.key", "-CAfile", place.pki / "ca.crt",
            ],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False,
        )
        self.assertNotIn(b"linkgate", done.stdout)
        self.assertEqual(place.ctl("status")["sessions"], 0)
        self.assertEqual(place.ctl("bank", "list"), {"banks": []})


if __name__ == "__main__":
    unittest.main()
