"""Products, orders and what both sides hold of them: shared by the tests of F09 and F10."""

import datetime
import hashlib

from people import accounts, people
from place import CLASS1, CLASS2, OTHER, Bank, Site, SiteTest, link, wait_until

SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))
UNIT = 10_000  # parts of a unit
PRICE = 1_000_000  # parts of a yuan, as a price
FINAL = {"REDEEMED", "REJECTED", "CANCELLED", "EXPIRED", "CLOSED"}
# What gateway and issuer must have alike of each order that was paid for.
SAME = ("units", "confirmed_fen", "refunded_fen", "paid_out_fen", "fen", "product")


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def today(days=0):
    return str(datetime.datetime.now(SHANGHAI).date() + datetime.timedelta(days))


def worth(units, price):
    """In fen, rounded half up."""
    return (units * price + 50_000_000) // 100_000_000


WEALTH = {
    "sha256": digest("wealth"), "kind": "wealth", "name": "Steady", "risk": 2, "min_fen": 1000,
    "step_fen": 1, "price": PRICE, "price_date": "2026-07-01", "banks": "all",
}  # fmt: skip
FUND = {**WEALTH, "sha256": digest("fund"), "kind": "fund", "name": "Fund", "risk": 3}
DEPOSIT = {
    "sha256": digest("deposit"), "kind": "deposit", "name": "Deposit", "risk": 1,
    "min_fen": 5000, "rate": 36500, "term_days": 1, "banks": "all",
}  # fmt: skip


class ProductTest(SiteTest):
    """One site for all tests of a class: a Class II bank, a Class I bank that issues, and, where a
    class asks for it, a third one that issues and answers by itself. Each test has a person and a
    link of its own."""

    PERSONS = 16
    DESK = None  # settings of the third bank

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
        rows = [person.class1_row() for person in cls.spare]
        cls.issuer = cls.start_issuer(CLASS1, rows, {("gateway", "connections"): 2})
        cls.seller = cls.place.bank(
            CLASS2,
            "class2",
            accounts(person.class2_row() for person in cls.spare),
            {("gateway", "connections"): 8},
        )
        if cls.DESK:
            cls.desk = cls.start_issuer(OTHER, rows, cls.DESK)

    @classmethod
    def start_issuer(cls, code, rows, settings):
        cls.place.register(code, "class1,issuer")
        bank = Bank(cls.place, code, "class1", accounts(rows), settings)
        cls.place.banks.append(bank)
        return bank.start()

    @classmethod
    def tearDownClass(cls):
        cls.place.close()

    def setUp(self):
        self.addCleanup(self.show, self.place)
        self.person = self.spare.pop()
        self.link = self.new_link(self.issuer)

    def new_link(self, bank, person=None, **terms):
        terms = {"scopes": "collect,products", **terms}
        return link(self.seller, bank, person or self.person, **terms)

    # ---- products ----

    def publish(self, code, bank=None, **fields):
        """Until the Class II bank was told of it."""
        bank = bank or self.issuer
        shown = bank.do("product-publish", code, **fields)
        self.wait_known(bank, code, shown["version"])
        return shown

    def wait_known(self, bank, code, version):
        def known():
            rows = self.seller.rows("products")
            return [r["version"] for r in rows if (r["issuer"], r["code"]) == (bank.code, code)]

        wait_until(lambda: known() == [version], f"a notice of {code}, version {version}")

    # ---- orders ----

    def terms(self, code, fen, issuer=None, **fields):
        issuer = issuer or self.issuer
        return {"link": self.link, "issuer": issuer.code, "product": code, "fen": fen, **fields}

    def buy(self, bank, code, fen, **fields):
        """Placed and paid: the order's id, and its transfer's."""
        paid = bank.do("place-order", final=1, **self.terms(code, fen, **fields))
        self.assertEqual(paid["state"], "ACCEPTED", paid)
        return paid["order"], paid["transfer"]

    def not_bought(self, detail, field, code, fen, bank=None, **fields):
        refusal = (bank or self.seller).refused("place-order", **self.terms(code, fen, **fields))
        self.assertEqual((refusal["detail"], refusal["field"]), (detail, field), refusal)
        return refusal

    def get(self, order, bank=None):
        return (bank or self.seller).do("get-order", order)

    def wait_state(self, order, state, bank=None):
        bank = bank or self.seller
        wait_until(
            lambda: self.get(order, bank)["state"] == state,
            lambda: f"order {order} to be {state}: {self.get(order, bank)}",
        )
        return self.get(order, bank)

    def confirm(self, order, bank=None, **fields):
        return (bank or self.issuer).do("order-result", order, "confirmed", **fields)

    def refused(self, bank, detail, *words, **fields):
        refusal = bank.refused(*words, **fields)
        self.assertEqual(refusal["detail"], detail, refusal)
        return refusal

    def events(self, order, bank):
        return [row["event"] for row in bank.rows("notices") if row["id"] == order]

    def wait_event(self, order, event, bank=None):
        bank = bank or self.seller
        wait_until(
            lambda: event in self.events(order, bank),
            lambda: f"{event} of {order}; there are {self.events(order, bank)}",
        )

    def redeem(self, order, units=0, bank=None):
        """Asked for, and taken by the issuer."""
        bank = bank or self.seller
        number = bank.do("redeem", order, units=units)["action_number"]

        def taken():
            lots = self.lots(self.issuer)
            return order in lots and lots[order]["taken_units"] > 0

        wait_until(taken, f"the issuer to take redemption {number} of {order}")
        self.wait_event(order, "TAKEN", self.issuer)

    def lots(self, bank):
        return {row["order"]: row for row in bank.rows("lots", limit=100000)}

    def balances(self):
        return (
            self.seller.balance(self.person.class2),
            self.issuer.balance(self.person.class1),
        )

    # ---- the end ----

    def assert_lots_agree(self):
        """What the gateway has of each order is what its issuer has in its own book."""
        for bank in self.place.banks:
            for order, lot in self.lots(bank).items():
                shown = self.get(order, bank)
                ours = {key: shown[key] for key in SAME}
                self.assertEqual(ours, {key: lot[key] for key in SAME}, shown)

    def assert_all_agree(self):
        self.assert_books_agree(self.place)
        self.assert_lots_agree()
        self.assertEqual(self.place.ctl("verify", "--live")["findings"], [])
