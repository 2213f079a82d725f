"""How plans of quarters and their proposed sessions are read and written."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

import msgspec

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import AccountId, InstitutionId, SessionId
from hotline_sessions.domain.quarter_plans import Place, Progress
from hotline_sessions.domain.quarter_settings import (
    Answer,
    PlacedSession,
    PlanState,
    QuarterPlan,
    QuarterSettings,
)
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql
from hotline_sessions.store.public_ids import draw_public_id


_SELECT: Final = """
select id, public_id, institution, version, state, settings, progress, answer, asked_at
  from quarter_plan
"""


async def add_quarter_plan(
    settings: QuarterSettings, *, institution: InstitutionId, by: AccountId, now: datetime
) -> QuarterPlan:
    """A new plan, which nobody has searched for yet."""
    public_id = await fetch_value(
        """insert into quarter_plan (public_id, institution, state, settings, created_by,
                                     created_at, updated_at)
           values ($1, $2, 'draft', $3::jsonb, $4, $5, $5) returning public_id""",
        draw_public_id(),
        institution,
        msgspec.json.encode(settings).decode(),
        by,
        now,
    )
    return await get_quarter_plan(public_id, institution=institution)


async def get_quarter_plan(
    public_id: str, *, institution: InstitutionId, locked: bool = False
) -> QuarterPlan:
    """The plan with its proposal.

    Raises:
        NotFound: The institution has no such plan.
    """
    row = await fetch_row(
        f"{_SELECT} where public_id = $1 and institution = $2" + (" for update" if locked else ""),
        public_id,
        institution,
    )
    if row is None:
        raise NotFound
    return await _read(row)


async def list_quarter_plans(*, institution: InstitutionId) -> list[QuarterPlan]:
    """Plans of the institution without their sessions, the newest first."""
    rows = await fetch_rows(
        f"{_SELECT} where institution = $1 order by created_at desc, id desc limit 50",
        institution,
    )
    return [_convert(row, ()) for row in rows]


async def _read(row: Any) -> QuarterPlan:  # noqa: ANN401 - a record
    places = await fetch_rows(
        """select p.official, p.post, p.line, p.held_on, p.clock, p.is_pinned,
                  s.public_id as session, p.refusal
             from quarter_place p left join session s on s.id = p.session
            where p.plan = $1 order by p.held_on, p.clock, p.post""",
        row["id"],
    )
    return _convert(
        row,
        tuple(
            PlacedSession(
                post=each["post"],
                official=each["official"],
                place=Place(
                    on=each["held_on"],
                    clock=each["clock"],
                    official=each["post"],
                    line=each["line"],
                ),
                is_pinned=each["is_pinned"],
                session=each["session"],
                refusal=each["refusal"],
            )
            for each in places
        ),
    )


def _convert(row: Any, places: tuple[PlacedSession, ...]) -> QuarterPlan:  # noqa: ANN401
    return QuarterPlan(
        id=row["id"],
        public_id=row["public_id"],
        institution=row["institution"],
        version=row["version"],
        state=PlanState(row["state"]),
        settings=msgspec.json.decode(row["settings"], type=QuarterSettings),
        progress=msgspec.json.decode(row["progress"], type=Progress) if row["progress"] else None,
        answer=msgspec.json.decode(row["answer"], type=Answer) if row["answer"] else None,
        places=places,
        asked_at=row["asked_at"],
    )


async def mark_settings(
    plan: int, settings: QuarterSettings, *, institution: InstitutionId, now: datetime
) -> None:
    """Other wishes; what was proposed stays until it is searched for again."""
    await run_sql(
        """update quarter_plan set settings = $3::jsonb, version = version + 1, updated_at = $4
            where id = $1 and institution = $2""",
        plan,
        institution,
        msgspec.json.encode(settings).decode(),
        now,
    )


async def mark_queued(plan: int, *, institution: InstitutionId, now: datetime) -> None:
    """Somebody has asked for a search."""
    await run_sql(
        """update quarter_plan set state = 'queued', asked_at = $3, leased_until = null, tries = 0,
                  progress = null, version = version + 1, updated_at = $3
            where id = $1 and institution = $2""",
        plan,
        institution,
        now,
    )


async def mark_pins(
    plan: int,
    pins: Collection[Place],
    *,
    within: tuple[date, date],
    institution: InstitutionId,
) -> None:
    """Of the days ``within`` exactly these proposed sessions are pinned."""
    await run_sql(
        """update quarter_place x set is_pinned = (x.post, x.held_on) in (
                  select * from unnest($3::bigint[], $4::date[]))
             from quarter_plan q
            where x.plan = $1 and q.id = x.plan and q.institution = $2
              and x.held_on between $5 and $6""",
        plan,
        institution,
        [pin.official for pin in pins],
        [pin.on for pin in pins],
        *within,
    )


async def take_queued(*, now: datetime, lease: timedelta, most_tries: int) -> QuarterPlan | None:
    """A plan that is waited for and nobody searches for, if any; ours for as long as ``lease``.

    One that has been tried ``most_tries`` times is given up.
    """
    await run_sql(
        """update quarter_plan set state = 'failed', version = version + 1
            where state = 'queued' and tries >= $2 and leased_until < $1""",
        now,
        most_tries,
    )
    row = await fetch_row(
        """update quarter_plan set leased_until = $2, tries = tries + 1
            where id = (select id from quarter_plan
                         where state = 'queued' and (leased_until is null or leased_until < $1)
                         order by asked_at limit 1 for update skip locked)
            returning *""",
        now,
        now + lease,
    )
    return None if row is None else await _read(row)


async def mark_progress(plan: int, version: int, progress: Progress) -> bool:
    """How far the search is; false if nobody wants this search any more."""
    found = await fetch_value(
        """update quarter_plan set progress = $3::jsonb
            where id = $1 and version = $2 and state = 'queued' returning id""",
        plan,
        version,
        msgspec.json.encode(progress).decode(),
    )
    return found is not None


async def mark_answer(
    plan: QuarterPlan, state: PlanState, answer: Answer | None, *, now: datetime
) -> bool:
    """What the search came to; false if the plan was changed meanwhile, and nothing is written."""
    found = await fetch_value(
        """update quarter_plan set state = $3, answer = $4::jsonb, version = version + 1,
                  leased_until = null, updated_at = $5
            where id = $1 and version = $2 and state = 'queued' returning id""",
        plan.id,
        plan.version,
        state.value,
        None if answer is None else msgspec.json.encode(answer).decode(),
        now,
    )
    return found is not None


async def replace_places(
    plan: int, places: Sequence[PlacedSession], *, institution: InstitutionId
) -> None:
    """Another proposal instead of the one before; what has become a draft is in the schedule."""
    await run_sql(
        """delete from quarter_place x using quarter_plan q
            where x.plan = $1 and q.id = x.plan and q.institution = $2""",
        plan,
        institution,
    )
    await run_sql(
        """insert into quarter_place (plan, official, post, line, held_on, clock, is_pinned)
           select $1, x.official, x.post, x.line, x.held_on, x.clock, x.is_pinned
             from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::date[], $6::time[],
                         $7::boolean[])
                  as x (official, post, line, held_on, clock, is_pinned)""",
        plan,
        [each.official for each in places],
        [each.post for each in places],
        [each.place.line for each in places],
        [each.place.on for each in places],
        [each.place.clock for each in places],
        [each.is_pinned for each in places],
    )


async def mark_taken(plan: int, place: Place, session: SessionId | None, refusal: str) -> None:
    """What a proposed session has become, or why it has not."""
    await run_sql(
        """update quarter_place set session = $4, refusal = $5
            where plan = $1 and post = $2 and held_on = $3""",
        plan,
        place.official,
        place.on,
        session,
        refusal,
    )
