"""From the network's news to one file of our own: in any order, cut off anywhere."""

from datetime import timedelta
from itertools import permutations

import pytest
from tests.factories import NOW, make_institution, make_staff
from tests.services.recorded import SOUND, Studio, make_studio

from hotline_sessions.domain.calls import Consent, Leg, Role
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import PublicId
from hotline_sessions.domain.network import OutcomeUnknown
from hotline_sessions.domain.recordings import (
    ALARM_AFTER,
    GIVE_UP,
    NoSound,
    RecordingState,
    SoundStatus,
)
from hotline_sessions.services import recording_plays as plays
from hotline_sessions.services.recording_cleanup import (
    UNCLAIMED,
    erase_expired,
    reconcile_recordings,
)
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql
from hotline_sessions.store.recordings import list_recordings


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

PLAYED = "recording_played"
UNDER_WAY, COMPLETED, ABSENT = SoundStatus.UNDER_WAY, SoundStatus.COMPLETED, SoundStatus.ABSENT


@pytest.fixture
async def studio() -> Studio:
    return await make_studio()


async def record(studio: Studio, leg: Leg, *, is_question: bool = False) -> None:
    """A recording is made, and its sound is there."""
    found = studio.found(leg, is_question=is_question)
    studio.recorder.add(found)
    await studio.tell(studio.found(leg, UNDER_WAY, is_question=is_question))
    await studio.tell(found)


async def test_a_consented_talk_is_copied_and_then_deleted_at_the_network(studio: Studio) -> None:
    leg = await studio.call()
    await record(studio, leg)

    await studio.work()

    row = await fetch_row("select * from recording where call = $1", leg.id)
    assert row is not None
    assert (row["state"], row["channels"], row["seconds"]) == ("kept", 2, 95)
    assert (row["size"], row["kind"]) == (len(SOUND), "talk")
    assert studio.storage.kept == {row["storage_key"]: SOUND}
    assert studio.recorder.sounds == {}
    assert row["expires_at"] == NOW + timedelta(days=30)


async def test_the_question_of_the_talk_leads_to_its_recording(studio: Studio) -> None:
    leg = await studio.call()
    await record(studio, leg)

    linked = await fetch_rows("select origin, recording from question where call = $1", leg.id)

    assert [row["origin"] for row in linked] == ["talk"]
    assert linked[0]["recording"] is not None


async def test_a_question_left_on_the_line_is_recorded_without_being_asked_about(
    studio: Studio,
) -> None:
    leg = await studio.call(Consent.NO)
    await run_sql("delete from question where call = $1", leg.id)
    await record(studio, leg, is_question=True)
    await studio.tell(studio.found(leg, COMPLETED, is_question=True))

    await studio.work()

    questions = await fetch_rows("select origin, state from question where call = $1", leg.id)
    assert await studio.state(leg) is RecordingState.KEPT
    assert [tuple(row.values()) for row in questions] == [("recorded", "open")]


@pytest.mark.parametrize("consent", [Consent.NONE, Consent.NO])
async def test_a_recording_without_consent_is_deleted_and_never_copied(
    studio: Studio, consent: Consent, capsys: pytest.CaptureFixture[str]
) -> None:
    leg = await studio.call(consent)
    await record(studio, leg)

    await studio.work()

    assert await studio.state(leg) is RecordingState.ERASED
    assert studio.recorder.stopped == [studio.found(leg).sid]
    assert studio.recorder.sounds == {}
    assert studio.storage.kept == {}
    assert "recording_without_consent" in capsys.readouterr().out


async def test_a_session_that_is_not_recorded_keeps_no_recording_whatever_was_agreed() -> None:
    studio = await make_studio(is_recorded=False)
    leg = await studio.call()
    await record(studio, leg)

    await studio.work()

    assert await studio.state(leg) is RecordingState.ERASED
    assert studio.storage.kept == {}


async def test_a_talk_that_began_before_the_consent_is_deleted(studio: Studio) -> None:
    leg = await studio.call()
    await run_sql(
        "update call set on_air_at = consented_at - interval '1 second' where id = $1", leg.id
    )
    await record(studio, leg)

    await studio.work()

    assert await studio.state(leg) is RecordingState.ERASED
    assert studio.recorder.sounds == {}


async def test_who_takes_the_consent_back_is_not_kept(studio: Studio) -> None:
    leg = await studio.call()
    await studio.tell(studio.found(leg, UNDER_WAY))
    await run_sql("update call set consent = 'no' where id = $1", leg.id)
    studio.recorder.add(studio.found(leg))
    await studio.tell(studio.found(leg))

    await studio.work()

    assert await studio.state(leg) is RecordingState.ERASED
    assert studio.storage.kept == {}


async def test_a_recording_of_the_official_is_deleted(studio: Studio) -> None:
    leg = await studio.call(role=Role.OFFICIAL)
    await record(studio, leg)

    await studio.work()

    assert await studio.state(leg) is RecordingState.ERASED


async def test_nobody_said_anything_and_nothing_is_kept_anywhere(studio: Studio) -> None:
    leg = await studio.call()
    studio.recorder.add(studio.found(leg, ABSENT))
    await studio.tell(studio.found(leg, ABSENT))

    await studio.work()

    assert await studio.state(leg) is RecordingState.ABSENT
    assert studio.recorder.sounds == {}
    assert studio.storage.kept == {}


NEWS = (UNDER_WAY, UNDER_WAY, COMPLETED, COMPLETED, None, None)
"""What comes in, twice each; None: the job works in between."""


async def test_any_order_of_the_news_ends_with_one_file_one_row_and_nothing_at_the_network(
    studio: Studio,
) -> None:
    for order in sorted(set(permutations(NEWS, 6)), key=str):
        leg = await studio.call()
        studio.storage.kept.clear()
        studio.recorder.add(studio.found(leg))
        for status in order:
            if status is None:
                await studio.work()
            else:
                await studio.tell(studio.found(leg, status))
        await studio.work()

        assert await studio.state(leg) is RecordingState.KEPT, order
        assert list(studio.storage.kept.values()) == [SOUND], order
        assert studio.recorder.sounds == {}, order


async def test_news_under_other_keys_changes_nothing_either(studio: Studio) -> None:
    """Without the inbox: the rules of the recording themselves bear repetition."""
    leg = await studio.call()
    await record(studio, leg)
    await studio.work()
    await run_sql("delete from webhook_delivery")
    await record(studio, leg)
    studio.recorder.sounds.clear()

    assert await studio.work() == 0
    assert await studio.state(leg) is RecordingState.KEPT


@pytest.mark.parametrize("is_wanted", [True, False])
async def test_cut_off_at_any_step_it_ends_with_one_file_or_none_and_nothing_at_the_network(
    studio: Studio,
    is_wanted: bool,  # noqa: FBT001 - a case
) -> None:
    step = 1
    while True:
        leg = await studio.call(Consent.YES if is_wanted else Consent.NO)
        studio.storage.kept.clear()
        await record(studio, leg)

        died = await studio.die_at(step)
        studio.pass_lease()
        await studio.work()

        wanted = RecordingState.KEPT if is_wanted else RecordingState.ERASED
        assert await studio.state(leg) is wanted, step
        assert list(studio.storage.kept.values()) == ([SOUND] if is_wanted else []), step
        assert studio.recorder.sounds == {}, step
        if not died:
            break
        step += 1

    assert step > (6 if is_wanted else 3)


async def test_sound_that_differs_at_the_second_attempt_leaves_no_file_behind(
    studio: Studio,
) -> None:
    leg = await studio.call()
    await record(studio, leg)
    assert await studio.die_at(3)  # Written, and not yet compared.
    assert len(studio.storage.kept) == 1
    studio.recorder.sounds[studio.found(leg).sid] = SOUND + b"more"

    studio.pass_lease()
    await studio.work()

    assert list(studio.storage.kept.values()) == [SOUND + b"more"]


async def test_what_somebody_copies_is_given_to_nobody_else(studio: Studio) -> None:
    leg = await studio.call()
    await record(studio, leg)
    assert await studio.die_at(1)

    assert await studio.work() == 0
    studio.pass_lease()
    assert await studio.work() > 0


async def test_a_copy_that_is_not_whole_is_made_again_before_anything_is_deleted(
    studio: Studio,
) -> None:
    leg = await studio.call()
    await record(studio, leg)
    studio.storage.spoils = True

    await studio.work()

    assert await studio.state(leg) is RecordingState.COPYING
    assert studio.recorder.sounds == {studio.found(leg).sid: SOUND}
    studio.storage.spoils = False
    studio.clock.pass_time(timedelta(minutes=1))
    await studio.work()
    assert list(studio.storage.kept.values()) == [SOUND]
    assert await studio.state(leg) is RecordingState.KEPT


async def test_what_is_no_sound_is_not_kept(studio: Studio) -> None:
    leg = await studio.call()
    found = studio.found(leg)
    studio.recorder.add(found, b"<html>try again later</html>")
    await studio.tell(found)

    await studio.work()

    error = await fetch_value("select last_error from recording where call = $1", leg.id)
    assert (studio.storage.kept, error) == ({}, "NotSound")
    assert await studio.state(leg) is RecordingState.READY


async def test_deleting_is_tried_for_hours_and_becomes_an_alarm(
    studio: Studio, capsys: pytest.CaptureFixture[str]
) -> None:
    leg = await studio.call()
    await record(studio, leg)
    await studio.work()
    studio.recorder.add(studio.found(leg))
    await run_sql("update recording set state = 'copied', removed_at = null, attempts = 0")
    studio.recorder.fail_with = OutcomeUnknown()
    for _ in range(ALARM_AFTER + 10):
        await studio.work()
        studio.clock.pass_time(timedelta(hours=1))
    said = capsys.readouterr().out

    studio.recorder.fail_with = None
    await studio.work()

    assert "recording_step_failed" in said
    assert "error" in said
    assert await studio.state(leg) is RecordingState.KEPT
    assert studio.recorder.sounds == {}


async def test_sound_that_the_network_has_not_for_a_day_is_lost(studio: Studio) -> None:
    leg = await studio.call()
    await studio.tell(studio.found(leg))
    for _ in range(GIVE_UP):
        await studio.work()
        studio.clock.pass_time(timedelta(hours=1))

    assert await studio.state(leg) is RecordingState.LOST
    assert await studio.work() == 0


async def test_a_recording_of_nobody_is_left_alone_until_it_is_old(
    studio: Studio, capsys: pytest.CaptureFixture[str]
) -> None:
    leg = await studio.call()
    found = studio.found(leg)
    await run_sql("update call set sid = $2 where id = $1", leg.id, "CA" + "f" * 32)
    studio.recorder.add(found)
    await studio.tell(found)

    await reconcile_recordings(studio.recorder, clock=studio.clock)
    left = dict(studio.recorder.sounds)
    studio.clock.pass_time(UNCLAIMED + timedelta(days=1))
    await reconcile_recordings(studio.recorder, clock=studio.clock)

    assert list(left) == [found.sid]
    assert studio.recorder.sounds == {}
    assert await studio.count(leg) == 0
    assert "recording_unclaimed" in capsys.readouterr().out


async def test_news_of_another_leg_than_the_address_names_is_not_believed(studio: Studio) -> None:
    leg = await studio.call()
    found = studio.found(leg)

    await studio.tell_as(found, PublicId("0000000000"))

    assert await studio.count(leg) == 0


async def test_a_recording_whose_news_was_lost_is_taken_in(studio: Studio) -> None:
    leg = await studio.call()
    other = await studio.call(Consent.NO)
    for each in (leg, other):
        studio.recorder.add(studio.found(each))

    await reconcile_recordings(studio.recorder, clock=studio.clock)
    assert await studio.count(leg) == 0  # The news may still be on its way.
    studio.clock.pass_time(timedelta(minutes=11))
    await reconcile_recordings(studio.recorder, clock=studio.clock)
    await studio.work()

    assert await studio.state(leg) is RecordingState.KEPT
    assert await studio.state(other) is RecordingState.ERASED
    assert studio.recorder.sounds == {}


async def test_the_end_of_a_recording_that_was_not_told_is_found_out(studio: Studio) -> None:
    leg = await studio.call()
    await studio.tell(studio.found(leg, UNDER_WAY))
    studio.recorder.add(studio.found(leg))

    await reconcile_recordings(studio.recorder, clock=studio.clock)
    await studio.work()

    assert await studio.state(leg) is RecordingState.KEPT


async def test_what_should_be_gone_at_the_network_is_deleted_once_more(studio: Studio) -> None:
    leg = await studio.call()
    await record(studio, leg)
    await studio.work()
    studio.recorder.add(studio.found(leg))
    studio.clock.pass_time(timedelta(hours=2))

    await reconcile_recordings(studio.recorder, clock=studio.clock)
    await studio.work()

    assert studio.recorder.sounds == {}
    assert await studio.state(leg) is RecordingState.KEPT


async def test_when_its_days_are_over_the_sound_is_erased_and_its_trace_stays(
    studio: Studio,
) -> None:
    leg = await studio.call()
    await record(studio, leg)
    await studio.work()
    studio.clock.pass_time(timedelta(days=29, hours=23))
    assert await erase_expired(studio.storage, clock=studio.clock) == 0

    studio.clock.pass_time(timedelta(hours=1))
    while await erase_expired(studio.storage, clock=studio.clock):
        pass

    row = await fetch_row("select * from recording where call = $1", leg.id)
    assert row is not None
    assert studio.storage.kept == {}
    assert (row["state"], row["storage_key"], row["seconds"]) == ("erased", "", 95)
    assert row["erased_at"] == studio.clock.now()


async def test_each_institution_chooses_how_long_recordings_are_kept(studio: Studio) -> None:
    await run_sql("""update institution set call_policy = '{"recordings_days": 3}'""")
    leg = await studio.call()

    await record(studio, leg)

    expires_at = await fetch_value("select expires_at from recording where call = $1", leg.id)
    assert expires_at == NOW + timedelta(days=3)


async def test_what_was_never_copied_is_deleted_at_the_network_when_its_days_are_over(
    studio: Studio,
) -> None:
    leg = await studio.call()
    await record(studio, leg)
    studio.clock.pass_time(timedelta(days=31))

    await erase_expired(studio.storage, clock=studio.clock)
    await studio.work()

    assert await studio.state(leg) is RecordingState.ERASED
    assert studio.recorder.sounds == {}
    assert studio.storage.kept == {}


async def test_a_storage_that_fails_is_asked_again_to_erase(studio: Studio) -> None:
    leg = await studio.call()
    await record(studio, leg)
    await studio.work()
    studio.clock.pass_time(timedelta(days=31))
    studio.storage.is_down = True
    await erase_expired(studio.storage, clock=studio.clock)
    assert await erase_expired(studio.storage, clock=studio.clock) == 0

    studio.storage.is_down = False
    studio.pass_lease()
    await erase_expired(studio.storage, clock=studio.clock)

    assert studio.storage.kept == {}
    assert await studio.state(leg) is RecordingState.ERASED


async def test_erasing_that_is_cut_off_is_done_again(studio: Studio) -> None:
    leg = await studio.call()
    await record(studio, leg)
    await studio.work()
    studio.clock.pass_time(timedelta(days=31))
    await run_sql("update recording set lease_until = $1", studio.clock.now())  # Taken, then died.
    studio.storage.kept.clear()

    studio.pass_lease()
    await erase_expired(studio.storage, clock=studio.clock)

    assert await studio.state(leg) is RecordingState.ERASED


async def test_without_its_guard_repeated_news_would_make_two_rows(studio: Studio) -> None:
    leg = await studio.call()
    await run_sql("alter table recording drop constraint recording_sid_key")
    sql = """insert into recording (public_id, institution, session, call, sid, kind, state,
                                    started_at, due_at)
             select $1, institution, session, id, $2, 'talk', 'ready', $3, $3 from call
              where id = $4 on conflict do nothing"""
    for name in ("one", "two"):
        await run_sql(sql, name, studio.found(leg).sid, NOW, leg.id)

    assert await studio.count(leg) == 2


async def test_a_recording_is_written_down_once(studio: Studio) -> None:
    leg = await studio.call()
    for status in (UNDER_WAY, COMPLETED, ABSENT):
        await studio.tell(studio.found(leg, status))

    assert await studio.count(leg) == 1


async def test_listening_is_written_down_before_the_sound_is_given_out(studio: Studio) -> None:
    leg = await studio.call()
    await record(studio, leg)
    await studio.work()
    recording = (await list_recordings(institution=studio.session.institution))[0]

    with pytest.raises(plays.NotListening):
        await plays.get_sound(recording.public_id, staff=studio.staff, now=NOW)
    await plays.start_listening(recording.public_id, "Скарга", staff=studio.staff, now=NOW)
    sound = await plays.get_sound(recording.public_id, staff=studio.staff, now=NOW)
    heard = await plays.get_heard(recording.public_id, staff=studio.staff, now=NOW)

    assert await plays.read_sound(studio.storage, sound, 0, 4) == b"RIFF"
    assert [(each.full_name, each.reason, each.played_at) for each in heard.plays] == [
        (studio.staff.full_name, "Скарга", NOW)
    ]
    assert heard.is_open
    later = NOW + plays.LISTENING
    with pytest.raises(plays.NotListening):
        await plays.get_sound(recording.public_id, staff=studio.staff, now=later)
    assert await fetch_value("select count(*) from audit where action = $1", PLAYED) == 1


async def test_one_who_has_not_said_why_does_not_hear_what_another_hears(studio: Studio) -> None:
    leg = await studio.call()
    await record(studio, leg)
    await studio.work()
    recording = (await list_recordings(institution=studio.session.institution))[0]
    await plays.start_listening(recording.public_id, "Скарга", staff=studio.staff, now=NOW)
    colleague = await make_staff(institution=studio.session.institution)
    stranger = await make_staff(institution=(await make_institution()).id)

    with pytest.raises(plays.NotListening):
        await plays.get_sound(recording.public_id, staff=colleague, now=NOW)
    with pytest.raises(NotFound):
        await plays.get_sound(recording.public_id, staff=stranger, now=NOW)
    with pytest.raises(NotFound):
        await plays.start_listening(recording.public_id, "Скарга", staff=stranger, now=NOW)
    assert await plays.list_for_staff(staff=stranger) == []


async def test_what_is_not_in_our_storage_cannot_be_heard(studio: Studio) -> None:
    leg = await studio.call()
    await record(studio, leg)
    recording = (await list_recordings(institution=studio.session.institution))[0]

    with pytest.raises(NoSound):
        await plays.start_listening(recording.public_id, "Скарга", staff=studio.staff, now=NOW)
    assert await fetch_value("select count(*) from recording_play") == 0
