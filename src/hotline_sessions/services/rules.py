"""Rules of an institution as its administrators see and change them.

A change is one transaction with its line in the audit. Standing bookings keep their times:
nothing here touches a booking or a session.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import structlog
from msgspec import Struct
from msgspec.structs import replace

from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.domain.errors import Forbidden
from hotline_sessions.domain.ids import AccountId, InstitutionId
from hotline_sessions.domain.rule_values import find_kind, read_value
from hotline_sessions.domain.rules import (
    SHAPES,
    ChangedRules,
    Rules,
    RulesKind,
    build_stamp,
    check_stamp,
    find_changes,
)
from hotline_sessions.services.institutions import get_by_slug
from hotline_sessions.store.audit import add_entry, list_changed_rules
from hotline_sessions.store.institutions import (
    count_coming_sessions,
    get_rules,
    lock_rules,
    mark_rules,
)
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

CHANGES_SHOWN: Final = 50
"""Changes of rules that the page of settings tells."""

Changes = dict[str, tuple[object, object]]
"""Names of rules, each with what it was and what it is."""


class RulesView(Struct, frozen=True, kw_only=True):
    """The rules of one kind as they hold now."""

    rules: Rules
    stamp: str
    coming: int
    """Announced sessions that they concern."""


async def view_rules(kind: RulesKind, *, staff: Staff, now: datetime) -> RulesView:
    """The rules of one kind.

    Raises:
        Forbidden: The role does not let ``staff`` see them.
    """
    if not staff.may(Right.SEE_RULES):
        raise Forbidden
    rules = await get_rules(kind, staff.institution)
    return RulesView(
        rules=rules,
        stamp=build_stamp(rules),
        coming=await count_coming_sessions(staff.institution, now=now),
    )


async def list_changes(*, staff: Staff) -> list[ChangedRules]:
    """Who has changed which rules, the latest first.

    Raises:
        Forbidden: The role does not let ``staff`` see them.
    """
    if not staff.may(Right.SEE_RULES):
        raise Forbidden
    return await list_changed_rules(institution=staff.institution, limit=CHANGES_SHOWN)


async def save_rules(
    kind: RulesKind, rules: Rules, stamp: str, *, staff: Staff, now: datetime
) -> Changes:
    """Let ``rules`` hold from now on, in place of those that ``stamp`` names.

    Raises:
        Forbidden: The role does not let ``staff`` change them.
        RulesChanged: Others hold by now than those that were read.
    """
    if not staff.may(Right.SET_RULES):
        raise Forbidden
    async with transaction():
        held = await lock_rules(kind, staff.institution)
        check_stamp(held, stamp)
        return await _keep(
            kind, held, rules, institution=staff.institution, account=staff.account, now=now
        )


async def restore_rules(kind: RulesKind, stamp: str, *, staff: Staff, now: datetime) -> Changes:
    """Let the built-in rules hold again, in place of those that ``stamp`` names.

    Raises:
        Forbidden: The role does not let ``staff`` change them.
        RulesChanged: Others hold by now than those that were read.
    """
    return await save_rules(kind, SHAPES[kind](), stamp, staff=staff, now=now)


async def list_rules(slug: str) -> dict[RulesKind, Rules]:
    """All rules of the institution.

    Raises:
        NotFound: There is no such institution.
    """
    home = await get_by_slug(slug)
    return {kind: await get_rules(kind, home.id) for kind in RulesKind}


async def set_rules(
    slug: str, texts: Mapping[str, str], *, now: datetime, is_dry: bool = False
) -> Changes:
    """Change single rules, as the command does it; ``is_dry``: only reckon what would change.

    Raises:
        NotFound: There is no such institution.
        UnknownRule: One of ``texts`` names no rule.
        BadRule: One of ``texts`` cannot be read, or lies outside its bounds.
    """
    read = {name: (find_kind(name), text) for name, text in texts.items()}
    values = {name: (kind, read_value(kind, name, text)) for name, (kind, text) in read.items()}
    changes: Changes = {}
    async with transaction():
        home = await get_by_slug(slug)
        for kind in RulesKind:
            wanted = {name: value for name, (of, value) in values.items() if of is kind}
            held = await lock_rules(kind, home.id)
            rules = replace(held, **wanted)
            changes |= find_changes(held, rules)
            if not is_dry:
                await _keep(kind, held, rules, institution=home.id, account=None, now=now)
    return changes


async def _keep(
    kind: RulesKind,
    held: Rules,
    rules: Rules,
    *,
    institution: InstitutionId,
    account: AccountId | None,
    now: datetime,
) -> Changes:
    """Write what differs, and who did it; nothing where nothing does."""
    changes = find_changes(held, rules)
    if not changes:
        return changes
    await mark_rules(kind, rules, institution)
    await add_entry(
        "rules_changed",
        "institution",
        institution,
        institution=institution,
        account=account,
        now=now,
        detail={
            "kind": kind,
            "origin": "page" if account else "command",
            "changes": changes,
        },
    )
    log.info("rules_changed", institution_id=institution, rules=sorted(changes))
    return changes
