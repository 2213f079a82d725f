"""Import a schedule: upload, look at every row, choose, make drafts."""

from datetime import datetime
from typing import Annotated, Final

from litestar import Response, get, post
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.conflicts import Clashing
from hotline_sessions.domain.errors import Invalid
from hotline_sessions.domain.schedule_columns import BadSheet, MissingColumns
from hotline_sessions.domain.schedules import RowReading
from hotline_sessions.domain.times import Window, local_date
from hotline_sessions.gateways.sheets import read_sheet
from hotline_sessions.i18n import N_, Words, format_day, format_window
from hotline_sessions.services.schedule_words import explain, explain_sheet
from hotline_sessions.services.schedules import (
    Imported,
    RowsRefused,
    Schedule,
    import_rows,
    read_schedule,
)
from hotline_sessions.web.dependencies import Now, PageRequest, Secret, SignedIn
from hotline_sessions.web.form_answers import refuse_field
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
from hotline_sessions.web.pages.desk.sessions import PLANNERS
from hotline_sessions.web.pages.desk.uploads import (
    CARRIED_LIMIT,
    LONGEST_NAME,
    MOST_CARRIED,
    MOST_ROWS,
    Carried,
    Upload,
    restore_upload,
)
from hotline_sessions.web.security import UPLOAD_LIMIT
from hotline_sessions.web.sent_files import read_file, shorten_name
from hotline_sessions.web.templating import page


PATH: Final = "/staff/import"
MOST_SHOWN: Final = 3
"""Sessions of a row that are written out; the others are counted."""

SENTENCES: Final[Sentences] = {
    ("file", "missing"): N_("Choose a file with the schedule: CSV, XLSX or ODS"),
    ("file", "too-big"): N_("The file is bigger than 256 KB: split it into smaller ones"),
    ("file", "too-many-rows"): N_("The table has more than 150 rows: split it into smaller ones"),
    ("year", "wrong"): N_("Enter a year, such as 2026"),
    ("year", "too-small"): N_("Enter a year, such as 2026"),
    ("year", "too-big"): N_("Enter a year, such as 2026"),
    ("rows", "missing"): N_("Choose at least one row"),
    ("rows", RowsRefused.code): N_("One of the chosen rows cannot be imported: nothing was"),
}


class Asked(Struct, frozen=True, kw_only=True):
    """What is entered beside the file."""

    year: Annotated[int, Meta(ge=2000, le=2100)] | None = None


class RowView(Struct, frozen=True, kw_only=True):
    """One row of the preview."""

    line: int
    who: str
    topic: str
    community: str
    windows: list[str]
    others: int
    problems: list[str]
    remarks: list[str]
    is_good: bool


@get(PATH, include_in_schema=False, guards=PLANNERS, sync_to_thread=False)
def show_import(request: PageRequest, now: Now) -> Response[str]:
    """The form for a file."""
    return _show_form(request, prefilled(year=local_date(now).year))


@post(
    PATH,
    include_in_schema=False,
    guards=PLANNERS,
    status_code=HTTP_200_OK,
    request_max_body_size=UPLOAD_LIMIT,
)
async def look_at_file(request: PageRequest, signed_in: SignedIn, secret: Secret) -> Response[str]:
    """Show what every row of the file would make; nothing is written."""
    form = await read_form(request)
    asked = parse_form(Asked, form)
    mistakes = dict(asked.by_field) if isinstance(asked, Mistakes) else {}
    sent = await read_file(form, "file", most=MOST_CARRIED)
    if sent is None:
        mistakes["file"] = "missing"
    elif len(sent.content) > MOST_CARRIED:
        mistakes["file"] = "too-big"
    if mistakes or isinstance(asked, Mistakes) or sent is None:
        view = with_mistakes(request, form, Mistakes(by_field=mistakes), SENTENCES)
        return _show_form(request, view, status=422)
    name = shorten_name(sent.name, longest=LONGEST_NAME, otherwise="schedule")
    upload = Upload(name=name, content=sent.content, year=asked.year)
    try:
        schedule = await _read(upload, signed_in)
    except (BadSheet, MissingColumns) as refusal:
        view = _blame_file(form.get("year"), explain_sheet(refusal, words_of(request).gettext))
        return _show_form(request, view, status=422)
    if len(schedule.readings) > MOST_ROWS:
        mistakes["file"] = "too-many-rows"
        view = with_mistakes(request, form, Mistakes(by_field=mistakes), SENTENCES)
        return _show_form(request, view, status=422)
    chosen = [str(row.line) for row in _list_good(schedule)]
    view = FormView(values={"rows": tuple(chosen)})
    return _show_rows(request, schedule, upload, upload.sign(signed_in, secret=secret), view)


@post(
    f"{PATH}/rows",
    include_in_schema=False,
    guards=PLANNERS,
    status_code=HTTP_200_OK,
    request_max_body_size=CARRIED_LIMIT,
)
async def import_chosen(
    request: PageRequest, signed_in: SignedIn, secret: Secret, now: Now
) -> Response[str]:
    """Make drafts of the chosen rows, all or none."""
    form = await read_form(request)
    carried = parse_form(Carried, form)
    if isinstance(carried, Mistakes):
        raise Invalid
    upload = restore_upload(carried, signed_in, secret=secret)
    schedule = await _read(upload, signed_in)
    chosen = [row for row in schedule.readings if row.line in set(carried.rows)]
    mistake = "" if chosen else "missing"
    imported = Imported(made=0, present=0)
    try:
        imported = await import_rows(
            chosen, institution=signed_in.institution, source=upload.name, now=now
        )
    except RowsRefused as refusal:
        mistake = refusal.code
    except Clashing as refusal:
        view = refuse_field(request, form, "rows", refusal)
        return _show_rows(request, schedule, upload, carried.signature, view, status=409)
    if mistake:
        view = with_mistakes(request, form, Mistakes(by_field={"rows": mistake}), SENTENCES)
        return _show_rows(request, schedule, upload, carried.signature, view, status=422)
    return page(
        request,
        "pages/desk/schedule_import/result.html",
        imported=imported,
        rows=len(chosen),
        name=upload.name,
        nowhere=sum(1 for row in chosen if row.phone is None),
    )


async def _read(upload: Upload, staff: Staff) -> Schedule:
    rows = read_sheet(upload.content, upload.name)
    return await read_schedule(rows, year=upload.year, institution=staff.institution)


def _list_good(schedule: Schedule) -> list[RowReading]:
    return [row for row in schedule.readings if row.accepted and row.line not in schedule.foreign]


def _blame_file(year: str, sentence: str) -> FormView:
    return FormView(values={"year": (year,)}, sentences={"file": sentence})


def _show_form(request: PageRequest, form: FormView, *, status: int = HTTP_200_OK) -> Response[str]:
    return page(request, "pages/desk/schedule_import/form.html", status=status, form=form)


def _show_rows(
    request: PageRequest,
    schedule: Schedule,
    upload: Upload,
    signature: str,
    form: FormView,
    *,
    status: int = HTTP_200_OK,
) -> Response[str]:
    words = words_of(request)
    rows = [_view(reading, schedule, words) for reading in schedule.readings]
    return page(
        request,
        "pages/desk/schedule_import/rows.html",
        status=status,
        rows=rows,
        good=sum(row.is_good for row in rows),
        sessions=sum(len(row.windows) for row in _list_good(schedule)),
        upload=upload,
        signature=signature,
        form=form,
    )


def _view(reading: RowReading, schedule: Schedule, words: Words) -> RowView:
    headers = schedule.headers
    problems = [explain(one, words.gettext, headers=headers) for one in reading.mistakes]
    if reading.line in schedule.foreign:
        problems.append(
            words.gettext("This row is of another institution; only its own staff can import it.")
        )
    shown = reading.windows[:MOST_SHOWN]
    return RowView(
        line=reading.line,
        who=", ".join(part for part in (reading.position, reading.person) if part),
        topic=reading.topic,
        community=reading.community,
        windows=[_write_window(window, words) for window in shown],
        others=len(reading.windows) - len(shown),
        problems=problems,
        remarks=[explain(one, words.gettext, headers=headers) for one in reading.remarks],
        is_good=not problems,
    )


def _write_window(window: Window, words: Words) -> str:
    day: datetime = window.starts_at
    return f"{format_day(local_date(day), words.locale)}, {format_window(window, words.locale)}"


HANDLERS: Final[list[ControllerRouterHandler]] = [show_import, look_at_file, import_chosen]
