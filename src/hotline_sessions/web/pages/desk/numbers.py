"""Numbers set aside for cards on paper: a block, its printed sheet, and the cards afterwards."""

import asyncio
from datetime import date
from typing import Annotated, Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.domain.appeals import GivenName, NewAppeal, QuestionText, Residence, Surname
from hotline_sessions.domain.errors import Invalid
from hotline_sessions.domain.number_blocks import (
    BadPaperDay,
    BlockSize,
    CancelReason,
    NumberNotOpen,
    NumbersLeft,
)
from hotline_sessions.domain.phones import parse_phone
from hotline_sessions.domain.registers import (
    UNSIGNED,
    BadTemplate,
    RegisterIndex,
    build_index,
    check_template,
)
from hotline_sessions.domain.times import local_date
from hotline_sessions.gateways.documents import NumberSheet, build_number_sheet
from hotline_sessions.i18n import N_
from hotline_sessions.services.number_blocks import (
    BlockView,
    cancel_number,
    choose_template,
    close_block,
    enter_paper,
    list_for_staff,
    reserve,
    show_block,
    show_template,
)
from hotline_sessions.web.dependencies import Now, PageRequest, Secret, SignedIn
from hotline_sessions.web.errors import status_of
from hotline_sessions.web.file_answers import answer_pdf
from hotline_sessions.web.form_answers import refuse_field
from hotline_sessions.web.forms import (
    BLANK_FORM,
    FormView,
    Mistakes,
    parse_form,
    prefilled,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.guards import require, require_staff
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.desk.card_entry import refuse
from hotline_sessions.web.pages.desk.card_forms import SENTENCES as APPEAL_SENTENCES
from hotline_sessions.web.pages.desk.card_forms import list_choices
from hotline_sessions.web.pages.desk.rights import ANSWERERS, READERS, REGISTRARS
from hotline_sessions.web.pages.desk.sessions import lead_to
from hotline_sessions.web.templating import page


PATH: Final = "/staff/numbers"
LEADERS: Final = [require_staff, require(Right.LEAD_APPEALS)]

SENTENCES: Final = {
    **APPEAL_SENTENCES,
    ("count", "missing"): N_("Enter how many numbers to set aside"),
    ("count", "too-big"): N_("Up to 200 numbers at once"),
    ("reason", "missing"): N_("Write why"),
    ("reason", "too-short"): N_("Write why in a few words more"),
    ("number", "missing"): N_("Choose the number that stands on the card"),
    ("received_on", "missing"): N_("Enter the day on which the appeal came"),
    ("received_on", "wrong"): N_("Enter a day, for example 2026-11-24"),
}
HEAD: Final = (
    N_("Number"),
    N_("Day of receipt"),
    N_("Surname, given name, patronymic"),
    N_("Place of residence"),
    N_("Phone"),
    N_("Substance"),
    N_("Who wrote it down"),
)

_FIELDS: Final = {BadPaperDay.code: "received_on", NumberNotOpen.code: "number"}
"""Fields at which refusals are told that are not about the card itself."""

Number = Annotated[int, Meta(ge=1, le=2**31 - 1)]


class ReserveForm(Struct, frozen=True, kw_only=True):
    """A new block."""

    count: BlockSize
    reason: CancelReason


class PaperForm(Struct, frozen=True, kw_only=True):
    """A card on paper."""

    number: Number
    received_on: date
    surname: Surname
    given_name: GivenName
    patronymic: Annotated[str, Meta(max_length=100)] = ""
    residence: Residence
    phone: str = ""
    kind: str
    topic: str = ""
    question: QuestionText
    needs_study: bool = False
    wants_written_reply: bool = False


class CancelForm(Struct, frozen=True, kw_only=True):
    """A number that no card has."""

    cancelled: Number
    why: CancelReason


@get(PATH, include_in_schema=False, guards=READERS)
async def show_blocks(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """Blocks, and the form for one more."""
    return await _show_blocks(request, signed_in, BLANK_FORM, now=now)


@post(PATH, include_in_schema=False, guards=ANSWERERS, status_code=HTTP_200_OK)
async def make_block(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[Any]:
    """Set the next numbers aside."""
    form = await read_form(request)
    given = parse_form(ReserveForm, form)
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, SENTENCES)
        return await _show_blocks(request, signed_in, view, now=now, status=422)
    public_id = await reserve(given.count, given.reason, staff=signed_in, now=now)
    return lead_to(request, f"{PATH}/{public_id}")


@post(f"{PATH}/template", include_in_schema=False, guards=LEADERS, status_code=HTTP_200_OK)
async def set_template(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[Any]:
    """Show how numbers would be written; write them so when that was seen."""
    form = await read_form(request)
    template = form.get("template")
    try:
        check_template(template)
        if form.get("seen") == template:
            await choose_template(template, staff=signed_in, now=now)
            return lead_to(request, PATH)
    except BadTemplate as refusal:
        view = refuse_field(request, form, "template", refusal)
        return await _show_blocks(request, signed_in, view, now=now, status=422)
    view = FormView(values=form.fields)
    return await _show_blocks(request, signed_in, view, now=now, seen=template)


@get(f"{PATH}/{{public_id:str}}", include_in_schema=False, guards=READERS)
async def show_numbers(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """What became of each number, and the form for a card."""
    view = await show_block(public_id, staff=signed_in)
    form = prefilled(kind="3.2", needs_study="on", wants_written_reply="on")
    return _show_numbers(request, view, form, now=now)


@get(f"{PATH}/{{public_id:str}}/sheet.pdf", include_in_schema=False, guards=READERS)
async def print_sheet(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[bytes]:
    """Rows to fill in by hand, one for each number that is open."""
    view = await show_block(public_id, staff=signed_in)
    words = words_of(request)
    sheet = NumberSheet(
        title=words.gettext("Appeals on paper: numbers set aside"),
        institution=view.home.name(words.locale),
        language=words.locale,
        region="UA",
        text=words.gettext(
            "Numbers %(first)s to %(last)s of %(year)s. Enter the cards in the register as soon as"
            " it can be reached; terms count from the day of receipt.",
            first=view.block.first, last=view.block.last, year=view.block.year,
        ),
        head=tuple(words.gettext(name) for name in HEAD),
        rows=[str(each.number) for each in view.numbers if each.is_open],
    )  # fmt: skip
    content = await asyncio.to_thread(build_number_sheet, sheet, made_at=now)
    return answer_pdf("numbers.pdf", content)


@post(
    f"{PATH}/{{public_id:str}}/card",
    include_in_schema=False,
    guards=REGISTRARS,
    status_code=HTTP_200_OK,
)
async def enter_card(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, secret: Secret, now: Now
) -> Response[Any]:
    """A card on paper enters the register under its number."""
    form = await read_form(request)
    given = parse_form(PaperForm, form, {"phone": parse_phone})
    view = await show_block(public_id, staff=signed_in)
    if isinstance(given, Mistakes):
        shown = with_mistakes(request, form, given, SENTENCES)
        return _show_numbers(request, view, shown, now=now, status=422)
    try:
        await enter_paper(
            public_id,
            given.number,
            _build_appeal(given),
            received_on=given.received_on,
            staff=signed_in,
            secret=secret,
            now=now,
        )
    except (BadPaperDay, NumberNotOpen) as refusal:
        shown = refuse_field(request, form, _FIELDS[refusal.code], refusal)
        return _show_numbers(request, view, shown, now=now, status=status_of(refusal))
    except Invalid as refusal:
        shown = refuse(request, form, refusal)
        return _show_numbers(request, view, shown, now=now, status=status_of(refusal))
    return lead_to(request, f"{PATH}/{public_id}")


@post(
    f"{PATH}/{{public_id:str}}/cancel",
    include_in_schema=False,
    guards=ANSWERERS,
    status_code=HTTP_200_OK,
)
async def cancel(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[Any]:
    """A number will never be that of a card."""
    form = await read_form(request)
    given = parse_form(CancelForm, form)
    view = await show_block(public_id, staff=signed_in)
    sentences = {
        ("cancelled", "missing"): SENTENCES["number", "missing"],
        ("why", "missing"): SENTENCES["reason", "missing"],
        ("why", "too-short"): SENTENCES["reason", "too-short"],
    }
    if isinstance(given, Mistakes):
        shown = with_mistakes(request, form, given, sentences)
        return _show_numbers(request, view, shown, now=now, status=422)
    try:
        await cancel_number(public_id, given.cancelled, given.why, staff=signed_in, now=now)
    except NumberNotOpen as refusal:
        shown = refuse_field(request, form, "cancelled", refusal)
        return _show_numbers(request, view, shown, now=now, status=status_of(refusal))
    return lead_to(request, f"{PATH}/{public_id}")


@post(
    f"{PATH}/{{public_id:str}}/close",
    include_in_schema=False,
    guards=ANSWERERS,
    status_code=HTTP_200_OK,
)
async def close(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[Any]:
    """All numbers are accounted for."""
    form = await read_form(request)
    try:
        await close_block(public_id, staff=signed_in, now=now)
    except NumbersLeft as refusal:
        view = await show_block(public_id, staff=signed_in)
        shown = refuse_field(request, form, "close", refusal)
        return _show_numbers(request, view, shown, now=now, status=status_of(refusal))
    return lead_to(request, f"{PATH}/{public_id}")


def _build_appeal(given: PaperForm) -> NewAppeal:
    return NewAppeal(
        surname=given.surname,
        given_name=given.given_name,
        patronymic=given.patronymic,
        residence=given.residence,
        phone=given.phone,
        kind=given.kind,
        topic=given.topic,
        question=given.question,
        needs_study=given.needs_study,
        wants_written_reply=given.wants_written_reply,
    )


async def _show_blocks(
    request: PageRequest,
    staff: Staff,
    form: FormView,
    *,
    now: Now,
    status: int = HTTP_200_OK,
    seen: str = "",
) -> Response[str]:
    template = await show_template(staff=staff)
    year = local_date(now).year
    samples = [
        build_index(RegisterIndex(letter=letter, number=number, year=year), seen or template)
        for letter, number in (("Д", 401), (UNSIGNED, 17))
    ]
    return page(
        request,
        "pages/desk/numbers/list.html",
        status=status,
        form=form,
        written=template,
        samples=samples,
        seen=seen,
        blocks=await list_for_staff(staff=staff),
    )


def _show_numbers(
    request: PageRequest, view: BlockView, form: FormView, *, now: Now, status: int = HTTP_200_OK
) -> Response[str]:
    return page(
        request,
        "pages/desk/numbers/show.html",
        status=status,
        form=form,
        view=view,
        open_numbers=[each.number for each in view.numbers if each.is_open],
        choices=list_choices(local_date(now), words_of(request)),
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [
    show_blocks,
    make_block,
    set_template,
    show_numbers,
    print_sheet,
    enter_card,
    cancel,
    close,
]
