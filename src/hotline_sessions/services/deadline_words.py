"""How a deadline was counted, told in the reader's language."""

from collections.abc import Mapping
from typing import Final

from hotline_sessions.domain.deadlines import CountedStep, Deadline, StepKind, steps
from hotline_sessions.domain.terms import get_version
from hotline_sessions.i18n import N_, Words, format_date_only, format_day


_NAMES: Final[Mapping[str, str]] = {
    "ART20_15D": N_("Answer without further study: 15 days"),
    "ART20_MONTH": N_("Answer: one month"),
    "ART20_45D": N_("Answer, extended: 45 days"),
    "ART7_5D": N_("Forward to the body in charge: 5 days"),
    "ART7_5WD": N_("Forward to the body in charge: 5 working days"),
    "ART5_10D": N_("Return to the author: 10 days"),
    "INFO_5WD": N_("Answer to a request for information: 5 working days"),
    "INFO_48H": N_("Answer to an urgent request for information: 48 hours"),
    "INFO_20WD": N_("Answer to a request for information, extended: 20 working days"),
}

_TERMS: Final[Mapping[str, str]] = {
    "ART20_15D": N_(
        "The term is at most fifteen days from receipt (Law %(act)s, Article %(article)s);"
        " counting starts on the next day."
    ),
    "ART20_MONTH": N_(
        "The term is one month from receipt (Law %(act)s, Article %(article)s);"
        " counting starts on the next day."
    ),
    "ART20_45D": N_(
        "The extended term is at most forty-five days in all, counted from receipt and not from"
        " the extension (Law %(act)s, Article %(article)s); counting starts on the next day."
    ),
    "ART7_5D": N_(
        "The term for forwarding is five days (Law %(act)s, Article %(article)s);"
        " counting starts on the next day."
    ),
    "ART7_5WD": N_(
        "The term for forwarding is five working days (Law %(act)s, Article %(article)s);"
        " counting starts on the next day."
    ),
    "ART5_10D": N_(
        "The term for returning the appeal with explanations is ten days"
        " (Law %(act)s, Article %(article)s); counting starts on the next day."
    ),
    "INFO_48H": N_(
        "The term for answering a request for information about life, freedom, health or a"
        " disaster is 48 hours from receipt (Law %(act)s, Article %(article)s): at the latest at"
        " the same time of the second day after it, on a day off as on any other."
    ),
    "INFO_20WD": N_(
        "The extended term is at most twenty working days in all, counted from receipt; the author"
        " is told why within the first five (Law %(act)s, Article %(article)s)."
    ),
    "INFO_5WD": N_(
        "The term for answering a request for information is five working days"
        " (Law %(act)s, Article %(article)s); counting starts on the next day."
    ),
}

_STEPS: Final[Mapping[StepKind, str]] = {
    StepKind.RECEIVED: N_("The appeal was received on %(day)s."),
    StepKind.FROM_REGISTRATION: N_(
        "The institution counts the term from the day of registration, %(day)s."
    ),
    StepKind.LAST_DAY: N_("The last day is %(day)s."),
    StepKind.MONTH_CLIPPED: N_("The next month has no such date, so the last day is %(day)s."),
    StepKind.MONTH_CAPPED: N_(
        "A month is counted as no more than thirty days, so the last day is %(day)s."
    ),
    StepKind.SHORTENED: N_(
        "The head has shortened the term at the author's demand; the last day is %(day)s."
    ),
    StepKind.MOVED_FROM_WEEKEND: N_(
        "That is a weekend; by analogy with Article 254(5) of the Civil Code the term ends"
        " on the next working day: %(day)s."
    ),
    StepKind.MOVED_FROM_DAY_OFF: N_(
        "That is a day off; by analogy with Article 254(5) of the Civil Code the term ends"
        " on the next working day: %(day)s."
    ),
    StepKind.NOT_MOVED: N_("That is not a working day, but this term does not move."),
    StepKind.INTERNAL: N_("The internal target is %(day)s."),
    StepKind.INTERNAL_BY_CHANNEL: N_(
        "The service standard of this channel is %(days)s days from registration, so the internal"
        " target is %(day)s; the term of the law stays as it is."
    ),
}

_INFORMATION_RULES: Final = frozenset({"INFO_5WD", "INFO_48H", "INFO_20WD"})
_REQUEST_RECEIVED: Final = N_("The request was received on %(day)s.")


def name_term(code: str, words: Words) -> str:
    """Short name of a statutory term, for lists and headings; an unknown code as it is."""
    return words.gettext(_NAMES.get(code, code))


def explain(deadline: Deadline, words: Words) -> tuple[str, ...]:
    """How ``deadline`` was counted, sentence by sentence; joined by spaces, a paragraph.

    Raises:
        UnknownTerm: Its rule is not in the tables.
    """
    return tuple(tell_step(deadline, step, words) for step in steps(deadline))


def tell_step(deadline: Deadline, step: CountedStep, words: Words) -> str:
    """One sentence for one step of counting."""
    if step.kind is StepKind.COUNTING_STARTS:
        term = get_version(deadline.rule, deadline.rule_version)
        return words.gettext(_TERMS[term.code], act=term.act, article=term.article)
    if step.kind is StepKind.FROM_REGISTRATION:
        return words.gettext(_STEPS[step.kind], day=format_date_only(step.on, words.locale))
    if step.kind is StepKind.INTERNAL_BY_CHANNEL and deadline.target is not None:
        day = format_day(step.on, words.locale)
        return words.gettext(_STEPS[step.kind], day=day, days=deadline.target.days)
    if step.kind is StepKind.RECEIVED:
        asked = deadline.rule in _INFORMATION_RULES
        msgid = _REQUEST_RECEIVED if asked else _STEPS[step.kind]
        return words.gettext(msgid, day=format_date_only(step.on, words.locale))
    return words.gettext(_STEPS[step.kind], day=format_day(step.on, words.locale))
