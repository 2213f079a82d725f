"""How addresses of document systems are kept, and what they have been told."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import AccountId, AppealId, InstitutionId, PublicId
from hotline_sessions.domain.systems import Event
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql
from hotline_sessions.store.public_ids import draw_public_id


class Hook(Struct, frozen=True, kw_only=True):
    """An address; ``place`` is how far in the chain of the institution it has been told."""

    id: int
    public_id: PublicId
    institution: InstitutionId
    url: str
    events: list[Event]
    place: int
    made_at: datetime
    stopped_at: datetime | None
    stopped_for: str


class NewDelivery(Struct, frozen=True, kw_only=True):
    """A step that an address is to be told of."""

    place: int
    appeal: AppealId
    event: Event
    done_at: datetime


class DueDelivery(Struct, frozen=True, kw_only=True):
    """A step to be told now, and to whom; ``attempts`` counts this one too."""

    id: int
    public_id: PublicId
    event: Event
    done_at: datetime
    attempts: int
    hook: int
    hook_name: PublicId
    url: str
    slug: str
    appeal: PublicId
    register_index: str
    state: str


class PastDelivery(Struct, frozen=True, kw_only=True):
    """What became of telling a step."""

    public_id: PublicId
    event: Event
    register_index: str
    appeal: PublicId
    done_at: datetime
    state: str
    attempts: int
    due_at: datetime
    status: int | None
    error: str
    ended_at: datetime | None


_COLUMNS = "id, public_id, institution, url, events, place, made_at, stopped_at, stopped_for"


async def add_hook(
    url: str,
    events: Sequence[Event],
    *,
    institution: InstitutionId,
    account: AccountId | None,
    now: datetime,
) -> tuple[int, PublicId]:
    """A new address; it is told of what is done from now on."""
    public_id = draw_public_id()
    added = await fetch_value(
        """insert into hook (public_id, institution, url, events, place, made_by, made_at,
                             stopped_for)
           values ($1, $2, $3, $4,
                   coalesce((select max(place) from appeal_step where institution = $2), 0),
                   $5, $6, '')
           returning id""",
        public_id,
        institution,
        url,
        [event.value for event in events],
        account,
        now,
    )
    return int(added), public_id


async def list_hooks(*, institution: InstitutionId) -> list[Hook]:
    """Addresses of the institution, in the order in which they were made."""
    rows = await fetch_rows(
        f"select {_COLUMNS} from hook where institution = $1 order by id", institution
    )
    return [msgspec.convert(dict(row), Hook) for row in rows]


async def get_hook(public_id: str, *, institution: InstitutionId) -> Hook:
    """The address, if it belongs to the institution.

    Raises:
        NotFound: There is no such address there.
    """
    row = await fetch_row(
        f"select {_COLUMNS} from hook where public_id = $1 and institution = $2",
        public_id,
        institution,
    )
    if row is None:
        raise NotFound
    return msgspec.convert(dict(row), Hook)


async def mark_stopped(hook: int, reason: str, now: datetime) -> bool:
    """Tell it nothing more; false if it was stopped before."""
    return bool(
        await fetch_value(
            """update hook set stopped_at = $3, stopped_for = $2
                where id = $1 and stopped_at is null returning true""",
            hook,
            reason,
            now,
        )
    )


async def mark_going(hook: int, now: datetime) -> None:
    """Tell it again, from where it stopped; what was given up is tried once more."""
    await run_sql("update hook set stopped_at = null, stopped_for = '' where id = $1", hook)
    await run_sql(
        """update hook_delivery set state = 'ready', attempts = 0, due_at = $2, ended_at = null
            where hook = $1 and state <> 'sent'""",
        hook,
        now,
    )


async def delete_hook(hook: int) -> None:
    """Forget the address and what it was told."""
    await run_sql("delete from hook_delivery where hook = $1", hook)
    await run_sql("delete from hook where id = $1", hook)


async def lock_lagging_hook() -> Hook | None:
    """An address that has not been told of all steps yet, locked until the transaction ends."""
    row = await fetch_row(
        f"""select {_COLUMNS} from hook h
             where stopped_at is null and exists (
                   select from appeal_step s
                    where s.institution = h.institution and s.place > h.place)
             order by id limit 1 for update skip locked"""
    )
    return None if row is None else msgspec.convert(dict(row), Hook)


async def add_deliveries(
    hook: Hook, steps: Sequence[NewDelivery], *, place: int, now: datetime
) -> None:
    """Steps to tell; the address has then been told up to ``place``."""
    for step in steps:
        await run_sql(
            """insert into hook_delivery (public_id, hook, place, appeal, event, done_at, state,
                                          attempts, due_at, error)
               values ($1, $2, $3, $4, $5, $6, 'ready', 0, $7, '')""",
            draw_public_id(),
            hook.id,
            step.place,
            step.appeal,
            step.event.value,
            step.done_at,
            now,
        )
    await run_sql("update hook set place = $2 where id = $1", hook.id, place)


async def take_due_deliveries(
    now: datetime, *, lease_until: datetime, limit: int
) -> list[DueDelivery]:
    """Steps to tell now, leased: nobody else gets them before ``lease_until``."""
    rows = await fetch_rows(
        """with due as (
               update hook_delivery set attempts = attempts + 1, lease_until = $2
                where id in (select d.id from hook_delivery d join hook h on h.id = d.hook
                              where d.state = 'ready' and d.due_at <= $1
                                and (d.lease_until is null or d.lease_until < $1)
                                and h.stopped_at is null
                              order by d.due_at, d.id limit $3 for update of d skip locked)
               returning *)
           select d.id, d.public_id, d.event, d.done_at, d.attempts, d.hook,
                  h.public_id as hook_name, h.url, i.slug, a.public_id as appeal,
                  a.register_index, a.state
             from due d join hook h on h.id = d.hook join appeal a on a.id = d.appeal
             join institution i on i.id = h.institution order by d.id""",
        now,
        lease_until,
        limit,
    )
    return [msgspec.convert(dict(row), DueDelivery) for row in rows]


async def mark_told(delivery: int, *, status: int, now: datetime) -> None:
    """It was taken."""
    await run_sql(
        """update hook_delivery set state = 'sent', status = $2, error = '', ended_at = $3,
                                    lease_until = null where id = $1""",
        delivery,
        status,
        now,
    )


async def mark_untold(
    delivery: int, *, status: int | None, error: str, due_at: datetime | None, now: datetime
) -> None:
    """It was not taken: tried again at ``due_at``, or given up without one."""
    await run_sql(
        """update hook_delivery
              set state = case when $4::timestamptz is null then 'failed' else 'ready' end,
                  status = $2, error = $3, due_at = coalesce($4, due_at), lease_until = null,
                  ended_at = case when $4 is null then $5::timestamptz end
            where id = $1""",
        delivery,
        status,
        error,
        due_at,
        now,
    )


async def list_deliveries(hook: int, *, limit: int) -> list[PastDelivery]:
    """What the address was told, the last step first."""
    rows = await fetch_rows(
        """select d.public_id, d.event, a.register_index, a.public_id as appeal, d.done_at,
                  d.state, d.attempts, d.due_at, d.status, d.error, d.ended_at
             from hook_delivery d join appeal a on a.id = d.appeal
            where d.hook = $1 order by d.id desc limit $2""",
        hook,
        limit,
    )
    return [msgspec.convert(dict(row), PastDelivery) for row in rows]


async def erase_deliveries(*, ended_before: datetime) -> int:
    """Forget what was told long ago; how much it was."""
    tag = await run_sql("delete from hook_delivery where ended_at < $1", ended_before)
    return int(tag.rpartition(" ")[2])
