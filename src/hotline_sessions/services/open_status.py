"""How appeals stand, for everybody to read: only where the institution has decided so.

Source: Open311 GeoReport v2 (the names of fields).
"""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeals import OPEN
from hotline_sessions.domain.classifier import list_topics
from hotline_sessions.domain.times import KYIV, at_wall_time, local_date
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.classifier_data import load_classifier
from hotline_sessions.store.open_status import (
    Asked,
    PublicStatus,
    is_open,
    list_public,
    mark_open,
)
from hotline_sessions.store.transaction import transaction


__all__ = ["Asked"]

OTHER: Final = "other"
"""Stands for a topic that was not chosen."""
MOST: Final = 1000
"""Requests in one answer. Source: Open311 GeoReport v2, «GET Service Requests»."""
_END_OF_DAY: Final = time(23, 59)


async def is_public(*, staff: Staff) -> bool:
    """Whether the institution of ``staff`` publishes how its appeals stand."""
    return await is_open(institution=staff.institution)


async def decide(*, is_open: bool, staff: Staff, now: datetime) -> None:
    """The institution publishes how its appeals stand, or does not any more."""
    async with transaction():
        await mark_open(
            institution=staff.institution, is_open=is_open, account=staff.account, now=now
        )
        await add_entry(
            "open_status_decided",
            "institution",
            staff.institution,
            institution=staff.institution,
            account=staff.account,
            now=now,
            detail={"is_open": is_open},
        )


def list_services(now: datetime) -> list[dict[str, object]]:
    """Topics of the classifier, as services."""
    rows = list_topics(load_classifier(), local_date(now))
    named = [(row.code, row.label_uk, row.label_en) for row in rows]
    return [
        {
            "service_code": code,
            "service_name": label,
            "description": english,
            "metadata": False,
            "type": "realtime",
            "keywords": "",
            "group": "",
        }
        for code, label, english in [*named, (OTHER, "Інше", "Other")]
    ]


async def list_requests(asked: Asked) -> list[dict[str, object]]:
    """What is public of the appeals that are asked for."""
    found: Sequence[PublicStatus] = await list_public(asked, limit=MOST)
    return [_build_request(each) for each in found]


def _build_request(status: PublicStatus) -> dict[str, object]:
    day = local_date(status.received_at)
    labels = {row.code: row.label_uk for row in list_topics(load_classifier(), day)}
    return {
        "service_request_id": status.public_id,
        "status": "open" if status.state in OPEN else "closed",
        "status_notes": status.state.value,
        "service_name": labels.get(status.topic, "Інше"),
        "service_code": status.topic or OTHER,
        "description": None,
        "agency_responsible": status.agency,
        "service_notice": None,
        # The day is public, the minute of a call is not.
        "requested_datetime": at_wall_time(day, time(), KYIV).astimezone(KYIV).isoformat(),
        "updated_datetime": _local(status.changed_at),
        "expected_datetime": at_wall_time(status.legal_on, _END_OF_DAY)
        .astimezone(KYIV)
        .isoformat(),
        "address": None,
        "address_id": None,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }


def _local(moment: datetime | None, zone: ZoneInfo = KYIV) -> str | None:
    return None if moment is None else moment.astimezone(zone).replace(microsecond=0).isoformat()
