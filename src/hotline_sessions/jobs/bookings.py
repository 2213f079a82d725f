"""The jobs of plans and bookings: sessions are announced at agreed moments, free slots given."""

from functools import partial
from typing import Final

from hotline_sessions.jobs.job import Job
from hotline_sessions.services.approvals import announce_due
from hotline_sessions.services.attendance import tell_officials
from hotline_sessions.services.attendance_mailbox import Mailbox, read_answers
from hotline_sessions.services.attendance_reminders import remind_officials
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.waiting_offers import expire_offers, tell_offers
from hotline_sessions.services.zone_rules import follow_zone_rules


OFFER_SECONDS: Final = 10.0
"""How late an offer that nobody took may go to the next."""
ANNOUNCE_SECONDS: Final = 2.0
"""How much later than agreed sessions may be announced; never a moment earlier."""
INVITE_SECONDS: Final = 10.0
"""How long after a change of a session its official is told of it at most."""
MAILBOX_SECONDS: Final = 30.0
"""How long an answer may lie in the mailbox."""
REMIND_SECONDS: Final = 30.0
"""How late an official may be reminded, and staff be told of silence."""
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


def list_invitation_jobs(secret: bytes, clock: Clock, *, public_url: str) -> list[Job]:
    """What tells officials of their sessions; the ``secret`` signs links to their pages."""
    tell = partial(tell_officials, secret=secret, public_url=public_url, clock=clock)
    remind = partial(remind_officials, secret=secret, public_url=public_url, clock=clock)
    return [
        Job(name="invitations", work=tell, every=INVITE_SECONDS),
        Job(name="official-reminders", work=remind, every=REMIND_SECONDS),
    ]


def choose_mailbox_job(mailbox: Mailbox, clock: Clock) -> Job:
    """What reads the answers of officials' calendars."""
    return Job(
        name="answers",
        work=partial(read_answers, mailbox, clock=clock),
        every=MAILBOX_SECONDS,
    )
