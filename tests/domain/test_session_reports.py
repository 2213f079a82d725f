"""A report shows no group in which somebody could be recognised, nor lets one be reckoned."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.domain.session_reports import (
    MOST_ROWS,
    SMALLEST_SHOWN,
    Breakdown,
    Facts,
    Figures,
    Group,
    break_down,
    build_figures,
    count_communities,
    hide,
)


GROUPS = st.dictionaries(st.text("абвгґд", min_size=1, max_size=3), st.integers(1, 30), max_size=20)


@given(GROUPS)
def test_every_group_that_is_told_is_large_enough(counts: dict[str, int]) -> None:
    shown = break_down(counts)

    assert all(group.count >= SMALLEST_SHOWN for group in shown.groups)
    assert shown.others == 0 or shown.others >= SMALLEST_SHOWN
    assert len(shown.groups) <= MOST_ROWS


@given(GROUPS)
def test_no_small_group_can_be_reckoned_from_the_sum(counts: dict[str, int]) -> None:
    shown = break_down(counts)

    rest = sum(counts.values()) - sum(group.count for group in shown.groups)
    assert rest == shown.others or not shown.groups
    assert {group.name: group.count for group in shown.groups}.items() <= counts.items()


def test_the_smallest_shown_group_joins_those_that_are_too_few_together() -> None:
    counts = {"дороги": 9, "тепло": 6, "сміття": 2}

    assert break_down(counts) == Breakdown(groups=(Group(name="дороги", count=9),), others=8)


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, None), (4, None), (5, 5)])
def test_a_few_people_are_not_counted_out(count: int, shown: int | None) -> None:
    assert hide(count) == shown


def test_how_questions_ended_is_told_when_enough_have_asked() -> None:
    few = Facts(callers=6, talks=5, asked=4, at_once=4, topics={"II.1": 4})
    many = Facts(callers=9, talks=8, asked=8, at_once=6, later=1, topics={"II.1": 5, "II.2": 3})

    assert build_figures(few) == Figures(callers=6, talks=5, asked=None)
    assert build_figures(many) == Figures(
        callers=9,
        talks=8,
        asked=8,
        at_once=6,
        under_control=2,
        later=1,
        topics=Breakdown(others=8),
    )


def test_one_community_is_one_however_it_is_written() -> None:
    said = ["м. Рівне, вул. Соборна, 1", "Рівне", "рівне ", "м.Рівне", "с. Городок", "Рівне", ""]

    assert count_communities(said) == {"Рівне": 5, "с. Городок": 1}
