"""An SMS is counted as the networks count it."""

import pytest

from hotline_sessions.domain.segments import measure


@pytest.mark.parametrize(
    ("text", "signs", "segments", "is_wide"),
    [
        ("", 0, 1, False),
        ("a" * 160, 160, 1, False),
        ("a" * 161, 161, 2, False),
        ("a" * 306, 306, 2, False),
        ("a" * 307, 307, 3, False),
        ("€" * 80, 160, 1, False),
        ("€" * 81, 162, 2, False),
        ("a" * 152 + "€" + "a" * 152, 306, 3, False),
        ("я" * 70, 70, 1, True),
        ("я" * 71, 71, 2, True),
        ("я" * 134, 134, 2, True),
        ("я" * 135, 135, 3, True),
        ("a" * 69 + "я", 70, 1, True),
        ("😀" * 35, 70, 1, True),
        ("я" * 66 + "😀" + "я" * 66, 134, 3, True),
    ],
)
def test_parts_are_counted(text: str, signs: int, segments: int, *, is_wide: bool) -> None:
    size = measure(text)

    assert (size.signs, size.segments, size.is_wide) == (signs, segments, is_wide)
