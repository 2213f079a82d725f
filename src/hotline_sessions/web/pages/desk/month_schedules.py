"""The schedule of a month as a file, in the form in which councils publish it."""

import asyncio
import re
from datetime import date
from typing import Annotated, Final, Literal

from litestar import Response, post
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.errors import Invalid
from hotline_sessions.domain.schedule_dates import is_planned_year
from hotline_sessions.gateways.schedule_files import build_schedule_docx, build_schedule_xlsx
from hotline_sessions.i18n import Locale, load_catalogues
from hotline_sessions.services.publications import note_month, read_month
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn
from hotline_sessions.web.file_answers import answer_file
from hotline_sessions.web.forms import Mistakes, parse_form, read_form
from hotline_sessions.web.pages.desk.publication_words import write_schedule
from hotline_sessions.web.pages.desk.sessions import PLANNERS


MEDIA_TYPES: Final = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


class ScheduleForm(Struct, frozen=True, kw_only=True):
    """Which month, and as what."""

    month: Annotated[str, Meta(max_length=7)]
    form: Literal["docx", "xlsx"] = "docx"
    language: Locale = "uk"


@post(
    "/staff/publications/schedule",
    include_in_schema=False,
    guards=PLANNERS,
    status_code=HTTP_200_OK,
)
async def write_month(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[bytes]:
    """The schedule of a month, noted as published.

    Raises:
        Invalid: No month is named, or none that is planned.
    """
    wanted = parse_form(ScheduleForm, await read_form(request))
    if isinstance(wanted, Mistakes):
        raise Invalid
    month = await read_month(read_first_day(wanted.month), staff=signed_in)
    schedule = write_schedule(month, load_catalogues().words(wanted.language), now=now)
    build = build_schedule_docx if wanted.form == "docx" else build_schedule_xlsx
    content = await asyncio.to_thread(build, schedule, made_at=now)
    await note_month(month, language=wanted.language, staff=signed_in, now=now)
    return answer_file(f"schedule-{wanted.month}.{wanted.form}", MEDIA_TYPES[wanted.form], content)


def read_first_day(month: str) -> date:
    """The first day of «2026-11».

    Raises:
        Invalid: It is no month, or none that is planned.
    """
    match = _MONTH.fullmatch(month)
    if match is None or match[1] == "0000":
        raise Invalid
    first_on = date(int(match[1]), int(match[2]), 1)
    if not is_planned_year(first_on):
        raise Invalid
    return first_on


HANDLERS: Final[list[ControllerRouterHandler]] = [write_month]
