"""Life of an appeal: which deed may follow which, by whom, and until when.

The tables are pure; whatever they refuse, they refuse with the article that says so.

Source: Law 393/96-ВР, art. 5, 7, 8, 15, 18-20; CMU Resolution 348 of 14.04.1997.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.appeals import EXIT_RESULTS, OPEN, AlreadyAnswered, AppealState
from hotline_sessions.domain.card_facts import Procedure
from hotline_sessions.domain.classifier import ClassifierRow, UnknownCode, list_results
from hotline_sessions.domain.deadlines import due
from hotline_sessions.domain.errors import Conflict, Forbidden, TooLate
from hotline_sessions.domain.term_policies import TermPolicy
from hotline_sessions.domain.workdays import WorkCalendar


class Deed(StrEnum):
    """What is done to an appeal."""

    ADD_QUESTION = "add-question"
    RESOLVE = "resolve"
    START = "start"
    EXTEND = "extend"
    SHORTEN = "shorten"
    DRAFT = "draft"
    CHECK = "check"
    GIVE_BACK = "give-back"
    SIGN = "sign"
    SEND = "send"
    TELL = "tell"
    ANSWER_AT_ONCE = "answer-at-once"
    CLOSE = "close"
    RETURN = "return"
    FORWARD = "forward"
    STOP = "stop"


HEADS: Final = frozenset({Deed.RESOLVE, Deed.EXTEND, Deed.SHORTEN, Deed.SIGN, Deed.STOP})
"""Deeds of the head alone. Source: Law 393/96-ВР, art. 8, 20(1), 20(2)."""


APPEALS_LAW_ALONE: Final = frozenset({Deed.RETURN, Deed.SHORTEN, Deed.STOP})
"""Deeds that the law on access to public information does not know."""


def _build_moves() -> dict[tuple[AppealState, Deed], AppealState]:
    state, deed = AppealState, Deed
    early = (state.REGISTERED, state.ASSIGNED, state.IN_PROGRESS)
    moves = {
        (state.ASSIGNED, deed.START): state.IN_PROGRESS,
        (state.ASSIGNED, deed.DRAFT): state.DRAFTED,
        (state.IN_PROGRESS, deed.DRAFT): state.DRAFTED,
        (state.DRAFTED, deed.CHECK): state.CHECKED,
        (state.DRAFTED, deed.GIVE_BACK): state.IN_PROGRESS,
        (state.CHECKED, deed.GIVE_BACK): state.IN_PROGRESS,
        (state.CHECKED, deed.SIGN): state.SIGNED,
        (state.SIGNED, deed.SEND): state.ANSWERED,
        (state.SIGNED, deed.TELL): state.ANSWERED,
        (state.ANSWERED, deed.CLOSE): state.CLOSED,
    }
    for each in early:
        moves[each, deed.ADD_QUESTION] = each
        moves[each, deed.RESOLVE] = state.ASSIGNED
        moves[each, deed.ANSWER_AT_ONCE] = state.ANSWERED
        moves[each, deed.RETURN] = state.RETURNED
        moves[each, deed.FORWARD] = state.FORWARDED
    for each in OPEN:
        moves[each, deed.EXTEND] = each
        moves[each, deed.SHORTEN] = each
    for each in (*early, state.DRAFTED, state.CHECKED):
        moves[each, deed.STOP] = state.STOPPED
    return moves


MOVES: Final[Mapping[tuple[AppealState, Deed], AppealState]] = MappingProxyType(_build_moves())
"""State and deed → the state that follows; what is not here is refused."""


class ReturnGround(StrEnum):
    """Why an appeal goes back to its author."""

    PARTICULARS = "particulars"
    """It lacks what every appeal must have. Source: Law 393/96-ВР, art. 5."""
    MISSING_DATA = "missing-data"
    """It lacks what is needed to choose the competent body. Source: art. 7."""


RETURN_TERM: Final = "ART5_10D"
FORWARDED_REQUEST_TERM: Final = "INFO_5WD"


class ExtensionRule(Struct, frozen=True, kw_only=True):
    """How far the term of a procedure is extended; codes of dated terms.

    ``told_within`` is the term within which the author must be told, if the law sets one.
    """

    longest: str
    told_within: str = ""


APPEAL_EXTENSION: Final = ExtensionRule(longest="ART20_45D")
"""Source: Law 393/96-ВР, art. 20(1). Also the cautious one for administrative procedure."""
REQUEST_EXTENSION: Final = ExtensionRule(longest="INFO_20WD", told_within="INFO_5WD")
"""Source: Law 2939-VI, art. 20(4)."""


def choose_extension(procedure: Procedure) -> ExtensionRule:
    """The rule by which the term of a procedure is extended."""
    return REQUEST_EXTENSION if procedure is Procedure.INFO_REQUEST else APPEAL_EXTENSION


class StopGround(StrEnum):
    """Why an appeal is not considered. Source: Law 393/96-ВР, art. 8."""

    ANONYMOUS = "anonymous"
    REPEATED = "repeated"
    OUT_OF_TIME = "out-of-time"
    INCAPABLE = "incapable"


class PartyKind(StrEnum):
    """Who may execute an appeal, or be complained of in it."""

    ACCOUNT = "account"
    UNIT = "unit"
    BODY = "body"
    OFFICIAL = "official"


class Party(Struct, frozen=True, kw_only=True):
    """Somebody who executes an appeal or is complained of; ``id`` counts within ``kind``."""

    kind: PartyKind
    id: int


class ImpossibleStep(Conflict):
    """This deed does not follow from the state of the appeal."""

    code = "appeal-step-not-next"


class OnlyHead(Forbidden):
    """Only the head may do this. Source: Law 393/96-ВР, art. 8, 20(1)."""

    code = "only-head"


class ExtendedTooLate(TooLate):
    """A term that has passed is not extended. Source: Law 393/96-ВР, art. 20(1)."""

    code = "extended-too-late"


class ShortenedAfterExtension(Conflict):
    """The head has extended the term: its last day does not follow from counting any more."""

    code = "shortened-after-extension"


class NotLater(Conflict):
    """An extension must end after the present last day. Source: Law 393/96-ВР, art. 20(1)."""

    code = "extension-not-later"


class PastCap(Conflict):
    """An extension past forty-five days from receipt. Facts: ``last``, day.month.year.

    Source: Law 393/96-ВР, art. 20(1).
    """

    code = "extension-past-cap"


class RequestExtendedTooLate(TooLate):
    """The days in which the author of a request is told of an extension have passed.

    Source: Law 2939-VI, art. 20(4).
    """

    code = "request-extended-too-late"


class RequestNotLater(Conflict):
    """An extension of a request must end after the present last day. Source: art. 20(4)."""

    code = "request-extension-not-later"


class RequestPastCap(Conflict):
    """An extension past twenty working days from receipt. Facts: ``last``, day.month.year.

    Source: Law 2939-VI, art. 20(4).
    """

    code = "request-extension-past-cap"


class NoAppealsLaw(Conflict):
    """A request for information is neither returned nor left by the law on appeals.

    It is refused by a reply that says why. Source: Law 2939-VI, art. 22, 23.
    """

    code = "request-under-own-law"


class ReturnedTooLate(TooLate):
    """The days in which an appeal may be returned have passed. Source: art. 5, 7."""

    code = "returned-too-late"


class ForwardedTooLate(TooLate):
    """The five days in which an appeal is forwarded have passed. Source: art. 7(3)."""

    code = "forwarded-too-late"


class ComplainedOf(Conflict):
    """Nobody decides on a complaint of himself. Source: Law 393/96-ВР, art. 7(4)."""

    code = "complained-of"


class OwnDraft(Conflict):
    """Who has written a reply does not check it."""

    code = "own-draft"


class WrittenReplyWanted(Conflict):
    """The citizen wants a written reply. Source: Law 393/96-ВР, art. 18, 19."""

    code = "written-reply-wanted"


class TargetPassed(Conflict):
    """Nobody can aim at a day that has passed."""

    code = "target-passed"


class TargetTooLate(Conflict):
    """The target of staff lies past the last lawful day. Facts: ``last``, day.month.year."""

    code = "target-too-late"


class Unanswered(Conflict):
    """A question of the appeal has no answer. Source: Law 393/96-ВР, art. 15, 19.

    The Supreme Court reads it so that all questions are examined (31.07.2020, № 826/3849/16).
    """

    code = "question-unanswered"


class NoRepetition(Conflict):
    """No confirmed link leads to an appeal already decided. Source: Law 393/96-ВР, art. 8."""

    code = "no-repetition"


def choose_state(state: AppealState, deed: Deed, *, is_head: bool) -> AppealState:
    """The state that follows when ``deed`` is done in ``state``.

    Raises:
        ImpossibleStep: The deed does not follow from the state.
        AlreadyAnswered: It would answer what has its answer.
        OnlyHead: The head alone may do it.
    """
    after = MOVES.get((state, deed))
    if after is None:
        if deed is Deed.ANSWER_AT_ONCE and state in {AppealState.ANSWERED, AppealState.CLOSED}:
            raise AlreadyAnswered
        raise ImpossibleStep
    if deed in HEADS and not is_head:
        raise OnlyHead
    return after


def list_deeds(
    state: AppealState, *, is_head: bool, procedure: Procedure = Procedure.APPEALS_LAW
) -> list[Deed]:
    """Deeds that may be offered in ``state``, in the order of the law's procedure."""
    own_law = APPEALS_LAW_ALONE if procedure is Procedure.INFO_REQUEST else frozenset()
    return [
        deed
        for deed in Deed
        if (state, deed) in MOVES and (is_head or deed not in HEADS) and deed not in own_law
    ]


def check_extension(
    received_on: date, legal_on: date, until: date, *, today: date, calendar: WorkCalendar
) -> None:
    """Whether the last day may move from ``legal_on`` to ``until``, both days in Kyiv.

    Source: Law 393/96-ВР, art. 20(1): the whole term is no longer than forty-five days.

    Raises:
        ExtendedTooLate: The present term has passed.
        NotLater: ``until`` is not after it.
        PastCap: ``until`` lies past the forty-fifth day from receipt.
    """
    if today > legal_on:
        raise ExtendedTooLate
    if until <= legal_on:
        raise NotLater
    last = due(APPEAL_EXTENSION.longest, received_on, calendar).legal_on
    if until > last:
        raise PastCap(last=last.strftime("%d.%m.%Y"))


def check_request_extension(
    received_on: date, legal_on: date, until: date, *, today: date, calendar: WorkCalendar
) -> None:
    """The same for a request for information.

    Source: Law 2939-VI, art. 20(4): twenty working days from receipt; the author is told why
    within the first five, so that there is one extension and no second one later.

    Raises:
        RequestExtendedTooLate: The present term has passed, or the days to tell of it.
        RequestNotLater: ``until`` is not after the present last day.
        RequestPastCap: ``until`` lies past the twentieth working day.
    """
    told_until = due(REQUEST_EXTENSION.told_within, received_on, calendar).legal_on
    if today > min(legal_on, told_until):
        raise RequestExtendedTooLate
    if until <= legal_on:
        raise RequestNotLater
    last = due(REQUEST_EXTENSION.longest, received_on, calendar).legal_on
    if until > last:
        raise RequestPastCap(last=last.strftime("%d.%m.%Y"))


def check_procedure(deed: Deed, procedure: Procedure) -> None:
    """Whether the law of the ``procedure`` knows the deed.

    Raises:
        NoAppealsLaw: It is a request for information.
    """
    if procedure is Procedure.INFO_REQUEST and deed in APPEALS_LAW_ALONE:
        raise NoAppealsLaw


def check_return(
    ground: ReturnGround,
    received_on: date,
    *,
    today: date,
    calendar: WorkCalendar,
    policy: TermPolicy,
) -> None:
    """Whether an appeal may still be returned.

    Source: Law 393/96-ВР, art. 5 (ten days), art. 7 (five days, as ``policy`` reads them).

    Raises:
        ReturnedTooLate: The days for it have passed.
    """
    is_early = ground is ReturnGround.MISSING_DATA
    term = policy.choose_forwarding_term(received_on) if is_early else RETURN_TERM
    if today > due(term, received_on, calendar, policy.reading).legal_on:
        raise ReturnedTooLate


def check_forwarding(
    received_on: date,
    *,
    today: date,
    calendar: WorkCalendar,
    policy: TermPolicy,
    procedure: Procedure = Procedure.APPEALS_LAW,
) -> None:
    """Whether an appeal may still be forwarded. Source: Law 393/96-ВР, art. 7(3).

    ``policy`` reads the five days as calendar or as working days. A request for information is
    sent to who has it within its own term. Source: Law 2939-VI, art. 20(1), 22(3).

    Raises:
        ForwardedTooLate: The five days have passed.
    """
    is_request = procedure is Procedure.INFO_REQUEST
    term = FORWARDED_REQUEST_TERM if is_request else policy.choose_forwarding_term(received_on)
    if today > due(term, received_on, calendar, policy.reading).legal_on:
        raise ForwardedTooLate


def check_parties(parties: Collection[Party], barred: Collection[Party]) -> None:
    """Whether ``parties`` may deal with an appeal in which ``barred`` are complained of.

    Raises:
        ComplainedOf: One of them may not. Source: Law 393/96-ВР, art. 7(4).
    """
    if set(parties) & set(barred):
        raise ComplainedOf


def check_target(internal_on: date, legal_on: date, *, today: date) -> None:
    """Whether staff may aim at ``internal_on`` where the law gives until ``legal_on``.

    Raises:
        TargetPassed, TargetTooLate: See there.
    """
    if internal_on < today:
        raise TargetPassed
    if internal_on > legal_on:
        raise TargetTooLate(last=legal_on.strftime("%d.%m.%Y"))


def list_answer_results(rows: Iterable[ClassifierRow], on: date) -> list[ClassifierRow]:
    """Results that an answer may have: to return, forward or stop is a deed of its own.

    Source: CMU Resolution 858/2008, 9.1 to 9.3.
    """
    exits = set(EXIT_RESULTS.values())
    return [row for row in list_results(rows, on) if row.code not in exits]


def check_answer_result(rows: Iterable[ClassifierRow], code: str, on: date) -> None:
    """Whether an answer given ``on`` that day may have this result.

    Raises:
        UnknownCode: It may not.
    """
    if code not in {row.code for row in list_answer_results(rows, on)}:
        raise UnknownCode(classifier_code=code)


def check_telling(*, wants_written_reply: bool) -> None:
    """Whether the reply may be told orally.

    Raises:
        WrittenReplyWanted: The citizen asked for a written one. Source: art. 18, 19.
    """
    if wants_written_reply:
        raise WrittenReplyWanted


def check_answers(questions: Collection[int], answered: Collection[int]) -> None:
    """Whether each question, by its place in the appeal, has its answer.

    Raises:
        Unanswered: One has none.
    """
    if set(questions) - set(answered):
        raise Unanswered
