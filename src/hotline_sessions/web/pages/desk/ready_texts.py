"""Ready texts of resolutions and replies: the list, and putting one into a form."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.placeholders import UnknownPlaceholder
from hotline_sessions.domain.ready_texts import LongText, ReadyText, TextKind, Title
from hotline_sessions.i18n import N_
from hotline_sessions.services.ready_texts import (
    add,
    change,
    get_for_staff,
    list_for_staff,
    remove,
    write_for,
)
from hotline_sessions.services.units import NameTaken
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn
from hotline_sessions.web.errors import status_of
from hotline_sessions.web.form_answers import refuse_field
from hotline_sessions.web.forms import (
    BLANK_FORM,
    Form,
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    prefilled,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.pages.desk.rights import ANSWERERS
from hotline_sessions.web.pages.desk.sessions import lead_to
from hotline_sessions.web.row_ids import read_row_id
from hotline_sessions.web.templating import page


PATH: Final = "/staff/texts"
TEXT_LIMIT: Final = 96 * 1024
"""Bytes of the form: ten thousand Cyrillic letters take 60 KB."""

KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {TextKind.RESOLUTION: N_("Resolution"), TextKind.REPLY: N_("Reply")}
)
MEANINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "number": N_("number of the appeal"),
        "received": N_("day on which it was received"),
        "name": N_("author, as the card names him or her"),
        "residence": N_("residence of the author"),
        "due": N_("last day of the answer"),
        "today": N_("the day on which the text is inserted"),
    }
)
"""What is put into the places."""

FIELDS: Final[Mapping[str, tuple[TextKind, str, str]]] = MappingProxyType(
    {
        "resolve": (TextKind.RESOLUTION, "ready_resolution", "resolution"),
        "draft": (TextKind.REPLY, "ready_reply", "reply_text"),
    }
)
"""Step → kind of its texts, the field in which one is chosen, and the field that takes it."""

SENTENCES: Final[Sentences] = {
    ("title", "missing"): N_("Name the text: by this name it is chosen"),
    ("title", "too-short"): N_("Name the text: by this name it is chosen"),
    ("text", "missing"): N_("Enter the text"),
    ("text", "too-short"): N_("Enter the text"),
    ("text", "too-long"): N_("The text is too long: shorten it"),
}


class TextForm(Struct, frozen=True, kw_only=True):
    """A ready text as it is entered."""

    kind: TextKind
    title: Title
    text: LongText


async def list_ready_choices(*, staff: Staff) -> dict[str, list[tuple[int, str]]]:
    """Ready texts to choose from, by the step that they are for."""
    if not staff.may(Right.ANSWER_APPEALS):
        return {}
    texts = await list_for_staff(staff=staff)
    return {
        step: [(each.id, each.title) for each in texts if each.kind is kind]
        for step, (kind, _, _) in FIELDS.items()
    }


async def put_ready_text(
    form: Form, step: str, public_id: str, *, staff: Staff, now: Now
) -> FormView:
    """The form of a step as it was typed, with the chosen text behind.

    Raises:
        NotFound: There is no such step, appeal or text.
    """
    if step not in FIELDS:
        raise NotFound
    _, chosen_in, field = FIELDS[step]
    opened = {**form.fields, "opened": (step,)}
    if not form.get(chosen_in):
        return FormView(values=opened)
    chosen = read_row_id(form.get(chosen_in))
    text = await write_for(public_id, chosen, staff=staff, now=now)
    typed = form.get(field)
    return FormView(values=opened | {field: (f"{typed}\n\n{text}" if typed else text,)})


@get(PATH, include_in_schema=False, guards=ANSWERERS)
async def show_texts(request: PageRequest, signed_in: SignedIn) -> Response[str]:
    """All ready texts, and a form for a new one."""
    return await _show_list(request, signed_in, BLANK_FORM)


@post(
    PATH,
    include_in_schema=False,
    guards=ANSWERERS,
    status_code=HTTP_200_OK,
    request_max_body_size=TEXT_LIMIT,
)
async def add_text(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """A new ready text."""
    form = await read_form(request)
    given = parse_form(TextForm, form)
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, SENTENCES)
        return await _show_list(request, signed_in, view, status=422)
    try:
        await add(given.kind, given.title, given.text, staff=signed_in, now=now)
    except (UnknownPlaceholder, NameTaken) as refusal:
        view = refuse_field(request, form, _blame(refusal), refusal)
        return await _show_list(request, signed_in, view, status=status_of(refusal))
    return lead_to(request, PATH)


@get(f"{PATH}/{{name:str}}", include_in_schema=False, guards=ANSWERERS)
async def show_text(
    request: PageRequest, name: FromPath[str], signed_in: SignedIn
) -> Response[str]:
    """One ready text, to be changed or removed."""
    text = await get_for_staff(read_row_id(name), staff=signed_in)
    view = prefilled(kind=text.kind.value, title=text.title, text=text.text)
    return _show_one(request, text.id, view)


@post(
    f"{PATH}/{{name:str}}",
    include_in_schema=False,
    guards=ANSWERERS,
    status_code=HTTP_200_OK,
    request_max_body_size=TEXT_LIMIT,
)
async def change_text(
    request: PageRequest, name: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Let a ready text say something else, or remove it."""
    number = read_row_id(name)
    form = await read_form(request)
    if form.get("deed") == "remove":
        await remove(number, staff=signed_in, now=now)
        return lead_to(request, PATH)
    await get_for_staff(number, staff=signed_in)
    given = parse_form(TextForm, form)
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, SENTENCES)
        return _show_one(request, number, view, status=422)
    text = ReadyText(id=number, kind=given.kind, title=given.title, text=given.text)
    try:
        await change(text, staff=signed_in, now=now)
    except (UnknownPlaceholder, NameTaken) as refusal:
        view = refuse_field(request, form, _blame(refusal), refusal)
        return _show_one(request, number, view, status=status_of(refusal))
    return lead_to(request, PATH)


def _blame(refusal: UnknownPlaceholder | NameTaken) -> str:
    return "text" if isinstance(refusal, UnknownPlaceholder) else "title"


async def _show_list(
    request: PageRequest, staff: Staff, form: FormView, *, status: int = HTTP_200_OK
) -> Response[str]:
    return page(
        request,
        "pages/desk/texts/list.html",
        status=status,
        texts=await list_for_staff(staff=staff),
        kinds=KINDS,
        meanings=MEANINGS,
        form=form,
    )


def _show_one(
    request: PageRequest, number: int, form: FormView, *, status: int = HTTP_200_OK
) -> Response[str]:
    return page(
        request,
        "pages/desk/texts/show.html",
        status=status,
        number=number,
        kinds=KINDS,
        meanings=MEANINGS,
        form=form,
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [show_texts, add_text, show_text, change_text]
