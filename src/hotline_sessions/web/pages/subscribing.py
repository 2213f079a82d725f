"""How to subscribe: the same list for calendars and for readers of news, narrowed as wanted."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from litestar import Response, get
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from hotline_sessions.domain.announcements import Filter
from hotline_sessions.services.announcements import list_coming
from hotline_sessions.web.dependencies import Now, PageRequest, PublicUrl, facts_of
from hotline_sessions.web.forms import BLANK_FORM, FormView
from hotline_sessions.web.locale import locale_of, localized, words_of
from hotline_sessions.web.pages.home import list_choices, read_wanted
from hotline_sessions.web.templating import page


GOOGLE: Final = "https://calendar.google.com/calendar/r"
OUTLOOK: Final = "https://outlook.live.com/calendar/0/addfromweb"


class Addresses(Struct, frozen=True, kw_only=True):
    """Where a calendar is: by its own address, for a telephone, for two services of the web."""

    plain: str
    webcal: str
    google: str
    outlook: str


def build_addresses(address: str, name: str) -> Addresses:
    """Ways to the calendar at ``address``."""
    webcal = f"webcal://{address.partition('://')[2]}"
    return Addresses(
        plain=address,
        webcal=webcal,
        google=f"{GOOGLE}?{urlencode({'cid': webcal})}",
        outlook=f"{OUTLOOK}?{urlencode({'url': address, 'name': name})}",
    )


@get("/subscribe", include_in_schema=False)
async def show_ways(request: PageRequest, now: Now, public_url: PublicUrl) -> Response[str]:
    """Addresses of the lists, and what to do with them."""
    return await show_subscribing(request, request.query_params, now, public_url)


async def show_subscribing(
    request: PageRequest,
    query: Mapping[str, str],
    now: Now,
    public_url: str,
    form: FormView = BLANK_FORM,
    *,
    status: int = HTTP_200_OK,
) -> Response[str]:
    """The page for what ``query`` asks for; ``form`` is what was typed to receive letters."""
    wanted = read_wanted(query)
    locale = locale_of(request)
    tail = wanted.query(free=None)
    name = words_of(request).gettext("Live phone sessions")
    return page(
        request,
        "pages/home/subscribe.html",
        status=status,
        form=form,
        sends_mail=facts_of(request).sends_mail,
        wanted=wanted,
        choices=list_choices(await list_coming(Filter(), now=now), locale),
        addresses=build_addresses(public_url + localized("/calendar.ics", locale) + tail, name),
        lists=[
            (title, localized(path, locale) + tail, kind)
            for title, path, kind in (
                ("RSS", "/sessions.rss", "application/rss+xml"),
                ("Atom", "/sessions.atom", "application/atom+xml"),
                ("JSON Feed", "/sessions.json", "application/feed+json"),
            )
        ],
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [show_ways]
