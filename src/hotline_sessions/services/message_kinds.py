"""Every kind of message: its built-in text, and the longest facts that life puts into it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.messages import Purpose
from hotline_sessions.i18n import N_


DAY: Final = "25.11"
CLOCK: Final = "10:00"
CODE: Final = "456789"
LINE: Final = "+380 36 222 00 11"
PLACE: Final = "99999"
UNTIL: Final = "24.11 10:00"
LINK: Final = "linia.rv.gov.ua/o/0123456789"
NUMBER: Final = "БП-999999-2026"


class Kind(Struct, frozen=True, kw_only=True):
    """A kind of message.

    ``title`` names it for staff; ``text`` is a text to be translated whose places are written
    ``%(name)s``. ``longest`` holds each place with the longest value in life, ``needed``
    those without which the message is of no use.
    """

    purpose: Purpose
    title: str
    text: str
    longest: Mapping[str, str]
    needed: frozenset[str] = frozenset()


def _kind(
    purpose: Purpose, title: str, text: str, longest: Mapping[str, str], *needed: str
) -> Kind:
    return Kind(
        purpose=purpose,
        title=title,
        text=text,
        longest=MappingProxyType(dict(longest)),
        needed=frozenset(needed),
    )


_WHEN: Final = {"day": DAY, "clock": CLOCK}

KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        kind.purpose: kind
        for kind in (
            _kind(
                Purpose.CODE,
                N_("One-time code"),
                N_("%(code)s is your code to book a talk. Tell it to nobody."),
                {"code": CODE},
                "code",
            ),
            _kind(
                Purpose.ADDRESS_CODE,
                N_("Code that proves an address for messages about an appeal"),
                N_("%(code)s is your code for messages about the appeal. Tell it to nobody."),
                {"code": CODE},
                "code",
            ),
            _kind(
                Purpose.CONFIRMED,
                N_("Booking confirmed"),
                N_("Booked: %(day)s at %(clock)s. Code %(code)s. Call %(line)s"),
                {**_WHEN, "code": CODE, "line": LINE},
                *("day", "clock", "code"),
            ),
            _kind(
                Purpose.MOVED,
                N_("Booking moved by the citizen"),
                N_("Moved: %(day)s at %(clock)s, the same code. Call %(line)s"),
                {**_WHEN, "line": LINE},
                *("day", "clock"),
            ),
            _kind(
                Purpose.GIVEN_BACK,
                N_("Booking given back (by mail only)"),
                N_("Your booking on %(day)s at %(clock)s is cancelled."),
                _WHEN,
                *("day", "clock"),
            ),
            _kind(
                Purpose.REMINDER,
                N_("Reminder"),
                N_("Your talk is on %(day)s at %(clock)s. Call %(line)s"),
                {**_WHEN, "line": LINE},
                *("day", "clock"),
            ),
            _kind(
                Purpose.SESSION_CANCELLED,
                N_("Session cancelled"),
                N_("The line on %(day)s at %(clock)s is cancelled. Choose on the site."),
                _WHEN,
                *("day", "clock"),
            ),
            _kind(
                Purpose.SESSION_MOVED,
                N_("Session moved"),
                N_("The line of %(old)s is moved to %(day)s, %(clock)s. Choose on the site."),
                {**_WHEN, "old": DAY},
                *("day", "clock"),
            ),
            _kind(
                Purpose.SUBSTITUTED,
                N_("Another official answers"),
                N_("On %(day)s at %(clock)s another official answers. Choose on the site."),
                _WHEN,
                *("day", "clock"),
            ),
            _kind(
                Purpose.SESSION_SHORTENED,
                N_("Session shortened, the talk falls away"),
                N_("The line is shortened: no talk on %(day)s at %(clock)s. Choose on the site."),
                _WHEN,
                *("day", "clock"),
            ),
            _kind(
                Purpose.SESSION_BROKEN_OFF,
                N_("Session broken off by a pause"),
                N_("A pause took your talk of %(day)s at %(clock)s. Choose on the site."),
                _WHEN,
                *("day", "clock"),
            ),
            _kind(
                Purpose.OFFICIAL_MISSING,
                N_("The official has not come"),
                N_("The talk at %(clock)s will not be: no official. Call to leave a question."),
                {"clock": CLOCK},
            ),
            _kind(
                Purpose.TALK_NOT_HELD,
                N_("The talk could not be held"),
                N_("No talk on %(day)s at %(clock)s, not by your fault. Choose on the site."),
                _WHEN,
                *("day", "clock"),
            ),
            _kind(
                Purpose.CALL_MISSED,
                N_("We called in vain"),
                N_("We called you. Call %(line)s before %(clock)s and key in your code."),
                {"clock": CLOCK, "line": LINE},
                "line",
            ),
            _kind(
                Purpose.OFFERED,
                N_("A time is offered to the waiting list"),
                N_("A time is free: %(day)s %(clock)s, yours until %(until)s: %(link)s"),
                {**_WHEN, "until": UNTIL, "link": LINK, "line": LINE},
                *("day", "clock", "link"),
            ),
            _kind(
                Purpose.OFFERED_BY_PHONE,
                N_("A time is offered to who waits without the web"),
                N_("A time is free: %(day)s %(clock)s, yours until %(until)s. Call %(line)s"),
                {**_WHEN, "until": UNTIL, "link": LINK, "line": LINE},
                *("day", "clock", "line"),
            ),
            _kind(
                Purpose.WAITING_MOVED,
                N_("Session moved, to the waiting list"),
                N_("The line of %(old)s is moved to %(day)s, %(clock)s. You stay on the list."),
                {**_WHEN, "old": DAY},
                *("day", "clock"),
            ),
            _kind(
                Purpose.WAITING_CANCELLED,
                N_("Session cancelled, to the waiting list"),
                N_("The line on %(day)s at %(clock)s is cancelled, and its waiting list too."),
                _WHEN,
                *("day", "clock"),
            ),
            _kind(
                Purpose.DRAW_LOST,
                N_("No lot has fallen"),
                N_("Draw for %(day)s: no time for you. Place on the waiting list: %(place)s"),
                {"day": DAY, "place": PLACE},
                *("day", "place"),
            ),
            _kind(
                Purpose.DRAW_REFUSED,
                N_("A lot fell on somebody beyond a limit"),
                N_("Draw for %(day)s: no talk for you, a limit on your bookings holds."),
                {"day": DAY},
                "day",
            ),
            _kind(
                Purpose.APPEAL_REGISTERED,
                N_("Appeal registered"),
                N_("Appeal %(number)s registered. Code %(code)s. Reply by %(due)s"),
                {"number": NUMBER, "code": CODE, "due": "21.12.2026"},
                *("number", "code"),
            ),
            _kind(
                Purpose.APPEAL_GIVEN,
                N_("Appeal passed on within the institution"),
                N_("Appeal %(number)s is passed to whoever deals with it."),
                {"number": NUMBER},
                "number",
            ),
            _kind(
                Purpose.APPEAL_ANSWERED,
                N_("Appeal answered"),
                N_("Appeal %(number)s has been answered."),
                {"number": NUMBER},
                "number",
            ),
            _kind(
                Purpose.APPEAL_EXTENDED,
                N_("Term of the appeal extended"),
                N_("Appeal %(number)s: the term is extended to %(due)s."),
                {"number": NUMBER, "due": "21.12.2026"},
                *("number", "due"),
            ),
            _kind(
                Purpose.APPEAL_TERM_CHANGED,
                N_("Last day of the appeal changed"),
                N_("Appeal %(number)s: the reply is now due by %(due)s."),
                {"number": NUMBER, "due": "21.12.2026"},
                *("number", "due"),
            ),
            _kind(
                Purpose.APPEAL_FORWARDED,
                N_("Appeal forwarded"),
                N_("Appeal %(number)s is sent to the competent body. See the site."),
                {"number": NUMBER},
                "number",
            ),
            _kind(
                Purpose.APPEAL_RETURNED,
                N_("Appeal returned"),
                N_("Appeal %(number)s is returned with explanations. See the site."),
                {"number": NUMBER},
                "number",
            ),
            _kind(
                Purpose.APPEAL_STOPPED,
                N_("Appeal not considered"),
                N_("Consideration of appeal %(number)s is stopped. See the site."),
                {"number": NUMBER},
                "number",
            ),
            _kind(
                Purpose.OFFICIAL_REMINDED,
                N_("Reminder to an official"),
                N_("Line %(day)s at %(clock)s: confirm by the link in our letter."),
                _WHEN,
                *("day", "clock"),
            ),
        )
    }
)
"""Kinds by purpose, in the order in which a citizen meets them."""

EDITABLE: Final = frozenset(KINDS) - {Purpose.CODE, Purpose.ADDRESS_CODE}
"""What an institution may put into its own words; codes belong to no institution."""
