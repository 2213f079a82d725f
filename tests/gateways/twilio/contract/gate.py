"""A gate between Twilio's client and the network: what does not fit the description fails.

It answers with the examples of the description, so that the code goes on.
"""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any
from urllib.parse import urlencode, urlsplit

from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse
from tests.gateways.twilio.contract.refresh_subset import SUBSET
from tests.gateways.twilio.contract.voice import HOST as VOICE_HOST
from tests.gateways.twilio.contract.voice import VOICE
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from hotline_sessions.gateways.twilio.client import SILENT, build_client, build_credentials


ACCOUNT = "AC" + "a" * 32
TOKEN = "0" * 32
HOST = "https://api.twilio.com"
FORM = "application/x-www-form-urlencoded"


class ContractError(AssertionError):
    """Something that Twilio's description does not know."""


@cache
def load_description(host: str = HOST) -> dict[str, Any]:
    """Twilio's description of one of its interfaces."""
    described: dict[str, Any] = VOICE if host == VOICE_HOST else json.loads(SUBSET.read_bytes())
    return described


@cache
def load_contract(host: str = HOST) -> OpenAPI:
    """The same, ready to be compared with."""
    return OpenAPI.from_dict(load_description(host))


class Sent:
    """One request."""

    def __init__(
        self, method: str, url: str, query: Mapping[str, Any], form: Mapping[str, Any]
    ) -> None:
        self.method = method.upper()
        self.host = "{0.scheme}://{0.netloc}".format(urlsplit(url))
        self.path = urlsplit(url).path
        self.query = dict(query)
        self.form = dict(form)

    def as_request(self) -> MockRequest:
        return MockRequest(
            self.host,
            self.method,
            self.path,
            args=self.query,
            headers=build_credentials((ACCOUNT, TOKEN)),
            data=urlencode(self.form, doseq=True).encode(),
            content_type=FORM,
        )


class ContractHttp(AsyncHttpClient):  # type: ignore[misc]  # it has no types
    """Lets through what the description knows, and keeps it."""

    def __init__(self) -> None:
        super().__init__(logger=SILENT, is_async=True)
        self.sent: list[Sent] = []

    async def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        **_options: Any,  # noqa: ANN401 - of no meaning here
    ) -> Response:
        sent = Sent(method, url, params or {}, data or {})
        check_request(sent)
        self.sent.append(sent)
        status, example = find_example(sent)
        return Response(status, json.dumps(example) if status != 204 else "")


def open_gate() -> tuple[Client, ContractHttp]:
    """The client that the product uses, and the gate in front of it."""
    http = ContractHttp()
    return build_client(ACCOUNT, TOKEN, http=http), http


def check_request(sent: Sent) -> None:
    """Compare a request with the description.

    Raises:
        ContractError: They do not agree.
    """
    try:
        load_contract(sent.host).validate_request(sent.as_request())
    except OpenAPIError as error:
        raise ContractError(f"{sent.method} {sent.path}: {error!r} {error.__cause__!r}") from error
    operation = find_operation(sent)
    check_names(sent, "query", sent.query, list_parameters(operation))
    check_names(sent, "form", sent.form, list_properties(operation))


def check_response(sent: Sent, status: int, body: bytes) -> None:
    """Compare an answer with the description.

    Raises:
        ContractError: They do not agree.
    """
    find_operation(sent)
    answer = MockResponse(body, status_code=status)
    try:
        load_contract(sent.host).validate_response(sent.as_request(), answer)
    except OpenAPIError as error:
        raise ContractError(
            f"{sent.method} {sent.path} {status}: {error!r} {error.__cause__!r}"
        ) from error
    if status == 204:
        return
    schema = find_schema(find_operation(sent), status)
    check_names(sent, "answer", json.loads(body), schema["properties"])


def check_names(sent: Sent, where: str, names: Iterable[str], declared: Iterable[str]) -> None:
    """A schema lets pass what it does not know: this does not."""
    unknown = set(names) - set(declared)
    if unknown:
        raise ContractError(f"{sent.method} {sent.path}: no {where} {sorted(unknown)}")


def find_operation(sent: Sent) -> dict[str, Any]:
    """The operation of the description, chosen by the parts of the path.

    Raises:
        ContractError: There is none.
    """
    parts = split(sent.path)
    fitting = [
        path
        for path in load_description(sent.host)["paths"]
        if len(split(path)) == len(parts)
        and all(a == b or a.startswith("{") for a, b in zip(split(path), parts, strict=True))
    ]
    if not fitting:
        raise ContractError(f"{sent.path} is not described")
    chosen = min(fitting, key=lambda path: path.count("{"))
    operation = load_description(sent.host)["paths"][chosen].get(sent.method.lower())
    if operation is None:
        raise ContractError(f"{sent.method} {sent.path} is not described")
    found: dict[str, Any] = operation
    return found


def split(path: str) -> list[str]:
    return path.removesuffix(".json").strip("/").split("/")


def list_parameters(operation: Mapping[str, Any]) -> set[str]:
    return {each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"}


def list_properties(operation: Mapping[str, Any]) -> set[str]:
    content = operation.get("requestBody", {}).get("content", {}).get(FORM, {})
    return set(content.get("schema", {}).get("properties", {}))


def find_schema(operation: Mapping[str, Any], status: int) -> dict[str, Any]:
    schema = operation["responses"][str(status)]["content"]["application/json"]["schema"]
    if "$ref" in schema:
        schema = load_description()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    found: dict[str, Any] = schema
    return found


def find_example(sent: Sent) -> tuple[int, Any]:
    """Status and body of an answer, taken from the description; of a list, one page."""
    status, response = next(iter(find_operation(sent)["responses"].items()))
    examples = response.get("content", {}).get("application/json", {}).get("examples", {})
    bodies = [example["value"] for example in examples.values()]
    body = next((each for each in bodies if is_filled(each)), bodies[0] if bodies else {})
    if "next_page_uri" in body:
        body = {**body, "next_page_uri": None}
    return int(status), body


def is_filled(body: Mapping[str, Any]) -> bool:
    """Whether an example of a list has something in it."""
    return all(value for value in body.values() if isinstance(value, list))
