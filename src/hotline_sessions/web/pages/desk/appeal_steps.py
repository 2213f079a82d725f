"""Forms of the steps of an appeal: what each reads, and the service that does it."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_life import (
    ReturnGround,
    StopGround,
)
from hotline_sessions.domain.appeal_links import LinkKind, UndoReason, UnknownFirst
from hotline_sessions.domain.appeals import AnswerText, QuestionText
from hotline_sessions.domain.complaints import DecisionDays
from hotline_sessions.services.appeal_assignments import (
    ask_more,
    note_complained_of,
    resolve,
    start,
)
from hotline_sessions.services.appeal_exits import forward, give_back_to_author, stop
from hotline_sessions.services.appeal_extensions import extend
from hotline_sessions.services.appeal_links import confirm_link, find_by_number, undo_link
from hotline_sessions.services.appeal_replies import (
    check,
    close,
    draft,
    give_back,
    tell,
)
from hotline_sessions.services.appeal_shortening import shorten_term
from hotline_sessions.services.letter_ports import Documents
from hotline_sessions.services.letters import send_reply, sign_reply
from hotline_sessions.web.dependencies import Now
from hotline_sessions.web.forms import Form
from hotline_sessions.web.pages.desk.parties import parse_party


Words = Annotated[str, Meta(min_length=3, max_length=5000)]
Number = Annotated[str, Meta(max_length=60)]

LONGEST_ANSWER: Final = 20_000
MOST_DIGITS: Final = 4
"""Of the place of a question: no appeal has ten thousand of them."""


class Ask(Struct, frozen=True, kw_only=True):
    """Who does a step, to which appeal, with what in the form."""

    public_id: str
    form: Form
    staff: Staff
    now: Now
    documents: Documents


class Nothing(Struct, frozen=True, kw_only=True):
    """A step that asks for nothing."""


class More(Struct, frozen=True, kw_only=True):
    """A further question."""

    more: QuestionText


class Blame(Struct, frozen=True, kw_only=True):
    """Who is complained of."""

    complained: str


class Resolution(Struct, frozen=True, kw_only=True):
    """What the head orders."""

    resolution: Words
    main: str
    others: list[str] = []
    internal_on: date | None = None


class Extending(Struct, frozen=True, kw_only=True):
    """Until when, and why."""

    until: date
    reason: Words


class Shortening(Struct, frozen=True, kw_only=True):
    """Until when, and which demand of the author it follows."""

    sooner: date
    demand: Words


class Draft(Struct, frozen=True, kw_only=True):
    """A reply; answers to further questions stand in fields of their own."""

    reply_text: AnswerText
    reply_result: str


class Sending(Struct, frozen=True, kw_only=True):
    """Under which number a reply goes out."""

    outgoing_number: Number


class Returning(Struct, frozen=True, kw_only=True):
    """Why an appeal is returned."""

    return_ground: ReturnGround
    return_text: Words


class Forwarding(Struct, frozen=True, kw_only=True):
    """To whom, and why."""

    forward_body: Annotated[int, Meta(ge=1, le=2**63 - 1)]
    forward_text: Words


class Stopping(Struct, frozen=True, kw_only=True):
    """Why an appeal is not considered."""

    stop_ground: StopGround
    stop_text: Words
    decided_on: date | None = None
    learnt_on: date | None = None


class Linking(Struct, frozen=True, kw_only=True):
    """To which earlier appeal, and how."""

    earlier: str
    link_kind: LinkKind


class LinkingByNumber(Struct, frozen=True, kw_only=True):
    """The same, by the number of the earlier one."""

    number: Annotated[str, Meta(max_length=40)]
    number_kind: LinkKind


class Unlinking(Struct, frozen=True, kw_only=True):
    """Which link is taken back, and why."""

    linked: str
    undo_reason: UndoReason


class Step(Struct, frozen=True, kw_only=True):
    """A step: its form, what it does, and the field at which a refusal is told.

    ``then`` is put behind the address of the card to which it leads.
    """

    shape: type[Struct]
    do: Callable[[Ask, Any], Awaitable[None]]
    field: str = ""
    then: str = ""


def parse_answers(form: Form) -> dict[int, str]:
    """Answers to further questions, by place: fields ``answer_2``, ``answer_3`` and so on."""
    found = {}
    for name in form.fields:
        _, _, place = name.partition("answer_")
        is_place = place.isascii() and place.isdecimal() and len(place) <= MOST_DIGITS
        if name.startswith("answer_") and is_place:
            found[int(place)] = form.get(name)[:LONGEST_ANSWER]
    return found


def _plain(service: Callable[..., Awaitable[object]]) -> Step:
    async def do(ask: Ask, _: Nothing) -> None:
        await service(ask.public_id, staff=ask.staff, now=ask.now)

    return Step(shape=Nothing, do=do)


async def _ask_more(ask: Ask, given: More) -> None:
    await ask_more(ask.public_id, given.more, staff=ask.staff, now=ask.now)


async def _blame(ask: Ask, given: Blame) -> None:
    party = parse_party(given.complained)
    await note_complained_of(ask.public_id, party, staff=ask.staff, now=ask.now)


async def _resolve(ask: Ask, given: Resolution) -> None:
    await resolve(
        ask.public_id,
        given.resolution,
        main=parse_party(given.main),
        others=[parse_party(each) for each in given.others],
        internal_on=given.internal_on,
        staff=ask.staff,
        now=ask.now,
    )


async def _extend(ask: Ask, given: Extending) -> None:
    await extend(ask.public_id, given.until, given.reason, staff=ask.staff, now=ask.now)


async def _shorten(ask: Ask, given: Shortening) -> None:
    await shorten_term(ask.public_id, given.sooner, given.demand, staff=ask.staff, now=ask.now)


async def _draft(ask: Ask, given: Draft) -> None:
    await draft(
        ask.public_id,
        given.reply_text,
        parse_answers(ask.form),
        result=given.reply_result,
        staff=ask.staff,
        now=ask.now,
    )


async def _sign(ask: Ask, _: Nothing) -> None:
    await sign_reply(ask.public_id, staff=ask.staff, documents=ask.documents, now=ask.now)


async def _send(ask: Ask, given: Sending) -> None:
    await send_reply(
        ask.public_id,
        given.outgoing_number,
        staff=ask.staff,
        documents=ask.documents,
        now=ask.now,
    )


async def _return(ask: Ask, given: Returning) -> None:
    await give_back_to_author(
        ask.public_id, given.return_ground, given.return_text, staff=ask.staff, now=ask.now
    )


async def _forward(ask: Ask, given: Forwarding) -> None:
    await forward(
        ask.public_id, given.forward_body, given.forward_text, staff=ask.staff, now=ask.now
    )


async def _stop(ask: Ask, given: Stopping) -> None:
    days = None
    if given.decided_on and given.learnt_on:
        days = DecisionDays(decided_on=given.decided_on, learnt_on=given.learnt_on)
    ground, text = given.stop_ground, given.stop_text
    await stop(ask.public_id, ground, text, staff=ask.staff, now=ask.now, days=days)


async def _link(ask: Ask, given: Linking) -> None:
    await confirm_link(ask.public_id, given.earlier, given.link_kind, staff=ask.staff, now=ask.now)


async def _link_by_number(ask: Ask, given: LinkingByNumber) -> None:
    earlier = await find_by_number(given.number, staff=ask.staff, now=ask.now)
    if earlier is None:
        raise UnknownFirst
    kind = given.number_kind
    await confirm_link(ask.public_id, earlier, kind, staff=ask.staff, now=ask.now)


async def _unlink(ask: Ask, given: Unlinking) -> None:
    reason = given.undo_reason
    await undo_link(ask.public_id, given.linked, reason, staff=ask.staff, now=ask.now)


STEPS: Final[Mapping[str, Step]] = MappingProxyType(
    {
        "add-question": Step(shape=More, do=_ask_more, field="more"),
        "complained-of": Step(shape=Blame, do=_blame, field="complained"),
        "resolve": Step(shape=Resolution, do=_resolve, field="main"),
        "start": _plain(start),
        "extend": Step(shape=Extending, do=_extend, field="until"),
        "shorten": Step(shape=Shortening, do=_shorten, field="sooner"),
        "draft": Step(shape=Draft, do=_draft, field="reply_text"),
        "check": _plain(check),
        "give-back": _plain(give_back),
        "sign": Step(shape=Nothing, do=_sign),
        "send": Step(shape=Sending, do=_send, field="outgoing_number"),
        "tell": _plain(tell),
        "close": _plain(close),
        "return": Step(shape=Returning, do=_return, field="return_ground"),
        "forward": Step(shape=Forwarding, do=_forward, field="forward_body"),
        "stop": Step(shape=Stopping, do=_stop, field="stop_ground"),
        "link": Step(shape=Linking, do=_link, field="earlier", then="?alike=yes#alike"),
        "link-number": Step(shape=LinkingByNumber, do=_link_by_number, field="number"),
        "unlink": Step(shape=Unlinking, do=_unlink, field="undo_reason"),
    }
)
"""Steps by the last word of their address."""
