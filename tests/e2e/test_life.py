"""The whole life of links and transfers: amended, rebound, held, paid from, returned, cancelled,
confirmed, looked at, inquired about; real processes."""

import json
import unittest

from people import Person, accounts, people
from place import CLASS1, FOURTH, OTHER, Failed, SiteTest, last_object, link, wait_until


def another_account(person, number):
    """The same person's account at another bank."""
    other = Person(number, name=person.name)
    other.id_number, other.mobile = person.id_number, person.mobile
    return other


def code(bank, person):
    return bank.do("sms", person.mobile)["code"]


def page(bank, *words, **fields):
    """One page of a list of the gateway's: its rows, and where it goes on ("": nowhere)."""
    done = bank.ctl(*words, **fields)
    if done.returncode != 0:
        raise Failed(words, done)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return lines[:-1], lines[-1]["next"] if lines[-1]["more"] else ""


def pages(bank, *words, **fields):
    """All pages: a list of lists."""
    found, after = [], ""
    while True:
        more = {"after": after} if after else {}
        rows, after = page(bank, *words, **fields, **more)
        found.append(rows)
        if not after:
            return found


class Life(SiteTest):
    """Two banks, some people, one link of the first."""

    TERMS = {"scopes": "collect,pay", "single_fen": 500_000, "daily_fen": 2_000_000}

    def setUp(self):
        self.persons = people(2, class2_fen=1_000_000, class1_fen=2_000_000)
        self.person = self.persons[0]
        self.place = self.site().start()
        self.class2, self.class1 = self.place.two_banks(self.persons)
        self.link = self.new_link(**self.TERMS)

    def new_link(self, **terms):
        return link(self.class2, self.class1, self.person, **terms)

    def open_link(self, person, how="do", **terms):
        return getattr(self.class2, how)(
            "open-link", class2=person.class2, class1_bank=CLASS1, class1=person.class1, **terms
        )

    def state(self, ident=None):
        return self.class2.do("get-link", ident or self.link)["state"]

    def wait_state(self, state, ident=None, bank=None):
        """Until the bank was told so by a notice."""
        bank, ident = bank or self.class2, ident or self.link

        def told():
            return [row["state"] for row in bank.rows("links") if row["link"] == ident] == [state]

        wait_until(told, f"bank {bank.code} to know that {ident} is {state}")

    def events(self, bank, ident):
        return [row["event"] for row in bank.rows("notices") if row["id"] == ident]

    def wait_event(self, bank, ident, event):
        wait_until(
            lambda: event in self.events(bank, ident),
            lambda: f"{event} of {ident}; there are {self.events(bank, ident)}",
        )

    def send(self, bank, direction, fen, how="do", **fields):
        return getattr(bank, how)(
            "transfer", link=self.link, dir=direction, fen=fen, **fields
        )

    def assert_refused(self, refusal, reason, detail):
        self.assertEqual((refusal["reason"], refusal["detail"]), (reason, detail), refusal)

    def balances(self):
        return self.class2.balance(self.person.class2), self.class1.balance(self.person.class1)

    def assert_balances(self, class2_fen, class1_fen):
        expected = (class2_fen, class1_fen)
        wait_until(lambda: self.balances() == expected, lambda: f"{expected}: {self.balances()}")


class Amending(Life):
    def test_narrower_at_once_wider_with_a_code(self):
        for bank in (self.class1, self.class2):
            answer = bank.do("amend", self.link, scopes="collect", single_fen=1000, daily_fen=2000)
            self.assertEqual((answer["scopes"], answer["single_fen"]), ("collect", 1000))
        self.assert_refused(self.send(self.class2, "pull", 1001, "refused"), "AM14", "AGREED")
        wider = {"scopes": "collect,balance", "single_fen": 5000, "daily_fen": 9000}
        refusal = self.class1.refused("amend", self.link, **wider)
        self.assert_refused(refusal, "AG08", "NOT_YOURS")
        refusal = self.class2.refused("amend", self.link, agreement=0, **wider)
        self.assert_refused(refusal, "MD02", "AGREEMENT")
        waits = self.class2.do("amend", self.link, **wider)
        self.assertEqual((waits["single_fen"], waits["amendment_single_fen"]), (1000, 5000))
        self.class2.do("challenge", self.link)
        text = self.class1.do("sms", self.person.mobile)["text"]
        self.assertIn("widen", text)
        self.assertIn("collect, balance", text)
        first = code(self.class1, self.person)
        # The customer did not get it: another one takes its place.
        self.class2.do("resend-code", self.link)
        second = code(self.class1, self.person)
        if first != second:
            refusal = self.class2.refused("answer", self.link, first)
            self.assertEqual(refusal["reason"], "MS02")
        self.assertEqual(self.send(self.class2, "pull", 1001, "refused")["detail"], "AGREED")
        amended = self.class2.do("answer", self.link, second)
        self.assertEqual((amended["state"], amended["single_fen"]), ("ACTIVE", 5000))
        self.assertNotIn("amendment_single_fen", amended)
        self.send(self.class2, "pull", 1001)
        self.wait_event(self.class1, self.link, "AMENDED")
        self.assert_books_agree(self.place)


class Rebinding(Life):
    def test_f16_f21_to_another_bank(self):
        second = another_account(self.person, 91)
        bank = self.place.bank(OTHER, "class1", accounts([second.class1_row()]))
        terms = {"class1_bank": OTHER, "class1": second.class1, **self.TERMS}
        refusal = self.class2.refused("rebind", self.link, name="Another", **terms)
        self.assertEqual(refusal["reason"], "BE01")
        opened = self.class2.do("rebind", self.link, **terms)
        self.assertEqual(opened["replaces"], self.link)
        # Until the new one is active the old one goes on.
        self.send(self.class2, "pull", 100)
        self.class2.do("challenge", opened["link"])
        active = self.class2.do("answer", opened["link"], code(bank, second))
        self.assertEqual(active["state"], "ACTIVE")
        self.assertGreater(active["cool_down_until_ms"], 0)
        self.wait_state("CLOSED", bank=self.class1)
        old = self.class1.do("get-link", self.link)
        self.assertEqual((old["state"], old["replaced_by"]), ("CLOSED", opened["link"]))
        self.link = opened["link"]
        # 10,000.00 yuan may leave the Class II account in the first day; what comes in is free.
        pull = self.send(self.class2, "pull", 400_000)
        self.assertEqual(pull["state"], "ACCEPTED")
        self.send(self.class2, "push", 500_000)
        self.send(self.class2, "push", 500_000)
        self.assert_refused(self.send(self.class2, "push", 1, "refused"), "AM14", "COOL_DOWN")
        self.assert_books_agree(self.place)


class Activating(Life):
    def test_card_is_activated_later(self):
        person = Person(71)
        self.class2.stop()
        self.class1.stop()
        self.place = self.site().start()
        self.class2 = self.place.bank(
            self.class2.code, "class2", accounts([person.class2_row()])
        )
        self.class1 = self.place.bank(
            CLASS1, "class1", accounts([person.class1_row(status="not-activated")])
        )
        opened = self.open_link(person)
        self.assertEqual(opened["state"], "PENDING_ACTIVATION")
        ident = opened["link"]
        self.class1.do("account", person.class1, "activate")
        self.assertEqual(self.class1.do("report", person.class1, "activated")["links"], 1)
        self.wait_event(self.class2, ident, "ACTIVATED")
        shown = self.class2.do("get-link", ident)
        self.assertGreater(shown["activation_reported_at_ms"], 0)
        resumed = self.class2.do("resume", ident)
        self.assertEqual(resumed["state"], "AWAITING_AUTHENTICATION")
        self.class2.do("challenge", ident)
        answer = self.class2.do("answer", ident, code(self.class1, person))
        self.assertEqual(answer["state"], "ACTIVE")

    def test_f21_consent_is_withdrawn(self):
        self.class2.do("withdraw-consent", self.link)
        self.wait_state("CLOSED", bank=self.class1)
        waiting = self.open_link(self.persons[1])["link"]
        self.assertEqual(self.class2.do("withdraw-consent", waiting)["state"], "CLOSED")


class Holding(Life):
    def test_by_court_and_by_the_other_bank(self):
        held = self.class1.do(
            "hold", self.link, by="court", legal="(2026) 7", blocks="debit1", reason="AM07"
        )
        self.assertEqual(held["state"], "SUSPENDED")
        hold = held["holds"][0]
        self.assertEqual((hold["reason"], hold["legal_reference"]), ("AM07", "(2026) 7"))
        # The other bank learns what is blocked, and not why.
        self.wait_state("SUSPENDED")
        seen = self.class2.do("get-link", self.link)["holds"][0]
        self.assertEqual(
            (seen["reason"], seen["legal_reference"], seen["authority"], seen["blocks"]),
            ("MS03", "", "", "debit1"),
        )
        refusal = self.send(self.class2, "pull", 100, "refused")
        self.assert_refused(refusal, "MD01", "LINK_SUSPENDED")
        self.send(self.class2, "push", 100)
        lift = self.class1.refused("lift", self.link, hold["hold"], by="bank")
        self.assert_refused(lift, "AG08", "AUTHORITY")
        lift = self.class2.refused("lift", self.link, hold["hold"], by="court")
        self.assertIn(lift["detail"], ("AUTHORITY", "NO_SUCH_HOLD"))
        other = self.class2.do("hold", self.link, by="customer", blocks="all", reason="CUST")
        mine = [row for row in other["holds"] if row["authority"] == "customer"][0]
        self.send(self.class2, "push", 100, "refused")
        lifted = self.class2.do("lift", self.link, mine["hold"], by="customer")
        self.assertEqual(lifted["state"], "SUSPENDED")
        lifted = self.class1.do("lift", self.link, hold["hold"], by="court")
        self.assertEqual((lifted["state"], lifted["holds"]), ("ACTIVE", []))
        self.send(self.class2, "pull", 100)
        self.assert_books_agree(self.place)

    def test_what_a_bank_reports(self):
        account = self.person.class1
        self.class1.do("account", account, "block")
        self.class1.do("report", account, "blocked")
        self.wait_state("SUSPENDED")
        self.send(self.class2, "pull", 100, "refused")
        self.class1.do("account", account, "unblock")
        self.class1.do("report", account, "unblocked")
        self.wait_state("ACTIVE")
        # Another mobile: the person is verified again.
        self.class1.do("account", account, "mobile", to="13900000001")
        self.class1.do("report", account, "mobile")
        self.wait_state("SUSPENDED")
        answer = self.class2.do("resume", self.link, mobile="13900000001")
        self.assertEqual(answer["state"], "ACTIVE")
        self.class1.do("account", account, "close")
        self.class1.do("report", account, "closed")
        self.wait_state("CLOSED")
        refusal = self.class1.refused("report", "88999999", "closed")
        self.assert_refused(refusal, "AC01", "NO_SUCH_ACCOUNT")


class Paying(Life):
    PAYEE = {"merchant": "茶馆", "payee": "6200000000000001", "payee_bank": FOURTH}

    def pay(self, fen, how="do", **fields):
        return getattr(self.class2, how)(
            "transfer", kind="payment", link=self.link, fen=fen, **{**self.PAYEE, **fields}
        )

    def test_f07_payment_and_its_returns(self):
        paid = self.pay(30_000)
        self.assertEqual((paid["state"], paid["kind"]), ("ACCEPTED", "payment"))
        # The customer's Class I account pays the payee; the Class II account is not touched.
        self.assert_balances(1_000_000, 1_970_000)
        payee = self.class2.rows("payees")[0]
        self.assertEqual((payee["name"], payee["paid_fen"]), ("茶馆", 30_000))
        posting = self.class1.rows("postings")[0]
        self.assertEqual((posting["merchant"], posting["payee_bank"]), ("茶馆", FOURTH))
        self.assertEqual(posting["payee_account"], self.PAYEE["payee"])
        # It comes back in two parts, and not a fen more.
        for fen in (10_000, 20_000):
            back = self.class2.do("return", paid["transfer"], fen=fen)
            self.assertEqual((back["state"], back["original"]), ("ACCEPTED", paid["transfer"]))
        self.class2.do("transfer", kind="payment", link=self.link, fen=1, **self.PAYEE)
        refusal = self.class2.refused("return", paid["transfer"], fen=1)
        self.assert_refused(refusal, "AM09", "RETURN_EXCEEDS")
        shown = self.class1.do("get-transfer", paid["transfer"])
        self.assertEqual(shown["returned_fen"], 30_000)
        self.assert_balances(1_000_000, 1_999_999)
        books = self.class2.do("books")
        self.assertEqual((books["payments_fen"], books["returned_fen"]), (30_001, 30_000))
        self.assertEqual(books["payees_fen"], 1)
        self.assertEqual(self.class1.do("books")["refunded_fen"], 30_000)
        self.assert_books_agree(self.place)

    def test_refused(self):
        self.assert_refused(self.pay(500_001, "refused"), "AM14", "AGREED")
        self.assert_refused(self.pay(1, "refused", merchant=""), "FF08", "MERCHANT")
        self.class2.do("amend", self.link, scopes="collect", single_fen=1000, daily_fen=2000)
        self.assert_refused(self.pay(1, "refused"), "AG08", "SCOPE")
        self.assert_books_agree(self.place)


class Returning(Life):
    def test_f21_after_the_link_is_closed(self):
        pushed = self.send(self.class2, "push", 5000)["transfer"]
        pulled = self.send(self.class2, "pull", 7000)["transfer"]
        self.class2.do("close-link", self.link)
        self.wait_state("CLOSED", bank=self.class1)
        # Each from the bank that was credited.
        self.assertEqual(self.class1.do("return", pushed, fen=5000)["state"], "ACCEPTED")
        back = self.class2.do("return", pulled, fen=7000)
        self.assert_balances(1_000_000, 2_000_000)
        refusal = self.class1.refused("return", back["transfer"], fen=1)
        self.assert_refused(refusal, "AG03", "RETURN_OF_RETURN")
        self.assertEqual(self.class2.refused("return", pushed, fen=1)["reason"], "AG08")
        self.assert_books_agree(self.place)


class Cancelling(Life):
    def test_while_pending(self):
        self.class1.fault("kind=post -> delay-post 60000")
        pull = self.class2.begin(
            "transfer", link=self.link, dir="pull", fen=100, timeout_ms=60000, final=1
        )
        row = wait_until(self.place.transfers, "the transfer to be there")[0]
        cancelled = self.class2.do("cancel", row["id"])
        self.assertEqual(cancelled["state"], "CANCELLED")
        self.assertEqual(last_object(pull.communicate()[0])["state"], "CANCELLED")
        self.assertEqual(self.class1.rows("postings")[0]["outcome"], "UNDONE")
        again = self.class2.do("cancel", row["id"])
        self.assertEqual(again["state"], "CANCELLED")
        self.assert_balances(1_000_000, 2_000_000)
        self.assert_books_agree(self.place)

    def test_while_unknown_and_never_seen(self):
        self.class1.fault("kind=post -> drop")
        self.class1.fault("kind=inquire -> drop")
        push = self.send(self.class2, "push", 100, "open", timeout_ms=300)
        self.assertEqual(push["state"], "UNKNOWN")
        done = self.class2.ctl("cancel", push["transfer"])
        self.assertIn(last_object(done.stdout)["state"], ("UNKNOWN", "CANCELLED"))
        wait_until(lambda: self.place.transfers()[0]["state"] == "CANCELLED", "it to be barred")
        self.assertEqual(self.class1.rows("postings")[0]["outcome"], "BARRED")
        self.assert_balances(1_000_000, 2_000_000)
        self.assert_books_agree(self.place)

    def test_too_late(self):
        accepted = self.send(self.class2, "push", 100)["transfer"]
        refusal = self.class2.refused("cancel", accepted)
        self.assert_refused(refusal, "AGNT", "POSTED")
        refusal = self.class1.refused("cancel", accepted)
        self.assertEqual(refusal["reason"], "AG08")
        self.class1.do("return", accepted, fen=100)
        refusal = self.class2.refused("cancel", accepted)
        self.assert_refused(refusal, "ARDT", "RETURNED")

    def test_under_load_with_returns(self):
        self.class1.fault("kind=post -> delay 20")
        load = self.class2.do(
            "load", link=self.link, count=200, inflight=16, push=30, returns=30, cancels=20
        )
        self.assertEqual(load["cancels"], 40)
        self.assertGreater(load["returned"], 10)
        self.assertEqual(load["accepted"] + load["cancelled"], 200)
        self.assert_books_agree(self.place)
        books = self.class2.do("books")
        self.assertEqual(books["returned_fen"], load["returned_fen"])
        moved = load["pulled_fen"] - load["pushed_fen"] - load["returned_fen"]
        self.assertEqual(books["net_fen"], moved)
        self.assert_balances(1_000_000 + moved, 2_000_000 - moved)


    def test_load_waits_for_a_bank_that_is_away(self):
        self.class1.stop()
        self.place.wait_offline(CLASS1)
        load = self.class2.begin("load", link=self.link, count=20, inflight=4, amount=1)
        # A line of progress every half a second.
        wait_until(lambda: json.loads(load.stdout.readline())["retried"], "a retry")
        self.class1.start()
        ended = last_object(load.communicate()[0])
        self.assertEqual((ended["accepted"], ended["done"]), (20, 20))
        self.assert_books_agree(self.place)


class Confirming(Life):
    def pull(self):
        return self.class2.begin(
            "transfer", link=self.link, dir="pull", fen=100, timeout_ms=60000, final=1
        )

    def waiting(self, known):
        """The transfer that waits for its customer, once the submitter was told."""
        for row in self.place.transfers():
            if row["id"] not in known and "STEP_UP" in self.events(self.class2, row["id"]):
                return row["id"]
        return None

    def test_f07_step_up(self):
        self.class1.do("account", self.person.class1, "step-up")
        ends = {"confirm": ("ACCEPTED", ""), "decline": ("REJECTED", "MS02")}
        known = set()
        for word, (state, reason) in ends.items():
            pull = self.pull()
            ident = wait_until(lambda: self.waiting(known), "the submitter to hear of it")
            known.add(ident)
            shown = self.class2.do("get-transfer", ident)
            self.assertEqual((shown["state"], shown["step_up_method"]), ("PENDING", "APP"))
            self.class1.do(word, ident)
            answer = last_object(pull.communicate()[0])
            self.assertEqual((answer["state"], answer["reason"]), (state, reason))
        self.assert_balances(1_000_100, 1_999_900)
        self.assert_books_agree(self.place)

    def test_credit_that_is_not_confirmed(self):
        self.class2.fault("kind=confirm -> drop")
        pulled = self.send(self.class2, "pull", 100)["transfer"]
        shown = self.class2.do("get-transfer", pulled)
        self.assertGreater(shown["credit_due_ms"], shown["accepted_at_ms"])
        self.assertEqual(self.class2.do("confirm-credit", pulled)["credit_due_ms"], 0)
        self.assert_books_agree(self.place)


class Looking(Life):
    def test_balance_and_status(self):
        refusal = self.class2.refused("balance", self.link)
        self.assert_refused(refusal, "AG08", "SCOPE")
        self.class2.do("close-link", self.link)
        self.wait_state("CLOSED")
        self.link = self.new_link(**{**self.TERMS, "scopes": "collect,balance"})
        answer = self.class2.do("balance", self.link)
        self.assertEqual((answer["available_fen"], answer["currency"]), (2_000_000, "CNY"))
        self.assertEqual(answer["account"], self.person.class1[-4:])
        self.assertEqual(self.class1.do("balance", self.link)["booked_fen"], 1_000_000)
        status = self.class2.do("account-status", self.link)
        self.assertEqual((status["status"], status["class"]), ("open", "I"))
        self.assertTrue(status["can_debit"])
        self.class1.do("account", self.person.class1, "block")
        status = self.class2.do("account-status", self.link)
        self.assertEqual((status["status"], status["can_debit"]), ("blocked", False))
        self.class1.fault("kind=balance -> drop")
        refusal = self.class2.refused("balance", self.link, timeout_ms=1000)
        self.assertEqual(refusal["reason"], "AB06")

    def test_lists(self):
        sent = [self.send(self.class2, "push", fen)["transfer"] for fen in range(1, 8)]
        found = pages(self.class2, "list-transfers", max=3)
        self.assertLessEqual(max(map(len, found)), 3)
        self.assertEqual([row["transfer"] for rows in found for row in rows], sent)
        for bank in (self.class1, self.class2):
            found = pages(bank, "list-transfers", min_fen=3, max_fen=5, link=self.link)
            self.assertEqual([row["fen"] for rows in found for row in rows], [3, 4, 5])
        found = pages(self.class2, "list-transfers", state="REJECTED")
        self.assertEqual(sum(map(len, found)), 0)
        for person in self.persons[1:]:
            self.open_link(person)
        found = pages(self.class1, "list-links", max=1)
        states = [row["state"] for rows in found for row in rows]
        self.assertEqual(states, ["ACTIVE", "AWAITING_AUTHENTICATION"])
        found = pages(self.class2, "list-links", account=self.person.class2)
        self.assertEqual([row["link"] for rows in found for row in rows], [self.link])

    def test_what_the_gateway_tells_of_itself(self):
        told = self.class2.do("system")
        self.assertRegex(told["business_date"], r"\d{4}-\d\d-\d\d")
        rows = {row["bank"]: row for row in self.class2.rows("system")}
        self.assertEqual(set(rows), {self.class2.code, self.class1.code})
        self.assertEqual((rows[CLASS1]["active"], rows[CLASS1]["class1"]), (True, True))
        self.place.ctl("bank", "disable", CLASS1)
        wait_until(
            lambda: not {r["bank"]: r for r in self.class2.rows("system")}[CLASS1]["active"],
            "the bank to be told",
        )


class Inquiring(Life):
    def cases(self, bank):
        return bank.rows("cases")

    def test_opened_answered_closed(self):
        sent = self.send(self.class2, "push", 100)["transfer"]
        text = "The customer was not credited."
        opened = self.class2.do("case-open", sent, subject="not-credited", text=text)
        self.assertEqual((opened["state"], opened["owner"]), ("OPEN", self.class1.code))
        ident = opened["case"]
        wait_until(lambda: self.cases(self.class1), "the other bank to hear of it")
        self.assertEqual(self.cases(self.class1)[0]["entries"][0]["text"], text)
        refusal = self.class2.refused("case-open", sent, subject="not-credited", text=text)
        self.assert_refused(refusal, "MS03", "CASE_EXISTS")
        refusal = self.class1.refused("case-answer", ident, close=1)
        self.assert_refused(refusal, "AG08", "CASE_ROLE")
        refusal = self.class2.refused("case-answer", ident, text="And?")
        self.assert_refused(refusal, "MS03", "CASE_STATE")
        self.class1.do("case-answer", ident, outcome="explained", text="Booked at noon.")
        wait_until(lambda: self.cases(self.class2)[0]["state"] == "ANSWERED", "the answer")
        again = self.class2.do("case-answer", ident, text="At whose account?")
        self.assertEqual(again["state"], "OPEN")
        self.class1.do("case-answer", ident, outcome="explained", text="At this one.")
        closed = self.class2.do("case-answer", ident, close=1)
        self.assertEqual((closed["state"], closed["outcome"]), ("CLOSED", "explained"))
        self.assertEqual(len(self.class1.do("case-get", ident)["entries"]), 5)

    def test_a_contradiction_opens_one(self):
        self.class1.fault("kind=post nth=1 -> contradict AM04")
        pulled = self.send(self.class2, "pull", 100)
        self.assertEqual(pulled["state"], "ACCEPTED")
        wait_until(lambda: self.cases(self.class2), "the case")
        found = self.cases(self.class2)[0]
        self.assertEqual((found["subject"], found["transfer"]), ("conflict", pulled["transfer"]))
        self.assertEqual((found["opened_by"], found["owner"]), ("", self.class1.code))
        # The first word stands.
        shown = self.class2.do("get-transfer", pulled["transfer"])
        self.assertEqual((shown["state"], shown["conflict"]), ("ACCEPTED", True))
        self.assert_balances(1_000_100, 1_999_900)
        self.class1.do("case-answer", found["case"], outcome="admitted", text="It is posted.")
        self.class2.do("case-answer", found["case"], close=1)
        listed = self.place.ctl("case", "list")["cases"]
        self.assertEqual([row["state"] for row in listed], ["CLOSED"])

    def test_both_agree_on_an_adjustment(self):
        sent = self.send(self.class2, "push", 100)["transfer"]
        text = "It was to be forty."
        inquiry = self.class2.do("case-open", sent, subject="amount", text=text)["case"]
        terms = {"debtor": CLASS1, "creditor": self.class2.code, "fen": 60, "text": text}
        proposed = self.class2.do("adjust", inquiry, **terms)
        self.assertEqual((proposed["state"], proposed["window"]), ("PROPOSED", 0))
        ident = proposed["adjustment"]
        wait_until(lambda: self.class1.rows("adjustments"), "the other bank to hear of it")
        heard = self.class1.rows("adjustments")[0]
        self.assertEqual((heard["fen"], heard["text"]), (60, text))
        refusal = self.class2.refused("adjust-answer", ident)
        self.assert_refused(refusal, "AG08", "ADJUSTMENT_ROLE")
        refusal = self.class1.refused("adjust", inquiry, **terms)
        self.assert_refused(refusal, "MS03", "ADJUSTMENT_EXISTS")
        listed = self.place.ctl("adjustment", "list", "--state", "PROPOSED")["adjustments"]
        self.assertEqual([row["id"] for row in listed], [ident])
        booked = self.class1.do("adjust-answer", ident)
        self.assertEqual((booked["state"], booked["window"]), ("BOOKED", 1))
        wait_until(
            lambda: self.class2.rows("adjustments")[0]["state"] == "BOOKED", "it to be booked"
        )
        net = self.place.ctl("net", "list")["nets"][0]
        self.assertEqual((abs(net["net_fen"]), net["count"]), (40, 2))
        shown = self.place.ctl("adjustment", "show", ident)
        self.assertEqual((shown["case"], shown["amount_fen"]), (inquiry, 60))
        self.assertEqual(self.place.ctl("case", "show", inquiry)["adjustment"], ident)
        self.assertEqual(self.class1.do("adjust-get", ident)["state"], "BOOKED")


if __name__ == "__main__":
    unittest.main()
