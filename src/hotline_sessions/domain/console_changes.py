"""What has to be changed in the account at Twilio, and can be through its interface."""

from collections.abc import Mapping
from typing import TypeAlias

import msgspec
from msgspec import Struct

from hotline_sessions.domain.console import (
    Console,
    Needs,
    Webhooks,
    find_application,
    find_number,
    list_numbers_needed,
)


class Difference(Struct, frozen=True, kw_only=True):
    """One field that is not as it has to be; ``name`` as in ``Webhooks``."""

    name: str
    found: str
    wanted: str


class ChangeNumber(Struct, frozen=True, kw_only=True):
    """Let the calls of a number come to us."""

    sid: str
    number: str
    webhooks: Webhooks
    differences: tuple[Difference, ...]


class ChangeApplication(Struct, frozen=True, kw_only=True):
    """Let the calls of browsers come to us; without ``sid`` the application is made."""

    sid: str
    webhooks: Webhooks
    differences: tuple[Difference, ...]


class ChangeTrunk(Struct, frozen=True, kw_only=True):
    """Let the calls of a carrier come to us."""

    sid: str
    webhooks: Webhooks
    differences: tuple[Difference, ...]


Change: TypeAlias = ChangeNumber | ChangeApplication | ChangeTrunk


def list_differences(found: Webhooks, wanted: Webhooks) -> tuple[Difference, ...]:
    """Fields that are not as they have to be; a method matters only beside an address.

    Where no fallback is wanted, the one that is there stays: it is better than none.
    """
    theirs: Mapping[str, str] = msgspec.structs.asdict(found)
    ours: Mapping[str, str] = msgspec.structs.asdict(wanted)
    return tuple(
        Difference(name=name, found=theirs[name], wanted=value)
        for name, value in ours.items()
        if theirs[name] != value and ours[_url_of(name)]
    )


def plan_changes(console: Console, needs: Needs) -> list[Change]:
    """What is not as it has to be; nothing once it has been changed."""
    changes: list[Change] = [*plan_numbers(console, needs)]
    if needs.talks_in_browser and console.applications is not None:
        changes += plan_application(console, needs)
    if console.trunk is not None:
        differences = list_differences(console.trunk.webhooks, needs.incoming)
        if differences:
            changes.append(
                ChangeTrunk(sid=console.trunk.sid, webhooks=needs.incoming, differences=differences)
            )
    return changes


def plan_numbers(console: Console, needs: Needs) -> list[ChangeNumber]:
    """Numbers of the account whose calls do not come to us as they should."""
    changes = []
    for number in list_numbers_needed(needs):
        found = find_number(console, number)
        if found is None:
            continue
        differences = list_differences(found.webhooks, needs.incoming)
        if differences:
            changes.append(
                ChangeNumber(
                    sid=found.sid,
                    number=number,
                    webhooks=needs.incoming,
                    differences=differences,
                )
            )
    return changes


def plan_application(console: Console, needs: Needs) -> list[ChangeApplication]:
    """The application for browsers, if it is missing or leads elsewhere."""
    found = find_application(console, needs)
    if found is None and needs.application:
        return []  # Whoever set a name that does not exist has to look first.
    webhooks = found.webhooks if found else Webhooks(voice_method="", fallback_method="")
    differences = list_differences(webhooks, needs.client)
    if not differences:
        return []
    sid = found.sid if found else ""
    return [ChangeApplication(sid=sid, webhooks=needs.client, differences=differences)]


def _url_of(name: str) -> str:
    """The address that a field belongs to."""
    return name.replace("_method", "_url")
