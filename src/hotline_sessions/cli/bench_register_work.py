"""Who has to do what in a register of ``hotline bench register``, and how long lists of it take."""

from typing import Final

import asyncpg

from hotline_sessions.domain.appeal_search import Wanted, Which, Whose
from hotline_sessions.domain.ids import AccountId, InstitutionId


SHARE: Final = 20
"""One appeal in so many is the measured clerk's, among old and new ones alike."""
DRAFTED: Final = 10
"""One open appeal in so many waits for a check."""

_UNIT: Final = """
with unit as (insert into unit (institution, name, head, is_active)
              values ($1, 'bench', $2, true) returning id)
select id from unit
"""

_RESOLUTIONS: Final = """
insert into resolution (appeal, text, resolved_by, resolved_at)
select id, 'До розгляду', $2, registered_at from appeal
 where institution = $1 and (id % $3 = 0 or state = 'registered')
"""

_STATES: Final = """
update appeal set state = case when id % $2 = 0 then 'drafted' else 'assigned' end
 where institution = $1 and state = 'registered'
"""

_ASSIGNMENTS: Final = """
insert into assignment (appeal, resolution, account, unit, is_main, assigned_at, due_on)
select a.id, r.id, case when a.id % $3 = 0 then $2::bigint end,
       case when a.id % $3 <> 0 then $4::bigint end, true, r.resolved_at,
       case when a.state in ('assigned', 'drafted') then a.legal_on end
  from appeal a join resolution r on r.appeal = a.id where a.institution = $1
"""


async def share_out(
    connection: asyncpg.Connection, institution: InstitutionId, clerk: AccountId
) -> None:
    """Give what is open to a unit, and a part of all there ever was to ``clerk``, its head.

    The triggers do not run while cards are loaded: what they would write is written here.
    """
    unit = await connection.fetchval(_UNIT, institution, clerk)
    await connection.execute(_RESOLUTIONS, institution, clerk, SHARE)
    await connection.execute(_STATES, institution, DRAFTED)
    await connection.execute(_ASSIGNMENTS, institution, clerk, SHARE, unit)
    for table in ("resolution", "assignment"):
        await connection.execute(f"vacuum analyze {table}")


def list_work() -> dict[str, Wanted]:
    """Lists of work, by the names under which they are measured."""
    return {
        "list: my work": Wanted(whose=Whose.MINE),
        "list: my work, overdue": Wanted(whose=Whose.MINE, which=Which.OVERDUE),
        "list: my work, words": Wanted(whose=Whose.MINE, text="субсидія"),
        "list: my work, ended": Wanted(whose=Whose.MINE, which=Which.ENDED),
        "list: my unit": Wanted(whose=Whose.UNIT),
        "list: my unit, ended": Wanted(whose=Whose.UNIT, which=Which.ENDED),
        "list: wait for me": Wanted(whose=Whose.WAITING),
    }
