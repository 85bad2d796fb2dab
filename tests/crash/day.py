"""A day of two banks at a gateway that may die at any moment.

The banks are played here, from docs/protocol.md: they keep books that no crash takes, send what was
not answered again with the same bytes, and hold every answer against those before it. What does not
fit raises Wrong, which says whether something was lost, doubled or corrupt.
"""

import select
import ssl
import time

from people import uuid7
from place import PATIENCE_S
from wire import (
    NOTICE,
    REFUSAL,
    REPLY,
    Peer,
    RawBank,
    all_match,
    code_checked,
    code_sent,
    common,
    envelope,
    links,
    notices,
    session,
    transfers,
)

OFFLINE = ("AB07", "AB08")  # the other bank was away: asked again under a new id
TIMEOUT_MS = 20_000
ACK_EVERY = 4
TRIES = 20
AGAIN_S = 0.02
BURST = 4  # transfers under way at a time, of each bank

FINAL = (
    transfers.TRANSFER_STATE_ACCEPTED,
    transfers.TRANSFER_STATE_REJECTED,
    transfers.TRANSFER_STATE_CANCELLED,
)
PUSH, PULL = transfers.TRANSFER_DIRECTION_PUSH, transfers.TRANSFER_DIRECTION_PULL


class Gone(Exception):
    """The gateway closed a connection: it died, or is about to."""


class Wrong(Exception):
    """What must not be; .what is "lost", "doubled" or "corrupt"."""

    def __init__(self, what, words):
        super().__init__(f"{what}: {words}")
        self.what = what


class Asked:
    """A request that changes something, and its answers."""

    def __init__(self, kind, message):
        self.kind = kind
        self.payload = message.SerializeToString()
        self.waiting = False
        self.answers = 0
        self.last = None  # as (direction, message)


def read_answer(answer):
    if answer.direction == REFUSAL:
        return REFUSAL, common.Refusal.FromString(answer.payload)
    if answer.kind in LINK_KINDS:
        return REPLY, links.LinkReply.FromString(answer.payload)
    return REPLY, transfers.TransferReply.FromString(answer.payload)


LINK_KINDS = (
    envelope.KIND_OPEN_LINK,
    envelope.KIND_START_CHALLENGE,
    envelope.KIND_ANSWER_CHALLENGE,
    envelope.KIND_CLOSE_LINK,
)


def same_answer(before, now):
    """The law of the stored answer: nothing changes in it but the state that it reports."""
    if before[0] != now[0]:
        what = "lost" if before[0] == REPLY else "corrupt"
        raise Wrong(what, f"the answer was {before}, now it is {now}")
    first, again = before[1], now[1]
    if before[0] == REFUSAL:
        same = (first.reason, first.detail, first.field) == (
            again.reason,
            again.detail,
            again.field,
        )
    elif isinstance(first, links.LinkReply):
        same = (first.link_id, first.requested_at_ms) == (again.link_id, again.requested_at_ms)
    else:
        same = first.transfer_id == again.transfer_id and (
            first.state not in FINAL or stable(first) == stable(again)
        )
        if first.transfer_id != again.transfer_id:
            raise Wrong("doubled", f"one request has two transfers: {first}, {again}")
    if not same:
        raise Wrong("corrupt", f"the answer was {first}, now it is {again}")


def stable(reply):
    """What of a final state's answer never changes."""
    return (
        reply.state,
        reply.reason,
        reply.detail,
        reply.kind,
        reply.direction,
        reply.amount.fen,
        reply.debtor_bank_code,
        reply.creditor_bank_code,
        reply.end_to_end_id,
        reply.reference,
        reply.book_date,
        reply.received_at_ms,
        reply.accepted_at_ms,
        reply.window,
    )


class Line(Peer):
    """A connection that never blocks on reading."""

    def __init__(self, bank):
        self.bank = bank
        super().__init__(bank.site, bank.code)

    def greet(self):
        answer = self.hello(
            last_notice_sequence=self.bank.stored, last_notice_token=self.bank.token
        )
        for message in self.told:
            self.bank.notice(message)
        for message in self.asked:
            self.bank.question(message)
        self.told, self.asked = [], []
        return answer

    def fetch(self):
        """What came, until now: (envelopes, closed)."""
        closed = False
        self.socket.settimeout(0)
        try:
            while data := self.socket.recv(65536):
                self.received += data
            closed = True
        except ssl.SSLWantReadError:
            pass
        except (ssl.SSLError, OSError):
            closed = True
        self.socket.settimeout(PATIENCE_S)
        return self.frames(), closed

    def frames(self):
        found = []
        while len(self.received) >= 5:
            size = int.from_bytes(self.received[1:5], "big")
            if len(self.received) < 5 + size:
                break
            found.append(envelope.Envelope.FromString(self.received[5 : 5 + size]))
            self.received = self.received[5 + size :]
        return found


class Bank:
    """One bank: its books, and its connection while there is one."""

    open_message = RawBank.open_message
    transfer_message = RawBank.transfer_message

    def __init__(self, site, code):
        self.site = site
        self.code = code
        self.line = None
        self.by_correlation = {}
        self.asked = []  # of this day
        self.own = {}  # transfer id: its last answer
        self.postings = {}  # transfer id: (fen for us, or None when it is barred)
        self.seen = {}  # numbers of notices: what they were about
        self.stored, self.token, self.acked = 0, b"", 0

    # --- connection

    def connect(self):
        try:
            self.line = Line(self)
            self.line.greet()
        except (AssertionError, OSError) as why:
            self.lose()
            raise Gone(str(why)) from None

    def lose(self):
        if self.line:
            self.line.close()
        self.line = None
        self.by_correlation = {}
        for asked in self.asked:
            asked.waiting = False

    def post(self, *words, **fields):
        if not self.line:
            raise Gone("no connection")
        try:
            return self.line.post(*words, **fields)
        except (ssl.SSLError, OSError) as why:
            raise Gone(str(why)) from None

    def poll(self):
        """Takes what came; whether anything did."""
        if not self.line:
            raise Gone("no connection")
        found, closed = self.line.fetch()
        for message in found:
            self.take(message)
        if closed:
            raise Gone("closed")
        return bool(found)

    def take(self, message):
        if message.direction == NOTICE:
            self.notice(message)
        elif message.direction == envelope.DIRECTION_REQUEST:
            self.question(message)
        else:
            asked = self.by_correlation.pop(message.correlation_id, None)
            if asked:
                self.answer(asked, message)

    def reply(self, to, message):
        self.post(to.kind, message, direction=REPLY, correlation=to.correlation_id)

    # --- asking

    def remember(self, kind, message):
        self.asked.append(Asked(kind, message))
        return self.asked[-1]

    def send(self, asked):
        asked.waiting = True
        correlation = self.post(asked.kind, asked.payload, TIMEOUT_MS)
        self.by_correlation[correlation] = asked

    def answer(self, asked, message):
        read = read_answer(message)
        asked.waiting = False
        if read[0] == REFUSAL and read[1].retry == common.RETRY_SAME_ID_LATER:
            time.sleep(AGAIN_S)
            return
        if asked.last:
            same_answer(asked.last, read)
        asked.last = read
        asked.answers += 1
        if read[0] == REPLY and isinstance(read[1], transfers.TransferReply):
            self.own[read[1].transfer_id] = read[1]

    # --- being asked: once for each id, and always the same

    def question(self, message):
        if message.kind == envelope.KIND_HEARTBEAT:
            self.reply(message, session.Heartbeat.FromString(message.payload))
        elif message.kind == envelope.KIND_POST_INSTRUCTION:
            self.instruction(message)
        elif message.kind in (envelope.KIND_INQUIRE_POSTING, envelope.KIND_CANCEL_POSTING):
            asked = transfers.InquirePosting.FromString(message.payload)
            self.postings.setdefault(asked.transfer_id, None)
            self.result(message, asked.transfer_id)
        else:
            self.link_question(message)

    def instruction(self, message):
        asked = transfers.PostInstruction.FromString(message.payload)
        sign = 1 if asked.side == transfers.POSTING_SIDE_CREDIT else -1
        self.postings.setdefault(asked.transfer_id, sign * asked.amount.fen)
        self.result(message, asked.transfer_id)

    def result(self, message, ident):
        fen = self.postings[ident]
        answer = transfers.PostingResult(transfer_id=ident)
        if fen is None:
            answer.outcome = transfers.POSTING_OUTCOME_NOT_SEEN
            if message.kind == envelope.KIND_POST_INSTRUCTION:
                answer.outcome = transfers.POSTING_OUTCOME_REFUSED
                answer.reason = "AC06"
        else:
            answer.outcome = transfers.POSTING_OUTCOME_POSTED
            answer.reference = ident.hex()[:16]
            answer.book_date = "2026-01-31"
        self.reply(message, answer)

    def link_question(self, message):
        if message.kind == envelope.KIND_VERIFY_ACCOUNT:
            self.reply(message, all_match(links.VerifyAccount.FromString(message.payload)))
        elif message.kind == envelope.KIND_ISSUE_CHALLENGE:
            self.reply(message, code_sent(links.IssueChallenge.FromString(message.payload)))
        elif message.kind == envelope.KIND_CHECK_CHALLENGE:
            asked = links.CheckChallenge.FromString(message.payload)
            self.reply(message, code_checked(asked, links.CHALLENGE_OUTCOME_RIGHT, 3))

    # --- notices: stored in order, acknowledged a few at a time

    def notice(self, message):
        if message.kind == envelope.KIND_TRANSFER_NOTICE:
            told = transfers.TransferNotice.FromString(message.payload)
            about = (told.transfer.transfer_id, told.event)
        elif message.kind == envelope.KIND_LINK_NOTICE:
            told = links.LinkNotice.FromString(message.payload)
            about = (told.link.link_id, told.event)
        else:
            return
        if self.seen.setdefault(told.sequence, about) != about:
            raise Wrong("corrupt", f"notice {told.sequence} was {self.seen[told.sequence]}")
        if told.sequence > self.stored + 1:
            raise Wrong("lost", f"notice {told.sequence} came behind {self.stored}")
        if told.sequence == self.stored + 1:
            self.stored, self.token = told.sequence, told.token
        if self.stored >= self.acked + ACK_EVERY:
            self.acknowledge()

    def acknowledge(self):
        if self.stored > self.acked:
            message = notices.AckNotices(up_to_sequence=self.stored)
            self.post(envelope.KIND_ACK_NOTICES, message, direction=NOTICE, correlation=0)
            self.acked = self.stored

    def net_fen(self):
        """What we are owed (or owe), by our own books."""
        net = sum(fen for fen in self.postings.values() if fen)
        for reply in self.own.values():
            if reply.state == transfers.TRANSFER_STATE_ACCEPTED:
                sign = 1 if reply.creditor_bank_code == self.code else -1
                net += sign * reply.amount.fen
        return net


class Day:
    """What the two banks do. revive() is called when the gateway is gone: it starts another."""

    def __init__(self, class2, class1, person, revive):
        self.class2, self.class1 = class2, class1
        self.banks = (class2, class1)
        self.person = person
        self.revive = revive
        self.deaths = 0
        for bank in self.banks:
            bank.asked = []

    # --- the loop

    def pump(self, done):
        end = time.monotonic() + PATIENCE_S
        while not done():
            if not any([bank.poll() for bank in self.banks]):
                select.select([bank.line.socket for bank in self.banks], [], [], 0.2)
            if time.monotonic() > end:
                raise Wrong("corrupt", "no answer comes")

    def through(self, act):
        """Does it until it is done, with as many gateways as it takes."""
        while True:
            try:
                return act()
            except Gone:
                self.deaths += 1
                if self.deaths > TRIES:
                    raise Wrong("corrupt", "no gateway lives long enough") from None
                self.connect_again()

    def connect_again(self):
        for bank in self.banks:
            self.drain(bank)
            bank.lose()
        self.revive()

    @staticmethod
    def drain(bank):
        """What was told before the end counts as told."""
        try:
            while bank.poll():
                pass
        except Gone:
            pass

    def connect(self):
        for bank in self.banks:
            if not bank.line:
                bank.connect()

    def all_answered(self, asked):
        """Each gets one answer more, held against those before it."""
        goals = [one.answers + 1 for _, one in asked]

        def missing():
            return [pair for pair, goal in zip(asked, goals) if pair[1].answers < goal]

        def act():
            self.connect()
            for bank, one in missing():
                if not one.waiting:
                    bank.send(one)
            self.pump(lambda: not any(one.waiting for _, one in asked))

        while missing():
            self.through(act)

    # --- steps

    def settle(self, bank, kind, make, settled):
        """Asks until it is settled; under a new id when the other bank was away."""
        return self.settle_all([(bank, kind, make)], settled)[0]

    def settle_all(self, wanted, settled):
        done = [None] * len(wanted)
        for _ in range(TRIES):
            rest = [i for i, one in enumerate(done) if one is None]
            asked = []
            for bank, kind, make in (wanted[i] for i in rest):
                asked.append((bank, bank.remember(kind, make())))
            self.until_settled(asked, settled)
            for i, (_, one) in zip(rest, asked):
                if one.last[0] == REPLY:
                    done[i] = one.last[1]
                elif one.last[1].reason not in OFFLINE:
                    raise Wrong("corrupt", f"refused: {one.last[1]}")
            if all(done):
                return done
            time.sleep(AGAIN_S)
        raise Wrong("corrupt", f"refused again and again: {asked[0][1].last}")

    def until_settled(self, asked, settled):
        end = time.monotonic() + PATIENCE_S
        waits = asked
        while waits:
            self.all_answered(waits)
            waits = [(b, o) for b, o in asked if o.last[0] == REPLY and not settled(o.last[1])]
            if waits and time.monotonic() > end:
                raise Wrong("corrupt", f"never settled: {waits[0][1].last}")
            time.sleep(AGAIN_S if waits else 0)

    def open_link(self):
        def is_in(*states):
            return lambda reply: reply.state in states

        def about(message):
            return lambda: message(request_id=uuid7(), link_id=ident)

        a = self.class2
        waits, active = links.LINK_STATE_AWAITING_AUTHENTICATION, links.LINK_STATE_ACTIVE
        ident = self.settle(
            a,
            envelope.KIND_OPEN_LINK,
            lambda: a.open_message(self.class1.code, self.person),
            is_in(waits, active),
        ).link_id
        self.settle(
            a,
            envelope.KIND_START_CHALLENGE,
            about(links.StartChallenge),
            lambda reply: reply.HasField("challenge"),
        )
        self.settle(
            a,
            envelope.KIND_ANSWER_CHALLENGE,
            lambda: links.AnswerChallenge(request_id=uuid7(), link_id=ident, code=b"123456"),
            is_in(active),
        )
        return ident

    def transfers(self, wanted):
        """Submits them all, and waits for their ends: [(bank, fen, direction)]."""

        def one(bank, fen, direction):
            return (
                bank,
                envelope.KIND_SUBMIT_TRANSFER,
                lambda: bank.transfer_message(self.link, fen, direction),
            )

        return self.settle_all([one(*words) for words in wanted], is_final)

    def give_back(self, bank, reply):
        return self.settle(
            bank,
            envelope.KIND_SUBMIT_RETURN,
            lambda: transfers.SubmitReturn(
                request_id=uuid7(),
                transfer_id=reply.transfer_id,
                amount=common.Money(fen=1, currency="CNY"),
                end_to_end_id="back",
                reason="CUST",
            ),
            is_final,
        )

    def live(self):
        """The whole day."""
        self.link = self.open_link()
        kinds = [(bank, way) for bank in self.banks for way in (PUSH, PULL)]
        for bank, way in kinds:
            self.transfers([(bank, 100, way)])
        self.transfers([(bank, 200 + i, way) for i, (bank, way) in enumerate(kinds * BURST)])
        pulled = self.transfers([(self.class2, 300, PULL)])[0]
        self.give_back(self.class2, pulled)
        self.through(self.confirm(pulled))
        self.through(self.acknowledge)
        self.settle(
            self.class2,
            envelope.KIND_CLOSE_LINK,
            lambda: links.CloseLink(request_id=uuid7(), link_id=self.link, reason="CUST"),
            lambda reply: reply.state == links.LINK_STATE_CLOSED,
        )

    def acknowledge(self):
        self.connect()
        for bank in self.banks:
            bank.acknowledge()

    def confirm(self, reply):
        def act():
            self.connect()
            message = transfers.ConfirmCredit(transfer_id=reply.transfer_id)
            self.class2.post(envelope.KIND_CONFIRM_CREDIT, message)

        return act

    def ask_again(self):
        """All that was asked this day, with the same bytes."""
        asked = [(bank, one) for bank in self.banks for one in bank.asked]
        self.all_answered(asked)


def is_final(reply):
    return reply.state in FINAL


def check(site, banks):
    """The gateway's books are the banks' books: to the transfer and to the fen."""
    rows = {bytes.fromhex(row["id"]): row for row in site.transfers()}
    own = {}
    for bank in banks:
        own.update(bank.own)
    for ident, reply in own.items():
        row = rows.get(ident)
        if row is None:
            raise Wrong("lost", f"transfer {ident.hex()}")
        name = transfers.TransferState.Name(reply.state).removeprefix("TRANSFER_STATE_")
        if reply.state in FINAL and row["state"] != name:
            raise Wrong("lost", f"transfer {ident.hex()} was {name}, is {row['state']}")
    for ident in rows:
        if ident not in own:
            raise Wrong("doubled", f"transfer {ident.hex()} that nobody asked for")
    check_money(site, banks, rows)


def check_money(site, banks, rows):
    accepted = {ident for ident, row in rows.items() if row["state"] == "ACCEPTED"}
    posted = {ident for bank in banks for ident, fen in bank.postings.items() if fen}
    if accepted - posted:
        raise Wrong("doubled", f"{len(accepted - posted)} were accepted and never posted")
    if posted - accepted:
        raise Wrong("lost", f"{len(posted - accepted)} were posted and are not accepted")
    positions = site.positions()
    ours = [positions.get(bank.code, {}).get("unsettled_net_fen", 0) for bank in banks]
    theirs = [bank.net_fen() for bank in banks]
    if ours != theirs:
        raise Wrong("corrupt", f"nets {ours}, by the banks' books {theirs}")
