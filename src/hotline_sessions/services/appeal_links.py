"""Appeals that belong together are linked by a person."""

from datetime import datetime

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_life import LinkedToItself, LinkKind
from hotline_sessions.services.appeal_steps import note_step
from hotline_sessions.store.appeal_links import add_link
from hotline_sessions.store.appeals import get_appeal, lock_appeal
from hotline_sessions.store.transaction import transaction


async def confirm_link(
    public_id: str, earlier: str, kind: LinkKind, *, staff: Staff, now: datetime
) -> None:
    """Link an appeal to an earlier one of the same institution.

    Raises:
        NotFound: One of them is not there.
        LinkedToItself: They are one appeal.
    """
    async with transaction():
        appeal = await lock_appeal(public_id, institution=staff.institution)
        other = await get_appeal(earlier, institution=staff.institution)
        if other.id == appeal.id:
            raise LinkedToItself
        await add_link(appeal.id, other.id, kind, by=staff.account, now=now)
        facts: dict[str, object] = {"earlier": other.id, "kind": kind.value}
        await note_step("appeal_linked", appeal.id, staff=staff, now=now, facts=facts)
