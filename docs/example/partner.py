#!/usr/bin/python3
"""A partner bank in one file: opens a link, moves money both ways, and answers what it is asked.

usage: partner.py --gateway HOST:PORT --ca FILE --cert FILE --key FILE --bank CODE --peer CODE
                  --class2 NUMBER --class1 NUMBER --name NAME --id-number NUMBER --mobile NUMBER
                  [--proto DIR] [--store FILE] [--code CODE] [--serve SECONDS]

Needs Debian's python3-protobuf and protobuf-compiler, and nothing of linkgate but its proto folder.
Bank CODE is the Class II bank; --peer is the Class I bank that knows the person. The one-time code
that the Class I bank sends to the customer is read from standard input unless --code gives it.

What to learn from it, in the order of the code: every request id is stored before it is sent; a
posting is stored with its answer before it is answered; an unknown transfer that is inquired about is
barred; a pull is credited after ACCEPTED only, and then confirmed; notices are stored, then
acknowledged. docs/protocol.md has the reasons.
"""

import argparse
import datetime
import hashlib
import os
import pathlib
import socket
import sqlite3
import ssl
import struct
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent


def load_messages(proto):
    """Generates and imports the messages' classes."""
    folder = tempfile.TemporaryDirectory(prefix="linkgate-partner-")
    sources = sorted(str(p) for p in pathlib.Path(proto, "linkgate/v1").glob("*.proto"))
    subprocess.run(["protoc", f"-I{proto}", f"--python_out={folder.name}", *sources], check=True)
    sys.path.insert(0, folder.name)
    from linkgate.v1 import common_pb2, envelope_pb2, link_pb2, notice_pb2, session_pb2
    from linkgate.v1 import transfer_pb2

    class Messages:
        common, envelope, link = common_pb2, envelope_pb2, link_pb2
        notice, session, transfer = notice_pb2, session_pb2, transfer_pb2

    folder.cleanup()
    return Messages


def new_request_id():
    """A UUIDv7: 48 bits of milliseconds, then chance."""
    made = bytearray(int(time.time() * 1000).to_bytes(6, "big") + os.urandom(10))
    made[6] = 0x70 | made[6] & 0x0F
    made[8] = 0x80 | made[8] & 0x3F
    return bytes(made)


class Refused(Exception):
    """The gateway said no: .refusal says why, and whether to try again."""

    def __init__(self, refusal):
        super().__init__(f"{refusal.reason}/{refusal.detail} {refusal.field}: {refusal.text}")
        self.refusal = refusal


class Store:
    """What must outlive this program. SQLite syncs each commit."""

    def __init__(self, path):
        self.db = sqlite3.connect(path)
        self.db.execute("PRAGMA synchronous=FULL")
        for table in (
            "request (id BLOB PRIMARY KEY, kind INTEGER, payload BLOB)",
            "posting (transfer BLOB PRIMARY KEY, answer BLOB)",
            "notice (sequence INTEGER PRIMARY KEY, token BLOB, kind INTEGER, payload BLOB)",
            "balance (account TEXT PRIMARY KEY, fen INTEGER)",
        ):
            self.db.execute(f"CREATE TABLE IF NOT EXISTS {table}")
        self.db.commit()

    def keep_request(self, request_id, kind, payload):
        with self.db:
            self.db.execute("INSERT INTO request VALUES (?, ?, ?)", (request_id, kind, payload))

    def answer_of(self, transfer):
        row = self.db.execute("SELECT answer FROM posting WHERE transfer = ?", (transfer,))
        found = row.fetchone()
        return found[0] if found else None

    def keep_posting(self, transfer, answer, account=None, fen=0):
        """The posting and the money it moves, in one transaction."""
        with self.db:
            self.db.execute("INSERT INTO posting VALUES (?, ?)", (transfer, answer))
            if account:
                self.move(account, fen)

    def move(self, account, fen):
        self.db.execute("INSERT OR IGNORE INTO balance VALUES (?, 0)", (account,))
        self.db.execute("UPDATE balance SET fen = fen + ? WHERE account = ?", (fen, account))

    def balance(self, account):
        row = self.db.execute("SELECT fen FROM balance WHERE account = ?", (account,)).fetchone()
        return row[0] if row else 0

    def last_notice(self):
        row = self.db.execute("SELECT sequence, token FROM notice ORDER BY sequence DESC LIMIT 1")
        return row.fetchone() or (0, b"")

    def keep_notice(self, sequence, token, kind, payload):
        with self.db:
            self.db.execute(
                "INSERT OR IGNORE INTO notice VALUES (?, ?, ?, ?)", (sequence, token, kind, payload)
            )


class Bank:
    """One connection to the gateway, with Hello done."""

    def __init__(self, pb, arguments):
        self.pb = pb
        self.arguments = arguments
        self.store = Store(arguments.store)
        self.correlation = 0
        self.received = b""
        self.answers = {}
        self.socket = self.connect()
        self.greet()

    def connect(self):
        host, port = self.arguments.gateway.rsplit(":", 1)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        tls.minimum_version = ssl.TLSVersion.TLSv1_3
        tls.check_hostname = False  # the gateway is known by its URI, below
        tls.load_verify_locations(self.arguments.ca)
        tls.load_cert_chain(self.arguments.cert, self.arguments.key)
        tls.set_alpn_protocols(["linkgate/1"])
        wrapped = tls.wrap_socket(socket.create_connection((host, int(port)), timeout=30))
        names = wrapped.getpeercert().get("subjectAltName", ())
        if ("URI", "urn:linkgate:gateway") not in names:
            raise SystemExit(f"{self.arguments.gateway} is no linkgate gateway: {names}")
        return wrapped

    def greet(self):
        sequence, token = self.store.last_notice()
        hello = self.pb.session.Hello(
            protocol_min=1, protocol_max=1, software="partner.py", window=64,
            last_notice_sequence=sequence, last_notice_token=token,
        )
        answer = self.ask(self.pb.envelope.KIND_HELLO, hello.SerializeToString())
        reply = self.pb.session.HelloReply.FromString(answer)
        print(f"connected: {reply.software}, protocol {reply.protocol}, window {reply.window}")

    # --- frames

    def send(self, correlation, kind, direction, payload, timeout_ms=0):
        body = self.pb.envelope.Envelope(
            correlation_id=correlation, kind=kind, direction=direction, payload=payload,
            timeout_ms=timeout_ms,
        ).SerializeToString()
        self.socket.sendall(struct.pack(">BI", 0, len(body)) + body)

    def receive(self, wait_s=60):
        """One envelope; None when none came in time."""
        self.socket.settimeout(wait_s)
        while True:
            if len(self.received) >= 5:
                size = struct.unpack(">I", self.received[1:5])[0]
                if len(self.received) >= 5 + size:
                    body = self.received[5 : 5 + size]
                    self.received = self.received[5 + size :]
                    return self.pb.envelope.Envelope.FromString(body)
            try:
                data = self.socket.recv(65536)
            except TimeoutError:
                return None
            if not data:
                raise SystemExit("the gateway closed the connection")
            self.received += data

    def ask(self, kind, payload, timeout_ms=0):
        """Sends a request and answers what comes in until its own answer is there."""
        self.correlation += 1
        mine = self.correlation
        self.send(mine, kind, self.pb.envelope.DIRECTION_REQUEST, payload, timeout_ms)
        while mine not in self.answers:
            message = self.receive()
            if message is None:
                raise SystemExit("no answer: connect again and send the same request id again")
            self.handle(message)
        answer = self.answers.pop(mine)
        if answer.direction == self.pb.envelope.DIRECTION_REFUSAL:
            raise Refused(self.pb.common.Refusal.FromString(answer.payload))
        return answer.payload

    def request(self, kind, message, timeout_ms=0):
        """A request that changes something: stored, then sent."""
        message.request_id = new_request_id()
        payload = message.SerializeToString()
        self.store.keep_request(message.request_id, kind, payload)
        while True:
            try:
                return self.ask(kind, payload, timeout_ms)
            except Refused as refused:
                if refused.refusal.retry != self.pb.common.RETRY_SAME_ID_LATER:
                    raise
                time.sleep(1)  # it was not recorded: the same id again

    # --- what the gateway sends

    def handle(self, message):
        direction = message.direction
        if direction in (self.pb.envelope.DIRECTION_REPLY, self.pb.envelope.DIRECTION_REFUSAL):
            self.answers[message.correlation_id] = message
        elif direction == self.pb.envelope.DIRECTION_NOTICE:
            self.notice(message)
        else:
            self.serve(message)

    def notice(self, message):
        kinds = self.pb.envelope
        if message.kind == kinds.KIND_LINK_NOTICE:
            told = self.pb.link.LinkNotice.FromString(message.payload)
        elif message.kind == kinds.KIND_TRANSFER_NOTICE:
            told = self.pb.transfer.TransferNotice.FromString(message.payload)
        else:
            return  # SystemNotice, GoAway, and what later versions add: not numbered for us
        self.store.keep_notice(told.sequence, told.token, message.kind, message.payload)
        print(f"notice {told.sequence}: {told.event}")
        stored = self.pb.notice.AckNotices(up_to_sequence=told.sequence).SerializeToString()
        self.send(0, kinds.KIND_ACK_NOTICES, kinds.DIRECTION_NOTICE, stored)

    def serve(self, message):
        kinds = self.pb.envelope
        if message.kind == kinds.KIND_HEARTBEAT:
            answer = message.payload
        elif message.kind == kinds.KIND_POST_INSTRUCTION:
            answer = self.post(self.pb.transfer.PostInstruction.FromString(message.payload))
        elif message.kind == kinds.KIND_INQUIRE_POSTING:
            asked = self.pb.transfer.InquirePosting.FromString(message.payload)
            answer = self.told_or_barred(asked.transfer_id)
        elif message.kind == kinds.KIND_CANCEL_POSTING:
            asked = self.pb.transfer.CancelPosting.FromString(message.payload)
            answer = self.told_or_barred(asked.transfer_id)
        else:
            refusal = self.pb.common.Refusal(
                detail="UNSUPPORTED", text="not answered by this example",
                retry=self.pb.common.RETRY_NEVER,
            )
            self.send(message.correlation_id, message.kind, kinds.DIRECTION_REFUSAL,
                      refusal.SerializeToString())
            return
        self.send(message.correlation_id, message.kind, kinds.DIRECTION_REPLY, answer)

    def post(self, asked):
        """Posts once per transfer id, within the validity, and stores it before it answers."""
        known = self.store.answer_of(asked.transfer_id)
        if known:
            return known
        pb = self.pb.transfer
        result = pb.PostingResult(transfer_id=asked.transfer_id)
        credit = asked.side == pb.POSTING_SIDE_CREDIT
        fen = asked.amount.fen if credit else -asked.amount.fen
        if asked.account_number != self.arguments.class2:
            result.outcome, result.reason = pb.POSTING_OUTCOME_REFUSED, "AC01"
        elif self.store.balance(asked.account_number) + fen < 0:
            result.outcome, result.reason = pb.POSTING_OUTCOME_REFUSED, "AM04"
        else:
            result.outcome = pb.POSTING_OUTCOME_POSTED
            result.reference = asked.transfer_id.hex()
            shanghai = datetime.timezone(datetime.timedelta(hours=8))
            result.book_date = datetime.datetime.now(shanghai).date().isoformat()
        answer = result.SerializeToString()
        posted = result.outcome == pb.POSTING_OUTCOME_POSTED
        self.store.keep_posting(asked.transfer_id, answer, posted and asked.account_number, fen)
        return answer

    def told_or_barred(self, transfer_id):
        known = self.store.answer_of(transfer_id)
        if known:
            return known
        pb = self.pb.transfer
        barred = pb.PostingResult(transfer_id=transfer_id, outcome=pb.POSTING_OUTCOME_NOT_SEEN)
        answer = barred.SerializeToString()
        self.store.keep_posting(transfer_id, answer)
        return answer

    # --- a link

    def open_link(self):
        arguments, pb = self.arguments, self.pb.link
        now_ms = int(time.time() * 1000)
        agreement = hashlib.sha256(b"the text that the customer accepted").digest()
        consent = hashlib.sha256(b"the text that the customer consented to").digest()
        message = pb.OpenLink(
            class2_account=self.pb.common.Account(
                bank_code=arguments.bank, number=arguments.class2,
                account_class=self.pb.common.ACCOUNT_CLASS_II,
                opening=self.pb.common.ACCOUNT_OPENING_REMOTE,
            ),
            class1_account=self.pb.common.Account(
                bank_code=arguments.peer, number=arguments.class1,
                account_class=self.pb.common.ACCOUNT_CLASS_I,
            ),
            person=pb.PersonElements(
                name=arguments.name, id_type=pb.ID_TYPE_RESIDENT,
                id_number=arguments.id_number, mobile=arguments.mobile,
            ),
            scopes=[pb.LINK_SCOPE_COLLECT],
            limits=pb.AgreedLimits(single_fen=100_000, daily_fen=500_000),
            agreement=pb.Agreement(
                version="1", text_sha256=agreement, accepted_at_ms=now_ms, channel="APP"
            ),
            consent=pb.Consent(
                recipient_bank_code=arguments.peer, purpose="ACCOUNT_LINK",
                fields=["name", "id_number", "mobile", "account"],
                text_sha256=consent, given_at_ms=now_ms,
            ),
        )
        link = pb.LinkReply.FromString(
            self.request(self.pb.envelope.KIND_OPEN_LINK, message, timeout_ms=30_000)
        )
        print(f"link {link.link_id.hex()}: {pb.LinkState.Name(link.state)} {link.reason}")
        if link.state != pb.LINK_STATE_AWAITING_AUTHENTICATION:
            raise SystemExit("the Class I bank did not verify this person")
        return link.link_id

    def authenticate(self, link_id):
        kinds, pb = self.pb.envelope, self.pb.link
        started = pb.LinkReply.FromString(
            self.request(kinds.KIND_START_CHALLENGE, pb.StartChallenge(link_id=link_id))
        )
        print(f"a code was sent to {started.challenge.masked_mobile}")
        code = self.arguments.code or input("the code: ").strip()
        answered = pb.LinkReply.FromString(
            self.request(
                kinds.KIND_ANSWER_CHALLENGE,
                pb.AnswerChallenge(link_id=link_id, code=code.encode()),
            )
        )
        print(f"link {link_id.hex()}: {pb.LinkState.Name(answered.state)}")

    # --- money

    def submit(self, link_id, direction, fen):
        pb = self.pb.transfer
        message = pb.SubmitTransfer(
            link_id=link_id, kind=pb.TRANSFER_KIND_BOUND_PAIR, direction=direction,
            amount=self.pb.common.Money(fen=fen, currency="CNY"),
            end_to_end_id=f"E{time.time_ns()}", channel="APP", authentication="PASSWORD+OTP",
        )
        payload = self.request(self.pb.envelope.KIND_SUBMIT_TRANSFER, message, timeout_ms=10_000)
        transfer = pb.TransferReply.FromString(payload)
        while transfer.state in (pb.TRANSFER_STATE_PENDING, pb.TRANSFER_STATE_UNKNOWN):
            print("no outcome yet: the money stays where it is")
            message = self.receive()
            if message:
                self.handle(message)
            asked = pb.GetTransfer(transfer_id=transfer.transfer_id).SerializeToString()
            transfer = pb.TransferReply.FromString(
                self.ask(self.pb.envelope.KIND_GET_TRANSFER, asked)
            )
        name = pb.TransferDirection.Name(direction).rsplit("_", 1)[1].lower()
        state = pb.TransferState.Name(transfer.state)
        print(f"{name} {transfer.transfer_id.hex()}: {state} {transfer.reason}")
        return transfer

    def pull(self, link_id, fen):
        """The other bank debits; credit after ACCEPTED, and say so."""
        pb = self.pb.transfer
        transfer = self.submit(link_id, pb.TRANSFER_DIRECTION_PULL, fen)
        if transfer.state == pb.TRANSFER_STATE_ACCEPTED:
            with self.store.db:
                self.store.move(self.arguments.class2, fen)
            confirmed = pb.ConfirmCredit(transfer_id=transfer.transfer_id).SerializeToString()
            self.ask(self.pb.envelope.KIND_CONFIRM_CREDIT, confirmed)

    def push(self, link_id, fen):
        """Debit (hold) first; give it back only on REJECTED or CANCELLED."""
        pb = self.pb.transfer
        with self.store.db:
            self.store.move(self.arguments.class2, -fen)
        try:
            transfer = self.submit(link_id, pb.TRANSFER_DIRECTION_PUSH, fen)
            failed = transfer.state != pb.TRANSFER_STATE_ACCEPTED
        except Refused as refused:
            print(f"refused: {refused}")
            failed = True
        if failed:
            with self.store.db:
                self.store.move(self.arguments.class2, fen)

    def serve_for(self, seconds):
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            message = self.receive(left)
            if message:
                self.handle(message)


def read_arguments():
    parser = argparse.ArgumentParser(
        description="A partner bank in one file; see the head of the file.",
    )
    for name in ("gateway", "ca", "cert", "key", "bank", "peer", "class2", "class1", "name",
                 "id-number", "mobile"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--proto", default=HERE.parents[1] / "proto")
    parser.add_argument("--store", default="partner.db")
    parser.add_argument("--code")
    parser.add_argument("--serve", type=float, default=0)
    return parser.parse_args()


def main():
    arguments = read_arguments()
    bank = Bank(load_messages(arguments.proto), arguments)
    try:
        link_id = bank.open_link()
        bank.authenticate(link_id)
        bank.pull(link_id, 50_000)
        bank.push(link_id, 20_000)
    except Refused as refused:
        raise SystemExit(f"refused: {refused}") from None
    bank.serve_for(arguments.serve)
    print(f"balance of the Class II account: {bank.store.balance(arguments.class2)} fen")


if __name__ == "__main__":
    main()
