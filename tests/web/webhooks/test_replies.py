import pytest

from hotline_sessions.domain.ids import PublicId
from hotline_sessions.domain.phrases import Phrase
from hotline_sessions.domain.prompts import (
    Alone,
    AskCode,
    AskOfficial,
    AskTail,
    EnterAir,
    Goodbye,
    Hold,
    Host,
    Join,
    Parting,
    Prompt,
    Silence,
    Wait,
)
from hotline_sessions.gateways.twilio.addresses import Addresses
from hotline_sessions.gateways.twilio.twiml import Voices, clean, goodbye
from hotline_sessions.phonesim.grammar import check_document
from hotline_sessions.phonesim.twiml import parse_document
from hotline_sessions.web.webhooks.replies import build_speak


BASE = "https://hotline.example.gov.ua"
LEG = PublicId("leg0000001")
SESSION = PublicId("session001")
HOST = Host(institution="Рівненська ОВА", post="голова", official="Олена Коваль")
SPEAK = build_speak(Addresses(BASE), Voices())
VOICE = 'language="uk-UA" voice="Google.uk-UA-Wavenet-A"'
TAIL = "#rc=5&amp;rp=all&amp;ct=2000&amp;rt=5000&amp;tt=15000"

PROMPTS: list[Prompt] = [
    AskTail(leg=LEG, attempt=1, host=HOST),
    AskCode(leg=LEG, attempt=2),
    Wait(leg=LEG, session=SESSION, visit=0, time_zone="Europe/Kyiv", host=HOST),
    Hold(position=3, minutes=12),
    Hold(position=1, minutes=0),
    Join(leg=LEG, session=SESSION, turn=7, minutes=10, limit_seconds=2400),
    AskOfficial(leg=LEG, attempt=1, host=HOST),
    EnterAir(leg=LEG, session=SESSION, visit=1, limit_seconds=7200),
    Alone(leg=LEG),
    Silence(),
    *(Goodbye(why=why) for why in Parting),
]

NAMES = [f"{number}-{type(prompt).__name__}" for number, prompt in enumerate(PROMPTS)]


@pytest.mark.parametrize("prompt", PROMPTS, ids=NAMES)
def test_every_answer_conforms_to_the_grammar_of_twilio(prompt: Prompt) -> None:
    assert check_document(parse_document(SPEAK(prompt), BASE)) == []


@pytest.mark.parametrize("prompt", PROMPTS, ids=NAMES)
def test_every_address_is_absolute_and_asks_for_retries(prompt: Prompt) -> None:
    for part in SPEAK(prompt).split('"'):
        if "/tw/" in part:
            address = part[part.index("http") :].partition("<")[0]
            assert address.startswith(BASE), part
            assert address.endswith(TAIL), part


def test_a_waiting_caller_is_put_into_the_queue_of_the_session() -> None:
    prompt = Wait(leg=LEG, session=SESSION, visit=2, time_zone="Europe/Kyiv")

    assert SPEAK(prompt) == (
        '<?xml version="1.0" encoding="UTF-8"?><Response>'
        f"<Say {VOICE}>Ви в черзі. Будь ласка, залишайтеся на лінії.</Say>"
        f'<Enqueue action="{BASE}/tw/v1/q/left?leg={LEG}&amp;n=2{TAIL}" method="POST" '
        f'waitUrl="{BASE}/tw/v1/q/wait?leg={LEG}{TAIL}" waitUrlMethod="POST">'
        "s-session001-wait</Enqueue></Response>"
    )


def test_a_citizen_enters_the_conference_under_the_one_label() -> None:
    assert SPEAK(Join(leg=LEG, session=SESSION, turn=7, minutes=10, limit_seconds=2400)) == (
        '<?xml version="1.0" encoding="UTF-8"?><Response>'
        f"<Say {VOICE}>З’єднуємо вас. Час розмови — десять хвилин.</Say>"
        f'<Dial action="{BASE}/tw/v1/air/after?leg={LEG}&amp;t=7{TAIL}" method="POST" '
        'timeLimit="2400"><Conference beep="false" endConferenceOnExit="false" '
        'participantLabel="citizen" startConferenceOnEnter="true" '
        f'statusCallback="{BASE}/tw/v1/conf?s={SESSION}{TAIL}" '
        'statusCallbackEvent="start end join leave" statusCallbackMethod="POST" '
        'waitMethod="POST" waitUrl="">s-session001-air</Conference></Dial></Response>'
    )


def test_official_and_citizen_bring_the_same_callbacks_into_the_conference() -> None:
    """Twilio keeps to what the first participant brought."""
    prompts = (
        Join(leg=LEG, session=SESSION, turn=7, minutes=10, limit_seconds=2400),
        EnterAir(leg=LEG, session=SESSION, visit=1, limit_seconds=7200),
    )
    rooms = [
        parse_document(SPEAK(prompt), BASE).verbs[-1].children[0].attributes for prompt in prompts
    ]
    assert {name: value for name, value in rooms[0].items() if name.startswith("status")} == {
        name: value for name, value in rooms[1].items() if name.startswith("status")
    }


SPOKEN: list[tuple[Prompt, str]] = [
    (
        Hold(position=3, minutes=12),
        "Ваш номер у черзі — третій. Орієнтовний час очікування — дванадцять хвилин.",
    ),
    (
        Hold(position=1, minutes=0),
        "Ваш номер у черзі — перший. Зовсім скоро ми вас з’єднаємо.",
    ),
    (
        AskTail(leg=LEG, attempt=1, host=HOST),
        (
            "Добрий день! Це пряма телефонна лінія. Рівненська ОВА. "
            "На ваші запитання відповідає Олена Коваль, голова. "
            "Якщо ви записані на розмову, введіть або назвіть дві останні цифри свого коду. "
            "Якщо запису немає, натисніть решітку або просто зачекайте."
        ),
    ),
]


@pytest.mark.parametrize(("prompt", "text"), SPOKEN)
def test_prompts_are_spoken_in_ukrainian_words(prompt: Prompt, text: str) -> None:
    document = parse_document(SPEAK(prompt), BASE)
    first = document.verbs[0]
    assert (first.children[0] if first.name == "Gather" else first).text == text


def test_names_cannot_break_the_document() -> None:
    name = Phrase(text='<Hangup/> & "Ковальчук"\x00\x0b\ud800')
    text = goodbye([name], voice=Voices())

    assert parse_document(text, BASE).verbs[0].text == '<Hangup/> & "Ковальчук"'
    assert clean("а\x00б") == "а б"
