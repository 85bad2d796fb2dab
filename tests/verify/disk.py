"""Reads a store and its log from files, as docs/store.md describes them: keys, rows, sealed fields,
segments and batches. Written from that page alone. Nothing is ever written.

What does not fit is told to `found(law, what, text)`; what is left can still be looked at.
"""

import atexit
import hashlib
import hmac
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile

import lmdb
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from google.protobuf.message import DecodeError

BLOCK = 4096
ZERO_CHAIN = bytes(32)


def compile_records():
    """The records' classes, made from proto/ by protoc."""
    proto = pathlib.Path(__file__).resolve().parents[2] / "proto"
    folder = tempfile.mkdtemp(prefix="linkgate-pb-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    command = ["protoc", f"-I{proto}", f"--python_out={folder}"]
    subprocess.run([*command, "linkgate/store/v1/records.proto"], check=True, cwd=proto)
    sys.path.insert(0, folder)


compile_records()
# pylint: disable=wrong-import-position
from linkgate.store.v1 import records_pb2 as records  # noqa: E402


def crc_table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


CRC_TABLE = crc_table()


def crc32c(data):
    table = CRC_TABLE
    crc = 0xFFFFFFFF
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


MASK = (1 << 64) - 1
FACTOR = 0x9E3779B97F4A7C15
SUM_KEY = b"\0"


def row_number(key, value):
    """What a row adds to the sum over all rows."""
    state = 0
    for data in (key, value):
        padded = data + bytes(-len(data) % 8)
        for word in (*struct.unpack(f"<{len(padded) // 8}Q", padded), len(data)):
            state = (state ^ word) * FACTOR & MASK
            state ^= state >> 32
    return state


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def u64(value):
    return struct.pack(">Q", value)


def hkdf(key, salt, label, size):
    extracted = hmac.digest(salt or bytes(32), key, "sha256")
    out, block = b"", b""
    while len(out) < size:
        block = hmac.digest(extracted, block + label + bytes([len(out) // 32 + 1]), "sha256")
        out += block
    return out[:size]


class Keys:
    """What derives from a key file."""

    def __init__(self, path):
        roots = []
        for line in pathlib.Path(path).read_text(encoding="ascii").splitlines():
            number, digits = line.split(" ")
            roots.append((int(number), bytes.fromhex(digits)))
        first = roots[0][1]
        self.siv = {n: AESSIV(hkdf(root, b"", b"linkgate field v1", 64)) for n, root in roots}
        self.account_root = hkdf(first, b"", b"linkgate account v1", 32)
        self.log_root = hkdf(first, b"", b"linkgate log v1", 32)

    def account(self, bank, number):
        return hmac.digest(self.account_root, u64(bank) + number, "sha256")

    def segment(self, salt):
        return AESGCM(hkdf(self.log_root, salt, b"linkgate log segment v1", 32))

    def unseal(self, key, sealed):
        """The plaintext behind its format byte; None: it does not open there."""
        siv = self.siv.get(sealed.key_id)
        if siv is None or len(sealed.sealed) <= 16:
            return None
        try:
            place = key + struct.pack(">I", sealed.key_id)
            plain = siv.decrypt(sealed.sealed, [place])
        except InvalidTag:
            return None
        return plain[1:] if plain[:1] == b"\x01" else None


# table: name, bytes of the key behind the table byte, record: a message, 16 raw bytes, or nothing
ID = "id"
TABLES = {
    1: ("META", 0, records.Meta),
    2: ("BANK", 8, records.Bank),
    3: ("BANK_COUNTERS", 8, records.BankCounters),
    4: ("LINK", 16, records.Link),
    5: ("LINK_PAIR", 32, ID),
    6: ("LINK_PERSON", 32, None),
    7: ("LINK_CLASS2", 32, None),
    8: ("LINK_CLASS1", 32, None),
    9: ("TRIES", 16, records.Tries),
    10: ("REQUEST", 24, records.Request),
    11: ("TRANSFER", 16, records.Transfer),
    12: ("TRANSFER_OF_LINK", 32, None),
    13: ("OPEN", 33, None),
    14: ("DEADLINE", 25, None),
    15: ("NOTICE", 16, records.Notice),
    16: ("POSITION", 11, records.Position),
    17: ("NET", 27, records.PairNet),
    18: ("LIVE", 33, None),
    19: ("LINK_OF_BANK", 24, None),
    20: ("USAGE", 16, records.LinkUsage),
    21: ("HISTORY", 25, records.HistoryEntry),
    22: ("RETURN", 32, None),
    23: ("CASE", 16, records.Case),
    24: ("CASE_OF_TRANSFER", 32, None),
    25: ("QUESTION", 16, records.Question),
    26: ("APPROVAL", 16, records.Approval),
    27: ("AUDIT", 8, records.Audit),
    28: ("RULES", 8, records.Rules),
    29: ("LIMIT", 16, records.AccountLimits),
    30: ("EXPOSURE", 11, records.Exposure),
    31: ("PAIR", 19, records.Pair),
    32: ("FUNDS", 16, records.Funds),
    33: ("WINDOW", 8, records.Window),
    34: ("LATE", 24, None),
    35: ("ADJUSTMENT", 16, records.Adjustment),
    36: ("ADJUSTMENT_OF_WINDOW", 24, None),
    37: ("CASE_OF_LINK", 32, None),
    38: ("PRODUCT", 16, records.Product),
    39: ("PRODUCT_VERSION", 24, records.Product),
    40: ("PRODUCT_CHANGE", 8, ID),
    41: ("QUOTA", 16, records.Quota),
    42: ("ORDER", 16, records.ProductOrder),
    43: ("ORDER_OF_LINK", 32, None),
    44: ("ORDER_OF_TRANSFER", 32, None),
    45: ("HELD", 32, records.Held),
    46: ("LOAN", 16, records.Loan),
    47: ("LOAN_OF_LINK", 32, None),
    48: ("LOAN_OF_TRANSFER", 32, None),
    49: ("CARD", 16, records.Card),
    50: ("CARD_OF_PERSON", 32, None),
    51: ("EVENT", 16, records.Event),
    52: ("OVERVIEW", 16, records.Overview),
}
NUMBER_OF = {name: number for number, (name, _, _) in TABLES.items()}

DIGEST_FIELDS = {
    "sha256", "answer", "pin", "pins", "person_key", "class2_key", "class1_key", "answer_pin",
    "digest", "key", "store_id", "chain", "evidence", "upload", "terms", "consent",
    "lead_authorisation", "partner_authorisation",
}
FREE_FIELDS = {"sealed", "texts", "class2_number", "class1_number", "kept_payload", "document"}


def field_size(message, field):
    """Bytes of an id or a digest; None: as many as there are."""
    if field.name in FREE_FIELDS or (
        message.DESCRIPTOR.name == "Approval" and field.name == "payload"
    ):
        return None
    if field.name in DIGEST_FIELDS or (
        message.DESCRIPTOR.name == "Request" and field.name == "payload"
    ):
        return 32
    return 16


def wrong_field(message):
    """The name of a field that has not its size, also of messages within; None: all have."""
    for field, value in message.ListFields():
        values = value if field.label == field.LABEL_REPEATED else [value]
        if field.type == field.TYPE_BYTES:
            size = field_size(message, field)
            if size is not None and any(len(one) not in (0, size) for one in values):
                return field.name
        elif field.type == field.TYPE_MESSAGE:
            for one in values:
                inner = wrong_field(one)
                if inner:
                    return f"{field.name}.{inner}"
    return None


def read_record(kind, data):
    """The record, or why it is none."""
    if kind is None:
        return (True, None) if data == b"" else (None, "an index row that is not empty")
    if kind is ID:
        return (data, None) if len(data) == 16 else (None, "no id")
    try:
        message = kind.FromString(data)
    except DecodeError:
        return None, "no record of its table"
    message.DiscardUnknownFields()
    if message.SerializeToString() != data:
        return None, "a record that nobody writes so"
    field = wrong_field(message)
    return (None, f"{field} has a wrong size") if field else (message, None)


class Rows:
    """All rows by the name of their table: key behind the table byte -> record."""

    def __init__(self, folder, found):
        self.tables = {name: {} for name in NUMBER_OF}
        self.count = 0
        total, kept = 0, None
        environment = lmdb.open(str(folder), readonly=True, lock=False, max_dbs=0)
        with environment, environment.begin() as transaction:
            for key, value in transaction.cursor():
                if key == SUM_KEY:
                    kept = value
                    continue
                self.count += 1
                total = total + row_number(key, value) & MASK
                self.add(bytes(key), bytes(value), found)
        if kept is not None and bytes(kept) != struct.pack("<Q", total):
            found("rows", "the sum", "not that of the rows")

    def add(self, key, value, found):
        name, size, kind = TABLES.get(key[0], (None, None, None))
        what = f"row {key.hex()}"
        if name is None:
            found("rows", what, "of no table that is known")
        elif len(key) != 1 + size:
            found("rows", what, "a key of a wrong length")
        elif len(value) < 4 or crc32c(key + value[:-4]) != struct.unpack(">I", value[-4:])[0]:
            found("rows", what, "its checksum does not fit")
        else:
            record, why = read_record(kind, value[:-4])
            if why:
                found("rows", what, why)
            else:
                self.tables[name][key[1:]] = record

    def __getitem__(self, name):
        return self.tables[name]


def row_key(name, rest):
    return bytes([NUMBER_OF[name]]) + rest


# ---- the log ----


class Damaged(Exception):
    """The log cannot be read to its end."""


class Command:
    """One entry of the log."""

    SIZE = 72

    def __init__(self, data, at, batch):
        head = data[at : at + self.SIZE]
        if len(head) < self.SIZE:
            raise Damaged(f"batch {batch} ends within a command")
        self.sequence, self.ledger_ms, self.kind, self.bank = struct.unpack(">QqIQ", head[:28])
        size = struct.unpack(">I", head[68:])[0]
        self.payload = data[at + self.SIZE : at + self.SIZE + size]
        self.batch = batch
        self.end = at + self.SIZE + size
        if size > 65536 or len(self.payload) != size:
            raise Damaged(f"batch {batch} ends within a command")

    def request_id(self):
        """Field 1 of a bank's message; None: it has none."""
        at, found = 0, None
        while at < len(self.payload):
            tag, at = varint(self.payload, at)
            if tag & 7 == 0:
                _, at = varint(self.payload, at)
            elif tag & 7 == 2:
                size, at = varint(self.payload, at)
                if tag >> 3 == 1:
                    found = self.payload[at : at + size]
                at += size
            else:
                at += 8 if tag & 7 == 1 else 4
        return found if found is not None and len(found) == 16 else None


def varint(data, at):
    value, shift = 0, 0
    while at < len(data):
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if not data[at - 1] & 0x80:
            break
    return value, at


class Segment:
    """An opened header, and the batches behind it."""

    def __init__(self, path, keys):
        self.name = path.name
        self.data = path.read_bytes()
        number = int(path.name.split("-")[1])
        fields, self.chain = open_block(self.data[:BLOCK], b"lgsegmnt", keys, self.name)
        self.salt = self.data[16:48]
        (self.number, self.previous, self.epoch, self.bytes, self.first_batch) = struct.unpack(
            ">5Q", fields[:40]
        )
        self.gcm = keys.segment(self.salt)
        if self.number != number:
            raise Damaged(f"{self.name} is a copy of segment {self.number}")
        if self.bytes != len(self.data):
            raise Damaged(f"{self.name} has not the size that it was made with")

    def batch_at(self, at):
        """(number, size on disk, chain before, plaintext), or None where no batch stands."""
        head = self.data[at : at + 64]
        if len(head) < 64 or head[:4] != b"LGB1" or head[16:32] != self.salt[:16]:
            return None
        if crc32c(head[:60]) != struct.unpack(">I", head[60:])[0]:
            return None
        size, number = struct.unpack(">IQ", head[4:16])
        whole = -(-(64 + 32 + size + 16) // BLOCK) * BLOCK
        body = self.data[at + 64 : at + whole]
        if number == 0 or at + whole > len(self.data):
            return None
        try:
            plain = self.gcm.decrypt(bytes(4) + u64(number), body, self.data[:128] + head)
        except InvalidTag:
            return None
        return number, whole, plain[:32], plain[32 : 32 + size]


def open_block(block, magic, keys, name):
    """Fields and secret of a block that proves itself."""
    if len(block) != BLOCK or block[:8] != magic:
        raise Damaged(f"{name}: no such block")
    clear = block[:12] + bytes(4) + block[16:]
    if crc32c(clear) != struct.unpack(">I", block[12:16])[0]:
        raise Damaged(f"{name}: its checksum does not fit")
    if block[8:12] != struct.pack(">I", 1):
        raise Damaged(f"{name}: of another format")
    try:
        secret = keys.segment(block[16:48]).decrypt(bytes(12), clear[4048:], clear[:4048])
    except InvalidTag:
        raise Damaged(f"{name}: does not open under these keys") from None
    return block[48:4048], secret


class Log:
    """The chain of segments and all commands that they hold, oldest first."""

    def __init__(self, folder, keys):
        self.folder = pathlib.Path(folder)
        self.keys = keys
        self.commands = []
        self.batches = 0
        self.places = {}  # batch -> chain hash after it
        self.sealed = True
        self.first_batch = 1
        self.last_batch = 0
        self.segments = self.find()
        if self.segments:
            self.first_batch = self.segments[0].first_batch
            self.places[self.first_batch - 1] = self.segments[0].chain
            self.last_batch = self.first_batch - 1
        else:
            self.places[0] = ZERO_CHAIN
        for segment, following in zip(self.segments, [*self.segments[1:], None]):
            self.read(segment, following)

    def head(self):
        """Number and salt of the last segment; None: there is no head."""
        path = self.folder / "head"
        if not path.exists():
            return None
        data = path.read_bytes()
        best, why = None, None
        for at in (0, BLOCK):
            try:
                fields, _ = open_block(data[at : at + BLOCK], b"lghead01", self.keys, "head")
            except Damaged as error:
                why = error
                continue
            generation, number = struct.unpack(">QQ", fields[:16])
            if best is None or generation > best[0]:
                best = (generation, number, fields[16:48])
        if best is None:
            raise why
        return best[1:]

    def find(self):
        files = {}
        for path in self.folder.iterdir():
            match = re.fullmatch(r"segment-(\d{12,})", path.name)
            if match and path.is_file() and path.name == f"segment-{int(match[1]):012d}":
                files[int(match[1])] = path
        head = self.head()
        newest = max(files, default=0)
        if head is None and newest:
            raise Damaged("head is missing")
        if head is not None and newest < head[0]:
            raise Damaged(f"segment {head[0]} is missing")
        chain, number = [], newest
        while number in files:
            segment = Segment(files[number], self.keys)
            if head and number == newest == head[0] and segment.salt != head[1]:
                raise Damaged(f"{segment.name} is not the one that was written last")
            if segment.previous >= number:
                raise Damaged(f"{segment.name} does not fit its predecessor")
            if chain and (
                segment.epoch > chain[-1].epoch or segment.first_batch >= chain[-1].first_batch
            ):
                raise Damaged(f"{segment.name} does not fit its successor")
            chain.append(segment)
            number = segment.previous
        if number and any(other < number for other in files):
            raise Damaged(f"segment {number} is missing")
        return chain[::-1]

    def read(self, segment, following):
        at, number, chain = BLOCK, segment.first_batch - 1, segment.chain
        end = following.first_batch - 1 if following else None
        while end is None or number < end:
            batch = segment.batch_at(at)
            if batch is None or batch[0] != number + 1 or batch[2] != chain:
                break
            number += 1
            chain = sha256(chain, u64(number), batch[3])
            self.take(number, chain, batch[3])
            at += batch[1]
        if following:
            if number < end or chain != following.chain:
                raise Damaged(f"{segment.name}, offset {at}: batch {number + 1} is damaged")
        elif any(segment.batch_at(later) for later in range(at, len(segment.data), BLOCK)):
            raise Damaged(f"{segment.name}, offset {at}: batch {number + 1} is damaged")

    def take(self, number, chain, plain):
        at = 0
        while at < len(plain):
            command = Command(plain, at, number)
            self.commands.append(command)
            at = command.end
        self.batches += 1
        self.places[number] = chain
        self.last_batch = number
        self.sealed = not plain
