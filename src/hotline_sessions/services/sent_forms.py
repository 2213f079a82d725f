"""A form sent twice does its work once, and both copies get the same answer.

A tap on a slow network is repeated; a page that was left open is sent again a day later.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import Struct

from hotline_sessions.domain.bookings import OtherForm
from hotline_sessions.domain.codes import mac
from hotline_sessions.services.ports import Clock
from hotline_sessions.store.sent_forms import add_form, forget_forms, get_form, mark_answer


FORMS_KEPT: Final = timedelta(days=2)
"""How long a form is known again; proofs of phones live for a day."""

Facts = dict[str, Any]


class SentForm(Struct, frozen=True, kw_only=True):
    """A form that a citizen sent: the mark drawn when it was shown, and a digest of the rest."""

    mark: str
    digest: str


async def answer_once(
    form: SentForm | None,
    work: Callable[[], Awaitable[Facts]],
    *,
    whose: str,
    secret: bytes,
    now: datetime,
) -> Facts:
    """What ``work`` gives, or what it gave when the form was sent first.

    Within the transaction of whoever calls: work that fails leaves the form as if it had
    never been sent. A form without a mark is worked on each time.

    Raises:
        OtherForm: Something else stood in the first copy.
    """
    if form is None:
        return await work()
    key = build_mark(form, whose, secret)
    if await add_form(key, form.digest, now=now):
        facts = await work()
        await mark_answer(key, facts)
        return facts
    before = await get_form(key)
    if before.digest != form.digest:
        raise OtherForm
    return before.answer


class Once(Struct, frozen=True, kw_only=True):
    """By which the copies of one form are known: its mark, who sends it, and our secret."""

    form: SentForm | None = None
    whose: str = ""
    secret: bytes = b""

    async def do(self, work: Callable[[], Awaitable[Facts]], *, now: datetime) -> Facts:
        """What ``answer_once`` gives, within the transaction of whoever calls.

        Raises:
            OtherForm: Something else stood in the first copy.
        """
        return await answer_once(self.form, work, whose=self.whose, secret=self.secret, now=now)


NEVER_SENT: Final = Once()
"""For what comes from no form: it is done each time."""


def build_mark(form: SentForm, whose: str, secret: bytes) -> str:
    """What is stored in place of the mark of a form: another reader's mark is another one."""
    return mac(secret, "form", whose, form.mark)


async def forget_old_forms(*, clock: Clock) -> int:
    """Drop what nobody will send again; nothing is left to do afterwards."""
    await forget_forms(clock.now() - FORMS_KEPT)
    return 0
