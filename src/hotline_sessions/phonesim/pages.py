"""The page ``/phone``: telephones to be used by hand."""

import functools
from pathlib import Path
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import Controller, Response, Router, get
from litestar.datastructures import State
from litestar.enums import MediaType
from litestar.params import FromQuery
from litestar.response import Redirect
from litestar.static_files import create_static_files_router

from hotline_sessions.phonesim.loopback import require_loopback
from hotline_sessions.phonesim.simulator import Simulator
from hotline_sessions.phonesim.speech import speak
from hotline_sessions.phonesim.texts import TEXTS


STATIC: Final = Path(__file__).parent / "static"
POLICY: Final = "; ".join(  # noqa: FLY002 - one directive a line
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
KEYS: Final = (
    ("1", ""),
    ("2", "АБВГ"),
    ("3", "ДЕЄЖ"),
    ("4", "ЗИІЇ"),
    ("5", "ЙКЛМ"),
    ("6", "НОПР"),
    ("7", "СТУФ"),
    ("8", "ХЦЧШ"),
    ("9", "ЩЬЮЯ"),
    ("*", ""),
    ("0", "+"),
    ("#", ""),
)


@functools.cache
def environment() -> Environment:
    """Templates of the page."""
    return Environment(
        loader=PackageLoader("hotline_sessions.phonesim"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class PageController(Controller):
    """The page and the spoken fallback."""

    guards = [require_loopback]  # noqa: RUF012 - the framework's attribute

    @get("/", include_in_schema=False)
    async def show_start(self) -> Redirect:
        """Lead to the telephones."""
        return Redirect("/phone")

    @get("/phone", media_type=MediaType.HTML)
    async def show_phones(self, state: State, lang: FromQuery[str] = "uk") -> Response[str]:
        """The telephones, in Ukrainian or English."""
        simulator: Simulator = state.simulator
        language = lang if lang in TEXTS else "uk"
        page = environment().get_template("phone.html.j2")
        html = page.render(
            lang=language,
            t=TEXTS[language],
            keys=KEYS,
            speed=simulator.config.speed,
            has_mail=bool(simulator.config.smtp_port),
            other="en" if language == "uk" else "uk",
        )
        return Response(html, media_type=MediaType.HTML, headers=HEADERS)

    @get("/phone/say.wav", media_type="audio/wav")
    async def say(
        self, text: FromQuery[str], language: FromQuery[str] = "uk-UA"
    ) -> Response[bytes]:
        """A text spoken, for browsers without a voice of that language."""
        return Response(await speak(text, language), media_type="audio/wav")


def static_files() -> Router:
    """Styles and scripts of the page."""
    return create_static_files_router(path="/phone/static", directories=[STATIC])
