"""F11: a person is referred to another bank, with consent, on real processes; the elements reach that
bank once, and stay nowhere in the gateway."""

import unittest

from people import Person, accounts, people
from place import CLASS1, CLASS2, OTHER, SiteTest, wait_until

NAME = "Kanarienvogel·Grün"


class Referrals(SiteTest):
    def setUp(self):
        self.place = self.site().start()
        self.person = Person(71, name=NAME)
        self.class2, self.class1 = self.place.two_banks([self.person, *people(1)])
        self.third = self.place.bank(OTHER, "class1,class2", accounts([]))

    def heard(self, bank):
        return wait_until(lambda: bank.rows("events"), f"bank {bank.code} to hear of it")[0]

    def assert_nowhere(self):
        """Neither in the store and the log, nor in what the gateway says of itself."""
        for path in (self.place.dir / "store").rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                for word in (NAME, self.person.id_number, self.person.mobile):
                    self.assertNotIn(word.encode(), content, path)
        text = self.place.gateway.text()
        for word in (NAME, self.person.id_number, self.person.mobile):
            self.assertNotIn(word, text)

    def assert_seen_by_operators(self, ident):
        """That it was, and by which consent; not who."""
        listed = self.place.ctl("event", "list", "--bank", OTHER)["events"]
        self.assertEqual([row["id"] for row in listed], [ident])
        shown = self.place.ctl("event", "show", ident)
        self.assertEqual((shown["kind"], shown["purpose"]), ("REFERRAL", "WEALTH"))
        self.assertEqual(shown["consent_sha256"], "5c" * 32)
        said = self.place.tool("event", "show", ident).stdout + str(listed)
        for word in (NAME, self.person.id_number, self.person.mobile):
            self.assertNotIn(word, said)
        done = self.place.tool("event", "show", "0" * 31 + "1")
        self.assertEqual(done.returncode, 1, done)

    def test_a_customer_is_referred(self):
        said = self.class2.do("refer", bank=OTHER, account=self.person.class2, purpose="WEALTH")
        self.assertEqual((said["kind"], said["state"]), ("REFERRAL", "WAITING"))
        row = self.heard(self.third)
        self.assertEqual((row["event"], row["from"]), (said["event"], CLASS2))
        self.assertEqual((row["name"], row["id"]), (NAME, self.person.id_number))
        self.assertEqual((row["mobile"], row["purpose"]), (self.person.mobile, "WEALTH"))
        self.assertEqual(self.class1.rows("events"), [])
        self.assert_seen_by_operators(said["event"])
        self.place.stop_and_restart()
        self.assert_nowhere()
        self.place.wait_online()
        self.assertEqual(len(self.third.rows("events")), 1)

    def test_a_bank_that_is_away_gets_it_later(self):
        self.third.stop()
        self.place.wait_offline(OTHER)
        said = self.class2.do("refer", bank=OTHER, account=self.person.class2)
        self.place.kill_and_restart()
        self.assert_nowhere()
        self.third.start()
        self.assertEqual(self.heard(self.third)["event"], said["event"])

    def test_not_without_consent(self):
        refusal = self.class2.refused("refer", bank=OTHER, account=self.person.class2, consent=0)
        self.assertEqual((refusal["reason"], refusal["detail"]), ("MD02", "CONSENT"))
        refusal = self.class2.refused("refer", bank=CLASS2, account=self.person.class2)
        self.assertEqual(refusal["detail"], "SAME_BANK")
        self.place.ctl("bank", "disable", CLASS1)
        refusal = self.class2.refused("refer", bank=CLASS1, account=self.person.class2)
        self.assertEqual(refusal["detail"], "PEER_SUSPENDED")
        self.assertEqual(self.third.rows("events"), [])


if __name__ == "__main__":
    unittest.main()
