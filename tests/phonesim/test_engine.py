import pytest
from tests.phonesim.product import respond
from tests.phonesim.world import HOTLINE, OFFICIAL, OLENA, TARAS, World, open_world

from hotline_sessions.phonesim.conferences import set_hold
from hotline_sessions.phonesim.config import Switches
from hotline_sessions.phonesim.engine import CannotDo
from hotline_sessions.phonesim.legs import CallStatus, Goto, StatusCallback
from hotline_sessions.phonesim.rooms import Conference


pytestmark = pytest.mark.anyio

ROOM = (
    '<Dial action="/after" timeLimit="600"><Conference participantLabel="{label}" beep="false"'
    ' statusCallback="/conf" statusCallbackEvent="start end join leave hold mute">s-1-air'
    "</Conference></Dial>"
)
QUEUE = '<Enqueue waitUrl="/wait" action="/left" method="POST">s-1-wait</Enqueue>'

JOIN_ONLY = '<Dial><Conference statusCallback="{}" statusCallbackEvent="join">c</Conference></Dial>'


def room(label: str) -> str:
    return ROOM.format(label=label)


async def bring_on_air(world: World) -> None:
    world.product.answer("/in", QUEUE)
    world.product.answer("/wait", "<Play>/hold-25s.mp3</Play>")
    world.product.answer("/citizen", room("citizen"))
    world.product.answer("/official", room("official"))
    official = await world.dial(OFFICIAL, 2)
    citizen = await world.dial(OLENA, 2)
    await world.engine.redirect(official, Goto(url=world.product.url("/official")))
    await world.engine.redirect(citizen, Goto(url=world.product.url("/citizen")))
    await world.clock.advance(2)


def only_room(world: World) -> Conference:
    return next(iter(world.carrier.conferences.values()))


async def test_a_call_speaks_its_document_and_ends_with_it() -> None:
    async with open_world() as world:
        world.product.answer("/in", '<Say language="uk-UA">Вітаємо на лінії</Say>')
        leg = await world.dial(OLENA, 30)
        assert world.heard(OLENA) == ["Вітаємо на лінії"]
        assert leg.status is CallStatus.COMPLETED
        first = world.product.asked("/in")[0]
        assert (first["CallStatus"], first["Direction"]) == ("ringing", "inbound")
        assert (first["From"], first["To"], first["FromCountry"]) == (OLENA, HOTLINE, "UA")
        assert world.product.events("/status", "CallStatus") == ["completed"]


async def test_keys_pressed_during_the_prompt_break_it_off() -> None:
    async with open_world() as world:
        world.product.answer(
            "/in",
            '<Gather numDigits="2" action="/code?n=1"><Say>' + "довго " * 50 + "</Say></Gather>",
        )
        world.product.answer("/code", "<Say>Дякуємо</Say>")
        await world.dial(OLENA)
        await world.press(OLENA, "42")
        assert world.product.asked("/code")[0]["Digits"] == "42"
        assert world.heard(OLENA)[-1] == "Дякуємо"


@pytest.mark.parametrize(
    ("attributes", "keys", "digits"),
    [
        ('finishOnKey="#"', "123#", "123"),
        ('finishOnKey=""', "12#", "12#"),
        ('finishOnKey="*" numDigits="4"', "12*", "12"),
        ('timeout="3"', "7", "7"),
    ],
)
async def test_gather_ends_by_its_key_its_length_or_its_timeout(
    attributes: str, keys: str, digits: str
) -> None:
    async with open_world() as world:
        world.product.answer("/in", f'<Gather {attributes} action="/code"/>', "<Say>нічого</Say>")
        await world.dial(OLENA)
        await world.press(OLENA, keys, 8)
        assert [fields["Digits"] for fields in world.product.asked("/code")] == [digits]


@pytest.mark.parametrize(("flag", "asked"), [("false", 0), ("true", 1)])
async def test_silence_goes_on_unless_an_empty_result_is_wanted(flag: str, asked: int) -> None:
    async with open_world() as world:
        gather = f'<Gather timeout="2" actionOnEmptyResult="{flag}" action="/code"/>'
        world.product.answer("/in", gather, "<Say>далі</Say>")
        await world.dial(OLENA, 10)
        assert len(world.product.asked("/code")) == asked
        assert ("далі" in world.heard(OLENA)) is (not asked)


async def test_words_become_a_speech_result() -> None:
    async with open_world() as world:
        world.product.answer(
            "/in", '<Gather input="dtmf speech" speechTimeout="2" action="/said"/>'
        )
        await world.dial(OLENA)
        world.engine.say(world.phone(OLENA), "чотири два")
        await world.clock.advance(5)
        said = world.product.asked("/said")[0]
        assert said["SpeechResult"] == "чотири два"
        assert "Confidence" in said


async def test_a_recording_ends_with_silence_and_reports_its_status() -> None:
    async with open_world() as world:
        record = (
            '<Record maxLength="60" timeout="3" action="/recorded"'
            ' recordingStatusCallback="/rec" recordingStatusCallbackEvent="completed absent"/>'
        )
        world.product.answer("/in", record)
        world.product.answer("/recorded", "<Hangup/>")
        await world.dial(OLENA)
        world.engine.say(world.phone(OLENA), "Коли полагодять дорогу?")
        await world.clock.advance(20)
        done = world.product.asked("/recorded")[0]
        assert done["RecordingSid"].startswith("RE")
        assert int(done["RecordingDuration"]) > 1
        assert world.product.events("/rec", "RecordingStatus") == ["completed"]


async def test_a_waiting_caller_hears_his_place_again_and_again() -> None:
    async with open_world() as world:
        world.product.answer("/in", QUEUE)
        world.product.decide(
            "/wait",
            lambda fields: respond(f"<Say>Ви {fields['QueuePosition']}</Say><Pause length='9'/>"),
        )
        await world.dial(OLENA, 1)
        await world.dial(TARAS, 25)
        assert world.look(TARAS).state == "waiting"
        assert len(world.heard(OLENA)) >= 3
        assert set(world.heard(TARAS)) == {"Ви 2"}
        await world.engine.hang_up(world.phone(OLENA))
        await world.clock.advance(12)
        assert world.heard(TARAS)[-1] == "Ви 1"
        assert world.product.events("/left", "QueueResult") == ["hangup"]


async def test_leave_takes_the_caller_out_to_the_action() -> None:
    async with open_world() as world:
        world.product.answer("/in", QUEUE)
        world.product.answer("/wait", '<Gather numDigits="1" timeout="5" action="/key"/>')
        world.product.answer("/key", "<Leave/>")
        world.product.answer("/left", "<Say>До побачення</Say>")
        await world.dial(OLENA)
        await world.press(OLENA, "9", 2)
        left = world.product.asked("/left")[0]
        assert (left["QueueResult"], left["CallStatus"]) == ("leave", "in-progress")
        assert world.heard(OLENA) == ["До побачення"]


async def test_moving_a_caller_on_air_also_asks_the_queue_action_in_vain() -> None:
    async with open_world() as world:
        world.product.answer("/left", "<Say>привид</Say><Hangup/>")
        await bring_on_air(world)
        assert world.look(OLENA).state == "on-air"
        assert world.look(OLENA).company == ["Посадовець"]
        assert set(world.product.events("/left", "QueueResult")) == {"redirected"}
        assert "привид" not in world.heard(OLENA)
        assert world.product.events("/conf") == [
            "participant-join",
            "participant-join",
            "conference-start",
        ]


async def test_moving_a_caller_off_air_asks_the_dial_action_and_ignores_its_answer() -> None:
    async with open_world() as world:
        await bring_on_air(world)
        world.product.answer("/after", "<Say>привид</Say>")
        world.product.answer("/bye", "<Say>На все добре</Say>")
        leg = world.carrier.legs[world.phone(OLENA).call_sid]
        await world.engine.redirect(leg, Goto(url=world.product.url("/bye")))
        await world.clock.advance(10)
        assert world.product.events("/after", "DialCallStatus") == ["answered"]
        assert world.heard(OLENA) == ["На все добре"]
        leave = world.product.asked("/conf")[-1]
        assert leave["StatusCallbackEvent"] == "participant-leave"
        assert leave["ReasonParticipantLeft"] == "participant_updated_via_api"
        assert leave["ParticipantLabel"] == "citizen"
        assert world.look(OFFICIAL).state == "lobby"


async def test_without_an_action_the_redirect_after_dial_is_asked_in_vain() -> None:
    async with open_world() as world:
        bare = "<Dial><Conference>c</Conference></Dial><Redirect>/next</Redirect>"
        world.product.answer("/in", bare)
        world.product.answer("/next", "<Say>привид</Say>")
        world.product.answer("/new", "<Pause length='60'/>")
        leg = await world.dial(OLENA)
        await world.engine.redirect(leg, Goto(url=world.product.url("/new")))
        await world.clock.advance(5)
        assert len(world.product.asked("/next")) == 1
        assert world.heard(OLENA) == []


@pytest.mark.parametrize("way", ["action", "next"])
async def test_a_second_citizen_is_refused_and_goes_on(way: str) -> None:
    async with open_world(Switches(label_clash_goes_to=way)) as world:
        await bring_on_air(world)
        world.product.answer("/in", room("citizen"), "<Say>далі</Say>")
        world.product.answer("/after", "<Say>після</Say>")
        await world.dial(TARAS, 2)
        assert 16025 in world.codes()
        assert world.heard(TARAS) == ["після" if way == "action" else "далі"]
        assert [p.label for p in only_room(world).participants] == ["official", "citizen"]


async def test_people_in_a_room_hear_each_other_but_not_who_is_on_hold() -> None:
    async with open_world() as world:
        await bring_on_air(world)
        world.engine.say(world.phone(OLENA), "Добрий день")
        assert world.heard(OFFICIAL) == ["Добрий день"]
        conference = only_room(world)
        official = conference.find("official")
        assert official is not None
        world.product.answer("/hold", "<Say>Зачекайте</Say><Pause length='10'/>")
        music = Goto(url=world.product.url("/hold"), method="GET")
        set_hold(world.simulator.stage, conference, official, hold=True, music=music)
        await world.clock.advance(3)
        world.engine.say(world.phone(OLENA), "Алло")
        assert world.heard(OFFICIAL) == ["Добрий день", "Зачекайте"]
        assert world.look(OFFICIAL).state == "held"
        set_hold(world.simulator.stage, conference, official, hold=False, music=Goto(url=""))
        await world.clock.advance(30)
        assert world.heard(OFFICIAL) == ["Добрий день", "Зачекайте"]
        events = world.product.events("/conf")
        assert events[-2:] == ["participant-hold", "participant-unhold"]


async def test_the_first_participant_fixes_the_callback() -> None:
    async with open_world() as world:
        world.product.answer(
            "/in",
            JOIN_ONLY.format("/first"),
        )
        await world.dial(OLENA)
        world.product.answer(
            "/in",
            JOIN_ONLY.format("/second"),
        )
        await world.dial(TARAS)
        assert len(world.product.asked("/first")) == 2
        assert world.product.asked("/second") == []


async def test_the_last_one_to_leave_ends_the_conference() -> None:
    async with open_world() as world:
        await bring_on_air(world)
        await world.engine.hang_up(world.phone(OLENA))
        await world.engine.hang_up(world.phone(OFFICIAL))
        await world.clock.advance(1)
        asked = world.product.asked("/conf")
        assert [f["StatusCallbackEvent"] for f in asked][-3:] == [
            "participant-leave",
            "participant-leave",
            "conference-end",
        ]
        assert asked[-2]["ReasonParticipantLeft"] == "participant_hung_up"
        assert [int(f["SequenceNumber"]) for f in asked] == list(range(1, len(asked) + 1))
        assert world.product.events("/after", "CallStatus") == ["completed", "completed"]


async def test_star_leads_out_of_the_room_and_the_time_limit_too() -> None:
    async with open_world() as world:
        dial = (
            '<Dial action="/menu" hangupOnStar="true" timeLimit="30">'
            "<Conference>c</Conference></Dial>"
        )
        world.product.answer("/in", dial)
        world.product.answer("/menu", "<Say>Меню</Say>", dial)
        await world.dial(OLENA)
        await world.press(OLENA, "1*", 3)
        assert world.heard(OLENA) == ["Меню"]
        await world.clock.advance(33)
        assert world.heard(OLENA) == ["Меню", "Меню"]


async def test_an_outbound_call_reports_its_progress_in_order() -> None:
    async with open_world() as world:
        world.product.answer("/out", "<Say>Вас вітають</Say>")
        leg = world.engine.new_outbound(HOTLINE, OLENA)
        leg.voice = Goto(url=world.product.url("/out"))
        events = frozenset({"initiated", "ringing", "answered", "completed"})
        leg.callback = StatusCallback(url=world.product.url("/progress"), events=events)
        world.engine.place_call(leg)
        await world.clock.advance(3)
        assert world.look(OLENA).state == "ringing"
        world.engine.pick_up(world.phone(OLENA), answer=True)
        await world.clock.advance(10)
        asked = world.product.asked("/progress")
        statuses = ["initiated", "ringing", "in-progress", "completed"]
        assert [f["CallStatus"] for f in asked] == statuses
        assert [f["SequenceNumber"] for f in asked] == ["0", "1", "2", "3"]
        assert int(asked[-1]["CallDuration"]) >= 1
        assert asked[0]["Timestamp"].endswith("+0000")


@pytest.mark.parametrize(("answer", "status"), [(False, "busy"), (None, "no-answer")])
async def test_an_outbound_call_that_nobody_takes(
    answer: bool | None,  # noqa: FBT001 - a case
    status: str,
) -> None:
    async with open_world() as world:
        leg = world.engine.new_outbound(HOTLINE, OLENA)
        leg.ring_seconds = 25
        leg.callback = StatusCallback(url=world.product.url("/progress"))
        world.engine.place_call(leg)
        await world.clock.advance(2)
        if answer is not None:
            world.engine.pick_up(world.phone(OLENA), answer=answer)
        await world.clock.advance(31)
        assert world.product.events("/progress", "CallStatus") == [status]
        assert world.look(OLENA).state == "idle"


async def test_reject_leaves_a_call_unanswered() -> None:
    async with open_world() as world:
        world.product.answer("/in", '<Reject reason="busy"/>')
        leg = await world.dial(OLENA)
        assert (leg.status, leg.answered_at) == (CallStatus.BUSY, None)


@pytest.mark.parametrize(
    ("document", "code"),
    [("<Response><Pay/></Response>", 12200), ("не документ", 12100), ("<Answer/>", 12100)],
)
async def test_what_cannot_be_played_ends_the_call_with_a_complaint(
    document: str, code: int
) -> None:
    async with open_world() as world:
        world.product.documents["/in"] = document
        leg = await world.dial(OLENA, 5)
        assert code in world.codes()
        assert leg.is_ended


async def test_the_grammar_finds_a_misplaced_attribute_but_the_call_goes_on() -> None:
    async with open_world() as world:
        world.product.answer("/in", '<Say statusCallbackEvent="x" language="uk-UA">Так</Say>')
        await world.dial(OLENA, 5)
        assert world.codes() == [12200]
        assert world.heard(OLENA) == ["Так"]


async def test_the_call_limit_ends_a_talk() -> None:
    async with open_world() as world:
        world.product.answer("/in", "<Pause length='3'/><Say>а</Say><Pause length='900'/>")
        leg = await world.dial(OLENA)
        leg.time_limit = 60
        await world.clock.advance(1)
        await world.clock.advance(70)
        assert leg.is_ended


async def test_a_telephone_refuses_what_it_cannot_do() -> None:
    async with open_world() as world:
        world.product.answer("/in", "<Pause length='60'/>")
        phone = world.phone(OLENA)
        with pytest.raises(CannotDo, match="no-call"):
            world.engine.press(phone, "1")
        with pytest.raises(CannotDo, match="no-such-number"):
            world.engine.dial(phone, "+380800999999")
        await world.dial(OLENA)
        with pytest.raises(CannotDo, match="busy"):
            world.engine.dial(phone, HOTLINE)


async def test_a_waiting_caller_survives_a_product_that_is_down() -> None:
    async with open_world() as world:
        world.product.answer("/in", QUEUE)
        world.product.answer("/wait", "<Say>Зачекайте</Say><Pause length='5'/>")
        world.product.failures["/wait"] = [503] * 20
        await world.dial(OLENA, 40)
        assert world.look(OLENA).state == "waiting"
        assert "Зачекайте" in world.heard(OLENA)
        assert 11200 in world.codes()
