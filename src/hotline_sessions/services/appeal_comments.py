"""What staff say to each other about an appeal: seen by staff alone, added and never changed."""

from datetime import datetime

from hotline_sessions.domain.access import Staff
from hotline_sessions.services.appeal_steps import check_actor, note_step
from hotline_sessions.services.sent_forms import Facts, SentForm, answer_once
from hotline_sessions.store.appeal_comments import add_comment
from hotline_sessions.store.appeals import lock_appeal
from hotline_sessions.store.transaction import transaction


async def comment(
    public_id: str,
    text: str,
    *,
    staff: Staff,
    secret: bytes,
    now: datetime,
    form: SentForm | None = None,
) -> None:
    """Add a comment, in whatever state the appeal is. A ``form`` adds one once.

    Raises:
        NotFound: The institution of ``staff`` has no such appeal.
        ComplainedOf: The appeal complains of ``staff``.
        OtherForm: The form was sent before, with something else in it.
    """

    async def work() -> Facts:
        appeal = await lock_appeal(public_id, institution=staff.institution)
        await check_actor(appeal.id, staff=staff)
        added = await add_comment(appeal.id, text, author=staff.account, now=now)
        facts: dict[str, object] = {"comment": added}
        await note_step("appeal_commented", appeal.id, staff=staff, now=now, facts=facts)
        return {}

    async with transaction():
        whose = f"comment:{staff.account}:{public_id}"
        await answer_once(form, work, whose=whose, secret=secret, now=now)
