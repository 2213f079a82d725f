"""Changes of a promise: its day, its end, and its words for the public."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.promises import PromiseDeed, PromiseState, PromiseText, Reason
from hotline_sessions.services.promises import approve, end, move, propose, withdraw
from hotline_sessions.web.dependencies import Now
from hotline_sessions.web.forms import Form, Mistakes, parse_form


class MoveForm(Struct, frozen=True, kw_only=True):
    """Another day, and why."""

    move_on: date
    move_reason: Reason


class EndForm(Struct, frozen=True, kw_only=True):
    """Whether it was kept, and what was done."""

    ended: PromiseState
    end_reason: Reason


class ProposeForm(Struct, frozen=True, kw_only=True):
    """Words for the public."""

    public_text: PromiseText


class ApproveForm(Struct, frozen=True, kw_only=True):
    """The words that were looked at."""

    seen: PromiseText


class WithdrawForm(Struct, frozen=True, kw_only=True):
    """Why the public sees it no more."""

    withdraw_reason: Reason


Do = Callable[[str, Form, Staff, Now], Awaitable[Mistakes | None]]


async def _move(public_id: str, form: Form, staff: Staff, now: Now) -> Mistakes | None:
    sent = parse_form(MoveForm, form)
    if isinstance(sent, Mistakes):
        return sent
    await move(public_id, sent.move_on, sent.move_reason, staff=staff, now=now)
    return None


async def _end(public_id: str, form: Form, staff: Staff, now: Now) -> Mistakes | None:
    sent = parse_form(EndForm, form)
    if isinstance(sent, Mistakes):
        return sent
    if sent.ended is PromiseState.OPEN:
        return Mistakes(by_field={"ended": "missing"})
    deed = PromiseDeed.KEEP if sent.ended is PromiseState.KEPT else PromiseDeed.BREAK
    await end(public_id, deed, sent.end_reason, staff=staff, now=now)
    return None


async def _propose(public_id: str, form: Form, staff: Staff, now: Now) -> Mistakes | None:
    sent = parse_form(ProposeForm, form)
    if isinstance(sent, Mistakes):
        return sent
    await propose(public_id, sent.public_text, staff=staff, now=now)
    return None


async def _approve(public_id: str, form: Form, staff: Staff, now: Now) -> Mistakes | None:
    sent = parse_form(ApproveForm, form)
    if isinstance(sent, Mistakes):
        return sent
    await approve(public_id, sent.seen, staff=staff, now=now)
    return None


async def _withdraw(public_id: str, form: Form, staff: Staff, now: Now) -> Mistakes | None:
    sent = parse_form(WithdrawForm, form)
    if isinstance(sent, Mistakes):
        return sent
    await withdraw(public_id, sent.withdraw_reason, staff=staff, now=now)
    return None


#: Name in the address → what is done, and the field at which a refusal is told.
CHANGES: Final[Mapping[str, tuple[Do, str]]] = {
    "move": (_move, "move_on"),
    "end": (_end, "ended"),
    "propose": (_propose, "public_text"),
    "approve": (_approve, "public_text"),
    "withdraw": (_withdraw, "withdraw_reason"),
}
