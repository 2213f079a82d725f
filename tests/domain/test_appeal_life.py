"""Rules of the life of an appeal, as the law has them."""

from datetime import date, timedelta

import pytest

from hotline_sessions.domain.appeal_life import (
    HEADS,
    MOVES,
    ComplainedOf,
    Deed,
    ExtendedTooLate,
    ForwardedTooLate,
    ImpossibleStep,
    NoAppealsLaw,
    NotLater,
    OnlyHead,
    Party,
    PartyKind,
    PastCap,
    RequestExtendedTooLate,
    RequestNotLater,
    RequestPastCap,
    ReturnedTooLate,
    ReturnGround,
    Unanswered,
    WrittenReplyWanted,
    check_answers,
    check_extension,
    check_forwarding,
    check_parties,
    check_procedure,
    check_request_extension,
    check_return,
    check_telling,
    choose_state,
    list_deeds,
)
from hotline_sessions.domain.appeals import OPEN, AlreadyAnswered, AppealState
from hotline_sessions.domain.card_facts import Procedure
from hotline_sessions.domain.term_policies import TermPolicy
from hotline_sessions.domain.workdays import build_calendar


RECEIVED = date(2026, 11, 2)
LEGAL = date(2026, 12, 2)
CAP = date(2026, 12, 17)
CALENDAR = build_calendar()
POLICY = TermPolicy()


def extend(until: date, *, today: date = LEGAL) -> None:
    check_extension(RECEIVED, LEGAL, until, today=today, calendar=CALENDAR)


def test_an_appeal_goes_from_resolution_to_closing_step_by_step() -> None:
    state = AppealState.REGISTERED
    way = [Deed.RESOLVE, Deed.START, Deed.DRAFT, Deed.CHECK, Deed.SIGN, Deed.SEND, Deed.CLOSE]
    for deed in way:
        state = choose_state(state, deed, is_head=True)

    assert state is AppealState.CLOSED


@pytest.mark.parametrize("state", AppealState)
@pytest.mark.parametrize("deed", Deed)
def test_a_deed_that_does_not_follow_is_refused(state: AppealState, deed: Deed) -> None:
    if (state, deed) in MOVES:
        assert choose_state(state, deed, is_head=True) is MOVES[state, deed]
    else:
        with pytest.raises((ImpossibleStep, AlreadyAnswered)):
            choose_state(state, deed, is_head=True)


@pytest.mark.parametrize("deed", sorted(HEADS))
def test_what_the_head_decides_nobody_else_does(deed: Deed) -> None:
    state = next(state for state, each in MOVES if each is deed)

    with pytest.raises(OnlyHead):
        choose_state(state, deed, is_head=False)
    assert deed not in list_deeds(state, is_head=False)


def test_closed_is_reached_from_answered_alone() -> None:
    sources = {state for (state, _), after in MOVES.items() if after is AppealState.CLOSED}

    assert sources == {AppealState.ANSWERED}


def test_from_an_end_there_is_no_way_on() -> None:
    assert {state for state, _ in MOVES} == OPEN | {AppealState.ANSWERED}


def test_a_term_is_extended_up_to_the_forty_fifth_day_from_receipt() -> None:
    extend(CAP)

    with pytest.raises(PastCap) as refused:
        extend(CAP + timedelta(days=1))
    assert refused.value.facts == {"last": "17.12.2026"}


def test_a_term_that_has_passed_is_not_extended() -> None:
    with pytest.raises(ExtendedTooLate):
        extend(CAP, today=LEGAL + timedelta(days=1))


def test_an_extension_ends_after_the_present_last_day() -> None:
    with pytest.raises(NotLater):
        extend(LEGAL)


def test_a_request_is_extended_once_within_five_working_days_and_to_twenty_at_most() -> None:
    received, told, cap = date(2026, 11, 16), date(2026, 11, 23), date(2026, 12, 14)

    def try_it(until: date, today: date = told, legal: date = told) -> None:
        check_request_extension(received, legal, until, today=today, calendar=CALENDAR)

    try_it(cap)
    with pytest.raises(RequestPastCap) as refused:
        try_it(cap + timedelta(days=1))
    assert refused.value.facts == {"last": "14.12.2026"}
    with pytest.raises(RequestExtendedTooLate):
        try_it(cap, today=told + timedelta(days=1), legal=date(2026, 12, 1))
    with pytest.raises(RequestExtendedTooLate):
        try_it(cap, today=date(2026, 11, 19), legal=date(2026, 11, 18))
    with pytest.raises(RequestNotLater):
        try_it(told)


def test_a_request_is_refused_by_a_reply_and_not_by_the_law_on_appeals() -> None:
    request = Procedure.INFO_REQUEST
    offered = list_deeds(AppealState.REGISTERED, is_head=True, procedure=request)

    assert {Deed.RETURN, Deed.STOP} & set(offered) == set()
    for deed in (Deed.RETURN, Deed.STOP):
        check_procedure(deed, Procedure.ADMIN_PROCEDURE)
        with pytest.raises(NoAppealsLaw):
            check_procedure(deed, request)


def test_a_request_is_sent_to_who_has_the_information_within_five_working_days() -> None:
    received, request = date(2026, 11, 18), Procedure.INFO_REQUEST
    last = date(2026, 11, 25)
    check_forwarding(received, today=last, calendar=CALENDAR, policy=POLICY, procedure=request)

    with pytest.raises(ForwardedTooLate):
        check_forwarding(
            received,
            today=last + timedelta(days=1),
            calendar=CALENDAR,
            policy=POLICY,
            procedure=request,
        )


@pytest.mark.parametrize(
    ("ground", "last"),
    [
        (ReturnGround.PARTICULARS, date(2026, 11, 12)),
        # The fifth day, 7 November, is a Saturday: the defensible day is the Monday after.
        (ReturnGround.MISSING_DATA, date(2026, 11, 9)),
    ],
)
def test_an_appeal_is_returned_within_ten_days_or_five(ground: ReturnGround, last: date) -> None:
    check_return(ground, RECEIVED, today=last, calendar=CALENDAR, policy=POLICY)

    with pytest.raises(ReturnedTooLate):
        check_return(
            ground, RECEIVED, today=last + timedelta(days=1), calendar=CALENDAR, policy=POLICY
        )


def test_an_appeal_is_forwarded_within_five_days() -> None:
    received = date(2026, 11, 18)
    check_forwarding(received, today=date(2026, 11, 23), calendar=CALENDAR, policy=POLICY)

    with pytest.raises(ForwardedTooLate):
        check_forwarding(received, today=date(2026, 11, 24), calendar=CALENDAR, policy=POLICY)


def test_an_institution_may_read_the_five_days_as_working_days() -> None:
    received, reading = date(2026, 11, 18), TermPolicy(forwards_in_working_days=True)
    last = date(2026, 11, 25)
    check_forwarding(received, today=last, calendar=CALENDAR, policy=reading)
    check_return(ReturnGround.MISSING_DATA, received, today=last, calendar=CALENDAR, policy=reading)

    with pytest.raises(ForwardedTooLate):
        check_forwarding(
            received, today=last + timedelta(days=1), calendar=CALENDAR, policy=reading
        )


def test_nobody_complained_of_deals_with_the_appeal() -> None:
    unit, account = Party(kind=PartyKind.UNIT, id=1), Party(kind=PartyKind.ACCOUNT, id=1)
    check_parties([unit], [account])

    with pytest.raises(ComplainedOf):
        check_parties([unit, account], [account])


def test_a_reply_is_told_only_to_who_wants_no_written_one() -> None:
    check_telling(wants_written_reply=False)

    with pytest.raises(WrittenReplyWanted):
        check_telling(wants_written_reply=True)


def test_each_question_needs_its_answer() -> None:
    check_answers([2, 3], [2, 3])

    with pytest.raises(Unanswered):
        check_answers([2, 3], [2])
