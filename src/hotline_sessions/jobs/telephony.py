"""The jobs without which nobody is called, moved or told anything."""

from functools import partial
from typing import Final

from hotline_sessions.jobs.job import Job
from hotline_sessions.services.dialogue_cleanup import clean_dialogues
from hotline_sessions.services.inbox import forget_bodies
from hotline_sessions.services.legs import OUTBOX_TOPIC
from hotline_sessions.services.messages import send_mails, send_messages
from hotline_sessions.services.outbox import send_commands
from hotline_sessions.services.ports import Clock, MailSender, PhoneLine, TextSender
from hotline_sessions.services.reconcile import reconcile
from hotline_sessions.services.reminders import plan_reminders
from hotline_sessions.services.session_clock import step_sessions


POLL_SECONDS: Final = 1.0
"""How often the outboxes are looked into when no hint comes."""
CLOCK_SECONDS: Final = 1.0
"""How late a session may open, go live or close."""
RECONCILE_SECONDS: Final = 2.0
"""How often it is looked for legs that should have been heard of."""
FORGET_SECONDS: Final = 3600.0
"""How often old webhooks are stripped of what they have said."""

REMINDER_SECONDS: Final = 20.0
"""How late a reminder may be noted."""

CLEANING_SECONDS: Final = 60.0
"""How often it is looked for dialogues in the menu that may be forgotten."""


def list_telephony_jobs(line: PhoneLine, texts: TextSender, clock: Clock) -> list[Job]:
    """What a process has to run so that calls go on; any number of processes may."""
    return [
        Job(
            name="commands",
            work=partial(send_commands, line, clock=clock),
            every=POLL_SECONDS,
            topic=OUTBOX_TOPIC,
        ),
        Job(
            name="messages",
            work=partial(send_messages, texts, clock=clock),
            every=POLL_SECONDS,
        ),
        Job(
            name="sessions",
            work=partial(step_sessions, clock=clock),
            every=CLOCK_SECONDS,
        ),
        Job(
            name="reconcile",
            work=partial(reconcile, line, clock=clock),
            every=RECONCILE_SECONDS,
        ),
        Job(
            name="dialogues",
            work=partial(clean_dialogues, clock=clock),
            every=CLEANING_SECONDS,
        ),
        Job(
            name="inbox",
            work=partial(forget_bodies, clock=clock),
            every=FORGET_SECONDS,
        ),
    ]


def list_letter_jobs(mails: MailSender | None, clock: Clock, *, public_url: str) -> list[Job]:
    """What a process has to run so that reminders are noted and letters go out."""
    return [
        Job(
            name="reminders",
            work=partial(plan_reminders, clock=clock),
            every=REMINDER_SECONDS,
        ),
        Job(
            name="mails",
            work=partial(send_mails, mails, public_url=public_url, clock=clock),
            every=POLL_SECONDS,
        ),
    ]
