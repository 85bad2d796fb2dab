#!/usr/bin/python3
"""Makes tests/wire/golden.h and the corpora of tests/fuzz with protobuf's own Python.

The bytes are made by another implementation than ours, from the values that tests/wire/samples.c
holds in C. Run it again after a schema or a sample changed, look at the difference, and commit it:
bytes of messages that did not change must not change.

usage: make_golden.py        writes into the tree that it is in
"""

import importlib
import pathlib
import subprocess
import sys
import tempfile

TREE = pathlib.Path(__file__).resolve().parents[2]
CLASS2_BANK = "999100000011"
CLASS1_BANK = "999100000020"
REQUEST = bytes.fromhex("0190a000000070008000000000000001")
LINK = b"\x11" * 16
OTHER = b"\x22" * 16
THIRD = b"\x33" * 16
DIGEST_A = b"\xaa" * 32
DIGEST_B = b"\xbb" * 32
NAME = "张·三"


def load():
    out = tempfile.mkdtemp()
    root = TREE / "proto"
    names = ["common", "envelope", "link", "notice", "session", "transfer"]
    files = [f"linkgate/v1/{name}.proto" for name in names]
    subprocess.run(["protoc", f"--proto_path={root}", f"--python_out={out}", *files], check=True)
    sys.path.insert(0, out)
    return [importlib.import_module(f"linkgate.v1.{name}_pb2") for name in names]


COMMON, ENVELOPE, LINKS, NOTICE, SESSION, TRANSFER = load()
MONEY = COMMON.Money(fen=500000, currency="CNY")
LIMITS = LINKS.AgreedLimits(
    single_fen=1000000, daily_fen=5000000, daily_count=20, yearly_fen=90000000
)
PERSON = LINKS.PersonElements(
    name=NAME, id_type=1, id_number="999999199001010016", mobile="13800000001"
)
LINK_REPLY = LINKS.LinkReply(
    link_id=LINK,
    state=3,
    reason="BE01",
    class2_bank_code=CLASS2_BANK,
    class1_bank_code=CLASS1_BANK,
    class2_account_masked="****0009",
    class1_account_masked="****7896",
    scopes=[1, 4],
    limits=LIMITS,
    challenge=LINKS.Challenge(masked_mobile="138****0001", expires_in_ms=300000, tries_left=3),
    requested_at_ms=1719792000000,
    activated_at_ms=1719792001000,
    deadline_ms=1719792030000,
    replayed=True,
)
TRANSFER_REPLY = TRANSFER.TransferReply(
    transfer_id=OTHER,
    state=4,
    reason="AM04",
    detail="CAP",
    link_id=LINK,
    kind=1,
    direction=2,
    amount=MONEY,
    debtor_bank_code=CLASS1_BANK,
    creditor_bank_code=CLASS2_BANK,
    end_to_end_id="E2E-1",
    reference="b77",
    book_date="2024-07-01",
    received_at_ms=1719792000000,
    deadline_ms=1719792010000,
    accepted_at_ms=1719792000500,
    credited_at_ms=1719792000900,
    window=7,
    replayed=True,
)

MESSAGES = {
    "open_link": LINKS.OpenLink(
        request_id=REQUEST,
        class2_account=COMMON.Account(
            bank_code=CLASS2_BANK, number="6226220000000009", account_class=2, opening=1
        ),
        class1_account=COMMON.Account(
            bank_code=CLASS1_BANK, number="6226221234567896", account_class=1
        ),
        person=PERSON,
        scopes=[1, 4],
        limits=LIMITS,
        agreement=LINKS.Agreement(
            version="2024-1",
            text_sha256=DIGEST_A,
            accepted_at_ms=1719791999000,
            channel="APP",
            ends_on="2030-12-31",
        ),
        consent=LINKS.Consent(
            recipient_bank_code=CLASS1_BANK,
            purpose="ACCOUNT_LINK",
            fields=["name", "id_number", "mobile", "account"],
            text_sha256=DIGEST_B,
            given_at_ms=1719791998000,
        ),
    ),
    "verify_account": LINKS.VerifyAccount(
        link_id=LINK,
        verification_id=OTHER,
        requesting_bank_code=CLASS2_BANK,
        account_number="6226221234567896",
        person=PERSON,
    ),
    "verify_account_reply": LINKS.VerifyAccountReply(
        link_id=LINK,
        verification_id=OTHER,
        name=1,
        id_number=2,
        mobile=1,
        account=2,
        account_class=1,
        status=2,
        joint=True,
        credit=True,
        minor=True,
    ),
    "start_challenge": LINKS.StartChallenge(request_id=REQUEST, link_id=LINK),
    "issue_challenge": LINKS.IssueChallenge(
        link_id=LINK,
        challenge_id=OTHER,
        requesting_bank_code=CLASS2_BANK,
        account_number="6226221234567896",
        scopes=[1, 4],
        limits=LIMITS,
    ),
    "issue_challenge_reply": LINKS.IssueChallengeReply(
        link_id=LINK,
        challenge_id=OTHER,
        outcome=2,
        masked_mobile="138****0001",
        lifetime_ms=300000,
        reason="MS03",
    ),
    "answer_challenge": LINKS.AnswerChallenge(request_id=REQUEST, link_id=LINK, code=b"\x00123456"),
    "check_challenge": LINKS.CheckChallenge(
        link_id=LINK, challenge_id=OTHER, attempt_id=THIRD, code=b"\x00123456"
    ),
    "check_challenge_reply": LINKS.CheckChallengeReply(
        link_id=LINK, attempt_id=THIRD, outcome=4, tries_left=2
    ),
    "close_link": LINKS.CloseLink(request_id=REQUEST, link_id=LINK, reason="CUST"),
    "get_link": LINKS.GetLink(link_id=LINK),
    "link_reply": LINK_REPLY,
    "link_notice": LINKS.LinkNotice(sequence=300, token=DIGEST_B, link=LINK_REPLY),
    "submit_transfer": TRANSFER.SubmitTransfer(
        request_id=REQUEST,
        link_id=LINK,
        kind=1,
        direction=2,
        amount=MONEY,
        end_to_end_id="E2E-1",
        purpose="CASH",
        remittance="七月 rent",
        debtor=TRANSFER.Party(name=NAME, account_number="6226221234567896"),
        creditor=TRANSFER.Party(name=NAME, account_number="6226220000000009"),
        channel="APP",
        authentication="PASSWORD+OTP",
    ),
    "post_instruction": TRANSFER.PostInstruction(
        transfer_id=OTHER,
        link_id=LINK,
        side=1,
        amount=MONEY,
        account_number="6226221234567896",
        counterparty_bank_code=CLASS2_BANK,
        counterparty_account_number="6226220000000009",
        debtor_name=NAME,
        creditor_name=NAME,
        end_to_end_id="E2E-1",
        purpose="CASH",
        remittance="七月 rent",
        channel="APP",
        authentication="PASSWORD+OTP",
        kind=1,
    ),
    "posting_result": TRANSFER.PostingResult(
        transfer_id=OTHER,
        outcome=1,
        reference="b77",
        book_date="2024-07-01",
        reason="AM04",
        text="booked",
    ),
    "inquire_posting": TRANSFER.InquirePosting(transfer_id=OTHER),
    "confirm_credit": TRANSFER.ConfirmCredit(transfer_id=OTHER),
    "get_transfer": TRANSFER.GetTransfer(request_id=REQUEST),
    "transfer_reply": TRANSFER_REPLY,
    "transfer_notice": TRANSFER.TransferNotice(
        sequence=301, token=DIGEST_A, transfer=TRANSFER_REPLY
    ),
    "ack_notices": NOTICE.AckNotices(up_to_sequence=301),
    "hello": SESSION.Hello(
        protocol_min=1,
        protocol_max=1,
        software="bank 1.0",
        window=256,
        last_notice_sequence=300,
        last_notice_token=DIGEST_B,
    ),
    "hello_reply": SESSION.HelloReply(
        protocol=1,
        software="linkgate 0.1",
        window=1024,
        heartbeat_ms=10000,
        ledger_time_ms=1719792000000,
    ),
    "heartbeat": SESSION.Heartbeat(nonce=18446744073709551615),
    "go_away": SESSION.GoAway(code="DRAIN", text="restart", drain_ms=5000),
    "refusal": COMMON.Refusal(
        reason="AM01",
        detail="AMOUNT_ZERO",
        text="The amount is zero. Send an amount of at least one fen.",
        field="amount.fen",
        retry=1,
        replayed=True,
    ),
}

# Kinds of commands, for the corpus: its files begin with one (big-endian).
KINDS = {
    "open_link": 1020,
    "verify_account_reply": 1021,
    "start_challenge": 1022,
    "issue_challenge_reply": 1023,
    "answer_challenge": 1024,
    "check_challenge_reply": 1025,
    "close_link": 1026,
    "get_link": 1027,
    "submit_transfer": 1060,
    "posting_result": 1061,
    "confirm_credit": 1064,
    "get_transfer": 1065,
    "ack_notices": 1090,
    # Numbers of tests/fuzz/fuzz_message.c alone.
    "verify_account": 2000,
    "issue_challenge": 2001,
    "check_challenge": 2002,
    "post_instruction": 2003,
    "inquire_posting": 2004,
    "link_reply": 2005,
    "transfer_reply": 2006,
    "link_notice": 2007,
    "transfer_notice": 2008,
    "refusal": 2009,
    "hello": 3000,
    "hello_reply": 3001,
    "heartbeat": 3002,
    "go_away": 3003,
}

# Payloads that protobuf does not make: kinds and bytes of src/wire/message_internal.c.
INTERNAL = {
    "boot": (1, DIGEST_A + b"\0\0\0\1"),
    "tick": (2, b""),
    "bank_up": (3, (300).to_bytes(8, "big") + b"\1" + DIGEST_B),
    "bank_add": (
        100,
        int(CLASS2_BANK).to_bytes(8, "big") + b"\4Bank" + b"\0\0\0\2" + b"\1\1" + DIGEST_A,
    ),
    "unfreeze": (102, b"\2" + OTHER),
}


def envelope(kind, direction, payload):
    return ENVELOPE.Envelope(
        correlation_id=300,
        kind=kind,
        direction=direction,
        payload=payload,
        timeout_ms=5000,
        trace_parent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ).SerializeToString()


def frame(body):
    return b"\0" + len(body).to_bytes(4, "big") + body


def write_header():
    lines = [
        "/*",
        " * Messages as protobuf's own Python writes them. Made by make_golden.py; do not edit.",
        " */",
        "#ifndef LG_TESTS_WIRE_GOLDEN_H",
        "#define LG_TESTS_WIRE_GOLDEN_H",
        "",
    ]
    payloads = {name: message.SerializeToString() for name, message in MESSAGES.items()}
    payloads["envelope"] = envelope(60, 1, payloads["submit_transfer"])
    for name, payload in payloads.items():
        text = payload.hex()
        lines.append(f"#define GOLDEN_{name.upper()} \\")
        rows = [text[at : at + 88] for at in range(0, len(text), 88)]
        lines += [f'    "{row}" \\' for row in rows[:-1]] + [f'    "{rows[-1]}"']
    lines += ["", "#endif", ""]
    (TREE / "tests/wire/golden.h").write_text("\n".join(lines), encoding="utf-8")


def write_corpora():
    corpora = {"frame": {}, "envelope": {}, "message": {}}
    for name, kind in KINDS.items():
        payload = MESSAGES[name].SerializeToString()
        corpora["message"][name] = kind.to_bytes(2, "big") + payload
    for name, (kind, payload) in INTERNAL.items():
        corpora["message"][name] = kind.to_bytes(2, "big") + payload
    submit = envelope(60, 1, MESSAGES["submit_transfer"].SerializeToString())
    corpora["envelope"] = {
        "submit_transfer": submit,
        "heartbeat": envelope(2, 1, MESSAGES["heartbeat"].SerializeToString()),
        "unknown_kind": envelope(0, 2, b""),
    }
    corpora["frame"] = {
        "one": frame(submit),
        "two": frame(submit) + frame(b"\x18\x01"),
        "empty": frame(b""),
        "too_long": b"\0\xff\xff\xff\xff",
        "flags": b"\x01\0\0\0\x01\x18",
        "http": b"GET / HTTP/1.1\r\n\r\n",
    }
    for target, inputs in corpora.items():
        folder = TREE / "tests/fuzz/corpus" / target
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in inputs.items():
            (folder / name).write_bytes(content)


if __name__ == "__main__":
    write_header()
    write_corpora()
