"""A site for bad input: an honest pair of banks, and two banks that tests play themselves.

After each test the honest banks must still get their work done, their books must equal ours, and
the gateway's memory must be where it was, within a bound.
"""

import itertools

from people import Person, people
from place import FOURTH, OTHER, Site, SiteTest, link, wait_until
from wire import RawBank, raw_link

# What the gateway may grow by over a whole class of hostile tests.
GROWTH_MAX_KIB = 96 * 1024
FIRST_RAW_PERSON = 500


class HostileTest(SiteTest):
    settings = {}

    @classmethod
    def setUpClass(cls):
        cls.place = Site(cls.settings)
        cls.addClassCleanup(cls.place.close)
        cls.place.start()
        cls.numbers = itertools.count(FIRST_RAW_PERSON)
        cls.person = people(1)[0]
        cls.class2, cls.class1 = cls.place.two_banks([cls.person])
        cls.link = link(cls.class2, cls.class1, cls.person)
        cls.place.register(OTHER, "class2")
        cls.place.register(FOURTH, "class1")
        cls.honest_work()
        cls.rss_kib = cls.place.gateway.rss_kib()

    @classmethod
    def honest_work(cls):
        for direction in ("push", "pull"):
            cls.class2.do("transfer", link=cls.link, dir=direction, fen=1, final=1)

    def setUp(self):
        self.addCleanup(self.show, self.place)

    def tearDown(self):
        self.assertTrue(self.place.gateway.alive(), "the gateway ended")
        self.honest_work()
        self.assertLess(self.place.gateway.rss_kib(), self.rss_kib + GROWTH_MAX_KIB)
        wait_until(lambda: self.same_nets(self.place), lambda: f"nets to agree: {self.seen}")

    def raw(self, code=OTHER, **options):
        bank = RawBank(self.place, code, **options)
        self.addCleanup(bank.close)
        return bank

    def raw_pair(self, *scopes):
        """Two connected banks of our own with a link: (Class II, Class I, its id)."""
        class2, class1 = self.raw(OTHER), self.raw(FOURTH)
        return class2, class1, raw_link(class2, class1, self.new_person(), *scopes)

    def new_person(self):
        return Person(next(self.numbers))
