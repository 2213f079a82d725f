"""Pages: one Jinja environment per language, and the one way in which handlers render."""

from collections.abc import Iterator, Mapping, MutableMapping
from functools import cache
from typing import Any, Final

from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, Undefined
from litestar import MediaType, Request, Response
from litestar.datastructures import State
from msgspec import structs

from hotline_sessions import i18n
from hotline_sessions.domain import phones
from hotline_sessions.i18n import LOCALES, Catalogues, Locale, load_catalogues
from hotline_sessions.services.tokens import draw_token
from hotline_sessions.web.assets import asset_url
from hotline_sessions.web.forms import BLANK_FORM, FormView
from hotline_sessions.web.locale import alternative_of, locale_of, localized, plain_path, words_of


AnyRequest = Request[Any, Any, State]

# Names that the macros of the design system test without having been given them.
_MAY_BE_MISSING: Final = frozenset({None, "undefined", "caller"})


class CarefulUndefined(Undefined):
    """Missing names are mistakes of ours; missing options of a macro are not.

    The macros of the design system ask their ``params`` for options that were not given.
    """

    __slots__ = ()

    def _check(self) -> None:
        is_option = isinstance(self._undefined_obj, dict)
        if not is_option and self._undefined_name not in _MAY_BE_MISSING:
            self._fail_with_undefined_error()

    def __str__(self) -> str:
        self._check()
        return super().__str__()

    def __bool__(self) -> bool:
        self._check()
        return super().__bool__()

    def __iter__(self) -> Iterator[Any]:
        self._check()
        return super().__iter__()

    def __len__(self) -> int:
        self._check()
        return super().__len__()


class FlatEnvironment(Environment):
    """Templates that know the globals of all from one flat table of their own.

    The library chains two tables, and compares the chains at every import in every macro:
    a tenth of the time of a page. Globals are never changed here once templates are loaded.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Globals of one template, those of ``d`` first."""
        return {**self.globals, **(d or {})}


def build_environment(locale: Locale, catalogues: Catalogues) -> Environment:
    """Templates in one language: texts, dates and links inside them speak it."""
    environment = FlatEnvironment(
        loader=ChoiceLoader(
            [
                PackageLoader("hotline_sessions.web", "templates"),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
        autoescape=True,
        auto_reload=False,  # templates are part of a release: no look at the disk for each page
        undefined=CarefulUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    environment.install_gettext_translations(  # type: ignore[attr-defined]
        catalogues.translations(locale), newstyle=True
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.globals.update(
        asset=asset_url,
        calendar_address="/calendar.ics",
        draw_mark=draw_token,
        locale=locale,
        url=lambda path: localized(path, locale),
    )
    environment.filters.update(
        day=lambda day: i18n.format_day(day, locale),
        date_only=lambda day: i18n.format_date_only(day, locale),
        clock=lambda moment: i18n.format_clock(moment, locale),
        hryvnias=lambda amount: i18n.format_hryvnias(amount, locale),
        moment=lambda moment: i18n.format_moment(moment, locale),
        full_moment=lambda moment: i18n.format_full_moment(moment, locale),
        window=lambda window: i18n.format_window(window, locale),
        minutes=lambda length: i18n.format_minutes(length, locale),
        phone=phones.display,
        upfirst=lambda text: text[:1].upper() + text[1:],
    )
    return environment


@cache
def load_environments() -> Mapping[Locale, Environment]:
    """The environments of all languages; later calls get the same ones."""
    catalogues = load_catalogues()
    return {locale: build_environment(locale, catalogues) for locale in LOCALES}


def render(locale: Locale, template: str, **context: object) -> str:
    """Text of ``template`` in ``locale``; for pages that answer a request use ``page``."""
    return load_environments()[locale].get_template(template).render(context)


def is_partial(request: AnyRequest) -> bool:
    """Whether a script asks for a part of a page; only for choosing what to show."""
    return request.headers.get("hx-request-type") == "partial"


def page_context(request: AnyRequest, **context: object) -> dict[str, object]:
    """Values every page has, under those of the page itself.

    ``form`` is blank unless given, ``alternative`` leads to the other language, ``path`` is
    without language, ``csrf_token`` is empty and ``staff`` None for the public, ``help_phone``
    is shown in the header when it is given.
    """
    return {
        "alternative": alternative_of(request),
        "csrf_token": request.state.get("csrf_token", ""),
        "help_phone": None,
        "path": plain_path(request.scope["path"]),
        "staff": request.state.get("staff"),
        **context,
        "form": _mark_mistakes(request, context.get("form", BLANK_FORM)),
    }


def _mark_mistakes(request: AnyRequest, form: object) -> object:
    """The form, with what those who hear it are told before each mistake."""
    if isinstance(form, FormView) and form.sentences:
        return structs.replace(form, mark=words_of(request).gettext("Error"))
    return form


def page(
    request: AnyRequest, template: str, *, status: int = 200, **context: object
) -> Response[str]:
    """The page ``template`` in the reader's language: the one way in which handlers render."""
    locale = locale_of(request)
    return Response(
        render(locale, template, **page_context(request, **context)),
        media_type=MediaType.HTML,
        status_code=status,
        headers={"Content-Language": locale, "Vary": "HX-Request-Type"},
    )
