"""Whether the database still has the guards that this release relies on, and heeds them."""

from collections.abc import AsyncIterator

from hotline_sessions.domain.integrity import Check, Finding
from hotline_sessions.store.guards import (
    get_replication_role,
    list_expected,
    list_guards,
    list_roles_past_triggers,
    list_unheeded,
)


async def check_guards() -> AsyncIterator[Finding]:
    """Triggers, unique indexes and constraints are there, as they were made, and act."""
    present = set(await list_guards())
    for guard in list_expected():
        if guard not in present:
            yield _find(guard, "it is not there, or not as it was made")
    for each in await list_unheeded():
        what = (
            "a reference that is not looked after"
            if each.is_internal
            else "it is switched off, or not valid"
        )
        yield _find(f"{each.table}.{each.name}", what)
    if (role := await get_replication_role()) != "origin":
        yield _find("session_replication_role", f"it is {role}: triggers do not act")
    for name in await list_roles_past_triggers():
        yield _find(f"role {name}", "connections begin with triggers switched off")


def _find(where: str, what: str) -> Finding:
    return Finding(check=Check.GUARDS, institution=None, where=where, what=what)
