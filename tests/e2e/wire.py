"""Banks of a few lines, written from docs/protocol.md alone: sockets, ssl and protobuf.

The messages' classes are made from proto/ by protoc when this is imported. A Peer is one TLS
connection; a RawBank is one with Hello done, which answers what it is told to answer.
"""

import atexit
import pathlib
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import time

from people import uuid7
from place import PATIENCE_S, SOURCE


def compile_messages():
    folder = tempfile.mkdtemp(prefix="linkgate-pb-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    proto = SOURCE / "proto"
    files = sorted((proto / "linkgate/v1").glob("*.proto"))
    command = ["protoc", f"-I{proto}", f"--python_out={folder}", *map(str, files)]
    subprocess.run(command, check=True)
    sys.path.insert(0, folder)


compile_messages()
# pylint: disable=wrong-import-position
from linkgate.v1 import card_pb2 as cards  # noqa: E402
from linkgate.v1 import case_pb2 as cases  # noqa: E402
from linkgate.v1 import common_pb2 as common  # noqa: E402
from linkgate.v1 import envelope_pb2 as envelope  # noqa: E402
from linkgate.v1 import event_pb2 as events  # noqa: E402
from linkgate.v1 import link_pb2 as links  # noqa: E402
from linkgate.v1 import notice_pb2 as notices  # noqa: E402
from linkgate.v1 import order_pb2 as orders  # noqa: E402
from linkgate.v1 import product_pb2 as catalogue  # noqa: E402
from linkgate.v1 import recon_pb2 as recon  # noqa: E402
from linkgate.v1 import session_pb2 as session  # noqa: E402
from linkgate.v1 import transfer_pb2 as transfers  # noqa: E402
from linkgate.v1 import view_pb2 as views  # noqa: E402

REQUEST = envelope.DIRECTION_REQUEST
REPLY = envelope.DIRECTION_REPLY
NOTICE = envelope.DIRECTION_NOTICE
REFUSAL = envelope.DIRECTION_REFUSAL

SHA256 = bytes(range(32))


def context(site, name=None, ca=None, alpn="linkgate/1", version=None):
    """A client's TLS; name is that of the certificate in the site's PKI, None for none."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.load_verify_locations(ca or site.pki / "ca.crt")
    if name:
        folder = pathlib.Path(name).parent if "/" in str(name) else site.pki
        base = folder / pathlib.Path(name).name
        made.load_cert_chain(f"{base}.crt", f"{base}.key")
    if alpn:
        made.set_alpn_protocols([alpn])
    if version:
        made.maximum_version = version
        made.minimum_version = version
    return made


def frame(body, flags=0, length=None):
    return struct.pack(">BI", flags, len(body) if length is None else length) + body


class Peer:
    """One connection, as far as TLS."""

    def __init__(self, site, name, tls=None):
        self.site = site
        raw = socket.create_connection(("127.0.0.1", site.port), PATIENCE_S)
        self.socket = (tls or context(site, name)).wrap_socket(raw, server_hostname="127.0.0.1")
        self.received = b""
        self.correlation = 0
        self.asked = []  # requests of the gateway not answered yet
        self.told = []  # notices
        self.answers = {}  # replies and refusals by correlation, not fetched yet

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def send_envelope(self, **fields):
        self.send(frame(envelope.Envelope(**fields).SerializeToString()))

    def receive(self):
        """The next envelope; None when the gateway has closed."""
        while True:
            if len(self.received) >= 5:
                flags, size = struct.unpack(">BI", self.received[:5])
                assert flags == 0 and 1 <= size <= 65536
                if len(self.received) >= 5 + size:
                    body = self.received[5 : 5 + size]
                    self.received = self.received[5 + size :]
                    return envelope.Envelope.FromString(body)
            try:
                data = self.socket.recv(65536)
            except (ssl.SSLError, ConnectionError):
                return None
            if not data:
                return None
            self.received += data

    def take(self):
        """Receives one envelope and puts it where it belongs; False when the gateway closed."""
        message = self.receive()
        if message is None:
            return False
        if message.direction == REQUEST and message.kind == envelope.KIND_HEARTBEAT:
            self.reply(message, session.Heartbeat.FromString(message.payload))
        elif message.direction == REQUEST:
            self.asked.append(message)
        elif message.direction == NOTICE:
            self.told.append(message)
        else:
            self.answers[message.correlation_id] = message
        return True

    def post(self, kind, message, timeout_ms=0, direction=REQUEST, correlation=None):
        """Sends without waiting; the correlation."""
        if correlation is None:
            self.correlation += 1
            correlation = self.correlation
        payload = message if isinstance(message, bytes) else message.SerializeToString()
        self.send_envelope(
            correlation_id=correlation,
            kind=kind,
            direction=direction,
            payload=payload,
            timeout_ms=timeout_ms,
        )
        return correlation

    def answer_to(self, correlation):
        while correlation not in self.answers:
            if not self.take():
                raise AssertionError("the gateway closed instead of answering")
        return self.answers.pop(correlation)

    def ask(self, kind, message, timeout_ms=0):
        return self.answer_to(self.post(kind, message, timeout_ms))

    def reply(self, to, message):
        self.post(to.kind, message, direction=REPLY, correlation=to.correlation_id)

    def next_question(self, kind):
        """The oldest request of the gateway's of that kind."""
        while True:
            for message in self.asked:
                if message.kind == kind:
                    self.asked.remove(message)
                    return message
            if not self.take():
                raise AssertionError("the gateway closed instead of asking")

    def goodbye(self):
        """Reads until the gateway has closed; the code of its GoAway, or None."""
        code = None
        while True:
            message = self.receive()
            if message is None:
                return code
            if message.kind == envelope.KIND_GO_AWAY:
                code = session.GoAway.FromString(message.payload).code

    def hello(self, window=64, **fields):
        greeting = session.Hello(protocol_min=1, protocol_max=1, software="test", window=window)
        greeting.MergeFrom(session.Hello(**fields))
        answer = self.ask(envelope.KIND_HELLO, greeting)
        return session.HelloReply.FromString(answer.payload)


def all_match(asked):
    """What a Class I bank says of a customer whose elements are all right."""
    match = links.ELEMENT_RESULT_MATCH
    return links.VerifyAccountReply(
        link_id=asked.link_id,
        verification_id=asked.verification_id,
        name=match,
        id_number=match,
        mobile=match,
        account=match,
        account_class=common.ACCOUNT_CLASS_I,
        status=links.ACCOUNT_STATUS_OPEN,
    )


def code_sent(asked):
    return links.IssueChallengeReply(
        link_id=asked.link_id,
        challenge_id=asked.challenge_id,
        outcome=links.CHALLENGE_OUTCOME_SENT,
        masked_mobile="138****0001",
        lifetime_ms=60000,
    )


def code_checked(asked, outcome, tries_left):
    return links.CheckChallengeReply(
        link_id=asked.link_id,
        attempt_id=asked.attempt_id,
        outcome=outcome,
        tries_left=tries_left,
    )


class RawBank(Peer):
    """A bank that is connected."""

    def __init__(self, site, code, window=64, **hello):
        super().__init__(site, code)
        self.code = code
        self.greeting = self.hello(window, **hello)

    # --- as the Class II bank

    def open_message(self, peer_code, person):
        """A right OpenLink."""
        now_ms = int(time.time() * 1000)
        message = links.OpenLink(
            request_id=uuid7(),
            scopes=[links.LINK_SCOPE_COLLECT],
            limits=links.AgreedLimits(single_fen=1_000_000, daily_fen=10_000_000),
        )
        message.class2_account.CopyFrom(
            common.Account(
                bank_code=self.code,
                number=person.class2,
                account_class=common.ACCOUNT_CLASS_II,
                opening=common.ACCOUNT_OPENING_REMOTE,
            )
        )
        message.class1_account.CopyFrom(
            common.Account(
                bank_code=peer_code, number=person.class1, account_class=common.ACCOUNT_CLASS_I
            )
        )
        message.person.CopyFrom(
            links.PersonElements(
                name=person.name,
                id_type=links.ID_TYPE_RESIDENT,
                id_number=person.id_number,
                mobile=person.mobile,
            )
        )
        message.agreement.CopyFrom(
            links.Agreement(version="1", text_sha256=SHA256, accepted_at_ms=now_ms, channel="APP")
        )
        message.consent.CopyFrom(
            links.Consent(
                recipient_bank_code=peer_code,
                purpose="ACCOUNT_LINK",
                fields=["name", "id_number", "mobile", "account"],
                text_sha256=SHA256,
                given_at_ms=now_ms,
            )
        )
        return message

    def transfer_message(self, link_id, fen=1, direction=transfers.TRANSFER_DIRECTION_PUSH):
        """A right SubmitTransfer."""
        return transfers.SubmitTransfer(
            request_id=uuid7(),
            link_id=link_id,
            kind=transfers.TRANSFER_KIND_BOUND_PAIR,
            direction=direction,
            amount=common.Money(fen=fen, currency="CNY"),
            end_to_end_id="e2e",
        )

    def activate(self, peer, ident):
        """A verified link's code, sent, typed and right."""
        start = links.StartChallenge(request_id=uuid7(), link_id=ident)
        starting = self.post(envelope.KIND_START_CHALLENGE, start)
        peer.send_code()
        link_reply(self.answer_to(starting))
        answer = links.AnswerChallenge(request_id=uuid7(), link_id=ident, code=b"123456")
        answering = self.post(envelope.KIND_ANSWER_CHALLENGE, answer)
        peer.check_code(links.CHALLENGE_OUTCOME_RIGHT, tries_left=3)
        state = link_reply(self.answer_to(answering)).state
        assert state == links.LINK_STATE_ACTIVE, state

    # --- as the Class I bank

    def verify(self, **changes):
        """Answers the next VerifyAccount: everything matches, but for the changes."""
        question = self.next_question(envelope.KIND_VERIFY_ACCOUNT)
        answer = all_match(links.VerifyAccount.FromString(question.payload))
        answer.MergeFrom(links.VerifyAccountReply(**changes))
        self.reply(question, answer)

    def send_code(self):
        question = self.next_question(envelope.KIND_ISSUE_CHALLENGE)
        self.reply(question, code_sent(links.IssueChallenge.FromString(question.payload)))

    def check_code(self, outcome, tries_left=2):
        """Answers the next CheckChallenge; the code that came."""
        question = self.next_question(envelope.KIND_CHECK_CHALLENGE)
        asked = links.CheckChallenge.FromString(question.payload)
        self.reply(question, code_checked(asked, outcome, tries_left))
        return asked.code

    def posting(self):
        """The next instruction, not answered: (its envelope, its message)."""
        question = self.next_question(envelope.KIND_POST_INSTRUCTION)
        return question, transfers.PostInstruction.FromString(question.payload)

    def post_it(self):
        question, asked = self.posting()
        self.reply(question, posted_result(asked.transfer_id))
        return asked


def posted_result(transfer_id):
    return transfers.PostingResult(
        transfer_id=transfer_id,
        outcome=transfers.POSTING_OUTCOME_POSTED,
        reference="b1",
        book_date="2026-01-31",
    )


def refusal(answer):
    """(reason, detail, field) of what must be a refusal."""
    if answer.direction != REFUSAL:
        raise AssertionError(f"granted: {answer}")
    said = common.Refusal.FromString(answer.payload)
    return said.reason, said.detail, said.field


def link_reply(answer):
    if answer.direction != REPLY:
        raise AssertionError(f"refused: {refusal(answer)}")
    return links.LinkReply.FromString(answer.payload)


def transfer_reply(answer):
    if answer.direction != REPLY:
        raise AssertionError(f"refused: {refusal(answer)}")
    return transfers.TransferReply.FromString(answer.payload)


def raw_link(class2, class1, person, *scopes):
    """A link between two raw banks, with these scopes besides, all the way to ACTIVE; its id."""
    message = class2.open_message(class1.code, person)
    message.scopes.extend(scopes)
    opening = class2.post(envelope.KIND_OPEN_LINK, message)
    class1.verify()
    ident = link_reply(class2.answer_to(opening)).link_id
    class2.activate(class1, ident)
    return ident
