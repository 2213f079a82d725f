import pytest

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.web.row_ids import GREATEST, read_row_id


@pytest.mark.parametrize(
    "text", ["", "0", "-1", "x", "1.5", " 1", "\u0663", "1_0", str(GREATEST + 1), "9" * 5000]
)
def test_what_is_no_number_of_a_row_is_not_found(text: str) -> None:
    with pytest.raises(NotFound):
        read_row_id(text)


def test_each_number_that_a_row_may_have_is_read() -> None:
    assert [read_row_id(text) for text in ("1", str(GREATEST))] == [1, GREATEST]
