#!/usr/bin/python3
"""Makes tests/wire/golden*.h and the corpora of tests/fuzz with protobuf's own Python.

The bytes are made by another implementation than ours, from the values that tests/wire/samples.c
holds in C. Run it again after a schema or a sample changed, look at the difference, and commit it:
bytes of messages that did not change must not change.

usage: make_golden.py        writes into the tree that it is in
"""

import importlib
import pathlib
import subprocess
import sys
import tempfile

TREE = pathlib.Path(__file__).resolve().parents[2]
CLASS2_BANK = "999100000011"
CLASS1_BANK = "999100000020"
REQUEST = bytes.fromhex("0190a000000070008000000000000001")
LINK = b"\x11" * 16
OTHER = b"\x22" * 16
THIRD = b"\x33" * 16
FOURTH = b"\x44" * 16
DIGEST_A = b"\xaa" * 32
DIGEST_B = b"\xbb" * 32
NAME = "张·三"


def load():
    out = tempfile.mkdtemp()
    root = TREE / "proto"
    names = ["adjustment", "case", "common", "envelope", "link", "notice", "session", "transfer"]
    names += ["view", "recon", "window", "card", "event"]
    names += ["product", "loan", "order"]
    files = [f"linkgate/v1/{name}.proto" for name in names]
    subprocess.run(["protoc", f"--proto_path={root}", f"--python_out={out}", *files], check=True)
    sys.path.insert(0, out)
    return [importlib.import_module(f"linkgate.v1.{name}_pb2") for name in names]


MODULES = load()
ADJUSTMENT, CASE, COMMON, ENVELOPE, LINKS, NOTICE, SESSION, TRANSFER, VIEW = MODULES[:9]
RECON, WINDOW, CARD, EVENT, PRODUCT, LOAN, ORDER = MODULES[9:]
MONEY = COMMON.Money(fen=500000, currency="CNY")
LIMITS = LINKS.AgreedLimits(
    single_fen=1000000, daily_fen=5000000, daily_count=20, yearly_fen=90000000
)
PERSON = LINKS.PersonElements(
    name=NAME, id_type=1, id_number="999999199001010016", mobile="13800000001"
)
AGREEMENT = LINKS.Agreement(
    version="2024-1",
    text_sha256=DIGEST_A,
    accepted_at_ms=1719791999000,
    channel="APP",
    ends_on="2030-12-31",
)
CONSENT = LINKS.Consent(
    recipient_bank_code=CLASS1_BANK,
    purpose="ACCOUNT_LINK",
    fields=["name", "id_number", "mobile", "account"],
    text_sha256=DIGEST_B,
    given_at_ms=1719791998000,
)
RECON_MONEY = RECON.ReconItem(
    id=LINK,
    kind=1,
    debtor_bank_code=CLASS2_BANK,
    creditor_bank_code=CLASS1_BANK,
    amount=MONEY,
    state=4,
    reference="b77",
    book_date="2024-07-01",
)
RECON_LINK = RECON.ReconItem(
    id=OTHER,
    debtor_bank_code=CLASS2_BANK,
    creditor_bank_code=CLASS1_BANK,
    link_state="LINK_STATE_ACTIVE",
    class2_last4="0009",
    class1_last4="7896",
)
RECON_HOLDING = RECON.ReconItem(
    id=LINK,
    debtor_bank_code=CLASS2_BANK,
    creditor_bank_code=CLASS1_BANK,
    amount=MONEY,
    order_state="ORDER_STATE_CONFIRMED",
    product_code="FUND-1",
    units=300,
)
RECON_LOAN = RECON.ReconItem(
    id=OTHER,
    debtor_bank_code=CLASS2_BANK,
    creditor_bank_code=CLASS1_BANK,
    amount=MONEY,
    loan_state="LOAN_STATE_OVERDUE",
    interest_fen=300,
)
WINDOW_REPLY = WINDOW.WindowReply(
    window=12,
    state="WINDOW_STATE_ABORTED",
    settlement="SETTLEMENT_MULTILATERAL",
    business_date="2024-07-01",
    cut_off_at_ms=1719820800000,
    opened_at_ms=1719792000000,
    closing_at_ms=1719820800001,
    closed_at_ms=1719820800002,
    ended_at_ms=1719824400000,
    successor=13,
    pairs=[
        WINDOW.WindowPair(
            counterparty_bank_code=CLASS1_BANK,
            currency="CNY",
            net_fen=-200000,
            received_fen=500000,
            sent_fen=700000,
            transfers=300,
            carried_fen=-5,
            settled_at_ms=1719820800003,
            reference="HVPS-1",
            confirmed_at_ms=1719820800004,
            confirmed_reference="HVPS-2",
            counterparty_confirmed_at_ms=1719820800005,
            counterparty_confirmed_reference="HVPS-3",
        )
    ],
    more=True,
    replayed=True,
)
SALE = PRODUCT.ProductSale(
    quota_fen=9000000000,
    from_ms=1719792000000,
    until_ms=1722470400000,
    distributor_bank_codes=[CLASS2_BANK, CLASS1_BANK],
    net_value=PRODUCT.NetValue(price=1023400, date="2024-07-01"),
)


def terms(**other):
    values = {
        "name": 'Steady 90 "A"',
        "text_sha256": DIGEST_A,
        "currency": "CNY",
        "minimum_fen": 100000,
        "increment_fen": 100,
        "person_maximum_fen": 5000000,
        "term_days": 90,
        "cut_off_minute": 930,
        "confirm_days": 1,
        "payout_days": 2,
    }
    return PRODUCT.ProductTerms(**values, **other)


LOAN_TERMS = PRODUCT.LoanTerms(
    partner_bank_code=CLASS2_BANK,
    lead_share=3000,
    lead_interest_share=4000,
    daily_rate=500,
    instalments=3,
    grace_days=5,
)
PRODUCT_REPLY = PRODUCT.ProductReply(
    issuer_bank_code=CLASS1_BANK,
    code="W-1",
    version=300,
    terms_version=299,
    state="PRODUCT_STATE_SUSPENDED",
    catalogue_sequence=70000,
    published_at_ms=1719792000001,
    changed_at_ms=1719792000002,
    terms=terms(kind="PRODUCT_KIND_WEALTH", risk=2, rate=31000),
    sale=SALE,
    sold_by_you=True,
    replayed=True,
)
ORDER_REPLY = ORDER.OrderReply(
    order_id=OTHER,
    state="ORDER_STATE_REDEEMING",
    ends="ORDER_STATE_EXPIRED",
    link_id=LINK,
    distributor_bank_code=CLASS2_BANK,
    issuer_bank_code=CLASS1_BANK,
    product_code="W-1",
    product_version=300,
    kind="PRODUCT_KIND_WEALTH",
    amount=MONEY,
    pays="ACCOUNT_CLASS_I",
    created_at_ms=1719792000001,
    placed_at_ms=1719792000002,
    trade_date="2024-07-01",
    cancel_until_ms=1719792000003,
    confirm_due_ms=1719792000004,
    transfer_id=THIRD,
    confirmed_units=48850000,
    confirmed_price=1023541,
    confirmed_fen=499999,
    confirmed_on="2024-07-02",
    refund_fen=300,
    refunded_fen=299,
    units=48849999,
    paid_out_fen=301,
    matures_at_ms=1719792000005,
    payout_due_ms=1719792000006,
    action="ORDER_ACTION_REDEEM",
    action_number=2,
    action_units=1000,
    unknown=True,
    payout_transfer_id=FOURTH,
    reason="MS03",
    reference="TA-77",
    conflict=True,
    replayed=True,
)
POSTED_PAYOUT = TRANSFER.PostedOrder(
    order_id=OTHER,
    issuer_bank_code=CLASS1_BANK,
    product_code="W-1",
    product_version=300,
    purpose="PAYOUT_PURPOSE_REDEMPTION",
    units=48850000,
    price=1023541,
)
POSTED_ORDER = TRANSFER.PostedOrder(
    order_id=OTHER,
    issuer_bank_code=CLASS1_BANK,
    product_code="W-1",
    product_version=300,
    amount=MONEY,
    customer_level=3,
    terms_sha256=DIGEST_A,
    trade_date="2024-07-01",
)
POSTED_LOAN = TRANSFER.PostedLoan(
    loan_id=FOURTH,
    product_code="LOAN-2024_1",
    product_version=300,
    repayment=True,
    amount=MONEY,
    interest_fen=1000,
    lead_principal_fen=149700,
    partner_principal_fen=349300,
    lead_interest_fen=400,
    partner_interest_fen=600,
)
CLASS1_ACCOUNT = COMMON.Account(bank_code=CLASS1_BANK, number="6226221234567896", account_class=1)
MERCHANT = TRANSFER.Merchant(
    name="茶馆", id="M-104", category_code="5812", order_id="O-9", terminal_id="T-3"
)
LINK_REPLY = LINKS.LinkReply(
    link_id=LINK,
    state=3,
    reason="BE01",
    class2_bank_code=CLASS2_BANK,
    class1_bank_code=CLASS1_BANK,
    class2_account_masked="****0009",
    class1_account_masked="****7896",
    scopes=[1, 4],
    limits=LIMITS,
    challenge=LINKS.Challenge(masked_mobile="138****0001", expires_in_ms=300000, tries_left=3),
    requested_at_ms=1719792000000,
    activated_at_ms=1719792001000,
    deadline_ms=1719792030000,
    replayed=True,
    holds=[
        LINKS.Hold(
            hold_id=THIRD,
            authority=4,
            reason="AM07",
            legal_reference="(2024) 沪01执17号",
            expires_at_ms=1719992000000,
            blocks=[1, 3],
            placed_at_ms=1719792002000,
            bank_code=CLASS1_BANK,
        ),
        LINKS.Hold(hold_id=OTHER, reason="MS03", blocks=[5], placed_at_ms=1719792003000),
    ],
    amendment=LINKS.Amendment(
        scopes=[1, 2],
        limits=LINKS.AgreedLimits(single_fen=2000000, daily_fen=6000000),
        expires_at_ms=1719793000000,
    ),
    replaces_link_id=OTHER,
    replaced_by_link_id=THIRD,
    cool_down_until_ms=1719878400000,
    recheck_due_ms=1735344000000,
    primary=True,
    activation_reported_at_ms=1719792004000,
    open_transfers=1,
    open_orders=2,
    open_loans=3,
)
TRANSFER_REPLY = TRANSFER.TransferReply(
    transfer_id=OTHER,
    state=4,
    reason="AM04",
    detail="CAP",
    link_id=LINK,
    kind=1,
    direction=2,
    amount=MONEY,
    debtor_bank_code=CLASS1_BANK,
    creditor_bank_code=CLASS2_BANK,
    end_to_end_id="E2E-1",
    reference="b77",
    book_date="2024-07-01",
    received_at_ms=1719792000000,
    deadline_ms=1719792010000,
    accepted_at_ms=1719792000500,
    credited_at_ms=1719792000900,
    window=7,
    replayed=True,
    original_transfer_id=THIRD,
    returned_fen=400000,
    step_up_method="SMS",
    step_up_text="请在手机上确认",
    cancel_requested_at_ms=1719792000700,
    credit_due_ms=1719792060500,
    conflict=True,
)
CASE_REPLY = CASE.CaseReply(
    case_id=THIRD,
    transfer_id=OTHER,
    subject=4,
    state=3,
    outcome=2,
    opened_by_bank_code=CLASS2_BANK,
    owner_bank_code=CLASS1_BANK,
    opened_at_ms=1719792000000,
    due_at_ms=1719878400000,
    closed_at_ms=1719795600000,
    entries=[
        CASE.CaseEntry(bank_code=CLASS2_BANK, at_ms=1719792000000, state=1, text="没有到账"),
        CASE.CaseEntry(at_ms=1719795600000, state=3, outcome=2),
    ],
    replayed=True,
    adjustment_id=LINK,
)
CARD_REPLY = CARD.CardReply(
    card_id=LINK,
    state=4,
    class2_bank_code=CLASS2_BANK,
    class1_bank_code=CLASS1_BANK,
    delivery=1,
    card_masked="7896",
    card_number="6226221234567896",
    reason="CUST",
    applied_at_ms=1719792000000,
    expires_at_ms=1735603200000,
    issued_at_ms=1719795600000,
    dispatched_at_ms=1719799200000,
    activated_at_ms=1719878400000,
    issues=2,
    replayed=True,
)
INSTALMENTS = [
    LOAN.LoanInstalment(due_on="2024-08-01", due_fen=200000),
    LOAN.LoanInstalment(due_on="2024-09-01", due_fen=300000),
]
LOAN_REPLY = LOAN.LoanReply(
    loan_id=OTHER,
    state="LOAN_STATE_OUTSTANDING",
    link_id=LINK,
    product_code="LOAN-2024_1",
    product_version=300,
    account="ACCOUNT_CLASS_I",
    offered_fen=20000000,
    asked_fen=1000000,
    limit_fen=900000,  # nothing available: it is written off
    principal_fen=500000,
    interest_due_fen=17,
    lenders=[
        LOAN.LoanLender(
            bank_code=CLASS2_BANK,
            decided=True,
            approved=True,
            principal_fen=150000,
            interest_paid_fen=126,
        ),
        LOAN.LoanLender(
            bank_code=CLASS1_BANK,
            decided=True,
            approved=True,
            principal_fen=350000,
            interest_paid_fen=189,
        ),
    ],
    counted_until="2024-07-01",
    instalments=INSTALMENTS,
    flight=LOAN.LoanFlight(amount_fen=100000, transfer_id=THIRD),
    unknown=True,
    offered_at_ms=1719791998000,
    applied_at_ms=1719791999000,
    deadline_ms=1722470400000,
    written_off_at_ms=1722470400001,
    reason="NARR",
    conflict=True,
    replayed=True,
    applicant_bank_code=CLASS2_BANK,
)
ADJUSTMENT_REPLY = ADJUSTMENT.AdjustmentReply(
    adjustment_id=LINK,
    case_id=THIRD,
    state=2,
    debtor_bank_code=CLASS1_BANK,
    creditor_bank_code=CLASS2_BANK,
    proposed_by_bank_code=CLASS1_BANK,
    amount=MONEY,
    text="多付了",
    proposed_at_ms=1719792000000,
    expires_at_ms=1719878400000,
    ended_at_ms=1719795600000,
    window=7,
    replayed=True,
)


def post(**fields):
    """An instruction to the Class I bank, with what those of all kinds have."""
    return TRANSFER.PostInstruction(
        transfer_id=OTHER,
        link_id=LINK,
        amount=MONEY,
        account_number="6226221234567896",
        counterparty_bank_code=CLASS2_BANK,
        counterparty_account_number="6226220000000009",
        **fields,
    )


MESSAGES = {
    "open_link": LINKS.OpenLink(
        request_id=REQUEST,
        class2_account=COMMON.Account(
            bank_code=CLASS2_BANK, number="6226220000000009", account_class=2, opening=1
        ),
        class1_account=CLASS1_ACCOUNT,
        person=PERSON,
        scopes=[1, 4],
        limits=LIMITS,
        agreement=AGREEMENT,
        consent=CONSENT,
    ),
    "verify_account": LINKS.VerifyAccount(
        link_id=LINK,
        verification_id=OTHER,
        requesting_bank_code=CLASS2_BANK,
        account_number="6226221234567896",
        person=PERSON,
    ),
    "verify_account_reply": LINKS.VerifyAccountReply(
        link_id=LINK,
        verification_id=OTHER,
        name=1,
        id_number=2,
        mobile=1,
        account=2,
        account_class=1,
        status=2,
        joint=True,
        credit=True,
        minor=True,
    ),
    "start_challenge": LINKS.StartChallenge(request_id=REQUEST, link_id=LINK),
    "issue_challenge": LINKS.IssueChallenge(
        link_id=LINK,
        challenge_id=OTHER,
        requesting_bank_code=CLASS2_BANK,
        account_number="6226221234567896",
        scopes=[1, 4],
        limits=LIMITS,
        replaces_challenge_id=THIRD,
        amendment=True,
    ),
    "issue_challenge_reply": LINKS.IssueChallengeReply(
        link_id=LINK,
        challenge_id=OTHER,
        outcome=2,
        masked_mobile="138****0001",
        lifetime_ms=300000,
        reason="MS03",
    ),
    "answer_challenge": LINKS.AnswerChallenge(request_id=REQUEST, link_id=LINK, code=b"\x00123456"),
    "check_challenge": LINKS.CheckChallenge(
        link_id=LINK, challenge_id=OTHER, attempt_id=THIRD, code=b"\x00123456"
    ),
    "check_challenge_reply": LINKS.CheckChallengeReply(
        link_id=LINK, attempt_id=THIRD, outcome=4, tries_left=2
    ),
    "close_link": LINKS.CloseLink(request_id=REQUEST, link_id=LINK, reason="CUST"),
    "get_link": LINKS.GetLink(link_id=LINK),
    "link_reply": LINK_REPLY,
    "link_notice": LINKS.LinkNotice(sequence=300, token=DIGEST_B, link=LINK_REPLY, event="HOLD"),
    "submit_transfer": TRANSFER.SubmitTransfer(
        request_id=REQUEST,
        link_id=LINK,
        kind=1,
        direction=2,
        amount=MONEY,
        end_to_end_id="E2E-1",
        purpose="CASH",
        remittance="七月 rent",
        debtor=TRANSFER.Party(name=NAME, account_number="6226221234567896"),
        creditor=TRANSFER.Party(name=NAME, account_number="6226220000000009"),
        channel="APP",
        authentication="PASSWORD+OTP",
    ),
    "post_instruction": post(
        side=1,
        debtor_name=NAME,
        creditor_name=NAME,
        end_to_end_id="E2E-1",
        purpose="CASH",
        remittance="七月 rent",
        channel="APP",
        authentication="PASSWORD+OTP",
        kind=1,
    ),
    "submit_payment": TRANSFER.SubmitTransfer(
        request_id=REQUEST,
        link_id=LINK,
        kind=2,
        direction=2,
        amount=MONEY,
        end_to_end_id="E2E-1",
        purpose="CASH",
        remittance="七月 rent",
        debtor=TRANSFER.Party(name=NAME, account_number="6226221234567896"),
        creditor=TRANSFER.Party(
            name="茶馆", account_number="62280000000000017", bank_code=CLASS1_BANK
        ),
        channel="APP",
        authentication="PASSWORD+OTP",
        merchant=MERCHANT,
    ),
    "post_payment": post(
        side=1,
        debtor_name=NAME,
        creditor_name="茶馆",
        end_to_end_id="E2E-1",
        kind=2,
        merchant=MERCHANT,
        creditor_bank_code=CLASS1_BANK,
        creditor_account_number="62280000000000017",
    ),
    "post_fallback": post(
        side=1,
        debtor_name=NAME,
        creditor_name="茶馆",
        end_to_end_id="E2E-1",
        kind=2,
        merchant=MERCHANT,
        creditor_bank_code=CLASS1_BANK,
        creditor_account_number="62280000000000017",
        fallback=True,
    ),
    "post_return": post(
        side=2,
        end_to_end_id="R-1",
        kind=3,
        original_transfer_id=THIRD,
        return_reason="AC04",
    ),
    "post_order": post(side=2, end_to_end_id="O-1", kind=13, order=POSTED_ORDER),
    "post_payout": post(side=2, end_to_end_id="P-1", kind=14, order=POSTED_PAYOUT),
    "post_loan": post(side=2, end_to_end_id="L-1", kind=15, loan=POSTED_LOAN),
    "submit_return": TRANSFER.SubmitReturn(
        request_id=REQUEST,
        transfer_id=OTHER,
        amount=MONEY,
        end_to_end_id="R-1",
        reason="AC04",
        remittance="退回",
    ),
    "cancel_transfer": TRANSFER.CancelTransfer(
        request_id=REQUEST, transfer_id=OTHER, reason="CUST"
    ),
    "cancel_posting": TRANSFER.CancelPosting(transfer_id=OTHER, reason="CUST"),
    "step_up": TRANSFER.StepUp(transfer_id=OTHER, method="SMS", text="请在手机上确认"),
    "list_transfers": TRANSFER.ListTransfers(
        after=THIRD,
        max=20,
        link_id=LINK,
        state=4,
        from_ms=1719791000000,
        to_ms=1719792000000,
        min_fen=100,
        max_fen=500000,
    ),
    "transfer_page": TRANSFER.TransferPage(
        transfers=[TRANSFER_REPLY, TRANSFER_REPLY], next=OTHER
    ),
    "resend_challenge": LINKS.ResendChallenge(request_id=REQUEST, link_id=LINK),
    "amend_link": LINKS.AmendLink(
        request_id=REQUEST, link_id=LINK, scopes=[1, 4], limits=LIMITS, agreement=AGREEMENT
    ),
    "rebind_link": LINKS.RebindLink(
        request_id=REQUEST,
        link_id=LINK,
        class1_account=CLASS1_ACCOUNT,
        person=PERSON,
        scopes=[1, 4],
        limits=LIMITS,
        agreement=AGREEMENT,
        consent=CONSENT,
    ),
    "resume_link": LINKS.ResumeLink(
        request_id=REQUEST, link_id=LINK, person=PERSON, consent=CONSENT
    ),
    "withdraw_consent": LINKS.WithdrawConsent(request_id=REQUEST, link_id=LINK),
    "place_hold": LINKS.PlaceHold(
        request_id=REQUEST,
        link_id=LINK,
        authority=4,
        reason="AM07",
        legal_reference="(2024) 沪01执17号",
        expires_at_ms=1719992000000,
        blocks=[1, 5],
    ),
    "lift_hold": LINKS.LiftHold(
        request_id=REQUEST, link_id=LINK, hold_id=THIRD, authority=4, reason="CUST"
    ),
    "report_account": LINKS.ReportAccount(
        request_id=REQUEST,
        account_number="6226221234567896",
        event=3,
        account_class=2,
        opening=1,
    ),
    "report_limit": LINKS.ReportAccount(
        request_id=REQUEST,
        account_number="6226221234567896",
        event=11,
        remaining=LINKS.RemainingLimits(
            in_day=LINKS.Remaining(fen=0),
            in_year=LINKS.Remaining(fen=1900000),
            out_year=LINKS.Remaining(fen=9223372036854775807),
        ),
    ),
    "report_account_reply": LINKS.ReportAccountReply(links=3, replayed=True),
    "recheck_account": LINKS.RecheckAccount(
        link_id=LINK,
        recheck_id=THIRD,
        verification_id=OTHER,
        requesting_bank_code=CLASS2_BANK,
        account_number="6226221234567896",
    ),
    "recheck_account_reply": LINKS.RecheckAccountReply(
        link_id=LINK, recheck_id=THIRD, account_class=1, status=4, same_holder=2
    ),
    "list_links": LINKS.ListLinks(
        after=THIRD, max=20, state=5, account_number="6226220000000009"
    ),
    "link_page": LINKS.LinkPage(links=[LINK_REPLY, LINK_REPLY], next=OTHER),
    "query_balance": VIEW.QueryBalance(request_id=REQUEST, link_id=LINK),
    "query_account_status": VIEW.QueryAccountStatus(request_id=REQUEST, link_id=LINK),
    "query_overview": VIEW.QueryOverview(request_id=REQUEST, link_id=LINK, after_link_id=THIRD),
    "query_overview_number": VIEW.QueryOverview(
        request_id=REQUEST, account_number="6226221234567896"
    ),
    "overview_reply": VIEW.OverviewReply(
        accounts=[
            VIEW.OverviewAccount(
                link_id=LINK,
                link_state=4,
                bank_code=CLASS1_BANK,
                account_masked="****7896",
                status=1,
                available_fen=-5,
                booked_fen=700000,
                currency="CNY",
                as_of_ms=1719792000000,
                reason="AG08",
                holdings=[
                    VIEW.OverviewHolding(
                        order_id=THIRD,
                        issuer_bank_code=CLASS1_BANK,
                        product_code="D-1",
                        kind="PRODUCT_KIND_DEPOSIT",
                        state="ORDER_STATE_OPEN",
                        units=300,
                        cost_fen=3,
                        currency="CNY",
                        matures_at_ms=1719792000000,
                    )
                ],
                more_holdings=True,
                loans=[
                    VIEW.OverviewLoan(
                        loan_id=THIRD,
                        lead_bank_code=CLASS1_BANK,
                        product_code="L-1",
                        state="LOAN_STATE_OVERDUE",
                        principal_fen=300,
                        interest_due_fen=1,
                        available_fen=700000,
                        currency="CNY",
                    )
                ],
                more_loans=True,
            ),
            VIEW.OverviewAccount(
                link_id=OTHER, link_state=6, bank_code=CLASS1_BANK, status=7
            ),
        ],
        next_link_id=OTHER,
    ),
    "ask_balance": VIEW.AskBalance(
        query_id=THIRD,
        link_id=LINK,
        requesting_bank_code=CLASS2_BANK,
        account_number="6226221234567896",
    ),
    "ask_account_status": VIEW.AskAccountStatus(
        query_id=THIRD,
        link_id=LINK,
        requesting_bank_code=CLASS2_BANK,
        account_number="6226221234567896",
    ),
    "balance_answer": VIEW.AskBalanceReply(
        query_id=THIRD,
        available_fen=-5,
        booked_fen=700000,
        currency="CNY",
        as_of_ms=1719792000000,
        reason="AG08",
    ),
    "status_answer": VIEW.AskAccountStatusReply(
        query_id=THIRD,
        status=4,
        account_class=1,
        can_debit=True,
        can_credit=True,
        as_of_ms=1719792000000,
        reason="AG08",
    ),
    "balance_reply": VIEW.BalanceReply(
        link_id=LINK,
        bank_code=CLASS1_BANK,
        account_masked="****7896",
        available_fen=-5,
        booked_fen=700000,
        currency="CNY",
        as_of_ms=1719792000000,
        reason="AG08",
    ),
    "account_status_reply": VIEW.AccountStatusReply(
        link_id=LINK,
        bank_code=CLASS1_BANK,
        account_masked="****7896",
        status=4,
        account_class=1,
        can_debit=True,
        can_credit=True,
        as_of_ms=1719792000000,
        reason="AG08",
    ),
    "query_position": VIEW.QueryPosition(currency="CNY", after_bank_code=CLASS1_BANK, max=7),
    "position_reply": VIEW.PositionReply(
        currency="CNY",
        reserved_outgoing_fen=500000,
        unsettled_net_fen=-200000,
        exposure_fen=700000,
        has_cap=True,
        cap_fen=1000000,
        prefunded=True,
        balance_fen=900000,
        out_reserved_fen=50000,
        free_fen=150000,
        warn_percent=[50, 80, 95],
        level=1,
        pairs=[
            VIEW.PairPosition(
                bank_code=CLASS1_BANK,
                reserved_outgoing_fen=400000,
                reserved_incoming_fen=300,
                unsettled_net_fen=-200000,
                has_cap=True,
                cap_fen=800000,
            )
        ],
        next_bank_code=CLASS1_BANK,
        as_of_ms=1719792000000,
    ),
    "position_alert": VIEW.PositionAlert(
        currency="CNY",
        level=2,
        warn_percent=80,
        exposure_fen=700000,
        bound_fen=850000,
        at_ms=1719792000000,
    ),
    "open_case": CASE.OpenCase(request_id=REQUEST, transfer_id=OTHER, subject=4, text="没有到账"),
    "answer_case": CASE.AnswerCase(request_id=REQUEST, case_id=THIRD, outcome=2, text="查实"),
    "close_case": CASE.AnswerCase(request_id=REQUEST, case_id=THIRD, text="谢谢", close=True),
    "get_case": CASE.GetCase(case_id=THIRD),
    "case_reply": CASE_REPLY,
    "case_notice": CASE.CaseNotice(sequence=302, token=DIGEST_B, inquiry=CASE_REPLY),
    "propose_adjustment": ADJUSTMENT.ProposeAdjustment(
        request_id=REQUEST,
        case_id=THIRD,
        debtor_bank_code=CLASS1_BANK,
        creditor_bank_code=CLASS2_BANK,
        amount=MONEY,
        text="多付了",
    ),
    "accept_adjustment": ADJUSTMENT.AcceptAdjustment(request_id=REQUEST, adjustment_id=LINK),
    "reject_adjustment": ADJUSTMENT.AcceptAdjustment(
        request_id=REQUEST, adjustment_id=LINK, reject=True
    ),
    "get_adjustment": ADJUSTMENT.GetAdjustment(adjustment_id=LINK),
    "apply_card": CARD.ApplyCard(
        request_id=REQUEST,
        class1_bank_code=CLASS1_BANK,
        person=PERSON,
        delivery=1,
        deliver_to="苏州 12",
        consent=CONSENT,
    ),
    "card_status": CARD.CardStatus(
        request_id=REQUEST, card_id=LINK, event=2, card_number="6226221234567896"
    ),
    "card_refused": CARD.CardStatus(request_id=REQUEST, card_id=LINK, event=6, reason="NOCM"),
    "ask_card_reply": CARD.AskCardReply(card_id=LINK, outcome=2, reason="AG01"),
    "get_card": CARD.GetCard(card_id=LINK),
    "cancel_card": CARD.CancelCard(request_id=REQUEST, card_id=LINK, reason="CUST"),
    "ask_card": CARD.AskCard(
        card_id=LINK,
        requesting_bank_code=CLASS2_BANK,
        person=PERSON,
        delivery=2,
        deliver_to="苏州 12",
        consent=CONSENT,
    ),
    "card_reply": CARD_REPLY,
    "card_notice": CARD.CardNotice(
        sequence=304, token=DIGEST_A, card=CARD_REPLY, event="ISSUED"
    ),
    "adjustment_reply": ADJUSTMENT_REPLY,
    "adjustment_notice": ADJUSTMENT.AdjustmentNotice(
        sequence=303, token=DIGEST_A, adjustment=ADJUSTMENT_REPLY
    ),
    "offline_event": EVENT.OfflineEvent(
        request_id=REQUEST,
        link_id=LINK,
        type=2,
        at_ms=1719792000000,
        amount=COMMON.Money(fen=500000, currency="CNY"),
        place="柜台",
    ),
    "referral": EVENT.Referral(
        request_id=REQUEST, bank_code=CLASS1_BANK, person=PERSON, consent=CONSENT
    ),
    "event_reply": EVENT.EventReply(
        event_id=THIRD,
        kind=2,
        state=3,
        received_at_ms=1719792000000,
        ended_at_ms=1719792000001,
        replayed=True,
    ),
    "event_notice": EVENT.EventNotice(
        sequence=404,
        token=DIGEST_A,
        event_id=THIRD,
        kind=1,
        state=1,
        from_bank_code=CLASS2_BANK,
        received_at_ms=1719792000000,
        link_id=LINK,
        type=2,
        at_ms=1719791999000,
        amount=COMMON.Money(fen=500000, currency="CNY"),
        place="柜台",
    ),
    "referral_notice": EVENT.EventNotice(
        sequence=404,
        token=DIGEST_A,
        event_id=THIRD,
        kind=2,
        state=1,
        from_bank_code=CLASS2_BANK,
        received_at_ms=1719792000000,
        person=PERSON,
        consent=CONSENT,
    ),
    "query_totals": RECON.QueryTotals(window=12, after_bank_code=CLASS1_BANK),
    "query_totals_bought": RECON.QueryTotals(list="RECON_LIST_LOANS", after=OTHER),
    # What is written entry by entry has them in front, or behind the rest: two messages that are one.
    "totals_pairs": RECON.TotalsReply(
        pairs=[
            RECON.TotalsPair(
                counterparty_bank_code=CLASS1_BANK,
                currency="CNY",
                count=300,
                debit_fen=500000,
                credit_fen=700000,
            ),
            RECON.TotalsPair(counterparty_bank_code=CLASS2_BANK, currency="CNY"),
        ]
    ),
    "totals_end": RECON.TotalsReply(window=12, more=True),
    "recon_page": RECON.ReconPage(window=12, after=OTHER, max=7),
    "recon_rows": RECON.ReconPageReply(rows=[RECON_MONEY, RECON_LINK]),
    "recon_bought": RECON.ReconPageReply(rows=[RECON_HOLDING, RECON_LOAN]),
    "recon_next": RECON.ReconPageReply(next=OTHER),
    "upload_head": RECON.UploadRecon(
        upload_id=THIRD,
        header=RECON.ReconHeader(
            window=12,
            business_date="2024-07-01",
            count=2,
            debit_total_fen=500000,
            credit_total_fen=700000,
        ),
        sha256=DIGEST_A,
    ),
    "upload_part": RECON.UploadRecon(upload_id=THIRD, part=300),
    "upload_rows": RECON.UploadRecon(rows=[RECON_MONEY, RECON_LINK]),
    "upload_bought": RECON.UploadRecon(
        upload_id=THIRD,
        header=RECON.ReconHeader(
            business_date="2024-07-01", count=1, debit_total_fen=1, list="RECON_LIST_HOLDINGS"
        ),
        rows=[RECON_HOLDING],
    ),
    "upload_reply": RECON.UploadReply(upload_id=THIRD, part=300, rows=2, whole=True),
    "recon_result": RECON.ReconResult(list_sha256=DIGEST_A, **{"from": 300}, max=7),
    "result_rows": RECON.ResultReply(
        rows=[
            RECON.ReconDifference(
                **{"class": "RECON_CLASS_STATUS_DIFF"}, theirs=RECON_MONEY, ours=RECON_LINK
            )
        ]
    ),
    "result_end": RECON.ResultReply(
        list_sha256=DIGEST_A,
        state="RECON_STATE_JUDGED",
        counts=[1, 2, 3, 4, 5, 6, 7],
        next=301,
    ),
    "confirm_settlement": WINDOW.ConfirmSettlement(
        request_id=REQUEST,
        window=12,
        counterparty_bank_code=CLASS1_BANK,
        amount=MONEY,
        reference="HVPS-1",
    ),
    "get_window": WINDOW.GetWindow(window=12, after_bank_code=CLASS1_BANK),
    "window_reply": WINDOW_REPLY,
    "window_notice": WINDOW.WindowNotice(sequence=304, token=DIGEST_B, window=WINDOW_REPLY),
    "publish_product": PRODUCT.PublishProduct(
        request_id=REQUEST,
        code="LOAN-2024_1",
        version=300,
        state="PRODUCT_STATE_ON_SALE",
        terms=terms(kind="PRODUCT_KIND_LOAN", loan=LOAN_TERMS),
        sale=SALE,
    ),
    "withdraw_product": PRODUCT.PublishProduct(
        request_id=REQUEST, code="LOAN-2024_1", version=301, state="PRODUCT_STATE_WITHDRAWN"
    ),
    "get_product": PRODUCT.GetProduct(issuer_bank_code=CLASS1_BANK, code="W-1", version=300),
    "list_products": PRODUCT.ListProducts(
        after_sequence=301,
        max=7,
        kind="PRODUCT_KIND_WEALTH",
        risk_max=3,
        issuer_bank_code=CLASS1_BANK,
    ),
    "product_reply": PRODUCT_REPLY,
    "product_notice": PRODUCT.ProductNotice(sequence=305, token=DIGEST_A, product=PRODUCT_REPLY),
    "product_page": PRODUCT.ProductPage(
        products=[PRODUCT_REPLY, PRODUCT_REPLY], next_sequence=70000, more=True
    ),
    "offer_loan": LOAN.OfferLoan(
        request_id=REQUEST,
        link_id=LINK,
        product_code="LOAN-2024_1",
        product_version=300,
        maximum=MONEY,
        until_ms=1722470400000,
    ),
    "apply_loan": LOAN.ApplyLoan(
        request_id=REQUEST,
        loan_id=OTHER,
        amount=MONEY,
        account="ACCOUNT_CLASS_I",
        terms_sha256=DIGEST_A,
        consent_sha256=DIGEST_B,
        authorisations=[
            LOAN.LoanAuthorisation(bank_code=CLASS2_BANK, sha256=DIGEST_A),
            LOAN.LoanAuthorisation(bank_code=CLASS1_BANK, sha256=DIGEST_B),
        ],
    ),
    "decide_loan": LOAN.DecideLoan(request_id=REQUEST, loan_id=OTHER, approved=True, limit=MONEY),
    "decline_loan": LOAN.DecideLoan(request_id=REQUEST, loan_id=OTHER, reason="NARR"),
    "draw_loan": LOAN.DrawLoan(
        request_id=REQUEST, loan_id=OTHER, amount=MONEY, end_to_end_id="E2E-9"
    ),
    "repay_loan": LOAN.RepayLoan(
        request_id=REQUEST, loan_id=OTHER, amount=MONEY, interest_fen=315, end_to_end_id="E2E-9"
    ),
    "quote_repayment": LOAN.QuoteRepayment(loan_id=OTHER, date="2024-07-01"),
    "loan_status": LOAN.LoanStatus(
        request_id=REQUEST, loan_id=OTHER, event="LOAN_EVENT_SCHEDULE", instalments=INSTALMENTS
    ),
    "loan_waived": LOAN.LoanStatus(
        request_id=REQUEST, loan_id=OTHER, event="LOAN_EVENT_WAIVED", waived_fen=315
    ),
    "loan_written_off": LOAN.LoanStatus(
        request_id=REQUEST, loan_id=OTHER, event="LOAN_EVENT_WRITTEN_OFF", reason="NARR"
    ),
    "get_loan": LOAN.GetLoan(loan_id=OTHER),
    "list_loans": LOAN.ListLoans(link_id=LINK, after_loan_id=OTHER, max=7),
    "loan_reply": LOAN_REPLY,
    "loan_notice": LOAN.LoanNotice(sequence=306, token=DIGEST_A, loan=LOAN_REPLY, event="DRAWN"),
    "loan_page": LOAN.LoanPage(loans=[LOAN_REPLY, LOAN_REPLY], next_loan_id=THIRD),
    "loan_quote": LOAN.LoanQuote(
        loan_id=OTHER,
        date="2024-07-01",
        interest_fen=315,
        principal_fen=500000,
        total_fen=500315,
        lead_interest_fen=126,
        partner_interest_fen=189,
        lead_principal_fen=150000,
        partner_principal_fen=350000,
    ),
    "place_order": ORDER.PlaceOrder(
        request_id=REQUEST,
        link_id=LINK,
        issuer_bank_code=CLASS1_BANK,
        product_code="W-1",
        product_version=300,
        amount=MONEY,
        pays="ACCOUNT_CLASS_II",
        customer_level=3,
        assessed_on="2024-07-01",
        terms_sha256=DIGEST_A,
        consent_sha256=DIGEST_B,
        end_to_end_id="O-1",
    ),
    "cancel_order": ORDER.CancelOrder(request_id=REQUEST, order_id=OTHER, reason="CUST"),
    "redeem": ORDER.Redeem(request_id=REQUEST, order_id=OTHER, units=48850000),
    "order_instruction": ORDER.OrderInstruction(
        order_id=OTHER, number=2, action="ORDER_ACTION_REDEEM", units=48850000
    ),
    "cancel_instruction": ORDER.OrderInstruction(
        order_id=OTHER, number=1, action="ORDER_ACTION_CANCEL", reason="CUST"
    ),
    "order_instruction_reply": ORDER.OrderInstructionReply(
        order_id=OTHER, number=2, outcome="ORDER_OUTCOME_REFUSED", reason="MS03"
    ),
    "order_result": ORDER.OrderResult(
        request_id=REQUEST,
        order_id=OTHER,
        decision="ORDER_DECISION_CONFIRMED",
        units=48850000,
        price=1023541,
        amount=MONEY,
        confirmed_on="2024-07-01",
        reference="TA-77",
    ),
    "order_declined": ORDER.OrderResult(
        request_id=REQUEST,
        order_id=OTHER,
        decision="ORDER_DECISION_REFUSED",
        reason="MS03",
        reference="TA-78",
    ),
    "payout": ORDER.Payout(
        request_id=REQUEST,
        order_id=OTHER,
        purpose="PAYOUT_PURPOSE_REDEMPTION",
        units=48850000,
        price=1023541,
        amount=MONEY,
        end_to_end_id="P-1",
    ),
    "income": ORDER.Payout(
        request_id=REQUEST,
        order_id=OTHER,
        purpose="PAYOUT_PURPOSE_INCOME",
        amount=MONEY,
        end_to_end_id="P-2",
    ),
    "get_order": ORDER.GetOrder(order_id=OTHER),
    "list_holdings": ORDER.ListHoldings(
        link_id=LINK,
        issuer_bank_code=CLASS1_BANK,
        product_code="W-1",
        all=True,
        after_order_id=OTHER,
        max=7,
    ),
    "order_reply": ORDER_REPLY,
    "order_notice": ORDER.OrderNotice(
        sequence=306, token=DIGEST_A, order=ORDER_REPLY, event="TAKEN"
    ),
    "holdings_page": ORDER.HoldingsPage(orders=[ORDER_REPLY, ORDER_REPLY], next_order_id=THIRD),
    "system_notice": SESSION.SystemNotice(
        ledger_time_ms=1719792000000,
        business_date="2024-07-01",
        cut_off_at_ms=1719820800000,
        participants=[
            SESSION.Participant(
                bank_code=CLASS2_BANK, name="银行", active=True, class1=True, class2=True, issuer=True
            ),
            SESSION.Participant(bank_code=CLASS1_BANK, name="Bank"),
        ],
        complete=True,
        transfer_timeout_min_ms=100,
        transfer_timeout_max_ms=60000,
    ),
    "posting_result": TRANSFER.PostingResult(
        transfer_id=OTHER,
        outcome=1,
        reference="b77",
        book_date="2024-07-01",
        reason="AM04",
        text="booked",
    ),
    "inquire_posting": TRANSFER.InquirePosting(transfer_id=OTHER),
    "confirm_credit": TRANSFER.ConfirmCredit(transfer_id=OTHER),
    "get_transfer": TRANSFER.GetTransfer(request_id=REQUEST),
    "transfer_reply": TRANSFER_REPLY,
    "transfer_fell_back": TRANSFER.TransferReply(
        transfer_id=OTHER,
        state=4,
        link_id=LINK,
        kind=2,
        direction=1,
        amount=MONEY,
        debtor_bank_code=CLASS1_BANK,
        creditor_bank_code=CLASS1_BANK,
        end_to_end_id="E2E-1",
        received_at_ms=1719792000000,
        account_debited=1,
        fallback=True,
    ),
    "transfer_notice": TRANSFER.TransferNotice(
        sequence=301, token=DIGEST_A, transfer=TRANSFER_REPLY, event="POSTED"
    ),
    "ack_notices": NOTICE.AckNotices(up_to_sequence=301),
    "hello": SESSION.Hello(
        protocol_min=1,
        protocol_max=1,
        software="bank 1.0",
        window=256,
        last_notice_sequence=300,
        last_notice_token=DIGEST_B,
    ),
    "hello_reply": SESSION.HelloReply(
        protocol=1,
        software="linkgate 0.1",
        window=1024,
        heartbeat_ms=10000,
        ledger_time_ms=1719792000000,
    ),
    "heartbeat": SESSION.Heartbeat(nonce=18446744073709551615),
    "go_away": SESSION.GoAway(code="DRAIN", text="restart", drain_ms=5000),
    "refusal": COMMON.Refusal(
        reason="AM01",
        detail="AMOUNT_ZERO",
        text="The amount is zero. Send an amount of at least one fen.",
        field="amount.fen",
        retry=1,
        replayed=True,
    ),
    "refusal_limit": COMMON.Refusal(
        reason="RR04",
        detail="BUCKET",
        text="The limit of the account's class for the day or the year is used up. limit says which,"
        " what is left and when it begins anew; pay from the bound account, or later under a new"
        " request id.",
        field="amount.fen",
        retry=2,
        limit=COMMON.LimitLeft(
            bucket="II-OUT",
            period="YEAR",
            limit_fen=20000000,
            left_fen=1,
            resets_at_ms=1735660800000,
            limit_count=7,
        ),
    ),
}

# Kinds of commands, for the corpus: its files begin with one (big-endian).
KINDS = {
    "open_link": 1020,
    "verify_account_reply": 1021,
    "start_challenge": 1022,
    "issue_challenge_reply": 1023,
    "answer_challenge": 1024,
    "check_challenge_reply": 1025,
    "close_link": 1026,
    "get_link": 1027,
    "submit_transfer": 1060,
    "posting_result": 1061,
    "confirm_credit": 1064,
    "get_transfer": 1065,
    "ack_notices": 1090,
    "resend_challenge": 1029,
    "amend_link": 1030,
    "rebind_link": 1031,
    "resume_link": 1032,
    "place_hold": 1033,
    "lift_hold": 1034,
    "report_account": 1035,
    "report_limit": 1035,
    "recheck_account_reply": 1036,
    "list_links": 1037,
    "withdraw_consent": 1038,
    "submit_payment": 1060,
    "step_up": 1067,
    "cancel_transfer": 1068,
    "submit_return": 1070,
    "list_transfers": 1071,
    "query_balance": 1110,
    "query_account_status": 1111,
    "query_overview": 1112,
    "query_overview_number": 1112,
    "offline_event": 1200,
    "referral": 1201,
    "query_position": 1113,
    "balance_answer": 1115,
    "status_answer": 1116,
    "open_case": 1136,
    "answer_case": 1137,
    "close_case": 1137,
    "get_case": 1141,
    "propose_adjustment": 1138,
    "accept_adjustment": 1139,
    "reject_adjustment": 1139,
    "get_adjustment": 1143,
    "confirm_settlement": 1131,
    "query_totals": 1132,
    "query_totals_bought": 1132,
    "recon_page": 1133,
    "upload_head": 1134,
    "upload_part": 1134,
    "upload_rows": 1134,
    "upload_bought": 1134,
    "recon_result": 1135,
    "get_window": 1144,
    "apply_card": 1039,
    "card_status": 1040,
    "card_refused": 1040,
    "ask_card_reply": 1042,
    "get_card": 1043,
    "cancel_card": 1044,
    "publish_product": 1160,
    "withdraw_product": 1160,
    "list_products": 1161,
    "get_product": 1172,
    "offer_loan": 1180,
    "apply_loan": 1181,
    "decide_loan": 1182,
    "decline_loan": 1182,
    "draw_loan": 1183,
    "repay_loan": 1185,
    "quote_repayment": 1186,
    "loan_status": 1187,
    "loan_waived": 1187,
    "loan_written_off": 1187,
    "get_loan": 1188,
    "list_loans": 1190,
    "place_order": 1163,
    "order_instruction_reply": 1164,
    "order_result": 1165,
    "order_declined": 1165,
    "cancel_order": 1166,
    "redeem": 1167,
    "payout": 1168,
    "income": 1168,
    "list_holdings": 1169,
    "get_order": 1170,
    # Numbers of tests/fuzz/fuzz_message.c alone.
    "verify_account": 2000,
    "issue_challenge": 2001,
    "check_challenge": 2002,
    "post_instruction": 2003,
    "inquire_posting": 2004,
    "link_reply": 2005,
    "transfer_reply": 2006,
    "link_notice": 2007,
    "transfer_notice": 2008,
    "refusal": 2009,
    "refusal_limit": 2009,
    "post_payment": 2003,
    "post_fallback": 2003,
    "transfer_fell_back": 2006,
    "post_return": 2003,
    "post_order": 2003,
    "post_payout": 2003,
    "post_loan": 2003,
    "cancel_posting": 2010,
    "recheck_account": 2011,
    "ask_balance": 2012,
    "ask_account_status": 2012,
    "report_account_reply": 2013,
    "balance_reply": 2014,
    "account_status_reply": 2015,
    "case_reply": 2016,
    "case_notice": 2017,
    "link_page": 2018,
    "transfer_page": 2019,
    "system_notice": 2020,
    "position_reply": 2021,
    "position_alert": 2022,
    "adjustment_reply": 2023,
    "adjustment_notice": 2024,
    "window_reply": 2025,
    "window_notice": 2026,
    "totals_pairs": 2027,
    "totals_end": 2027,
    "upload_reply": 2028,
    "recon_rows": 2029,
    "recon_bought": 2029,
    "recon_next": 2029,
    "result_rows": 2030,
    "result_end": 2030,
    "overview_reply": 2031,
    "ask_card": 2032,
    "card_reply": 2033,
    "card_notice": 2034,
    "event_reply": 2035,
    "event_notice": 2036,
    "referral_notice": 2036,
    "product_reply": 2037,
    "product_notice": 2038,
    "product_page": 2039,
    "loan_reply": 2040,
    "loan_quote": 2041,
    "loan_notice": 2042,
    "loan_page": 2043,
    "order_instruction": 2044,
    "cancel_instruction": 2044,
    "order_reply": 2045,
    "order_notice": 2046,
    "holdings_page": 2047,
    "hello": 3000,
    "hello_reply": 3001,
    "heartbeat": 3002,
    "go_away": 3003,
}

# Payloads that protobuf does not make: kinds and bytes of src/wire/message_internal.c.
BANK_CODE = int(CLASS2_BANK).to_bytes(8, "big")
LATER = (1751328000000).to_bytes(8, "big")
# Rules, as src/domain/rules_encode.c has them: one period that names a number, a kind, the four
# limits and a calendar.
RULES = b"".join(
    (
        b"\1" + b"\6winter" + b"\0" + b"\1",
        (20900).to_bytes(4, "big") + (2**31 - 1).to_bytes(4, "big"),
        (1).to_bytes(8, "big") + (4).to_bytes(8, "big"),
        (1 << 6).to_bytes(4, "big") + b"\1" + (100).to_bytes(8, "big") + bytes(8),
        b"\1" + 4 * ((300).to_bytes(8, "big") + (400).to_bytes(8, "big")),
        b"\2\x1f" + b"\2\3\xc0\5\x64",
        b"\1" + (20910).to_bytes(4, "big") + b"\1" + (20911).to_bytes(4, "big"),
    )
)
INTERNAL = {
    "boot": (1, DIGEST_A + b"\0\0\0\1"),
    "tick": (2, b""),
    "bank_up": (3, (300).to_bytes(8, "big") + b"\1" + DIGEST_B),
    "pin_seen": (5, BANK_CODE + DIGEST_A + LATER),
    "bank_add": (
        100,
        BANK_CODE + b"\4Bank" + b"\0\0\0\2" + b"\1\1" + DIGEST_A + LATER + b"\x80" + bytes(31),
    ),
    "unfreeze": (102, b"\2" + OTHER),
    "bank_enable": (104, BANK_CODE),
    "bank_set": (105, BANK_CODE + b"\0\0\0\7" + b"\4Bank" + b"\0\0\0\3" + bytes(31) + b"\1"),
    "pin_add": (106, BANK_CODE + DIGEST_B + LATER),
    "pin_remove": (107, BANK_CODE + DIGEST_B + bytes(8)),
    "hold_place": (
        108,
        LINK + bytes(16) + b"\0\0\0\x3e" + b"\4FR01" + b"\3L-1" + LATER,
    ),
    "hold_lift": (109, LINK + THIRD + bytes(14)),
    "quarantine_release": (110, DIGEST_A),
    "approve": (111, OTHER + LATER),
    "search": (113, b"\1" + DIGEST_A),
    "unmask": (114, LINK),
    "rules_load": (119, RULES),
}


def envelope(kind, direction, payload):
    return ENVELOPE.Envelope(
        correlation_id=300,
        kind=kind,
        direction=direction,
        payload=payload,
        timeout_ms=5000,
        trace_parent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ).SerializeToString()


def frame(body):
    return b"\0" + len(body).to_bytes(4, "big") + body


def header(name, lines):
    guard = f"LG_TESTS_WIRE_{name.upper()}_H"
    text = [
        "/*",
        " * Messages as protobuf's own Python writes them. Made by make_golden.py; do not edit.",
        " */",
        f"#ifndef {guard}",
        f"#define {guard}",
        "",
        *lines,
        "",
        "#endif",
        "",
    ]
    (TREE / f"tests/wire/{name}.h").write_text("\n".join(text), encoding="utf-8")


def define(name, payload):
    text = payload.hex()
    rows = [text[at : at + 88] for at in range(0, len(text), 88)]
    lines = [f'    "{row}" \\' for row in rows[:-1]] + [f'    "{rows[-1]}"']
    return [f"#define GOLDEN_{name.upper()} \\", *lines]


def write_headers():
    """A header for each schema that has many messages, one for the rest, and one of all."""
    groups = {"golden_link": [], "golden_transfer": [], "golden_recon": [], "golden_card": []}
    groups |= {"golden_product": [], "golden_loan": [], "golden_order": [], "golden_other": []}
    for name, message in MESSAGES.items():
        schema = pathlib.Path(message.DESCRIPTOR.file.name).stem
        group = groups.get(f"golden_{schema}", groups["golden_other"])
        group += define(name, message.SerializeToString())
    submit = envelope(60, 1, MESSAGES["submit_transfer"].SerializeToString())
    groups["golden_other"] += define("envelope", submit)
    for name, lines in groups.items():
        header(name, lines)
    header("golden", [f'#include "wire/{name}.h"' for name in groups])


def write_corpora():
    corpora = {"frame": {}, "envelope": {}, "message": {}}
    for name, kind in KINDS.items():
        payload = MESSAGES[name].SerializeToString()
        corpora["message"][name] = kind.to_bytes(2, "big") + payload
    for name, (kind, payload) in INTERNAL.items():
        corpora["message"][name] = kind.to_bytes(2, "big") + payload
    submit = envelope(60, 1, MESSAGES["submit_transfer"].SerializeToString())
    corpora["envelope"] = {
        "submit_transfer": submit,
        "heartbeat": envelope(2, 1, MESSAGES["heartbeat"].SerializeToString()),
        "unknown_kind": envelope(0, 2, b""),
    }
    corpora["frame"] = {
        "one": frame(submit),
        "two": frame(submit) + frame(b"\x18\x01"),
        "empty": frame(b""),
        "too_long": b"\0\xff\xff\xff\xff",
        "flags": b"\x01\0\0\0\x01\x18",
        "http": b"GET / HTTP/1.1\r\n\r\n",
    }
    for target, inputs in corpora.items():
        folder = TREE / "tests/fuzz/corpus" / target
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in inputs.items():
            (folder / name).write_bytes(content)


if __name__ == "__main__":
    write_headers()
    write_corpora()
