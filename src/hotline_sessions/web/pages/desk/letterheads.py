"""The head of letters, and how they name people: seen and changed by who answers for it."""

from typing import Annotated, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct, structs

from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.domain.letters import BadEdrpou, BadLogo, Letterhead
from hotline_sessions.gateways.letters import MOST_LOGO, check_logo
from hotline_sessions.i18n import N_
from hotline_sessions.services.letterheads import (
    get_person,
    list_people,
    load_letterhead,
    name_person,
    print_sample,
    save_letterhead,
)
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn, documents_of
from hotline_sessions.web.file_answers import answer_pdf
from hotline_sessions.web.form_answers import refuse_field
from hotline_sessions.web.forms import (
    Form,
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    prefilled,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.guards import require, require_staff
from hotline_sessions.web.pages.desk.sessions import lead_to
from hotline_sessions.web.row_ids import read_row_id
from hotline_sessions.web.sent_files import read_file
from hotline_sessions.web.templating import page


KEEPERS: Final = [require_staff, require(Right.SET_RULES, Right.LEAD_APPEALS)]
PATH: Final = "/staff/letterhead"
LOGO_LIMIT: Final = MOST_LOGO + 64 * 1024
"""Bytes of the form with a picture."""

SENTENCES: Final[Sentences] = {
    ("name", "missing"): N_("Enter the name of the institution"),
    ("name", "too-short"): N_("Enter the name of the institution"),
}

Short = Annotated[str, Meta(max_length=200)]
Line = Annotated[str, Meta(max_length=300)]


class HeadForm(Struct, frozen=True, kw_only=True):
    """What is entered; ``drops_logo``: letters have no picture any more."""

    name: Annotated[str, Meta(min_length=3, max_length=300)]
    above: Line = ""
    address: Line = ""
    edrpou: Annotated[str, Meta(max_length=20)] = ""
    phone: Short = ""
    email: Short = ""
    website: Short = ""
    drops_logo: bool = False


class PersonForm(Struct, frozen=True, kw_only=True):
    """How letters name somebody."""

    post: Short = ""
    phone: Annotated[str, Meta(max_length=60)] = ""


@get(PATH, include_in_schema=False, guards=KEEPERS)
async def show_letterhead(request: PageRequest, signed_in: SignedIn) -> Response[str]:
    """What stands at the head of letters, and who may sign them."""
    head = await load_letterhead(signed_in.institution)
    return await _show(request, signed_in, prefilled(**structs.asdict(head)))


@get(f"{PATH}/sample.pdf", include_in_schema=False, guards=KEEPERS)
async def show_sample(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[bytes]:
    """A letter with this head, to look at."""
    content = await print_sample(staff=signed_in, printer=documents_of(request).printer, now=now)
    return answer_pdf("letter.pdf", content)


@post(
    PATH,
    include_in_schema=False,
    guards=KEEPERS,
    status_code=HTTP_200_OK,
    request_max_body_size=LOGO_LIMIT,
)
async def change_letterhead(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """Let this stand at the head of letters from now on."""
    form = await read_form(request)
    given = parse_form(HeadForm, form)
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, SENTENCES)
        return await _show(request, signed_in, view, status=422)
    fields = structs.asdict(given)
    drops_logo = fields.pop("drops_logo")
    try:
        logo = await _read_logo(form)
        await save_letterhead(
            Letterhead(**fields),
            b"" if drops_logo and logo is None else logo,
            staff=signed_in,
            printer=documents_of(request).printer,
            now=now,
        )
    except (BadEdrpou, BadLogo) as refusal:
        field = "edrpou" if isinstance(refusal, BadEdrpou) else "logo"
        view = refuse_field(request, form, field, refusal)
        return await _show(request, signed_in, view, status=422)
    return lead_to(request, PATH)


@get(f"{PATH}/people/{{name:str}}", include_in_schema=False, guards=KEEPERS)
async def show_person(
    request: PageRequest, name: FromPath[str], signed_in: SignedIn
) -> Response[str]:
    """How letters name one member of staff."""
    person = await get_person(read_row_id(name), staff=signed_in)
    view = prefilled(post=person.post, phone=person.phone)
    return page(request, "pages/desk/letterhead/person.html", person=person, form=view)


@post(
    f"{PATH}/people/{{name:str}}",
    include_in_schema=False,
    guards=KEEPERS,
    status_code=HTTP_200_OK,
)
async def change_person(
    request: PageRequest, name: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Name a member of staff like this from now on."""
    person = await get_person(read_row_id(name), staff=signed_in)
    form = await read_form(request)
    given = parse_form(PersonForm, form)
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, {})
        template = "pages/desk/letterhead/person.html"
        return page(request, template, status=422, person=person, form=view)
    await name_person(person.account, post=given.post, phone=given.phone, staff=signed_in, now=now)
    return lead_to(request, PATH)


async def _read_logo(form: Form) -> bytes | None:
    """The picture that was sent; None when none was.

    Raises:
        BadLogo: It cannot stand at the head of letters.
    """
    sent = await read_file(form, "logo", most=MOST_LOGO)
    if sent is None:
        return None
    check_logo(sent.content)
    return sent.content


async def _show(
    request: PageRequest, staff: Staff, form: FormView, *, status: int = HTTP_200_OK
) -> Response[str]:
    return page(
        request,
        "pages/desk/letterhead/form.html",
        status=status,
        has_logo=(await load_letterhead(staff.institution)).has_logo,
        people=await list_people(staff=staff),
        form=form,
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [
    show_letterhead,
    show_sample,
    change_letterhead,
    show_person,
    change_person,
]
