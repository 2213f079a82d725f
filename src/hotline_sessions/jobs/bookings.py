"""The jobs of plans and bookings: sessions are announced at agreed moments, free slots given."""

from functools import partial
from typing import Final

from hotline_sessions.jobs.job import Job
from hotline_sessions.services.approvals import announce_due
from hotline_sessions.services.attendance import tell_officials
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.waiting_offers import expire_offers, tell_offers
from hotline_sessions.services.zone_rules import follow_zone_rules


OFFER_SECONDS: Final = 10.0
"""How late an offer that nobody took may go to the next."""
ANNOUNCE_SECONDS: Final = 2.0
"""How much later than agreed sessions may be announced; never a moment earlier."""
INVITE_SECONDS: Final = 10.0
"""How long after a change of a session its official is told of it at most."""
TELL_SECONDS: Final = 3.0
"""How long after an offer was made its message is noted at most."""
ZONE_SECONDS: Final = 3600.0
"""How often sessions are compared with the rules of their zones, beginning at the start."""


def list_booking_jobs(clock: Clock, *, public_url: str) -> list[Job]:
    """What a process has to run so that the waiting list moves on; any number of them may."""
    return [
        Job(name="announcements", work=partial(announce_due, clock=clock), every=ANNOUNCE_SECONDS),
        Job(name="offers", work=partial(expire_offers, clock=clock), every=OFFER_SECONDS),
        Job(
            name="offers-told",
            work=partial(tell_offers, public_url=public_url, clock=clock),
            every=TELL_SECONDS,
        ),
        Job(name="zones", work=partial(follow_zone_rules, clock=clock), every=ZONE_SECONDS),
    ]


def choose_invitation_job(secret: bytes, clock: Clock, *, public_url: str) -> Job:
    """What tells officials of their sessions; the ``secret`` signs links to their pages."""
    tell = partial(tell_officials, secret=secret, public_url=public_url, clock=clock)
    return Job(name="invitations", work=tell, every=INVITE_SECONDS)
