"""Built styles and scripts: their hashed names and the route that serves them."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

import msgspec
from litestar import Router
from litestar.datastructures import CacheControlHeader
from litestar.static_files import create_static_files_router
from msgspec import Struct


ASSETS_PATH: Final = "/assets"
_A_YEAR: Final = 31_536_000  # seconds


class Asset(Struct, frozen=True):
    """A built file: its name with the hash of its content, and its integrity digest."""

    file: str
    integrity: str


def assets_folder() -> Path:
    """Where the built files lie."""
    return Path(str(files("hotline_sessions"))) / "web" / "static" / "dist"


@cache
def read_manifest() -> Mapping[str, Asset]:
    """Built files by the name templates use (``public.css``)."""
    content = (assets_folder() / "manifest.json").read_bytes()
    return msgspec.json.decode(content, type=dict[str, Asset])


def asset_url(name: str) -> str:
    """Address of the built file that templates call ``name``."""
    return f"{ASSETS_PATH}/{read_manifest()[name].file}"


def create_assets_router() -> Router:
    """Route of the built files; their names change with their content, so they are kept a year."""
    return create_static_files_router(
        path=ASSETS_PATH,
        directories=[assets_folder()],
        cache_control=CacheControlHeader(max_age=_A_YEAR, public=True, immutable=True),
        include_in_schema=False,
        name="assets",
    )
