"""Every route in one list; the webhooks, which need to know whose they are, join in ``app``."""

from typing import Final

from litestar.types import ControllerRouterHandler

from hotline_sessions.web import feeds, free_times, health
from hotline_sessions.web.locale import both_languages
from hotline_sessions.web.pages import (
    about,
    appeal_answers,
    appeal_messages,
    appeals,
    booking_appeals,
    booking_changes,
    booking_choices,
    booking_slips,
    bookings,
    briefings,
    deadlines,
    draw_entries,
    draws,
    home,
    offers,
    official,
    official_deeds,
    own_data,
    sessions,
    sign_in,
    slots,
    softphone,
    verification,
    waiting,
)
from hotline_sessions.web.pages.desk import (
    appeal_figures,
    appeal_lists,
    board,
    booking_answers,
    booking_cards,
    booking_filings,
    calendar,
    desk_appeals,
    desk_bookings,
    desk_deeds,
    limits,
    live,
    messages,
    official_access,
    promises,
    schedule_import,
    session_deeds,
    session_shortening,
    settings,
    today,
    units,
    waiting_entries,
    waiting_list,
)
from hotline_sessions.web.pages.desk import appeals as register
from hotline_sessions.web.pages.desk import recordings as listening
from hotline_sessions.web.pages.desk import sessions as planning
from hotline_sessions.web.pages.desk import timeline as picture


PUBLIC: Final[list[ControllerRouterHandler]] = [
    *home.HANDLERS,
    *sessions.HANDLERS,
    *verification.HANDLERS,
    *slots.HANDLERS,
    *booking_appeals.HANDLERS,
    *draws.HANDLERS,
    *draw_entries.HANDLERS,
    *booking_changes.HANDLERS,
    *booking_choices.HANDLERS,
    *booking_slips.HANDLERS,
    *bookings.HANDLERS,
    *waiting.HANDLERS,
    *offers.HANDLERS,
    *appeals.HANDLERS,
    *appeal_messages.HANDLERS,
    *appeal_answers.HANDLERS,
    *own_data.HANDLERS,
    *deadlines.HANDLERS,
    *about.HANDLERS,
    *official.HANDLERS,
    *official_deeds.HANDLERS,
    *briefings.HANDLERS,
    *feeds.HANDLERS,
    *free_times.HANDLERS,
]
STAFF: Final[list[ControllerRouterHandler]] = [
    *sign_in.HANDLERS,
    *today.HANDLERS,
    *planning.HANDLERS,
    *session_deeds.HANDLERS,
    *session_shortening.HANDLERS,
    *waiting_list.HANDLERS,
    *waiting_entries.HANDLERS,
    *booking_answers.HANDLERS,
    *picture.HANDLERS,
    *official_access.HANDLERS,
    *briefings.STAFF_HANDLERS,
    *schedule_import.HANDLERS,
    *calendar.HANDLERS,
    *board.HANDLERS,
    *live.HANDLERS,
    *desk_deeds.HANDLERS,
    *appeal_figures.HANDLERS,
    *appeal_lists.HANDLERS,
    *desk_appeals.HANDLERS,
    *desk_bookings.HANDLERS,
    *limits.HANDLERS,
    *booking_cards.HANDLERS,
    *booking_filings.HANDLERS,
    *softphone.HANDLERS,
    *register.HANDLERS,
    *units.HANDLERS,
    *promises.HANDLERS,
    *messages.HANDLERS,
    *settings.HANDLERS,
    *listening.HANDLERS,
]
MACHINES: Final[list[ControllerRouterHandler]] = [*health.HANDLERS]


def list_routes() -> list[ControllerRouterHandler]:
    """Pages in both languages, and what machines ask for."""
    return [*both_languages([*PUBLIC, *STAFF]), *MACHINES]
