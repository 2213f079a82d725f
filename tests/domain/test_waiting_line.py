"""Whoever came first is let in first, and nobody waits for those who have gone."""

from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.domain.waiting_line import WaitingLine


def test_nobody_waits_while_there_is_room() -> None:
    line = WaitingLine(patience=20)

    assert [line.ask(line.draw_number(0), free=1, now=0) for _ in range(3)] == [None] * 3
    assert len(line) == 0


def test_numbers_grow_even_within_a_microsecond() -> None:
    line = WaitingLine(patience=20)

    assert line.draw_number(1) < line.draw_number(1) < line.draw_number(0.5)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=60), st.integers(1, 3))
def test_however_they_ask_nobody_is_let_in_before_who_came_first(
    turns: list[int], free: int
) -> None:
    line = WaitingLine(patience=1000)
    numbers = [line.draw_number(0) for _ in range(10)]
    for number in numbers:
        assert line.ask(number, free=0, now=0) is not None
    waiting = list(numbers)

    for moment, turn in enumerate(turns):
        number = numbers[turn]
        if number not in waiting:
            continue
        ahead = line.ask(number, free=free, now=moment)
        if ahead is None:
            assert waiting.index(number) < free
            waiting.remove(number)
        else:
            assert ahead == waiting.index(number) >= free
    assert len(line) == len(waiting)


def test_who_does_not_ask_any_more_holds_up_nobody() -> None:
    line = WaitingLine(patience=20)
    gone, also_gone, here = (line.draw_number(0) for _ in range(3))
    for number in (gone, also_gone, here):
        line.ask(number, free=0, now=0)

    assert line.ask(here, free=1, now=20) == 2
    assert line.ask(here, free=1, now=20.1) is None
    assert len(line) == 0


def test_who_comes_back_late_has_kept_the_number_of_the_arrival() -> None:
    line = WaitingLine(patience=20)
    first, second = line.draw_number(0), line.draw_number(1)
    for number in (first, second):
        line.ask(number, free=0, now=1)
    line.ask(second, free=0, now=15)
    line.ask(second, free=0, now=30)

    assert line.ask(first, free=0, now=31) == 0
    assert line.ask(second, free=0, now=31) == 1


def test_more_than_can_be_remembered_are_let_in_after_them() -> None:
    line = WaitingLine(patience=20, most=2)
    numbers = [line.draw_number(0) for _ in range(4)]
    for number in numbers:
        line.ask(number, free=0, now=0)

    assert len(line) == 2
    assert line.ask(numbers[3], free=2, now=1) == 2
    assert line.ask(numbers[1], free=2, now=1) is None
    assert line.ask(numbers[3], free=2, now=1) is None
