"""``hotline phonesim``: the phone simulator alone, in place of Twilio."""

from pathlib import Path

import click
import msgspec

from hotline_sessions.phonesim.config import PhonesimConfig
from hotline_sessions.phonesim.server import run


@click.command()
@click.option("--config", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--port", type=click.IntRange(1, 65535), default=4020, show_default=True)
def phonesim(*, config: Path | None, port: int) -> None:
    """Run the phone simulator: Twilio's protocol, and telephones at /phone.

    CONFIG is a JSON file: account, numbers, SIM cards, speed.
    """
    content = config.read_bytes() if config else b"{}"
    try:
        chosen = msgspec.json.decode(content, type=PhonesimConfig)
    except msgspec.DecodeError as error:
        raise click.ClickException(f"{config}: {error}") from None
    run(chosen, port=port)
