"""Canaries: person data and codes stand in no log line, in no file of the store, in no answer."""

import re
import unittest

from people import Person, uuid7
from place import CLASS1, FOURTH, OTHER, SiteTest, link
from wire import RawBank, envelope, link_reply, links, raw_link, refusal, transfers

# What only the banks' own data hold. Of account numbers the last four may be shown.
REMITTANCE = "CANARY-REMITTANCE-77"
PARTY = "CANARY PARTY NAME"
CODE = b"CANARY-CODE-5512"


def content(path):
    """What a file holds, without the room in it that nothing was written to yet."""
    return re.sub(rb"\0{64,}", b"\0", path.read_bytes())


class Privacy(SiteTest):
    def setUp(self):
        self.people = [Person(801, name="金丝雀·一"), Person(802, name="CANARY TWO")]
        self.raw_person = Person(803, name="CANARY THREE")
        self.place = self.site({("journal", "level"): 7, ("gateway", "drain_ms"): 500}).start()

    def canaries(self):
        found = [REMITTANCE.encode(), PARTY.encode(), CODE]
        for person in [*self.people, self.raw_person]:
            found += [person.name.encode(), person.id_number.encode(), person.mobile.encode()]
            found += [person.class1.encode(), person.class2.encode()]
        # Written out as hex they would be no better hidden.
        return found + [canary.hex().encode() for canary in found]

    def live_a_little(self):
        """Everything that carries person data, well and badly."""
        class2, class1 = self.place.two_banks(self.people)
        self.opened = [link(class2, class1, person) for person in self.people]
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
        # Refusals of shape: nothing of what was refused may be told to the log.
        for field, value in (("name", PARTY + "\n"), ("id_number", "x"), ("mobile", "1")):
            message = bank.open_message(FOURTH, self.raw_person)
            setattr(message.person, field, value)
            refusal(bank.ask(envelope.KIND_OPEN_LINK, message))
        bank.post(envelope.KIND_OPEN_LINK, self.raw_person.id_number.encode())
        bank.post(envelope.KIND_GET_LINK, PARTY.encode(), correlation=0)
        bank.goodbye()

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

    def assert_clean(self, text, where):
        for canary in self.canaries():
            self.assertNotIn(canary, text, f"{canary!r} in {where}")

    def output(self):
        """All that linkgatectl tells."""
        words = [["status"], ["bank", "list"], ["link", "list"], ["transfer", "list"]]
        words += [["net", "list"], ["quarantine", "list"], ["clock", "show"]]
        words += [["link", "show", row["id"]] for row in self.place.ctl("link", "list")["links"]]
        words += [["transfer", "show", row["id"]] for row in self.place.transfers()]
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
