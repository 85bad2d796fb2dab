"""Canaries: person data and codes stand in no log line, in no file of the store, in no answer."""

import pathlib
import re
import subprocess
import time
import unittest

from life import link_requests, transfer_requests
from people import Person, accounts, uuid7
from place import BIN, CLASS1, CLASS2, FOURTH, OTHER, Bank, SiteTest, link, wait_until
from products import WEALTH, digest
from wire import (
    REPLY,
    RawBank,
    cards,
    cases,
    envelope,
    events,
    link_reply,
    links,
    posted_result,
    raw_link,
    refusal,
    transfer_reply,
    transfers,
    views,
)

# What only the banks' own data hold. Of account numbers the last four may be shown.
REMITTANCE = "CANARY-REMITTANCE-77"
PARTY = "CANARY PARTY NAME"
CODE = b"CANARY-CODE-5512"
MERCHANT = "CANARY MERCHANT"
PAYEE = "CANARY PAYEE NAME"
PAYEE_ACCOUNT = "62289900000000551277"
LEGAL = "CANARY-COURT-2026-55"
INQUIRY = "CANARY INQUIRY TEXT"
INQUIRY_ANSWER = "CANARY ANSWER TEXT"
STEP_UP = "CANARY STEP UP TEXT"
BALANCE_FEN = 7_755_331_199
SOUGHT_ACCOUNT = "62289900000000998811"
PLACE = "CANARY COUNTER 31"
ADDRESS = "CANARY STREET 8, CANARY TOWN"
CARD_NUMBER = "6217000000000055123"


def content(path):
    """What a file holds, without the room in it that nothing was written to yet."""
    return re.sub(rb"\0{64,}", b"\0", path.read_bytes())


class Privacy(SiteTest):
    def setUp(self):
        self.people = [Person(801, name="金丝雀·一"), Person(802, name="CANARY TWO")]
        self.raw_person = Person(803, name="CANARY THREE")
        self.later_person = Person(805, name="CANARY·\U00020000四")
        self.other_account = Person(806).class1
        self.referred, self.applicant = Person(807, name="CANARY SIX"), Person(808, name="金丝雀八")
        self.place = self.site({("journal", "level"): 7, ("gateway", "drain_ms"): 500}).start()

    def canaries(self):
        texts = [REMITTANCE, PARTY, MERCHANT, PAYEE, PAYEE_ACCOUNT, SOUGHT_ACCOUNT, INQUIRY]
        texts += [INQUIRY_ANSWER, LEGAL, STEP_UP, str(BALANCE_FEN), PLACE, ADDRESS, CARD_NUMBER]
        found = [text.encode() for text in texts]
        found.append(CODE)
        known = [*self.people, self.raw_person, self.later_person, self.referred, self.applicant]
        for person in known:
            found += [person.name.encode(), person.id_number.encode(), person.mobile.encode()]
            found += [person.class1.encode(), person.class2.encode()]
        found.append(self.other_account.encode())
        # Written out as hex they would be no better hidden.
        return found + [canary.hex().encode() for canary in found]

    def live_a_little(self):
        """Everything that carries person data, well and badly."""
        class2, class1 = self.two_banks()
        terms = {"scopes": "collect,products"}
        self.opened = [link(class2, class1, person, **terms) for person in self.people]
        self.bought(class2, class1)
        self.borrowed(class2, class1)
        for ident in self.opened:
            class2.do("transfer", link=ident, dir="push", fen=1, final=1)
            class1.do("transfer", link=ident, dir="push", fen=1, final=1)
        person = self.people[0]
        class2.refused(
            "open-link",
            class2=person.class2,
            class1_bank=CLASS1,
            class1=self.people[1].class1,
        )
        self.place.register(OTHER, "class2")
        self.place.register(FOURTH, "class1")
        bank, peer = RawBank(self.place, OTHER), RawBank(self.place, FOURTH)
        self.addCleanup(bank.close)
        self.addCleanup(peer.close)
        self.wrong_code(bank, peer)
        self.texts(bank, peer)
        self.later_life(bank, peer)
        self.searches()
        # Refusals of shape: nothing of what was refused may be told to the log.
        for field, value in (("name", PARTY + "\n"), ("id_number", "x"), ("mobile", "1")):
            message = bank.open_message(FOURTH, self.raw_person)
            setattr(message.person, field, value)
            refusal(bank.ask(envelope.KIND_OPEN_LINK, message))
        bank.post(envelope.KIND_OPEN_LINK, self.raw_person.id_number.encode())
        bank.post(envelope.KIND_GET_LINK, PARTY.encode(), correlation=0)
        bank.goodbye()

    def two_banks(self):
        """The usual pair, of which the Class I bank sells and lends."""
        rows = accounts(person.class2_row() for person in self.people)
        class2 = self.place.bank(CLASS2, "class2", rows)
        rows = accounts(person.class1_row() for person in self.people)
        self.place.register(CLASS1, "class1,issuer")
        self.place.banks.append(Bank(self.place, CLASS1, "class1", rows))
        return class2, self.place.banks[-1].start()

    def bought(self, class2, class1):
        """An order of each account; a part of what they buy is paid out again."""
        class1.do("product-publish", "W-1", **WEALTH)
        wait_until(lambda: class2.rows("products"), "the product to be known")
        for ident, pays in zip(self.opened, (1, 2)):
            terms = {"link": ident, "issuer": CLASS1, "product": "W-1", "fen": 10_000}
            order = class2.do("place-order", final=1, pays=pays, **terms)["order"]
            self.wait_event(class1, order, "PLACE")
            class1.do("order-result", order, "confirmed")
            class2.do("redeem", order, units=10_000)
            self.wait_event(class1, order, "TAKEN")
            class1.do("payout", order, final=1)

    def wait_event(self, bank, ident, event):
        def told():
            return [row["event"] for row in bank.rows("notices") if row["id"] == ident]

        wait_until(lambda: event in told(), f"{event} of {ident}")

    def borrowed(self, class2, class1):
        """Drawn and repaid in part, by both lenders' ways."""
        terms = {"sha256": digest("loan"), "kind": "loan", "name": "Quick", "min_fen": 50_000}
        terms |= {"person_max_fen": 500_000, "term_days": 30, "lead_share": 3000}
        terms |= {"daily_rate": 500, "instalments": 1, "grace_days": 5, "partner": CLASS2}
        class1.do("product-publish", "L-1", risk=0, step_fen=1, banks="all", **terms)
        loan = class1.do("offer-loan", self.opened[0], product="L-1", fen=500_000)["loan"]
        wait_until(lambda: class2.rows("loans"), "the invitation to be told")
        class2.do("apply-loan", loan, fen=200_000, sha256=digest("loan"), account=1)
        for bank in (class1, class2):
            bank.do("decide-loan", loan, fen=200_000)
        for bank in (class2, class1):
            self.wait_event(bank, loan, "APPROVE")
            self.assertEqual(bank.do("draw-loan", loan, fen=60_000, final=1)["state"], "ACCEPTED")
            self.assertEqual(bank.do("repay-loan", loan, fen=10_000, final=1)["state"], "ACCEPTED")

    def wrong_code(self, bank, peer):
        opening = bank.post(envelope.KIND_OPEN_LINK, bank.open_message(FOURTH, Person(804)))
        peer.verify()
        ident = link_reply(bank.answer_to(opening)).link_id
        start = links.StartChallenge(request_id=uuid7(), link_id=ident)
        starting = bank.post(envelope.KIND_START_CHALLENGE, start)
        peer.send_code()
        link_reply(bank.answer_to(starting))
        answer = links.AnswerChallenge(request_id=uuid7(), link_id=ident, code=CODE)
        answering = bank.post(envelope.KIND_ANSWER_CHALLENGE, answer)
        self.assertEqual(peer.check_code(links.CHALLENGE_OUTCOME_WRONG), CODE)
        self.assertEqual(refusal(bank.answer_to(answering))[1], "CODE_WRONG")

    def texts(self, bank, peer):
        """One transfer that ends, and one that is still on its way."""
        ident = raw_link(bank, peer, self.raw_person)
        for ends in (True, False):
            message = bank.transfer_message(ident)
            message.remittance = REMITTANCE
            message.debtor.CopyFrom(transfers.Party(name=PARTY))
            asked = bank.post(envelope.KIND_SUBMIT_TRANSFER, message, 60000)
            if ends:
                self.assertEqual(peer.post_it().remittance, REMITTANCE)
                bank.answer_to(asked)
            else:
                peer.posting()

    def later_life(self, bank, peer):
        """A link verified again, rebound and held; a payment, its return and the case about it."""
        ident = self.link_for_all(bank, peer)
        transfer = self.payment(bank, peer, ident)
        self.case(bank, peer, transfer)
        self.questions(bank, peer, ident)
        self.counters(bank, peer, ident)
        self.cards(bank, peer)
        hold = links.PlaceHold(
            request_id=uuid7(),
            link_id=ident,
            authority=links.HOLD_AUTHORITY_COURT,
            reason="AM07",
            legal_reference=LEGAL,
            blocks=[links.HOLD_BLOCK_DEBIT_CLASS1],
        )
        link_reply(peer.ask(envelope.KIND_PLACE_HOLD, hold))
        requests = link_requests(bank, ident, self.later_person)
        rebinding = requests["REBIND_LINK"]
        rebinding.class1_account.number = self.other_account
        asked = bank.post(envelope.KIND_REBIND_LINK, rebinding)
        peer.verify()
        link_reply(bank.answer_to(asked))
        report = links.ReportAccount(
            request_id=uuid7(),
            account_number=self.later_person.class1,
            event=links.ACCOUNT_EVENT_MOBILE_CHANGED,
        )
        self.assertEqual(peer.ask(envelope.KIND_REPORT_ACCOUNT, report).direction, REPLY)
        asked = bank.post(envelope.KIND_RESUME_LINK, requests["RESUME_LINK"])
        peer.verify()
        link_reply(bank.answer_to(asked))

    def link_for_all(self, bank, peer):
        opening = bank.open_message(FOURTH, self.later_person)
        opening.scopes.extend([links.LINK_SCOPE_PAY, links.LINK_SCOPE_BALANCE])
        asked = bank.post(envelope.KIND_OPEN_LINK, opening)
        peer.verify()
        ident = link_reply(bank.answer_to(asked)).link_id
        start = links.StartChallenge(request_id=uuid7(), link_id=ident)
        asked = bank.post(envelope.KIND_START_CHALLENGE, start)
        peer.send_code()
        link_reply(bank.answer_to(asked))
        resend = links.ResendChallenge(request_id=uuid7(), link_id=ident)
        asked = bank.post(envelope.KIND_RESEND_CHALLENGE, resend)
        peer.send_code()
        link_reply(bank.answer_to(asked))
        answer = links.AnswerChallenge(request_id=uuid7(), link_id=ident, code=CODE)
        asked = bank.post(envelope.KIND_ANSWER_CHALLENGE, answer)
        peer.check_code(links.CHALLENGE_OUTCOME_RIGHT)
        link_reply(bank.answer_to(asked))
        return ident

    def payment(self, bank, peer, ident):
        """Paid after the customer confirmed, and a part of it returned."""
        message = bank.transfer_message(ident, fen=500, direction=transfers.TRANSFER_DIRECTION_PULL)
        message.kind = transfers.TRANSFER_KIND_PAYMENT
        message.creditor.CopyFrom(
            transfers.Party(name=PAYEE, account_number=PAYEE_ACCOUNT, bank_code=CLASS1)
        )
        message.merchant.CopyFrom(transfers.Merchant(name=MERCHANT, id="M-1"))
        asked = bank.post(envelope.KIND_SUBMIT_TRANSFER, message, 60000)
        question, instruction = peer.posting()
        self.assertEqual(instruction.creditor_account_number, PAYEE_ACCOUNT)
        step = transfers.StepUp(transfer_id=instruction.transfer_id, method="APP", text=STEP_UP)
        self.assertEqual(peer.ask(envelope.KIND_STEP_UP, step).direction, REPLY)
        peer.reply(question, posted_result(instruction.transfer_id))
        transfer = transfer_reply(bank.answer_to(asked)).transfer_id
        back = transfer_requests(transfer)["SUBMIT_RETURN"]
        back.remittance = REMITTANCE
        asked = bank.post(envelope.KIND_SUBMIT_RETURN, back, 60000)
        peer.post_it()
        transfer_reply(bank.answer_to(asked))
        return transfer

    def case(self, bank, peer, transfer):
        opening = transfer_requests(transfer)["OPEN_CASE"]
        opening.text = INQUIRY
        answer = bank.ask(envelope.KIND_OPEN_CASE, opening)
        ident = cases.CaseReply.FromString(answer.payload).case_id
        answer = cases.AnswerCase(
            request_id=uuid7(),
            case_id=ident,
            outcome=cases.CASE_OUTCOME_EXPLAINED,
            text=INQUIRY_ANSWER,
        )
        answer = peer.ask(envelope.KIND_ANSWER_CASE, answer)
        entries = cases.CaseReply.FromString(answer.payload).entries
        self.assertEqual([entry.text for entry in entries], [INQUIRY, INQUIRY_ANSWER])

    def questions(self, bank, peer, ident):
        query = views.QueryBalance(request_id=uuid7(), link_id=ident)
        asked = bank.post(envelope.KIND_QUERY_BALANCE, query, 30000)
        question = peer.next_question(envelope.KIND_ASK_BALANCE)
        seen = views.AskBalance.FromString(question.payload)
        told = views.AskBalanceReply(
            query_id=seen.query_id,
            available_fen=BALANCE_FEN,
            booked_fen=BALANCE_FEN,
            currency="CNY",
            as_of_ms=int(time.time() * 1000),
        )
        peer.reply(question, told)
        said = views.BalanceReply.FromString(bank.answer_to(asked).payload)
        self.assertEqual(said.available_fen, BALANCE_FEN)

    def elements(self, person):
        return links.PersonElements(
            name=person.name,
            id_type=links.ID_TYPE_RESIDENT,
            id_number=person.id_number,
            mobile=person.mobile,
        )

    def consent(self, *more):
        return links.Consent(
            recipient_bank_code=FOURTH,
            purpose="CANARIES",
            fields=["name", "id_number", "mobile", *more],
            text_sha256=bytes(32),
            given_at_ms=int(time.time() * 1000),
        )

    def counters(self, bank, peer, ident):
        """A referral, and what happened at a counter; neither is acknowledged, so that both stay."""
        message = events.Referral(
            request_id=uuid7(),
            bank_code=FOURTH,
            person=self.elements(self.referred),
            consent=self.consent(),
        )
        answer = bank.ask(envelope.KIND_REFERRAL, message)
        self.assertEqual(answer.direction, REPLY)
        told = self.told(peer, envelope.KIND_EVENT_NOTICE, events.EventNotice)
        self.assertEqual(told.person.name, self.referred.name)
        message = events.OfflineEvent(
            request_id=uuid7(),
            link_id=ident,
            type=events.OFFLINE_EVENT_TYPE_COUNTER_SERVICE,
            at_ms=int(time.time() * 1000) - 1000,
            place=PLACE,
        )
        self.assertEqual(peer.ask(envelope.KIND_OFFLINE_EVENT, message).direction, REPLY)
        told = self.told(bank, envelope.KIND_EVENT_NOTICE, events.EventNotice)
        self.assertEqual(told.place, PLACE)

    def cards(self, bank, peer):
        """One that has its number, and one that nobody has answered."""
        for answered in (True, False):
            message = cards.ApplyCard(
                request_id=uuid7(),
                class1_bank_code=FOURTH,
                person=self.elements(self.applicant if answered else self.raw_person),
                delivery=cards.CARD_DELIVERY_MAIL,
                deliver_to=ADDRESS,
                consent=self.consent("account"),
            )
            answer = bank.ask(envelope.KIND_APPLY_CARD, message, 60000)
            ident = cards.CardReply.FromString(answer.payload).card_id
            question = peer.next_question(envelope.KIND_ASK_CARD)
            self.assertEqual(cards.AskCard.FromString(question.payload).deliver_to, ADDRESS)
            if answered:
                taken = cards.AskCardReply(card_id=ident, outcome=cards.CARD_OUTCOME_TAKEN)
                peer.reply(question, taken)
                issued = cards.CardStatus(
                    request_id=uuid7(),
                    card_id=ident,
                    event=cards.CARD_EVENT_ISSUED,
                    card_number=CARD_NUMBER,
                )
                self.assertEqual(peer.ask(envelope.KIND_CARD_STATUS, issued).direction, REPLY)

    def told(self, bank, kind, shape):
        """The first notice of that kind; the ones before it are acknowledged."""
        while True:
            for notice in bank.told:
                bank.told.remove(notice)
                if notice.kind == kind:
                    return shape.FromString(notice.payload)
                break
            else:
                self.assertTrue(bank.take(), "the gateway closed")

    def searches(self):
        """What operators look for stands in the audit as a hash at most."""
        tool = [BIN / "linkgatectl", "--socket", self.place.admin]
        for options, term in (
            (["link", "search", "--bank", FOURTH, "--account", "-"], self.later_person.class1),
            (["link", "search", "--bank", FOURTH, "--account", "-"], SOUGHT_ACCOUNT),
            (["link", "search", "--id-number", "-"], self.later_person.id_number),
            (["search", "--id-number", "-"], self.applicant.id_number),
            (["search", "--id-number", "-"], self.people[0].id_number),
            (["holding", "search", "--id-number", "-"], self.people[0].id_number),
            (["holding", "search", "--id-number", "-"], self.later_person.id_number),
        ):
            words = [str(word) for word in [*tool, *options]]
            done = subprocess.run(
                words, input=term + "\n", capture_output=True, text=True, check=False
            )
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assert_clean((done.stdout + done.stderr).encode(), "a search's answer")

    def assert_clean(self, text, where):
        for canary in self.canaries():
            self.assertFalse(canary in text, f"{canary!r} in {where}")

    def output(self):
        """All that linkgatectl tells."""
        words = [["status"], ["bank", "list"], ["link", "list"], ["transfer", "list"]]
        words += [["net", "list"], ["quarantine", "list"], ["clock", "show"]]
        words += [["alarms"], ["audit", "list"], ["approval", "list"], ["case", "list"]]
        words += [["event", "list"], ["card", "list"], ["holding", "list"]]
        for kind in ("order", "loan"):
            listed = self.place.ctl(kind, "list")[f"{kind}s"]
            self.assertTrue(listed)
            words += [[kind, "list"]] + [[kind, "show", row["id"]] for row in listed]
            words += [[kind, "explain", row["id"]] for row in listed]
        words += [["event", "show", row["id"]] for row in self.place.ctl("event", "list")["events"]]
        for row in self.place.ctl("card", "list")["cards"]:
            words += [["card", "show", row["id"]], ["card", "explain", row["id"]]]
        words += [["bank", "show", row["code"]] for row in self.place.ctl("bank", "list")["banks"]]
        for row in self.place.ctl("link", "list")["links"]:
            words += [["link", "show", row["id"]], ["link", "explain", row["id"]]]
        for row in self.place.transfers():
            words += [["transfer", "show", row["id"]], ["transfer", "explain", row["id"]]]
        words += [["case", "show", row["id"]] for row in self.place.ctl("case", "list")["cases"]]
        text = ""
        for command in words:
            for option in ([], ["--json"]):
                done = self.place.tool(*option, *command)
                self.assertEqual(done.returncode, 0, done.stderr)
                text += done.stdout + done.stderr
        return text.encode()

    def test_canaries(self):
        self.live_a_little()
        output = self.output()
        self.assert_clean(output, "linkgatectl's output")
        self.assertIn(self.people[0].class1[-4:].encode(), output)
        limits = pathlib.Path(f"/proc/{self.place.gateway.child.pid}/limits")
        self.assertRegex(limits.read_text(encoding="ascii"), "Max core file size +0 +0 ")
        self.place.gateway.stop()
        self.assert_clean(self.place.gateway.log.read_bytes(), "the log lines")
        files = [path for path in (self.place.dir / "store").rglob("*") if path.is_file()]
        self.assertGreater(len(files), 2)
        for path in files:
            self.assert_clean(content(path), path)
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)
        # The search would find what stands there in clear, and the store holds it all.
        whole = b"".join(content(path) for path in files)
        self.assertIn(b"ACCOUNT_LINK", whole)
        self.assertIn(bytes.fromhex(self.opened[0]), whole)

    def test_person_data_is_there_for_the_banks(self):
        """The other side of it: encrypted is not lost."""
        class2, class1 = self.place.two_banks(self.people)
        ident = link(class2, class1, self.people[0])
        self.place.kill_and_restart()
        self.place.wait_online()
        class2.do("transfer", link=ident, dir="pull", fen=1, final=1)
        self.assertEqual(class1.rows("postings")[0]["account"], self.people[0].class1)


if __name__ == "__main__":
    unittest.main()
