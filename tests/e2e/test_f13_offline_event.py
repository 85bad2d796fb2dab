"""F13: what happened at a bank's counters reaches the other bank of the link, on real processes, also
when that was away; once, and nothing of where it was stays."""

import unittest

from people import people
from place import CLASS1, SiteTest, link, wait_until

TERMS = {"scopes": "collect,balance", "single_fen": 1000, "daily_fen": 1000}
PLACE = "Kanarienvogel-Filiale 7"


class OfflineEvents(SiteTest):
    def setUp(self):
        self.place = self.site().start()
        self.person = people(1)[0]
        self.class2, self.class1 = self.place.two_banks([self.person])
        self.link = link(self.class2, self.class1, self.person, **TERMS)

    def heard(self, bank, ident):
        def rows():
            return [row for row in bank.rows("events") if row["event"] == ident]

        return wait_until(rows, f"bank {bank.code} to hear of {ident}")[0]

    def test_a_counter_reports_to_the_other_bank(self):
        said = self.class1.do(
            "event", self.link, type="cash-deposit", fen=700, place=PLACE, ago_ms=5000
        )
        self.assertEqual((said["state"], said["kind"]), ("WAITING", "OFFLINE"))
        row = self.heard(self.class2, said["event"])
        self.assertEqual((row["from"], row["link"]), (CLASS1, self.link))
        self.assertEqual((row["type"], row["fen"]), ("CASH_DEPOSIT", 700))
        self.assertEqual(row["place"], PLACE)
        back = self.class2.do("event", self.link, type="card-lost")
        self.assertEqual(self.heard(self.class1, back["event"])["type"], "CARD_LOST")
        self.assertEqual(self.class2.rows("events")[0]["event"], said["event"])
        self.assertEqual(len(self.class2.rows("events")), 1)

    def test_a_bank_that_was_away_hears_of_it_after_a_crash(self):
        self.class2.stop()
        self.place.wait_offline(self.class2.code)
        said = self.class1.do("event", self.link, type="service", place=PLACE)
        self.place.kill_and_restart()
        self.class2.start()
        self.assertEqual(self.heard(self.class2, said["event"])["place"], PLACE)
        self.place.gateway.stop()
        stored = b"".join(
            path.read_bytes() for path in (self.place.dir / "store").rglob("*") if path.is_file()
        )
        self.assertNotIn(PLACE.encode(), stored)
        self.assertNotIn(PLACE, self.place.gateway.text())

    def test_what_is_refused(self):
        refusal = self.class1.refused("event", self.link, type="card-lost", fen=5)
        self.assertEqual((refusal["detail"], refusal["field"]), ("FIELD_INVALID", "amount"))
        self.class2.do("amend", self.link, scopes="collect", single_fen=1000, daily_fen=1000)
        refusal = self.class1.refused("event", self.link, type="cash-deposit", fen=5)
        self.assertEqual((refusal["detail"], refusal["field"]), ("SCOPE", "amount"))
        self.class2.do("close-link", self.link)
        wait_until(
            lambda: self.class1.do("get-link", self.link)["state"] == "CLOSED", "it to be closed"
        )
        refusal = self.class1.refused("event", self.link, type="service")
        self.assertEqual(refusal["detail"], "LINK_NOT_ACTIVE")


if __name__ == "__main__":
    unittest.main()
