"""F09: wealth products and funds, from the order to the last payout; real processes. What is only
arithmetic or a check is in tests/ledger; here banks hold the money, and books must agree."""

import concurrent.futures
import json
import socket
import unittest

from place import wait_until
from products import FUND, PRICE, UNIT, WEALTH, ProductTest, digest, today, worth

QUOTA = 100
RUSH = 1000
SESSIONS = 40


class Life(ProductTest):
    """Whole lives, by every way in which money may go."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.issuer.do("product-publish", "W-1", **WEALTH)
        cls.issuer.do("product-publish", "F-1", **FUND)

    def setUp(self):
        super().setUp()
        self.wait_known(self.issuer, "F-1", 1)

    def test_wealth_bought_from_the_class2_account(self):
        """A push pays and places; 60 % is allotted and the rest comes back; redeemed in part, with
        income, then in full."""
        order, transfer = self.buy(self.seller, "W-1", 100_001)
        shown = self.wait_state(order, "PLACED")
        self.assertEqual((shown["pays"], shown["transfer"]), ("2", transfer))
        self.assertEqual(self.balances(), (10_000_000 - 100_001, 10_000_000))
        self.confirm(order, units=600 * UNIT, fen=60_000, reference="C1")
        shown = self.wait_state(order, "CONFIRMED")
        self.assertEqual((shown["refund_fen"], shown["reference"]), (40_001, "C1"))
        over = self.issuer.refused("return", transfer, fen=40_002)
        self.assertEqual(over["reason"], "AM09", over)
        self.issuer.do("return", transfer, fen=40_001)
        wait_until(lambda: self.get(order)["refunded_fen"] == 40_001, "the refund")
        self.redeem(order, units=200 * UNIT)
        paid = self.issuer.do("payout", order, price=1_050_000, final=1)
        self.assertEqual((paid["kind"], paid["fen"]), ("order-payout", 21_000))
        self.issuer.do("payout", order, purpose="income", fen=123, final=1)
        shown = self.wait_state(order, "CONFIRMED")
        self.assertEqual((shown["units"], shown["paid_out_fen"]), (400 * UNIT, 21_123))
        self.redeem(order)
        self.issuer.do("payout", order, final=1)
        shown = self.wait_state(order, "REDEEMED")
        self.assertEqual((shown["units"], shown["paid_out_fen"]), (0, 61_123))
        self.assertEqual(self.balances(), (10_000_000 - 60_000 + 61_123, 10_000_000))
        self.assert_all_agree()

    def test_fund_bought_from_the_class1_account_at_the_issuer(self):
        """Nothing moves between the banks: the issuer's word is its customer's money."""
        order, transfer = self.buy(self.seller, "F-1", 100_000, pays=1)
        row = next(row for row in self.place.transfers() if row["id"] == transfer)
        self.assertEqual(row["debtor_bank"], row["creditor_bank"])
        self.wait_state(order, "PLACED")
        self.assertEqual(self.balances(), (10_000_000, 9_900_000))
        price = 1_234_567
        units = 700_000_000_000 // price  # of 70.00, rounded down
        fen = worth(units, price)
        self.confirm(order, units=units, price=price, fen=fen)
        shown = self.wait_state(order, "CONFIRMED")
        self.assertEqual((shown["refunded_fen"], shown["units"]), (100_000 - fen, units))
        self.assertEqual(self.balances(), (10_000_000, 10_000_000 - fen))
        self.redeem(order)
        given = worth(units, price + 1)
        self.issuer.do("payout", order, price=price + 1)
        self.wait_state(order, "REDEEMED")
        self.assertEqual(self.balances(), (10_000_000, 10_000_000 - fen + given))
        self.assert_all_agree()

    def test_the_issuers_own_channel(self):
        """The issuer pulls the money, and places the order itself."""
        order, transfer = self.buy(self.issuer, "W-1", 50_000, pays=2)
        self.wait_state(order, "PLACED", self.issuer)
        self.assertEqual(self.balances(), (9_950_000, 10_000_000))
        self.refused(self.seller, "NOT_YOURS", "redeem", order)
        self.issuer.do("order-result", order, "refused")
        self.wait_state(order, "REFUNDING")
        self.issuer.do("return", transfer, fen=50_000)
        shown = self.wait_state(order, "REJECTED")
        self.assertEqual((shown["refunded_fen"], shown["reason"]), (50_000, "AM21"))
        self.assertEqual(self.balances(), (10_000_000, 10_000_000))
        refusal = self.issuer.refused("place-order", **self.terms("W-1", 50_000, pays=1))
        self.assertEqual(refusal["field"], "pays", refusal)
        self.assert_all_agree()

    def test_cancelled_before_the_cut_off(self):
        for pays in (2, 1):
            order, transfer = self.buy(self.seller, "W-1", 30_000, pays=pays)
            self.wait_state(order, "PLACED")
            self.seller.do("cancel-order", order)
            if pays == 2:
                self.wait_state(order, "REFUNDING")
                self.issuer.do("return", transfer, fen=30_000)
            self.wait_state(order, "CANCELLED")
        self.assertEqual(self.balances(), (10_000_000, 10_000_000))
        self.assertEqual(self.seller.do("cancel-order", order)["state"], "CANCELLED")
        self.assert_all_agree()

    def says(self, told, *sentences):
        for sentence in sentences:
            self.assertIn(sentence, told)

    def test_what_operators_are_told(self):
        """Where the customer's money is, and whom to ask, at each step of two orders."""
        order, transfer = self.buy(self.seller, "W-1", 100_001)
        self.wait_state(order, "PLACED")
        told = self.place.told("order", "explain", order)
        self.says(told, f"order {order} is PLACED", "The money: the issuer has it.",
                  f"Transfer {transfer} pays it: ACCEPTED.", "has not confirmed it yet",
                  "What it waits for - For the issuer's confirmation, due ")  # fmt: skip
        told = self.place.told("transfer", "explain", transfer)
        self.says(told, "that pay for an order", "the issuer, takes it.", f"order {order}")
        self.confirm(order, units=600 * UNIT, fen=60_000, reference="C1")
        self.wait_state(order, "CONFIRMED")
        told = self.place.told("order", "explain", order)
        self.says(told, "The money: the issuer has it, but for what comes back.",
                  "600.0000 units at 1.000000 CNY, worth 600.00 CNY",
                  "To come back to the customer: 400.01 CNY, of which 0.00 CNY are back; due at",
                  f"it comes back by a return of {transfer} alone")  # fmt: skip
        back = self.issuer.do("return", transfer, fen=40_001)["transfer"]
        wait_until(lambda: self.get(order)["refunded_fen"] == 40_001, "the refund")
        told = self.place.told("transfer", "explain", back)
        self.says(told, f"The return of 400.01 CNY of transfer {transfer}", "credits its customer")
        self.redeem(order)
        told = self.place.told("order", "explain", order)
        self.says(told, "400.01 CNY came back to the customer.", "which has taken it.",
                  "For the issuer's payout, due ")  # fmt: skip
        paid = self.issuer.do("payout", order, final=1)["transfer"]
        self.wait_state(order, "REDEEMED")
        told = self.place.told("order", "explain", order)
        self.says(told, f"sent a payout, on its way by transfer {paid}.", "It waits for nothing.",
                  "and has paid out all that was bought with it.", "Paid out so far: 600.00 CNY.",
                  "account of link")  # fmt: skip
        self.told_of_the_class1_account()

    def told_of_the_class1_account(self):
        order, transfer = self.buy(self.seller, "F-1", 100_000, pays=1)
        self.wait_state(order, "PLACED")
        told = self.place.told("transfer", "explain", transfer)
        self.says(told, "It stays within bank", "Nothing is owed between the two banks.")
        self.assertNotIn("has not confirmed", told)
        self.confirm(order, units=600 * UNIT, fen=60_000)
        self.wait_state(order, "CONFIRMED")
        told = self.place.told("order", "explain", order)
        self.says(told, "The Class I account", "400.00 CNY came back to the customer.")
        self.assertNotIn("reference", told)
        card = self.seller.do("apply-card", class2=self.person.class2,
                              class1_bank=self.issuer.code, to="a-street")["card"]  # fmt: skip
        wait_until(lambda: self.seller.do("get-card", card)["state"] == "REFUSED", "the refusal")
        told = self.place.told("card", "explain", card)
        self.says(told, "An application for a debit card of bank", "REFUSED", "Reason AG01:")
        self.assertNotIn("a-street", told)
        told = self.place.told("search", "--id-number", "-", typed=self.person.id_number + "\n")
        self.says(told, self.link, card, order, "600.0000", "Loans: none")
        self.assertNotIn(self.person.id_number, told)
        told = self.place.told("holding", "list", "--link", self.link)
        self.says(told, order, "F-1", "600.0000", "600.00 CNY")
        self.assertEqual(told.count("REDEEMED"), 0)

    def test_lapsed_and_refused_by_its_instruction(self):
        order, transfer = self.buy(self.seller, "W-1", 20_000)
        self.wait_state(order, "PLACED")
        self.issuer.do("order-result", order, "lapsed", reason="MS03")
        self.wait_state(order, "REFUNDING")
        self.issuer.do("return", transfer, fen=20_000)
        self.wait_state(order, "EXPIRED")
        self.issuer.fault("kind=post amount=20007 -> refuse MS03")
        words = self.terms("W-1", 20_007)
        refused = self.seller.refused("place-order", final=1, **words)
        self.assertEqual(refused["state"], "REJECTED", refused)
        self.wait_state(refused["order"], "REJECTED")
        told = self.place.told("order", "explain", refused["order"])
        self.says(told, "The money: nothing was paid.", " was to pay it: REJECTED.",
                  "Its payment was refused: nothing was paid. Reason MS03")  # fmt: skip
        self.assertEqual(self.balances(), (10_000_000, 10_000_000))
        self.assert_all_agree()


class Bad(ProductTest):
    """What must be refused, and what must be survived."""

    def test_what_is_not_sold(self):
        self.publish("W-1", **WEALTH)
        self.not_bought("SUITABILITY", "customer_level", "W-1", 1000, level=1)
        self.not_bought("SUITABILITY", "assessed_on", "W-1", 1000, assessed=today(-366))
        self.buy(self.seller, "W-1", 1000, level=2, assessed=today(-364))
        self.publish("W-1", version=2, **{**WEALTH, "sha256": digest("anew"), "rate": 1})
        refusal = self.not_bought(
            "PRODUCT_CHANGED", "product_version", "W-1", 1000, version=1, sha256=WEALTH["sha256"]
        )
        self.assertEqual(refusal["product_version"], 2)
        order, _ = self.buy(self.seller, "W-1", 2000)
        self.wait_state(order, "PLACED")
        self.issuer.do("product-state", "W-1", version=3, state="withdrawn")
        self.not_bought("NOT_ON_SALE", "product_code", "W-1", 1000)
        # What was sold runs on.
        self.confirm(order)
        self.wait_state(order, "CONFIRMED")
        self.redeem(order)
        self.issuer.do("payout", order, final=1)
        self.wait_state(order, "REDEEMED")
        self.assert_all_agree()

    def test_units_and_money_that_do_not_add_up(self):
        self.publish("W-2", **WEALTH)
        order, transfer = self.buy(self.seller, "W-2", 10_000)
        self.wait_state(order, "PLACED")
        self.refused(self.seller, "ORDER_STATE", "redeem", order)  # it is not confirmed
        self.refused(
            self.issuer, "ORDER_EXCEEDED", "order-result", order, "confirmed", fen=10_001
        )
        wrong = {"units": 100 * UNIT, "fen": 9_999}
        self.refused(self.issuer, "WORTH", "order-result", order, "confirmed", **wrong)
        self.confirm(order)
        self.wait_state(order, "CONFIRMED")
        self.refused(self.issuer, "ORDER_STATE", "order-result", order, "confirmed")
        self.refused(self.seller, "ORDER_STATE", "cancel-order", order)
        self.refused(self.seller, "UNITS", "redeem", order, units=100 * UNIT + 1)
        self.redeem(order, units=UNIT)
        self.refused(self.seller, "ORDER_STATE", "redeem", order, units=UNIT)
        self.refused(self.issuer, "UNITS", "payout", order, units=2 * UNIT)
        self.refused(self.issuer, "RETURN_EXCEEDS", "return", transfer, fen=1)
        self.issuer.do("payout", order, final=1)
        self.wait_state(order, "CONFIRMED")
        self.assert_all_agree()

    def test_a_quota_is_never_oversold(self):
        """A thousand orders at once, over many connections, for a hundred units."""
        self.publish("Q-1", **{**WEALTH, "min_fen": 100, "quota_fen": 100 * QUOTA})
        line = " ".join(f"{name}={value}" for name, value in self.terms("Q-1", 100).items())
        each = RUSH // SESSIONS
        with concurrent.futures.ThreadPoolExecutor(SESSIONS) as pool:
            tasks = [pool.submit(rush, self.seller.socket, line, each) for _ in range(SESSIONS)]
            answers = [answer for task in tasks for answer in task.result()]
        bought = [answer for answer in answers if answer["result"] == "granted"]
        others = {answer["detail"] for answer in answers if answer["result"] != "granted"}
        self.assertEqual((len(answers), len(bought), others), (RUSH, QUOTA, {"QUOTA"}))
        self.assertEqual(self.seller.balance(self.person.class2), 10_000_000 - 100 * QUOTA)
        shown = self.place.ctl("product", "show", self.issuer.code, "Q-1")
        self.assertEqual((shown["sold_fen"], shown["reserved_fen"]), (100 * QUOTA, 0))
        lots = [row for row in self.lots(self.issuer).values() if row["product"] == "Q-1"]
        self.assertEqual(len(lots), QUOTA)
        self.assert_all_agree()

    def test_killed_between_the_money_and_the_answer(self):
        self.publish("K-1", **WEALTH)
        self.issuer.fault("kind=post amount=11111 nth=1 -> drop-answer")
        opened = self.seller.open("place-order", timeout_ms=60_000, **self.terms("K-1", 11_111))
        self.assertEqual(opened["state"], "FUNDING")
        wait_until(lambda: opened["order"] in self.lots(self.issuer), "the issuer to have posted")
        self.place.kill_and_restart()
        self.place.wait_online()
        self.wait_state(opened["order"], "PLACED")
        again = self.seller.do("get-order", opened["order"])
        self.assertEqual((again["fen"], again["units"]), (11_111, 0))
        self.assertEqual(self.balances(), (10_000_000 - 11_111, 10_000_000))
        self.assert_all_agree()

    def test_the_issuer_is_away(self):
        self.publish("A-1", **WEALTH)
        order, _ = self.buy(self.seller, "A-1", 5000)
        self.wait_state(order, "PLACED")
        self.confirm(order)
        self.wait_state(order, "CONFIRMED")
        self.issuer.fault("kind=order nth=1 -> drop")
        shown = self.seller.do("redeem", order, units=UNIT, timeout_ms=1000)
        self.assertEqual((shown["state"], shown["action_number"]), ("REDEEMING", 1))
        self.issuer.stop()
        self.place.wait_offline(self.issuer.code)
        for words in (["place-order"], self.terms("A-1", 5000)), (["redeem", order], {}):
            refusal = self.seller.refused(*words[0], **words[1])
            self.assertIn(refusal["reason"], ("AB07", "AB08", "MS03"), refusal)
        wait_until(lambda: self.get(order)["unknown"], "nobody to have answered")
        self.issuer.start()
        self.wait_event(order, "TAKEN")
        self.assertFalse(self.get(order)["unknown"])
        self.issuer.do("payout", order, final=1)
        self.wait_state(order, "CONFIRMED")
        self.assert_all_agree()

    def test_f21_a_link_runs_off(self):
        self.publish("C-1", **WEALTH)
        order, _ = self.buy(self.seller, "C-1", 5000)
        self.wait_state(order, "PLACED")
        closing = self.seller.do("close-link", self.link)
        self.assertEqual((closing["state"], closing["open_orders"]), ("CLOSING", 1))
        self.not_bought("LINK_CLOSING", "link_id", "C-1", 5000)
        self.confirm(order)
        self.wait_state(order, "CONFIRMED")
        self.redeem(order)
        shown = self.seller.do("get-link", self.link)
        self.assertEqual((shown["state"], shown["open_orders"]), ("CLOSING", 1))
        self.issuer.do("payout", order, final=1)
        self.wait_state(order, "REDEEMED")
        wait_until(
            lambda: self.seller.do("get-link", self.link)["state"] == "CLOSED", "the link's end"
        )
        self.assert_all_agree()


def rush(path, words, count):
    """So many orders one after another over one session of the bank's control socket."""
    line = f"place-order final=1 {words}\n".encode()
    with socket.socket(socket.AF_UNIX) as session:
        session.connect(str(path))
        file = session.makefile("rb")
        answers = []
        for _ in range(count):
            session.sendall(line)
            answers.append(json.loads(file.readline()))
        return answers


class Desk(ProductTest):
    """An issuer that answers by itself, right and wrong."""

    DESK = {
        ("orders", "answer"): "auto",
        ("orders", "price"): 1_250_000,
        ("orders", "allotted"): 80,
        ("orders", "redeem_price"): 1_300_000,
    }

    def setUp(self):
        super().setUp()
        self.other_link = self.link
        self.link = self.new_link(self.desk)
        self.desk.do("faults-clear")

    def sell(self, code, fen=100_000, **fields):
        self.publish(code, self.desk, **WEALTH)
        return self.buy(self.seller, code, fen, issuer=self.desk, **fields)[0]

    def wait_units(self, order, units, state):
        wait_until(
            lambda: (self.get(order)["units"], self.get(order)["state"]) == (units, state),
            lambda: f"{units} units, {state}: {self.get(order)}",
        )

    def test_by_itself(self):
        for pays in (2, 1):
            order = self.sell(f"D-{pays}", pays=pays)
            units = 80_000 * 100_000_000 // 1_250_000
            self.wait_units(order, units, "CONFIRMED")
            wait_until(lambda: self.get(order)["refunded_fen"] == 20_000, "the refund")  # noqa: B023
            self.seller.do("redeem", order, units=units // 4)
            self.wait_units(order, units - units // 4, "CONFIRMED")
            self.assertEqual(self.get(order)["paid_out_fen"], worth(units // 4, 1_300_000))
            self.seller.do("redeem", order)
            self.wait_units(order, 0, "REDEEMED")
        self.assert_all_agree()

    def test_f16_products_of_two_partners(self):
        """One customer buys of both in one place; neither partner learns of the other's order."""
        first = self.sell("D-8")
        self.wait_state(first, "CONFIRMED")
        self.link = self.other_link
        self.publish("D-9", **WEALTH)
        second = self.buy(self.seller, "D-9", 5000)[0]
        self.wait_state(second, "PLACED")
        self.assertEqual(
            {row["issuer"] for row in self.seller.rows("products") if row["code"] in ("D-8", "D-9")},
            {self.desk.code, self.issuer.code},
        )
        self.assertIn(second, self.lots(self.issuer))
        self.assertNotIn(second, self.lots(self.desk))
        self.refused(self.issuer, "NO_SUCH_ORDER", "get-order", first)
        self.refused(self.desk, "NO_SUCH_ORDER", "get-order", second)
        self.assert_all_agree()

    def test_silent_late_and_refusing(self):
        order = self.sell("D-3")
        self.wait_state(order, "CONFIRMED")
        self.desk.fault("kind=order nth=1 -> refuse MS03")
        self.desk.fault("kind=order nth=2 -> drop-answer")
        self.desk.fault("kind=order nth=3 -> delay 300")
        self.seller.do("redeem", order, units=UNIT)
        self.wait_event(order, "REDEEM_REFUSED")
        self.wait_state(order, "CONFIRMED")
        before = self.get(order)["units"]
        self.seller.do("redeem", order, units=UNIT, timeout_ms=1000)
        self.wait_units(order, before - UNIT, "CONFIRMED")
        self.assert_all_agree()

    def test_wrong_confirmations(self):
        self.desk.fault("kind=result nth=1 -> too-much")
        self.desk.fault("kind=result nth=2 -> twice")
        self.desk.fault("kind=result nth=3 -> drop")
        exceeding, twice, never = (self.sell(f"D-{n}") for n in (4, 5, 6))
        self.wait_state(twice, "CONFIRMED")
        self.assertEqual(self.events(twice, self.seller).count("CONFIRM"), 1)
        for order in (exceeding, never):
            self.assertEqual(self.get(order)["state"], "PLACED")
            self.confirm(order, self.desk)
            self.wait_state(order, "CONFIRMED")
        self.assert_all_agree()

    def test_a_payout_that_fails(self):
        order = self.sell("D-7")
        self.wait_state(order, "CONFIRMED")
        self.seller.fault("kind=post side=credit nth=1 -> refuse AC07")
        self.seller.do("redeem", order, units=UNIT)
        self.wait_event(order, "PAYOUT_FAILED")
        shown = self.get(order)
        self.assertEqual((shown["state"], shown["action"]), ("REDEEMING", "redeem"))
        self.seller.do("faults-clear")
        self.desk.do("payout", order, final=1)
        self.wait_state(order, "CONFIRMED")
        self.assertEqual(self.get(order)["paid_out_fen"], worth(UNIT, 1_250_000))
        self.assert_all_agree()


if __name__ == "__main__":
    unittest.main()
