"""Whom work is given to, or who is complained of, as forms write them: ``unit:7``."""

from hotline_sessions.domain.appeal_life import Party, PartyKind
from hotline_sessions.domain.errors import Invalid
from hotline_sessions.services.appeal_cards import Directory


class BadParty(Invalid):
    """No party is written like this."""

    code = "bad-party"


def parse_party(text: str) -> Party:
    """A party as forms write it.

    Raises:
        BadParty: It is none.
    """
    kind, _, number = text.partition(":")
    if kind not in set(PartyKind) or not number.isascii() or not number.isdecimal():
        raise BadParty
    if len(number) > len("9999999999"):
        raise BadParty
    return Party(kind=PartyKind(kind), id=int(number))


def list_executors(directory: Directory) -> list[tuple[str, str]]:
    """Whom work can be given to, with names."""
    return [
        *((f"account:{each.id}", each.full_name) for each in directory.members),
        *((f"unit:{each.id}", each.name) for each in directory.units),
        *((f"body:{each.id}", each.name) for each in directory.bodies),
    ]


def list_anyone(directory: Directory) -> list[tuple[str, str]]:
    """Who can be complained of, with names: also who answers on the air."""
    officials = [(f"official:{each.id}", each.full_name) for each in directory.officials]
    return list_executors(directory) + officials
