"""Of several things done together the failure of one stops none of the others."""

import pytest

from hotline_sessions.services.together import OneByOne, do_all


pytestmark = pytest.mark.anyio


async def test_all_are_done_at_once_and_the_first_failure_is_told() -> None:
    done: list[int] = []

    async def work(number: int) -> None:
        if number == 1:
            raise LookupError
        done.append(number)

    with pytest.raises(LookupError):
        await do_all(work(number) for number in range(3))

    assert done == [0, 2]


def test_one_after_another_is_done_and_the_first_failure_is_told_at_the_end() -> None:
    works, done = OneByOne(), list[int]()

    for number, error in enumerate((None, LookupError, ValueError, None)):
        with works.one(session_id=number):
            if error is not None:
                raise error
            done.append(number)

    assert done == [0, 3]
    with pytest.raises(LookupError):
        works.end()


def test_where_nothing_fails_nothing_is_told() -> None:
    works = OneByOne()
    with works.one(session_id=1):
        pass

    works.end()
