"""F10: loans that both banks of a link lend together, from the invitation to the last fen, with real
processes. Each lender keeps a book of its own from the money that it moved; here these are held against
what the gateway says of each loan, and against positions and nets."""

import datetime
import hashlib
import unittest

from people import accounts, people, uuid7
from place import CLASS1, CLASS2, Bank, Site, SiteTest, link, wait_until
from products import WEALTH

SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))
JUMP_S = 12 * 3600  # a gateway that finds more than a day at once holds
TERMS = hashlib.sha256(b"loan").hexdigest()
RATE = 500  # a day, in 1/1,000,000
SHARE = 3000  # of the lead, in 1/10,000
LOAN = {
    "sha256": TERMS, "kind": "loan", "name": "Quick", "risk": 0, "min_fen": 50_000,
    "step_fen": 100, "person_max_fen": 20_000_000, "term_days": 365, "lead_share": SHARE,
    "daily_rate": RATE, "instalments": 3, "grace_days": 5, "banks": "all",
}  # fmt: skip


def today(days=0):
    return str(datetime.datetime.now(SHANGHAI).date() + datetime.timedelta(days))


def lead_part(fen):
    return fen * SHARE // 10_000


class LoanTest(SiteTest):
    """One site for all tests of a class: two banks, each the lead of a product of its own. Each test
    has a person and a link."""

    PERSONS = 12
    SETTINGS = {}  # of each bank

    @classmethod
    def setUpClass(cls):
        cls.place = Site()
        try:
            cls.set_up_site()
        except BaseException:
            cls.place.close()
            raise

    @classmethod
    def set_up_site(cls):
        cls.spare = people(cls.PERSONS, class2_fen=10_000_000, class1_fen=10_000_000)
        cls.place.start()
        cls.class2 = cls.start_bank(CLASS2, "class2", [p.class2_row() for p in cls.spare])
        cls.class1 = cls.start_bank(CLASS1, "class1", [p.class1_row() for p in cls.spare])
        cls.class2.do("product-publish", "L-2", partner=CLASS1, **LOAN)
        cls.class1.do("product-publish", "L-1", partner=CLASS2, **LOAN)

    @classmethod
    def start_bank(cls, code, role, rows):
        cls.place.register(code, f"{role},issuer")
        bank = Bank(cls.place, code, role, accounts(rows), cls.SETTINGS.get(code))
        cls.place.banks.append(bank)
        return bank.start()

    @classmethod
    def tearDownClass(cls):
        cls.place.close()

    def setUp(self):
        self.addCleanup(self.show, self.place)
        self.person = self.spare.pop()
        self.link = link(self.class2, self.class1, self.person, scopes="collect,products")

    # ---- the way to a loan ----

    def partner_of(self, lead):
        return self.class1 if lead is self.class2 else self.class2

    def offer(self, lead, fen=20_000_000, **fields):
        code = "L-2" if lead is self.class2 else "L-1"
        shown = lead.do("offer-loan", self.link, product=code, fen=fen, **fields)
        self.assertEqual(shown["state"], "OFFERED")
        self.wait_told(shown["loan"], "OFFERED", self.partner_of(lead))
        return shown["loan"]

    def apply(self, bank, loan, fen, account=2):
        shown = bank.do("apply-loan", loan, fen=fen, sha256=TERMS, account=account)
        self.assertEqual((shown["state"], shown["asked_fen"]), ("APPLIED", fen))
        for other in (self.class1, self.class2):
            self.wait_told(loan, "APPLIED", other)

    def approved(self, lead, fen, account=2, limit=None):
        """Offered, asked for in the partner's channel, approved by both."""
        loan = self.offer(lead)
        partner = self.partner_of(lead)
        self.apply(partner, loan, fen, account)
        self.assertEqual(lead.do("decide-loan", loan, fen=fen)["state"], "APPLIED")
        shown = partner.do("decide-loan", loan, fen=limit or fen)
        self.assertEqual((shown["state"], shown["limit_fen"]), ("APPROVED", limit or fen))
        return loan

    # ---- looking ----

    def get(self, loan, bank=None):
        return (bank or self.class2).do("get-loan", loan)

    def wait_state(self, loan, state):
        wait_until(
            lambda: self.get(loan)["state"] == state,
            lambda: f"loan {loan} to be {state}: {self.get(loan)}",
        )
        return self.get(loan)

    def told(self, loan, bank):
        rows = [row for row in bank.rows("loans", limit=100_000) if row["loan"] == loan]
        return rows[0]["state"] if rows else ""

    def wait_told(self, loan, state, bank):
        wait_until(
            lambda: self.told(loan, bank) == state,
            lambda: f"{bank.code} to hear {state}; it heard {self.told(loan, bank)}",
        )

    def events(self, loan, bank):
        return [row["event"] for row in bank.rows("notices") if row["id"] == loan]

    def wait_event(self, loan, event, bank=None):
        bank = bank or self.class2
        wait_until(
            lambda: event in self.events(loan, bank),
            lambda: f"{event} of {loan}; there are {self.events(loan, bank)}",
        )

    def balances(self):
        return (
            self.class2.balance(self.person.class2),
            self.class1.balance(self.person.class1),
        )

    # ---- money ----

    def draw(self, bank, loan, fen, **fields):
        """Of both lenders; the other one's share has come."""
        paid = bank.do("draw-loan", loan, fen=fen, final=1, **fields)
        self.assertEqual(paid["state"], "ACCEPTED", paid)
        return paid

    def repay(self, bank, loan, fen, interest_fen=0, **fields):
        paid = bank.do("repay-loan", loan, fen=fen, interest_fen=interest_fen, final=1, **fields)
        self.assertEqual(paid["state"], "ACCEPTED", paid)
        return paid

    def refused(self, bank, detail, field, *words, **fields):
        refusal = bank.refused(*words, **fields)
        self.assertEqual((refusal["detail"], refusal["field"]), (detail, field), refusal)
        return refusal

    # ---- the end ----

    def assert_debts_agree(self):
        """What each lender lent and got back, by its own book, is what the gateway says that it is owed
        and was paid."""
        for bank in self.place.banks:
            for debt in bank.rows("debts", limit=100_000):
                shown = self.get(debt["loan"], bank)
                mine = next(row for row in shown["lenders"] if row["bank"] == bank.code)
                owed = mine["principal_fen"] - mine["interest_paid_fen"]
                self.assertEqual(debt["lent_fen"] - debt["back_fen"], owed, (debt, shown))

    def assert_all_agree(self):
        self.assert_books_agree(self.place)
        self.assert_debts_agree()
        self.assertEqual(self.place.ctl("verify", "--live")["findings"], [])


class Way(LoanTest):
    """From the invitation to both lenders' word."""

    def test_only_who_is_invited(self):
        loan = self.offer(self.class2, 500_000)
        words = {"sha256": TERMS, "fen": 400_000}
        self.refused(self.class1, "NO_SUCH_LOAN", "loan_id", "apply-loan", "ab" * 16, **words)
        over = {**words, "fen": 500_100}
        self.refused(self.class1, "AMOUNT_ABOVE", "amount.fen", "apply-loan", loan, **over)
        self.refused(self.class1, "AMOUNT_BELOW", "amount.fen", "apply-loan", loan,
                     sha256=TERMS, fen=49_900)  # fmt: skip
        odd = {**words, "fen": 400_001}
        self.refused(self.class1, "INCREMENT", "amount.fen", "apply-loan", loan, **odd)
        self.refused(self.class1, "CONSENT", "authorisations", "apply-loan", loan,
                     authorisations=1, **words)  # fmt: skip
        other = {**words, "sha256": "00" * 32}
        self.refused(self.class1, "FIELD_INVALID", "terms_sha256", "apply-loan", loan, **other)
        self.apply(self.class1, loan, 400_000)
        self.refused(self.class1, "LOAN_STATE", "loan_id", "apply-loan", loan, **words)

    def test_what_may_be_offered(self):
        words = {"product": "L-2"}
        self.refused(self.class2, "AMOUNT_BELOW", "maximum.fen", "offer-loan", self.link,
                     fen=49_999, **words)  # fmt: skip
        self.refused(self.class2, "AMOUNT_ABOVE", "maximum.fen", "offer-loan", self.link,
                     fen=20_000_001, **words)  # fmt: skip
        self.refused(self.class1, "NO_SUCH_PRODUCT", "product_code", "offer-loan", self.link,
                     fen=100_000, **words)  # fmt: skip
        self.refused(self.class2, "PRODUCT_CHANGED", "product_version", "offer-loan", self.link,
                     fen=100_000, version=9, **words)  # fmt: skip

    def test_one_lender_declines(self):
        loan = self.offer(self.class1)
        self.apply(self.class1, loan, 100_000, account=1)
        self.assertEqual(self.class1.do("decide-loan", loan, fen=100_000)["state"], "APPLIED")
        shown = self.class2.do("decide-loan", loan, decline="AM04")
        self.assertEqual((shown["state"], shown["reason"]), ("DECLINED", "AM04"))
        self.refused(self.class1, "LOAN_STATE", "loan_id", "decide-loan", loan, fen=100_000)
        self.wait_told(loan, "DECLINED", self.class1)

    def test_the_lower_limit_counts(self):
        loan = self.offer(self.class2)
        self.apply(self.class2, loan, 300_000)
        self.refused(self.class1, "AMOUNT_ABOVE", "limit.fen", "decide-loan", loan, fen=300_001)
        self.class1.do("decide-loan", loan, fen=200_000)
        self.refused(self.class1, "LOAN_STATE", "loan_id", "decide-loan", loan, fen=200_000)
        shown = self.class2.do("decide-loan", loan, fen=300_000)
        self.assertEqual((shown["state"], shown["limit_fen"]), ("APPROVED", 200_000))
        rows = self.class1.rows("list-loans", self.link)
        self.assertEqual([row["loan"] for row in rows], [loan])
        self.assertEqual(self.class1.do("loan-status", loan, "cancelled")["state"], "CANCELLED")


class Decided(LoanTest):
    """Lenders that decide by themselves."""

    SETTINGS = {
        CLASS1: {("loans", "limit_fen"): 150_000},
        CLASS2: {("loans", "limit_fen"): 1_000_000},
    }

    def test_by_themselves(self):
        loan = self.offer(self.class2)
        self.class2.do("apply-loan", loan, fen=200_000, sha256=TERMS)
        shown = self.wait_state(loan, "APPROVED")
        self.assertEqual(shown["limit_fen"], 150_000)

    def test_one_is_silent_and_one_declines(self):
        self.class1.fault("kind=decide amount=70000 -> drop")
        self.class1.fault("kind=decide amount=80000 -> refuse MS03")
        silent, declined = self.offer(self.class2), self.offer(self.class2)
        self.class2.do("apply-loan", declined, fen=80_000, sha256=TERMS)
        self.assertEqual(self.wait_state(declined, "DECLINED")["reason"], "MS03")
        self.class2.do("apply-loan", silent, fen=70_000, sha256=TERMS)
        wait_until(
            lambda: [row["approved"] for row in self.get(silent)["lenders"]] == [True, False],
            "the lead's word alone",
        )
        self.assertEqual(self.class1.do("loan-status", silent, "cancelled")["state"], "CANCELLED")


class Life(LoanTest):
    """Drawn, and paid back, by every way in which money may go."""

    def test_into_the_class2_account(self):
        """The lead has the account, draws by pull, and collects; the partner collects the rest."""
        loan = self.approved(self.class2, 1_000_000)
        self.refused(self.class2, "AMOUNT_BELOW", "amount.fen", "draw-loan", loan, fen=49_999)
        self.refused(self.class2, "LOAN_LIMIT", "amount.fen", "draw-loan", loan, fen=1_000_001)
        paid = self.draw(self.class2, loan, 600_001)
        part = lead_part(600_001)
        self.assertEqual((paid["kind"], paid["direction"]), ("loan-own", "pull"))
        self.assertEqual(paid["fen"], 600_001 - part)
        shown = self.wait_state(loan, "OUTSTANDING")
        self.assertEqual(shown["principal_fen"], 600_001)
        self.assertEqual(
            [row["principal_fen"] for row in shown["lenders"]], [part, 600_001 - part]
        )
        self.assertEqual(self.balances(), (10_600_001, 10_000_000))
        self.refused(self.class2, "LOAN_LIMIT", "amount.fen", "draw-loan", loan, fen=400_000)
        self.draw(self.class1, loan, 100_000)  # a push by the partner
        self.assertEqual(self.balances(), (10_700_001, 10_000_000))
        self.assert_all_agree()
        self.refused(self.class2, "INTEREST", "interest_fen", "repay-loan", loan,
                     fen=100_000, interest_fen=1)  # fmt: skip
        self.repay(self.class2, loan, 100_000)
        self.repay(self.class1, loan, 100_001)  # a pull by the partner
        self.assertEqual(self.balances(), (10_500_000, 10_000_000))
        quote = self.class1.do("quote-repayment", loan, date=today(10))
        self.assertEqual(quote["interest_fen"], 500_000 * RATE * 10 // 1_000_000)
        self.refused(self.class2, "LOAN_ABOVE", "amount.fen", "repay-loan", loan, fen=500_001)
        self.repay(self.class2, loan, 500_000)
        shown = self.wait_state(loan, "REPAID")
        self.assertEqual([row["principal_fen"] for row in shown["lenders"]], [0, 0])
        self.assertEqual(self.balances(), (10_000_000, 10_000_000))
        self.assert_all_agree()

    def test_into_the_class1_account(self):
        """The lead has the account; the partner pushes its share from itself."""
        loan = self.approved(self.class1, 200_000, account=1)
        paid = self.draw(self.class2, loan, 200_000)
        self.assertEqual((paid["kind"], paid["direction"]), ("loan-own", "push"))
        self.assertEqual(paid["fen"], 200_000 - lead_part(200_000))
        self.assertEqual(self.balances(), (10_000_000, 10_200_000))
        self.repay(self.class2, loan, 200_000)
        self.wait_state(loan, "REPAID")
        self.assertEqual(self.balances(), (10_000_000, 10_000_000))
        self.assert_all_agree()

    def test_the_partner_has_the_account(self):
        """LOAN_OTHER: free into a Class I account, and nothing for a Class II account that was opened
        remotely."""
        loan = self.approved(self.class2, 100_000, account=1)
        paid = self.draw(self.class2, loan, 100_000)
        self.assertEqual((paid["kind"], paid["direction"]), ("loan-other", "push"))
        self.assertEqual(self.balances(), (10_000_000, 10_100_000))
        self.repay(self.class2, loan, 100_000)
        other = self.approved(self.class1, 100_000, account=2)
        refusal = self.class1.refused("draw-loan", other, fen=100_000)
        self.assertEqual(refusal["detail"], "CLASS", refusal)
        self.assertEqual(self.balances(), (10_000_000, 10_000_000))
        self.assert_all_agree()

    def test_less_than_can_be_shared(self):
        """Of one fen the lead gets nothing, and of it no bank owes another where it has the rest."""
        loan = self.approved(self.class2, 100_000, account=1)
        self.draw(self.class1, loan, 100_000)
        self.assertEqual(self.balances(), (10_000_000, 10_100_000))
        count = len(self.place.transfers())
        done = self.class1.do("repay-loan", loan, fen=1)
        self.assertEqual((done["principal_fen"], int(done["transfer"], 16)), (99_999, 0))
        self.assertEqual(len(self.place.transfers()), count)
        self.repay(self.class2, loan, 1)
        shown = self.get(loan)
        self.assertEqual(shown["principal_fen"], 99_998)
        self.assertEqual(shown["lenders"][0]["principal_fen"], 30_000)
        self.assertEqual(self.balances(), (10_000_000, 10_099_998))
        self.assert_all_agree()

    def test_what_operators_are_told(self):
        """Who has lent what, what is on its way, and what is owed, at each step."""
        loan = self.offer(self.class2)
        self.apply(self.class1, loan, 1_000_000)
        self.class2.do("decide-loan", loan, fen=1_000_000)
        self.says(loan, "The customer asked for 10000.00 CNY", "approved up to 10000.00 CNY at",
                  "has not decided.", "For the partner's decision, until ")  # fmt: skip
        self.class1.do("decide-loan", loan, fen=900_000)
        self.says(loan, "Its limit is 9000.00 CNY, of which 9000.00 CNY may still be drawn.",
                  "For the first draw, until ")  # fmt: skip
        self.class1.fault("kind=post amount=350000 nth=1 -> delay 1000")
        draw = self.class2.begin("draw-loan", loan, fen=500_000, final=1, timeout_ms=8000)
        wait_until(lambda: self.get(loan)["state"] == "DISBURSING", "the draw to be on its way")
        self.says(loan, "A draw of 5000.00 CNY is on its way;", "of 3500.00 CNY between the lenders",
                  "For the outcome of the transfer")  # fmt: skip
        out, errors = draw.communicate()
        self.assertEqual(draw.returncode, 0, out + errors)
        self.wait_state(loan, "OUTSTANDING")
        paid = self.draw(self.class1, loan, 100_000)["transfer"]
        told = self.place.told("transfer", "explain", paid)
        self.assertIn("whose lead has the account: 700.00 CNY.", told)
        self.assertIn("It moves between the lenders", told)
        self.says(loan, f"the other lender's share is on its way by transfer {paid}.",
                  "has lent 1800.00 CNY, and got back 0.00 CNY", "has lent 4200.00 CNY",
                  "Its limit is 9000.00 CNY, of which 3000.00 CNY may still be drawn.",
                  "6000.00 CNY, which is 0.00 CNY of interest and 6000.00 CNY of principal",
                  "For the repayment of the next instalment")  # fmt: skip
        told = self.place.told("search", "--id-number", "-", typed=self.person.id_number + "\n")
        for word in (self.link, loan, "6000.00 CNY", "Orders of products: none"):
            self.assertIn(word, told)
        self.repay(self.class2, loan, 600_000)
        self.wait_state(loan, "REPAID")
        told = self.says(loan, "has lent 1800.00 CNY, and got back 1800.00 CNY",
                         "nothing may be drawn now.", "Nothing is owed on ",
                         "It waits for nothing.")  # fmt: skip
        self.assertNotIn("may still be drawn", told)

    def says(self, loan, *sentences):
        told = self.place.told("loan", "explain", loan)
        for sentence in sentences:
            self.assertIn(sentence, told)
        return told

    def test_a_draw_that_fails(self):
        loan = self.approved(self.class2, 100_000)
        self.class1.fault("kind=post amount=70000 nth=1 -> refuse AM04")
        refused = self.class2.refused("draw-loan", loan, fen=100_000, final=1)
        self.assertEqual((refused["state"], refused["reason"]), ("REJECTED", "AM04"), refused)
        self.wait_event(loan, "DRAW_FAILED", self.class1)
        self.wait_state(loan, "APPROVED")
        self.assertEqual(self.balances(), (10_000_000, 10_000_000))
        self.assert_all_agree()

    def test_a_draw_that_cannot_be_credited(self):
        """The partner's share has come, and goes back; then it is as if it had not been."""
        loan = self.approved(self.class2, 90_000)
        self.class2.fault("kind=draw amount=90000 nth=1 -> refuse AC04")
        self.class2.do("draw-loan", loan, fen=90_000, final=1)
        self.wait_event(loan, "RETURNED", self.class1)
        self.assertEqual(self.balances(), (10_000_000, 10_000_000))
        wait_until(lambda: self.get(loan)["principal_fen"] == 0, "nothing to be owed")
        self.assert_all_agree()

    def test_one_request_twice(self):
        loan = self.approved(self.class2, 200_000)
        request = uuid7().hex()
        self.draw(self.class2, loan, 100_000, request_id=request)
        again = self.class2.do("draw-loan", loan, fen=100_000, request_id=request)
        self.assertTrue(again["replayed"], again)
        self.assertEqual(again["principal_fen"], 100_000)
        self.refused(self.class2, "DUPLICATE", "amount.fen", "draw-loan", loan,
                     fen=50_000, request_id=request)  # fmt: skip
        self.assertEqual(self.balances(), (10_100_000, 10_000_000))
        self.assert_all_agree()

    def bought(self, fen):
        """An order of the Class I bank's wealth product, placed and paid; and its transfer."""
        words = {"link": self.link, "issuer": self.class1.code, "product": "W-1", "fen": fen}
        paid = self.class2.do("place-order", final=1, **words)
        self.wait_event(paid["order"], "PLACE")
        return paid["order"], paid["transfer"]

    def assert_link(self, bank, state, orders, loans):
        shown = bank.do("get-link", self.link)
        was = (shown["state"], shown["open_orders"], shown["open_loans"])
        self.assertEqual(was, (state, orders, loans), shown)

    def test_f21_a_closed_link_waits_for_all_that_is_open(self):
        """For an order, a holding and a loan, which run off; its banks are told how many are left."""
        self.class1.do("product-publish", "W-1", **WEALTH)
        wait_until(
            lambda: any(row["code"] == "W-1" for row in self.class2.rows("products")), "W-1"
        )
        loan = self.approved(self.class2, 120_000)
        self.draw(self.class2, loan, 60_000)
        order, transfer = self.bought(2000)
        holding, _ = self.bought(3000)
        self.class1.do("order-result", holding, "confirmed")
        self.wait_event(holding, "CONFIRM")
        closing = self.class2.do("close-link", self.link)
        self.assertEqual(
            (closing["state"], closing["open_orders"], closing["open_loans"]), ("CLOSING", 2, 1)
        )
        self.refused(self.class2, "LINK_CLOSING", "loan_id", "draw-loan", loan, fen=50_000)
        self.class1.do("order-result", order, "refused")
        self.class1.do("return", transfer, fen=2000)
        self.wait_event(order, "REFUNDED")
        self.assert_link(self.class1, "CLOSING", 1, 1)
        self.repay(self.class2, loan, 60_000)
        self.assert_link(self.class2, "CLOSING", 1, 0)
        self.class2.do("redeem", holding)
        self.wait_event(holding, "TAKEN", self.class1)
        self.class1.do("payout", holding, final=1)
        wait_until(
            lambda: self.class2.do("get-link", self.link)["state"] == "CLOSED", "the link's end"
        )
        self.assert_link(self.class1, "CLOSED", 0, 0)
        self.assert_all_agree()


class Moments(LoanTest):
    """A gateway that dies, days that pass, a window that closes."""

    def test_killed_between_draw_and_answer(self):
        loan = self.approved(self.class2, 500_000)
        self.class1.fault("kind=post amount=350000 -> delay-post 1500")
        draw = self.class2.begin("draw-loan", loan, fen=500_000, final=1, timeout_ms=8000)
        wait_until(lambda: self.get(loan)["state"] == "DISBURSING", "the draw to be on its way")
        self.place.kill_and_restart()
        self.place.wait_online()
        out, errors = draw.communicate()
        self.assertEqual(draw.returncode, 0, out + errors)
        shown = self.wait_state(loan, "OUTSTANDING")
        self.assertEqual(shown["principal_fen"], 500_000)
        self.assertEqual(self.balances(), (10_500_000, 10_000_000))
        self.class1.kill_and_restart()
        self.assert_all_agree()

    def go_on(self, days):
        end_s = days * 86400
        for ahead in range(JUMP_S, end_s + 1, JUMP_S):
            self.place.env = self.ahead(f"{ahead}s")
            self.place.stop_and_restart()
        self.place.wait_online()

    def test_days_of_interest_and_the_window(self):
        self.ahead("1s")  # skips where it cannot be
        loan = self.approved(self.class2, 1_000_000)
        self.draw(self.class1, loan, 1_000_000)
        self.go_on(2)
        quote = self.class1.do("quote-repayment", loan)
        self.assertEqual((quote["interest_fen"], quote["total_fen"]), (1000, 1_001_000))
        wrong = self.class2.refused("repay-loan", loan, fen=1_001_000, interest_fen=999)
        self.assertEqual((wrong["detail"], wrong["right_fen"]), ("INTEREST", 1000), wrong)
        self.repay(self.class2, loan, 400_000, 1000)
        shown = self.get(loan)
        self.assertEqual(shown["principal_fen"], 1_000_000 - 399_000)
        self.assertEqual([row["interest_paid_fen"] for row in shown["lenders"]], [300, 700])
        self.repay(self.class1, loan, 601_000)
        self.wait_state(loan, "REPAID")
        self.assertEqual(self.balances(), (10_000_000 - 1000, 10_000_000))
        self.assert_all_agree()
        net = self.class1.do("books")["net_fen"]
        self.place.order("window", "close", "1")
        wait_until(
            lambda: self.place.ctl("window", "show", "1")["window"]["state"] == "CLOSED",
            "the window's end",
        )
        (row,) = self.place.ctl("window", "show", "1")["nets"]
        self.assertEqual(abs(row["net_fen"]), abs(net))


if __name__ == "__main__":
    unittest.main()
