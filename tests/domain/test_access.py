"""What each role may do."""

from itertools import combinations

import pytest

from hotline_sessions.domain.access import RIGHTS, Right, Role, Staff
from hotline_sessions.domain.ids import AccountId, InstitutionId


MAY = {
    Role.ADMIN: {
        Right.PLAN_SESSIONS,
        Right.SEE_RULES,
        Right.SET_RULES,
        Right.KEEP_CALENDAR,
        Right.CONNECT_SYSTEMS,
    },
    Role.COMMUNICATIONS: {Right.PLAN_SESSIONS},
    Role.OPERATOR: {Right.RUN_DESK, Right.REGISTER_APPEALS},
    Role.CLERK: {
        Right.REGISTER_APPEALS,
        Right.ANSWER_APPEALS,
        Right.SEE_HIDDEN_AUTHORS,
        Right.EXPORT_APPEALS,
    },
    Role.MANAGER: {
        Right.PLAN_SESSIONS,
        Right.ANSWER_APPEALS,
        Right.SEE_RULES,
        Right.KEEP_CALENDAR,
        Right.LEAD_APPEALS,
        Right.SEE_HIDDEN_AUTHORS,
        Right.EXPORT_APPEALS,
    },
}


def staff(*roles: Role) -> Staff:
    return Staff(
        account=AccountId(1),
        institution=InstitutionId(1),
        login="ivanna",
        full_name="Іванна Гук",
        roles=frozenset(roles),
    )


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("right", Right)
def test_every_role_and_right_is_decided(role: Role, right: Right) -> None:
    assert staff(role).may(right) is (right in MAY[role])


def test_somebody_without_a_role_may_do_nothing() -> None:
    assert not any(staff().may(right) for right in Right)


@pytest.mark.parametrize("roles", [*combinations(Role, 2)])
def test_two_roles_allow_what_either_allows(roles: tuple[Role, Role]) -> None:
    allowed = {right for right in Right if staff(*roles).may(right)}

    assert allowed == RIGHTS[roles[0]] | RIGHTS[roles[1]]


def test_every_right_is_held_by_some_role() -> None:
    assert set().union(*RIGHTS.values()) == set(Right)
