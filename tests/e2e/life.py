"""A right message of every request of a link's and a transfer's life, and a site with a third bank.

The third bank has both roles and no part in any link: nothing but ownership is wrong with it.
"""

from hostile import HostileTest
from people import uuid7
from place import FOURTH
from wire import cases, common, envelope, links, raw_link, refusal, transfers, views

THIRD = "999110000015"

# What only a Class II bank may send.
CLASS2_ONLY = (
    "OPEN_LINK",
    "START_CHALLENGE",
    "ANSWER_CHALLENGE",
    "RESEND_CHALLENGE",
    "REBIND_LINK",
    "RESUME_LINK",
    "WITHDRAW_CONSENT",
)

# Answers that a bank may only give when it is asked, and the message of each.
ANSWERS = {
    "VERIFY_ACCOUNT": links.VerifyAccountReply,
    "ISSUE_CHALLENGE": links.IssueChallengeReply,
    "CHECK_CHALLENGE": links.CheckChallengeReply,
    "RECHECK_ACCOUNT": links.RecheckAccountReply,
    "POST_INSTRUCTION": transfers.PostingResult,
    "INQUIRE_POSTING": transfers.PostingResult,
    "CANCEL_POSTING": transfers.PostingResult,
    "ASK_BALANCE": views.AskBalanceReply,
    "ASK_ACCOUNT_STATUS": views.AskAccountStatusReply,
}


def kind_of(name):
    return envelope.Kind.Value(f"KIND_{name}")


def scopes_of(*names):
    return [links.LinkScope.Value(f"LINK_SCOPE_{name}") for name in names]


def link_requests(bank, ident, person):
    """Right requests about that link, by their kinds' names."""
    opening = bank.open_message(FOURTH, person)
    about = {"link_id": ident}
    made = {
        "START_CHALLENGE": links.StartChallenge(**about),
        "RESEND_CHALLENGE": links.ResendChallenge(**about),
        "ANSWER_CHALLENGE": links.AnswerChallenge(code=b"1", **about),
        "CLOSE_LINK": links.CloseLink(reason="CUST", **about),
        "AMEND_LINK": links.AmendLink(
            scopes=scopes_of("COLLECT"),
            limits=links.AgreedLimits(single_fen=1, daily_fen=1),
            agreement=opening.agreement,
            **about,
        ),
        "REBIND_LINK": links.RebindLink(
            class1_account=opening.class1_account,
            person=opening.person,
            scopes=opening.scopes,
            limits=opening.limits,
            agreement=opening.agreement,
            consent=opening.consent,
            **about,
        ),
        "RESUME_LINK": links.ResumeLink(person=opening.person, consent=opening.consent, **about),
        "WITHDRAW_CONSENT": links.WithdrawConsent(**about),
        "PLACE_HOLD": links.PlaceHold(
            authority=links.HOLD_AUTHORITY_BANK,
            reason="FR01",
            blocks=[links.HOLD_BLOCK_DEBIT_CLASS2],
            **about,
        ),
        "LIFT_HOLD": links.LiftHold(
            hold_id=uuid7(), authority=links.HOLD_AUTHORITY_BANK, reason="CUST", **about
        ),
        "QUERY_BALANCE": views.QueryBalance(**about),
        "QUERY_ACCOUNT_STATUS": views.QueryAccountStatus(**about),
        "QUERY_OVERVIEW": views.QueryOverview(**about),
        "SUBMIT_TRANSFER": bank.transfer_message(ident),
    }
    for message in made.values():
        message.request_id = uuid7()
    return {**made, "GET_LINK": links.GetLink(**about)}


def transfer_requests(ident):
    """Right requests about that transfer, by their kinds' names."""
    about = {"transfer_id": ident}
    recorded = {"request_id": uuid7(), **about}
    return {
        "CANCEL_TRANSFER": transfers.CancelTransfer(reason="CUST", **recorded),
        "SUBMIT_RETURN": transfers.SubmitReturn(
            **{**recorded, "request_id": uuid7()},
            amount=common.Money(fen=1, currency="CNY"),
            end_to_end_id="back",
            reason="CUST",
        ),
        "STEP_UP": transfers.StepUp(method="APP", **about),
        "CONFIRM_CREDIT": transfers.ConfirmCredit(**about),
        "GET_TRANSFER": transfers.GetTransfer(**about),
        "OPEN_CASE": cases.OpenCase(
            **{**recorded, "request_id": uuid7()}, subject=cases.CASE_SUBJECT_OTHER, text="why"
        ),
    }


class LifeTest(HostileTest):
    """Two raw banks with a link of theirs, and a third one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.place.register(THIRD, "class1,class2")

    def setUp(self):
        super().setUp()
        self.bank, self.peer = self.raw(), self.raw(FOURTH)
        self.someone = self.new_person()
        self.ident = raw_link(self.bank, self.peer, self.someone)

    def refused(self, bank, name, message):
        """(reason, detail, field)."""
        return refusal(bank.ask(kind_of(name), message))

    def whole_refusal(self, bank, name, message):
        """All that the bank is told."""
        answer = bank.ask(kind_of(name), message)
        refusal(answer)
        return common.Refusal.FromString(answer.payload)

    def shown(self, ident):
        return self.place.ctl("link", "show", ident.hex())

    def assert_works(self):
        """The pair's connections are as good as before."""
        asked = self.bank.post(
            envelope.KIND_SUBMIT_TRANSFER, self.bank.transfer_message(self.ident), 60000
        )
        self.peer.post_it()
        answer = transfers.TransferReply.FromString(self.bank.answer_to(asked).payload)
        self.assertEqual(answer.state, transfers.TRANSFER_STATE_ACCEPTED)
