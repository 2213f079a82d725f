"""How staff find a booking: by its name in addresses, or by the phone."""

from typing import Final

from hotline_sessions.domain.ids import InstitutionId, PublicId
from hotline_sessions.store.engine import fetch_rows


MOST_FOUND: Final = 20
"""Bookings of one phone that are shown: the latest talks."""


async def list_names(
    name: PublicId | None, phone: str | None, *, institution: InstitutionId
) -> list[PublicId]:
    """Names of bookings of the institution, those with the latest talks first; no offers."""
    rows = await fetch_rows(
        """select b.public_id from booking b join slot t on t.id = b.slot
            where b.institution = $3 and (b.public_id = $1 or b.phone = $2)
              and not (b.state = 'offered' or (b.state = 'cancelled' and b.code_hint = ''))
            order by t.starts_at desc, b.id desc limit $4""",
        name,
        phone,
        institution,
        MOST_FOUND,
    )
    return [PublicId(row["public_id"]) for row in rows]
