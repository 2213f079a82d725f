"""Letters and files of an appeal: looked at, numbered, attached, given out, removed."""

from collections.abc import Sequence
from typing import Annotated, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.domain.appeals import Appeal
from hotline_sessions.domain.attachments import (
    MOST_BYTES,
    SEALED,
    Origin,
    Paper,
)
from hotline_sessions.domain.errors import Conflict, Invalid, NotFound
from hotline_sessions.domain.file_kinds import MEDIA_TYPES, FileKind
from hotline_sessions.domain.letters import LetterFormat, LetterKind
from hotline_sessions.i18n import N_, Words
from hotline_sessions.services.appeals import get_for_staff
from hotline_sessions.services.attachments import attach, list_for_card, remove
from hotline_sessions.services.attachments import get_for_staff as get_paper
from hotline_sessions.services.letter_words import TITLES
from hotline_sessions.services.letters import LetterView, get_letter, issue_letter, list_views
from hotline_sessions.web.dependencies import (
    Now,
    PageRequest,
    SignedIn,
    documents_of,
)
from hotline_sessions.web.errors import status_of
from hotline_sessions.web.file_answers import answer_file
from hotline_sessions.web.form_answers import refuse_field
from hotline_sessions.web.forms import (
    BLANK_FORM,
    Form,
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.desk.rights import ANSWERERS, READERS
from hotline_sessions.web.pages.desk.sessions import lead_to
from hotline_sessions.web.row_ids import RowId
from hotline_sessions.web.sent_files import read_file
from hotline_sessions.web.templating import page


CARD: Final = "/staff/appeals/{public_id:str}"
PAPER_LIMIT: Final = MOST_BYTES + 64 * 1024
"""Bytes of the form with a file."""
LONGEST_NAME: Final = 500

SENTENCES: Final[Sentences] = {
    ("file", "missing"): N_("Choose a file"),
    ("origin", "missing"): N_("Say whose file it is"),
    ("letter_number", "missing"): N_("Enter the outgoing number"),
}


class Attaching(Struct, frozen=True, kw_only=True):
    """What is entered beside a file."""

    origin: Origin


class Issuing(Struct, frozen=True, kw_only=True):
    """Which letter gets which number."""

    letter_kind: LetterKind
    letter_source: RowId
    letter_number: Annotated[str, Meta(min_length=1, max_length=60)]


class LetterName(Struct, frozen=True, kw_only=True):
    """A letter in an address: ``reply-12.pdf``."""

    kind: LetterKind
    source: RowId
    form: LetterFormat


class DocumentsView(Struct, frozen=True, kw_only=True):
    """Letters with their titles, and files, of an appeal."""

    letters: Sequence[tuple[str, LetterView]]
    papers: Sequence[Paper]


async def view_documents(appeal: Appeal, *, staff: Staff, words: Words) -> DocumentsView:
    """Letters and files as card and page show them; none where they would tell the author."""
    if appeal.is_hidden:
        return DocumentsView(letters=[], papers=[])
    letters = await list_views(appeal, staff=staff)
    return DocumentsView(
        letters=[(words.gettext(TITLES[each.kind]), each) for each in letters],
        papers=await list_for_card(appeal, staff=staff),
    )


@get(f"{CARD}/documents", include_in_schema=False, guards=READERS)
async def show_documents(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn
) -> Response[str]:
    """Letters and files of an appeal, and forms to add to them."""
    return await _show(request, public_id, signed_in, BLANK_FORM)


@post(
    f"{CARD}/documents",
    include_in_schema=False,
    guards=READERS,
    status_code=HTTP_200_OK,
    request_max_body_size=PAPER_LIMIT,
)
async def attach_paper(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Put a file to the appeal."""
    form = await read_form(request)
    given = parse_form(Attaching, form)
    sent = await read_file(form, "file", most=MOST_BYTES)
    mistakes = dict(given.by_field) if isinstance(given, Mistakes) else {}
    if sent is None:
        mistakes["file"] = "missing"
    if mistakes or isinstance(given, Mistakes) or sent is None:
        view = with_mistakes(request, form, Mistakes(by_field=mistakes), SENTENCES)
        return await _show(request, public_id, signed_in, view, status=422)
    try:
        await attach(
            public_id,
            sent.name[:LONGEST_NAME],
            sent.content,
            given.origin,
            staff=signed_in,
            storage=documents_of(request).storage,
            now=now,
        )
    except (Invalid, Conflict) as refusal:
        view = refuse_field(request, form, "file", refusal)
        return await _show(request, public_id, signed_in, view, status=status_of(refusal))
    return lead_to(request, f"/staff/appeals/{public_id}/documents")


@post(f"{CARD}/letters", include_in_schema=False, guards=ANSWERERS, status_code=HTTP_200_OK)
async def number_letter(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Give a letter its outgoing number."""
    form = await read_form(request)
    given = parse_form(Issuing, form)
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, SENTENCES)
        return await _show(request, public_id, signed_in, view, status=422)
    try:
        await issue_letter(
            public_id,
            given.letter_kind,
            given.letter_source,
            given.letter_number,
            staff=signed_in,
            documents=documents_of(request),
            now=now,
        )
    except Conflict as refusal:
        view = refuse_field(request, form, "letter_number", refusal)
        return await _show(request, public_id, signed_in, view, status=status_of(refusal))
    return lead_to(request, f"/staff/appeals/{public_id}/documents")


@get(f"{CARD}/letters/{{name:str}}", include_in_schema=False, guards=READERS)
async def give_letter(
    request: PageRequest,
    public_id: FromPath[str],
    name: FromPath[str],
    signed_in: SignedIn,
    now: Now,
) -> Response[bytes]:
    """A letter as a file."""
    asked = _read_name(name)
    letter = await get_letter(
        public_id,
        asked.kind,
        asked.source,
        asked.form,
        staff=signed_in,
        documents=documents_of(request),
        now=now,
    )
    return answer_file(letter.name, MEDIA_TYPES[FileKind(asked.form.value)], letter.content)


@get(f"{CARD}/files/{{paper:str}}", include_in_schema=False, guards=READERS)
async def give_paper(
    request: PageRequest, public_id: FromPath[str], paper: FromPath[str], signed_in: SignedIn
) -> Response[bytes]:
    """A file as it was attached."""
    storage = documents_of(request).storage
    file = await get_paper(public_id, paper, staff=signed_in, storage=storage)
    return answer_file(file.name, file.media_type, file.content)


@post(
    f"{CARD}/files/{{paper:str}}/remove",
    include_in_schema=False,
    guards=ANSWERERS,
    status_code=HTTP_200_OK,
)
async def remove_paper(
    request: PageRequest,
    public_id: FromPath[str],
    paper: FromPath[str],
    signed_in: SignedIn,
    now: Now,
) -> Response[str]:
    """Mark a file as removed."""
    await remove(public_id, paper, staff=signed_in, now=now)
    return lead_to(request, f"/staff/appeals/{public_id}/documents")


def _read_name(name: str) -> LetterName:
    """What an address asks for.

    Raises:
        NotFound: No letter is named like this.
    """
    stem, _, form = name.rpartition(".")
    kind, _, source = stem.rpartition("-")
    fields = {"kind": (kind,), "source": (source,), "form": (form,)}
    asked = parse_form(LetterName, Form(fields=fields))
    if isinstance(asked, Mistakes):
        raise NotFound
    return asked


async def _show(
    request: PageRequest,
    public_id: str,
    staff: Staff,
    form: FormView,
    *,
    status: int = HTTP_200_OK,
) -> Response[str]:
    appeal = (await get_for_staff(public_id, staff=staff)).appeal
    return page(
        request,
        "pages/desk/appeals/documents.html",
        status=status,
        appeal=appeal,
        documents=await view_documents(appeal, staff=staff, words=words_of(request)),
        may_answer=staff.may(Right.ANSWER_APPEALS),
        is_sealed=appeal.state in SEALED,
        form=form,
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [
    show_documents,
    attach_paper,
    number_letter,
    give_letter,
    give_paper,
    remove_paper,
]
