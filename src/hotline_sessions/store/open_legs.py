"""A leg and its session, locked for a decision in one trip to the database.

A webhook that is new is written down on the same trip.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias, cast

import msgspec

from hotline_sessions.domain.calls import Leg
from hotline_sessions.domain.deliveries import Delivery
from hotline_sessions.domain.ids import CallSid, PublicId
from hotline_sessions.domain.sessions import Session
from hotline_sessions.store.engine import fetch_row
from hotline_sessions.store.institutions import know_call_policy
from hotline_sessions.store.seen import note_locked
from hotline_sessions.store.transaction import remember, take
from hotline_sessions.store.webhooks import RECORD, list_values


_COLUMNS: Final = ", ".join(
    [
        *(f"s.{name} as s_{name}" for name in Session.__struct_fields__),
        *(f"c.{name} as c_{name}" for name in Leg.__struct_fields__),
    ]
)
_POLICY: Final = "(select call_policy from institution i where i.id = s.institution) as call_policy"
_SELECT: Final = f"select {_COLUMNS}, {_POLICY} from session s join call c on c.session = s.id"
_LOCK: Final = "for no key update of s, c"
"""First the session, then the leg: whoever holds the session may write the leg. A row that
was written while this one waited for it is read again, so that the leg is as it was left."""
_RECORD_AND_LOCK: Final = f"""
with claimed as ({RECORD}),
     opened as ({_SELECT} cross join claimed where c.{{by}} = $6 {{lock}})
select exists (select 1 from claimed) as is_new, o.*
  from (select 1) as one left join opened o on true"""


Opened: TypeAlias = tuple[Session, Leg]


async def lock_leg(public_id: str) -> Opened | None:
    """The leg with this name, as it is once its session is locked until the end."""
    if opened := _take_opened(public_id):
        return opened
    return _read(await fetch_row(f"{_SELECT} where c.public_id = $1 {_LOCK}", public_id))


async def lock_leg_by_sid(sid: CallSid) -> Opened | None:
    """The leg that the provider calls ``sid``, as it is once its session is locked."""
    if opened := _take_opened(sid):
        return opened
    return _read(await fetch_row(f"{_SELECT} where c.sid = $1 {_LOCK}", sid))


async def record_and_lock(
    delivery: Delivery, now: datetime, *, leg: PublicId | None = None, sid: CallSid | None = None
) -> bool:
    """As ``record_once``; and if it is new, lock the leg that ``lock_leg`` will be asked for."""
    row = await fetch_row(
        _RECORD_AND_LOCK.format(by="sid" if leg is None else "public_id", lock=_LOCK),
        *list_values(delivery, now),
        leg or sid,
    )
    if row is None or not row["is_new"]:
        return False
    if row["s_id"] is not None and (opened := _read(row)):
        remember(_opened(leg or sid), opened)
    return True


def _opened(name: str | None) -> tuple[str, str | None]:
    return ("opened leg", name)


def _take_opened(name: str) -> Opened | None:
    """What was locked on the way in: good for the first who asks, before anything is written."""
    return cast("Opened | None", take(_opened(name)))


def _read(row: "Mapping[str, Any] | None") -> Opened | None:
    if row is None:
        return None
    session = {name: row[f"s_{name}"] for name in Session.__struct_fields__}
    leg = {name: row[f"c_{name}"] for name in Leg.__struct_fields__}
    know_call_policy(row["s_institution"], row["call_policy"])
    opened = msgspec.convert(session, Session), msgspec.convert(leg, Leg)
    note_locked(opened[0])
    return opened
