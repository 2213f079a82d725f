"""Who may hear, says why; then hears, in parts if wanted; and everybody sees who has heard."""

import pytest
from tests.factories import NOW, make_institution
from tests.services.recorded import SOUND, Studio, make_studio
from tests.web.pages.desk.conftest import Browser, Office

from hotline_sessions.domain.access import Role
from hotline_sessions.domain.recordings import SoundStatus
from hotline_sessions.services.recording_plays import CHUNK, LISTENING
from hotline_sessions.store.engine import fetch_value
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.recordings import list_recordings


pytestmark = pytest.mark.anyio

REASON = "Перевірка скарги № 12"


class Room:
    """A recording that can be heard, and the office of its institution."""

    def __init__(self, studio: Studio, office: Office, address: str) -> None:
        self.studio = studio
        self.office = office
        self.at = address

    async def enter(self, *roles: Role) -> Browser:
        """Somebody of the same institution."""
        return await self.office.enter(*roles)


@pytest.fixture
async def room(database: str) -> Room:
    del database
    studio = await make_studio()
    leg = await studio.call()
    found = studio.found(leg)
    studio.recorder.add(found, SOUND * 60)
    await studio.tell(studio.found(leg, SoundStatus.UNDER_WAY))
    await studio.tell(found)
    await studio.work()
    recording = (await list_recordings(institution=studio.session.institution))[0]
    office = Office(await get_institution(studio.session.institution), studio.clock)
    office.app.state.storage = studio.storage
    return Room(studio, office, f"/staff/recordings/{recording.public_id}")


async def test_the_player_appears_after_the_reason_was_written_down(room: Room) -> None:
    browser = await room.enter(Role.OPERATOR)
    before = await browser.get(room.at)
    silent = await browser.get(f"{room.at}/sound")

    empty = await browser.post(f"{room.at}/listen", reason="")
    done = await browser.post(f"{room.at}/listen", reason=REASON)
    after = await browser.get(room.at)

    assert "<audio" not in before.text
    assert silent.status_code == 409
    assert empty.status_code == 422
    assert "Напишіть, навіщо слухаєте" in empty.text
    assert done.status_code == 303
    assert f'src="{room.at}/sound"' in after.text
    assert REASON in after.text
    assert browser.staff.full_name in after.text
    assert await fetch_value("select count(*) from recording_play") == 1


async def test_the_sound_is_given_out_whole_and_kept_by_no_cache(room: Room) -> None:
    browser = await room.enter(Role.MANAGER)
    await browser.post(f"{room.at}/listen", reason=REASON)

    sound = await browser.get(f"{room.at}/sound")

    assert sound.status_code == 200
    assert sound.content == SOUND * 60
    assert len(sound.content) > 2 * CHUNK
    assert sound.headers["content-type"] == "audio/wav"
    assert sound.headers["cache-control"] == "no-store"
    assert sound.headers["accept-ranges"] == "bytes"
    assert sound.headers["content-length"] == str(len(sound.content))
    assert sound.headers["content-disposition"].startswith('inline; filename="recording-')
    assert "media-src 'self'" in sound.headers["content-security-policy"]


async def test_a_player_gets_the_part_it_asks_for(room: Room) -> None:
    browser = await room.enter(Role.CLERK)
    await browser.post(f"{room.at}/listen", reason=REASON)
    size = len(SOUND * 60)

    middle = await browser.get(f"{room.at}/sound", range=f"bytes=100-{CHUNK + 200}")
    tail = await browser.get(f"{room.at}/sound", range="bytes=-7")
    behind = await browser.get(f"{room.at}/sound", range=f"bytes={size}-")

    assert (middle.status_code, tail.status_code, behind.status_code) == (206, 206, 416)
    assert middle.content == (SOUND * 60)[100 : CHUNK + 201]
    assert middle.headers["content-range"] == f"bytes 100-{CHUNK + 200}/{size}"
    assert tail.content == (SOUND * 60)[-7:]
    assert behind.headers["content-range"] == f"bytes */{size}"


async def test_after_a_while_the_reason_is_asked_for_again(room: Room) -> None:
    browser = await room.enter(Role.OPERATOR)
    await browser.post(f"{room.at}/listen", reason=REASON)
    room.studio.clock.set(NOW + LISTENING)

    assert (await browser.get(f"{room.at}/sound")).status_code == 409
    assert "<audio" not in (await browser.get(room.at)).text


async def test_one_colleague_does_not_hear_by_the_reason_of_another(room: Room) -> None:
    first, second = await room.enter(Role.OPERATOR), await room.enter(Role.OPERATOR)
    await first.post(f"{room.at}/listen", reason=REASON)

    assert (await second.get(f"{room.at}/sound")).status_code == 409
    assert REASON in (await second.get(room.at)).text


@pytest.mark.parametrize("role", [Role.ADMIN, Role.COMMUNICATIONS])
async def test_who_has_nothing_to_do_with_questions_hears_nothing(room: Room, role: Role) -> None:
    browser = await room.enter(role)

    for path in ("/staff/recordings", room.at, f"{room.at}/sound"):
        assert (await browser.get(path)).status_code == 403, path
    assert (await browser.post(f"{room.at}/listen", reason=REASON)).status_code == 403


async def test_another_institution_finds_nothing(room: Room) -> None:
    browser = await room.office.enter(home=await make_institution())

    for path in (room.at, f"{room.at}/sound"):
        assert (await browser.get(path)).status_code == 404, path
    assert (await browser.post(f"{room.at}/listen", reason=REASON)).status_code == 404
    assert "Записів немає" in (await browser.get("/staff/recordings")).text


async def test_who_is_not_signed_in_is_led_to_the_sign_in(room: Room) -> None:
    async with room.office.stranger() as stranger:
        for path in (room.at, f"{room.at}/sound"):
            assert (await stranger.get(path)).status_code == 303


async def test_the_list_says_what_became_of_each_recording(room: Room) -> None:
    refused = await room.studio.call()
    await room.studio.tell(room.studio.found(refused, SoundStatus.ABSENT))
    browser = await room.enter(Role.OPERATOR)

    ukrainian = (await browser.get("/staff/recordings")).text
    english = (await browser.get("/en/staff/recordings")).text

    for words in ("Запис розмови", "можна слухати", "нічого не сказано", "1:35", "23 грудня 2026"):
        assert words in ukrainian, words
    assert "can be heard" in english
    assert room.at in ukrainian


async def test_a_storage_that_is_down_is_told_and_not_heard(room: Room) -> None:
    browser = await room.enter(Role.OPERATOR)
    await browser.post(f"{room.at}/listen", reason=REASON)
    room.studio.storage.is_down = True

    assert (await browser.get(f"{room.at}/sound")).status_code == 409
