"""Tables of the product, and where its migrations live."""

from pathlib import Path
from typing import Final

from piccolo.conf.apps import AppConfig

from hotline_sessions.store.tables import TABLES


APP_NAME: Final = "hotline"


def find_migrations(package: Path) -> Path:
    """Folder of migrations: beside ``src`` in a checkout, in the package when installed."""
    checkout = package.parents[1]
    if (checkout / "pyproject.toml").is_file():
        return checkout / "migrations"
    return package / "migrations"


MIGRATIONS: Final = find_migrations(Path(__file__).resolve().parents[1])

APP_CONFIG = AppConfig(
    app_name=APP_NAME,
    migrations_folder_path=MIGRATIONS,
    table_classes=list(TABLES),
)
