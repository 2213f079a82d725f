"""A leg and its session, locked for a decision in one trip to the database."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from hotline_sessions.domain.calls import Leg
from hotline_sessions.domain.ids import CallSid
from hotline_sessions.domain.sessions import Session
from hotline_sessions.store.engine import fetch_row
from hotline_sessions.store.institutions import know_call_policy


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


async def lock_leg(public_id: str) -> tuple[Session, Leg] | None:
    """The leg with this name, as it is once its session is locked until the end."""
    return _read(await fetch_row(f"{_SELECT} where c.public_id = $1 {_LOCK}", public_id))


async def lock_leg_by_sid(sid: CallSid) -> tuple[Session, Leg] | None:
    """The leg that the provider calls ``sid``, as it is once its session is locked."""
    return _read(await fetch_row(f"{_SELECT} where c.sid = $1 {_LOCK}", sid))


def _read(row: "Mapping[str, Any] | None") -> tuple[Session, Leg] | None:
    if row is None:
        return None
    session = {name: row[f"s_{name}"] for name in Session.__struct_fields__}
    leg = {name: row[f"c_{name}"] for name in Leg.__struct_fields__}
    know_call_policy(row["s_institution"], row["call_policy"])
    return msgspec.convert(session, Session), msgspec.convert(leg, Leg)
