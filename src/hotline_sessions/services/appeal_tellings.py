"""Notices that the law demands during the life of an appeal: by SMS, and by letter of mail.

Source: Law 393/96-ВР, art. 5, 7, 8, 20.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from hotline_sessions.domain.appeals import Appeal
from hotline_sessions.domain.messages import Channel, NewMessage, Purpose
from hotline_sessions.i18n import DEFAULT_LOCALE, load_catalogues
from hotline_sessions.services.message_kinds import KINDS
from hotline_sessions.services.message_texts import open_writer
from hotline_sessions.store.messages import note_message


NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


async def tell_of_step(
    appeal: Appeal,
    purpose: Purpose,
    explanation: str,
    *,
    now: datetime,
    facts: Mapping[str, str] = NOTHING,
) -> None:
    """Tell the author of a step, and by mail why: ``explanation`` is what was decided.

    Who has given neither phone nor address of mail is told by post, by whoever decides.
    """
    writer = await open_writer(appeal.institution, DEFAULT_LOCALE)
    text = writer.write(purpose, number=appeal.register_index, **facts)
    # The last day tells one extension from another: each of them is told.
    key = ":".join(
        [f"appeal:{appeal.institution}:{appeal.register_index}", purpose, *facts.values()]
    )
    if appeal.phone:
        await note_message(
            NewMessage(
                institution=appeal.institution,
                purpose=purpose,
                key=key,
                recipient=appeal.phone,
                body=text,
            ),
            now=now,
        )
    if appeal.email:
        words = load_catalogues().words(DEFAULT_LOCALE)
        await note_message(
            NewMessage(
                institution=appeal.institution,
                purpose=purpose,
                key=f"{key}:mail",
                channel=Channel.EMAIL,
                recipient=appeal.email,
                subject=words.gettext(KINDS[purpose].title),
                body=f"{text}\n\n{explanation}",
            ),
            now=now,
        )
