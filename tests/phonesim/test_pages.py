import re

import httpx
import pytest
from tests.phonesim.product import FakeProduct
from tests.phonesim.world import configure

from hotline_sessions.phonesim.pages import POLICY
from hotline_sessions.phonesim.play import open_control
from hotline_sessions.phonesim.server import create_phonesim
from hotline_sessions.phonesim.texts import ENGLISH, UKRAINIAN


pytestmark = pytest.mark.anyio


def test_both_languages_have_the_same_texts_with_the_same_places() -> None:
    assert set(UKRAINIAN) == set(ENGLISH)
    for key, text in UKRAINIAN.items():
        assert re.findall(r"\{\w+\}", text) == re.findall(r"\{\w+\}", ENGLISH[key])


@pytest.mark.parametrize(("lang", "title"), [("uk", "Тренажер"), ("en", "Phone simulator")])
async def test_the_page_obeys_its_own_strict_policy(lang: str, title: str) -> None:
    app = create_phonesim(configure(FakeProduct()))
    async with app.lifespan(), open_control(app) as control:
        page = await control.get("/phone", params={"lang": lang})
        assert title in page.text
        assert page.headers["content-security-policy"] == POLICY
        assert " style=" not in page.text
        assert not re.search(r"<script(?![^>]*src=)", page.text)
        assert not re.search(r" on\w+=", page.text)
        for address in re.findall(r'(?:src|href)="(/phone/static/[^"]+)"', page.text):
            assert (await control.get(address)).status_code == 200


async def test_prompts_can_be_had_as_sound() -> None:
    app = create_phonesim(configure(FakeProduct()))
    async with app.lifespan(), open_control(app) as control:
        query = {"text": "Вітаємо", "language": "uk-UA"}
        sound = await control.get("/phone/say.wav", params=query)
        assert sound.content[:4] == b"RIFF"
        assert isinstance(sound, httpx.Response)
