"""Announcements recorded by an announcer, and the melody: found at the start, then served."""

from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Final

from litestar import Response, Router, get
from litestar.datastructures import CacheControlHeader
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from hotline_sessions.gateways.twilio.twiml import Voices
from hotline_sessions.i18n import LOCALES
from hotline_sessions.web.webhooks.voice_texts import TEXTS


VOICE_PATH: Final = "/voice"
MELODY: Final = "hold-20s.wav"
ANY: Final = "any"
"""Stands for the language where nothing is said."""
TYPES: Final = {".mp3": "audio/mpeg", ".wav": "audio/wav"}
_A_YEAR: Final = 31_536_000  # seconds
_MARK: Final = 12


class VoiceFile(Struct, frozen=True, kw_only=True):
    """A recorded file; ``mark`` changes with its content, so that nobody plays the old one."""

    path: Path
    mark: str

    def address(self, language: str) -> str:
        """Path and query under which it is served."""
        return f"{VOICE_PATH}/{language}/{self.path.name}?v={self.mark}"


VoiceFiles = Mapping[tuple[str, str], VoiceFile]
"""By language and key of the phrase."""


def melody_folder() -> Path:
    """Where the melody of the product lies."""
    return Path(str(files("hotline_sessions"))) / "web" / "static" / "voice"


def find_voice_files(folder: Path | None) -> VoiceFiles:
    """What has been recorded: ``<language>/<key>.mp3`` or ``.wav`` below ``folder``."""
    if folder is None:
        return {}
    places = {
        (language, key): folder / language / f"{key}{suffix}"
        for suffix in reversed(TYPES)
        for language in LOCALES
        for key in TEXTS
        if (folder / language / f"{key}{suffix}").is_file()
    }
    return {key: read_voice_file(path) for key, path in places.items()}


def read_voice_file(path: Path) -> VoiceFile:
    """The file with the mark of its content."""
    return VoiceFile(path=path, mark=sha256(path.read_bytes()).hexdigest()[:_MARK])


def build_voices(public_base_url: str, found: VoiceFiles) -> Voices:
    """Who speaks in this installation: the announcer as far as recorded, else a machine."""
    melody = read_voice_file(melody_folder() / MELODY)
    return Voices(
        files={
            (language, key): public_base_url + file.address(language)
            for (language, key), file in found.items()
        },
        melody=public_base_url + melody.address(ANY),
    )


def create_voice_router(found: VoiceFiles) -> ControllerRouterHandler:
    """Route of the announcements and of the melody; nothing else in the folder is given out."""
    served = {(language, file.path.name): file.path for (language, _), file in found.items()} | {
        (ANY, MELODY): melody_folder() / MELODY
    }

    @get(
        "/{language:str}/{name:str}",
        sync_to_thread=True,
        cache_control=CacheControlHeader(max_age=_A_YEAR, public=True, immutable=True),
    )
    def play(language: FromPath[str], name: FromPath[str]) -> Response[bytes]:
        """One file, whole: they are small."""
        path = served.get((language, name))
        if path is None or not path.is_file():
            raise NotFoundException
        return Response(path.read_bytes(), media_type=TYPES[path.suffix])

    return Router(path=VOICE_PATH, route_handlers=[play], include_in_schema=False)
