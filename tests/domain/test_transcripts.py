from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.factories import NOW

from hotline_sessions.domain.ids import CallId
from hotline_sessions.domain.transcripts import LONGEST_DRAFT, Sentence, Speaker, draft_words


def make_sentence(sequence: int, words: str, speaker: Speaker = Speaker.CITIZEN) -> Sentence:
    return Sentence(
        call=CallId(1),
        transcription="GT" + "1" * 32,
        sequence=sequence,
        speaker=speaker,
        words=words,
        heard_at=NOW + timedelta(seconds=sequence),
    )


def test_the_draft_is_what_the_citizen_has_said_in_order() -> None:
    heard = [
        make_sentence(4, "вулиця соборна 1"),
        make_sentence(2, "коли полагодять дах?"),
        make_sentence(3, "яка адреса", Speaker.OFFICIAL),
        make_sentence(1, "Добрий день."),
    ]

    assert draft_words(heard) == "Добрий день. Коли полагодять дах? Вулиця соборна 1."


def test_who_was_not_understood_has_an_empty_draft() -> None:
    assert draft_words([]) == ""
    assert draft_words([make_sentence(1, " ")]) == ""


@given(st.lists(st.text(max_size=400), max_size=60))
def test_a_draft_always_fits_into_the_register(spoken: list[str]) -> None:
    draft = draft_words(make_sentence(number, words) for number, words in enumerate(spoken))

    assert len(draft) <= LONGEST_DRAFT
    assert "  " not in draft
