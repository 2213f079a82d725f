"""Shorten a script that goes wrong: leave out whatever it does not need to go wrong."""

from collections.abc import Callable, Iterator
from typing import Final, TypeVar

from msgspec.structs import replace

from hotline_sessions.rehearsal.scripts import Citizen, Official, Operator, Script, SessionScript


T = TypeVar("T")
GoesWrong = Callable[[Script], bool]

FEWEST: Final = 1


class Budget:
    """How many more times a script may be played."""

    def __init__(self, plays: int) -> None:
        self.left = plays

    def spend(self) -> bool:
        """Whether there was one left."""
        self.left -= 1
        return self.left >= 0


def shorten(script: Script, goes_wrong: GoesWrong, *, plays: int) -> Script:
    """The shortest script found that still goes wrong, within so many ``plays``.

    Sessions, faults and people are left out in halves, then one by one; then what is odd
    about those who remain.
    """
    budget = Budget(plays)
    before = None
    while script != before and budget.left > 0:
        before = script
        for propose in (_without_sessions, _without_faults, _without_citizens, _without_oddities):
            script = _shrink(script, propose, goes_wrong, budget)
    return script


def _shrink(
    script: Script,
    propose: Callable[[Script], Iterator[Script]],
    goes_wrong: GoesWrong,
    budget: Budget,
) -> Script:
    found = True
    while found:
        found = False
        for shorter in propose(script):
            if not budget.spend():
                return script
            if goes_wrong(shorter):
                script, found = shorter, True
                break
    return script


def _without_sessions(script: Script) -> Iterator[Script]:
    for sessions in _subsets(script.sessions, fewest=FEWEST):
        yield replace(script, sessions=sessions)


def _without_faults(script: Script) -> Iterator[Script]:
    for faults in _subsets(script.faults, fewest=0):
        yield replace(script, faults=faults)


def _without_citizens(script: Script) -> Iterator[Script]:
    for index, session in enumerate(script.sessions):
        for citizens in _subsets(session.citizens, fewest=0):
            yield _with_session(script, index, replace(session, citizens=citizens))


def _without_oddities(script: Script) -> Iterator[Script]:
    for index, session in enumerate(script.sessions):
        plain = _make_plain_official(session.official)
        if plain != session.official:
            yield _with_session(script, index, replace(session, official=plain))
        if session.operator.deeds:
            operator = _make_plain_operator(session.operator)
            yield _with_session(script, index, replace(session, operator=operator))
        for number, citizen in enumerate(session.citizens):
            if (usual := _make_plain_citizen(citizen)) != citizen:
                citizens = (*session.citizens[:number], usual, *session.citizens[number + 1 :])
                yield _with_session(script, index, replace(session, citizens=citizens))


def _subsets(items: tuple[T, ...], *, fewest: int) -> Iterator[tuple[T, ...]]:
    """``items`` without one half, without the other, without a quarter …, without each one."""
    size = (len(items) + 1) // 2
    while size and len(items) > fewest:
        for start in range(0, len(items), size):
            rest = items[:start] + items[start + size :]
            if len(rest) >= fewest:
                yield rest
        if size == 1:
            return
        size = (size + 1) // 2


def _with_session(script: Script, index: int, session: SessionScript) -> Script:
    sessions = (*script.sessions[:index], session, *script.sessions[index + 1 :])
    return replace(script, sessions=sessions)


def _make_plain_official(official: Official) -> Official:
    return Official(name=official.name, number=official.number)


def _make_plain_operator(operator: Operator) -> Operator:
    return replace(operator, deeds=())


def _make_plain_citizen(citizen: Citizen) -> Citizen:
    return Citizen(
        name=citizen.name,
        number=citizen.number,
        slot=citizen.slot,
        dials_at=citizen.dials_at,
        talks=citizen.talks,
        consents=citizen.consents,
    )
