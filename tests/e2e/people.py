"""Made-up people with accounts at two banks, and identifiers made to the rules of DOMAIN.md §7."""

import secrets
import time

ACCOUNTS_HEADER = (
    "name,id_number,mobile,account,class,status,opening,balance_fen,joint,credit,minor"
)


def resident_id(sequence, birth="19900101", region="999999"):
    """A right resident ID number; region 999999 does not exist."""
    body = f"{region}{birth}{sequence:03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    check = sum(weight * int(digit) for weight, digit in zip(weights, body)) % 11
    return body + "10X98765432"[check]


def uuid7(at_ms=None):
    """A request id, 16 bytes."""
    at_ms = int(time.time() * 1000) if at_ms is None else at_ms
    number = at_ms << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
    return number.to_bytes(16, "big")


class Person:
    """Somebody with a Class II account at one bank and a Class I account at another."""

    def __init__(self, number, name=None, class2_fen=1_000_000, class1_fen=10_000_000):
        self.name = name or f"测试·{number:03}"
        self.id_number = resident_id(number)
        self.mobile = f"138{number:08}"
        self.class2 = f"8802{number:016}"
        self.class1 = f"8801{number:016}"
        self.class2_fen = class2_fen
        self.class1_fen = class1_fen

    def class2_row(self):
        return self._row(self.class2, 2, "remote", self.class2_fen)

    def class3_row(self):
        return self._row(self.class2, 3, "remote", self.class2_fen)

    def class1_row(self, account_class=1, status="open", joint="no"):
        return self._row(self.class1, account_class, "counter", self.class1_fen, status, joint)

    def _row(self, account, account_class, opening, fen, status="open", joint="no"):
        holder = f"{self.name},{self.id_number},{self.mobile},{account}"
        return f"{holder},{account_class},{status},{opening},{fen},{joint},no,no"


def people(count, **fen):
    return [Person(number, **fen) for number in range(1, count + 1)]


def accounts(rows):
    """The text of an accounts file."""
    return "\n".join([ACCOUNTS_HEADER, *rows]) + "\n"
