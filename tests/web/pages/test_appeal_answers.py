"""What the author does with the answer: rates it, disagrees with it, takes the data along."""

import httpx
import pytest
from tests.factories import NOW, make_appeal, make_institution, make_staff

from hotline_sessions.domain.access import Staff
from hotline_sessions.services.appeals import Registered
from hotline_sessions.services.appeals import answer as give_answer
from hotline_sessions.store.engine import fetch_rows


pytestmark = pytest.mark.anyio


async def make_followed(
    client: httpx.AsyncClient, *, answered: bool = True
) -> tuple[str, Registered, Staff]:
    home = await make_institution()
    staff = await make_staff(institution=home.id)
    made = await make_appeal(staff=staff)
    if answered:
        text = "Субсидію нараховано, її виплатять 30 листопада."
        await give_answer(made.appeal.public_id, text, result="9.1", staff=staff, now=NOW)
    found = await client.post(
        "/appeals", data={"number": made.appeal.register_index, "code": made.code}
    )
    return found.headers["location"], made, staff


async def test_an_answer_is_rated_and_the_rating_can_be_changed(client: httpx.AsyncClient) -> None:
    place, made, _ = await make_followed(client)

    empty = await client.post(f"{place}/rating", data={"words": "Дякую"})
    first = await client.post(f"{place}/rating", data={"score": "2", "words": "Дах досі тече"})
    for _ in range(2):
        await client.post(f"{place}/rating", data={"score": "4"})
    shown = await client.get(place)

    rows = await fetch_rows("select score, words from appeal_rating")
    steps = await fetch_rows(
        "select action, facts from appeal_step where appeal = $1 order by place", made.appeal.id
    )
    assert empty.status_code == 422
    assert "Оберіть, наскільки відповідь" in empty.text
    assert "Дякую" in empty.text
    assert first.status_code == 303
    assert [tuple(row) for row in rows] == [(4, "")]
    assert 'value="4" checked' in shown.text
    assert [row["action"] for row in steps].count("appeal_rated") == 2
    assert "Дах" not in str([row["facts"] for row in steps])


@pytest.mark.parametrize("score", ["0", "6", "п’ять", "9" * 30])
async def test_a_rating_is_from_one_to_five(client: httpx.AsyncClient, score: str) -> None:
    place, _, _ = await make_followed(client)

    refused = await client.post(f"{place}/rating", data={"score": score})

    assert refused.status_code == 422
    assert "Оберіть, наскільки відповідь" in refused.text
    assert await fetch_rows("select from appeal_rating") == []


async def test_without_an_answer_there_is_nothing_to_rate_or_to_dispute(
    client: httpx.AsyncClient,
) -> None:
    place, _, _ = await make_followed(client, answered=False)

    shown = await client.get(place)
    rated = await client.post(f"{place}/rating", data={"score": "5"})
    asked = await client.get(f"{place}/dispute")
    filed = await client.post(f"{place}/dispute", data={"question": "Дах досі тече."})

    assert "Оцініть відповідь" not in shown.text
    assert [each.status_code for each in (rated, asked, filed)] == [409, 409, 409]
    assert len(await fetch_rows("select from appeal")) == 1


async def test_who_disagrees_gets_a_repeated_appeal_linked_to_the_first_and_only_one(
    client: httpx.AsyncClient,
) -> None:
    place, made, _ = await make_followed(client)

    short = await client.post(f"{place}/dispute", data={"question": "Ні"})
    filed = await client.post(f"{place}/dispute", data={"question": "Дах досі тече."})
    again = await client.post(f"{place}/dispute", data={"question": "Дах тече й далі."})
    shown = await client.get(f"{place}/dispute")

    rows = await fetch_rows(
        """select a.register_index, a.surname, a.question, l.kind, l.earlier, l.confirmed_by
             from appeal a left join appeal_link l on l.appeal = a.id order by a.id"""
    )
    assert short.status_code == 422
    assert (filed.status_code, again.status_code) == (303, 303)
    assert [row["register_index"] for row in rows] == ["К-1-2026", "К-2-2026"]
    assert rows[1]["question"] == "Дах досі тече."
    assert rows[1]["surname"] == made.appeal.surname
    assert (rows[1]["kind"], rows[1]["earlier"]) == ("repeated", made.appeal.id)
    assert rows[1]["confirmed_by"] is None
    assert "К-2-2026" in shown.text
    assert "Ваш код" in shown.text
