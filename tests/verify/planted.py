"""Violations to plant in a store: single rows changed, added or taken away, each with a right
checksum, so that only a law can tell. Each has the law that must be named.

A plant is given an Edit and a random.Random, and returns False where the store has nothing of its
sort. Those of what is sold are in planted_bought.py.
"""

import struct

import lmdb

import states
from disk import (
    MASK,
    NUMBER_OF,
    SUM_KEY,
    TABLES,
    Keys,
    Log,
    crc32c,
    records,
    row_key,
    row_number,
    u64,
)

MAP_BYTES = 256 << 20
L, T = states.LINK, states.TRANSFER


class Edit:
    """A store that is open for writing."""

    def __init__(self, folder, keys):
        self.folder = folder
        self.keys = Keys(keys)
        self.environment = lmdb.open(str(folder / "store"), map_size=MAP_BYTES, lock=False)
        self.transaction = self.environment.begin(write=True)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            self.transaction.commit()
        else:
            self.transaction.abort()
        self.environment.close()

    def log(self):
        return Log(self.folder / "log", self.keys)

    def rows(self, table):
        number = bytes([NUMBER_OF[table]])
        cursor = self.transaction.cursor()
        found = []
        if cursor.set_range(number):
            for key, value in cursor:
                if key[:1] != number:
                    break
                found.append((bytes(key[1:]), bytes(value[:-4])))
        return found

    def messages(self, table, holds=lambda record: True):
        kind = TABLES[NUMBER_OF[table]][2]
        pairs = [(key, kind.FromString(data)) for key, data in self.rows(table)]
        return [(key, record) for key, record in pairs if holds(record)]

    def put(self, table, rest, record):
        data = record if isinstance(record, bytes) else record.SerializeToString()
        key = row_key(table, rest)
        self.put_raw(key, data + struct.pack(">I", crc32c(key + data)))

    def put_raw(self, key, value):
        self.add_to_sum(key, value)
        self.transaction.put(key, value)

    def drop(self, table, rest):
        self.add_to_sum(row_key(table, rest), None)
        self.transaction.delete(row_key(table, rest))

    def add_to_sum(self, key, value):
        """Of what comes, less what goes: a plant is a gateway's error, not the disk's."""
        old = self.transaction.get(key)
        kept = struct.unpack("<Q", self.transaction.get(SUM_KEY))[0]
        kept += 0 if value is None else row_number(key, value)
        kept -= 0 if old is None else row_number(key, old)
        self.transaction.put(SUM_KEY, struct.pack("<Q", kept & MASK))


PLANTS = {}


def plant(law):
    """Registers a plant under its name."""

    def add(function):
        PLANTS[function.__name__.replace("_", "-")] = (law, function)
        return function

    return add


def change(edit, chance, table, holds, how):
    """Changes one record of that table that holds; False: there is none."""
    rows = edit.messages(table, holds)
    if not rows:
        return False
    key, record = chance.choice(rows)
    how(record)
    edit.put(table, key, record)
    return True


def has_state(*names, of=T):
    return lambda record: record.state in {of[name] for name in names}


# ---- money ----


@plant("I2")
def amount_of_accepted(edit, chance):
    return change(
        edit,
        chance,
        "TRANSFER",
        has_state("ACCEPTED"),
        lambda t: setattr(t, "amount_fen", t.amount_fen + 1),
    )


@plant("I3")
def amount_of_open(edit, chance):
    return change(
        edit,
        chance,
        "TRANSFER",
        has_state("PENDING", "UNKNOWN"),
        lambda t: setattr(t, "amount_fen", t.amount_fen + 1),
    )


@plant("I9")
def amount_negative(edit, chance):
    return change(
        edit,
        chance,
        "TRANSFER",
        has_state("REJECTED", "CANCELLED"),
        lambda t: setattr(t, "amount_fen", -5),
    )


@plant("I9")
def amount_zero(edit, chance):
    return change(
        edit,
        chance,
        "TRANSFER",
        has_state("REJECTED", "CANCELLED"),
        lambda t: setattr(t, "amount_fen", 0),
    )


@plant("I10")
def currency_of_transfer(edit, chance):
    counted = [t.link for _, t in edit.messages("TRANSFER", lambda t: t.counted)]
    return change(
        edit,
        chance,
        "TRANSFER",
        lambda t: t.counted and counted.count(t.link) > 1,
        lambda t: setattr(t, "currency", "USD"),
    )


@plant("I1")
def position_in_another_currency(edit, chance):
    row = records.Position(unsettled_net_fen=5)
    bank = chance.choice(edit.rows("BANK"))[0]
    edit.put("POSITION", bank + b"USD", row)
    return True


@plant("I2")
def net_off(edit, chance):
    def more(net):
        net.net_fen += 100
        net.to_low_fen += 100

    return change(edit, chance, "NET", lambda n: True, more)


@plant("I2")
def net_count_off(edit, chance):
    return change(edit, chance, "NET", lambda n: True, lambda n: setattr(n, "count", n.count + 1))


@plant("I2")
def net_gone(edit, chance):
    rows = edit.rows("NET")
    if rows:
        edit.drop("NET", chance.choice(rows)[0])
    return bool(rows)


@plant("I1")
def position_net_off(edit, chance):
    return change(
        edit,
        chance,
        "POSITION",
        lambda p: True,
        lambda p: setattr(p, "unsettled_net_fen", p.unsettled_net_fen + 7),
    )


@plant("I2")
def position_nets_swapped(edit, chance):
    rows = edit.messages("POSITION", lambda p: True)
    if len(rows) < 2:
        return False
    (one, first), (other, second) = chance.sample(rows, 2)
    first.unsettled_net_fen += 3
    second.unsettled_net_fen -= 3
    edit.put("POSITION", one, first)
    edit.put("POSITION", other, second)
    return True


@plant("I3")
def reservation_off(edit, chance):
    return change(
        edit,
        chance,
        "POSITION",
        lambda p: True,
        lambda p: setattr(p, "reserved_outgoing_fen", p.reserved_outgoing_fen + 1),
    )


@plant("I3")
def reservation_negative(edit, chance):
    return change(
        edit, chance, "POSITION", lambda p: True, lambda p: setattr(p, "reserved_outgoing_fen", -1)
    )


@plant("I3")
def incoming_off(edit, chance):
    def more(position):
        position.reserved_incoming_fen += 1

    return change(edit, chance, "POSITION", lambda p: True, more)


@plant("I2")
def pair_off(edit, chance):
    def more(pair):
        pair.unsettled_fen += 1

    return change(edit, chance, "PAIR", lambda p: True, more)


@plant("I3")
def pair_reservation_off(edit, chance):
    def more(pair):
        pair.reserved_to_low_fen += 1

    return change(edit, chance, "PAIR", lambda p: True, more)


@plant("I2")
def pair_gone(edit, chance):
    rows = edit.messages("PAIR", lambda p: p.unsettled_fen)
    if rows:
        edit.drop("PAIR", chance.choice(rows)[0])
    return bool(rows)


@plant("I1")
def balance_off(edit, chance):
    bank = chance.choice(edit.rows("BANK"))[0]
    edit.put("EXPOSURE", bank + b"CNY", records.Exposure(balance_fen=2**61))
    return True


def booked(adjustment):
    return adjustment.state == states.ADJUSTMENT["BOOKED"]


@plant("I2")
def adjustment_off(edit, chance):
    def more(adjustment):
        adjustment.amount_fen += 1

    return change(edit, chance, "ADJUSTMENT", booked, more)


@plant("I2")
def adjustment_twice(edit, chance):
    """Its net holds it twice."""
    rows = edit.messages("ADJUSTMENT", booked)
    if not rows:
        return False
    _, adjustment = chance.choice(rows)
    low, high = sorted((adjustment.debtor, adjustment.creditor))
    key = u64(adjustment.window) + u64(low) + u64(high) + adjustment.currency.encode()
    net = dict(edit.messages("NET"))[key]
    to_low = adjustment.creditor == low
    net.net_fen += adjustment.amount_fen if to_low else -adjustment.amount_fen
    net.to_low_fen += adjustment.amount_fen if to_low else 0
    net.to_high_fen += 0 if to_low else adjustment.amount_fen
    net.count += 1
    edit.put("NET", key, net)
    return True


@plant("I4")
def adjustment_by_its_proposer(edit, chance):
    def swap(adjustment):
        adjustment.entries[1].by = adjustment.proposed_by

    return change(edit, chance, "ADJUSTMENT", booked, swap)


@plant("I4")
def card_that_goes_back(edit, chance):
    """Its history says that it was issued, and its state that it was only taken."""

    def back(card):
        card.state = states.CARD["FORWARDED"]

    issued = states.CARD["ISSUED"]
    return change(edit, chance, "CARD", lambda card: card.state == issued, back)


@plant("I4")
def card_issued_once_more(edit, chance):
    def more(card):
        card.issues += 1

    return change(edit, chance, "CARD", lambda card: card.issues > 0, more)


@plant("I11")
def card_of_its_own_bank(edit, chance):
    def own(card):
        card.class2_bank = card.class1_bank

    return change(edit, chance, "CARD", lambda card: True, own)


@plant("I17")
def adjustment_of_no_window(edit, chance):
    return change(edit, chance, "ADJUSTMENT", booked, lambda a: setattr(a, "window", 0))


@plant("I2")
def settlement_forgotten(edit, chance):
    """It has left the positions."""

    def paid(net):
        return net.HasField("settled") and net.net_fen != 0

    return change(edit, chance, "NET", paid, lambda net: net.ClearField("settled"))


@plant("I17")
def settled_by_no_payment(edit, chance):
    def paid(net):
        return net.HasField("settled") and net.settled.reference != ""

    return change(edit, chance, "NET", paid, lambda net: net.settled.ClearField("reference"))


def paid_by_order(net):
    return net.HasField("settled") and net.order != b"" and not net.multilateral


def paid_by_banks(net):
    return net.HasField("settled") and net.net_fen != 0 and not net.order


@plant("I20")
def settled_by_another_payment(edit, chance):
    def other(net):
        net.high_said.reference += "x"

    return change(edit, chance, "NET", paid_by_banks, other)


@plant("I20")
def settled_for_less(edit, chance):
    def less(net):
        net.low_said.amount_fen -= 1

    return change(edit, chance, "NET", paid_by_banks, less)


@plant("I20")
def settled_without_an_order(edit, chance):
    def ordered(net):
        alone = not (net.HasField("low_said") and net.HasField("high_said"))
        return net.HasField("settled") and net.order != b"" and alone

    return change(edit, chance, "NET", ordered, lambda net: net.ClearField("order"))


@plant("I20")
def settled_by_an_order_of_another(edit, chance):
    def other(net):
        net.settled.reference += "x"

    return change(edit, chance, "NET", paid_by_order, other)


@plant("I20")
def settled_by_no_such_order(edit, chance):
    def other(net):
        net.order = bytes(range(16))

    return change(edit, chance, "NET", paid_by_order, other)


@plant("I20")
def settled_on_one_word(edit, chance):
    gone = chance.choice(("low_said", "high_said"))
    return change(edit, chance, "NET", paid_by_banks, lambda net: net.ClearField(gone))


@plant("I20")
def settled_by_nobody(edit, chance):
    def settle(net):
        net.settled.at_ms, net.settled.reference = 1, "R"

    def open_still(net):
        return net.net_fen != 0 and not net.HasField("settled")

    return change(edit, chance, "NET", open_still, settle)


@plant("I17")
def booked_before_its_window(edit, chance):
    def early(adjustment):
        adjustment.entries[-1].sequence = 1

    return change(edit, chance, "ADJUSTMENT", booked, early)


@plant("I17")
def booked_in_a_closed_window(edit, chance):
    rows = edit.messages("ADJUSTMENT", lambda one: booked(one) and one.window > 1)
    if not rows:
        return False
    key, adjustment = chance.choice(rows)
    adjustment.window -= 1
    edit.put("ADJUSTMENT", key, adjustment)
    return True


@plant("I17")
def business_date_goes_back(edit, chance):
    rows = [(key, row) for key, row in edit.messages("WINDOW") if key > u64(1)]
    if not rows:
        return False
    key, window = chance.choice(rows)
    window.business_day = 0
    edit.put("WINDOW", key, window)
    return True


@plant("I4")
def window_ends_otherwise(edit, chance):
    def ended(window):
        return window.state == states.WINDOW["SETTLED"]

    return change(
        edit, chance, "WINDOW", ended, lambda w: setattr(w, "state", states.WINDOW["ABORTED"])
    )


@plant("I17")
def window_none(edit, chance):
    return change(
        edit, chance, "TRANSFER", has_state("ACCEPTED"), lambda t: setattr(t, "window", 0)
    )


@plant("I17")
def window_of_cancelled(edit, chance):
    return change(
        edit,
        chance,
        "TRANSFER",
        has_state("CANCELLED", "REJECTED"),
        lambda t: setattr(t, "window", 1),
    )


# ---- lives ----


@plant("I4")
def state_of_transfer(edit, chance):
    return change(
        edit,
        chance,
        "TRANSFER",
        has_state("REJECTED"),
        lambda t: setattr(t, "state", T["CANCELLED"]),
    )


@plant("I4")
def state_of_link(edit, chance):
    return change(
        edit,
        chance,
        "LINK",
        has_state("REJECTED", of=L),
        lambda link: setattr(link, "state", L["EXPIRED"]),
    )


@plant("I4")
def history_state(edit, chance):
    return change(
        edit,
        chance,
        "TRANSFER",
        lambda t: len(t.history) > 3,
        lambda t: setattr(t.history[1], "state", T["PENDING"]),
    )


@plant("I4")
def history_entry_gone(edit, chance):
    def cut(transfer):
        del transfer.history[1]

    return change(edit, chance, "TRANSFER", lambda t: len(t.history) > 3, cut)


@plant("I4")
def history_of_link(edit, chance):
    return change(
        edit,
        chance,
        "LINK",
        lambda link: len(link.history) > 2,
        lambda link: setattr(link.history[1], "state", L["ACTIVE"]),
    )


@plant("I15")
def spilled_history_gone(edit, chance):
    rows = edit.rows("HISTORY")
    if rows:
        edit.drop("HISTORY", chance.choice(rows)[0])
    return bool(rows)


@plant("I4")
def state_of_case(edit, chance):
    return change(
        edit,
        chance,
        "CASE",
        lambda c: len(c.entries) > 1,
        lambda c: setattr(c.entries[0], "state", 3),
    )


@plant("I14")
def history_time_back(edit, chance):
    return change(
        edit,
        chance,
        "TRANSFER",
        lambda t: len(t.history) > 3,
        lambda t: setattr(t.history[2], "after_ms", -100000000),
    )


@plant("I14")
def history_after_the_store(edit, chance):
    return change(
        edit,
        chance,
        "TRANSFER",
        lambda t: len(t.history) > 3,
        lambda t: setattr(t.history[-1], "after_sequence", 10**9),
    )


@plant("I2")
def returned_off(edit, chance):
    return change(
        edit,
        chance,
        "TRANSFER",
        lambda t: t.returned_fen,
        lambda t: setattr(t, "returned_fen", t.returned_fen - 1),
    )


# ---- requests ----


@plant("I5")
def request_gone(edit, chance):
    rows = edit.messages("REQUEST", lambda r: r.message in (1060, 1020) and not r.refusal)
    if rows:
        edit.drop("REQUEST", chance.choice(rows)[0])
    return bool(rows)


@plant("I5")
def request_elsewhere(edit, chance):
    rows = edit.messages("REQUEST", lambda r: r.message == 1060 and not r.refusal)
    if len(rows) < 2:
        return False
    (key, row), (_, other) = chance.sample(rows, 2)
    row.object = other.object
    edit.put("REQUEST", key, row)
    return True


@plant("I5")
def request_refused(edit, chance):
    return change(
        edit,
        chance,
        "REQUEST",
        lambda r: r.message == 1060 and not r.refusal,
        lambda r: setattr(r, "refusal", 1),
    )


@plant("I6")
def request_without_digest(edit, chance):
    return change(edit, chance, "REQUEST", lambda r: True, lambda r: setattr(r, "payload", b""))


@plant("I6")
def request_digest(edit, chance):
    if edit.log().first_batch != 1:
        return False  # recycled: nothing else knows what was asked
    return change(
        edit,
        chance,
        "REQUEST",
        lambda r: True,
        lambda r: setattr(r, "payload", bytes(range(32))),
    )


@plant("I6")
def approval_digest(edit, chance):
    return change(
        edit, chance, "APPROVAL", lambda a: True, lambda a: setattr(a, "digest", bytes(range(32)))
    )


# ---- limits ----


@plant("I8")
def usage_fen(edit, chance):
    return change(
        edit, chance, "USAGE", lambda u: True, lambda u: setattr(u, "day_fen", u.day_fen + 1)
    )


@plant("I8")
def usage_count(edit, chance):
    return change(
        edit, chance, "USAGE", lambda u: True, lambda u: setattr(u, "day_count", u.day_count + 1)
    )


@plant("I8")
def usage_year(edit, chance):
    return change(
        edit,
        chance,
        "USAGE",
        lambda u: u.year_fen,
        lambda u: setattr(u, "year_fen", u.year_fen - 1),
    )


@plant("I8")
def usage_gone(edit, chance):
    rows = edit.messages("USAGE", lambda u: u.day_fen)
    if rows:
        edit.drop("USAGE", chance.choice(rows)[0])
    return bool(rows)


def used_limit(limits):
    return limits.out.of_day.used_fen + limits.out.of_day.reserved_fen


@plant("I8")
def limit_used(edit, chance):
    def more(limits):
        limits.out.of_day.used_fen += 1

    return change(edit, chance, "LIMIT", used_limit, more)


@plant("I8")
def limit_reserved(edit, chance):
    def more(limits):
        limits.out.of_year.reserved_fen += 1

    return change(edit, chance, "LIMIT", used_limit, more)


@plant("I8")
def limit_day_before(edit, chance):
    def back(limits):
        limits.out.day -= 1

    return change(edit, chance, "LIMIT", used_limit, back)


@plant("I8")
def limit_funded(edit, chance):
    def turn(limits):
        limits.funded = not limits.funded

    return change(edit, chance, "LIMIT", used_limit, turn)


@plant("I8")
def limit_gone(edit, chance):
    rows = edit.messages("LIMIT", used_limit)
    if rows:
        edit.drop("LIMIT", chance.choice(rows)[0])
    return bool(rows)


@plant("I4")
def limited_taken_away(edit, chance):
    return change(
        edit, chance, "TRANSFER", lambda t: t.limited, lambda t: setattr(t, "limited", False)
    )


@plant("I4")
def counted_taken_away(edit, chance):
    return change(
        edit, chance, "TRANSFER", lambda t: t.counted, lambda t: setattr(t, "counted", False)
    )


# ---- links ----


@plant("I11")
def evidence_gone(edit, chance):
    return change(
        edit, chance, "LINK", has_state("ACTIVE", of=L), lambda link: link.evidence.Clear()
    )


@plant("I11")
def evidence_of_another_class(edit, chance):
    return change(
        edit,
        chance,
        "LINK",
        has_state("ACTIVE", of=L),
        lambda link: setattr(link.evidence, "account_class", 2),
    )


@plant("I11")
def one_bank(edit, chance):
    return change(
        edit,
        chance,
        "LINK",
        has_state("ACTIVE", of=L),
        lambda link: setattr(link, "class1_bank", link.class2_bank),
    )


@plant("I11")
def primary_gone(edit, chance):
    return change(
        edit,
        chance,
        "LINK",
        lambda link: link.primary,
        lambda link: setattr(link, "primary", False),
    )


@plant("I11")
def hold_without_suspension(edit, chance):
    def hold(link):
        link.holds.add(
            id=bytes(range(16)), authority=3, blocks=62, placed_at_ms=link.requested_at_ms
        )

    return change(edit, chance, "LINK", has_state("ACTIVE", of=L), hold)


@plant("I11")
def amendment_of_a_final_link(edit, chance):
    def amend(link):
        link.amendment.scopes = 2

    return change(edit, chance, "LINK", lambda link: link.state in states.LINK_FINAL, amend)


# ---- notices ----


@plant("I13")
def notice_gone(edit, chance):
    rows = edit.rows("NOTICE")
    if rows:
        edit.drop("NOTICE", chance.choice(rows)[0])
    return bool(rows)


@plant("I13")
def notice_of_nothing(edit, chance):
    return change(
        edit, chance, "NOTICE", lambda n: True, lambda n: setattr(n, "entry", n.entry + 1000)
    )


@plant("I13")
def notice_too_many(edit, chance):
    def rest(counters):
        counters.last_notice += 1

    return change(edit, chance, "BANK_COUNTERS", lambda c: True, rest)


@plant("I13")
def notice_beyond(edit, chance):
    rows = edit.messages("BANK_COUNTERS")
    links = edit.rows("LINK")
    if not rows or not links:
        return False
    bank, counters = chance.choice(rows)
    edit.put(
        "NOTICE",
        bank + u64(counters.last_notice + 5),
        records.Notice(kind=1, object=links[0][0], entry=2),
    )
    return True


# ---- indexes and counters ----


def drop_one(table):
    def drop(edit, chance):
        rows = edit.rows(table)
        if rows:
            edit.drop(table, chance.choice(rows)[0])
        return bool(rows)

    return drop


def add_one(table):
    def add(edit, chance):
        rows = edit.rows(table)
        if not rows:
            return False
        key = bytearray(chance.choice(rows)[0])
        key[-1] ^= 0x55
        edit.put(table, bytes(key), b"")
        return True

    return add


INDEXES = (
    "LINK_PERSON LINK_CLASS2 LINK_CLASS1 TRANSFER_OF_LINK OPEN DEADLINE LINK_OF_BANK RETURN"
    " CASE_OF_TRANSFER CASE_OF_LINK ADJUSTMENT_OF_WINDOW CARD_OF_PERSON"
)
for index in INDEXES.split():
    PLANTS[f"{index.lower().replace('_', '-')}-gone"] = ("I15", drop_one(index))
    PLANTS[f"{index.lower().replace('_', '-')}-stray"] = ("I15", add_one(index))
PLANTS["live-gone"] = ("I15", drop_one("LIVE"))
PLANTS["live-stray"] = ("I15", add_one("LIVE"))


@plant("I11")
def link_pair_gone(edit, chance):
    return drop_one("LINK_PAIR")(edit, chance)


@plant("I7")
def event_kept_after_its_end(edit, chance):
    def how(event):
        event.state, event.ended_at_ms = 2, event.received_at_ms

    return change(edit, chance, "EVENT", lambda event: event.HasField("content"), how)


@plant("I15")
def event_of_another_link(edit, chance):
    def how(event):
        event.link = event.link[:-1] + bytes([event.link[-1] ^ 1])

    return change(edit, chance, "EVENT", lambda event: event.link, how)


@plant("I15")
def overview_lost(edit, chance):
    rows = edit.rows("OVERVIEW")
    if rows:
        edit.drop("OVERVIEW", chance.choice(rows)[0])
    return bool(rows)


@plant("I15")
def overview_waits_for_another(edit, chance):
    def how(overview):
        part = next(part for part in overview.parts if part.question)
        part.question = part.question[:-1] + bytes([part.question[-1] ^ 1])

    return change(edit, chance, "OVERVIEW", lambda overview: overview.parts, how)


@plant("I15")
def history_stray(edit, chance):
    rows = edit.rows("TRANSFER")
    if rows:
        edit.put("HISTORY", b"\2" + chance.choice(rows)[0] + u64(0), records.HistoryEntry(state=1))
    return bool(rows)


def one_more(counter):
    def count(edit, chance):
        def how(counters):
            setattr(counters, counter, getattr(counters, counter) + 1)

        return change(edit, chance, "BANK_COUNTERS", lambda _: True, how)

    return count


for counter in ("unanswered", "unknown", "uncredited", "questions", "events"):
    PLANTS[f"counter-{counter}"] = ("I15", one_more(counter))


# ---- meta and log ----


@plant("I12")
def chain_of_another(edit, chance):
    return change(
        edit, chance, "META", lambda m: True, lambda m: setattr(m, "chain", bytes(range(32)))
    )


@plant("I12")
def applied_less(edit, chance):
    return change(
        edit,
        chance,
        "META",
        lambda m: m.applied_batch > 2,
        lambda m: setattr(m, "applied_batch", m.applied_batch - 1),
    )


@plant("I12")
def applied_more(edit, chance):
    return change(
        edit,
        chance,
        "META",
        lambda m: True,
        lambda m: setattr(m, "applied_batch", m.applied_batch + 10**6),
    )


# ---- sealed fields and rows ----


@plant("I19")
def sealed_flipped(edit, chance):
    def flip(link):
        data = bytearray(link.secret.sealed)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        link.secret.sealed = bytes(data)

    return change(edit, chance, "LINK", lambda link: True, flip)


@plant("I19")
def sealed_of_another(edit, chance):
    rows = edit.messages("LINK")
    if len(rows) < 2:
        return False
    (key, link), (_, other) = chance.sample(rows, 2)
    link.secret.CopyFrom(other.secret)
    edit.put("LINK", key, link)
    return True


@plant("I19")
def sealed_instruction(edit, chance):
    return change(
        edit,
        chance,
        "TRANSFER",
        lambda t: t.HasField("kept"),
        lambda t: setattr(t.kept, "key_id", 9),
    )


@plant("rows")
def checksum(edit, chance):
    key, data = chance.choice(edit.rows("TRANSFER") or edit.rows("BANK"))
    table = "TRANSFER" if edit.rows("TRANSFER") else "BANK"
    edit.put_raw(row_key(table, key), data + b"\0\1\2\3")
    return True


@plant("rows")
def table_of_tomorrow(edit, chance):
    key = bytes([99]) + chance.randbytes(16)
    edit.put_raw(key, struct.pack(">I", crc32c(key)))
    return True


@plant("rows")
def field_of_tomorrow(edit, chance):
    key, data = chance.choice(edit.rows("BANK"))
    edit.put("BANK", key, data + b"\xf8\x06\x01")
    return True


@plant("rows")
def no_message(edit, chance):
    key, _ = chance.choice(edit.rows("BANK"))
    edit.put("BANK", key, b"\xff\xff\xff")
    return True


@plant("rows")
def digest_cut(edit, chance):
    return change(
        edit,
        chance,
        "LINK",
        lambda link: True,
        lambda link: setattr(link, "person_key", link.person_key[:7]),
    )


@plant("rows")
def key_too_long(edit, chance):
    rows = edit.rows("TRANSFER_OF_LINK")
    if rows:
        edit.put("TRANSFER_OF_LINK", chance.choice(rows)[0] + b"\0", b"")
    return bool(rows)
