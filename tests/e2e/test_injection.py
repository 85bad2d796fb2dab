"""Texts that forge: controls, line ends, escapes, marks that turn what is read, bytes that are no
UTF-8, in every text that a bank or an operator can send. The journal has one line for one event, and
nothing that linkgatectl prints is a control."""

import re
import subprocess
import unittest

from life import LifeTest, kind_of
from place import BIN, OTHER
from test_bad_requests import all_requests
from wire import REFUSAL, REPLY, Peer, envelope, posted_result, session, transfer_reply

ALL = bytes(range(256))
# Short, so that what refuses them is what they are and not how long they are.
PIECES = [ALL[at : at + 16] for at in range(0, 256, 16) if not 32 <= at < 112]
PIECES += [
    b"a\r\n<1>event=forged x=1",
    b"\x1b[2J\x1b]0;forged\x07",
    "a\u202egnirts\u2066".encode(),
    "a\u2028<1>event=forged".encode(),
    "\u200f\u0085\u009b".encode(),
    b"a\x00b",
    b"cut \xe6\x9d",
]
VALUE = r'([^ "=\\]+|"([^"\\=]|\\["\\]|\\x[0-9a-f]{2})*")'
LINE = re.compile(rf"<[0-7]>event=[a-z_]+( [a-z_0-9]+={VALUE})*$")
UNCLEAN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffd]")


def with_text(message, piece):
    """(field, bytes of the message) for each text in it, on any level, replaced by the piece."""

    def places(part, path):
        for field in part.DESCRIPTOR.fields:
            name = f"{path}{field.name}"
            repeated = field.label == field.LABEL_REPEATED
            if field.type == field.TYPE_MESSAGE and not repeated:
                if part.HasField(field.name):
                    yield from places(getattr(part, field.name), name + ".")
            elif field.type == field.TYPE_STRING:
                yield name, part, field.name, repeated

    stand_in = "@" * len(piece)
    for name, part, field, repeated in list(places(message, "")):
        before = list(getattr(part, field)) if repeated else getattr(part, field)
        if repeated:
            getattr(part, field)[:] = [stand_in]
        else:
            setattr(part, field, stand_in)
        yield name, message.SerializeToString().replace(stand_in.encode(), piece)
        if repeated:
            getattr(part, field)[:] = before
        else:
            setattr(part, field, before)


class Injection(LifeTest):
    settings = {("journal", "level"): 7}

    def tearDown(self):
        super().tearDown()
        lines = self.place.gateway.log.read_bytes().split(b"\n")
        self.assertEqual(lines.pop(), b"", "the last line ends")
        for line in lines:
            text = line.decode("utf-8", errors="replace")
            self.assertRegex(text, LINE)
            self.assertNotRegex(text, UNCLEAN)
            self.assertNotIn("event=forged", text)

    def tool(self, *words):
        """(status, output) of linkgatectl, whose output is looked at first."""
        command = [BIN / "linkgatectl", "--socket", self.place.admin, *words]
        done = subprocess.run(command, capture_output=True, check=False, input=b"")
        for line in (done.stdout + done.stderr).decode("utf-8", errors="replace").splitlines():
            self.assertNotRegex(line, UNCLEAN, words)
        return done.returncode, done.stdout

    def test_requests(self):
        made = all_requests(self.bank, self.ident, self.someone, self.ident)
        made["OPEN_LINK"] = self.bank.open_message(OTHER, self.new_person())
        tried = 0
        for piece in PIECES:
            for kind, message in made.items():
                for field, payload in with_text(message, piece):
                    answer = self.bank.ask(kind_of(kind), payload)
                    self.assertEqual(answer.direction, REFUSAL, (kind, field, piece))
                    tried += 1
        self.assertGreater(tried, 20 * len(PIECES))
        self.assert_works()

    def transfer(self, field, piece):
        """One whose answer has the piece in that field; the submitter's correlation."""
        message = self.bank.transfer_message(self.ident)
        asked = self.bank.post(envelope.KIND_SUBMIT_TRANSFER, message, 60000)
        question, instruction = self.peer.posting()
        result = posted_result(instruction.transfer_id)
        result.reason, result.text = "AM04", "booked"
        self.peer.reply(question, dict(with_text(result, piece))[field])
        return asked

    def test_answers(self):
        """What the bank that is asked says beside its answer is left out, and the answer counts; one
        whose reference or day cannot be read leaves the outcome open."""
        for piece in PIECES:
            for field in ("reason", "text"):
                answer = self.bank.answer_to(self.transfer(field, piece))
                self.assertEqual(answer.direction, REPLY, (field, piece))
        shown = transfer_reply(answer).transfer_id.hex()
        for field in ("reference", "book_date"):
            self.transfer(field, b"\r\n\x1b[2J\xe2\x80\xae")
        self.tool("transfer", "list")
        self.tool("transfer", "explain", shown)
        self.tool("--json", "transfer", "show", shown)

    def test_greetings(self):
        for piece in PIECES:
            greeting = session.Hello(protocol_min=1, protocol_max=1, software="x", window=8)
            for _, payload in with_text(greeting, piece):
                peer = Peer(self.place, OTHER)
                peer.post(envelope.KIND_HELLO, payload)
                peer.receive()
                peer.post(envelope.KIND_GO_AWAY, b"\x0a" + bytes([len(piece)]) + piece)
                peer.close()
        self.assert_works()

    def test_operators(self):
        for piece in PIECES:
            if b"\0" in piece:
                continue
            for words in (
                ("bank", "set", OTHER, "--name", piece),
                ("link", "hold", self.ident.hex(), "--block", "all", "--reference", piece),
                ("transfer", "list", "--state", piece),
                ("link", "show", piece),
                (piece,),
            ):
                status, _ = self.tool(*words)
                self.assertNotIn(status, (0, 4), words)
        for words in (("audit", "list"), ("bank", "list"), ("link", "explain", self.ident.hex())):
            self.assertEqual(self.tool(*words)[0], 0)


if __name__ == "__main__":
    unittest.main()
