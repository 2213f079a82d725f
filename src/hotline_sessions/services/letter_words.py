"""What letters say: in the state language, with the article that each of them follows.

Source: Law 393/96-ВР, art. 5, 7, 8, 15, 16, 20; Law 2704-VIII, art. 13 (the language of
letters of bodies of power).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.appeal_life import ReturnGround, StopGround
from hotline_sessions.domain.appeals import Appeal
from hotline_sessions.domain.letters import (
    Hand,
    Letterhead,
    LetterKind,
    LetterPaper,
    LetterSource,
    LetterStage,
    clean,
    split_paragraphs,
)
from hotline_sessions.i18n import DEFAULT_LOCALE, N_, Words, load_catalogues


REFUSED: Final = "9.2"
"""Result of an answer that refuses. Source: CMU Resolution 858/2008, 9.2."""

TITLES: Final[Mapping[LetterKind, str]] = MappingProxyType(
    {
        LetterKind.REPLY: N_("Reply to the appeal"),
        LetterKind.ANSWER: N_("Reply to the appeal"),
        LetterKind.EXTENSION: N_("Notice of a longer term"),
        LetterKind.FORWARDED: N_("Notice of forwarding"),
        LetterKind.RETURNED: N_("Return of the appeal"),
        LetterKind.STOPPED: N_("Notice that the appeal is not considered"),
    }
)
"""How letters are called, on the card and in the properties of their files."""

SUBJECTS: Final[Mapping[LetterKind, str]] = MappingProxyType(
    {
        LetterKind.REPLY: N_("On the consideration of the appeal"),
        LetterKind.ANSWER: N_("On the consideration of the appeal"),
        LetterKind.EXTENSION: N_("On a longer term of considering the appeal"),
        LetterKind.FORWARDED: N_("On forwarding the appeal to the body in charge"),
        LetterKind.RETURNED: N_("On the return of the appeal"),
        LetterKind.STOPPED: N_("On ending the consideration of the appeal"),
    }
)
"""Headings of the text."""

_OPENINGS: Final[Mapping[tuple[LetterKind, str], str]] = MappingProxyType(
    {
        (LetterKind.EXTENSION, ""): N_(
            "Under part one of Article 20 of the Law of Ukraine on Citizens’ Appeals the term of"
            " considering your appeal %(number)s of %(received)s has been made longer: until"
            " %(until)s. The reason is the following."
        ),
        (LetterKind.FORWARDED, ""): N_(
            "Under Article 7 of the Law of Ukraine on Citizens’ Appeals your appeal %(number)s of"
            " %(received)s has been forwarded to the body in charge: %(body)s."
        ),
        (LetterKind.RETURNED, ReturnGround.PARTICULARS): N_(
            "Your appeal %(number)s of %(received)s is returned under Article 5 of the Law of"
            " Ukraine on Citizens’ Appeals: it lacks what every appeal must have. What to do is"
            " explained below."
        ),
        (LetterKind.RETURNED, ReturnGround.MISSING_DATA): N_(
            "Your appeal %(number)s of %(received)s is returned under Article 7 of the Law of"
            " Ukraine on Citizens’ Appeals: it lacks data that are needed for a reasoned"
            " decision. What to do is explained below."
        ),
        (LetterKind.STOPPED, StopGround.ANONYMOUS): N_(
            "Under Article 8 of the Law of Ukraine on Citizens’ Appeals the appeal %(number)s of"
            " %(received)s is not considered: it is anonymous."
        ),
        (LetterKind.STOPPED, StopGround.REPEATED): N_(
            "Under Article 8 of the Law of Ukraine on Citizens’ Appeals your appeal %(number)s of"
            " %(received)s is not considered: it is a repeated appeal on a matter that has been"
            " decided in substance."
        ),
        (LetterKind.STOPPED, StopGround.OUT_OF_TIME): N_(
            "Under Articles 8 and 17 of the Law of Ukraine on Citizens’ Appeals your complaint"
            " %(number)s of %(received)s is not considered: it was filed out of time."
        ),
        (LetterKind.STOPPED, StopGround.INCAPABLE): N_(
            "Under Article 8 of the Law of Ukraine on Citizens’ Appeals the appeal %(number)s of"
            " %(received)s is not considered: its author has been found legally incapable."
        ),
    }
)
"""First sentences, by kind and ground."""

_RIGHT_TO_COMPLAIN: Final = N_(
    "This decision can be complained of to the higher body or official, or in court: Article 16"
    " of the Law of Ukraine on Citizens’ Appeals."
)


class Desk(Struct, frozen=True, kw_only=True):
    """What letters of an institution have in common, and who puts a hand to this one."""

    head: Letterhead
    logo: bytes
    signer: Hand | None
    executor: Hand | None
    enclosures: Sequence[str] = ()


def write_letter(
    appeal: Appeal,
    source: LetterSource,
    desk: Desk,
    *,
    stage: LetterStage,
    number: str = "",
    dated_on: date | None = None,
) -> LetterPaper:
    """The letter in words; one that nobody has signed bears the mark of a draft."""
    words = load_catalogues().words(DEFAULT_LOCALE)
    title = words.gettext(TITLES[source.kind])
    signer = desk.signer if stage is not LetterStage.DRAFT else None
    return LetterPaper(
        title=f"{title} {appeal.register_index}",
        institution=clean(desk.head.name),
        above=clean(desk.head.above),
        contacts=_list_contacts(desk.head, words),
        logo=desk.logo,
        logo_text=words.gettext("Emblem of the institution"),
        draft=words.gettext("DRAFT") if stage is LetterStage.DRAFT else "",
        dated=_write_date(dated_on) if dated_on else "",
        number=clean(number),
        number_sign="№",
        reference=words.gettext(
            "To No. %(number)s of %(received)s",
            number=appeal.register_index,
            received=_write_date(appeal.received_on),
        ),
        addressee=[
            clean(appeal.author),
            clean(appeal.residence),
            *([clean(appeal.email)] if appeal.email else []),
        ],
        subject=words.gettext(SUBJECTS[source.kind]),
        paragraphs=_list_paragraphs(appeal, source, words),
        enclosures_title=words.gettext("Enclosed:"),
        enclosures=[clean(name) for name in desk.enclosures],
        post=clean(signer.post) if signer else "",
        signer=clean(signer.full_name) if signer else "",
        executor=_name_executor(desk.executor, words),
    )


def write_sample(desk: Desk, *, today: date) -> LetterPaper:
    """A letter to nobody, by which the head can be looked at."""
    words = load_catalogues().words(DEFAULT_LOCALE)
    return LetterPaper(
        title=words.gettext("Sample of a letter"),
        institution=clean(desk.head.name),
        above=clean(desk.head.above),
        contacts=_list_contacts(desk.head, words),
        logo=desk.logo,
        logo_text=words.gettext("Emblem of the institution"),
        draft=words.gettext("SAMPLE"),
        dated=_write_date(today),
        number="",
        number_sign="№",
        reference=words.gettext(
            "To No. %(number)s of %(received)s", number="…", received=_write_date(today)
        ),
        addressee=[words.gettext("Surname, name and patronymic"), words.gettext("Residence")],
        subject=words.gettext(SUBJECTS[LetterKind.REPLY]),
        paragraphs=[words.gettext("Here stands the answer.")],
        enclosures_title="",
        enclosures=[],
        post=clean(desk.signer.post) if desk.signer else "",
        signer=clean(desk.signer.full_name) if desk.signer else "",
        executor=_name_executor(desk.executor, words),
    )


def _list_paragraphs(appeal: Appeal, source: LetterSource, words: Words) -> list[str]:
    opening = _OPENINGS.get((source.kind, source.ground)) or _OPENINGS.get((source.kind, ""))
    text = split_paragraphs(source.text)
    if opening:
        first = words.gettext(
            opening,
            number=appeal.register_index,
            received=_write_date(appeal.received_on),
            until=_write_date(source.until_on) if source.until_on else "",
            body=clean(source.body),
        )
        text = [first, *text]
    for place, answer in sorted(source.answers.items(), key=lambda pair: int(pair[0])):
        first, *rest = split_paragraphs(answer) or [""]
        text += [words.gettext("On question %(place)s: %(answer)s", place=place, answer=first)]
        text += rest
    is_refusal = source.result == REFUSED or source.kind is LetterKind.STOPPED
    return [*text, words.gettext(_RIGHT_TO_COMPLAIN)] if is_refusal else text


def _list_contacts(head: Letterhead, words: Words) -> list[str]:
    first = [head.address, words.gettext("tel. %(phone)s", phone=head.phone) if head.phone else ""]
    second = [
        f"e-mail: {head.email}" if head.email else "",
        words.gettext("website: %(website)s", website=head.website) if head.website else "",
        words.gettext("EDRPOU code %(code)s", code=head.edrpou) if head.edrpou else "",
    ]
    lines = [clean(", ".join(filter(None, each))) for each in (first, second)]
    return [line for line in lines if line]


def _name_executor(hand: Hand | None, words: Words) -> str:
    if hand is None:
        return ""
    name = words.gettext("Executor: %(name)s", name=clean(hand.full_name))
    return (
        f"{name}, {words.gettext('tel. %(phone)s', phone=clean(hand.phone))}"
        if hand.phone
        else name
    )


def _write_date(day: date) -> str:
    """As documents write dates. Source: DSTU 4163:2020."""
    return f"{day:%d.%m.%Y}"
