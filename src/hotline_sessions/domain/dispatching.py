"""Why people at the desk step out of the planned order: every such deed has a reason."""

from enum import StrEnum


class ReorderReason(StrEnum):
    """Why a caller is put before or behind others; kept in the audit."""

    HEALTH = "health"
    CHILD = "child"
    PRIORITY_BY_LAW = "priority-by-law"
    TECHNICAL = "technical"
    OFFICIAL_ASKS = "official-asks"
    TIME_LIMIT = "time-limit"


class PauseReason(StrEnum):
    """Why a session stands still."""

    AIR_ALERT = "air-alert"
    OUTAGE = "outage"
    OFFICIAL_AWAY = "official-away"
