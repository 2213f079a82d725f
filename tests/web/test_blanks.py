"""A page made once holds each reader's own words, escaped, and nobody else's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from hotline_sessions.web.blanks import blank, cut, fill_in


texts = st.text(max_size=40)


def test_blanks_are_filled_in_wherever_they_stand() -> None:
    pattern = cut(f"{blank('name')}, вітаємо: <b>{blank('question')}</b>, {blank('name')}")

    page = fill_in(pattern, {"name": "Марія", "question": "Коли?"})

    assert page == "Марія, вітаємо: <b>Коли?</b>, Марія"


def test_markup_of_a_reader_is_text() -> None:
    page = fill_in(cut(f'<i title="{blank("name")}">'), {"name": '"><script>'})

    assert page == '<i title="&#34;&gt;&lt;script&gt;">'


@given(texts, texts)
def test_what_a_reader_wrote_is_never_taken_for_a_blank(name: str, question: str) -> None:
    pattern = cut(f"{blank('name')}|{blank('question')}")
    own = {"name": blank("question") + name, "question": blank("name") + question}

    assert fill_in(pattern, own) == f"{escape(own['name'])}|{escape(own['question'])}"


def test_a_blank_without_a_text_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        fill_in(cut(blank("name")), {})


def test_a_blank_survives_the_escaping_of_templates() -> None:
    assert cut(str(Markup("<i>%s</i>") % blank("name"))).parts == ("<i>", "name", "</i>")
