"""What has been changed in the rules, in words."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from hotline_sessions.domain.rule_values import format_stored
from hotline_sessions.domain.rules import ChangedRules, RulesKind
from hotline_sessions.i18n import N_, Words
from hotline_sessions.web.pages.desk.rule_words import GROUPS, UNITS


class ChangeLine(Struct, frozen=True, kw_only=True):
    """One rule that was changed, as it was and as it was made."""

    label: str
    before: str
    after: str


class RuleChange(Struct, frozen=True, kw_only=True):
    """All that was changed at once."""

    done_at: datetime
    by: str
    lines: Sequence[ChangeLine]


def view_changes(changes: Sequence[ChangedRules], words: Words) -> list[RuleChange]:
    """Changes in the reader's language."""
    return [
        RuleChange(
            done_at=each.done_at,
            by=each.by or words.gettext(N_("by command on the server")),
            lines=_view_lines(each, words),
        )
        for each in changes
    ]


def _view_lines(changed: ChangedRules, words: Words) -> list[ChangeLine]:
    kind = RulesKind(changed.kind)
    labels = {
        name: words.gettext(rule.label)
        for group in GROUPS[kind]
        for name, rule in group.rules.items()
    }
    units = [words.gettext(unit) for unit in UNITS]
    return [
        ChangeLine(
            label=labels.get(name, name),
            before=format_stored(kind, name, before, units),
            after=format_stored(kind, name, after, units),
        )
        for name, (before, after) in changed.changes.items()
    ]
