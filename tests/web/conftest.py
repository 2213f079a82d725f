from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

import pytest
from litestar import Litestar, MediaType, Request, Response, get, post
from litestar.datastructures import State
from litestar.params import FromPath
from litestar.testing import TestClient
from msgspec import Meta, Struct

from hotline_sessions.domain import phones
from hotline_sessions.domain.errors import Conflict, TooLate, TooMany
from hotline_sessions.domain.times import Window
from hotline_sessions.web.dependencies import DEPENDENCIES
from hotline_sessions.web.forms import Mistakes, parse_form, read_form, with_mistakes
from hotline_sessions.web.locale import both_languages, locale_of
from hotline_sessions.web.routes import list_routes
from hotline_sessions.web.security import check_csrf, csrf_token
from hotline_sessions.web.shell import create_web
from hotline_sessions.web.templating import load_environments, page_context


AnyRequest = Request[Any, Any, State]

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
SECRET = "s" * 32
SESSION_TOKEN = "session-of-olena"

SAMPLE = """
{% extends layout %}
{% from "components/desk.html" import desk_column, queue_item %}
{% from "components/layout.html" import clock_since, empty_state, facts, panel, scroll_region,
   timeline %}
{% from "components/phones.html" import big_phone %}
{% from "components/sessions.html" import day_heading, session_card, slot_radios %}
{% from "components/tags.html" import session_tag, tag %}
{% from "govuk_frontend_jinja/components/button/macro.html" import govukButton %}
{% from "govuk_frontend_jinja/components/input/macro.html" import govukInput %}
{% block title %}Проба{% endblock %}
{% block content %}
<h1 class="govuk-heading-l">Проба</h1>
{{ big_phone('+380800505050', 'Гаряча лінія', 'Безкоштовно') }}
{{ day_heading(day, 'сьогодні') }}
{{ session_card('/s/1', 'Субсидії', 'Олена Коваленко', 'начальниця', window, 'live', 5, 12) }}
{{ session_card('/s/2', 'Дороги', 'Євген Щур', none, window, 'published', 0, 12) }}
<form method="post" novalidate>
  {{ govukInput({'id': 'phone', 'name': 'phone', 'type': 'tel', 'autocomplete': 'tel',
    'label': {'text': 'Телефон'}, 'value': form.value('phone'),
    'errorMessage': form.error('phone')}) }}
  {{ govukInput({'id': 'name', 'name': 'name', 'autocomplete': 'name', 'label': {'text': 'Ім’я'},
    'value': form.value('name'), 'errorMessage': form.error('name')}) }}
  {{ slot_radios('slot', 'Час', [(1, '10:00–10:10', 'найближчий'), (2, '10:15–10:25', none)],
    form.value('slot'), form.error('slot')) }}
  {{ govukButton({'text': 'Далі', 'preventDoubleClick': true}) }}
</form>
{{ timeline([{'title': 'Зареєстровано', 'when': '24 листопада', 'text': none, 'state': 'done'},
  {'title': 'Відповідь', 'when': none, 'text': 'строк', 'state': 'next'}]) }}
{% call empty_state('Вільного часу немає') %}<a class="govuk-link" href="/">Інші</a>{% endcall %}
{% call panel('Підсумок', 'accent', id='sum') %}{{ facts([('День', 'вівторок')]) }}{% endcall %}
{% call scroll_region('Розклад') %}<table class="govuk-table"><tr>
  {% for i in range(30) %}<td class="govuk-table__cell">слово{{ i }}</td>{% endfor %}
</tr></table>{% endcall %}
<div class="hs-desk">
  {% call desk_column('air', 'В ефірі') %}{{ clock_since(now, 'Триває') }}{% endcall %}
  {% call desk_column('next', 'Наступний') %}<p>Петро</p>{% endcall %}
  {% call desk_column('waiting', 'Чекають', 2) %}
    <ol class="hs-queue">{{ queue_item(1, 'Галина', tag('записана', 'blue'), 'на 10:20') }}</ol>
  {% endcall %}
</div>
{{ session_tag('cancelled') }}
{% endblock %}
"""


class TakeSlot(Struct, frozen=True, kw_only=True):
    phone: str
    name: Annotated[str, Meta(max_length=20)]
    slot: int


def show(request: AnyRequest, layout: str, status: int = 200, **context: object) -> Response[str]:
    environment = load_environments()[locale_of(request)]
    values = page_context(
        request,
        layout=layout,
        now=NOW,
        day=date(2026, 11, 24),
        window=Window(starts_at=NOW, ends_at=NOW + timedelta(hours=2)),
        help_phone="+380800505050",
        **context,
    )
    text = environment.from_string(SAMPLE).render(values)
    return Response(text, media_type=MediaType.HTML, status_code=status)


@get("/sample", sync_to_thread=False)
def show_sample(request: AnyRequest) -> Response[str]:
    return show(request, "base.html")


@post("/sample", status_code=200)
async def take_sample(request: AnyRequest) -> Response[str]:
    form = await read_form(request)
    taken = parse_form(TakeSlot, form, {"phone": phones.parse_mobile})
    if isinstance(taken, Mistakes):
        return show(request, "base.html", 422, form=with_mistakes(request, form, taken, {}))
    return Response(taken.phone, media_type=MediaType.TEXT)


@get("/staff/sample", sync_to_thread=False)
def show_staff(request: AnyRequest) -> Response[str]:
    request.state.csrf_token = csrf_token(SESSION_TOKEN, SECRET)
    return show(request, "staff.html")


@post("/staff/sample")
async def take_staff(request: AnyRequest) -> str:
    await check_csrf(request, SESSION_TOKEN, SECRET)
    return (await read_form(request)).get("topic")


@post("/machine", opt={"cross_site": True})
async def take_machine(request: AnyRequest) -> str:
    return (await read_form(request)).get("CallSid")


@post("/json")
async def take_json(request: AnyRequest) -> str:
    await request.json()
    return "read"


@get("/link", opt={"page_class": "personal"}, sync_to_thread=False)
def show_link() -> str:
    return "signed"


@get("/refuse/{kind:str}", sync_to_thread=False)
def refuse(kind: FromPath[str]) -> None:
    if kind == "many":
        raise TooMany(retry_after=30)
    raise {"late": TooLate, "conflict": Conflict}[kind]


@get("/bug", sync_to_thread=False)
def break_down() -> None:
    raise RuntimeError("Олена Коваленко +380501234567")


HANDLERS = [
    show_sample, take_sample, show_staff, take_staff, take_machine, take_json, show_link, refuse,
    break_down,
]  # fmt: skip


@pytest.fixture(scope="session")
def web() -> Litestar:
    routes = [*list_routes(), *both_languages(HANDLERS)]
    return create_web(routes, public_base_url="https://lines.example", dependencies=DEPENDENCIES)


@pytest.fixture
def client(web: Litestar) -> Iterator[TestClient[Litestar]]:
    with TestClient(web, base_url="https://lines.example") as client:
        client.headers["accept"] = "text/html"
        yield client
