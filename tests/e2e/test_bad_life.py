"""Bad input in the life of a link: each is refused with its field and rule, and nothing is lost."""

import unittest

from life import ANSWERS, CLASS2_ONLY, LifeTest, THIRD, kind_of, link_requests, scopes_of
from people import uuid7
from place import CLASS1, FOURTH, OTHER
from wire import (
    REFUSAL,
    REPLY,
    Peer,
    common,
    envelope,
    link_reply,
    links,
    refusal,
    transfer_reply,
    transfers,
)

# A character of each block of rare Chinese characters, U+20000 to U+30000, and the name's dot.
RARE_NAMES = [
    "\U00020000\U0002A6D6",
    "\U0002A700\U0002B740",
    "\U0002B820\U0002CEB0",
    "\U00030000㐀䶿",
    "买买提·吐尔逊",
    "阿·\U00020BB7\U0002BDF7",
]
# Each stands in a text of its own.
BAD_CHARACTERS = ["\0", "\x01", "\n", "\x7f", "\x85", "\u202e", "\u2066", "\u200f", "\u2028"]
# Four bytes each, for the place of "ZZZZ": overlong, a surrogate, above U+10FFFF, cut off, alone.
BAD_UTF8 = [b"\xc0\x80ZZ", b"\xed\xa0\x80Z", b"\xf4\x90\x80\x80", b"ZZZ\xe4", b"\xffZZZ"]


class Names(LifeTest):
    def named(self, name):
        """Requests of the link that carry a name: (kind, message, field)."""
        opening = self.bank.open_message(FOURTH, self.new_person())
        asked = link_requests(self.bank, self.ident, self.someone)
        made = [("OPEN_LINK", opening, "person.name")]
        for kind in ("REBIND_LINK", "RESUME_LINK"):
            made.append((kind, asked[kind], "person.name"))
        for _, message, _ in made:
            message.person.name = name
        for field in ("debtor", "creditor"):
            message = self.bank.transfer_message(self.ident)
            getattr(message, field).name = name
            made.append(("SUBMIT_TRANSFER", message, f"{field}.name"))
        message = self.bank.transfer_message(self.ident)
        message.kind = transfers.TRANSFER_KIND_PAYMENT
        message.direction = transfers.TRANSFER_DIRECTION_PULL
        message.creditor.CopyFrom(
            transfers.Party(name="Tea", account_number="62280000000000017", bank_code=CLASS1)
        )
        message.merchant.CopyFrom(transfers.Merchant(name=name, id="M-1"))
        made.append(("SUBMIT_TRANSFER", message, "merchant.name"))
        return made

    def test_characters_that_no_name_has(self):
        for character in BAD_CHARACTERS:
            for name in (character, f"王{character}五", f"王五{character}"):
                for kind, message, field in self.named(name):
                    said = self.refused(self.bank, kind, message)
                    self.assertEqual(said, ("FF08", "FIELD_INVALID", field), (kind, name))
        self.assert_works()

    def test_bytes_that_are_no_utf8(self):
        for wrong in BAD_UTF8:
            for kind, message, field in self.named("ZZZZ"):
                payload = message.SerializeToString().replace(b"ZZZZ", wrong)
                said = self.refused(self.bank, kind, payload)
                self.assertEqual(said, ("FF08", "FIELD_INVALID", field), (kind, wrong))
        self.assert_works()

    def test_rare_characters_are_right_and_travel_verbatim(self):
        for name in RARE_NAMES:
            person = self.new_person()
            person.name = name
            opening = self.bank.open_message(FOURTH, person)
            asked = self.bank.post(envelope.KIND_OPEN_LINK, opening)
            question = self.peer.next_question(envelope.KIND_VERIFY_ACCOUNT)
            seen = links.VerifyAccount.FromString(question.payload)
            self.assertEqual(seen.person.name, name)
            self.assertIn(name.encode(), question.payload)
            self.peer.asked.insert(0, question)
            self.peer.verify()
            link_reply(self.bank.answer_to(asked))
            message = self.bank.transfer_message(self.ident)
            message.debtor.name = message.creditor.name = name
            message.remittance = name
            asked = self.bank.post(envelope.KIND_SUBMIT_TRANSFER, message, 60000)
            seen = self.peer.post_it()
            self.assertEqual((seen.debtor_name, seen.creditor_name), (name, name))
            self.assertEqual(seen.remittance, name)
            transfer_reply(self.bank.answer_to(asked))


class Accounts(LifeTest):
    """Accounts that are named twice, and a bank that would link to itself."""

    def opening(self, **changes):
        message = self.bank.open_message(FOURTH, self.someone)
        message.MergeFrom(links.OpenLink(**changes))
        return message

    def test_the_same_account_twice(self):
        message = self.opening()
        message.class1_account.bank_code = message.class2_account.bank_code
        message.class1_account.number = message.class2_account.number
        message.consent.recipient_bank_code = OTHER
        said = self.refused(self.bank, "OPEN_LINK", message)
        self.assertEqual(said, ("CNOR", "SAME_BANK", "class1_account.bank_code"))

    def test_a_bank_linking_to_itself(self):
        """Also one that has both roles, and for a rebind."""
        third = self.raw(THIRD)
        for bank, code in ((self.bank, OTHER), (third, THIRD)):
            message = bank.open_message(code, self.new_person())
            said = self.refused(bank, "OPEN_LINK", message)
            self.assertEqual(said, ("CNOR", "SAME_BANK", "class1_account.bank_code"))
        message = link_requests(self.bank, self.ident, self.someone)["REBIND_LINK"]
        message.class1_account.bank_code = message.consent.recipient_bank_code = OTHER
        said = self.refused(self.bank, "REBIND_LINK", message)
        self.assertEqual(said, ("CNOR", "SAME_BANK", "class1_account.bank_code"))

    def test_the_same_pair_twice(self):
        """While it is verified, while it waits for the code, and once it is active."""
        exists = ("MD02", "LINK_EXISTS", "class1_account")
        self.assertEqual(self.refused(self.bank, "OPEN_LINK", self.opening()), exists)
        self.someone = self.new_person()
        asked = self.bank.post(envelope.KIND_OPEN_LINK, self.opening())
        self.assertEqual(self.refused(self.bank, "OPEN_LINK", self.opening()), exists)
        self.peer.verify()
        link_reply(self.bank.answer_to(asked))
        self.assertEqual(self.refused(self.bank, "OPEN_LINK", self.opening()), exists)
        self.assertEqual(self.peer.asked, [])

    def test_rebind_to_what_is_bound(self):
        message = link_requests(self.bank, self.ident, self.someone)["REBIND_LINK"]
        said = self.refused(self.bank, "REBIND_LINK", message)
        self.assertEqual(said, ("MD02", "SAME_ACCOUNT", "class1_account"))

    def test_rebind_and_resume_for_somebody_else(self):
        other = self.new_person()
        message = link_requests(self.bank, self.ident, other)["REBIND_LINK"]
        said = self.refused(self.bank, "REBIND_LINK", message)
        self.assertEqual(said, ("BE01", "PERSON", "person.id_number"))
        self.assert_works()

    def test_scopes_and_blocks_twice_or_none(self):
        for scopes in ([], scopes_of("PAY", "PAY"), [0], [99]):
            for kind in ("OPEN_LINK", "AMEND_LINK", "REBIND_LINK"):
                message = {
                    "OPEN_LINK": self.opening(),
                    **link_requests(self.bank, self.ident, self.someone),
                }[kind]
                del message.scopes[:]
                message.scopes.extend(scopes)
                reason, detail, field = self.refused(self.bank, kind, message)
                self.assertEqual((reason, field), ("FF08", "scopes"), (kind, scopes, detail))
        for blocks in ([], [1, 1], [0], [99]):
            message = link_requests(self.bank, self.ident, self.someone)["PLACE_HOLD"]
            del message.blocks[:]
            message.blocks.extend(blocks)
            reason, detail, field = self.refused(self.bank, "PLACE_HOLD", message)
            self.assertEqual((reason, field), ("FF08", "blocks"), (blocks, detail))

    def test_scope_that_was_not_granted(self):
        person = self.new_person()
        message = self.bank.open_message(FOURTH, person)
        del message.scopes[:]
        message.scopes.extend(scopes_of("BALANCE"))
        asked = self.bank.post(envelope.KIND_OPEN_LINK, message)
        self.peer.verify()
        ident = link_reply(self.bank.answer_to(asked)).link_id
        self.activate(ident)
        not_granted = ("AG08", "SCOPE", "link_id")
        for bank in (self.bank, self.peer):
            for direction in (1, 2):
                message = bank.transfer_message(ident, direction=direction)
                self.assertEqual(self.refused(bank, "SUBMIT_TRANSFER", message), not_granted)
        payment = Names.named(self, "Tea House")[-1][1]
        payment.request_id = uuid7()
        self.assertEqual(self.refused(self.bank, "SUBMIT_TRANSFER", payment), not_granted)

    def activate(self, ident):
        start = links.StartChallenge(request_id=uuid7(), link_id=ident)
        asked = self.bank.post(envelope.KIND_START_CHALLENGE, start)
        self.peer.send_code()
        link_reply(self.bank.answer_to(asked))
        answer = links.AnswerChallenge(request_id=uuid7(), link_id=ident, code=b"1")
        asked = self.bank.post(envelope.KIND_ANSWER_CHALLENGE, answer)
        self.peer.check_code(links.CHALLENGE_OUTCOME_RIGHT)
        link_reply(self.bank.answer_to(asked))


class Strangers(LifeTest):
    """Banks that have no part in it, and answers that nobody asked for."""

    def test_third_bank_learns_nothing(self):
        """Its refusals are those of an id that there is not, to the byte."""
        third = self.raw(THIRD)
        before = self.shown(self.ident)
        real = link_requests(third, self.ident, self.someone)
        made_up = link_requests(third, uuid7(), self.someone)
        for kind, message in real.items():
            said = self.whole_refusal(third, kind, message)
            self.assertEqual(said, self.whole_refusal(third, kind, made_up[kind]), kind)
            self.assertEqual((said.reason, said.detail), ("MD01", "NO_SUCH_LINK"), kind)
            self.assertEqual((said.field, said.retry), ("link_id", common.RETRY_NEVER), kind)
        for account in ("", self.someone.class2, self.someone.class1):
            answer = third.ask(
                envelope.KIND_LIST_LINKS, links.ListLinks(account_number=account)
            )
            self.assertEqual(answer.direction, REPLY)
            self.assertEqual(links.LinkPage.FromString(answer.payload), links.LinkPage())
        self.assertEqual(self.shown(self.ident), before)

    def test_request_ids_of_another_bank(self):
        third = self.raw(THIRD)
        opening = self.bank.open_message(FOURTH, self.new_person())
        asked = self.bank.post(envelope.KIND_OPEN_LINK, opening)
        self.peer.verify()
        link_reply(self.bank.answer_to(asked))
        for bank in (third, self.peer):
            query = links.GetLink(request_id=opening.request_id)
            said = self.refused(bank, "GET_LINK", query)
            self.assertEqual(said, ("MD01", "NO_SUCH_LINK", "request_id"))

    def test_page_that_goes_on_from_another_bank_s_object(self):
        """A cursor is a place in the order, no right: only own links come after it."""
        third = self.raw(THIRD)
        for after in (self.ident, bytes.fromhex(self.link), uuid7(0)):
            for bank in (third, self.peer):
                answer = bank.ask(envelope.KIND_LIST_LINKS, links.ListLinks(after=after))
                page = links.LinkPage.FromString(answer.payload)
                for row in page.links:
                    self.assertIn(bank.code, (row.class1_bank_code, row.class2_bank_code))

    def test_wrong_role(self):
        """The Class I bank of the link itself."""
        before = self.shown(self.ident)
        made = link_requests(self.peer, self.ident, self.someone)
        made["OPEN_LINK"] = self.peer.open_message(THIRD, self.new_person())
        for kind in CLASS2_ONLY:
            said = self.whole_refusal(self.peer, kind, made[kind])
            self.assertEqual((said.reason, said.detail), ("AG01", "ROLE"), kind)
            self.assertEqual(said.retry, common.RETRY_NEVER)
        self.assertEqual(self.shown(self.ident), before)

    def test_challenge_answered_by_another_bank(self):
        """As a request, and as the answer to the check."""
        person = self.new_person()
        asked = self.bank.post(
            envelope.KIND_OPEN_LINK, self.bank.open_message(FOURTH, person)
        )
        self.peer.verify()
        ident = link_reply(self.bank.answer_to(asked)).link_id
        start = links.StartChallenge(request_id=uuid7(), link_id=ident)
        asked = self.bank.post(envelope.KIND_START_CHALLENGE, start)
        self.peer.send_code()
        link_reply(self.bank.answer_to(asked))
        third = self.raw(THIRD)
        answer = links.AnswerChallenge(request_id=uuid7(), link_id=ident, code=b"123456")
        said = self.refused(third, "ANSWER_CHALLENGE", answer)
        self.assertEqual(said, ("MD01", "NO_SUCH_LINK", "link_id"))
        self.assertEqual(self.refused(self.peer, "ANSWER_CHALLENGE", answer)[1], "ROLE")
        asked = self.bank.post(envelope.KIND_ANSWER_CHALLENGE, answer)
        question = self.peer.next_question(envelope.KIND_CHECK_CHALLENGE)
        check = links.CheckChallenge.FromString(question.payload)
        right = links.CheckChallengeReply(
            link_id=ident,
            attempt_id=check.attempt_id,
            outcome=links.CHALLENGE_OUTCOME_RIGHT,
            tries_left=3,
        )
        for bank in (third, self.bank):
            bank.post(question.kind, right, direction=REPLY, correlation=question.correlation_id)
            bank.ask(envelope.KIND_LIST_LINKS, links.ListLinks())
        get = links.GetLink(link_id=ident)
        state = link_reply(self.bank.ask(envelope.KIND_GET_LINK, get)).state
        self.assertEqual(state, links.LINK_STATE_AWAITING_AUTHENTICATION)
        right.outcome, right.tries_left = links.CHALLENGE_OUTCOME_WRONG, 2
        self.peer.reply(question, right)
        self.assertEqual(refusal(self.bank.answer_to(asked))[:2], ("MS02", "CODE_WRONG"))

    def test_reply_to_nothing(self):
        """Every kind of answer, about our link, another pair's, none, and as no message."""
        honest = bytes.fromhex(self.link)
        before = [self.shown(ident) for ident in (self.ident, honest)]
        third = self.raw(THIRD)
        for name, message in ANSWERS.items():
            fields = message.DESCRIPTOR.fields_by_name
            for ident in (self.ident, honest, uuid7()):
                made = message(**{key: 1 for key in fields if fields[key].enum_type})
                for key in fields:
                    if key.endswith("_id"):
                        setattr(made, key, ident)
                for payload in (made, b"", b"\xff\xff", bytes(60000)):
                    for bank in (self.bank, self.peer, third):
                        for correlation in (0, 424242):
                            bank.post(
                                kind_of(name), payload, direction=REPLY, correlation=correlation
                            )
        for bank in (self.bank, self.peer, third):
            for kind in (envelope.KIND_VERIFY_ACCOUNT, envelope.KIND_GET_LINK, 0, 999):
                for payload in (common.Refusal(reason="AC04"), b"\xff"):
                    bank.post(kind, payload, direction=REFUSAL, correlation=424242)
            self.assertEqual(
                bank.ask(envelope.KIND_LIST_LINKS, links.ListLinks()).direction, REPLY
            )
        self.assertEqual([self.shown(ident) for ident in (self.ident, honest)], before)
        self.assert_works()

    def test_answer_about_another_link(self):
        """The bank is asked about one link and answers for another: neither moves by it."""
        asked = [
            self.bank.post(
                envelope.KIND_OPEN_LINK, self.bank.open_message(FOURTH, self.new_person()), 2000
            )
            for _ in range(2)
        ]
        questions = [self.peer.next_question(envelope.KIND_VERIFY_ACCOUNT) for _ in asked]
        seen = [links.VerifyAccount.FromString(question.payload) for question in questions]
        crossed = links.VerifyAccountReply(
            link_id=seen[0].link_id,
            verification_id=seen[1].verification_id,
            **{key: 1 for key in ("name", "id_number", "mobile", "account")},
            account_class=common.ACCOUNT_CLASS_I,
            status=links.ACCOUNT_STATUS_OPEN,
        )
        for question in questions:
            self.peer.reply(question, crossed)
        for correlation in asked:
            reply = link_reply(self.bank.answer_to(correlation))
            self.assertEqual((reply.state, reply.reason), (links.LINK_STATE_REJECTED, "AB11"))


class Sessions(LifeTest):
    """Connections that end in the middle of work: what was on its way is not lost."""

    def submit(self):
        asked = self.bank.post(
            envelope.KIND_SUBMIT_TRANSFER, self.bank.transfer_message(self.ident), 60000
        )
        question, _ = self.peer.posting()
        return asked, question

    def test_second_hello_loses_nothing(self):
        asked, _ = self.submit()
        self.peer.post(envelope.KIND_HELLO, b"")
        self.assertEqual(self.peer.goodbye(), "MALFORMED")
        self.peer = self.raw(FOURTH)
        self.peer.post_it()
        state = transfer_reply(self.bank.answer_to(asked)).state
        self.assertEqual(state, transfers.TRANSFER_STATE_ACCEPTED)

    def test_disabled_bank(self):
        """Cut before the order returns; requests about it are refused; then all goes on."""
        asked, _ = self.submit()
        self.place.ctl("bank", "disable", FOURTH)
        self.assertEqual(self.place.sessions(FOURTH), 0)
        self.assertEqual(self.peer.goodbye(), "DISABLED")
        suspended = ("AG11", "PEER_SUSPENDED")
        message = self.bank.open_message(FOURTH, self.new_person())
        self.assertEqual(self.refused(self.bank, "OPEN_LINK", message)[:2], suspended)
        message = self.bank.transfer_message(self.ident)
        self.assertEqual(self.refused(self.bank, "SUBMIT_TRANSFER", message)[:2], suspended)
        stranger = Peer(self.place, FOURTH)
        self.addCleanup(stranger.close)
        self.assertEqual(stranger.goodbye(), "DISABLED")
        self.place.order("bank", "enable", FOURTH)
        self.peer = self.raw(FOURTH)
        self.peer.post_it()
        state = transfer_reply(self.bank.answer_to(asked)).state
        self.assertEqual(state, transfers.TRANSFER_STATE_ACCEPTED)
        self.assertEqual(self.refused(self.bank, "SUBMIT_TRANSFER", message)[:2], suspended)
        self.assert_works()


if __name__ == "__main__":
    unittest.main()
