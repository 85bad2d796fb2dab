#!/usr/bin/python3
"""A partner bank in one file: opens a link, moves money both ways, and answers what it is asked.

usage: partner.py --gateway HOST:PORT --ca FILE --cert FILE --key FILE --bank CODE --peer CODE
                  --class2 NUMBER --class1 NUMBER --name NAME --id-number NUMBER --mobile NUMBER
                  [--proto DIR] [--store FILE] [--code CODE] [--serve SECONDS]

Needs Debian's python3-protobuf and protobuf-compiler, and nothing of linkgate but its proto folder.
Bank CODE is the Class II bank; --peer is the Class I bank that knows the person. The one-time code
that the Class I bank sends to the customer is read from standard input unless --code gives it.

Started again with the same store it goes on where it was: requests without an answer are sent again
with the same bytes, the link is found, and money moves once more. It connects again by itself.

What to learn from it, in the order of the code: every request is stored before it is sent; a
posting is stored with its answer before it is answered; an unknown transfer that is inquired about
or cancelled is barred; a pull is credited after ACCEPTED only, once, and then confirmed; a push's
hold is given back only when it is certain that nothing moved; notices are stored, then acknowledged, also those
that nothing is done with; the connection is served while a person thinks; what the bank does not do
(cards, products, loans) it refuses in so many words. docs/protocol.md has the reasons.
"""

import argparse
import datetime
import hashlib
import os
import pathlib
import select
import socket
import sqlite3
import ssl
import struct
import subprocess
import sys
import tempfile
import time

SILENCE_S = 60  # the gateway sends heartbeats more often than that
CONNECT_TRIES = 20
HERE = pathlib.Path(__file__).resolve().parent


def load_messages(proto):
    """Generates and imports the messages' classes."""
    folder = tempfile.TemporaryDirectory(prefix="linkgate-partner-")
    sources = sorted(str(p) for p in pathlib.Path(proto, "linkgate/v1").glob("*.proto"))
    subprocess.run(["protoc", f"-I{proto}", f"--python_out={folder.name}", *sources], check=True)
    sys.path.insert(0, folder.name)
    from linkgate.v1 import adjustment_pb2, card_pb2, case_pb2, common_pb2, envelope_pb2
    from linkgate.v1 import event_pb2, link_pb2, loan_pb2, notice_pb2, order_pb2, product_pb2
    from linkgate.v1 import session_pb2, transfer_pb2, view_pb2, window_pb2

    class Messages:
        adjustment, card, case, common = adjustment_pb2, card_pb2, case_pb2, common_pb2
        envelope, event, link, loan = envelope_pb2, event_pb2, link_pb2, loan_pb2
        notice, order, product, session = notice_pb2, order_pb2, product_pb2, session_pb2
        transfer, view, window = transfer_pb2, view_pb2, window_pb2

    folder.cleanup()
    return Messages


def new_request_id():
    """A UUIDv7: 48 bits of milliseconds, then chance."""
    made = bytearray(int(time.time() * 1000).to_bytes(6, "big") + os.urandom(10))
    made[6] = 0x70 | made[6] & 0x0F
    made[8] = 0x80 | made[8] & 0x3F
    return bytes(made)


class Refused(Exception):
    """The gateway said no: .refusal says why, and whether to try again; .again: to a repetition."""

    def __init__(self, refusal, again):
        super().__init__(f"{refusal.reason}/{refusal.detail} {refusal.field}: {refusal.text}")
        self.refusal = refusal
        self.again = again

    def decides(self):
        """Whether nothing moved. A refusal made before the request was looked up says nothing of an
        earlier sending of it."""
        refusal = self.refusal
        before = refusal.reason in ("FF08", "AG10", "DT01", "DUPL") or refusal.detail in (
            "UNSUPPORTED", "NOT_GRANTED", "ROLE", "QUARANTINED", "INVARIANT",
        )
        return refusal.replayed or not (self.again and before)


class Lost(Exception):
    """The connection is gone. What was asked is not known: ask again, with the same bytes."""


class Store:
    """What must outlive this program. SQLite syncs each commit."""

    def __init__(self, path):
        self.db = sqlite3.connect(path)
        self.db.execute("PRAGMA synchronous=FULL")
        for table in (
            "request (id BLOB PRIMARY KEY, kind INTEGER, payload BLOB, timeout_ms INTEGER, open)",
            "posting (transfer BLOB PRIMARY KEY, answer BLOB)",
            "notice (sequence INTEGER PRIMARY KEY, token BLOB, kind INTEGER, payload BLOB)",
            "entry (object BLOB, what TEXT, account TEXT, fen INTEGER, PRIMARY KEY (object, what))",
        ):
            self.db.execute(f"CREATE TABLE IF NOT EXISTS {table}")
        self.db.commit()

    def keep_request(self, request_id, kind, payload, timeout_ms, account=None, hold_fen=0):
        """The request, and for a push the money that waits for it, in one transaction."""
        with self.db:
            row = (request_id, kind, payload, timeout_ms)
            self.db.execute("INSERT INTO request VALUES (?, ?, ?, ?, 1)", row)
            if hold_fen:
                self.book(request_id, "hold", account, -hold_fen)

    def done(self, request_id):
        with self.db:
            self.db.execute("UPDATE request SET open = 0 WHERE id = ?", (request_id,))

    def open_requests(self):
        rows = self.db.execute("SELECT id, kind, payload, timeout_ms FROM request WHERE open")
        return rows.fetchall()

    def last_request(self, kind):
        row = self.db.execute("SELECT max(id) FROM request WHERE kind = ?", (kind,)).fetchone()
        return row[0]

    def answer_of(self, transfer):
        row = self.db.execute("SELECT answer FROM posting WHERE transfer = ?", (transfer,))
        found = row.fetchone()
        return found[0] if found else None

    def keep_posting(self, transfer, answer, account=None, fen=0):
        """The posting and the money it moves, in one transaction."""
        with self.db:
            self.db.execute("INSERT INTO posting VALUES (?, ?)", (transfer, answer))
            if fen:
                self.book(transfer, "posting", account, fen)

    def book(self, object_id, what, account, fen):
        """Once: a second time it changes nothing."""
        row = (object_id, what, account, fen)
        self.db.execute("INSERT OR IGNORE INTO entry VALUES (?, ?, ?, ?)", row)

    def balance(self, account, booked=False):
        query = "SELECT coalesce(sum(fen), 0) FROM entry WHERE account = ?"
        if booked:  # without what is only held
            query += (
                " AND NOT (what = 'hold' AND object IN (SELECT id FROM request WHERE open))"
            )
        return self.db.execute(query, (account,)).fetchone()[0]

    def last_notice(self):
        row = self.db.execute("SELECT sequence, token FROM notice ORDER BY sequence DESC LIMIT 1")
        return row.fetchone() or (0, b"")

    def keep_notice(self, sequence, token, kind, payload):
        """False: it is there already."""
        with self.db:
            row = (sequence, token, kind, payload)
            done = self.db.execute("INSERT OR IGNORE INTO notice VALUES (?, ?, ?, ?)", row)
            return done.rowcount == 1


class Connection:
    """Frames to and from the gateway, from Hello to the end, and again."""

    def __init__(self, pb, arguments):
        self.pb = pb
        self.arguments = arguments
        self.store = Store(arguments.store)
        self.participants = []
        self.socket = None

    def connect(self):
        host, port = self.arguments.gateway.rsplit(":", 1)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        tls.minimum_version = ssl.TLSVersion.TLSv1_3
        tls.check_hostname = False  # the gateway is known by its URI, below
        tls.load_verify_locations(self.arguments.ca)
        tls.load_cert_chain(self.arguments.cert, self.arguments.key)
        tls.set_alpn_protocols(["linkgate/1"])
        plain = socket.create_connection((host.strip("[]"), int(port)), timeout=SILENCE_S)
        self.socket = tls.wrap_socket(plain)
        names = self.socket.getpeercert().get("subjectAltName", ())
        if ("URI", "urn:linkgate:gateway") not in names:
            raise SystemExit(f"{self.arguments.gateway} is no linkgate gateway: {names}")
        self.correlation = 0
        self.received = b""
        self.answers = {}
        self.greet()

    def disconnect(self):
        if self.socket:
            self.socket.close()
        self.socket = None

    def greet(self):
        sequence, token = self.store.last_notice()
        hello = self.pb.session.Hello(
            protocol_min=1, protocol_max=1, software="partner.py", window=64,
            last_notice_sequence=sequence, last_notice_token=token,
        )
        answer = self.ask_once(self.pb.envelope.KIND_HELLO, hello.SerializeToString(), 0)
        reply = self.pb.session.HelloReply.FromString(answer.payload)
        print(f"connected: {reply.software}, protocol {reply.protocol}, window {reply.window}")

    def send(self, correlation, kind, direction, payload, timeout_ms=0):
        body = self.pb.envelope.Envelope(
            correlation_id=correlation, kind=kind, direction=direction, payload=payload,
            timeout_ms=timeout_ms,
        ).SerializeToString()
        self.socket.sendall(struct.pack(">BI", 0, len(body)) + body)

    def receive(self, wait_s):
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
                raise Lost("the gateway closed the connection")
            self.received += data

    def ask_once(self, kind, payload, timeout_ms):
        """Sends a request and deals with what comes in until its own answer is there."""
        self.correlation += 1
        mine = self.correlation
        self.send(mine, kind, self.pb.envelope.DIRECTION_REQUEST, payload, timeout_ms)
        while mine not in self.answers:
            message = self.receive(SILENCE_S)
            if message is None:  # not even a heartbeat
                raise Lost("the gateway is silent")
            self.handle(message)
        return self.answers.pop(mine)

    def ask(self, kind, payload, timeout_ms=0, again=False):
        """The same, on as many connections as it takes. again: these bytes were sent before."""
        for attempt in range(CONNECT_TRIES):
            try:
                if not self.socket:
                    self.connect()
                answer = self.ask_once(kind, payload, timeout_ms)
            except (Lost, OSError) as lost:
                print(f"no connection: {lost}")
                self.disconnect()
                time.sleep(min(2**attempt / 4, 5))
                again = True
                continue
            if answer.direction != self.pb.envelope.DIRECTION_REFUSAL:
                return answer.payload
            refusal = self.pb.common.Refusal.FromString(answer.payload)
            if refusal.retry != self.pb.common.RETRY_SAME_ID_LATER:
                raise Refused(refusal, again)
            time.sleep(1)  # it was not recorded
        raise SystemExit("no answer: start this again with the same store")

    def serve_for(self, seconds):
        """Answers what the gateway asks; a line that a person types meanwhile is returned."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                if not self.socket:
                    self.connect()
                if message := self.receive(min(left, SILENCE_S)):
                    self.handle(message)
            except (Lost, OSError) as lost:
                print(f"no connection: {lost}")
                self.disconnect()
                time.sleep(min(left, 1))

    def read_line(self):
        """What a person types. The connection is served meanwhile: it would be cut otherwise."""
        while not select.select([sys.stdin], [], [], 0)[0]:
            self.serve_for(0.2)
        return sys.stdin.readline().strip() or sys.exit("no code was typed")

    def handle(self, message):
        direction = message.direction
        if direction in (self.pb.envelope.DIRECTION_REPLY, self.pb.envelope.DIRECTION_REFUSAL):
            self.answers[message.correlation_id] = message
        elif direction == self.pb.envelope.DIRECTION_NOTICE:
            self.notice(message)
        else:
            self.serve(message)


class Bank(Connection):
    """What a Class II bank asks and answers."""

    # --- notices

    def numbered(self):
        """All of them, also those that it does nothing with: the next come when these are stored."""
        kinds, pb = self.pb.envelope, self.pb
        return {
            kinds.KIND_LINK_NOTICE: pb.link.LinkNotice,
            kinds.KIND_CARD_NOTICE: pb.card.CardNotice,
            kinds.KIND_TRANSFER_NOTICE: pb.transfer.TransferNotice,
            kinds.KIND_WINDOW_NOTICE: pb.window.WindowNotice,
            kinds.KIND_CASE_NOTICE: pb.case.CaseNotice,
            kinds.KIND_ADJUSTMENT_NOTICE: pb.adjustment.AdjustmentNotice,
            kinds.KIND_PRODUCT_NOTICE: pb.product.ProductNotice,
            kinds.KIND_ORDER_NOTICE: pb.order.OrderNotice,
            kinds.KIND_LOAN_NOTICE: pb.loan.LoanNotice,
            kinds.KIND_EVENT_NOTICE: pb.event.EventNotice,
        }

    def notice(self, message):
        kinds, numbered = self.pb.envelope, self.numbered()
        if message.kind == kinds.KIND_SYSTEM_NOTICE:
            self.system_notice(self.pb.session.SystemNotice.FromString(message.payload))
        elif message.kind == kinds.KIND_GO_AWAY:
            parting = self.pb.session.GoAway.FromString(message.payload)
            print(f"the gateway closes this connection: {parting.code} {parting.text}")
        if message.kind not in numbered:
            return
        told = numbered[message.kind].FromString(message.payload)
        if self.store.keep_notice(told.sequence, told.token, message.kind, message.payload):
            kind = kinds.Kind.Name(message.kind).removeprefix("KIND_").removesuffix("_NOTICE")
            what = getattr(told, "event", "") or kind
            print(f"notice {told.sequence}: {what}")
        stored = self.pb.notice.AckNotices(up_to_sequence=told.sequence).SerializeToString()
        self.send(0, kinds.KIND_ACK_NOTICES, kinds.DIRECTION_NOTICE, stored)

    def system_notice(self, told):
        self.participants += told.participants
        if not told.complete:
            return  # the rest of the list follows
        banks = ", ".join(
            f"{bank.bank_code} {bank.name} ({'open' if bank.active else 'suspended'}"
            f"{', issuer' if bank.issuer else ''})"
            for bank in self.participants
        )
        print(f"the system: business date {told.business_date}; banks: {banks}")
        self.participants = []

    # --- what the gateway asks

    def serve(self, message):
        kinds, pb = self.pb.envelope, self.pb
        answers = {
            kinds.KIND_POST_INSTRUCTION: (pb.transfer.PostInstruction, self.post),
            kinds.KIND_INQUIRE_POSTING: (pb.transfer.InquirePosting, self.told_or_barred),
            kinds.KIND_CANCEL_POSTING: (pb.transfer.CancelPosting, self.told_or_barred),
            kinds.KIND_ASK_BALANCE: (pb.view.AskBalance, self.tell_balance),
            kinds.KIND_ASK_ACCOUNT_STATUS: (pb.view.AskAccountStatus, self.tell_status),
            kinds.KIND_ASK_CARD: (pb.card.AskCard, self.issue_no_card),
            kinds.KIND_ORDER_INSTRUCTION: (pb.order.OrderInstruction, self.have_no_order),
        }
        direction = kinds.DIRECTION_REPLY
        if message.kind == kinds.KIND_HEARTBEAT:
            answer = message.payload
        elif message.kind in answers:
            shape, act = answers[message.kind]
            answer = act(shape.FromString(message.payload))
        else:
            direction = kinds.DIRECTION_REFUSAL
            answer = pb.common.Refusal(
                detail="UNSUPPORTED", text="not answered by this example",
                retry=pb.common.RETRY_NEVER,
            ).SerializeToString()
        self.send(message.correlation_id, message.kind, direction, answer)

    def post(self, asked):
        """Posts once per transfer id, and stores it before it answers. It is posted as soon as it
        is read; a bank with a queue must look at the validity (timeout_ms) when its turn comes."""
        known = self.store.answer_of(asked.transfer_id)
        if known:
            return known
        pb = self.pb.transfer
        result = pb.PostingResult(transfer_id=asked.transfer_id)
        credit = asked.side == pb.POSTING_SIDE_CREDIT
        fen = asked.amount.fen if credit else -asked.amount.fen
        if self.sold_or_lent_here(asked):
            result.outcome, result.reason = pb.POSTING_OUTCOME_REFUSED, "AG01"
            result.text = "this bank issues no product and lends nothing"
        elif asked.account_number != self.arguments.class2:
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
        self.store.keep_posting(
            asked.transfer_id, answer, asked.account_number, fen if posted else 0
        )
        print(f"asked to post {fen} fen: {pb.PostingOutcome.Name(result.outcome)} {result.reason}")
        return answer

    def sold_or_lent_here(self, asked):
        """An order of a product of ours, or a loan: posting it would place the order, or lend. What
        our customer pays for another bank's product, and what that pays out, is posted as any other."""
        if asked.HasField("loan"):
            return True
        buys = asked.HasField("order") and not asked.order.purpose
        return buys and asked.order.issuer_bank_code == self.arguments.bank

    def issue_no_card(self, asked):
        """It is a Class II bank. A bank that issues cards stores the application, then answers."""
        pb = self.pb.card
        return pb.AskCardReply(
            card_id=asked.card_id, outcome=pb.CARD_OUTCOME_REFUSED, reason="MS03"
        ).SerializeToString()

    def have_no_order(self, asked):
        """Nothing was ever placed here. An issuer answers the same each time, by order and number."""
        pb = self.pb.order
        return pb.OrderInstructionReply(
            order_id=asked.order_id, number=asked.number, outcome=pb.ORDER_OUTCOME_REFUSED,
            reason="AG01",
        ).SerializeToString()

    def told_or_barred(self, asked):
        """An inquiry or a cancellation: what was answered stands; what never came is barred."""
        known = self.store.answer_of(asked.transfer_id)
        if known:
            return known
        pb = self.pb.transfer
        barred = pb.PostingResult(
            transfer_id=asked.transfer_id, outcome=pb.POSTING_OUTCOME_NOT_SEEN
        )
        answer = barred.SerializeToString()
        self.store.keep_posting(asked.transfer_id, answer)
        return answer

    def tell_balance(self, asked):
        reply = self.pb.view.AskBalanceReply(
            query_id=asked.query_id, currency="CNY", as_of_ms=int(time.time() * 1000)
        )
        if asked.account_number == self.arguments.class2:
            reply.available_fen = self.store.balance(asked.account_number)
            reply.booked_fen = self.store.balance(asked.account_number, booked=True)
        else:
            reply.reason = "AC01"
        return reply.SerializeToString()

    def tell_status(self, asked):
        reply = self.pb.view.AskAccountStatusReply(
            query_id=asked.query_id, as_of_ms=int(time.time() * 1000)
        )
        if asked.account_number == self.arguments.class2:
            reply.status = self.pb.link.ACCOUNT_STATUS_OPEN
            reply.account_class = self.pb.common.ACCOUNT_CLASS_II
            reply.can_debit = reply.can_credit = True
        else:
            reply.status, reply.reason = self.pb.link.ACCOUNT_STATUS_UNKNOWN, "AC01"
        return reply.SerializeToString()

    # --- requests that change something

    def request(self, kind, message, timeout_ms=0, hold_fen=0):
        """Stored, sent, finished."""
        message.request_id = new_request_id()
        payload = message.SerializeToString()
        self.store.keep_request(
            message.request_id, kind, payload, timeout_ms, self.arguments.class2, hold_fen
        )
        return self.carry_out(message.request_id, kind, payload, timeout_ms, again=False)

    def carry_out(self, request_id, kind, payload, timeout_ms, again):
        """Sends it until there is an answer, and does what the answer means for our books."""
        refused = answer = None
        try:
            answer = self.ask(kind, payload, timeout_ms, again)
        except Refused as no:
            refused = no
        if kind == self.pb.envelope.KIND_SUBMIT_TRANSFER:
            submitted = self.pb.transfer.SubmitTransfer.FromString(payload)
            if refused:
                self.not_submitted(submitted, refused)
            else:
                answer = self.settle(submitted, self.pb.transfer.TransferReply.FromString(answer))
        if not refused or refused.decides():
            self.store.done(request_id)
        if refused:
            raise refused
        return answer

    def carry_out_open(self):
        """After a restart."""
        for request_id, kind, payload, timeout_ms in self.store.open_requests():
            name = self.pb.envelope.Kind.Name(kind)
            print(f"without an answer when this program ended: {name}; asked again")
            try:
                self.carry_out(request_id, kind, payload, timeout_ms, again=True)
            except Refused as refused:
                print(f"refused: {refused}")

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
            scopes=[pb.LINK_SCOPE_COLLECT, pb.LINK_SCOPE_BALANCE],
            limits=pb.AgreedLimits(single_fen=100_000, daily_fen=1_000_000),
            agreement=pb.Agreement(
                version="1", text_sha256=agreement, accepted_at_ms=now_ms, channel="APP"
            ),
            consent=pb.Consent(
                recipient_bank_code=arguments.peer, purpose="ACCOUNT_LINK",
                fields=["name", "id_number", "mobile", "account"],
                text_sha256=consent, given_at_ms=now_ms,
            ),
        )
        return pb.LinkReply.FromString(
            self.request(self.pb.envelope.KIND_OPEN_LINK, message, timeout_ms=30_000)
        )

    def known_link(self):
        """The link that was opened last, in its present state; None if there is none."""
        request_id = self.store.last_request(self.pb.envelope.KIND_OPEN_LINK)
        if not request_id:
            return None
        asked = self.pb.link.GetLink(request_id=request_id).SerializeToString()
        try:
            return self.pb.link.LinkReply.FromString(
                self.ask(self.pb.envelope.KIND_GET_LINK, asked)
            )
        except Refused:
            return None  # it was refused then, too

    def linked(self):
        """The id of an active link: the one from before, or a new one."""
        pb = self.pb.link
        going_on = (pb.LINK_STATE_ACTIVE, pb.LINK_STATE_AWAITING_AUTHENTICATION)
        link = self.known_link()
        if not link or link.state not in going_on:
            link = self.open_link()
        self.show_link(link)
        if link.state == pb.LINK_STATE_AWAITING_AUTHENTICATION:
            link = self.authenticate(link.link_id)
        if link.state != pb.LINK_STATE_ACTIVE:
            raise SystemExit("the Class I bank did not verify this person and account")
        return link.link_id

    def show_link(self, link):
        name = self.pb.link.LinkState.Name(link.state)
        print(f"link {link.link_id.hex()}: {name} {link.reason}".rstrip())

    def authenticate(self, link_id):
        kinds, pb = self.pb.envelope, self.pb.link
        started = pb.LinkReply.FromString(
            self.request(kinds.KIND_START_CHALLENGE, pb.StartChallenge(link_id=link_id))
        )
        print(f"a code was sent to {started.challenge.masked_mobile}; the code:")
        code = self.arguments.code or self.read_line()
        answered = pb.LinkReply.FromString(
            self.request(
                kinds.KIND_ANSWER_CHALLENGE,
                pb.AnswerChallenge(link_id=link_id, code=code.encode()),
            )
        )
        self.show_link(answered)
        return answered

    # --- money

    def submit(self, link_id, direction, fen):
        pb = self.pb.transfer
        message = pb.SubmitTransfer(
            link_id=link_id, kind=pb.TRANSFER_KIND_BOUND_PAIR, direction=direction,
            amount=self.pb.common.Money(fen=fen, currency="CNY"),
            end_to_end_id=f"E{time.time_ns()}", channel="APP", authentication="PASSWORD+OTP",
        )
        push = direction == pb.TRANSFER_DIRECTION_PUSH
        try:
            self.request(
                self.pb.envelope.KIND_SUBMIT_TRANSFER, message, timeout_ms=10_000,
                hold_fen=fen if push else 0,
            )
        except Refused as refused:
            print(f"refused: {refused}")

    def settle(self, submitted, transfer):
        """Waits for the outcome and books it; UNKNOWN and PENDING move nothing, either way."""
        pb, kinds = self.pb.transfer, self.pb.envelope
        asked = pb.GetTransfer(transfer_id=transfer.transfer_id).SerializeToString()
        while transfer.state in (pb.TRANSFER_STATE_PENDING, pb.TRANSFER_STATE_UNKNOWN):
            print("no outcome yet: the money stays where it is")
            self.serve_for(1)  # a notice tells it, too
            transfer = pb.TransferReply.FromString(self.ask(kinds.KIND_GET_TRANSFER, asked))
        accepted = transfer.state == pb.TRANSFER_STATE_ACCEPTED
        if submitted.direction == pb.TRANSFER_DIRECTION_PUSH:
            if not accepted:
                self.release(submitted)
        elif accepted:
            with self.store.db:
                self.store.book(
                    transfer.transfer_id, "credit", self.arguments.class2, submitted.amount.fen
                )
            confirmed = pb.ConfirmCredit(transfer_id=transfer.transfer_id).SerializeToString()
            self.ask(kinds.KIND_CONFIRM_CREDIT, confirmed)
        way = pb.TransferDirection.Name(submitted.direction).rsplit("_", 1)[1].lower()
        state = pb.TransferState.Name(transfer.state)
        print(f"{way} {transfer.transfer_id.hex()}: {state} {transfer.reason}".rstrip())
        return transfer

    def not_submitted(self, submitted, refused):
        if not refused.decides():
            print("whether it was granted before is not known: the hold stays; ask the operator")
        elif submitted.direction == self.pb.transfer.TRANSFER_DIRECTION_PUSH:
            self.release(submitted)

    def release(self, submitted):
        with self.store.db:
            self.store.book(
                submitted.request_id, "release", self.arguments.class2, submitted.amount.fen
            )


def find_proto():
    """In a checkout beside docs, installed beside doc."""
    places = [HERE.parents[1] / "proto", HERE.parents[2] / "linkgate/proto"]
    return next((place for place in places if place.is_dir()), places[0])


def read_arguments():
    parser = argparse.ArgumentParser(
        description="A partner bank in one file; see the head of the file.",
    )
    for name in ("gateway", "ca", "cert", "key", "bank", "peer", "class2", "class1", "name",
                 "id-number", "mobile"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--proto", default=find_proto())
    parser.add_argument("--store", default="partner.db")
    parser.add_argument("--code")
    parser.add_argument("--serve", type=float, default=0)
    return parser.parse_args()


def main():
    arguments = read_arguments()
    sys.stdout.reconfigure(line_buffering=True)
    bank = Bank(load_messages(arguments.proto), arguments)
    pb = bank.pb.transfer
    try:
        bank.carry_out_open()
        link_id = bank.linked()
        bank.submit(link_id, pb.TRANSFER_DIRECTION_PULL, 50_000)
        bank.submit(link_id, pb.TRANSFER_DIRECTION_PUSH, 20_000)
    except Refused as refused:
        raise SystemExit(f"refused: {refused}") from None
    print(f"balance of the Class II account: {bank.store.balance(arguments.class2)} fen")
    bank.serve_for(arguments.serve)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
