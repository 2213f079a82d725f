"""The description of what document systems may ask for. Source: OpenAPI 3.1."""

from typing import Any, Final

import msgspec

from hotline_sessions.domain.cards import Card
from hotline_sessions.domain.outer_columns import NEEDED, OUTER_ALIASES


API: Final = "/api/v1"

_REFUSALS: Final = {
    "401": "No key, or one that is not in force.",
    "403": "The key does not allow this.",
    "422": "What was sent cannot be used; `errors` names the fields.",
    "429": "Too often; `Retry-After` says when to ask again.",
}
_FIELDS: Final = {
    "outer_number": "The number that the other body gave; by it the appeal is known again.",
    "outer_date": "Day on which the other body got it: 2026-11-20 or 20.11.2026.",
    "full_name": "Surname, given name and patronymic in one, in place of the three.",
    "residence": "Place of residence; the law asks for it.",
    "kind": "Code of the classifier (3.1, 3.2, 3.3) or its name; by default an application.",
    "topic": "Code of the classifier, or its name.",
    "question": "Substance of the appeal.",
    "written_reply": "Whether a written reply is wanted; by default it is.",
    "priority": "Whether the author has benefits set by law and comes first.",
    "secrecy": "Whether the author asks that name and residence be kept secret (art. 10).",
}


def build_api_document(public_url: str) -> dict[str, Any]:
    """The whole description, for an installation at ``public_url``."""
    (_,), components = msgspec.json.schema_components(
        [Card], ref_template="#/components/schemas/{name}"
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Register of appeals",
            "version": "1",
            "description": "Cards of the register for document systems of the institution.",
        },
        "servers": [{"url": public_url + API}],
        "security": [{"key": []}],
        "paths": {
            "/appeals": {"get": _list_operation(), "post": _send_operation()},
            "/appeals/{public_id}": {"get": _show_operation()},
        },
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": components
            | {"Changed": _changed(), "NewAppeal": _new_appeal(), "Problem": _problem()},
        },
    }


def _list_operation() -> dict[str, Any]:
    return {
        "operationId": "listAppeals",
        "summary": "Cards that have changed, in the order of their changes; nothing is missed.",
        "description": "Ask with the `cursor` of the last answer; scope `read`.",
        "parameters": [
            _query("changed_since", "Where to begin.", {"type": "string", "format": "date-time"}),
            _query("cursor", "Where the last answer ended.", {"type": "string"}),
            _query("limit", "Steps to look at.", {"type": "integer", "minimum": 1, "maximum": 500}),
        ],
        "responses": {"200": _json("Cards, and where to go on.", "Changed"), **_refusals()},
    }


def _show_operation() -> dict[str, Any]:
    return {
        "operationId": "showAppeal",
        "summary": "One card; scope `read`.",
        "parameters": [
            {"name": "public_id", "in": "path", "required": True, "schema": {"type": "string"}}
        ],
        "responses": {
            "200": _json("The card.", "Card"),
            "304": {"description": "The copy that `If-None-Match` names is the present one."},
            "404": _problem_answer("There is no such appeal."),
            **_refusals(),
        },
    }


def _send_operation() -> dict[str, Any]:
    return {
        "operationId": "sendAppeal",
        "summary": "An appeal of another body; sent again, it is the one that is there.",
        "description": "The term counts from the moment of sending; scope `write`.",
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _reference("NewAppeal")}},
        },
        "responses": {
            "201": _json("It has been registered.", "Card"),
            "200": _json("It was there already.", "Card"),
            **_refusals(),
        },
    }


def _changed() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["items", "cursor", "has_more"],
        "properties": {
            "items": {"type": "array", "items": _reference("Card")},
            "cursor": {"type": "string"},
            "has_more": {"type": "boolean"},
        },
    }


def _new_appeal() -> dict[str, Any]:
    value = {"type": ["string", "number", "boolean", "null"]}
    properties = {
        name: value | ({"description": _FIELDS[name]} if name in _FIELDS else {})
        for name in OUTER_ALIASES
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [group[0] for group in NEEDED if len(group) == 1],
        "properties": properties,
    }


def _problem() -> dict[str, Any]:
    text = {"type": "string"}
    field = {"type": "object", "properties": dict.fromkeys(("field", "code", "detail"), text)}
    return {
        "type": "object",
        "required": ["title", "status", "code"],
        "properties": {
            **dict.fromkeys(("type", "title", "detail", "code"), text),
            "status": {"type": "integer"},
            "errors": {"type": "array", "items": field},
        },
    }


def _query(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _json(description: str, name: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {"application/json": {"schema": _reference(name)}},
    }


def _refusals() -> dict[str, Any]:
    return {status: _problem_answer(text) for status, text in _REFUSALS.items()}


def _problem_answer(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {"application/problem+json": {"schema": _reference("Problem")}},
    }


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
