"""Letters of appeals: what they are made of, and those that were signed or issued."""

from datetime import datetime
from typing import Any, Final

import msgspec

from hotline_sessions.domain.ids import AccountId, AppealId, InstitutionId
from hotline_sessions.domain.letters import (
    FrozenLetter,
    LetterFormat,
    LetterIssued,
    LetterKind,
    LetterSource,
    LetterStage,
    StoredFile,
    StoredLetter,
)
from hotline_sessions.store.engine import fetch_rows, fetch_value


_SOURCES: Final = """
select 'reply' as kind, id, case when signed_by > 0 then 'signed' else 'draft' end as stage,
       text, answers::text as answers, result, '' as ground, '' as body,
       null::date as until_on, author, signed_by as signer, outgoing_number as number,
       way <> '' as is_delivered, coalesce(delivered_at, signed_at, drafted_at) as done_at
  from reply where appeal = $1 and withdrawn_at is null
union all
select 'answer', a.id, 'signed', a.text,
       coalesce((select json_object_agg(place, answer)::text from appeal_question
                  where appeal = $1 and answer is not null), '{}'),
       a.result, '', '', null, a.answered_by, a.answered_by, '',
       true, a.answered_at
  from answer a
 where a.appeal = $1
   and not exists (select from reply where appeal = $1 and withdrawn_at is null)
union all
select 'extension', id, 'signed', reason, '{}', '', '', '', until_on, extended_by, extended_by,
       '', false, extended_at from extension where appeal = $1
union all
select e.state, e.id, 'signed', e.explanation, '{}', '', e.ground, coalesce(b.name, ''), null,
       e.decided_by, e.decided_by, '', false, e.decided_at
  from appeal_exit e left join outside_body b on b.id = e.body where e.appeal = $1
order by done_at, kind, id"""

_LETTERS: Final = """
select kind, source, stage, number, dated_on, pdf_key, pdf_sha256, pdf_size, docx_key,
       docx_sha256, docx_size
  from letter where appeal = $1 and institution = $2 order by id"""


async def list_sources(appeal: AppealId) -> list[LetterSource]:
    """What letters of the appeal can be made of, in the order in which it came about."""
    return [
        msgspec.convert(dict(row) | {"answers": msgspec.json.decode(row["answers"])}, LetterSource)
        for row in await fetch_rows(_SOURCES, appeal)
    ]


async def list_letters(appeal: AppealId, *, institution: InstitutionId) -> list[StoredLetter]:
    """Letters that were signed or issued, in their order."""
    return [_read(row) for row in await fetch_rows(_LETTERS, appeal, institution)]


async def add_letter(
    appeal: AppealId, letter: FrozenLetter, *, by: AccountId, now: datetime
) -> None:
    """A letter that never changes any more.

    Raises:
        LetterIssued: It was signed or issued already.
    """
    added = await fetch_value(
        """insert into letter (institution, appeal, kind, source, stage, number, dated_on, pdf_key,
                               pdf_sha256, pdf_size, docx_key, docx_sha256, docx_size, made_by,
                               made_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
           on conflict (kind, source, stage) do nothing returning id""",
        letter.institution,
        appeal,
        letter.kind.value,
        letter.source,
        letter.stage.value,
        letter.number,
        letter.dated_on,
        letter.pdf.key,
        letter.pdf.sha256,
        letter.pdf.size,
        letter.docx.key,
        letter.docx.sha256,
        letter.docx.size,
        by,
        now,
    )
    if added is None:
        raise LetterIssued


def _read(row: Any) -> StoredLetter:  # noqa: ANN401 - a row of asyncpg, which has no types
    def file(form: LetterFormat) -> StoredFile:
        return StoredFile(
            key=row[f"{form}_key"], sha256=row[f"{form}_sha256"], size=row[f"{form}_size"]
        )

    return StoredLetter(
        kind=LetterKind(row["kind"]),
        source=row["source"],
        stage=LetterStage(row["stage"]),
        number=row["number"],
        dated_on=row["dated_on"],
        pdf=file(LetterFormat.PDF),
        docx=file(LetterFormat.DOCX),
    )
