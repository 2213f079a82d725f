"""Roles of staff, and what each may do."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.ids import AccountId, InstitutionId


class Role(StrEnum):
    """What a member of staff is here for."""

    ADMIN = "admin"
    COMMUNICATIONS = "communications"
    OPERATOR = "operator"
    CLERK = "clerk"
    MANAGER = "manager"


class Right(StrEnum):
    """One thing that can be allowed."""

    PLAN_SESSIONS = "plan-sessions"
    RUN_DESK = "run-desk"
    REGISTER_APPEALS = "register-appeals"
    ANSWER_APPEALS = "answer-appeals"
    SEE_RULES = "see-rules"
    SET_RULES = "set-rules"
    KEEP_CALENDAR = "keep-calendar"
    LEAD_APPEALS = "lead-appeals"
    SEE_HIDDEN_AUTHORS = "see-hidden-authors"
    """To see who has made an appeal and asked for secrecy. Source: Law 393/96-ВР, art. 10."""
    EXPORT_APPEALS = "export-appeals"
    CONNECT_SYSTEMS = "connect-systems"


RIGHTS: Final[Mapping[Role, frozenset[Right]]] = MappingProxyType(
    {
        Role.ADMIN: frozenset(
            {
                Right.PLAN_SESSIONS,
                Right.SEE_RULES,
                Right.SET_RULES,
                Right.KEEP_CALENDAR,
                Right.CONNECT_SYSTEMS,
            }
        ),
        Role.COMMUNICATIONS: frozenset({Right.PLAN_SESSIONS}),
        Role.OPERATOR: frozenset({Right.RUN_DESK, Right.REGISTER_APPEALS}),
        Role.CLERK: frozenset(
            {
                Right.REGISTER_APPEALS,
                Right.ANSWER_APPEALS,
                Right.SEE_HIDDEN_AUTHORS,
                Right.EXPORT_APPEALS,
            }
        ),
        Role.MANAGER: frozenset(
            {
                Right.PLAN_SESSIONS,
                Right.ANSWER_APPEALS,
                Right.SEE_RULES,
                Right.KEEP_CALENDAR,
                Right.LEAD_APPEALS,
                Right.SEE_HIDDEN_AUTHORS,
                Right.EXPORT_APPEALS,
            }
        ),
    }
)


class Absent(Struct, frozen=True, kw_only=True):
    """Somebody who is away today, as their deputy sees them."""

    account: AccountId
    full_name: str
    roles: frozenset[Role]

    def may(self, right: Right) -> bool:
        """Whether one of the roles allows ``right``."""
        return any(right in RIGHTS[role] for role in self.roles)


class Staff(Struct, frozen=True, kw_only=True):
    """A member of staff who is signed in; works for one institution and sees only it.

    ``stands_in_for``: whose deputy they are today. That opens no page; it lets them do the
    steps of an appeal that the absent may do.
    """

    account: AccountId
    institution: InstitutionId
    login: str
    full_name: str
    roles: frozenset[Role]
    stands_in_for: tuple[Absent, ...] = ()

    def may(self, right: Right) -> bool:
        """Whether one of the roles allows ``right``."""
        return any(right in RIGHTS[role] for role in self.roles)

    def may_for(self, right: Right) -> list[AccountId]:
        """Those absent whose deputy they are today and who may do so."""
        return [each.account for each in self.stands_in_for if each.may(right)]
