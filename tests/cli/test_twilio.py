"""``hotline twilio …`` against the account of the simulator."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import anyio.to_thread
import httpx
import pytest
from click.testing import CliRunner, Result
from tests.factories import INSTITUTION  # placeholder
