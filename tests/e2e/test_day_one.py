"""The partner's day one: docs/example/partner.py, which has nothing of ours but proto/, as a bank."""

import subprocess
import sys
import unittest

from people import accounts, people
from place import CLASS1, CLASS2, PATIENCE_S, SOURCE, SiteTest, wait_until


class DayOne(SiteTest):
    def setUp(self):
        self.person = people(1)[0]
        self.place = self.site().start()
        self.place.register(CLASS2, "class2")
        self.class1 = self.place.bank(
            CLASS1, "class1", accounts([self.person.class1_row()])
        )

    def partner(self, *options):
        pki, person = self.place.pki, self.person
        values = {
            "gateway": f"127.0.0.1:{self.place.port}",
            "ca": pki / "ca.crt",
            "cert": pki / f"{CLASS2}.crt",
            "key": pki / f"{CLASS2}.key",
            "bank": CLASS2,
            "peer": CLASS1,
            "class2": person.class2,
            "class1": person.class1,
            "name": person.name,
            "id-number": person.id_number,
            "mobile": person.mobile,
            "store": self.place.dir / "partner.db",
        }
        words = [sys.executable, SOURCE / "docs/example/partner.py"]
        for name, value in values.items():
            words += [f"--{name}", value]
        return subprocess.Popen(
            [str(word) for word in [*words, *options]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def code(self):
        return self.class1.do("sms", self.person.mobile)["code"]

    def sent(self):
        return self.class1.ctl("sms", self.person.mobile).returncode == 0

    def test_link_and_money_both_ways(self):
        partner = self.partner("--serve", "2")
        wait_until(self.sent, "the code to be sent")
        out, errors = partner.communicate(self.code() + "\n", timeout=PATIENCE_S)
        self.assertEqual(partner.returncode, 0, out + errors)
        self.assertIn("LINK_STATE_ACTIVE", out)
        self.assertEqual(out.count("TRANSFER_STATE_ACCEPTED"), 2, out)
        self.assertIn("balance of the Class II account: 30000 fen", out)
        states = [row["state"] for row in self.place.transfers()]
        self.assertEqual(states, ["ACCEPTED", "ACCEPTED"])
        self.assertEqual(self.class1.balance(self.person.class1), 10_000_000 - 30_000)

    def test_wrong_code_is_told(self):
        partner = self.partner("--code", "000000x")
        out, errors = partner.communicate(timeout=PATIENCE_S)
        self.assertNotEqual(partner.returncode, 0, out)
        self.assertIn("CODE_WRONG", errors)


if __name__ == "__main__":
    unittest.main()
