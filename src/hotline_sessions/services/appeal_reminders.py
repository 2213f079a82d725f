"""Staff are reminded of last days in time, and the head is told what is overdue.

One letter holds all of which somebody is to be reminded at once. It names numbers and dates
and leads to the cards: of citizens it says nothing.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from hotline_sessions.domain.appeal_reminders import (
    DAYS_BEFORE,
    Due,
    Reader,
    Stage,
    choose_readers,
    choose_stage,
    find_horizon,
    is_office_time,
    list_heads,
)
from hotline_sessions.domain.ids import AccountId, AppealId, InstitutionId
from hotline_sessions.domain.institutions import Institution
from hotline_sessions.domain.messages import Channel, NewMessage, Purpose
from hotline_sessions.domain.times import local_date
from hotline_sessions.domain.workdays import WorkCalendar
from hotline_sessions.i18n import DEFAULT_LOCALE, Words, load_catalogues
from hotline_sessions.services.ports import Clock
from hotline_sessions.store.absences import list_deputies
from hotline_sessions.store.appeal_reminders import (
    Reminder,
    list_due,
    list_overdue,
    list_readers,
    note_reminders,
)
from hotline_sessions.store.calendar_editions import find_edition
from hotline_sessions.store.institutions import list_institutions
from hotline_sessions.store.messages import note_message
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

NAMED: Final = 30
"""Overdue appeals that a letter names; the rest stands behind its link."""


async def remind_of_appeals(*, public_url: str, clock: Clock) -> int:
    """Remind of what is due, in all institutions whose office is open; always 0.

    It may be done at any time and by several processes: everybody is reminded of a last day
    once at each stage, and told of what is overdue once a day.
    """
    now = clock.now()
    for home in await list_institutions():
        calendar = (await find_edition(institution=home.id)).calendar
        if is_office_time(now, calendar, zone=ZoneInfo(home.time_zone)):
            await _remind(home, calendar, public_url=public_url, now=now)
    return 0


async def _remind(
    home: Institution, calendar: WorkCalendar, *, public_url: str, now: datetime
) -> None:
    today = local_date(now, ZoneInfo(home.time_zone))
    readers = await list_readers(institution=home.id)
    if not readers:
        return
    deputies = await list_deputies(institution=home.id, on=today)
    due = await list_due(institution=home.id, since=today, until=find_horizon(today, calendar))
    asked = plan_reminders(due, readers, deputies, today=today, calendar=calendar)
    async with transaction():
        noted = await note_reminders(asked, now=now)
        await _write_reminders(home.id, noted, due, readers, public_url=public_url, now=now)
        heads = [readers[each] for each in list_heads(readers, deputies)]
        await _write_digest(home.id, heads, today=today, public_url=public_url, now=now)
    if noted:
        log.info("appeal_reminders_noted", institution_id=home.id, count=len(noted))


def plan_reminders(
    due: Sequence[Due],
    readers: Mapping[AccountId, Reader],
    deputies: Mapping[AccountId, AccountId],
    *,
    today: date,
    calendar: WorkCalendar,
) -> list[Reminder]:
    """Of what everybody should have been reminded by ``today``, each thing once."""
    asked: dict[Reminder, None] = {}
    stages: dict[date, Stage | None] = {}
    for each in due:
        if each.legal_on not in stages:
            stages[each.legal_on] = choose_stage(each.legal_on, today=today, calendar=calendar)
        stage = stages[each.legal_on]
        if stage is not None:
            for account in choose_readers(each, readers, deputies):
                reminder = Reminder(
                    appeal=each.appeal, account=account, stage=stage, legal_on=each.legal_on
                )
                asked[reminder] = None
    return list(asked)


async def _write_reminders(
    home: InstitutionId,
    noted: Sequence[Reminder],
    due: Sequence[Due],
    readers: Mapping[AccountId, Reader],
    *,
    public_url: str,
    now: datetime,
) -> None:
    words = load_catalogues().words(DEFAULT_LOCALE)
    appeals: dict[AppealId, Due] = {each.appeal: each for each in due}
    letters: dict[AccountId, list[Reminder]] = defaultdict(list)
    for each in noted:
        letters[each.account].append(each)
    for account, reminders in letters.items():
        reminders.sort(key=lambda each: (each.legal_on, each.appeal))
        lines = [
            _tell(each, appeals[each.appeal], words, public_url=public_url) for each in reminders
        ]
        count = len(reminders)
        await note_message(
            NewMessage(
                institution=home,
                channel=Channel.EMAIL,
                purpose=Purpose.WORK_DUE,
                # Whoever writes it has just noted this appeal for this reader and stage.
                key=f"work-due:{account}:{reminders[0].appeal}"
                f":{reminders[0].legal_on}:{reminders[0].stage}",
                recipient=readers[account].email,
                subject=words.ngettext(
                    "Last days of appeals: %(num)s", "Last days of appeals: %(num)s", count
                ),
                body="\n\n".join(lines),
            ),
            now=now,
        )


def _tell(reminder: Reminder, due: Due, words: Words, *, public_url: str) -> str:
    days = DAYS_BEFORE[reminder.stage]
    facts = {"number": due.register_index, "day": due.legal_on.strftime("%d.%m.%Y")}
    text = (
        words.gettext(
            "Appeal %(number)s: the answer is due by %(day)s, within %(days)s working days.",
            **facts,
            days=days,
        )
        if days
        else words.gettext(
            "Appeal %(number)s: the term ends on %(day)s, no working day is left after today.",
            **facts,
        )
    )
    return f"{text}\n{public_url}/staff/appeals/{due.public_id}"


async def _write_digest(
    home: InstitutionId,
    heads: Sequence[Reader],
    *,
    today: date,
    public_url: str,
    now: datetime,
) -> None:
    overdue, count = (
        await list_overdue(institution=home, today=today, limit=NAMED) if heads else ([], 0)
    )
    if not overdue:
        return
    words = load_catalogues().words(DEFAULT_LOCALE)
    lines = [
        words.gettext(
            "%(number)s – the last day was %(day)s",
            number=each.register_index,
            day=each.legal_on.strftime("%d.%m.%Y"),
        )
        for each in overdue
    ]
    title = words.ngettext("%(num)s appeal is overdue", "%(num)s appeals are overdue", count)
    for head in heads:
        await note_message(
            NewMessage(
                institution=home,
                channel=Channel.EMAIL,
                purpose=Purpose.WORK_OVERDUE,
                key=f"work-overdue:{head.account}:{today}",
                recipient=head.email,
                subject=title,
                body="\n".join(
                    [f"{title}:", *lines, "", f"{public_url}/staff/appeals?state=overdue"]
                ),
            ),
            now=now,
        )
