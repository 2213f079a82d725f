"""Publications: made from the present facts, written down, and looked after until they end."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Final

import structlog
from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.announcements import Announcement, Filter
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import InstitutionId
from hotline_sessions.domain.institutions import Institution
from hotline_sessions.domain.publications import (
    Checked,
    Ending,
    Kind,
    NewPublication,
    Publication,
    PublicationEnded,
    Standing,
    Todo,
    check,
    read_facts,
)
from hotline_sessions.domain.sites import read_sites
from hotline_sessions.services.announcements import get_announcement
from hotline_sessions.services.publication_words import Told
from hotline_sessions.services.schedule_orders import Orders, find_orders_of
from hotline_sessions.services.sent_forms import NEVER_SENT, Facts, Once
from hotline_sessions.store.announcements import list_announcements
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.publications import (
    find_sites,
    get_publication,
    list_announced,
    list_announced_between,
    list_out,
    list_publications,
    mark_ended,
    mark_sites,
    note_publication,
)
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

MOST_SHOWN: Final = 200


class Shown(Struct, frozen=True, kw_only=True):
    """What a widget shows, and on which sites it may; no site: on all."""

    sessions: Sequence[Announcement]
    sites: Sequence[str]


class Month(Struct, frozen=True, kw_only=True):
    """Sessions of a month that are held as announced, whose they are, and who approved them."""

    home: Institution
    first_on: date
    sessions: Sequence[Announcement]
    orders: Orders = Orders()


async def get_told(public_id: str, *, staff: Staff, public_url: str) -> Told:
    """An announced session of the institution of ``staff``, to be told of.

    Raises:
        NotFound: None such is announced there.
    """
    session = await get_announcement(public_id)
    if session.institution != staff.institution:
        raise NotFound
    return Told(session=session, successor=await find_successor(session), public_url=public_url)


async def find_successor(session: Announcement) -> Announcement | None:
    """The session that this one was moved to, if it was."""
    if session.rescheduled_to is not None:
        with suppress(NotFound):
            return await get_announcement(session.rescheduled_to)
    return None


async def note(
    kind: Kind,
    session: Announcement,
    *,
    language: str,
    place: str = "",
    staff: Staff,
    now: datetime,
    once: Once = NEVER_SENT,
) -> None:
    """Write down that something was made of the session as it is now.

    Raises:
        OtherForm: Something else stood in the first copy of the form.
    """
    new = NewPublication(
        institution=staff.institution,
        kind=kind,
        language=language,
        place=place,
        session=session.id,
        facts=(read_facts(session),),
    )
    await _note(new, staff=staff, now=now, once=once)


async def note_widget(
    place: str, *, language: str, staff: Staff, now: datetime, once: Once = NEVER_SENT
) -> None:
    """Write down on which site the widget stands.

    Raises:
        OtherForm: Something else stood in the first copy of the form.
    """
    new = NewPublication(
        institution=staff.institution, kind=Kind.WIDGET, language=language, place=place
    )
    await _note(new, staff=staff, now=now, once=once)


async def read_month(first_on: date, *, staff: Staff) -> Month:
    """The sessions of the month that begins on ``first_on``."""
    sessions = await _list_month(first_on, institution=staff.institution)
    return Month(
        home=await get_institution(staff.institution),
        first_on=first_on,
        sessions=sessions,
        orders=await find_orders_of(sessions, staff=staff),
    )


async def note_month(month: Month, *, language: str, staff: Staff, now: datetime) -> None:
    """Write down that the schedule of this month was given out."""
    new = NewPublication(
        institution=staff.institution,
        kind=Kind.SCHEDULE,
        language=language,
        month=month.first_on,
        facts=tuple(read_facts(each) for each in month.sessions),
    )
    await _note(new, staff=staff, now=now)


async def list_of_session(public_id: str, *, staff: Staff, now: datetime) -> list[Checked]:
    """What was made of one session, the latest first."""
    found = await list_publications(
        institution=staff.institution, session=public_id, limit=MOST_SHOWN
    )
    return await _check_all(found, institution=staff.institution, now=now)


async def list_all(*, staff: Staff, now: datetime) -> list[Checked]:
    """What the institution has out: first what must be replaced or taken down."""
    out = await list_out(institution=staff.institution, now=now)
    checked = await _check_all(out, institution=staff.institution, now=now)
    return sorted(checked, key=lambda each: each.todo is Todo.NOTHING)


async def count_stale(*, staff: Staff, now: datetime) -> int:
    """How many publications must be replaced or taken down."""
    return sum(each.todo is not Todo.NOTHING for each in await list_all(staff=staff, now=now))


async def end(
    public_id: str, ending: Ending, *, staff: Staff, now: datetime, once: Once = NEVER_SENT
) -> Publication:
    """Note that a publication is out no more.

    Raises:
        NotFound: The institution has no such publication.
        PublicationEnded: That was noted before.
        OtherForm: Something else stood in the first copy of the form.
    """
    found = await get_publication(public_id, institution=staff.institution)

    async def work() -> Facts:
        if not await mark_ended(
            found.id, ending, institution=staff.institution, account=staff.account, now=now
        ):
            raise PublicationEnded
        await _audit(f"publication_{ending.value}", found.id, staff=staff, now=now)
        return {}

    async with transaction():
        await once.do(work, now=now)
    return found


async def get_home(*, staff: Staff) -> Institution:
    """The institution of ``staff``."""
    return await get_institution(staff.institution)


async def list_sites(*, staff: Staff) -> list[str]:
    """Sites on which the sessions of the institution may be shown; none: on all."""
    return await find_sites(institution=staff.institution)


async def save_sites(text: str, *, staff: Staff, now: datetime, once: Once = NEVER_SENT) -> None:
    """Let the sessions be shown on these sites only, one a line; nothing: on all.

    Raises:
        BadSite: A line is not the address of a site.
        OtherForm: Something else stood in the first copy of the form.
    """
    sites = read_sites(text)

    async def work() -> Facts:
        await mark_sites(sites, institution=staff.institution)
        await _audit("embedding_changed", staff.institution, staff=staff, now=now)
        return {}

    async with transaction():
        await once.do(work, now=now)


async def list_shown(wanted: Filter, session: str | None, *, now: datetime, limit: int) -> Shown:
    """What a widget shows: one session, or the next ones of an institution or an official.

    Raises:
        NotFound: None of these is asked for, or there is no such session.
    """
    if session is not None:
        found = [await get_announcement(session)]
    elif wanted.institution or wanted.official:
        found = await list_announcements(wanted, since=now, limit=limit)
    else:
        raise NotFound
    homes = {each.institution for each in found}
    sites = [site for home in sorted(homes) for site in await find_sites(institution=home)]
    return Shown(sessions=found, sites=sites)


async def _check_all(
    found: Sequence[Publication], *, institution: InstitutionId, now: datetime
) -> list[Checked]:
    names = sorted({each.session for each in found if each.session is not None})
    present = {
        each.public_id: read_facts(each)
        for each in await list_announced(names, institution=institution)
    }
    months = {
        month: {
            each.public_id: read_facts(each)
            for each in await _list_month(month, institution=institution)
        }
        for month in sorted({each.month for each in found if each.month is not None})
    }
    return [
        check(
            each,
            months[each.month]
            if each.month is not None
            else {name: facts for name, facts in present.items() if name == each.session},
            now=now,
        )
        for each in found
    ]


async def _list_month(first_on: date, *, institution: InstitutionId) -> list[Announcement]:
    """Announced sessions of the month, without those called off or moved away."""
    last_on = (first_on + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    found = await list_announced_between(first_on, last_on, institution=institution)
    return [each for each in found if read_facts(each).standing is Standing.HELD]


async def _note(
    new: NewPublication, *, staff: Staff, now: datetime, once: Once = NEVER_SENT
) -> None:
    async def work() -> Facts:
        await note_publication(new, institution=staff.institution, account=staff.account, now=now)
        subject = new.session if new.session is not None else staff.institution
        await _audit(f"published_{new.kind.value}", subject, staff=staff, now=now)
        return {}

    async with transaction():
        await once.do(work, now=now)
    log.info("publication_noted", kind=new.kind.value, account_id=staff.account)


async def _audit(action: str, subject: int, *, staff: Staff, now: datetime) -> None:
    await add_entry(
        action,
        "publication",
        subject,
        institution=staff.institution,
        account=staff.account,
        now=now,
    )
