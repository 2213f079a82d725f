"""nginx as ``hotline bench feeds`` runs it: one process, one file, nothing written down."""

import multiprocessing
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx

from hotline_sessions.cli.bench_feeds_load import HOST
from hotline_sessions.cli.demo_processes import NotReadyError, choose_port


PATH: Final = "/calendar.ics"
TRIES: Final = 100

NGINX: Final = """
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 256; }}
http {{
  types {{ text/calendar ics; }}
  access_log off;
  sendfile on;
  tcp_nopush on;
  tcp_nodelay on;
  keepalive_requests 1000000000;
  open_file_cache max=10;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen {host}:{port};
    root {folder};
    add_header Cache-Control "public, max-age=300";
  }}
}}
"""


def address_on(port: int) -> str:
    """Where the calendar is, on ``port``."""
    return f"http://{HOST}:{port}{PATH}"


@contextmanager
def serve_nginx(folder: Path) -> Iterator[int]:
    """Nginx with one process, serving the files of ``folder``.

    Raises:
        NotReadyError: It does not come up.
    """
    # Else nginx would give up our rights, and with them the folder.
    user = "user root root;" if os.geteuid() == 0 else ""
    port = choose_port(0)
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(user=user, folder=folder, host=HOST, port=port))
    process = multiprocessing.get_context("spawn").Process(
        target=_run_nginx, args=(str(config),), daemon=True
    )
    process.start()
    try:
        _wait_for(port, folder / "nginx.log")
        yield port
    finally:
        process.terminate()
        process.join(10)


def _run_nginx(config: str) -> None:
    """Become nginx."""
    program = shutil.which("nginx") or "nginx"
    os.execv(program, [program, "-c", config, "-e", "stderr"])  # noqa: S606 - our own file


def _wait_for(port: int, log: Path) -> None:
    for _ in range(TRIES):
        try:
            httpx.get(address_on(port), timeout=1)
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise NotReadyError(f"nginx does not answer: {log.read_text() if log.exists() else ''}")
