"""F10: deposits, from the issuer's own channel to the interest at the end of their term; real
processes. With them, the end of a wealth product's term."""

import time
import unittest

from place import wait_until
from products import DEPOSIT, UNIT, WEALTH, ProductTest

JUMP_S = 12 * 3600  # a gateway that finds more than a day at once holds


class Deposits(ProductTest):
    def setUp(self):
        super().setUp()
        self.code = f"D-{self.person.mobile}"
        self.publish(self.code, **{**DEPOSIT, "term_days": 365})

    def test_sold_by_its_own_bank_alone(self):
        self.not_bought("DEPOSIT_CHANNEL", "issuer_bank_code", self.code, 10_000)
        self.not_bought("DEPOSIT_CHANNEL", "issuer_bank_code", self.code, 10_000, pays=1)
        self.assertEqual(self.balances(), (10_000_000, 10_000_000))
        self.assert_all_agree()

    def test_opened_and_withdrawn_in_parts(self):
        """The issuer pulls from the Class II account; with the money there, it is open."""
        order, _ = self.buy(self.issuer, self.code, 100_050)
        shown = self.wait_state(order, "OPEN")
        self.assertEqual(shown["units"], 1000 * UNIT + UNIT // 2)
        self.assertGreater(shown["matures_at_ms"], shown["placed_at_ms"])
        self.assertEqual(self.balances(), (10_000_000 - 100_050, 10_000_000))
        self.refused(self.issuer, "UNITS", "redeem", order, units=1001 * UNIT)
        taken = self.issuer.do("redeem", order, units=400 * UNIT)
        self.assertEqual((taken["state"], taken["action"]), ("OPEN", "withdraw"))
        self.refused(self.issuer, "ORDER_STATE", "redeem", order, units=UNIT)
        early = {"purpose": "maturity", "final": 1}
        self.refused(self.issuer, "ORDER_STATE", "payout", order, **early)
        less = {"units": 400 * UNIT, "price": 1_000_000, "fen": 39_999}
        self.refused(self.issuer, "WORTH", "payout", order, **less)
        self.issuer.do("payout", order, fen=40_011, final=1)
        shown = self.wait_state(order, "PART_WITHDRAWN")
        self.assertEqual((shown["units"], shown["paid_out_fen"]), (6_005_000, 40_011))
        self.issuer.do("redeem", order)
        self.issuer.do("payout", order, final=1)
        shown = self.wait_state(order, "CLOSED")
        self.assertEqual(shown["paid_out_fen"], 100_050 + 11)
        self.assertEqual(self.balances(), (10_000_000 + 11, 10_000_000))
        self.assert_all_agree()


class Terms(ProductTest):
    """Terms of a day, and a gateway whose clock goes on to their end."""

    DESK = {("orders", "answer"): "auto"}

    def setUp(self):
        super().setUp()
        self.own, self.link = self.link, self.new_link(self.desk)

    def go_on_to(self, at_ms):
        end_s = int(at_ms / 1000 - time.time()) + 60
        # The issuer that answers by itself comes back last: a payout wants the other bank to be there.
        self.desk.stop()
        for ahead in [*range(JUMP_S, end_s, JUMP_S), end_s]:
            self.place.env = self.ahead(f"{ahead}s")
            self.place.stop_and_restart()
        wait_until(lambda: self.place.sessions(self.seller.code), "the other bank to be back")
        self.desk.start()
        self.place.wait_online()

    def test_the_end_of_a_term(self):
        self.ahead("1s")  # skips where it cannot be
        self.publish("D-1", self.desk, **DEPOSIT)
        self.publish("W-1", **{**WEALTH, "term_days": 1})
        deposit, _ = self.buy(self.desk, "D-1", 1_000_000, issuer=self.desk)
        self.link = self.own
        wealth, _ = self.buy(self.seller, "W-1", 50_000, pays=1)
        self.wait_state(wealth, "PLACED")
        self.confirm(wealth)
        ends = [
            self.wait_state(deposit, "OPEN")["matures_at_ms"],
            self.wait_state(wealth, "CONFIRMED")["matures_at_ms"],
        ]
        self.go_on_to(max(ends))
        self.wait_event(wealth, "MATURE")
        self.assertEqual(self.get(wealth)["state"], "REDEEMING")
        late = self.seller.refused("redeem", wealth)
        self.assertEqual(late["detail"], "ORDER_STATE", late)
        self.issuer.do("payout", wealth, purpose="maturity", price=1_010_000)
        self.wait_state(wealth, "REDEEMED")
        # The other issuer paid the deposit out by itself: 3.65 % a year, for one day.
        shown = self.wait_state(deposit, "CLOSED")
        self.assertEqual((shown["units"], shown["paid_out_fen"]), (0, 1_000_100))
        wait_until(
            lambda: self.seller.balance(self.person.class2) == 10_000_100, "the deposit's money"
        )
        self.assertEqual(self.issuer.balance(self.person.class1), 10_000_500)
        self.assert_all_agree()


if __name__ == "__main__":
    unittest.main()
