"""A year of the register in figures, on a page and as a table to take along."""

import csv
import io
import re
from datetime import date
from typing import Final

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from hotline_sessions.domain.appeal_figures import By, Figures
from hotline_sessions.domain.appeal_ratings import FEWEST_SHOWN
from hotline_sessions.domain.classifier import find_row
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.times import local_date
from hotline_sessions.i18n import N_, Words
from hotline_sessions.services.appeal_figures import count_year
from hotline_sessions.services.appeal_ratings import count_year_of_ratings
from hotline_sessions.services.appeals import list_classifier
from hotline_sessions.services.call_appeals import count_consultations_of
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.desk.rights import READERS
from hotline_sessions.web.templating import page


FIRST_YEAR: Final = 2008
"""Nothing is older than the Classifier."""
SORTS: Final[tuple[tuple[By, str], ...]] = (
    ("form", N_("How they came")),
    ("kind", N_("Kind")),
    ("topic", N_("Topic")),
    ("result", N_("Result")),
)


@get("/staff/appeals/figures", include_in_schema=False, guards=READERS)
async def show_figures(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """The counts of a year by form, kind, topic and result."""
    this_year = local_date(now).year
    chosen = _choose_year(request, this_year)
    figures = await count_year(chosen, staff=signed_in, now=now)
    words = words_of(request)
    return page(
        request,
        "pages/desk/appeals/figures.html",
        year=chosen,
        years=range(this_year, this_year - 5, -1),
        total=figures.total,
        ratings=await count_year_of_ratings(chosen, staff=signed_in),
        fewest=FEWEST_SHOWN,
        consultations=await count_consultations_of(chosen, staff=signed_in),
        tables=[
            (words.gettext(name), _list_rows(figures, by, words, chosen)) for by, name in SORTS
        ],
    )


@get("/staff/appeals/figures.csv", include_in_schema=False, guards=READERS)
async def get_figures(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """The same as a table for a spreadsheet."""
    chosen = _choose_year(request, local_date(now).year)
    figures = await count_year(chosen, staff=signed_in, now=now)
    words = words_of(request)
    text = io.StringIO()
    writer = csv.writer(text)
    head = (N_("Sort"), N_("Name"), N_("Appeals"), N_("Answered"), N_("Late"))
    writer.writerow([words.gettext(name) for name in head])
    for by, name in SORTS:
        for label, *counts in _list_rows(figures, by, words, chosen):
            writer.writerow([words.gettext(name), label, *counts])
    return Response(
        "\ufeff" + text.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="appeals-{chosen}.csv"'},
    )


def _choose_year(request: PageRequest, this_year: int) -> int:
    """The year that is asked for.

    Raises:
        NotFound: There can be nothing of it in the register.
    """
    asked = request.query_params.get("year", str(this_year))
    if not re.fullmatch(r"[0-9]{4}", asked) or not FIRST_YEAR <= int(asked) <= this_year + 1:
        raise NotFound
    return int(asked)


def _list_rows(
    figures: Figures, by: By, words: Words, year: int
) -> list[tuple[str, int, int, int]]:
    end_of_year = date(year, 12, 31)
    nothing = words.gettext(N_("not answered yet") if by == "result" else N_("not given"))
    return [
        (
            row.label(words.locale)
            if (row := find_row(list_classifier(), count.code, end_of_year))
            else count.code or nothing,
            count.count,
            count.answered,
            count.late,
        )
        for count in figures.list_by(by)
    ]


HANDLERS: Final[list[ControllerRouterHandler]] = [show_figures, get_figures]
