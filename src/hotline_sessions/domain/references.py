"""References: the name of a booking as people write it down and read it out.

The name in addresses is made of digits and of letters without I, L, O and U, so that no
character can be taken for another one: it only has to be grouped, and read in capitals. It is
no secret and opens nothing.
"""

from itertools import pairwise
from typing import Final

from hotline_sessions.domain.errors import Invalid
from hotline_sessions.domain.ids import PublicId


_CUTS: Final = (0, 3, 6, 10)
"""Three, three and four characters, as people say a telephone number."""
_LETTERS: Final = frozenset("0123456789abcdefghjkmnpqrstvwxyz")
_MISREAD: Final = str.maketrans({"o": "0", "i": "1", "l": "1", "-": "", " ": ""})


class BadReference(Invalid):
    """It is not ten characters, or has one that no reference has."""

    code = "bad-reference"


def build_reference(public_id: str) -> str:
    """The reference of what ``public_id`` names: «7K3-M9Q-2XHV»."""
    return "-".join(public_id[start:end] for start, end in pairwise(_CUTS)).upper()


def parse_reference(text: str) -> PublicId:
    """The name that a reference stands for, read as people write it and mistake its letters.

    Raises:
        BadReference: It cannot be one.
    """
    name = text.strip().lower().translate(_MISREAD)
    if len(name) != _CUTS[-1] or not _LETTERS.issuperset(name):
        raise BadReference
    return PublicId(name)
