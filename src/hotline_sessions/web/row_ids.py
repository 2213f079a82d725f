"""Numbers of rows, as forms and addresses carry them."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from hotline_sessions.domain.errors import NotFound


GREATEST: Final = 2**63 - 1
"""What the database can hold; a greater one is no number of a row."""

RowId = Annotated[int, Meta(ge=1, le=GREATEST)]


def read_row_id(text: str) -> int:
    """The number of a row in an address.

    Raises:
        NotFound: It is none, or none that there can be.
    """
    try:
        return msgspec.convert(text, RowId, strict=False)
    except msgspec.ValidationError:
        raise NotFound from None
