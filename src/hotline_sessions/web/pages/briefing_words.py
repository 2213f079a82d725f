"""The briefing of an official in words, the same for the page and for the paper."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from hotline_sessions.domain import phones
from hotline_sessions.domain.appeals import OPEN, AppealState
from hotline_sessions.domain.times import Window
from hotline_sessions.gateways.documents import BriefingList, BriefingPaper, BriefingTalk
from hotline_sessions.i18n import (
    N_,
    Words,
    format_clock,
    format_date_only,
    format_day,
    format_moment,
    format_window,
)
from hotline_sessions.services.briefing import Briefing, BriefTalk, Earlier


REGIONS: Final[Mapping[str, str]] = MappingProxyType({"uk": "ua", "en": "gb"})

STATES: Final[Mapping[AppealState, str]] = MappingProxyType(
    dict.fromkeys(OPEN, N_("in work"))
    | dict.fromkeys((AppealState.ANSWERED, AppealState.CLOSED), N_("answered"))
    | {
        AppealState.RETURNED: N_("returned"),
        AppealState.FORWARDED: N_("forwarded"),
        AppealState.STOPPED: N_("not considered"),
    }
)

LAW: Final = (
    N_(
        "Every question is an appeal by law, however small: the operator registers it, and it "
        "is answered within a month, or within 15 days if nothing has to be studied."
    ),
    N_(
        "Say what can be said at once; promise only what the law allows. What belongs to another "
        "body is passed on within five days, and the citizen is told."
    ),
)
"""What an official should have in mind. Source: Law 393/96-ВР, art. 5, 7, 19, 20."""

KEYS: Final = (
    N_("We call you: answer, listen, and press 1 to go on air."),
    N_("During a talk * opens the menu: 1 the next citizen, 2 five more minutes, 3 the operator."),
    N_("Any other key, or silence, leads back to the talk."),
)


def write_briefing(briefing: Briefing, words: Words) -> BriefingPaper:
    """The briefing in the reader's language."""
    session, host = briefing.session, briefing.host
    return BriefingPaper(
        title=words.gettext("Briefing for the phone session"),
        institution=host.institution,
        language=words.locale,
        region=REGIONS[words.locale],
        facts=_list_facts(briefing, words),
        talks_title=words.gettext("Who has booked"),
        talks_text=words.ngettext(
            "%(num)s citizen has booked. Callers without a booking are put through in between.",
            "%(num)s citizens have booked. Callers without a booking are put through in between.",
            briefing.booked,
        ),
        talks_head=(words.gettext("Time"), words.gettext("Who"), words.gettext("Question")),
        talks=[_write_talk(each, words) for each in briefing.talks],
        lists=[
            BriefingList(
                title=words.gettext("Where they are from"),
                lines=[f"{name}: {count}" for name, count in briefing.communities],
                nothing=words.gettext("Nobody has booked yet."),
            ),
            BriefingList(
                title=words.gettext("What was asked about in earlier sessions, in a year"),
                lines=[
                    f"{label or words.gettext('topic not chosen')}: {count}"
                    for label, count in briefing.topics
                ],
                nothing=words.gettext("No appeals from earlier sessions."),
            ),
            BriefingList(
                title=words.gettext("How to join"),
                lines=_list_ways(briefing, words),
            ),
            BriefingList(
                title=words.gettext("The law in two lines"),
                lines=[words.gettext(each) for each in LAW],
            ),
        ],
        notes_title=words.gettext("My notes"),
        made=words.gettext("As of %(moment)s", moment=format_moment(briefing.made_at, words.locale))
        + f". {host.official or host.post}, {format_date_only(session.held_on, words.locale)}",
    )


def _list_facts(briefing: Briefing, words: Words) -> list[tuple[str, str]]:
    session, host = briefing.session, briefing.host
    window = Window(starts_at=session.starts_at, ends_at=session.closes_at)
    return [
        (words.gettext("Official"), host.official or words.gettext("not named")),
        (words.gettext("Post"), host.post),
        (words.gettext("Day"), format_day(session.held_on, words.locale)),
        (words.gettext("Time"), format_window(window, words.locale)),
        (words.gettext("Topic"), session.topic or words.gettext("any question")),
        (
            words.gettext("Line that citizens call"),
            phones.display(briefing.line_number)
            if briefing.line_number
            else words.gettext("not chosen"),
        ),
    ]


def _list_ways(briefing: Briefing, words: Words) -> list[str]:
    called, *keys = (words.gettext(each) for each in KEYS)
    if not briefing.line_number:
        return [called, *keys]
    return [
        called,
        words.gettext(
            "Or call %(number)s yourself and key in your PIN %(pin)s when a code is asked for.",
            number=phones.display(briefing.line_number),
            pin=f"{briefing.pin[:3]} {briefing.pin[3:]}",
        ),
        *keys,
    ]


def _write_talk(talk: BriefTalk, words: Words) -> BriefingTalk:
    free = N_("free") if talk.is_bookable else N_("kept for callers without booking")
    return BriefingTalk(
        clock=(
            f"{format_clock(talk.window.starts_at, words.locale)}–"
            f"{format_clock(talk.window.ends_at, words.locale)}"
        ),
        who=talk.name or words.gettext(free),
        place=talk.community,
        question=talk.question,
        earlier="; ".join(_write_earlier(each, words) for each in talk.earlier),
    )


def _write_earlier(earlier: Earlier, words: Words) -> str:
    return words.gettext(
        "Earlier appeal %(number)s: %(state)s, due by %(day)s",
        number=earlier.register_index,
        state=words.gettext(STATES[earlier.state]),
        day=format_date_only(earlier.legal_on, words.locale),
    )
