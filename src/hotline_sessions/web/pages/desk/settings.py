"""Settings of an institution: rules of booking and of calls, seen, changed and restored."""

from collections.abc import Sequence
from typing import Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Struct, convert
from msgspec.structs import asdict

from hotline_sessions.domain.access import Right
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.rule_values import (
    BadRule,
    find_bounds,
    format_rules,
    read_value,
)
from hotline_sessions.domain.rules import SHAPES, Rules, RulesChanged, RulesKind
from hotline_sessions.i18n import N_
from hotline_sessions.services.rules import (
    RulesView,
    list_changes,
    restore_rules,
    save_rules,
    view_rules,
)
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn
from hotline_sessions.web.form_answers import answer_refused
from hotline_sessions.web.forms import BLANK_FORM, Form, FormView, prefilled, read_form
from hotline_sessions.web.guards import require, require_staff
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.desk.rule_history import view_changes
from hotline_sessions.web.pages.desk.rule_words import GROUPS, TITLES, UNITS
from hotline_sessions.web.pages.desk.sessions import lead_to
from hotline_sessions.web.refusals import REFUSALS
from hotline_sessions.web.templating import page


READERS: Final = [require_staff, require(Right.SEE_RULES)]
EDITORS: Final = [require_staff, require(Right.SET_RULES)]

SETTINGS: Final = "/staff/settings"
FORM: Final = "pages/desk/settings/form.html"
RESTORE: Final = "pages/desk/settings/restore.html"


class Difference(Struct, frozen=True, kw_only=True):
    """A rule that differs: what is stored, and what was typed."""

    label: str
    stored: str
    typed: str


@get(SETTINGS, include_in_schema=False, guards=READERS)
async def show_settings(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """All rules as they hold, with what they mean for a citizen."""
    views = {kind: await view_rules(kind, staff=signed_in, now=now) for kind in RulesKind}
    return page(
        request,
        "pages/desk/settings/show.html",
        views={kind.value: view for kind, view in views.items()},
        texts={kind.value: format_kind(request, view.rules) for kind, view in views.items()},
        built_in={kind.value: format_kind(request, SHAPES[kind]()) for kind in RulesKind},
        groups={kind.value: GROUPS[kind] for kind in RulesKind},
        titles={kind.value: TITLES[kind] for kind in RulesKind},
        may_set=signed_in.may(Right.SET_RULES),
        changes=view_changes(await list_changes(staff=signed_in), words_of(request)),
    )


@get(f"{SETTINGS}/{{name:str}}", include_in_schema=False, guards=EDITORS)
async def show_rules(
    request: PageRequest, name: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Rules of one kind, to be changed."""
    kind = _find_kind(name)
    view = await view_rules(kind, staff=signed_in, now=now)
    form = prefilled(**format_kind(request, view.rules))
    return page(request, FORM, status=HTTP_200_OK, form=form, **_context(request, kind, view))


@post(f"{SETTINGS}/{{name:str}}", include_in_schema=False, guards=EDITORS, status_code=HTTP_200_OK)
async def change_rules(
    request: PageRequest, name: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Let the sent rules hold, unless others were saved since these were read."""
    kind = _find_kind(name)
    form = await read_form(request)
    view = await view_rules(kind, staff=signed_in, now=now)
    rules, sentences = read_rules(request, kind, form)
    if rules is None:
        shown = FormView(values=form.fields, sentences=sentences)
        context = _context(request, kind, view)
        # What was read stays the measure: a mistake must not hide a change of somebody else.
        context["stamp"] = form.get("stamp")
        return page(request, FORM, status=422, form=shown, **context)
    try:
        await save_rules(kind, rules, form.get("stamp"), staff=signed_in, now=now)
    except RulesChanged as refusal:
        words = words_of(request)
        shown = FormView(
            values=form.fields,
            sentences={"differences": words.gettext(REFUSALS[refusal.code])},
        )
        view = await view_rules(kind, staff=signed_in, now=now)
        return answer_refused(
            request,
            FORM,
            shown,
            refusal,
            **_context(request, kind, view, list_differences(request, kind, view.rules, rules)),
        )
    return lead_to(request, SETTINGS)


@get(f"{SETTINGS}/{{name:str}}/restore", include_in_schema=False, guards=EDITORS)
async def ask_restore(
    request: PageRequest, name: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Ask whether the built-in rules shall hold again, and show what that changes."""
    kind = _find_kind(name)
    view = await view_rules(kind, staff=signed_in, now=now)
    return _show_restore(request, kind, view)


@post(
    f"{SETTINGS}/{{name:str}}/restore",
    include_in_schema=False,
    guards=EDITORS,
    status_code=HTTP_200_OK,
)
async def restore(
    request: PageRequest, name: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Let the built-in rules hold again."""
    kind = _find_kind(name)
    form = await read_form(request)
    try:
        await restore_rules(kind, form.get("stamp"), staff=signed_in, now=now)
    except RulesChanged as refusal:
        view = await view_rules(kind, staff=signed_in, now=now)
        sentence = words_of(request).gettext(REFUSALS[refusal.code])
        shown = FormView(sentences={"differences": sentence})
        return _show_restore(request, kind, view, shown, status=409)
    return lead_to(request, SETTINGS)


def format_kind(request: PageRequest, rules: Rules) -> dict[str, str]:
    """The rules as they are written in the reader's language."""
    words = words_of(request)
    return format_rules(rules, [words.gettext(unit) for unit in UNITS])


def read_rules(
    request: PageRequest, kind: RulesKind, form: Form
) -> tuple[Rules | None, dict[str, str]]:
    """The sent rules, or None and a sentence for every field that cannot be used."""
    words = words_of(request)
    values: dict[str, object] = {}
    sentences: dict[str, str] = {}
    for name in [name for group in GROUPS[kind] for name in group.rules]:
        # A box that is not ticked is not sent.
        is_box = isinstance(getattr(SHAPES[kind](), name), bool)
        text = form.get(name, "no" if is_box else "")
        try:
            values[name] = read_value(kind, name, text)
        except BadRule:
            bounds = find_bounds(kind, name)
            if bounds is None:
                sentences[name] = words.gettext(N_("Write it as in the example of the hint"))
            else:
                sentences[name] = words.gettext(
                    N_("Enter a whole number from %(least)s to %(greatest)s"), **asdict(bounds)
                )
    return (None if sentences else convert(values, SHAPES[kind])), sentences


def list_differences(
    request: PageRequest, kind: RulesKind, stored: Rules, typed: Rules
) -> list[Difference]:
    """Rules in which the two differ, as they are shown."""
    ours, theirs = format_kind(request, typed), format_kind(request, stored)
    return [
        Difference(label=words.label, stored=theirs[name], typed=ours[name])
        for group in GROUPS[kind]
        for name, words in group.rules.items()
        if ours[name] != theirs[name]
    ]


def _find_kind(name: str) -> RulesKind:
    if name not in set(RulesKind):
        raise NotFound
    return RulesKind(name)


def _show_restore(
    request: PageRequest,
    kind: RulesKind,
    view: RulesView,
    form: FormView = BLANK_FORM,
    *,
    status: int = HTTP_200_OK,
) -> Response[str]:
    return page(
        request,
        RESTORE,
        status=status,
        form=form,
        **_context(
            request, kind, view, list_differences(request, kind, view.rules, SHAPES[kind]())
        ),
    )


def _context(
    request: PageRequest,
    kind: RulesKind,
    view: RulesView,
    differences: Sequence[Difference] = (),
) -> dict[str, object]:
    built_in = SHAPES[kind]()
    return {
        "kind": kind.value,
        "differences": differences,
        "title": TITLES[kind],
        "groups": GROUPS[kind],
        "stamp": view.stamp,
        "coming": view.coming,
        "built_in": format_kind(request, built_in),
        "boxes": {name for name, value in asdict(built_in).items() if isinstance(value, bool)},
        "bounds": {name: find_bounds(kind, name) for name in asdict(built_in)},
    }


HANDLERS: Final[list[ControllerRouterHandler]] = [
    show_settings,
    show_rules,
    change_rules,
    ask_restore,
    restore,
]
