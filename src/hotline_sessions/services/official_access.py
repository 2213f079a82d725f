"""How the official of a session gets in, as staff see it: link, PIN, numbers, who could."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.ids import OfficialId
from hotline_sessions.domain.officials import Official
from hotline_sessions.domain.plans import PlannedSession
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.official_links import (
    CLOSED_TO_OFFICIALS,
    LINK_KEPT,
    build_official_token,
)
from hotline_sessions.services.tokens import build_official_pin
from hotline_sessions.store.officials import list_officials
from hotline_sessions.store.plans import get_planned
from hotline_sessions.store.sessions import get_session_of


class Access(Struct, frozen=True, kw_only=True):
    """How the official of ``session`` gets in; ``token`` is empty where there is no link.

    ``answers`` is who does; ``announced`` who was announced; ``others`` who could instead.
    """

    session: PlannedSession
    token: str
    until: datetime
    pin: str
    ring_number: str | None
    answers: Official | None
    announced: Official | None
    others: list[Official]

    @property
    def is_substituted(self) -> bool:
        """Whether somebody else answers than was announced."""
        return self.answers != self.announced


async def get_access(public_id: str, *, staff: Staff, secret: bytes, now: datetime) -> Access:
    """How the official of a session gets in.

    Raises:
        NotFound: There is no such session in the institution of ``staff``.
    """
    session = await get_session_of(public_id, institution=staff.institution)
    everybody = await list_officials(institution=staff.institution)
    by_id: dict[OfficialId | None, Official] = {each.id: each for each in everybody}
    answering = session.substitute or session.official
    today = local_date(now, ZoneInfo(session.time_zone))
    has_link = session.state not in CLOSED_TO_OFFICIALS
    return Access(
        session=await get_planned(public_id, institution=staff.institution),
        token=build_official_token(session, secret=secret) if has_link else "",
        until=session.ends_at + LINK_KEPT,
        pin=build_official_pin(secret, session.public_id),
        ring_number=session.ring_number,
        answers=by_id.get(answering),
        announced=by_id.get(session.official),
        others=[each for each in everybody if each.id != answering and _is_in_office(each, today)],
    )


def _is_in_office(official: Official, today: date) -> bool:
    return official.valid_from <= today and (official.valid_to is None or today < official.valid_to)
