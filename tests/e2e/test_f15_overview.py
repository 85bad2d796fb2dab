"""F15: one view of all links of an account, on real processes: three banks beside each other, of
which one answers, one is silent and one is away."""

import json
import unittest

from people import Person, accounts
from place import CLASS1, CLASS2, FOURTH, OTHER, SiteTest, link

BANKS = (CLASS1, OTHER, FOURTH)
TERMS = {"scopes": "collect,balance", "single_fen": 1000, "daily_fen": 1000}


def at_bank(person, index):
    """The same person, with a Class I account of that bank's."""
    other = Person(100 + index, name=person.name, class1_fen=1000 * (index + 1))
    other.id_number, other.mobile, other.class2 = person.id_number, person.mobile, person.class2
    return other


class Overview(SiteTest):
    def setUp(self):
        self.person = Person(1, class2_fen=777)
        self.holders = [at_bank(self.person, index) for index in range(len(BANKS))]
        self.place = self.site().start()
        self.own = self.place.bank(CLASS2, "class2", accounts([self.person.class2_row()]))
        self.others = [
            self.place.bank(code, "class1", accounts([holder.class1_row()]))
            for code, holder in zip(BANKS, self.holders)
        ]
        self.links = [
            link(self.own, bank, holder, **TERMS)
            for bank, holder in zip(self.others, self.holders)
        ]

    def view(self, bank, *words, **fields):
        """By bank: what it says of its account."""
        answer = bank.do("overview", *words, **fields)
        self.assertFalse(answer["more"])
        self.assertEqual(
            [row["link"] for row in answer["accounts"]],
            sorted(row["link"] for row in answer["accounts"]),
        )
        return {row["bank"]: row for row in answer["accounts"]}

    def statuses(self, *words, **fields):
        rows = self.view(self.own, *words, **fields)
        self.assertEqual(set(rows), set(BANKS))
        return [rows[code]["status"] for code in BANKS]

    def test_one_answers_one_is_silent_one_is_away(self):
        rows = self.view(self.own, account=self.person.class2)
        for code, holder, ident in zip(BANKS, self.holders, self.links):
            row = rows[code]
            self.assertEqual((row["status"], row["link"]), ("answered", ident))
            self.assertEqual(row["available_fen"], holder.class1_fen)
            self.assertEqual((row["currency"], row["account"]), ("CNY", holder.class1[-4:]))
            self.assertEqual((row["holdings"], row["loans"]), ([], []))
            self.assertFalse(row["more_holdings"] or row["more_loans"])

        self.others[1].fault("kind=balance -> drop")
        self.others[2].stop()
        self.place.wait_offline(BANKS[2])
        rows = self.view(self.own, self.links[0], timeout_ms=1000)
        self.assertEqual(
            [rows[code]["status"] for code in BANKS], ["answered", "no-answer", "offline"]
        )
        self.assertEqual([rows[code]["available_fen"] for code in BANKS], [1000, 0, 0])
        self.assertNotIn(str(self.holders[0].class1), json.dumps(rows))

    def test_what_the_links_say(self):
        self.others[0].fault("kind=balance -> refuse AC06")
        self.own.do("amend", self.links[1], scopes="collect", single_fen=1000, daily_fen=1000)
        self.place.ctl("bank", "disable", BANKS[2])
        rows = self.view(self.own, account=self.person.class2)
        self.assertEqual(
            [rows[code]["status"] for code in BANKS], ["declined", "no-scope", "suspended"]
        )
        self.assertEqual(rows[BANKS[0]]["reason"], "AC06")
        # From the other side it is the same link, and no other.
        rows = self.view(self.others[0], self.links[0])
        self.assertEqual(list(rows), [CLASS2])
        self.assertEqual((rows[CLASS2]["status"], rows[CLASS2]["available_fen"]), ("answered", 777))
        self.assertEqual(self.view(self.others[0], account=self.person.class2), {})
        refusal = self.others[0].refused("overview", self.links[1])
        self.assertEqual(refusal["detail"], "NO_SUCH_LINK")

    def test_the_gateway_dies_meanwhile(self):
        self.others[1].fault("kind=balance -> drop")
        asked = self.own.begin("overview", account=self.person.class2, timeout_ms=5000)
        self.place.kill_and_restart()
        self.place.wait_online()
        out, _ = asked.communicate()
        self.assertLessEqual(len(out.splitlines()), 1)
        self.others[1].do("faults-clear")
        self.assertEqual(
            self.statuses(account=self.person.class2), ["answered", "answered", "answered"]
        )


if __name__ == "__main__":
    unittest.main()
