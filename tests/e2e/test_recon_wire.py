"""Reconciliation over a bank's own connection, by a bank that knows protobuf and the documents alone."""

import unittest

from lists import HOLDINGS, LINKS, MONEY, NOWHERE, business_date, digest, link_row, money_row
from lists import shanghai_date, whole
from people import people, uuid7
from place import CLASS1, CLASS2, OTHER, SiteTest, link, wait_until
from wire import REPLY, RawBank, common, envelope, links, recon, refusal, transfers

UPLOAD = envelope.KIND_UPLOAD_RECON


def item(transfer, **changed):
    row = {**transfer, "reference": "b77", "book_date": "", **changed}
    return recon.ReconItem(
        id=bytes.fromhex(row["id"]),
        kind=transfers.TransferKind.Value("TRANSFER_KIND_" + row["kind"]),
        debtor_bank_code=row["debtor_bank"],
        creditor_bank_code=row["creditor_bank"],
        amount=common.Money(fen=row["amount_fen"], currency=row["currency"]),
        state=transfers.TransferState.Value("TRANSFER_STATE_" + row["state"]),
        reference=row["reference"],
        book_date=row["book_date"],
    )


def link_item(row):
    return recon.ReconItem(
        id=bytes.fromhex(row["id"]),
        debtor_bank_code=row["class2_bank"],
        creditor_bank_code=row["class1_bank"],
        link_state=links.LinkState.Value("LINK_STATE_" + row["state"]),
        class2_last4=row["class2_account"],
        class1_last4=row["class1_account"],
    )


class ReconWire(SiteTest):
    def setUp(self):
        self.place = self.site().start()
        persons = people(2, class2_fen=10**9, class1_fen=10**9)
        self.class2, self.class1 = self.place.two_banks(persons)
        for person in persons:
            link(self.class2, self.class1, person)
        self.links = self.place.ctl("link", "list")["links"]
        for fen in range(1, 6):
            self.class2.do("transfer", link=self.links[0]["id"], dir="pull", fen=fen, final=1)
        self.transfers = self.place.ctl("transfer", "list")["transfers"]
        self.day = business_date(self.place)
        self.bank = RawBank(self.place, CLASS1)
        self.addCleanup(self.bank.close)

    def whole(self, *words, **changed):
        return whole(*words, **{"day": self.day, **changed})

    def parts(self, items, sha256, size=2, window=1, **header):
        """The list's parts; header as given, or that of pulls that this bank pays."""
        fen = sum(row.amount.fen for row in items if row.state == 4)
        made = {"count": len(items), "debit_total_fen": fen, **header}
        head = recon.ReconHeader(window=window, **{"business_date": self.day, **made})
        ident = uuid7()
        count = max(1, -(-len(items) // size))
        parts = [
            recon.UploadRecon(upload_id=ident, part=n, rows=items[n * size : (n + 1) * size])
            for n in range(count)
        ]
        parts[0].header.CopyFrom(head)
        parts[-1].sha256 = sha256
        return parts

    def send(self, part):
        answer = self.bank.ask(UPLOAD, part)
        self.assertEqual(answer.direction, REPLY, answer)
        return recon.UploadReply.FromString(answer.payload)

    def refused(self, part):
        return refusal(self.bank.ask(UPLOAD, part))

    def result(self, sha256, **query):
        answer = self.bank.ask(
            envelope.KIND_RECON_RESULT, recon.ReconResult(list_sha256=sha256, **query)
        )
        self.assertEqual(answer.direction, REPLY, answer)
        return recon.ResultReply.FromString(answer.payload)

    def judged(self, sha256):
        def is_judged():
            said = self.result(sha256)
            return said if said.state == recon.RECON_STATE_JUDGED else None

        return wait_until(is_judged, "the list to be judged")

    def test_a_list_in_parts_is_compared_and_its_differences_open_cases(self):
        rows = [*self.transfers[:4], {**self.transfers[4], "id": NOWHERE}]
        rows[1] = {**rows[1], "amount_fen": 999}
        sha256 = digest(self.whole(MONEY, [money_row(row) for row in rows]))
        parts = self.parts([item(row) for row in rows], sha256)
        for n, part in enumerate(parts):
            said = self.send(part)
            self.assertEqual((said.part, said.rows), (n, min(5, 2 * n + 2)))
            self.assertEqual(said.whole, n == 2)
            self.assertEqual(self.send(part), said)  # the answer was lost
        said = self.judged(sha256)
        self.assertEqual(list(said.counts), [3, 1, 0, 1, 1, 0, 0])
        found = {recon.ReconClass.Name(row.__getattribute__("class")): row for row in said.rows}
        self.assertEqual(len(found), 3)
        differs = found["RECON_CLASS_AMOUNT_DIFF"]
        self.assertEqual((differs.theirs.amount.fen, differs.ours.amount.fen), (999, 2))
        self.assertFalse(found["RECON_CLASS_MISSING_HERE"].HasField("ours"))
        first = self.result(sha256, max=2)
        self.assertEqual((len(first.rows), first.next), (2, 2))
        rest = self.result(sha256, max=2, **{"from": first.next})
        self.assertEqual([*first.rows, *rest.rows], list(said.rows))
        self.assertEqual(rest.next, 0)
        cases = self.place.ctl("case", "list")["cases"]
        self.assertEqual(len(cases), 3)
        listed = self.place.ctl("recon", "list")["uploads"]
        self.assertEqual([(row["bank"], row["sha256"]) for row in listed], [(CLASS1, sha256.hex())])
        self.place.register(OTHER, "class1")
        other = RawBank(self.place, OTHER)
        self.addCleanup(other.close)
        said = refusal(other.ask(envelope.KIND_RECON_RESULT, recon.ReconResult(list_sha256=sha256)))
        self.assertEqual(said[1:], ("NO_SUCH_OBJECT", "list_sha256"))

    def test_what_is_refused_leaves_nothing(self):
        rows = self.transfers
        items = [item(row) for row in rows]
        sha256 = digest(self.whole(MONEY, [money_row(row) for row in rows]))
        everything = {"size": 9}

        def one(changed=None, **header):
            return self.parts(changed or items, header.pop("sha", sha256), **everything, **header)[0]

        stranger = item(rows[0], debtor_bank=OTHER)
        for part, said in (
            (one(debit_total_fen=7), ("AM10", "TOTALS", "header")),
            (one(count=4), ("AM10", "TOTALS", "header")),
            (one(count=6), ("AM10", "TOTALS", "header")),
            (one(sha=bytes(32)), ("FF08", "FIELD_INVALID", "sha256")),
            (one([*items[:4], item(rows[4], reference="b78")]), ("FF08", "FIELD_INVALID", "sha256")),
            (one([stranger, *items[1:]]), ("FF08", "FIELD_INVALID", "rows[0]")),
            (one([*items, link_item(self.links[0])]), ("FF08", "FIELD_INVALID", "rows[5]")),
            (one(window=2), ("FF08", "FIELD_INVALID", "header.window")),
            (one(business_date="2020-02-29"), ("FF08", "FIELD_INVALID", "header.business_date")),
        ):
            self.assertEqual(self.refused(part), said)
        first, second, third = self.parts(items, sha256)
        self.assertEqual(self.refused(second)[2], "upload_id")  # nothing was begun
        self.send(first)
        self.assertEqual(self.refused(third)[2], "part")  # and that ended it
        self.assertEqual(self.refused(second)[2], "upload_id")
        self.send(first)
        self.send(second)
        second.rows[0].amount.fen += 1
        self.assertEqual(self.refused(second)[2], "part")  # doubled, with other content
        self.assertEqual(self.place.ctl("recon", "list")["uploads"], [])
        for part in self.parts(items, sha256):  # and there is room for the right one
            said = self.send(part)
        self.assertTrue(said.whole)
        self.assertEqual(list(self.judged(sha256).counts)[0], 5)

    def test_links_are_uploaded_too(self):
        sha256 = digest(self.whole(LINKS, [link_row(row) for row in self.links], "links", debit=0))
        items = [link_item(row) for row in self.links]
        self.send(self.parts(items, sha256, size=9, window=0)[0])
        self.assertEqual(list(self.judged(sha256).counts), [2, 0, 0, 0, 0, 0, 0])

    def test_f20_holdings_and_loans_over_the_connection(self):
        today = shanghai_date()
        held = recon.ReconItem(
            id=bytes.fromhex(NOWHERE),
            debtor_bank_code=CLASS2,
            creditor_bank_code=CLASS1,
            amount=common.Money(fen=10000, currency="CNY"),
            order_state="ORDER_STATE_CONFIRMED",
            product_code="FUND-1",
            units=1000000,
        )
        line = f"{NOWHERE},{CLASS2},{CLASS1},FUND-1,1000000,10000,CNY,CONFIRMED"
        totals = {"debit": 0, "credit": 10000}
        sha256 = digest(whole(HOLDINGS, [line], "holdings", day=today, **totals))
        header = {"business_date": today, "credit_total_fen": 10000, "debit_total_fen": 0}

        def part(item=held, **changed):
            made = {"list": recon.RECON_LIST_HOLDINGS, **header, **changed}
            return self.parts([item], sha256, window=0, **made)[0]

        self.assertTrue(self.send(part()).whole)
        said = self.judged(sha256)
        self.assertEqual(list(said.counts), [0, 0, 0, 1, 0, 0, 0])
        self.assertEqual(said.rows[0].theirs, held)
        for wrong, field in (
            (part(business_date=shanghai_date(1)), "header.business_date"),
            (part(list=recon.RECON_LIST_LOANS), "rows[0]"),
            (part(link_item(self.links[0])), "rows[0]"),
        ):
            self.assertEqual(self.refused(wrong), ("FF08", "FIELD_INVALID", field))
        self.assertEqual(self.refused(part(credit_total_fen=1)), ("AM10", "TOTALS", "header"))
        for kind in (recon.RECON_LIST_HOLDINGS, recon.RECON_LIST_LOANS):
            self.assertEqual(self.pages(list=kind), [])
            answer = self.bank.ask(envelope.KIND_QUERY_TOTALS, recon.QueryTotals(list=kind))
            self.assertEqual(answer.direction, REPLY, answer)
            said = recon.TotalsReply.FromString(answer.payload)
            self.assertEqual((len(said.pairs), said.next), (0, b""))
            for asks, message in (
                (envelope.KIND_QUERY_TOTALS, recon.QueryTotals),
                (envelope.KIND_RECON_PAGE, recon.ReconPage),
            ):
                said = refusal(self.bank.ask(asks, message(list=kind, window=1)))
                self.assertEqual(said[2], "list")

    def pages(self, **query):
        rows, after = [], b""
        while True:
            answer = self.bank.ask(
                envelope.KIND_RECON_PAGE, recon.ReconPage(after=after, max=2, **query)
            )
            self.assertEqual(answer.direction, REPLY, answer)
            page = recon.ReconPageReply.FromString(answer.payload)
            self.assertLessEqual(len(page.rows), 2)
            rows += page.rows
            after = page.next
            if not after:
                return rows

    def test_totals_then_pages(self):
        answer = self.bank.ask(envelope.KIND_QUERY_TOTALS, recon.QueryTotals(window=1))
        totals = recon.TotalsReply.FromString(answer.payload)
        self.assertEqual((totals.window, totals.more, len(totals.pairs)), (1, False, 1))
        pair = totals.pairs[0]
        self.assertEqual((pair.counterparty_bank_code, pair.currency), (CLASS2, "CNY"))
        self.assertEqual((pair.count, pair.debit_fen, pair.credit_fen), (5, 15, 0))
        self.assertEqual(self.class1.do("totals")["pairs"][0]["debit_fen"], 15)
        first = self.class1.do("recon-page", window=1, max=3)
        self.assertEqual([row["fen"] for row in first["rows"]], [1, 2, 3])
        rest = self.class1.do("recon-page", window=1, after=first["next"])
        self.assertEqual([row["fen"] for row in rest["rows"]], [4, 5])
        self.assertEqual(len(self.class1.do("recon-page")["rows"]), 2)
        rows = self.pages(window=1)
        self.assertEqual([row.id.hex() for row in rows], [row["id"] for row in self.transfers])
        for row, ours in zip(rows, self.transfers):
            wanted = item(ours, reference=row.reference, book_date=row.book_date)
            self.assertEqual(row, wanted)
            self.assertTrue(row.reference and row.book_date)
        self.assertEqual(self.pages(), [link_item(row) for row in self.links])
        for kind, message in (
            (envelope.KIND_QUERY_TOTALS, recon.QueryTotals(window=2)),
            (envelope.KIND_RECON_PAGE, recon.ReconPage(window=2)),
        ):
            self.assertEqual(refusal(self.bank.ask(kind, message))[2], "window")


if __name__ == "__main__":
    unittest.main()
