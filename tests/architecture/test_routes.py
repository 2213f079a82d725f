"""Every route is behind a guard, or is named here as one that everybody may enter."""

import pytest
from litestar import Litestar, get
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from hotline_sessions.app import create_app
from hotline_sessions.gateways.twilio.addresses import PREFIX
from hotline_sessions.settings import Settings
from hotline_sessions.web.guards import require_staff


PUBLIC = {
    "/",
    "/s/{public_id:str}",
    "/sessions/{public_id:str}",
    "/sessions/{public_id:str}/calendar.ics",
    "/widget",
    "/widget/fragment",
    "/sessions/{public_id:str}/free.json",
    "/sessions/{public_id:str}/book",
    "/sessions/{public_id:str}/code",
    "/sessions/{public_id:str}/code/again",
    "/sessions/{public_id:str}/slot",
    "/sessions/{public_id:str}/draw",
    "/sessions/{public_id:str}/draw.json",
    "/sessions/{public_id:str}/draw/register",
    "/sessions/{public_id:str}/draw/mine",
    "/draws/{token:str}",
    "/draws/{token:str}/withdraw",
    "/appeals/{token:str}/dispute",
    "/appeals/{token:str}/rating",
    "/bookings",
    "/bookings/{token:str}",
    "/bookings/{token:str}/appeal",
    "/bookings/{token:str}/cancel",
    "/bookings/{token:str}/calendar.ics",
    "/bookings/{token:str}/choice",
    "/bookings/{token:str}/subscription",
    "/bookings/{token:str}/subscription/end",
    "/my/{name:str}/calendar.ics",
    "/bookings/{token:str}/move",
    "/bookings/{token:str}/question",
    "/bookings/{token:str}/slip.pdf",
    "/bookings/{token:str}/earlier",
    "/sessions/{public_id:str}/wait",
    "/waiting/{token:str}",
    "/waiting/{token:str}/leave",
    "/o/{name:str}",
    "/o/{name:str}/decline",
    "/appeals",
    "/appeals/{token:str}",
    "/appeals/{token:str}/messages",
    "/appeals/{token:str}/address",
    "/appeals/{token:str}/address/code",
    "/appeals/{token:str}/data",
    "/appeals/{token:str}/letter/{form:str}",
    "/appeals/{token:str}/files/{paper:str}",
    "/deadlines",
    "/subscribe",
    "/subscribe/letters",
    "/subscribe/letters/{token:str}",
    "/subscribe/letters/{token:str}/end",
    "/lines/{number:str}",
    "/sessions.rss",
    "/sessions.atom",
    "/sessions.json",
    "/official/{token:str}",
    "/official/{token:str}/panels",
    "/official/{token:str}/events",
    "/official/{token:str}/softphone",
    "/official/{token:str}/end",
    "/official/{token:str}/note",
    "/official/{token:str}/attendance",
    "/official/{token:str}/promises",
    "/official/{token:str}/promises/{promise:str}",
    "/official/{token:str}/briefing",
    "/official/{token:str}/briefing.pdf",
    "/accessibility",
    "/privacy",
    "/calendar.ics",
    "/staff/sign-in",
    "/healthz",
    "/readyz",
    "/assets/{file_path:path}",
    "/voice/{language:str}/{name:str}",
    "/api/v1/openapi.json",
    "/open311/v2/services.json",
    "/open311/v2/services.xml",
    "/open311/v2/requests.json",
    "/open311/v2/requests.xml",
    "/open311/v2/requests/{name:str}",
}
"""Addresses for citizens and machines; what is personal is behind a token or a proven phone."""

KEYED = {"/api/v1/appeals", "/api/v1/appeals/{public_id:str}"}
"""Addresses for document systems, which have a key."""

WITHOUT_A_RIGHT = {"/staff/sign-out"}
"""Deeds that whoever is signed in may do."""

Entry = tuple[str, str, HTTPRouteHandler]


@pytest.fixture(scope="module")
def app() -> Litestar:
    return create_app(
        Settings(
            environment="test",
            secret_key="a secret of tests, long enough to sign",
            twilio_account_sid=f"AC{0:032}",
            twilio_auth_token="a token of tests",
            twilio_caller_id="+380441234567",
        )
    )


def list_entries(app: Litestar) -> list[Entry]:
    """Address without its language, method and handler of everything that answers."""
    return [
        (f"/{path.strip('/')}", method, handler)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for method in handler.http_methods
        if method != "OPTIONS"
        for path in [route.path.removeprefix("/en/") if route.path != "/en" else ""]
    ]


def is_open(handler: HTTPRouteHandler) -> bool:
    return require_staff not in handler.resolve_guards()


def test_every_route_is_guarded_or_named_as_public(app: Litestar) -> None:
    unguarded = {path for path, _, handler in list_entries(app) if is_open(handler)}
    unnamed = {path for path in unguarded if not path.startswith(f"{PREFIX}/")} - PUBLIC - KEYED

    assert not unnamed


def test_what_is_for_document_systems_asks_for_a_key(app: Litestar) -> None:
    keyed = {
        (path, method)
        for path, method, handler in list_entries(app)
        if path in KEYED and [guard.__name__ for guard in handler.resolve_guards()] == ["check_key"]
    }
    there = {(path, method) for path, method, _ in list_entries(app) if path in KEYED}

    assert keyed == there != set()


def test_nothing_is_named_as_public_that_is_not_there(app: Litestar) -> None:
    there = {path for path, _, _ in list_entries(app)}

    assert there >= PUBLIC, PUBLIC - there


def test_every_page_of_staff_asks_who_is_there_before_anything_else(app: Litestar) -> None:
    for path, method, handler in list_entries(app):
        if path.startswith("/staff") and path not in PUBLIC:
            assert handler.resolve_guards()[0] is require_staff, f"{method} {path}"


def test_every_deed_of_staff_asks_for_a_right(app: Litestar) -> None:
    free = {
        path
        for path, method, handler in list_entries(app)
        if path.startswith("/staff")
        and method not in {"GET", "HEAD"}
        and len(handler.resolve_guards()) == 1
    }

    assert free <= WITHOUT_A_RIGHT


def test_a_route_without_a_guard_would_be_found() -> None:
    @get("/staff/forgotten", sync_to_thread=False)
    def forgotten() -> str:
        return ""

    entries = list_entries(Litestar([forgotten], openapi_config=None))

    assert [path for path, _, handler in entries if is_open(handler)] == ["/staff/forgotten"]


def test_every_webhook_reads_only_what_the_network_has_signed(app: Litestar) -> None:
    webhooks = [entry for entry in list_entries(app) if entry[0].startswith(f"{PREFIX}/")]

    assert len(webhooks) > 10
    for path, method, handler in webhooks:
        wanted = handler.parsed_fn_signature.parameters
        assert "genuine" in wanted, f"{method} {path} has no proof of its sender"
        assert "request" not in wanted, f"{path} reaches past the proof"
        assert "data" not in wanted, f"{path} reaches past the proof"
        assert method == "POST", path


def test_pages_exist_in_both_languages(app: Litestar) -> None:
    paths = {route.path for route in app.routes if isinstance(route, HTTPRoute)}
    machines = ("/healthz", "/readyz", "/assets", "/voice", "/api", "/open311", PREFIX, "/en")

    missing = {
        path
        for path in paths
        if not path.startswith(machines) and f"/en{path}".rstrip("/") not in paths
    }
    assert not missing
