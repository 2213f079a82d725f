"""References: the name of a booking as people write it down and read it out.

The name in addresses is made of digits and of letters without I, L, O and U, so that no
character can be taken for another one: it only has to be grouped, and read in capitals. It is
no secret and opens nothing.
"""

from itertools import pairwise
from typing import Final


_CUTS: Final = (0, 3, 6, 10)
"""Three, three and four characters, as people say a telephone number."""


def build_reference(public_id: str) -> str:
    """The reference of what ``public_id`` names: «7K3-M9Q-2XHV»."""
    return "-".join(public_id[start:end] for start, end in pairwise(_CUTS)).upper()
