"""Banks' lists, made to docs/reconciliation.md."""

import datetime
import hashlib

from place import CLASS1

MONEY = "id,kind,debtor,creditor,amount_fen,currency,state,reference,book_date,window"
LINKS = "id,class2_bank,class1_bank,state,class2_last4,class1_last4"
HOLDINGS = "id,distributor,issuer,product,units,amount_fen,currency,state"
LOANS = "id,lead,partner,principal_fen,interest_fen,currency,state"
NOWHERE = "0f" * 16


def shanghai_date(days=0):
    """Of today, or so many days later."""
    zone = datetime.timezone(datetime.timedelta(hours=8))
    return str(datetime.datetime.now(zone).date() + datetime.timedelta(days=days))


def business_date(place, window=1):
    """Of that window, as the gateway's own list of it says."""
    path = place.dir / "dated.csv"
    place.ctl("recon", "export", CLASS1, path, "--window", window)
    return path.read_text(encoding="utf-8").split(",")[4]


def money_row(transfer, **changed):
    row = {**transfer, "window": 1, "reference": "b77", "book_date": "", **changed}
    names = ("kind", "debtor_bank", "creditor_bank", "amount_fen", "currency", "state")
    return ",".join(
        str(row[name]) for name in ("id", *names, "reference", "book_date", "window")
    )


def link_row(row):
    names = ("class2_bank", "class1_bank", "state", "class2_account", "class1_account")
    return ",".join(str(row[name]) for name in ("id", *names))


def whole(columns, rows, window=1, count=None, debit=None, credit=0, sender=CLASS1, day=""):
    """A bank's file; count and debit as given, or those of the rows, all of which it pays."""
    if debit is None:
        debit = sum(int(row.split(",")[4]) for row in rows if ",ACCEPTED," in row)
    count = len(rows) if count is None else count
    header = f"linkgate-recon,1,{sender},{12 * '0'},{day},{window},{count},{debit},{credit}"
    return whole_of([header, columns, *rows])


def whole_of(lines):
    """The lines with the last one."""
    text = "".join(f"{line}\n" for line in lines)
    return text + f"sha256,{hashlib.sha256(text.encode()).hexdigest()}\n"


def digest(text):
    """Of a whole file's list: what its last line says."""
    return bytes.fromhex(text.splitlines()[-1].split(",")[1])
