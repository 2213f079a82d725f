"""Correct a card: the new words stand on it, the old ones stay beside them."""

import secrets
from collections.abc import Sequence
from datetime import datetime

import structlog
from msgspec import Struct
from msgspec.structs import replace

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeals import Appeal, NewAppeal
from hotline_sessions.domain.card_facts import choose_term, give_priority
from hotline_sessions.domain.corrections import (
    PERSONAL,
    TERM,
    AuthorHidden,
    CorrectedMeanwhile,
    FieldChange,
    Reason,
    list_changes,
)
from hotline_sessions.domain.deadlines import due
from hotline_sessions.services.appeal_search import list_card_words
from hotline_sessions.services.appeal_steps import check_actor, note_step
from hotline_sessions.services.appeals import check_card
from hotline_sessions.services.recounting import Cause, DayChange, apply_changes
from hotline_sessions.services.search_words import list_words
from hotline_sessions.services.secrecy import may_see_hidden
from hotline_sessions.store.appeal_corrections import (
    CorrectedField,
    add_corrected_field,
    count_corrected_fields,
    list_corrected_fields,
    mark_card,
)
from hotline_sessions.store.appeal_search import keep_words
from hotline_sessions.store.appeals import lock_appeal
from hotline_sessions.store.calendar_editions import hold_edition
from hotline_sessions.store.classifier_data import load_classifier
from hotline_sessions.store.deadlines import OpenTerm
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

DEED_BYTES = 8


class Correction(Struct, frozen=True, kw_only=True):
    """Fields that somebody has corrected together, and why."""

    fields: Sequence[CorrectedField]

    @property
    def first(self) -> CorrectedField:
        """Any of them: who, when and why are the same for all."""
        return self.fields[0]


async def correct(
    public_id: str, new: NewAppeal, reason: Reason, *, seen: int, staff: Staff, now: datetime
) -> int:
    """Let the card say what ``new`` says; how many fields have changed.

    ``seen`` is how many corrections there were when the card was opened. Under another
    procedure, or with or without study, another term applies; the old one is kept. A term
    that the head has extended stays.

    Raises:
        NotFound: There is no such appeal in the institution of ``staff``.
        AuthorHidden: Its author is not shown to ``staff``.
        ComplainedOf: It complains of ``staff``.
        CorrectedMeanwhile: Somebody else was faster.
        UnknownCode, NotCollective, NoAppeal, NoSuchProcedureYet: A card cannot say so.
    """
    async with transaction():
        appeal = await lock_appeal(public_id, institution=staff.institution)
        if appeal.asks_secrecy and not may_see_hidden(staff):
            raise AuthorHidden
        await check_actor(appeal.id, staff=staff)
        check_card(new, on=appeal.received_on)
        new = give_priority(new, load_classifier(), on=appeal.received_on)
        if await count_corrected_fields(appeal.id) != seen:
            raise CorrectedMeanwhile
        changes = list_changes(appeal, new)
        if term := await _change_term(appeal, new, staff=staff, now=now):
            changes.append(term)
        if changes:
            deed = secrets.token_hex(DEED_BYTES)
            for each in changes:
                await add_corrected_field(
                    appeal.id,
                    each.field,
                    before=each.before,
                    after=each.after,
                    deed=deed,
                    reason=reason,
                    by=staff.account,
                    now=now,
                )
            values = {each.field: getattr(new, each.field) for each in changes if each is not term}
            if values:
                await mark_card(appeal.id, _write(values), institution=staff.institution)
            words = [*list_card_words(new), *list_words(appeal.register_index)]
            await keep_words({appeal.id: words}, institution=staff.institution)
            names = [each.field for each in changes]
            await note_step(
                "appeal_corrected", appeal.id, staff=staff, now=now, facts={"fields": names}
            )
    log.info("appeal_corrected", appeal_id=appeal.id, fields=len(changes))
    return len(changes)


async def list_corrections(appeal: Appeal, *, staff: Staff) -> list[Correction]:
    """Corrections of the card, the first first; without the author for who may not see him."""
    fields = await list_corrected_fields(appeal.id, institution=staff.institution)
    if appeal.asks_secrecy and not may_see_hidden(staff):
        fields = [
            replace(each, before="", after="") if each.field in PERSONAL else each
            for each in fields
        ]
    deeds = dict.fromkeys(each.deed for each in fields)
    return [Correction(fields=[each for each in fields if each.deed == deed]) for deed in deeds]


async def _change_term(
    appeal: Appeal, new: NewAppeal, *, staff: Staff, now: datetime
) -> FieldChange | None:
    """Give the appeal the term that follows from ``new``; None if it keeps the one it has."""
    rule = choose_term(new.procedure, needs_study=new.needs_study, is_urgent=new.is_urgent)
    if rule == appeal.deadline.rule:
        return None
    edition = await hold_edition(institution=staff.institution)
    old = appeal.deadline
    after = due(
        rule,
        old.received_on,
        edition.calendar,
        edition.policy.reading,
        registered_on=appeal.registered_on,
        target=old.target and edition.policy.find_target(old.target.channel, rule),
    )
    term = OpenTerm(
        id=appeal.id,
        public_id=appeal.public_id,
        register_index=appeal.register_index,
        registered_on=appeal.registered_on,
        deadline=old,
    )
    changed = await apply_changes(
        [DayChange(term=term, after=after)],
        Cause.CORRECTION,
        institution=staff.institution,
        account=staff.account,
        now=now,
    )
    return FieldChange(field=TERM, before=old.rule, after=rule) if changed else None


def _write(values: dict[str, object]) -> dict[str, object]:
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in values.items()
    }
