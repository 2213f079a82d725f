"""How recordings are read and written."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import AccountId, CallId, CallSid, InstitutionId, RecordingId
from hotline_sessions.domain.policies import CallPolicy
from hotline_sessions.domain.questions import QuestionOrigin
from hotline_sessions.domain.recordings import (
    Play,
    RecordedCall,
    Recording,
    RecordingKind,
    RecordingSid,
    RecordingState,
)
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql
from hotline_sessions.store.public_ids import draw_public_id


_SELECT: Final = """
select r.id, r.public_id, r.institution, r.session, r.call, c.sid as call_sid, r.sid, r.kind,
       r.state, r.channels, r.seconds, r.size, r.storage_key, r.attempts, r.due_at, r.started_at,
       r.copied_at, r.removed_at, r.expires_at, r.erased_at
  from recording r join call c on c.id = r.call
"""

_ORIGINS: Final = {
    RecordingKind.TALK: QuestionOrigin.TALK,
    RecordingKind.QUESTION: QuestionOrigin.RECORDED,
}


async def find_recorded_call(sid: CallSid) -> RecordedCall | None:
    """The call with this name at the network, with what was agreed."""
    row = await fetch_row(
        """select c.id, c.public_id, c.institution, c.session, c.role, c.sid, c.consent,
                  c.consented_at, c.on_air_at, s.is_recorded, s.is_transcribed, i.call_policy
             from call c join session s on s.id = c.session
             join institution i on i.id = c.institution
            where c.sid = $1""",
        sid,
    )
    if row is None:
        return None
    values = dict(row)
    policy = msgspec.json.decode(values.pop("call_policy") or "{}", type=CallPolicy)
    return msgspec.convert(values | {"recordings_days": policy.recordings_days}, RecordedCall)


async def lock_or_add_recording(
    call: RecordedCall,
    sid: RecordingSid,
    kind: RecordingKind,
    state: RecordingState,
    *,
    started_at: datetime,
    now: datetime,
) -> Recording:
    """The recording with this name at the network, made in ``state`` if it is new, locked.

    Of two at the same time the second waits, and finds what the first has made.
    """
    await run_sql(
        """insert into recording (public_id, institution, session, call, sid, kind, state,
                                  started_at, due_at, expires_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (sid) do nothing""",
        draw_public_id(),
        call.institution,
        call.session,
        call.id,
        sid,
        kind.value,
        state.value,
        started_at,
        now,
        started_at + timedelta(days=call.recordings_days),
    )
    row = await fetch_row(_SELECT + " where r.sid = $1 for update of r", sid)
    return msgspec.convert(dict(row or {}), Recording)


async def list_running_talks(call: CallId) -> list[RecordingSid]:
    """Recordings of talks in this call that have not ended, as far as we know."""
    rows = await fetch_rows(
        """select sid from recording
            where call = $1 and kind = 'talk' and state = 'recording' order by id""",
        call,
    )
    return [RecordingSid(row["sid"]) for row in rows]


async def find_recording_by_sid(sid: RecordingSid) -> Recording | None:
    """The recording with this name at the network."""
    row = await fetch_row(_SELECT + " where r.sid = $1", sid)
    return None if row is None else msgspec.convert(dict(row), Recording)


async def get_recording(public_id: str, *, institution: InstitutionId) -> Recording:
    """The recording, if it belongs to the institution.

    Raises:
        NotFound: There is no such recording there.
    """
    row = await fetch_row(
        _SELECT + " where r.public_id = $1 and r.institution = $2", public_id, institution
    )
    if row is None:
        raise NotFound
    return msgspec.convert(dict(row), Recording)


async def list_recordings(
    *, institution: InstitutionId, calls: Sequence[CallId] | None = None, limit: int = 200
) -> list[Recording]:
    """Recordings of the institution, the latest first; of ``calls`` alone if they are given."""
    rows = await fetch_rows(
        _SELECT
        + """where r.institution = $1 and ($2::bigint[] is null or r.call = any($2))
             order by r.started_at desc, r.id desc limit $3""",
        institution,
        None if calls is None else list(calls),
        limit,
    )
    return [msgspec.convert(dict(row), Recording) for row in rows]


async def take_due_recording(now: datetime, *, lease_until: datetime) -> Recording | None:
    """One recording that is to be copied or deleted now, leased until ``lease_until``.

    Nobody else gets it before; if its taker dies it is given out again.
    """
    found = await fetch_value(
        """update recording set attempts = attempts + 1, lease_until = $2
            where id = (
                select id from recording
                 where due_at <= $1 and (lease_until is null or lease_until < $1)
                   and (state in ('ready', 'copying', 'copied', 'unwanted')
                        or (state = 'absent' and removed_at is null))
                 order by due_at, id limit 1 for update skip locked)
           returning id""",
        now,
        lease_until,
    )
    if found is None:
        return None
    row = await fetch_row(_SELECT + " where r.id = $1", found)
    return msgspec.convert(dict(row or {}), Recording)


async def take_expired_recording(now: datetime, *, lease_until: datetime) -> Recording | None:
    """One recording whose days are over and of which our storage may have the sound, leased."""
    found = await fetch_value(
        """update recording set lease_until = $2
            where id = (
                select id from recording
                 where expires_at <= $1 and erased_at is null
                   and state not in ('absent', 'recording')
                   and (lease_until is null or lease_until < $1)
                 order by expires_at, id limit 1 for update skip locked)
           returning id""",
        now,
        lease_until,
    )
    if found is None:
        return None
    row = await fetch_row(_SELECT + " where r.id = $1", found)
    return msgspec.convert(dict(row or {}), Recording)


async def lock_recording(recording: RecordingId) -> Recording:
    """The recording as it is stored now, locked until the transaction ends."""
    row = await fetch_row(_SELECT + " where r.id = $1 for update of r", recording)
    if row is None:
        raise NotFound
    return msgspec.convert(dict(row), Recording)


async def mark_recording(recording: Recording, *, error: str = "") -> None:
    """Write everything about a recording that may change, and give its lease back."""
    await run_sql(
        """update recording set state = $2, channels = $3, seconds = $4, size = $5,
                                storage_key = $6, attempts = $7, due_at = $8, copied_at = $9,
                                removed_at = $10, erased_at = $11, last_error = $12,
                                lease_until = null
            where id = $1""",
        recording.id,
        recording.state.value,
        recording.channels,
        recording.seconds,
        recording.size,
        recording.storage_key,
        recording.attempts,
        recording.due_at,
        recording.copied_at,
        recording.removed_at,
        recording.erased_at,
        error,
    )


async def mark_intended(recording: RecordingId, key: str, size: int) -> None:
    """Write under which key the sound is about to stand; the lease goes on."""
    await run_sql(
        "update recording set state = 'copying', storage_key = $2, size = $3 where id = $1",
        recording,
        key,
        size,
    )


async def link_to_question(recording: Recording) -> None:
    """Let the question of the same call lead to the recording, if none does yet."""
    await run_sql(
        """update question set recording = $1
            where id = (select id from question
                         where call = $2 and recording is null and origin = $3
                         order by id limit 1)
              and not exists (select 1 from question where recording = $1)""",
        recording.id,
        recording.call,
        _ORIGINS[recording.kind].value,
    )


async def add_recorded_question(recording: Recording, now: datetime) -> None:
    """The question that was left on the line; a recording makes one, however often it is told."""
    await link_to_question(recording)
    await run_sql(
        """insert into question (public_id, institution, session, call, recording, origin, state,
                                 reason, machine_words, asked_at)
           select $1, $2, $3, $4, $5, $6, 'open', '', '', $7
            where not exists (select 1 from question where recording = $5)""",
        draw_public_id(),
        recording.institution,
        recording.session,
        recording.call,
        recording.id,
        QuestionOrigin.RECORDED.value,
        now,
    )


async def add_play(
    recording: RecordingId, *, account: AccountId, reason: str, now: datetime
) -> None:
    """Write down that somebody is about to listen."""
    await run_sql(
        """insert into recording_play (recording, account, reason, played_at)
           values ($1, $2, $3, $4)""",
        recording,
        account,
        reason,
        now,
    )


async def is_listening(recording: RecordingId, *, account: AccountId, since: datetime) -> bool:
    """Whether the account has said after ``since`` why it listens."""
    return bool(
        await fetch_value(
            """select exists (select 1 from recording_play
                               where recording = $1 and account = $2 and played_at > $3)""",
            recording,
            account,
            since,
        )
    )


async def list_plays(recording: RecordingId) -> list[Play]:
    """Who has listened, the latest first."""
    rows = await fetch_rows(
        """select a.full_name, p.reason, p.played_at from recording_play p
             join account a on a.id = p.account
            where p.recording = $1 order by p.played_at desc, p.id desc""",
        recording,
    )
    return [msgspec.convert(dict(row), Play) for row in rows]
