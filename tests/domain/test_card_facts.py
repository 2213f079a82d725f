"""What a card may say, which term follows from it, and codes typed short."""

from datetime import date, time

import pytest
from tests.factories import NOW

from hotline_sessions.domain.appeals import NewAppeal
from hotline_sessions.domain.card_facts import (
    BadCallTime,
    CardFacts,
    NoAppeal,
    NoSuchProcedureYet,
    NotCollective,
    Procedure,
    check_facts,
    choose_term,
    find_call_time,
    give_priority,
    needs_study,
)
from hotline_sessions.domain.classifier import Section, UnknownCode, read_codes
from hotline_sessions.domain.corrections import FIELDS, PERSONAL
from hotline_sessions.domain.errors import Invalid
from hotline_sessions.domain.terms import TERM_CODES
from hotline_sessions.domain.times import KYIV
from hotline_sessions.store.classifier_data import load_classifier


ROWS = load_classifier()
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        (CardFacts(sign="5.1"), UnknownCode),
        (CardFacts(categories=("7.5", "8.1")), UnknownCode),
        (CardFacts(more_topics=("999",)), UnknownCode),
        (CardFacts(subject="5.2", people=1), NotCollective),
        (CardFacts(procedure=Procedure.CONSULTATION), NoAppeal),
    ],
)
def test_a_card_that_cannot_be_is_refused(facts: CardFacts, refusal: type[Invalid]) -> None:
    with pytest.raises(refusal):
        check_facts(facts, ROWS, on=TODAY)


def test_a_full_card_is_taken_and_an_empty_one_too() -> None:
    full = CardFacts(
        sign="2.2", subject="5.2", people=2, medium="6.3", sex="4.2", social_status="8.8",
        categories=("7.5", "7.x1"), more_topics=("060",), procedure=Procedure.INFO_REQUEST,
    )  # fmt: skip

    check_facts(full, ROWS, on=TODAY)
    check_facts(CardFacts(), ROWS, on=TODAY)


def test_nothing_is_dealt_with_under_a_law_that_was_not_there_yet() -> None:
    act = CardFacts(procedure=Procedure.ADMIN_PROCEDURE)

    check_facts(act, ROWS, on=date(2023, 12, 15))
    with pytest.raises(NoSuchProcedureYet):
        check_facts(act, ROWS, on=date(2023, 12, 14))


@pytest.mark.parametrize("procedure", set(Procedure) - {Procedure.CONSULTATION})
@pytest.mark.parametrize("studied", [True, False])
def test_every_procedure_has_a_term_that_is_in_the_table(
    procedure: Procedure, *, studied: bool
) -> None:
    rule = choose_term(procedure, needs_study=studied)

    assert rule in TERM_CODES
    if procedure is Procedure.APPEALS_LAW:
        assert needs_study(rule, TODAY) is studied


def test_only_a_request_for_information_is_urgent_by_its_law() -> None:
    urgent = choose_term(Procedure.INFO_REQUEST, needs_study=True, is_urgent=True)

    assert urgent == "INFO_48H"
    assert choose_term(Procedure.APPEALS_LAW, needs_study=True, is_urgent=True) == "ART20_MONTH"


@pytest.mark.parametrize(
    ("category", "first"),
    [("7.5", True), ("7.14", True), ("7.x1", False), ("7.19", False), ("7.20", False)],
)
def test_benefits_of_a_law_of_their_own_put_first_in_line(category: str, *, first: bool) -> None:
    card = give_priority(CardFacts(categories=(category,)), ROWS, on=TODAY)

    assert card.has_priority is first


def test_who_was_put_first_by_hand_stays_so_without_benefits() -> None:
    assert give_priority(CardFacts(has_priority=True), ROWS, on=TODAY).has_priority


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("060", ("060",)),
        ("6", ("060",)),
        ("6, 9; 100", ("060", "090", "100")),
        ("060 Соціальний захист; 090 Комунальне господарство", ("060", "090")),
        ("соціальний зах", ("060",)),
        ("Economic, pricing, investment; Housing", None),
        ("Інше", ("250",)),
        ("6 6", ("060",)),
        ("діяльність", None),
        ("7.5", None),
        ("999", None),
    ],
)
def test_topics_are_typed_by_code_or_by_name(typed: str, codes: tuple[str, ...] | None) -> None:
    if codes is None:
        with pytest.raises(UnknownCode):
            read_codes(ROWS, typed, section=Section.TOPIC, on=TODAY)
    else:
        assert read_codes(ROWS, typed, section=Section.TOPIC, on=TODAY) == codes


def test_a_code_of_a_category_is_not_taken_for_a_longer_one() -> None:
    read = read_codes(ROWS, "7.1 7.10; 7.x1", section=Section.CATEGORY, on=TODAY)

    assert read == ("7.1", "7.10", "7.x1")


@pytest.mark.parametrize(
    ("day", "clock"),
    [
        (TODAY, time(10, 1)),
        (date(2026, 11, 24), time(0)),
        (date(2025, 11, 21), time(12)),
        (date.min, time(0)),
        (date.max, time(23, 59)),
    ],
)
def test_a_call_lies_behind_and_not_years(day: date, clock: time) -> None:
    with pytest.raises(BadCallTime):
        find_call_time(day, clock, KYIV, now=NOW)


def test_a_call_was_when_the_clocks_of_the_institution_showed_it() -> None:
    assert find_call_time(TODAY, time(10), KYIV, now=NOW) == NOW
    assert find_call_time(date(2026, 7, 1), time(10), KYIV, now=NOW).hour == 7


def test_all_that_is_asked_for_a_card_can_be_corrected() -> None:
    # Study shows in the term.
    assert set(FIELDS) == set(NewAppeal.__struct_fields__) - {"needs_study", "is_urgent"}
    assert set(FIELDS) > PERSONAL
