"""What the demo puts into an empty database: institutions, staff, a month of sessions."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from hotline_sessions.cli.demo_world import (
    CITY,
    COUNCIL,
    HOTLINE,
    INVITED_EMAIL,
    INVITED_NAME,
    ON_AIR,
    ON_AIR_TITLE_EN,
    ON_AIR_TOPIC,
    PASSWORD,
    PRESS,
    SCHEDULES,
    SINCE,
    STAFF,
)
from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.ids import InstitutionId, PostId, PublicId
from hotline_sessions.domain.institutions import NewInstitution
from hotline_sessions.domain.lines import Line
from hotline_sessions.domain.officials import NewPost
from hotline_sessions.domain.rules import RulesKind
from hotline_sessions.domain.schedules import RowReading, read_rows
from hotline_sessions.domain.sessions import ADMITTING, Session, SessionState
from hotline_sessions.domain.times import KYIV, HourTwice, check_wall_time, local_date
from hotline_sessions.gateways.sheets import read_sheet
from hotline_sessions.services import accounts, session_plans, sessions
from hotline_sessions.services.schedules import import_rows
from hotline_sessions.store.accounts import find_member
from hotline_sessions.store.attendance import save_address
from hotline_sessions.store.institutions import (
    add_institution,
    find_institution_by_slug,
    get_rules,
    mark_rules,
)
from hotline_sessions.store.lines import add_line, find_line
from hotline_sessions.store.officials import (
    add_appointment,
    add_official,
    add_post,
    find_post,
    list_officials,
)
from hotline_sessions.store.sessions import list_sessions


HORIZON: Final = timedelta(days=35)
"""How far ahead the demo's schedule reaches: a month and a little."""
BEGAN: Final = timedelta(minutes=10)
LASTS: Final = timedelta(hours=4)
STEP: Final = timedelta(minutes=5)
ENOUGH: Final = timedelta(minutes=60)
"""A session that is on air and has so long to go need not be followed by another."""
BEGUN_AGAIN: Final = "Показ розпочато знову."
"""Why a session of an earlier demo is called off."""

PATIENT: Final[Mapping[str, int]] = MappingProxyType(
    {"late_official_seconds": 3600, "missing_official_seconds": 4 * 3600}
)
"""In the demo the official is whoever picks up the telephone, some time."""


class Prepared(Struct, frozen=True, kw_only=True):
    """What the demo has to show."""

    on_air: PublicId
    coming: int


async def set_up_institutions(now: datetime) -> None:
    """Institutions with line, posts, persons and staff; nothing if they are there."""
    if await find_institution_by_slug(COUNCIL.slug):
        return
    council = await add_institution(COUNCIL)
    held = await get_rules(RulesKind.CALLS, council)
    await mark_rules(RulesKind.CALLS, replace(held, **PATIENT), council)
    await add_institution(CITY)
    await add_line(HOTLINE, institution=council, is_free=True, valid_from=SINCE)
    post = await add_post(
        NewPost(title_uk=ON_AIR.post, title_en=ON_AIR_TITLE_EN, valid_from=SINCE),
        institution=council,
    )
    official = await add_official(
        ON_AIR.name, institution=council, ring_number=ON_AIR.phone, valid_from=SINCE
    )
    await add_appointment(official, post, valid_from=SINCE)
    for member in STAFF:
        await accounts.add_member(
            institution=council,
            login=member.login,
            full_name=member.name,
            password=PASSWORD,
            roles=frozenset({member.role}),
            now=now,
        )


async def import_schedules(now: datetime) -> None:
    """The packaged schedules, from now to ``HORIZON``; what is there already is left alone."""
    for institution, name in SCHEDULES:
        content = (files("hotline_sessions.cli") / "demo_data" / name).read_bytes()
        home = await _id_of(institution)
        chosen: list[RowReading] = []
        for year in sorted({now.year, (now + HORIZON).year}):
            rows = read_rows(read_sheet(content, name), year=year)
            chosen += [ahead for row in rows if (ahead := _ahead(row, now)).windows]
        await import_rows(chosen, institution=home, source=name, now=now)
    council = await _id_of(COUNCIL)
    for each in await list_officials(institution=council):
        if each.full_name == INVITED_NAME:
            await save_address(each.id, INVITED_EMAIL, institution=council)


async def publish_drafts(now: datetime) -> None:
    """Announce every draft that has a line."""
    for institution, _ in SCHEDULES:
        home = await _id_of(institution)
        for draft in await list_sessions(institution=home, since=now):
            if draft.state is SessionState.DRAFT and draft.line is not None:
                await sessions.publish(draft.public_id, staff=await _press(home), now=now)


async def put_on_air(now: datetime) -> Prepared:
    """A session that is under way now, unless one is that still has long to go.

    Every other one on its line makes way: of two the older would get all the calls.
    """
    home = await _id_of(COUNCIL)
    coming = await list_sessions(institution=home, since=now)
    line = await find_line(HOTLINE, institution=home, on=local_date(now))
    under_way = [each for each in coming if _is_on_air(each, now)]
    chosen = next((each for each in under_way if each.ends_at - now > ENOUGH), None)
    for other in under_way:
        if other is not chosen and line is not None and other.line == line.id:
            await sessions.cancel(other.public_id, BEGUN_AGAIN, staff=await _press(home), now=now)
            coming.remove(other)
    if chosen is None:
        chosen = await _plan_on_air(home, line, now)
        coming.append(chosen)
    return Prepared(on_air=chosen.public_id, coming=len(coming))


async def _plan_on_air(home: InstitutionId, line: Line | None, now: datetime) -> Session:
    start = _step_to_one_clock(_round_down(now - BEGAN), -STEP)
    end = _step_to_one_clock(start + LASTS, STEP)
    session = await session_plans.plan_session(
        session_plans.Plan(
            post=await _post_on_air(home, now),
            line=line.id if line else None,
            topic=ON_AIR_TOPIC,
            held_on=local_date(start),
            opens_clock=start.astimezone(KYIV).time(),
            closes_clock=end.astimezone(KYIV).time(),
        ),
        institution=home,
        now=now,
    )
    await sessions.publish(session.public_id, staff=await _press(home), now=now)
    return session


def _step_to_one_clock(moment: datetime, step: timedelta) -> datetime:
    """The nearest moment that clocks show once: in one night of a year an hour comes twice."""
    while True:
        try:
            check_wall_time(local_date(moment), moment.astimezone(KYIV).time())
        except HourTwice:
            moment += step
        else:
            return moment


def _is_on_air(session: Session, now: datetime) -> bool:
    """Whether callers are let in, or will be as soon as the clock of sessions runs."""
    return session.state in ADMITTING or (
        session.state is SessionState.PUBLISHED and session.window.covers(now)
    )


async def _id_of(institution: NewInstitution) -> InstitutionId:
    found = await find_institution_by_slug(institution.slug)
    if found is None:
        raise LookupError(institution.slug)
    return found.id


async def _post_on_air(home: InstitutionId, now: datetime) -> PostId:
    post = await find_post(ON_AIR.post, institution=home, on=now.date())
    if post is None:
        raise LookupError(ON_AIR.post)
    return post.id


async def _press(home: InstitutionId) -> Staff:
    """Whoever plans sessions in the demo, at work for ``home``."""
    member = await find_member(PRESS)
    if member is None:
        raise LookupError(PRESS)
    return replace(member, institution=home)


def _ahead(reading: RowReading, now: datetime) -> RowReading:
    """The reading with those of its sessions that begin between now and the horizon."""
    windows = tuple(w for w in reading.windows if now < w.starts_at < now + HORIZON)
    return replace(reading, windows=windows)


def _round_down(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0)
