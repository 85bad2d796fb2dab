#!/usr/bin/python3
"""Makes the corpora of tests/fuzz that tests/wire/make_golden.py does not: records, orders of
operators, files of configuration, a session's and a gateway's talk.

usage: make_corpus.py        writes into the tree that it is in
"""

import hashlib
import importlib
import pathlib
import subprocess
import sys
import tempfile

TREE = pathlib.Path(__file__).resolve().parents[2]
CORPUS = TREE / "tests/fuzz/corpus"
BANK = 102100099996
ID = b"\x01\x02\x03" + bytes(13)
DIGEST = b"\xaa" * 32
NOW_MS = 1719792000000


def load(*names):
    out = tempfile.mkdtemp()
    files = [f"linkgate/{name}.proto" for name in names]
    command = ["protoc", f"--proto_path={TREE / 'proto'}", f"--python_out={out}"]
    subprocess.run([*command, *files], check=True)
    sys.path.insert(0, out)
    return [importlib.import_module(f"linkgate.{name.replace('/', '.')}_pb2") for name in names]


RECORDS, ADMIN = load("store/v1/records", "admin/v1/admin")

# Fields whose value follows from their name; all others: 1, or text of one letter.
BYTES = {"digest": DIGEST, "sha256": DIGEST, "store_id": DIGEST, "chain": DIGEST, "pin": DIGEST}
BYTES |= {"answer": DIGEST, "answer_pin": DIGEST, "pins": DIGEST, "key": DIGEST}
BYTES |= {"person_key": DIGEST, "class2_key": DIGEST, "class1_key": DIGEST, "sealed": DIGEST}
TEXTS = {"currency": "CNY", "reason": "MS03", "book_date": "2024-07-01", "field": "amount.fen"}
TEXTS |= {"cancel_reason": "CUST", "class2_masked": "****0017", "account": "6222020000000000017"}
TEXTS |= {"code": "A", "state": "ACTIVE", "order": "BANK_ADD", "roles": "class1"}
# A request's digest is bytes under a name that is an id elsewhere.
OWN = {"Request.payload": DIGEST, "Texts.texts": b"text", "LinkPrivate.class2_number": b"62220200"}
OWN |= {"Approval.payload": b"\0\0\0\x17" + b"\xc6\xcc\xa5\xdc", "Approval.digest": DIGEST}


def value_of(field, depth):
    own = OWN.get(f"{field.containing_type.name}.{field.name}")
    if own is not None:
        return own
    if field.type == field.TYPE_BYTES:
        return BYTES.get(field.name, ID)
    if field.type == field.TYPE_STRING:
        return TEXTS.get(field.name, "a")
    if field.type == field.TYPE_BOOL:
        return True
    if field.name.endswith("_ms"):
        return NOW_MS
    if field.name.endswith("bank") or field.name in ("code", "bank", "by", "owner", "other"):
        return BANK
    return 1


def fill(message, depth=0):
    """Every field set, one row in each list, of a oneof nothing."""
    for field in message.DESCRIPTOR.fields:
        if field.containing_oneof is not None:
            continue
        repeated = field.label == field.LABEL_REPEATED
        if field.type == field.TYPE_MESSAGE:
            below = getattr(message, field.name)
            fill(below.add() if repeated else below, depth + 1)
        elif repeated:
            getattr(message, field.name).append(value_of(field, depth))
        else:
            setattr(message, field.name, value_of(field, depth))
    return message


def sized(text):
    return len(text).to_bytes(2, "big") + text


# ---- stored records: table, two plaintexts, record; see fuzz_record.c

TABLES = {
    "meta": (1, RECORDS.Meta),
    "bank": (2, RECORDS.Bank),
    "counters": (3, RECORDS.BankCounters),
    "link": (4, RECORDS.Link),
    "tries": (9, RECORDS.Tries),
    "request": (10, RECORDS.Request),
    "transfer": (11, RECORDS.Transfer),
    "notice": (15, RECORDS.Notice),
    "position": (16, RECORDS.Position),
    "net": (17, RECORDS.PairNet),
    "usage": (20, RECORDS.LinkUsage),
    "history": (21, RECORDS.HistoryEntry),
    "case": (23, RECORDS.Case),
    "question": (25, RECORDS.Question),
    "approval": (26, RECORDS.Approval),
    "audit": (27, RECORDS.Audit),
    "exposure": (30, RECORDS.Exposure),
    "pair": (31, RECORDS.Pair),
    "funds": (32, RECORDS.Funds),
    "adjustment": (35, RECORDS.Adjustment),
    "product": (38, RECORDS.Product),
    "version": (39, RECORDS.Product),
    "quota": (41, RECORDS.Quota),
    "order": (42, RECORDS.ProductOrder),
    "held": (45, RECORDS.Held),
    "loan": (46, RECORDS.Loan),
    "card": (49, RECORDS.Card),
    "event": (51, RECORDS.Event),
    "overview": (52, RECORDS.Overview),
}
# Bytes of keys behind the table's: of one row of each table that is walked by its keys.
KEYS = {2: 8, 4: 16, 5: 32, 6: 32, 7: 32, 8: 32, 11: 16, 12: 32, 13: 33, 14: 25, 16: 11, 17: 27}
KEYS |= {18: 33, 19: 24, 22: 32, 23: 16, 24: 32, 26: 16, 27: 8, 30: 11, 31: 19, 32: 16}
KEYS |= {35: 16, 36: 24, 40: 8, 42: 16, 43: 32, 44: 32, 46: 16, 47: 32, 48: 32, 49: 16}
KEYS |= {50: 32, 51: 16}


def records():
    texts = RECORDS.Texts(texts=[b"what somebody wrote"]).SerializeToString()
    secret = fill(RECORDS.LinkPrivate()).SerializeToString()
    inputs = {}
    for name, (table, record) in TABLES.items():
        message = fill(record())
        if name == "loan":
            fill(message.decisions.add())  # of both lenders
        full = message.SerializeToString()
        first = secret if name == "link" else b"kept instruction" if name == "transfer" else texts
        inputs[name] = bytes([table]) + sized(first) + sized(texts) + full
        inputs[name + "_empty"] = bytes([table]) + sized(b"") + sized(b"")
    for table, size in KEYS.items():
        key = (ID * 3)[:size]
        front = bytes([table | 0x80]) + sized(b"") + sized(b"")
        inputs[f"key_{table}"] = front + bytes([size]) + key
    return inputs


# ---- orders: a byte of mode, a Request; see fuzz_admin.c

ORDERING, ROOM, ANSWER, FRAMED = 2, 4, 8, 16


def frame(body):
    return b"\0" + len(body).to_bytes(4, "big") + body


def admin():
    inputs = {}
    mode = bytes([ORDERING | ROOM | ANSWER | FRAMED])
    everything = b""
    for field in ADMIN.Request.DESCRIPTOR.fields:
        if field.containing_oneof is None:
            continue
        request = ADMIN.Request(correlation=7)
        order = getattr(request, field.name)
        order.SetInParent()
        fill(order)
        inputs[field.name] = mode + request.SerializeToString()
        everything += frame(request.SerializeToString())
    inputs["all"] = bytes([ORDERING | ROOM | ANSWER]) + everything
    inputs["all_in_pieces"] = bytes([ROOM | ANSWER | 5 << 5]) + everything
    inputs["reader"] = bytes([1 | ROOM | ANSWER]) + everything
    inputs["no_room"] = bytes([ORDERING]) + everything
    inputs["pending"] = bytes([ORDERING | ROOM]) + everything
    inputs["too_long"] = bytes([ORDERING]) + b"\0\xff\xff\xff\xff"
    inputs["no_message"] = bytes([ORDERING | FRAMED]) + b"\xff" * 9
    inputs["http"] = bytes([ORDERING | 1 << 5]) + b"GET / HTTP/1.1\r\n\r\n"
    return inputs


# ---- files: a byte for the kind, the file; see fuzz_config.c



DAEMON = b"""[gateway]
name = gateway-1
host = 127.0.0.1
port = 0
[tls]
ca = /etc/linkgate/ca.crt
certificate = /etc/linkgate/gateway.crt
key = /etc/linkgate/gateway.key
[store]
dir = /var/lib/linkgate
keys = /etc/linkgate/store.keys
[log]
segment_mib = 8
[limits]
connections = 100
handshakes = 10
[admin]
socket = /run/linkgate/admin.sock
group = adm
[journal]
level = 6
"""
BANK_FILE = b"""[gateway]
host = 127.0.0.1
port = 7443
[bank]
code = 999100000011
roles = class1,class2
[tls]
ca = ca.crt
certificate = bank.crt
key = bank.key
[data]
dir = data
accounts = accounts.csv
control = bank.sock
[challenge]
tries = 3
"""
FAULTS = b"""# what goes wrong
kind=post account=6222020000000000017 side=debit amount=100 -> refuse AM04
kind=post nth=3 -> delay 500
kind=verify every=2 -> wrong-element mobile
kind=inquire -> drop
-> disconnect-after-post
"""
ACCOUNTS = """name,id_number,mobile,account,class,status,opening,balance_fen,joint,credit,minor
# one of each
\u5f20\u00b7\u4e09,999999199001010016,13800000001,6222020000000000000,1,open,counter,100000,no,no,no
""".encode()
KEYFILE = b"1 " + b"ab" * 32 + b"\n2 " + b"cd" * 32 + b"\n"


def files():
    inputs = {
        "daemon": b"\0" + DAEMON,
        "daemon_windows": b"\0\xef\xbb\xbf" + DAEMON.replace(b"\n", b"\r\n"),
        "daemon_twice": b"\0" + DAEMON + DAEMON,
        "daemon_controls": b"\0" + DAEMON.replace(b"gateway-1", b"\x1b[2J\xe2\x80\xae"),
        "daemon_long": b"\0" + DAEMON.replace(b"gateway-1", b"x" * 300),
        "daemon_numbers": b"\0" + DAEMON.replace(b"= 0", b"= 99999999999999999999"),
        "bank": b"\1" + BANK_FILE,
        "bank_controls": b"\1" + BANK_FILE.replace(b"[tls]", b"[\x1b[2J]\n\xff = 1\n[tls]"),
        "faults": b"\2" + FAULTS,
        "faults_controls": b"\2" + FAULTS.replace(b"drop", b"\x1b[2J"),
        "accounts": b"\3" + ACCOUNTS,
        "accounts_twice": b"\3" + ACCOUNTS + ACCOUNTS.split(b"\n", 2)[2],
        "keys": b"\4" + KEYFILE,
        "keys_short": b"\4" + KEYFILE[:40],
    }
    return inputs


# ---- a gateway's talk to the library; see fuzz_client.c

CIPHER, GREETED, BUILT, DRAIN = 1, 2, 4, 8
REQUEST, REPLY, NOTICE, REFUSAL = range(4)


def built(direction, correlation, kind, payload=b""):
    return bytes([direction, correlation, kind, len(payload)]) + payload


def client():
    answers = b"".join(built(REPLY, slot, 27, b"x") for slot in (3, 1, 0, 2))
    go_away = b"\x0a\x05DRAIN\x12\x07restart\x18\x88\x27"
    mode = bytes([GREETED | BUILT])
    return {
        "answers": mode + answers + answers,
        "refusals": mode + built(REFUSAL, 0, 27, b"\x0a\x04AM01\x12\x0bAMOUNT_ZERO") + answers,
        "requests": mode + b"".join(built(REQUEST, 9 + i, 62, bytes(i)) for i in range(6)),
        "heartbeats": mode + built(REQUEST, 77, 2, b"\x08\x01") * 3,
        "notices": mode + b"".join(built(NOTICE, 20 + i, 91, b"n") for i in range(3)),
        "go_away": mode + built(NOTICE, 0, 3, go_away) + answers,
        "go_away_now": mode + built(NOTICE, 0, 3, go_away[:14]) + answers,
        "drain": bytes([GREETED | BUILT | DRAIN]) + answers + built(REPLY, 255, 2),
        "before_hello": bytes([BUILT]) + answers + built(REFUSAL, 1, 1),
        "frames": bytes([GREETED | 1 << 4]) + frame(b"\x08\x09\x10\x02\x18\x01") * 3,
        "length": bytes([GREETED]) + b"\0\xff\xff\xff\xff",
        "no_envelope": bytes([GREETED]) + frame(b"\xff" * 12),
        "alert": bytes([CIPHER]) + b"\x15\x03\x03\x00\x02\x02\x28",
        "http": bytes([CIPHER]) + b"HTTP/1.1 400 Bad Request\r\n\r\n",
        "server_hello": bytes([CIPHER])
        + b"\x16\x03\x03\x00\x5a\x02\x00\x00\x56\x03\x03"
        + bytes(32)
        + b"\x00\x13\x01\x00\x00\x2e\x00\x2b\x00\x02\x03\x04\x00\x33\x00\x24\x00\x1d\x00\x20"
        + bytes(32)
        + b"\0\0",
    }


# ---- a bank's talk to a session; see fuzz_session.c. The seeds beside these are recorded talk.

HELLO, PIECES, NARROW, BUILT_TALK = 1, 2, 4, 8


def session():
    golden = (CORPUS / "message" / "submit_transfer").read_bytes()[2:]
    submit = built(REQUEST, 9, 60, golden[:255])
    result = (CORPUS / "message" / "posting_result").read_bytes()[2:]
    replies = b"".join(built(REPLY, slot, 62, result) for slot in (4, 2, 3, 1, 1))
    asked = b"".join(
        built(REQUEST, 10 + i, kind, (CORPUS / "message" / name).read_bytes()[2:][:255])
        for i, (name, kind) in enumerate(
            (("get_link", 27), ("list_links", 37), ("step_up", 67), ("get_case", 141))
        )
    )
    mode = HELLO | BUILT_TALK
    return {
        "built_submits": bytes([mode]) + submit * 2,
        "built_replies_out_of_order": bytes([mode]) + replies,
        "built_requests": bytes([mode]) + asked,
        "built_narrow": bytes([mode | NARROW]) + asked * 3,
        "built_bytewise": bytes([mode | PIECES]) + replies + asked + submit,
        "built_window": bytes([mode]) + b"".join(built(REQUEST, 20 + i, 27) for i in range(9)),
        "built_notices": bytes([mode]) + built(NOTICE, 0, 90, b"\x08\x05") * 3,
        "built_go_away": bytes([mode]) + built(NOTICE, 0, 3, b"\x0a\x01x") + asked,
    }


# ---- pieces over LMDB's pages; see fuzz_pages.c


def pages():
    def piece(page, offset, content):
        return bytes([page]) + offset.to_bytes(2, "big") + bytes([len(content)]) + content

    inputs = {
        "sound": b"",
        "cut": piece(5, 0, b""),
        "both_metas": piece(0, 24, b"\0" * 8) + piece(1, 24, b"\0" * 8),
        "root_beyond": piece(0, 128, b"\xff" * 8) + piece(1, 128, b"\xff" * 8),
    }
    for page in range(2, 20, 3):
        inputs[f"flags_{page}"] = piece(page, 10, b"\x04\0")
        inputs[f"bounds_{page}"] = piece(page, 12, b"\xff\xff\x10\0")
        inputs[f"offset_{page}"] = piece(page, 16, b"\xfe\x0f")
        inputs[f"number_{page}"] = piece(page, 0, b"\x02\0\0\0\0\0\0\0")
    return inputs


# ---- files of reconciliation: a byte for the size of the pieces, the file; see fuzz_recon.c


def recon():
    money = "id,kind,debtor,creditor,amount_fen,currency,state,reference,book_date,window"
    links = "id,class2_bank,class1_bank,state,class2_last4,class1_last4"
    holdings = "id,distributor,issuer,product,units,amount_fen,currency,state"
    loans = "id,lead,partner,principal_fen,interest_fen,currency,state"
    front = f"linkgate-recon,1,{BANK},000000000000,2026-11-20"

    def row(number, reference="b77", amount=100):
        middle = f"PAYMENT,{BANK},103100000026,{amount},CNY,ACCEPTED"
        return f"{number:032x},{middle},{reference},2026-11-20,12"

    def file(*lines):
        text = "".join(f"{line}\n" for line in lines).encode()
        return text + b"sha256," + hashlib.sha256(text).hexdigest().encode() + b"\n"

    two = file(f"{front},12,2,200,0", money, row(2), row(1, '"b,""77"""'))
    link = f"{7:032x},{BANK},103100000026,ACTIVE,0017,9X12"
    held = f"{7:032x},{BANK},103100000026,F-1,10000,700,CNY,CONFIRMED"
    share = f"{7:032x},{BANK},103100000026,500,3,CNY,OVERDUE"
    inputs = {
        "empty": file(f"{front},12,0,0,0", money),
        "two": two,
        "twice": two + two,
        "cut": two[:-30],
        "no_trailer": two[: two.index(b"sha256")],
        "changed": two.replace(b"b77", b"b78"),
        "totals": file(f"{front},12,2,300,0", money, row(2), row(1)),
        "more": file(f"{front},12,1,100,0", money, row(2), row(1)),
        "overflow": file(f"{front},12,2,1,0", money, row(1, "", 2**63 - 1), row(2)),
        "quotes": file(f"{front},12,1,100,0", money, row(1, '"b""')),
        "controls": file(f"{front},12,1,100,0", money, row(1, "\x1b[2J")),
        "long": file(f"{front},12,1,100,0", money, row(1, "b" * 500)),
        "links": file(f"{front},links,1,0,0", links, link),
        "holdings": file(f"{front},holdings,1,700,0", holdings, held),
        "loans": file(f"{front},loans,1,500,3", loans, share),
        "gateway": file(f"linkgate-recon,1,000000000000,{BANK},2026-11-20,12,0,0,0", money),
    }
    return {name: b"\xff" + content for name, content in inputs.items()} | {"bytewise": b"\0" + two}


def main():
    for name, inputs in (
        ("record", records()),
        ("admin", admin()),
        ("config", files()),
        ("client", client()),
        ("session", session()),
        ("pages", pages()),
        ("recon", recon()),
    ):
        folder = CORPUS / name
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in inputs.items():
            (folder / file).write_bytes(content)


if __name__ == "__main__":
    main()
