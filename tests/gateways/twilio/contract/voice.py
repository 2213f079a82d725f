"""The few operations of Twilio's newer interface that this product asks, written by hand.

They follow ``spec/json/twilio_voice_v1.json`` of the repository that ``refresh_subset`` names.
"""

from typing import Any, Final


HOST: Final = "https://voice.twilio.com"
METHOD: Final[dict[str, Any]] = {"type": "string", "enum": ["GET", "POST"]}
URL: Final[dict[str, Any]] = {"type": "string", "format": "uri"}
SID: Final[dict[str, Any]] = {"type": "string", "pattern": "^BY[0-9a-fA-F]{32}$"}
WEBHOOKS: Final[dict[str, str]] = {
    "VoiceUrl": "url",
    "VoiceMethod": "method",
    "VoiceFallbackUrl": "url",
    "VoiceFallbackMethod": "method",
    "StatusCallbackUrl": "url",
    "StatusCallbackMethod": "method",
}
COUNTRY: Final[dict[str, Any]] = {
    "iso_code": {"type": "string", "nullable": True},
    "name": {"type": "string", "nullable": True},
    "continent": {"type": "string", "nullable": True},
    "country_codes": {"type": "array", "items": {"type": "string"}, "nullable": True},
    "low_risk_numbers_enabled": {"type": "boolean", "nullable": True},
    "high_risk_special_numbers_enabled": {"type": "boolean", "nullable": True},
    "high_risk_tollfraud_numbers_enabled": {"type": "boolean", "nullable": True},
    "url": {"type": "string", "format": "uri", "nullable": True},
    "links": {"type": "object", "nullable": True},
}
FILTERS: Final = {
    "IsoCode": "string",
    "Continent": "string",
    "CountryCode": "string",
    "LowRiskNumbersEnabled": "boolean",
    "HighRiskSpecialNumbersEnabled": "boolean",
    "HighRiskTollfraudNumbersEnabled": "boolean",
    "PageSize": "integer",
    "Page": "integer",
    "PageToken": "string",
}
PAGE: Final[dict[str, Any]] = {
    "content": [{"iso_code": "UA", "low_risk_numbers_enabled": True}],
    "meta": {"key": "content", "next_page_url": None},
}
TRUNK: Final[dict[str, Any]] = {"sid": "BY" + "a" * 32, "voice_url": "https://example.com"}


def describe(schema: dict[str, Any], example: dict[str, Any]) -> dict[str, Any]:
    """Responses of an operation."""
    content = {"schema": schema, "examples": {"one": {"value": example}}}
    return {"200": {"description": "", "content": {"application/json": content}}}


def list_webhooks(method: dict[str, Any], url: dict[str, Any]) -> dict[str, Any]:
    """Fields of a trunk that may be changed."""
    kinds = {"method": method, "url": url}
    return {name: kinds[kind] for name, kind in WEBHOOKS.items()}


SID_PARAMETER: Final = {"name": "Sid", "in": "path", "required": True, "schema": SID}
TRUNK_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {"sid": {"type": "string"}, "voice_url": {"type": "string"}},
}
VOICE: Final[dict[str, Any]] = {
    "openapi": "3.0.1",
    "info": {"title": "Twilio Voice, by hand", "version": "1"},
    "servers": [{"url": HOST}],
    "paths": {
        "/v1/DialingPermissions/Countries": {
            "get": {
                "parameters": [
                    {"name": name, "in": "query", "schema": {"type": kind}}
                    for name, kind in FILTERS.items()
                ],
                "responses": describe(
                    {
                        "type": "object",
                        "properties": {
                            "content": {
                                "type": "array",
                                "items": {
                                    "type": "object",
                                    "properties": COUNTRY,
                                    "additionalProperties": False,
                                },
                            },
                            "meta": {"type": "object"},
                        },
                    },
                    PAGE,
                ),
            }
        },
        "/v1/ByocTrunks/{Sid}": {
            "get": {"parameters": [SID_PARAMETER], "responses": describe(TRUNK_SCHEMA, TRUNK)},
            "post": {
                "parameters": [SID_PARAMETER],
                "requestBody": {
                    "content": {
                        "application/x-www-form-urlencoded": {
                            "schema": {
                                "type": "object",
                                "properties": list_webhooks(METHOD, URL),
                            }
                        }
                    }
                },
                "responses": describe(TRUNK_SCHEMA, TRUNK),
            },
        },
    },
}
