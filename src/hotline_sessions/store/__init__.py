"""Database: the only place that knows Piccolo and SQL.

Piccolo looks for its configuration in the module named by ``PICCOLO_CONF``, the first
time it is asked for an engine. This package is imported before any of its tables, so
the name is set here; there is no other way to tell Piccolo.
"""

import os
from typing import Final


PICCOLO_CONF: Final = "hotline_sessions.store.piccolo_conf"

os.environ["PICCOLO_CONF"] = PICCOLO_CONF
