"""Cards of the register as a file: those that a search finds."""

from typing import Final, Literal

from litestar import post
from litestar.response import Stream
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler

from hotline_sessions.domain.access import Right
from hotline_sessions.domain.cards import FIELDS
from hotline_sessions.domain.errors import Invalid
from hotline_sessions.gateways.card_files import MEDIA_TYPES, write_file
from hotline_sessions.i18n import N_
from hotline_sessions.services.card_exports import iterate_cards, note_export
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn
from hotline_sessions.web.forms import Mistakes, parse_form, read_form
from hotline_sessions.web.guards import require, require_staff
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.desk.appeal_lists import (
    READERS_OF_FIELDS,
    SearchForm,
    build_wanted,
)
from hotline_sessions.web.pages.desk.card_views import NAMES as CARD_NAMES


EXPORTERS: Final = [require_staff, require(Right.EXPORT_APPEALS)]

NAMES: Final = {
    **CARD_NAMES,
    "public_id": N_("Name in addresses"),
    "register_index": N_("Registration index"),
    "state": N_("State"),
    "received_on": N_("Received on"),
    "first_received_on": N_("Received by another body on"),
    "registered_on": N_("Registered on"),
    "form_of_receipt": N_("Form of receipt"),
    "source": N_("From whom"),
    "outer_number": N_("Number there"),
    "email": N_("E-mail"),
    "question": N_("Substance"),
    "further_questions": N_("Further questions"),
    "wants_written_reply": N_("Wants a written reply"),
    "asks_secrecy": N_("Asks for secrecy"),
    "has_priority": N_("Priority"),
    "legal_on": N_("Last lawful day"),
    "internal_on": N_("Internal target"),
    "resolution": N_("Resolution"),
    "executors": N_("Executors"),
    "result": N_("Result"),
    "answer": N_("Answer"),
    "answered_at": N_("Answered at"),
    "outgoing_number": N_("Outgoing number"),
    "changed_at": N_("Changed at"),
}
"""Headings of columns, by the fields of a card."""


class ExportForm(SearchForm, frozen=True, kw_only=True):
    """A search, and the form of the file."""

    form: Literal["csv", "json", "xlsx"]


@post("/staff/appeals/export", include_in_schema=False, guards=EXPORTERS, status_code=HTTP_200_OK)
async def export_appeals(request: PageRequest, signed_in: SignedIn, now: Now) -> Stream:
    """The cards that were looked for, as a file; who has taken them is written down.

    Raises:
        TooManyCards: No file holds so many.
    """
    sent = parse_form(ExportForm, await read_form(request), READERS_OF_FIELDS)
    if isinstance(sent, Mistakes):
        raise Invalid
    wanted = build_wanted(sent)
    await note_export(wanted, sent.form, staff=signed_in, now=now)
    words = words_of(request)
    names = [words.gettext(NAMES[field]) for field in FIELDS]
    return Stream(
        write_file(sent.form, iterate_cards(wanted, staff=signed_in, now=now), names),
        media_type=MEDIA_TYPES[sent.form],
        headers={
            "Content-Disposition": f'attachment; filename="appeals.{sent.form}"',
            "Cache-Control": "no-store",
        },
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [export_appeals]
