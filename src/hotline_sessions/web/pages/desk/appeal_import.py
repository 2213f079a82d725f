"""Take appeals that another body has sent: choose its list, look at every row, take the good."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.outer_appeals import OuterReading
from hotline_sessions.domain.outer_imports import NewImport, StagedImport
from hotline_sessions.domain.schedule_columns import BadSheet, MissingColumns
from hotline_sessions.domain.term_policies import Channel
from hotline_sessions.domain.times import local_date
from hotline_sessions.gateways.lists import read_list
from hotline_sessions.gateways.sheets import MOST_BYTES
from hotline_sessions.i18n import N_, Words
from hotline_sessions.services.appeal_cards import load_directory
from hotline_sessions.services.outer_appeals import (
    BadReceipt,
    FileErased,
    Looked,
    list_past,
    look,
    open_import,
    stage,
    take_staged,
)
from hotline_sessions.services.outer_words import OUTER_NAMES, explain, explain_sheet
from hotline_sessions.web.dependencies import Now, PageRequest, Secret, SignedIn
from hotline_sessions.web.forms import (
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    prefilled,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.desk.rights import REGISTRARS
from hotline_sessions.web.pages.desk.sessions import lead_to
from hotline_sessions.web.row_ids import RowId
from hotline_sessions.web.sent_files import SentFile, read_file, shorten_name
from hotline_sessions.web.templating import page


PATH: Final = "/staff/appeals/import"
FILE_LIMIT: Final = MOST_BYTES + 64 * 1024
"""Bytes of the form with a file; ``request_max_body_size`` of its handler."""
LONGEST_NAME: Final = 100
MOST_BAD: Final = 300
"""Bad rows that one page names; the command names all."""
SAMPLE: Final = 5
EXCERPT: Final = 120

SENTENCES: Final[Sentences] = {
    ("file", "missing"): N_("Choose a file with appeals: CSV, XLSX or JSON"),
    ("file", "too-big"): N_("The file is bigger than 5 MB: split it into smaller ones"),
    ("source", "missing"): N_("Choose the body that has sent the list, or name it"),
    ("received_on", "wrong"): N_("Enter a day, for example 2026-11-24"),
    ("received_on", "missing"): N_("Enter the day on which the list came"),
    ("received_on", BadReceipt.code): N_("Enter a day of the last month, not a coming one"),
}


class Asked(Struct, frozen=True, kw_only=True):
    """What is entered beside the file."""

    source: RowId | None = None
    new_source: Annotated[str, Meta(min_length=2, max_length=300)] = ""
    received_on: date
    hotline: bool = False
    tells: bool = False


class BadView(Struct, frozen=True, kw_only=True):
    """A row that cannot be taken, and every reason why."""

    line: int
    number: str
    problems: list[str]


class GoodView(Struct, frozen=True, kw_only=True):
    """A row as it will stand in the register."""

    line: int
    number: str
    author: str
    residence: str
    question: str
    remarks: list[str]


@get(PATH, include_in_schema=False, guards=REGISTRARS)
async def show_form(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """The form for a file, and what was taken before."""
    return await _show_form(request, signed_in, prefilled(received_on=local_date(now)))


@post(
    PATH,
    include_in_schema=False,
    guards=REGISTRARS,
    status_code=HTTP_200_OK,
    request_max_body_size=FILE_LIMIT,
)
async def send_file(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[Any]:
    """Keep the file and lead to what every row of it says; nothing is registered."""
    form = await read_form(request)
    asked = parse_form(Asked, form)
    mistakes = dict(asked.by_field) if isinstance(asked, Mistakes) else {}
    sent = await read_file(form, "file", most=MOST_BYTES)
    if sent is None:
        mistakes["file"] = "missing"
    elif len(sent.content) > MOST_BYTES:
        mistakes["file"] = "too-big"
    if not (form.get("source") or form.get("new_source")):
        mistakes["source"] = "missing"
    if mistakes or isinstance(asked, Mistakes) or sent is None:
        view = with_mistakes(request, form, Mistakes(by_field=mistakes), SENTENCES)
        return await _show_form(request, signed_in, view, status=422)
    try:
        public_id = await _stage(asked, sent, staff=signed_in, now=now)
    except (BadSheet, MissingColumns) as refusal:
        sentence = explain_sheet(refusal, words_of(request).gettext)
        view = FormView(values=form.fields, sentences={"file": sentence})
        return await _show_form(request, signed_in, view, status=422)
    except BadReceipt:
        wrong = Mistakes(by_field={"received_on": BadReceipt.code})
        view = with_mistakes(request, form, wrong, SENTENCES)
        return await _show_form(request, signed_in, view, status=422)
    return lead_to(request, f"{PATH}/{public_id}")


@get(f"{PATH}/{{public_id:str}}", include_in_schema=False, guards=REGISTRARS)
async def show_rows(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """What every row of the file says, or what became of it."""
    staged = await open_import(public_id, institution=signed_in.institution)
    looked = await _look(staged, signed_in, now=now) if staged.content else None
    return _show_rows(request, staged, looked)


@post(
    f"{PATH}/{{public_id:str}}", include_in_schema=False, guards=REGISTRARS, status_code=HTTP_200_OK
)
async def take_rows(
    request: PageRequest,
    public_id: FromPath[str],
    signed_in: SignedIn,
    secret: Secret,
    now: Now,
) -> Response[Any]:
    """Enter the good rows in the register."""
    staged = await open_import(public_id, institution=signed_in.institution)
    if not staged.content:
        raise FileErased
    looked = await _look(staged, signed_in, now=now)
    await take_staged(
        staged,
        looked,
        institution=signed_in.institution,
        account=signed_in.account,
        secret=secret,
        now=now,
    )
    return lead_to(request, f"{PATH}/{public_id}")


async def _stage(asked: Asked, sent: SentFile, *, staff: Staff, now: Now) -> str:
    name = shorten_name(sent.name, longest=LONGEST_NAME, otherwise="appeals")
    rows = await asyncio.to_thread(read_list, sent.content, name)
    new = NewImport(
        source=asked.source or 0,
        name=name,
        content=sent.content,
        received_on=asked.received_on,
        channel=Channel.GOVERNMENT_HOTLINE if asked.hotline else "",
        tells_authors=asked.tells,
    )
    return await stage(
        new,
        rows,
        new_source=asked.new_source,
        institution=staff.institution,
        account=staff.account,
        now=now,
    )


async def _look(staged: StagedImport, staff: Staff, *, now: Now) -> Looked:
    rows = await asyncio.to_thread(read_list, staged.content or b"", staged.name)
    return await look(rows, source=staged.source, institution=staff.institution, now=now)


async def _show_form(
    request: PageRequest, staff: Staff, form: FormView, *, status: int = HTTP_200_OK
) -> Response[str]:
    directory = await load_directory(staff=staff)
    words = words_of(request)
    return page(
        request,
        "pages/desk/appeal_import/form.html",
        status=status,
        form=form,
        bodies=[(each.id, each.name) for each in directory.bodies],
        columns=[words.gettext(name) for name in OUTER_NAMES.values()],
        past=await list_past(institution=staff.institution),
    )


def _show_rows(request: PageRequest, staged: StagedImport, looked: Looked | None) -> Response[str]:
    words = words_of(request)
    bad: Sequence[OuterReading] = looked.bad if looked else []
    good: Sequence[OuterReading] = looked.good if looked else []
    return page(
        request,
        "pages/desk/appeal_import/rows.html",
        staged=staged,
        looked=looked,
        bad=[_view_bad(each, words) for each in bad[:MOST_BAD]],
        unnamed=max(len(bad) - MOST_BAD, 0),
        sample=[_view_good(each, words) for each in good[:SAMPLE]],
        present=[
            (each.line, each.number, looked.known[each.key])
            for each in (looked.present if looked else [])[:SAMPLE]
            if looked
        ],
    )


def _view_bad(reading: OuterReading, words: Words) -> BadView:
    return BadView(
        line=reading.line,
        number=reading.number,
        problems=[explain(each, words.gettext) for each in reading.mistakes],
    )


def _view_good(reading: OuterReading, words: Words) -> GoodView:
    appeal = reading.appeal
    if appeal is None:
        raise NotFound
    new = appeal.new
    return GoodView(
        line=reading.line,
        number=appeal.number,
        author=" ".join(part for part in (new.surname, new.given_name, new.patronymic) if part),
        residence=new.residence,
        question=new.question[:EXCERPT] + ("…" if len(new.question) > EXCERPT else ""),
        remarks=[explain(each, words.gettext) for each in reading.remarks],
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [show_form, send_file, show_rows, take_rows]
