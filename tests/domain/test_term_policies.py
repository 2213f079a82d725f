from datetime import date

import msgspec

from hotline_sessions.domain.deadlines import Target
from hotline_sessions.domain.term_policies import Channel, TermPolicy
from hotline_sessions.domain.terms import PROVISIONS, TERM_CODES


def test_without_a_choice_the_careful_reading_holds() -> None:
    policy = msgspec.json.decode(b"{}", type=TermPolicy)

    assert policy.choose_forwarding_term(date(2026, 11, 18)) == "ART7_5D"
    assert policy.find_target("", "ART20_15D") is None


def test_forwarding_in_working_days_is_a_choice_since_the_law_on_procedure() -> None:
    policy = TermPolicy(forwards_in_working_days=True)

    assert policy.choose_forwarding_term(date(2026, 11, 18)) == "ART7_5WD"
    assert policy.choose_forwarding_term(date(2023, 12, 14)) == "ART7_5D"


def test_the_hotline_promises_five_days_without_study_and_fifteen_with_it() -> None:
    channel = Channel.GOVERNMENT_HOTLINE

    assert TermPolicy().find_target(channel, "ART20_15D") == Target(channel=channel, days=5)
    assert TermPolicy().find_target(channel, "ART20_MONTH") == Target(channel=channel, days=15)
    assert TermPolicy(targets=()).find_target(channel, "ART20_15D") is None


def test_rules_without_days_of_their_own_are_dated_rows_too() -> None:
    codes = {rule.code for rule in PROVISIONS}

    assert codes == {"ART20_SHORT", "ART20_PRIORITY"}
    assert not codes & set(TERM_CODES)
    assert all(rule.article == "20" and rule.version == 1 for rule in PROVISIONS)
