"""A process that migrates, as another node does."""

import asyncio
import json
import os
import sys


SCRIPT = """
import asyncio, json, sys
from hotline_sessions.store.migrate import migrate
print(json.dumps(asyncio.run(migrate(sys.argv[1]))))
"""


async def migrate_in_another_process(dsn: str) -> list[str]:
    """Run ``migrate`` in a process of its own; what it says it has run."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        SCRIPT,
        dsn,
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": "src"},
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    names: list[str] = json.loads(output)
    return names
