import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.web.ranges import Unsatisfiable, read_part


@pytest.mark.parametrize(
    ("header", "start", "end"),
    [
        ("bytes=0-", 0, 100),
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=90-500", 90, 100),
        ("bytes=-10", 90, 100),
        ("bytes=-500", 0, 100),
        ("bytes = 1 - 2", 1, 3),
    ],
)
def test_a_part_is_what_was_asked_for_as_far_as_it_is_there(
    header: str, start: int, end: int
) -> None:
    part = read_part(header, 100)

    assert part is not None
    assert (part.start, part.end) == (start, end)
    assert part.content_range == f"bytes {start}-{end - 1}/100"


@pytest.mark.parametrize(
    "header", [None, "", "bytes=", "bytes=-", "bytes=5-2", "bytes=0-1,5-6", "lines=1-2", "rubbish"]
)
def test_what_is_not_understood_is_answered_by_the_whole(header: str | None) -> None:
    assert read_part(header, 100) is None


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=500-600", "bytes=-0"])
def test_a_part_behind_the_end_cannot_be_given(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        read_part(header, 100)


@given(st.text(alphabet="bytes=0123456789-, ", max_size=40), st.integers(0, 10**9))
def test_no_header_leads_outside_the_sound(header: str, size: int) -> None:
    try:
        part = read_part(header, size)
    except Unsatisfiable:
        return
    assert part is None or 0 <= part.start < part.end <= size
