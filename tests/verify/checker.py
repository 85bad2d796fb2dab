#!/usr/bin/python3
"""Checks the laws of a store and its log, written from docs/store.md alone.

usage: checker.py STORE_DIR KEYS_FILE [--json] [--at-rest] [--no-log]

STORE_DIR holds store/ and log/, of which no gateway has the store open. Findings come one a line:
law, object, what differs. Exit status: 0 all holds, 1 findings, 2 it could not be read.
--at-rest: nothing may be under way any more (I18). --no-log: looks at the store alone.
"""

import argparse
import collections
import datetime
import json
import pathlib
import sys

import lmdb

import states
from bought import Bought
from disk import Damaged, Keys, Log, Rows, records, row_key, sha256, u64
from paid import Paid
from products import Products

INT64_MAX = 2**63 - 1
CURRENCY = "CNY"
COOL_DOWN_CAP_FEN = 1000000
CREDIT_DUE_MS = 60000
RECORDED = {1020, 1022, 1024, 1026, *range(1029, 1036), 1038, 1060, 1068, 1070}
RECORDED |= {1039, 1040, 1044, 1131, 1136, 1137, 1138, 1139, 1160, 1163, *range(1165, 1169)}
RECORDED |= {1180, 1181, 1182, 1183, 1185, 1187, 1200, 1201}
LINK_MAKERS = {1020, 1031}
TRANSFER_MAKERS = {1060, 1070}
CARD_MAKER = 1039
NO_PARENT = bytes(16)
BOOT = 1
EVENT_KIND = states.KIND["EVENT"]
EVENT_MOVES_MONEY = {1, 2, 3}
QUERY_OVERVIEW, OVERVIEW_STATUS_MAX, OVERVIEW_ANSWER_SIZE = 112, 7, 33

L, T = states.LINK, states.TRANSFER
LINK_KIND, TRANSFER_KIND = states.KIND["LINK"], states.KIND["TRANSFER"]
CASE_KIND, APPROVAL_KIND = states.KIND["CASE"], states.KIND["APPROVAL"]
QUESTION_KIND, ADJUSTMENT_KIND = states.KIND["QUESTION"], states.KIND["ADJUSTMENT"]
QUESTION_KIND, WINDOW_KIND = states.KIND["QUESTION"], states.KIND["WINDOW"]
CARD_KIND = states.KIND["CARD"]
W, C = states.WINDOW, states.CARD

Entry = collections.namedtuple("Entry", "state event at_ms sequence cause", defaults=(0,))


def signed(value):
    return (value + 2**63) % 2**64 - 2**63


def shanghai(at_ms):
    """Day since 1970-01-01 and year there."""
    day = (at_ms + 8 * 3600000) // 86400000
    return day, (datetime.date(1970, 1, 1) + datetime.timedelta(days=day)).year


def window_order(payload):
    """Window, both banks, reference and settlement of a WINDOW_SETTLE."""
    size = payload[24]
    reference = payload[25 : 25 + size].decode("ascii", "replace")
    return payload[:8], payload[8:24], reference, payload[25 + size]


def earliest(times):
    return min((at for at in times if at), default=0)


def agreed(transfer):
    """Whether the agreed limits of its link are for it."""
    return transfer.fallback or (
        transfer.kind == 1 or (transfer.kind in states.MERCHANT and transfer.direction == 2)
    )


def between_banks(transfer):
    """Whether something is reserved, and then owed, between its banks."""
    return not (transfer.fallback or transfer.in_house)


def limited(transfer):
    """Whether the limits of its account's class are for it."""
    pays = transfer.kind in states.MERCHANT and transfer.direction == 1 and not transfer.fallback
    lent = transfer.kind == 12 and not transfer.class2_pays
    return pays or lent or transfer.kind in states.COUNTED


class Checker(Products, Bought, Paid):
    """All laws over one store; findings gather in self.findings."""

    def __init__(self, rows, keys, log):
        super().__init__()
        self.rows, self.keys, self.log = rows, keys, log
        self.findings = []
        self.meta = rows["META"].get(b"", records.Meta())
        self.links, self.transfers = rows["LINK"], rows["TRANSFER"]
        self.lives = {}  # (kind, id) -> its entries
        self.owed = collections.defaultdict(list)  # bank -> (sequence, kind, id, index)
        self.expected = collections.defaultdict(set)  # table -> keys that must stand, alone
        self.by_sequence = {c.sequence: c for c in log.commands} if log else {}
        self.open_under = collections.defaultdict(list)  # link -> open transfers

    def found(self, law, what, text):
        self.findings.append((law, what, text))

    def expect(self, holds, law, what, text):
        if not holds:
            self.found(law, what, text)

    # ---- lives (I4, I14) ----

    def life(self, kind, key, record, begin_ms):
        """All entries, older ones from their rows; None where one is missing."""
        entries = []
        for i in range(getattr(record, "history_spilled", 0)):
            row = self.rows["HISTORY"].get(bytes([kind]) + key + u64(i))
            if row is None:
                return None
            self.expected["HISTORY"].add(bytes([kind]) + key + u64(i))
            entries.append(
                Entry(row.state, row.event, row.after_ms, row.after_sequence, row.cause)
            )
        at_ms, sequence = begin_ms, 0
        for row in record.history:
            at_ms, sequence = signed(at_ms + row.after_ms), sequence + row.after_sequence
            entries.append(Entry(row.state, row.event, at_ms, sequence, row.cause))
        return entries

    def check_life(self, kind, key, record, table, begin_ms):
        what = f"{states.name_of(states.KIND, kind).lower()} {key.hex()}"
        entries = self.life(kind, key, record, begin_ms)
        if entries is None:
            self.found("I15", what, "an older entry of its history is missing")
            entries = []
        self.lives[kind, key] = entries
        self.expect(
            1 <= len(record.history) <= 24, "I4", what, "its record has no history, or too much"
        )
        spilled = getattr(record, "history_spilled", 0)  # of a card none ever is
        self.expect(spilled % 12 == 0, "I4", what, "not whole dozens were moved away")
        at, order_ends = 0, 0
        for i, entry in enumerate(entries):
            to = table.get((at, entry.event))
            ends = kind == LINK_KIND and entry.event == states.LINK_EVENT["RUN_OFF"]
            if ends and record.ends_expired:
                to = L["EXPIRED"]
            if kind == states.KIND["ORDER"]:
                refunded = entry.event == states.ORDER_EVENT["REFUNDED"]
                to = order_ends if refunded and to else to
                order_ends = states.ORDER_ENDS.get(entry.event, order_ends)
            if to != entry.state:
                self.found("I4", what, f"entry {i} is no step from state {at}")
                break
            at = entry.state
        self.expect(
            not entries or entries[-1].state == record.state,
            "I4",
            what,
            "its history ends in another state",
        )
        self.check_times(what, entries)
        if entries:
            self.expect(
                entries[0].at_ms == begin_ms, "I14", what, "its history begins at another time"
            )

    def check_times(self, what, entries):
        before = Entry(0, 0, -INT64_MAX, 0)
        for i, entry in enumerate(entries):
            back = entry.at_ms < before.at_ms or entry.sequence < before.sequence
            late = entry.at_ms > self.meta.ledger_ms or entry.sequence > self.meta.applied_sequence
            self.expect(not back, "I14", what, f"entry {i} is before the one before it")
            self.expect(not late, "I14", what, f"entry {i} is later than the store")
            command = self.by_sequence.get(entry.sequence)
            if command:
                self.expect(
                    command.ledger_ms == entry.at_ms,
                    "I14",
                    what,
                    f"entry {i} has not its command's time",
                )
            before = entry

    def owe(self, kind, key, index, *banks):
        entry = self.lives[kind, key][index]
        for bank in banks:
            self.owed[bank].append((entry.sequence, kind, key, index))

    def deadline(self, kind, key, at_ms, frozen):
        row = ((at_ms + 2**63) % 2**64).to_bytes(8, "big") + bytes([kind]) + key
        if at_ms and (not frozen or row in self.rows["DEADLINE"]):
            self.expected["DEADLINE"].add(row)

    def unseal(self, table, key, sealed, what, law="I19"):
        plain = self.keys.unseal(row_key(table, key), sealed)
        self.expect(plain is not None, law, what, "a sealed field does not open in its place")
        return plain

    def check_texts(self, table, key, record, room, what, field="texts"):
        if not record.HasField(field):
            return
        plain = self.unseal(table, key, getattr(record, field), what)
        if plain is None:
            return
        texts = records.Texts.FromString(plain)
        right = 0 < len(texts.texts) <= room and texts.texts[-1]
        self.expect(
            right, "I19", what, "its texts are more than its parts, or end with an empty one"
        )

    # ---- links ----

    def check_link(self, key, link):
        what = f"link {key.hex()}"
        self.check_life(LINK_KIND, key, link, states.LINK_STEPS, link.requested_at_ms)
        self.owe_link(key, link)
        self.check_link_sealed(key, link, what)
        self.check_link_parts(link, what)
        self.check_link_banks(link, what)
        final = link.state in states.LINK_FINAL
        out = link.exchange.kind != 0
        if out or link.state == L["CLOSING"]:
            self.expected["OPEN"].add(bytes([LINK_KIND]) + NO_PARENT + key)
        recheck = link.recheck_due_ms if link.state in states.LINK_RUNS and not out else 0
        due = earliest([
            link.deadline_ms,
            *(hold.expires_at_ms for hold in link.holds),
            link.exchange.deadline_ms if out else 0,
            recheck,
            link.amendment.expires_at_ms,
        ])
        self.expect(not final or due == 0, "I11", what, "final, and waits for a time")
        self.deadline(LINK_KIND, key, due, link.frozen)
        self.index_link(key, link, final)

    def index_link(self, key, link, final):
        person, class2, class1 = link.person_key[:16], link.class2_key[:16], link.class1_key[:16]
        self.expected["LINK_PERSON"].add(person + key)
        self.expected["LINK_CLASS2"].add(class2 + key)
        self.expected["LINK_CLASS1"].add(class1 + key)
        self.expected["LINK_OF_BANK"] |= {u64(link.class2_bank) + key, u64(link.class1_bank) + key}
        if final:
            return
        there = sha256(u64(link.class2_bank), link.person_key)[:16]
        self.expected["LIVE"] |= {b"\1" + there + key, b"\2" + class2 + key, b"\3" + class1 + key}

    def owe_link(self, key, link):
        at = 0
        for i, entry in enumerate(self.lives[LINK_KIND, key]):
            tells = entry.state != at or entry.event in states.LINK_TOLD
            if tells and entry.state not in states.LINK_UNTOLD:
                self.owe(LINK_KIND, key, i, link.class2_bank, link.class1_bank)
            at = entry.state

    def check_link_sealed(self, key, link, what):
        self.check_texts("LINK", key, link, len(link.holds), what)
        if not link.HasField("secret"):
            self.found("I19", what, "has no sealed part")
            return
        plain = self.unseal("LINK", key, link.secret, what)
        if plain is None:
            return
        secret = records.LinkPrivate.FromString(plain)
        kept = states.KEPT_KIND.get(link.exchange.kind)
        right = secret.kept_kind == kept and bool(secret.kept_payload) == bool(kept)
        self.expect(right, "I11", what, "what is kept of its exchange is not of that exchange")
        sides = (
            (secret.class2_number, link.class2_bank, link.class2_key, link.class2_masked),
            (secret.class1_number, link.class1_bank, link.class1_key, link.class1_masked),
        )
        for number, bank, account, masked in sides:
            self.expect(
                self.keys.account(bank, number) == account,
                "I11",
                what,
                "an account's key is not its number's",
            )
            self.expect(
                number.decode().endswith(masked),
                "I11",
                what,
                "a number is not the one that is shown",
            )

    def check_link_parts(self, link, what):
        state = link.state
        runs = state in states.LINK_RUNS
        amends = link.HasField("amendment")
        if state in (L["SUSPENDED"], L["CLOSING"]):
            holds = len(link.holds) > 0 or state == L["CLOSING"]
        else:
            holds = len(link.holds) == 0
        self.expect(holds, "I11", what, "its holds are not of its state")
        self.expect(
            (link.recheck_due_ms != 0) == runs, "I11", what, "its re-check is not of its state"
        )
        self.expect(not amends or state == L["ACTIVE"], "I11", what, "amended while not ACTIVE")
        coded = amends or state == L["AWAITING_AUTHENTICATION"]
        self.expect(not link.challenge.id or coded, "I11", what, "a code is out for nothing")
        self.expect(
            not link.exchange.kind or state not in states.LINK_FINAL,
            "I11",
            what,
            "final, and an exchange is out",
        )
        evidence = link.evidence
        if runs:
            self.expect(
                evidence.present and evidence.account_class == 1,
                "I11",
                what,
                "runs without evidence of class I",
            )
        limits = link.limits
        amounts = (limits.single_fen, limits.daily_fen, limits.yearly_fen)
        self.expect(min(amounts) >= 0, "I9", what, "an agreed limit is negative")

    def check_link_banks(self, link, what):
        self.expect(link.class2_bank != link.class1_bank, "I11", what, "joins one bank with itself")
        self.expect(
            link.class2_class in (2, 3), "I11", what, "its own account is not of class II or III"
        )
        self.expect(bool(link.person_key), "I11", what, "has no person")
        for bank in (link.class2_bank, link.class1_bank):
            self.expect(
                u64(bank) in self.rows["BANK"], "I11", what, f"bank {bank:012d} is not registered"
            )

    def check_link_sets(self):
        """What the live links have together: pairs, primaries."""
        primaries = collections.Counter()
        pairs = {}
        for key, link in self.links.items():
            if link.state in states.LINK_FINAL:
                self.expect(not link.primary, "I11", f"link {key.hex()}", "final, and the primary")
                continue
            primaries[link.class2_key] += link.primary
            pair = link.class2_key[:16] + link.class1_key[:16]
            self.expect(
                pair not in pairs, "I11", f"link {key.hex()}", "another live link has its pair"
            )
            pairs[pair] = key
        for key, link in self.links.items():
            if link.state not in states.LINK_FINAL:
                self.expect(
                    primaries[link.class2_key] == 1,
                    "I11",
                    f"link {key.hex()}",
                    "of its account not one link is the primary",
                )
        for pair, key in pairs.items():
            self.expect(
                self.rows["LINK_PAIR"].get(pair) == key,
                "I11",
                f"link {key.hex()}",
                "live, and its pair's row is not its",
            )
        for pair, key in self.rows["LINK_PAIR"].items():
            self.expect(
                pair in pairs, "I11", f"link {key.hex()}", "the row of a pair without a live link"
            )

    def check_link_open(self):
        for key, link in self.links.items():
            what = f"link {key.hex()}"
            others = [t for t in self.open_under[key] if t.kind != 3]
            if link.state in states.LINK_FINAL:
                self.expect(not others, "I11", what, "final, and transfers are open on it")
            if link.state == L["CLOSING"] and not link.frozen:
                open_ = self.open_under[key] or key in self.open_bought
                self.expect(open_, "I11", what, "CLOSING, and nothing is open on it")

    # ---- transfers ----

    def check_transfer(self, key, transfer):
        what = f"transfer {key.hex()}"
        self.check_life(
            TRANSFER_KIND, key, transfer, states.TRANSFER_STEPS, transfer.received_at_ms
        )
        self.owe_transfer(key, transfer)
        self.check_transfer_fields(transfer, what)
        self.check_transfer_way(transfer, what)
        self.check_events(key, transfer, what)
        self.check_texts("TRANSFER", key, transfer, 3, what)
        self.check_evidence(key, transfer, what)
        keeps = transfer.state == T["PENDING"] and not transfer.cancel
        self.expect(
            transfer.HasField("kept") == keeps,
            "I7",
            what,
            "its kept instruction is not of its state",
        )
        if transfer.HasField("kept"):
            self.unseal("TRANSFER", key, transfer.kept, what)
        if transfer.state in states.TRANSFER_RESERVED:
            self.expected["OPEN"].add(bytes([TRANSFER_KIND]) + transfer.link + key)
            self.open_under[transfer.link].append(transfer)
        self.deadline(TRANSFER_KIND, key, self.transfer_due(transfer), transfer.frozen)
        self.expected["TRANSFER_OF_LINK"].add(transfer.link + key)
        if transfer.original:
            self.expected["RETURN"].add(transfer.original + key)

    def check_evidence(self, key, transfer, what):
        settles = {states.TRANSFER_EVENT[event] for event in ("POSTED", "REFUSED", "BARRED")}
        causes = [e.cause for e in self.lives[TRANSFER_KIND, key] if e.event in settles]
        evident = bool(causes) and causes[-1] in states.EVIDENT_CAUSES
        right = not self.lives[TRANSFER_KIND, key] or bool(transfer.evidence) == evident
        self.expect(right, "I4", what, "its evidence is not of what settled it")

    @staticmethod
    def transfer_due(transfer):
        if transfer.state == T["PENDING"]:
            return transfer.deadline_ms
        if transfer.state == T["UNKNOWN"]:
            return transfer.unknown_alarm_ms
        waits = transfer.state == T["ACCEPTED"] and transfer.direction == 2
        waits = waits and not transfer.in_house
        done = transfer.credited_at_ms or transfer.credit_late
        if waits and not done and transfer.came_back_fen != transfer.amount_fen:
            return transfer.accepted_at_ms + (transfer.credit_wait_ms or CREDIT_DUE_MS)
        return 0

    def owe_transfer(self, key, transfer):
        at = 0
        for i, entry in enumerate(self.lives[TRANSFER_KIND, key]):
            if entry.state != at and entry.state in states.TRANSFER_FINAL:
                self.owe(TRANSFER_KIND, key, i, transfer.submitter, transfer.instructed)
            elif entry.event == states.TRANSFER_EVENT["STEP_UP"]:
                self.owe(TRANSFER_KIND, key, i, transfer.submitter)
            at = entry.state

    def check_transfer_fields(self, transfer, what):
        accepted = transfer.state == T["ACCEPTED"]
        open_or_done = accepted or transfer.state in states.TRANSFER_RESERVED
        self.expect(transfer.amount_fen > 0, "I9", what, "its amount is not positive")
        self.expect(transfer.currency == CURRENCY, "I10", what, "its currency is not the ledger's")
        back = 0 <= transfer.came_back_fen <= transfer.returned_fen <= max(transfer.amount_fen, 0)
        self.expect(back, "I2", what, "more came back than was returned, or than there was")
        window = transfer.window
        between = accepted and between_banks(transfer)
        right = 1 <= window <= self.meta.open_window if between else window == 0
        self.expect(right, "I17", what, f"{states.name_of(T, transfer.state)} in window {window}")
        self.expect(
            transfer.counted == (open_or_done and agreed(transfer)),
            "I4",
            what,
            "counted, or not, against its state",
        )
        self.expect(
            transfer.limited == (open_or_done and limited(transfer)),
            "I4",
            what,
            "in its class's limits, or not, against its state",
        )
        bound_in = transfer.kind == 1 and not transfer.class2_pays
        self.expect(
            not transfer.funds or (open_or_done and bound_in),
            "I4",
            what,
            "funds an account, and is not from the bound one",
        )
        self.expect(
            not transfer.fallback or (transfer.kind in states.MERCHANT and transfer.direction == 1),
            "I4",
            what,
            "falls back, and is no payment out of the account",
        )
        bought = not transfer.request
        right = bought if transfer.kind in states.BOUGHT else not transfer.in_house or bought
        self.expect(right, "I5", what, "an order's or a loan's, and neither made it")
        self.expect(
            (transfer.accepted_at_ms != 0) == accepted,
            "I4",
            what,
            "its time of acceptance is not of its state",
        )
        self.expect(
            accepted or not transfer.credited_at_ms, "I4", what, "credited without being ACCEPTED"
        )
        alarmed = transfer.unknown_alarm_ms != 0
        self.expect(
            alarmed == (transfer.state == T["UNKNOWN"]), "I4", what, "its alarm is not of its state"
        )
        waits = transfer.cancel and transfer.state == T["PENDING"]
        self.expect(
            not transfer.cancel_request or waits, "I4", what, "a cancellation waits for nothing"
        )

    def check_transfer_way(self, transfer, what):
        push = transfer.direction == 1
        sides = (transfer.submitter, transfer.instructed)
        way = sides if push else sides[::-1]
        if not between_banks(transfer):
            way = (transfer.instructed, transfer.instructed)
        right = (transfer.debtor_bank, transfer.creditor_bank) == way
        self.expect(
            right and sides[0] != sides[1], "I2", what, "its banks are not those of its direction"
        )
        self.expect(
            (transfer.kind == 3) == bool(transfer.original),
            "I15",
            what,
            "a return without an original, or the other way",
        )
        link = self.links.get(transfer.link)
        if link is None:
            self.found("I15", what, "its link is not there")
            return
        pair = {link.class2_bank, link.class1_bank}
        self.expect(pair == set(sides), "I15", what, "its banks are not its link's")
        pays = sides[not push] if transfer.in_house else transfer.debtor_bank
        self.expect(
            transfer.class2_pays == (pays == link.class2_bank),
            "I15",
            what,
            "another account pays than its bank's",
        )
        early = transfer.received_at_ms < link.cool_down_until_ms
        cooling = transfer.counted and transfer.class2_pays and early
        self.expect(
            transfer.in_cool_down == cooling,
            "I8",
            what,
            "in the cool-down, or not, against its time",
        )
        single = link.limits.single_fen
        kept = not single or transfer.amount_fen <= single or self.amended(transfer.link)
        self.expect(kept or not transfer.counted, "I8", what, "above the agreed single limit")

    def check_events(self, key, transfer, what):
        events = collections.Counter(entry.event for entry in self.lives[TRANSFER_KIND, key])
        fields = (
            ("CANCEL_ASKED", transfer.cancel and transfer.cancel_asked_at_ms != 0),
            ("CONFLICT", transfer.conflict),
            ("CREDIT_LATE", transfer.credit_late),
            ("CREDITED", transfer.credited_at_ms != 0),
            ("DEADLINE", transfer.unknown_at_ms != 0),
            ("STEP_UP", transfer.step_up_at_ms != 0),
        )
        for event, says in fields:
            right = says == (events[states.TRANSFER_EVENT[event]] > 0)
            self.expect(
                right or not events,
                "I4",
                what,
                f"its fields do not tell of {event} what its history does",
            )
        times = {e.event: e.at_ms for e in self.lives[TRANSFER_KIND, key]}
        for event, at_ms in (
            ("POSTED", transfer.accepted_at_ms), ("CREDITED", transfer.credited_at_ms)
        ):
            then = times.get(states.TRANSFER_EVENT[event], at_ms)
            self.expect(then == at_ms, "I4", what, f"{event} at another time than its history says")

    def check_returns(self):
        taken, back = collections.Counter(), collections.Counter()
        for key, transfer in self.transfers.items():
            if not transfer.original:
                continue
            what = f"transfer {key.hex()}"
            original = self.transfers.get(transfer.original)
            if original is None:
                self.found("I15", what, "its original is not there")
                continue
            way = (original.creditor_bank, original.debtor_bank, original.link, original.currency)
            own = (transfer.debtor_bank, transfer.creditor_bank, transfer.link, transfer.currency)
            self.expect(
                own == way and original.kind != 3,
                "I15",
                what,
                "it does not go back the way of its original",
            )
            if transfer.state == T["ACCEPTED"]:
                back[transfer.original] += transfer.amount_fen
            if transfer.state == T["ACCEPTED"] or transfer.state in states.TRANSFER_RESERVED:
                taken[transfer.original] += transfer.amount_fen
        for key, transfer in self.transfers.items():
            right = (transfer.returned_fen, transfer.came_back_fen) == (taken[key], back[key])
            self.expect(
                right,
                "I2",
                f"transfer {key.hex()}",
                "what it says was returned is not the sum of its returns",
            )
            self.expect(
                not taken[key] or transfer.state == T["ACCEPTED"],
                "I2",
                f"transfer {key.hex()}",
                "returned without being ACCEPTED",
            )

    # ---- windows (I17, and I4, I13, I14, I15 of them) ----

    def check_window(self, key, window):
        number = int.from_bytes(key, "big")
        what, state = f"window {number}", window.state
        entries = []
        at_ms, sequence, at = window.opened_at_ms, 0, 0
        for i, row in enumerate(window.history):
            at_ms, sequence = signed(at_ms + row.after_ms), sequence + row.after_sequence
            entries.append(Entry(row.state, row.event, at_ms, sequence))
            right = states.WINDOW_STEPS.get((at, row.event)) == row.state
            self.expect(right, "I4", what, f"entry {i} is no step from state {at}")
            at = row.state
        self.expect(entries and at == state, "I4", what, "its history ends in another state")
        self.check_times(what, entries)
        self.lives[WINDOW_KIND, NO_PARENT[:8] + key] = entries
        times = (window.opened_at_ms, window.closing_at_ms, window.closed_at_ms)
        for name, at_ms in zip(("OPEN", "CLOSE", "FIX"), times):
            then = [e.at_ms for e in entries if e.event == states.WINDOW_EVENT[name]]
            self.expect((then or [0]) == [at_ms], "I4", what, f"{name} at another time")
        ended = state in (W["SETTLED"], W["ABORTED"])
        self.expect((window.ended_at_ms != 0) == ended, "I4", what, "its end is not of its state")
        self.expect(
            (window.settlement != 0) == (state == W["SETTLED"]), "I17", what, "settled somehow"
        )
        is_last = number == self.meta.open_window
        self.expect((state == W["OPEN"]) == is_last, "I17", what, "another one is open")
        self.check_window_before(number, window, what)
        self.check_window_nets(key, window, entries, what)
        successor = number < window.successor <= self.meta.open_window
        right = successor if state == W["ABORTED"] else not window.successor
        self.expect(right, "I17", what, "its successor is not one")
        due = window.cut_off_at_ms if state == W["OPEN"] else 0
        if state == W["CLOSING"]:
            due = window.closing_at_ms + 1
        self.deadline(WINDOW_KIND, NO_PARENT[:8] + key, due, False)

    def check_window_before(self, number, window, what):
        before = self.rows["WINDOW"].get(u64(number - 1)) if number > 1 else None
        right = number == 1 or (
            before is not None
            and before.closing_at_ms == window.opened_at_ms
            and before.business_day <= window.business_day
        )
        self.expect(right, "I17", what, "it does not go on from the one before it")

    def check_window_nets(self, key, window, entries, what):
        nets = {k: row for k, row in self.rows["NET"].items() if k[:8] == key}
        unsettled = sum(not row.HasField("settled") for row in nets.values())
        if window.state >= W["CLOSED"]:
            self.expect(window.open_pairs == unsettled, "I17", what, "it counts its nets wrongly")
        else:
            self.expect(unsettled == len(nets), "I17", what, "a net was paid before it was known")
        for net_key, row in nets.items():
            self.check_settled(net_key, window, row)
        settled = window.state != W["SETTLED"] or unsettled == 0
        self.expect(settled, "I17", what, "settled, and a net of it is not")
        banks = {int.from_bytes(k[i : i + 8], "big") for k in nets for i in (8, 16)}
        for i, entry in enumerate(entries):
            if entry.event in states.WINDOW_TOLD:
                self.owe(WINDOW_KIND, NO_PARENT[:8] + key, i, *sorted(banks))

    # ---- by whose word nets were settled (I20) ----

    def check_settled(self, key, window, net):
        low, high = (int.from_bytes(key[i : i + 8], "big") for i in (8, 16))
        what = f"net of window {int.from_bytes(key[:8], 'big')}, {low:012d} and {high:012d}"
        sides = [side for side in ("low_said", "high_said") if net.HasField(side)]
        said = [getattr(net, side) for side in sides]
        right = all(word.amount_fen == abs(net.net_fen) != 0 for word in said)
        self.expect(right, "I20", what, "a bank says that another amount was paid")
        settled = net.settled
        if not net.HasField("settled"):
            self.expect(not net.order, "I20", what, "ordered to be settled, and is not")
        elif net.order:
            self.check_settled_by_order(key, net, what)
        elif net.multilateral:
            self.found("I20", what, "settled with others without an order")
        elif net.net_fen == 0:
            in_time = settled.at_ms == window.closed_at_ms
            self.expect(in_time, "I20", what, "of zero, and not settled as the window closed")
        else:
            right = len(said) == 2 and all(word.reference == settled.reference for word in said)
            right = right and max(word.at_ms for word in said) == settled.at_ms
            self.expect(right, "I20", what, "settled without the word of both of its banks")

    def check_settled_by_order(self, key, net, what):
        approval = self.rows["APPROVAL"].get(net.order)
        right = (
            approval is not None
            and approval.state == states.APPROVAL["DONE"]
            and approval.order == states.WINDOW_SETTLE
            and approval.decided_at_ms == net.settled.at_ms
        )
        self.expect(right, "I20", what, "settled by an order that was not approved then")
        if right:
            window, pair, reference, settlement = window_order(approval.payload)
            right = window == key[:8] and (settlement == 2) == net.multilateral
            if not net.multilateral:
                pairs = key[8:24], key[16:24] + key[8:16]
                right = right and pair in pairs and reference == net.settled.reference
            self.expect(right, "I20", what, "settled by an order of something else")

    def check_late(self):
        for key, transfer in self.transfers.items():
            window = self.rows["WINDOW"].get(u64(transfer.window))
            if transfer.state != T["ACCEPTED"] or window is None:
                continue
            what = f"transfer {key.hex()}"
            first = window.history[0].after_sequence if window.history else 0
            opened = window.opened_at_ms.to_bytes(6, "big") + u64(first) + b"\xff\xff"
            if transfer.window > 1 and key <= opened:
                self.expected["LATE"].add(u64(transfer.window) + key)
            early = transfer.window > 1 and transfer.accepted_at_ms < window.opened_at_ms
            over = window.closing_at_ms and transfer.accepted_at_ms > window.closing_at_ms
            self.expect(not early and not over, "I17", what, "its window was not open then")

    # ---- money (I1, I2, I3, I9, I10) ----

    def check_money(self):
        pairs = collections.defaultdict(lambda: [0, 0, 0])  # to low, to high, count
        nets, reserved, incoming = (collections.Counter() for _ in range(3))
        for transfer in self.transfers.values():
            if transfer.state in states.TRANSFER_RESERVED and between_banks(transfer):
                reserved[transfer.debtor_bank, transfer.currency] += transfer.amount_fen
                incoming[transfer.creditor_bank, transfer.currency] += transfer.amount_fen
        for debtor, creditor, record in self.owed_between():
            fen = record.amount_fen
            low, high = sorted((debtor, creditor))
            pair = pairs[u64(record.window) + u64(low) + u64(high) + record.currency.encode()]
            pair[0 if creditor == low else 1] += fen
            pair[2] += 1
        unsettled = self.check_nets(pairs)
        for (low, high, currency), fen in unsettled.items():
            nets[low, currency] += fen
            nets[high, currency] -= fen
        self.check_pairs(unsettled)
        self.check_terms()
        self.check_positions(nets, reserved)
        if self.meta.ledger_version >= 2:
            self.check_incoming(incoming)

    def owed_between(self):
        """(debtor, creditor, record) of each accepted transfer and booked adjustment."""
        for transfer in self.transfers.values():
            if transfer.state == T["ACCEPTED"] and between_banks(transfer):
                yield transfer.debtor_bank, transfer.creditor_bank, transfer
        for adjustment in self.rows["ADJUSTMENT"].values():
            if adjustment.state == states.ADJUSTMENT["BOOKED"]:
                yield adjustment.debtor, adjustment.creditor, adjustment

    def aborted_into(self, window):
        """The window that took the nets of that one; 0: none did."""
        row = self.rows["WINDOW"].get(window)
        return row.successor if row is not None and row.state == W["ABORTED"] else 0

    def check_nets(self, pairs):
        """What is not settled, by both banks and currency."""
        sums, carried, unsettled = (collections.Counter() for _ in range(3))
        self.moved = collections.Counter()
        for key, row in self.rows["NET"].items():
            if self.aborted_into(key[:8]) and not row.HasField("settled"):
                carried[u64(self.aborted_into(key[:8])) + key[8:]] += row.net_fen
        for key in pairs.keys() | self.rows["NET"].keys():
            window, low, high = (int.from_bytes(key[i : i + 8], "big") for i in (0, 8, 16))
            what = f"net of window {window}, {low:012d} and {high:012d}"
            row = self.rows["NET"].get(key, records.PairNet())
            to_low, to_high, count = pairs.get(key, (0, 0, 0))
            net = to_low - to_high + carried[key]
            right = (row.to_low_fen, row.to_high_fen, row.net_fen, row.count) == (
                to_low, to_high, net, count
            ) and row.carried_fen == carried[key]
            if not row.HasField("settled") and not self.aborted_into(key[:8]):
                unsettled[low, high, key[24:].decode("ascii", "replace")] += net
            words = [row.settled] if row.HasField("settled") else []
            by_payment = net != 0 and not row.multilateral
            paid = all(bool(word.reference) == by_payment for word in words)
            self.expect(paid, "I17", what, "settled without a payment, or nothing was paid")
            with_others = self.rows["WINDOW"].get(key[:8], records.Window()).settlement == 2
            right_way = with_others and words if row.multilateral else True
            self.expect(right_way, "I17", what, "settled with others that were not")
            if row.multilateral and words:
                self.moved[u64(low) + key[24:]] += net
                self.moved[u64(high) + key[24:]] -= net
            self.expect(right, "I2", what, "does not follow from its transfers")
            self.expect(low < high, "I2", what, "its banks are not in order")
            self.expect(key[24:] == CURRENCY.encode(), "I10", what, "in another currency")
            self.expect(max(to_low, to_high) <= INT64_MAX, "I9", what, "its sum wraps")
            # A row is seen from both its banks: what is left is how far it is from its own sums.
            own = row.to_low_fen - row.to_high_fen + row.carried_fen
            sums[window, key[24:]] += row.net_fen - own
        for (window, _), fen in sums.items():
            self.expect(fen == 0, "I1", f"window {window}", f"its nets are off by {fen} fen")
        return unsettled

    def check_pairs(self, unsettled):
        """What two banks have between them: [reserved to low, to high, unsettled]."""
        if self.meta.ledger_version < 2:
            return
        sums = collections.defaultdict(lambda: [0, 0, 0])
        for transfer in self.transfers.values():
            if not between_banks(transfer):
                continue
            debtor, creditor = transfer.debtor_bank, transfer.creditor_bank
            low, high = sorted((debtor, creditor))
            pair = sums[u64(low) + u64(high) + transfer.currency.encode()]
            if transfer.state in states.TRANSFER_RESERVED:
                pair[0 if creditor == low else 1] += transfer.amount_fen
        for (low, high, currency), fen in unsettled.items():
            sums[u64(low) + u64(high) + currency.encode()][2] += fen
        for key in sums.keys() | self.rows["PAIR"].keys():
            low, high = (int.from_bytes(key[i : i + 8], "big") for i in (0, 8))
            what = f"pair {low:012d} and {high:012d}"
            row = self.rows["PAIR"].get(key, records.Pair())
            own = (row.reserved_to_low_fen, row.reserved_to_high_fen)
            right = own == tuple(sums[key][:2]) and min(own) >= 0
            self.expect(right, "I3", what, "its reservations do not follow from open transfers")
            right = row.unsettled_fen == sums[key][2]
            self.expect(right, "I2", what, "does not follow from accepted transfers")
            self.expect(low < high, "I15", what, "its banks are not in order")
            self.expect(min(row.low_cap_fen, row.high_cap_fen) >= 0, "I9", what, "a negative cap")
            self.expect(key[16:] == CURRENCY.encode(), "I10", what, "in another currency")
            for bank in (key[:8], key[8:16]):
                self.expect(bank in self.rows["BANK"], "I15", what, "a bank is not registered")

    def check_funds(self):
        """Payments into and out of balances; [paid in, going out] by bank and currency."""
        sums = collections.defaultdict(lambda: [0, 0])
        for key, row in self.rows["FUNDS"].items():
            what = f"funds {key.hex()}"
            entries = self.life(0, key, row, row.begun_at_ms)
            self.check_times(what, entries)
            path = [(e.state, e.event) for e in entries]
            steps = {1: [(1, 0)], 2: [(1, 0), (2, 1)], 3: [(1, 0), (3, 2)]}
            self.expect(path == steps.get(row.state), "I4", what, "its history is another one")
            two = all(e.cause == 4 and e.two and e.uid != e.approver for e in row.history)
            self.expect(two, "I4", what, "a step is not of two people")
            ended = entries[-1].at_ms if entries and row.state != 1 else 0
            right = bool(entries) and entries[0].at_ms == row.begun_at_ms
            self.expect(right and row.ended_at_ms == ended, "I4", what, "at other times")
            self.expect(row.amount_fen > 0, "I9", what, "its amount is not positive")
            self.expect(row.direction in (1, 2), "I4", what, "it goes neither in nor out")
            sum_ = sums[u64(row.bank) + row.currency.encode()]
            if row.state == 2:
                sum_[0] += row.amount_fen if row.direction == 1 else -row.amount_fen
            if row.state == 1 and row.direction == 2:
                sum_[1] += row.amount_fen
        return sums

    def check_terms(self):
        funds = self.check_funds()
        for key in funds.keys() | self.rows["EXPOSURE"].keys() | self.moved.keys():
            what = f"terms of {int.from_bytes(key[:8], 'big'):012d}"
            row = self.rows["EXPOSURE"].get(key, records.Exposure())
            paid_in, going_out = funds.get(key, (0, 0))
            paid_in += self.moved[key]
            self.expect(row.balance_fen == paid_in, "I1", what, "a balance is not what was paid in")
            self.expect(row.out_reserved_fen == going_out, "I3", what, "other payments go out")
            self.expect(key[:8] in self.rows["BANK"], "I15", what, "a bank is not registered")
            right = min(row.cap_fen, row.out_reserved_fen) >= 0
            right = right and row.balance_fen >= row.out_reserved_fen
            self.expect(right, "I9", what, "a cap or a balance is negative")
            self.expect(key[8:] == CURRENCY.encode(), "I10", what, "in another currency")

    def check_positions(self, nets, reserved):
        totals = collections.Counter()
        moved = {u64(bank) + currency.encode() for bank, currency in nets.keys() | reserved.keys()}
        for key in moved | self.rows["POSITION"].keys():
            bank, currency = int.from_bytes(key[:8], "big"), key[8:].decode("ascii", "replace")
            what = f"bank {bank:012d}"
            row = self.rows["POSITION"].get(key, records.Position())
            totals[currency] += row.unsettled_net_fen
            self.expect(
                row.unsettled_net_fen == nets[bank, currency],
                "I2",
                what,
                "its net does not follow from the nets that are not settled",
            )
            self.expect(
                row.reserved_outgoing_fen == reserved[bank, currency],
                "I3",
                what,
                "its reservation does not follow from the open transfers",
            )
            self.expect(row.reserved_outgoing_fen >= 0, "I3", what, "its reservation is negative")
            self.expect(currency == CURRENCY, "I10", what, "a position in another currency")
            self.expect(
                u64(bank) in self.rows["BANK"],
                "I15",
                what,
                "a position of a bank that is not registered",
            )
        for currency, fen in totals.items():
            self.expect(fen == 0, "I1", f"positions in {currency}", f"their nets sum to {fen} fen")

    def check_incoming(self, incoming):
        moved = {u64(bank) + currency.encode() for bank, currency in incoming}
        for key in moved | self.rows["POSITION"].keys():
            bank, currency = int.from_bytes(key[:8], "big"), key[8:].decode("ascii", "replace")
            what = f"bank {bank:012d}"
            row = self.rows["POSITION"].get(key, records.Position())
            right = row.reserved_incoming_fen == incoming[bank, currency] >= 0
            self.expect(right, "I3", what, "what is on its way to it does not follow")
            highest = row.unsettled_net_fen + row.reserved_incoming_fen
            lowest = row.unsettled_net_fen - row.reserved_outgoing_fen
            room = highest < 2**63 and lowest > -(2**63)
            self.expect(room, "I9", what, "its net has no room for all that is reserved")

    # ---- limits (I8) ----

    def amended(self, link):
        amended = states.LINK_EVENT["AMENDED"]
        return any(e.event == amended for e in self.lives.get((LINK_KIND, link), ()))

    def check_usage(self):
        of_link = collections.defaultdict(list)
        for transfer in self.transfers.values():
            if agreed(transfer):
                of_link[transfer.link].append(transfer)
        for key in of_link.keys() | self.rows["USAGE"].keys():
            what = f"link {key.hex()}"
            usage = self.rows["USAGE"].get(key, records.LinkUsage())
            transfers = of_link[key]
            latest = max((shanghai(t.received_at_ms) for t in transfers), default=(0, 0))
            self.expect(
                (usage.day, usage.year) == latest,
                "I8",
                what,
                "its day and year are not those of its latest transfer",
            )
            counted = [t for t in transfers if t.counted]
            today = [t for t in counted if shanghai(t.received_at_ms)[0] == usage.day]
            sums = (
                sum(t.amount_fen for t in today),
                len(today),
                sum(t.amount_fen for t in counted if shanghai(t.received_at_ms)[1] == usage.year),
                sum(t.amount_fen for t in counted if t.in_cool_down),
            )
            own = (usage.day_fen, usage.day_count, usage.year_fen, usage.cool_down_fen)
            self.expect(
                sums == own,
                "I8",
                what,
                "what it used of its limits is not the sum of its transfers",
            )
            link = self.links.get(key)
            if link is None:
                self.found("I15", what, "usage of a link that is not there")
            elif not self.amended(key):
                limits = (
                    link.limits.daily_fen,
                    link.limits.daily_count,
                    link.limits.yearly_fen,
                    COOL_DOWN_CAP_FEN,
                )
                over = any(limit and used > limit for used, limit in zip(own, limits))
                self.expect(not over, "I8", what, "used more than was agreed")

    def check_limits(self):
        """Of accounts: the limits of their class, and what funded them."""
        of_account = collections.defaultdict(list)
        for transfer in self.transfers.values():
            link = self.links.get(transfer.link)
            if link is not None and (transfer.limited or transfer.funds):
                of_account[link.class2_key[:16]].append(transfer)
        accounts = {link.class2_key[:16] for link in self.links.values()}
        for key in of_account.keys() | self.rows["LIMIT"].keys():
            what = f"limits of account {key.hex()}"
            row = self.rows["LIMIT"].get(key, records.AccountLimits())
            self.expect(key in accounts, "I15", what, "no link is of it")
            limited = [t for t in of_account[key] if t.limited]
            outs = [t for t in limited if t.class2_pays]
            self.check_bucket(getattr(row, "in"), [t for t in limited if not t.class2_pays], what)
            self.check_bucket(row.out, outs, what)
            funds = [t for t in of_account[key] if t.funds and t.state == T["ACCEPTED"]]
            self.expect(len(funds) == row.funded, "I8", what, "funded, or not, by its transfers")

    def check_bucket(self, bucket, transfers, what):
        latest = max((shanghai(t.received_at_ms) for t in transfers), default=(0, 0))
        self.expect(
            bucket.day >= latest[0] and bucket.year >= latest[1],
            "I8",
            what,
            "a transfer is later than its day and year",
        )
        for part, own, sums in ((0, bucket.day, bucket.of_day), (1, bucket.year, bucket.of_year)):
            there = [t for t in transfers if shanghai(t.received_at_ms)[part] == own]
            used = sum(t.amount_fen for t in there if t.state == T["ACCEPTED"])
            reserved = sum(t.amount_fen for t in there if t.state != T["ACCEPTED"])
            self.expect(
                (sums.used_fen, sums.reserved_fen) == (used, reserved),
                "I8",
                what,
                "what it used of its class's limits is not the sum of its transfers",
            )
            self.expect(
                sums.cap_fen >= 0 and (sums.has_cap or not sums.cap_fen),
                "I8",
                what,
                "its bank's word is none",
            )

    # ---- requests (I5, I6) ----

    def check_requests(self):
        made = collections.Counter()
        for key, row in self.rows["REQUEST"].items():
            bank, request = int.from_bytes(key[:8], "big"), key[8:]
            what = f"request {request.hex()} of bank {bank:012d}"
            self.expect(len(row.payload) == 32, "I6", what, "has no digest")
            self.expect(row.message in RECORDED, "I5", what, "of a kind that is not recorded")
            self.expect(row.at_ms <= self.meta.ledger_ms, "I14", what, "later than the store")
            self.check_request_logged(bank, request, row, what)
            if row.object:
                table = {
                    LINK_KIND: "LINK",
                    TRANSFER_KIND: "TRANSFER",
                    CASE_KIND: "CASE",
                    ADJUSTMENT_KIND: "ADJUSTMENT",
                    CARD_KIND: "CARD",
                    EVENT_KIND: "EVENT",
                    states.KIND["PRODUCT"]: "PRODUCT",
                    states.KIND["LOAN"]: "LOAN",
                    states.KIND["ORDER"]: "ORDER",
                }.get(row.kind)
                key = row.object
                if row.kind == WINDOW_KIND:
                    table, key = "WINDOW", key[8:]
                there = table is not None and key in self.rows[table]
                if there and table == "PRODUCT":
                    there = self.rows[table][key].issuer == bank
                if there and table == "LOAN":
                    there = row.refusal or self.loan_knows(bank, request, row.message, key)
                self.expect(there, "I5", what, "its object is not there")
            if row.refusal or row.message not in LINK_MAKERS | TRANSFER_MAKERS:
                continue
            made[row.object] += 1
            self.expect(made[row.object] == 1, "I5", what, "another request made its object")
            if row.message in LINK_MAKERS:
                link = self.links.get(row.object)
                right = link is not None and (link.class2_bank, link.open_request) == (
                    bank, request
                )
                right = right and row.kind == LINK_KIND
            else:
                transfer = self.transfers.get(row.object)
                right = transfer is not None and (transfer.submitter, transfer.request) == (
                    bank, request
                )
                right = right and row.kind == TRANSFER_KIND
            self.expect(right, "I5", what, "its object was made by another request")
        self.check_made(made)

    def check_made(self, made):
        bought = self.bought_transfers()
        for table, bank_field, request_field in (
            ("LINK", "class2_bank", "open_request"), ("TRANSFER", "submitter", "request")
        ):
            for key, record in self.rows[table].items():
                what = f"{table.lower()} {key.hex()}"
                if table == "TRANSFER" and not record.request:
                    self.expect(key in bought, "I5", what, "nothing made it")
                    continue
                row = self.rows["REQUEST"].get(
                    u64(getattr(record, bank_field)) + getattr(record, request_field)
                )
                right = row is not None and row.object == key and made[key] == 1
                self.expect(right, "I5", what, "is not that of its request")

    def check_request_logged(self, bank, request, row, what):
        if not self.log or not self.log.commands or row.at_ms <= self.log.commands[0].ledger_ms:
            return
        same = self.requests_logged().get((bank, row.message, request), ())
        right = any(c.ledger_ms == row.at_ms and sha256(c.payload) == row.payload for c in same)
        self.expect(
            right, "I6", what, "its digest is not that of a command that the log has at its time"
        )

    def requests_logged(self):
        if not hasattr(self, "logged"):
            self.logged = collections.defaultdict(list)
            for command in self.log.commands:
                if command.kind in RECORDED and command.sequence <= self.meta.applied_sequence:
                    self.logged[command.bank, command.kind, command.request_id()].append(command)
        return self.logged

    # ---- cases, questions, approvals, audit, tries ----

    def check_case(self, key, case):
        what = f"case {key.hex()}"
        self.lives[CASE_KIND, key] = [Entry(e.state, 0, e.at_ms, e.sequence) for e in case.entries]
        at = 0
        for i, entry in enumerate(case.entries):
            self.expect(
                (at, entry.state) in states.CASE_STEPS,
                "I4",
                what,
                f"entry {i} is no step from state {at}",
            )
            ends = entry.state == 3 and entry.by == 0
            self.expect(
                not ends or (case.opened_by == 0 and entry.outcome == 1),
                "I4",
                what,
                f"entry {i}: the gateway ended it otherwise than EXPLAINED, or a bank's",
            )
            self.expect(
                (entry.outcome != 0) == (entry.state == 2 or ends),
                "I4",
                what,
                f"entry {i} has the outcome of another state",
            )
            at = entry.state
            self.owe(CASE_KIND, key, i, *filter(None, (case.owner, case.other)))
        self.expect(
            1 <= len(case.entries) <= 16 and at == case.state,
            "I4",
            what,
            "its entries end in another state",
        )
        self.expect(
            (case.closed_at_ms != 0) == (case.state == 3), "I4", what, "its end is not of its state"
        )
        self.expect(
            (case.due_at_ms != 0) == (case.state == 1),
            "I4",
            what,
            "its due time is not of its state",
        )
        self.expect(not case.overdue or case.state == 1, "I4", what, "overdue, and not open")
        self.check_times(what, self.lives[CASE_KIND, key])
        self.check_texts("CASE", key, case, len(case.entries), what)
        if not case.overdue:
            self.deadline(CASE_KIND, key, case.due_at_ms, False)
        self.check_case_subject(case, what)
        self.check_case_about(key, case, what)
        self.check_case_adjustment(key, case, what)

    def check_case_subject(self, case, what):
        listed = case.HasField("claim")
        own = case.opened_by == 0
        if own:
            right = case.subject == 1 or 7 <= case.subject <= 14
        elif case.link:
            right = case.subject in (5, 6, 12)
        else:
            right = 2 <= case.subject <= 6
        right = right and (own or case.opened_by == case.other)
        right = right and listed == (own and case.subject != 1)
        self.expect(right, "I15", what, "its subject is not for who opened it")
        about = bool(case.link) + bool(case.transfer)
        right = about == (0 if case.subject in (9, 13, 14) else 1) and (case.subject != 12 or case.link)
        self.expect(right, "I15", what, "it is about what its subject is not")

    def check_case_about(self, key, case, what):
        if case.link:
            self.expected["CASE_OF_LINK"].add(case.link + key)
            link = self.links.get(case.link)
            banks = link and {link.class1_bank, link.class2_bank}
        elif case.transfer:
            self.expected["CASE_OF_TRANSFER"].add(case.transfer + key)
            transfer = self.transfers.get(case.transfer)
            banks = transfer and {transfer.submitter, transfer.instructed}
        else:
            parent = sha256(u64(case.owner) + case.claim.id)[:16]
            self.expected["CASE_OF_TRANSFER"].add(parent + key)
            banks = {case.owner, case.other}
            self.expect(len(banks) == 2, "I15", what, "its two banks are one")
            self.check_case_claimed(case, what)
        self.expect(
            banks == {case.owner, case.other},
            "I15",
            what,
            "its banks are not those of what it is about",
        )

    def check_case_claimed(self, case, what):
        """Of an order or a loan, which the claim names: the owner is a bank of it."""
        if case.subject == 9:
            return
        bought = self.rows["ORDER" if case.subject == 13 else "LOAN"].get(case.claim.id)
        names = ("distributor", "issuer") if case.subject == 13 else ("lead", "partner")
        right = bought and case.owner in [getattr(bought, name) for name in names]
        self.expect(right, "I15", what, "what its claim names is not its owner's")

    def check_adjustment(self, key, adjustment):
        what = f"adjustment {key.hex()}"
        entries = adjustment.entries
        place = ADJUSTMENT_KIND, key
        self.lives[place] = [Entry(e.state, 0, e.at_ms, e.sequence) for e in entries]
        other = {adjustment.debtor, adjustment.creditor} - {adjustment.proposed_by}
        says = {1: {adjustment.proposed_by}, 2: other, 3: other, 4: {adjustment.proposed_by}, 5: {0}}
        at = 0
        for i, entry in enumerate(entries):
            right = (at, entry.state) in states.ADJUSTMENT_STEPS
            right = right and {entry.by} == says.get(entry.state)
            self.expect(right, "I4", what, f"entry {i} is no step, or another bank's")
            at = entry.state
            self.owe(*place, i, adjustment.debtor, adjustment.creditor)
        right = 1 <= len(entries) <= 2 and entries[-1].state == adjustment.state
        self.expect(right, "I4", what, "its entries end in another state")
        self.check_times(what, self.lives[place])
        self.check_texts("ADJUSTMENT", key, adjustment, 1, what)
        self.expect(adjustment.HasField("texts"), "I19", what, "it has no text")
        self.expect(adjustment.amount_fen > 0, "I9", what, "its amount is not positive")
        self.expect(adjustment.currency == CURRENCY, "I10", what, "in another currency")
        self.check_adjustment_place(key, adjustment, what)

    def check_adjustment_place(self, key, adjustment, what):
        """Its case, its window and its time."""
        waits = adjustment.state == states.ADJUSTMENT["PROPOSED"]
        booked = adjustment.state == states.ADJUSTMENT["BOOKED"]
        case = self.rows["CASE"].get(adjustment.inquiry)
        sides = {adjustment.debtor, adjustment.creditor}
        right = case is not None and {case.owner, case.other} == sides and len(sides) == 2
        self.expect(right, "I15", what, "its banks are not those of a case")
        if case is not None:
            self.expect(case.adjustment >= key, "I15", what, "its case does not know it")
            right = not waits or case.adjustment == key
            self.expect(right, "I11", what, "it waits, and its case has a later one")
        if waits:
            self.deadline(ADJUSTMENT_KIND, key, adjustment.expires_at_ms, False)
        right = booked == (adjustment.window != 0)
        right = right and adjustment.window <= self.meta.open_window
        self.expect(right, "I17", what, "its window is not of its state")
        if booked:
            self.expected["ADJUSTMENT_OF_WINDOW"].add(u64(adjustment.window) + key)
            self.check_booked_when(adjustment, what)

    def check_booked_when(self, adjustment, what):
        window = self.rows["WINDOW"].get(u64(adjustment.window))
        if window is None or not adjustment.entries:
            return
        entry, at, steps = adjustment.entries[-1], 0, []
        for row in window.history:
            at += row.after_sequence
            steps.append(at)
        over = window.closing_at_ms or entry.at_ms
        right = window.opened_at_ms <= entry.at_ms <= over
        right = right and all(sequence < entry.sequence for sequence in steps[:1])
        right = right and all(sequence > entry.sequence for sequence in steps[1:2])
        self.expect(right, "I17", what, "booked when its window was not open")

    def check_case_adjustment(self, key, case, what):
        latest = self.rows["ADJUSTMENT"].get(case.adjustment)
        many = sum(a.inquiry == key for a in self.rows["ADJUSTMENT"].values())
        right = many == case.adjustments <= 16 and bool(case.adjustment) == (many > 0)
        right = right and (latest is None or latest.inquiry == key)
        right = right and (many == 0 or latest is not None)
        self.expect(right, "I15", what, "its adjustments are not those that it counts")

    # ---- applications for cards ----

    def check_card(self, key, card):
        what = f"card {key.hex()}"
        self.check_life(CARD_KIND, key, card, states.CARD_STEPS, card.applied_at_ms)
        entries = self.lives[CARD_KIND, key]
        for i in range(1, len(entries)):
            self.owe(CARD_KIND, key, i, card.class2_bank, card.class1_bank)
        self.check_card_times(card, entries, what)
        self.check_card_sealed(key, card, what)
        self.expect(card.class1_bank != card.class2_bank, "I11", what, "a bank asks itself")
        self.expect(card.delivery in (1, 2), "I11", what, "it is delivered in no way")
        self.expected["CARD_OF_PERSON"].add(card.person_key[:16] + key)
        if card.state not in states.CARD_FINAL:
            there = sha256(u64(card.class1_bank), card.person_key)[:16]
            self.expected["CARD_OF_PERSON"].add(there + key)
            same = (card.class1_bank, card.person_key)
            others = [
                k
                for k, o in self.rows["CARD"].items()
                if (o.class1_bank, o.person_key) == same and o.state not in states.CARD_FINAL
            ]
            self.expect(others == [key], "I11", what, "the person has another one open there")
            waits = card.state == C["APPLIED"]
            due = card.answer_due_ms if waits else card.expires_at_ms
            self.deadline(CARD_KIND, key, due, False)
            if waits:
                self.expected["OPEN"].add(bytes([CARD_KIND]) + NO_PARENT + key)
        row = self.rows["REQUEST"].get(u64(card.class2_bank) + card.request)
        right = row is not None and (row.object, row.message, row.refusal) == (key, CARD_MAKER, 0)
        self.expect(right, "I5", what, "is not that of its request")
        tries = self.rows["TRIES"].get(card.person_key[:16])
        self.expect(tries is not None and tries.at_ms, "I15", what, "no try is counted")

    def check_card_times(self, card, entries, what):
        event = states.CARD_EVENT
        times = {number: [e.at_ms for e in entries if e.event == number] for number in range(10)}
        issued = times[event["ISSUED"]]
        last = max((i for i, e in enumerate(entries) if e.event == event["ISSUED"]), default=0)
        sent = [e.at_ms for e in entries[last:] if e.event == event["DISPATCHED"]]
        right = (
            card.issues == len(issued)
            and card.issued_at_ms == (issued or [0])[-1]
            and card.dispatched_at_ms == (sent or [0])[-1]
            and card.activated_at_ms == (times[event["ACTIVATED"]] or [0])[-1]
        )
        self.expect(right, "I4", what, "its times are not those of its history")
        ended = card.state in (C["REFUSED"], C["CANCELLED"])
        reason = card.history[-1].reason if ended and card.history else ""
        self.expect(card.reason == reason, "I4", what, "its reason is not that of its end")
        since = card.issued_at_ms if card.issues else card.applied_at_ms
        right = card.expires_at_ms > since and card.answer_due_ms > card.applied_at_ms
        self.expect(right, "I11", what, "its times were over when they began")

    def check_card_sealed(self, key, card, what):
        if not card.HasField("secret"):
            self.found("I19", what, "has no sealed part")
            return
        plain = self.unseal("CARD", key, card.secret, what)
        if plain is None:
            return
        secret = records.CardPrivate.FromString(plain)
        right = bool(secret.asked) == (card.state == C["APPLIED"])
        self.expect(right, "I7", what, "keeps a question that is not out, or has lost one")
        number = secret.number
        right = bool(number) == bool(card.issues) == bool(card.class1_key) == bool(card.masked)
        self.expect(right, "I11", what, "a number without a card, or a card without one")
        right = not number or self.keys.account(card.class1_bank, number) == card.class1_key
        self.expect(right, "I15", what, "its key is not its number's")
        shown = number.decode()[-4:] == card.masked
        self.expect(shown, "I11", what, "its number is not the one that is shown")

    def check_question(self, key, question):
        what = f"question {key.hex()}"
        self.deadline(QUESTION_KIND, key, question.deadline_ms, False)
        link = self.links.get(question.link)
        banks = link and {link.class1_bank, link.class2_bank}
        self.expect(
            banks == {question.asked, question.asked_by},
            "I15",
            what,
            "its banks are not those of its link",
        )
        overview = self.rows["OVERVIEW"].get(question.overview)
        part_of = overview and [part.question for part in overview.parts].count(key) == 1
        alone = question.message != QUERY_OVERVIEW
        self.expect(
            not question.overview if alone else part_of,
            "I15",
            what,
            "is not the part of an overview that it says",
        )

    def check_event(self, key, event):
        what = f"event {key.hex()}"
        waits, offline = event.state == 1, event.kind == 1
        self.lives[EVENT_KIND, key] = [Entry(1, 0, event.received_at_ms, event.sequence)]
        self.owe(EVENT_KIND, key, 0, event.to)
        self.check_times(what, self.lives[EVENT_KIND, key])
        right = event.kind in (1, 2) and 1 <= event.state <= 3 and waits == (not event.ended_at_ms)
        right = right and getattr(event, "from") != event.to
        self.expect(right, "I4", what, "is of no kind, in no state, or of one bank")
        has = [bool(event.link), 1 <= event.type <= 7, event.at_ms > 0]
        has_not = [event.id_type, event.consent_fields, event.HasField("consent")]
        right = all(h == offline for h in has) and all(bool(h) != offline for h in has_not)
        self.expect(right, "I4", what, "has what another kind of event has")
        right = event.amount_fen == 0 or event.type in EVENT_MOVES_MONEY
        self.expect(right and event.amount_fen >= 0, "I9", what, "its amount is none")
        self.expect(
            event.ended_at_ms <= self.meta.ledger_ms, "I14", what, "ended later than the store"
        )
        link = self.links.get(event.link)
        banks = link and {link.class1_bank, link.class2_bank}
        right = not offline or banks == {getattr(event, "from"), event.to}
        self.expect(right, "I15", what, "its banks are not those of its link")
        self.check_texts("EVENT", key, event, 1 if offline else 3, what, "content")
        kept = event.HasField("content")
        right = not kept if not waits else (offline or kept)
        self.expect(right, "I7", what, "what it says is kept too long, or not long enough")
        if waits:
            self.deadline(EVENT_KIND, key, event.expires_at_ms, False)
            told = any(
                (row.kind, row.object) == (EVENT_KIND, key) and place[:8] == u64(event.to)
                for place, row in self.rows["NOTICE"].items()
            )
            self.expect(told, "I13", what, "waits, and its notice is acknowledged")

    def check_overview(self, key, overview):
        what = f"overview {key.hex()}"
        links = [part.link for part in overview.parts]
        self.expect(links == sorted(set(links)), "I15", what, "its links are not in their order")
        waiting = [part for part in overview.parts if part.status == 0]
        self.expect(waiting, "I15", what, "waits for nothing")
        for part in overview.parts:
            right = part.status <= OVERVIEW_STATUS_MAX and (part.status == 0) == bool(part.question)
            self.expect(right, "I15", what, "a part of it asks otherwise than its status says")
            question = self.rows["QUESTION"].get(part.question)
            of_it = question and (question.overview, question.asked_by, question.link) == (
                key, overview.asked_by, part.link
            ) and question.request == overview.request
            self.expect(
                not part.question or of_it, "I15", what, "waits for a question that is not of it"
            )
        self.check_texts("OVERVIEW", key, overview, len(overview.parts), what, "answers")
        if not overview.HasField("answers"):
            texts = []
        else:
            plain = self.keys.unseal(row_key("OVERVIEW", key), overview.answers)
            texts = [] if plain is None else records.Texts.FromString(plain).texts
        for index, part in enumerate(overview.parts):
            answered = part.status in (1, 2)  # ANSWERED, DECLINED
            size = len(texts[index]) if index < len(texts) else 0
            self.expect(
                size == (OVERVIEW_ANSWER_SIZE if answered else 0),
                "I19",
                what,
                "what was answered is not that of its parts",
            )

    def check_approval(self, key, approval):
        what = f"approval {key.hex()}"
        if approval.state == states.APPROVAL["WAITING"]:
            self.expected["OPEN"].add(bytes([APPROVAL_KIND]) + NO_PARENT + key)
            self.deadline(APPROVAL_KIND, key, approval.expires_at_ms, False)
        self.expect(1 <= approval.state <= 5, "I4", what, "in no state")
        payload = approval.payload
        if approval.HasField("sealed"):
            self.check_texts("APPROVAL", key, approval, 1, what, "sealed")
            plain = self.unseal("APPROVAL", key, approval.sealed, what)
            payload = plain and records.Texts.FromString(plain).texts[0]
        self.expect(
            payload is not None and sha256(payload) == approval.digest,
            "I6",
            what,
            "its digest is not its payload's",
        )
        decided = approval.decided_at_ms != 0
        self.expect(
            decided == (approval.state != states.APPROVAL["WAITING"]),
            "I4",
            what,
            "its decision is not of its state",
        )

    def check_audit(self):
        before = 0
        for key, row in sorted(self.rows["AUDIT"].items()):
            sequence = int.from_bytes(key, "big")
            what = f"audit {sequence}"
            late = sequence > self.meta.applied_sequence or row.at_ms > self.meta.ledger_ms
            self.expect(
                row.at_ms >= before and not late,
                "I14",
                what,
                "its time goes back, or is later than the store",
            )
            before = row.at_ms
            command = self.by_sequence.get(sequence)
            if command:
                self.expect(
                    command.ledger_ms == row.at_ms, "I14", what, "has not its command's time"
                )

    def check_rules(self):
        for key, row in sorted(self.rows["RULES"].items()):
            number = int.from_bytes(key, "big")
            what = f"rules {number}"
            late = number > self.meta.applied_sequence or row.loaded_at_ms > self.meta.ledger_ms
            self.expect(not late, "I14", what, "they are later than the store")
            self.expect(row.uid != row.approver, "I4", what, "one person did both")
            command = self.by_sequence.get(number)
            if command:
                same = command.ledger_ms == row.loaded_at_ms
                self.expect(same, "I14", what, "they have not their command's time")
            # layout, name, source, number of periods; then each period's first day
            document = row.document
            place = 1
            for _ in range(2):
                place += 1 + document[place] if place < len(document) else 1
            if document[:1] != b"\x01" or len(document) < place + 5:
                self.found("rows", what, "its document cannot be read")
                continue
            first = int.from_bytes(document[place + 1 : place + 5], "big")
            loaded = (row.loaded_at_ms + 8 * 3600000) // 86400000
            self.expect(first > loaded, "I14", what, "they begin before they were loaded")

    def check_tries(self):
        for key, row in self.rows["TRIES"].items():
            times = list(row.at_ms)
            late = max(times, default=0) > self.meta.ledger_ms
            right = times == sorted(times) and len(times) <= 16 and not late
            self.expect(right, "I14", f"tries {key.hex()}", "their times go back, or are too many")

    # ---- notices (I13) ----

    def check_notices(self):
        rows = collections.defaultdict(dict)
        for key, row in self.rows["NOTICE"].items():
            rows[int.from_bytes(key[:8], "big")][int.from_bytes(key[8:], "big")] = row
        banks = {
            int.from_bytes(key, "big")
            for key in self.rows["BANK_COUNTERS"].keys() | self.rows["BANK"].keys()
        }
        for bank in banks | rows.keys() | self.owed.keys():
            counters = self.rows["BANK_COUNTERS"].get(u64(bank), records.BankCounters())
            self.check_bank_notices(f"bank {bank:012d}", counters, rows[bank], self.owed[bank])

    def check_bank_notices(self, what, counters, rows, owed):
        last, acked = counters.last_notice, counters.acked_notice
        given = last - counters.skipped_notices
        self.expect(acked <= last, "I13", what, "acknowledged more than it was given")
        self.expect(
            len(owed) == given, "I13", what, f"was given {given} notices, and is owed {len(owed)}"
        )
        for number in sorted(rows.keys() ^ set(range(acked + 1, last + 1))):
            self.found(
                "I13",
                what,
                f"notice {number} {'should not be there' if number in rows else 'is missing'}",
            )
        sequence_of = {place: sequence for sequence, *place in owed for place in [tuple(place)]}
        told = set()
        before = 0
        for number, row in sorted(rows.items()):
            place = (row.kind, row.object, row.entry)
            sequence = sequence_of.get(place)
            if sequence is None or place in told:
                self.found("I13", what, f"notice {number} tells what it is not owed, or twice")
                continue
            self.expect(sequence >= before, "I13", what, f"notice {number} is out of order")
            told.add(place)
            before = sequence
        first = min((sequence_of[place] for place in told), default=0)
        gone = [sequence for sequence, *place in owed if tuple(place) not in told]
        self.expect(
            not told or max(gone, default=0) <= first,
            "I13",
            what,
            "a notice is gone that was not acknowledged",
        )

    # ---- indexes and counters (I15) ----

    def check_indexes(self):
        tables = (
            "LINK_PERSON LINK_CLASS2 LINK_CLASS1 TRANSFER_OF_LINK OPEN DEADLINE LIVE LINK_OF_BANK"
            " HISTORY RETURN CASE_OF_TRANSFER LATE CASE_OF_LINK ADJUSTMENT_OF_WINDOW"
            " CARD_OF_PERSON PRODUCT_VERSION PRODUCT_CHANGE QUOTA ORDER_OF_LINK LOAN_OF_LINK"
        )
        for table in tables.split():
            rows = self.rows[table].keys()
            for key in sorted(self.expected[table] - rows):
                self.found("I15", f"{table} {key.hex()}", "is missing")
            for key in sorted(rows - self.expected[table]):
                self.found("I15", f"{table} {key.hex()}", "belongs to no object")

    def check_counters(self):
        unanswered, unknown, uncredited = (collections.Counter() for _ in range(3))
        for transfer in self.transfers.values():
            unanswered[transfer.instructed] += transfer.state in states.TRANSFER_RESERVED
            unknown[transfer.instructed] += transfer.state == T["UNKNOWN"]
            late = transfer.credit_late and not transfer.credited_at_ms
            kept = transfer.came_back_fen != transfer.amount_fen
            uncredited[transfer.creditor_bank] += late and kept
        questions = collections.Counter(q.asked_by for q in self.rows["QUESTION"].values())
        events = collections.Counter(e.to for e in self.rows["EVENT"].values() if e.state == 1)
        banks = {int.from_bytes(key, "big") for key in self.rows["BANK_COUNTERS"]}
        for bank in banks | unanswered.keys() | questions.keys() | events.keys():
            row = self.rows["BANK_COUNTERS"].get(u64(bank), records.BankCounters())
            own = (row.unanswered, row.unknown, row.uncredited, row.questions, row.events)
            right = (unanswered[bank], unknown[bank], uncredited[bank], questions[bank])
            right += (events[bank],)
            self.expect(
                own == right,
                "I15",
                f"bank {bank:012d}",
                "its counters are not the numbers of what they count",
            )

    # ---- the log (I12, I14) ----

    def check_log(self):
        log, meta = self.log, self.meta
        before = None
        for command in log.commands:
            if before:
                self.expect(
                    command.sequence == before.sequence + 1,
                    "I12",
                    f"command {command.sequence}",
                    "does not follow the one before",
                )
                self.expect(
                    command.ledger_ms >= before.ledger_ms,
                    "I14",
                    f"command {command.sequence}",
                    "its time goes back",
                )
            before = command
        if log.first_batch == 1 and log.commands:
            self.expect(
                log.commands[0].sequence == 1, "I12", "log", "does not begin with command 1"
            )
        place = log.places.get(meta.applied_batch)
        chain = meta.chain or bytes(32)
        self.expect(
            place is not None, "I12", "meta", f"batch {meta.applied_batch} is not in the log"
        )
        self.expect(
            place is None or place == chain,
            "I12",
            "meta",
            "its chain hash is not the log's: they do not belong together",
        )
        applied = [c for c in log.commands if c.batch <= meta.applied_batch]
        if applied:
            last = applied[-1]
            self.expect(
                last.sequence == meta.applied_sequence,
                "I12",
                "meta",
                "its sequence is not that of its batch",
            )
            self.expect(
                last.ledger_ms == meta.ledger_ms,
                "I14",
                "meta",
                "its time is not that of its last command",
            )
        rest = [c for c in log.commands if c.batch > meta.applied_batch]
        if rest:
            self.expect(
                rest[0].sequence == meta.applied_sequence + 1,
                "I12",
                "meta",
                "the log's tail does not follow it",
            )
        if log.first_batch == 1:
            boots = sum(c.kind == BOOT for c in applied)
            self.expect(
                boots == meta.boot_count,
                "I14",
                "meta",
                f"{boots} starts, and it counts {meta.boot_count}",
            )

    # ---- rest (I18) ----

    def check_rest(self):
        for key, transfer in self.transfers.items():
            self.expect(
                transfer.state not in states.TRANSFER_RESERVED,
                "I18",
                f"transfer {key.hex()}",
                "is open",
            )
        for key, link in self.links.items():
            self.expect(not link.exchange.kind, "I18", f"link {key.hex()}", "waits for its bank")
        for key, card in self.rows["CARD"].items():
            waits = card.state == C["APPLIED"]
            self.expect(not waits, "I18", f"card {key.hex()}", "waits for its bank")
        for key, row in self.rows["POSITION"].items():
            self.expect(
                not row.reserved_outgoing_fen,
                "I18",
                f"bank {int.from_bytes(key[:8], 'big'):012d}",
                "has something reserved",
            )
        for key in self.rows["QUESTION"]:
            self.found("I18", f"question {key.hex()}", "is out")
        for key in self.rows["OVERVIEW"]:
            self.found("I18", f"overview {key.hex()}", "still waits")
        for key, row in self.rows["BANK_COUNTERS"].items():
            told = row.acked_notice == row.last_notice
            self.expect(
                told, "I18", f"bank {int.from_bytes(key, 'big'):012d}", "has notices to acknowledge"
            )

    def check(self, at_rest):
        if b"" not in self.rows["META"]:
            self.expect(self.rows.count == 0, "rows", "meta", "is not there")
        else:
            self.expect(self.meta.boot_count > 0, "I14", "meta", "is of a store that never started")
            if self.meta.ledger_version >= 2:
                there = u64(self.meta.open_window) in self.rows["WINDOW"]
                self.expect(there, "I17", "meta", "the open window is not there")
        for table, check in (
            ("LINK", self.check_link),
            ("TRANSFER", self.check_transfer),
            ("CASE", self.check_case),
            ("ADJUSTMENT", self.check_adjustment),
            ("QUESTION", self.check_question),
            ("OVERVIEW", self.check_overview),
            ("EVENT", self.check_event),
            ("APPROVAL", self.check_approval),
            ("WINDOW", self.check_window),
            ("CARD", self.check_card),
            ("PRODUCT", self.check_product),
            ("ORDER", self.check_order),
            ("LOAN", self.check_loan),
        ):
            for key, record in self.rows[table].items():
                check(key, record)
        self.check_of_transfers()
        self.check_sold()
        self.check_paid()
        self.check_link_sets()
        self.check_link_open()
        self.check_returns()
        self.check_late()
        self.check_money()
        self.check_usage()
        self.check_limits()
        self.check_requests()
        self.check_audit()
        self.check_rules()
        self.check_tries()
        self.check_notices()
        self.check_indexes()
        self.check_counters()
        if self.log:
            self.check_log()
        if at_rest:
            self.check_rest()


def check_store(folder, keys_file, at_rest=False, with_log=True):
    """(findings, counts) of the store in that folder."""
    folder = pathlib.Path(folder)
    findings = []
    keys = Keys(keys_file)
    rows = Rows(folder / "store", lambda *finding: findings.append(finding))
    log = None
    if with_log:
        try:
            log = Log(folder / "log", keys)
        except Damaged as damage:
            findings.append(("I12", "log", str(damage)))
    checker = Checker(rows, keys, log)
    checker.check(at_rest)
    counts = {"rows": rows.count, "links": len(checker.links), "transfers": len(checker.transfers)}
    if log:
        counts |= {"batches": log.batches, "commands": len(log.commands)}
    return findings + checker.findings, counts


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("store", metavar="STORE_DIR")
    parser.add_argument("keys", metavar="KEYS_FILE")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--at-rest", action="store_true")
    parser.add_argument("--no-log", action="store_true")
    arguments = parser.parse_args()
    try:
        findings, counts = check_store(
            arguments.store, arguments.keys, arguments.at_rest, not arguments.no_log
        )
    except (OSError, lmdb.Error, ValueError, IndexError) as error:
        print(f"checker.py: {error}", file=sys.stderr)
        return 2
    if arguments.json:
        rows = [dict(zip(("law", "object", "what"), finding)) for finding in findings]
        print(json.dumps({"findings": rows, "counts": counts}))
    else:
        for finding in findings:
            print(*finding, sep="\t")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
