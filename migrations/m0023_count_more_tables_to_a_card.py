from functools import partial

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hotline_sessions.store.piccolo_conf import DB


ID = "2026-11-22T22:00:00:000023"
VERSION = "1.38.0"
DESCRIPTION = "Count to a card what has come since its history is kept."

BEFORE = (
    "answer",
    "appeal_question",
    "complained_of",
    "resolution",
    "assignment",
    "extension",
    "reply",
    "appeal_exit",
    "appeal_link",
    "past_deadline",
)
ADDED = ("appeal_comment", "appeal_rating", "correction", "outer_appeal")
"""Tables whose rows belong to the card that their column ``appeal`` names."""


def define(parts):
    """The digest of a card with so many parts; a part without rows changes no digest."""
    listed = ",\n".join(
        f"""        '{part}', (select jsonb_agg(filled(to_jsonb(x)) order by x.id)
                     from {part} x where x.appeal = a.id)"""
        for part in parts
    )
    return f"""
create or replace function appeal_digest(asked bigint) returns bytea
language sql stable set timezone = 'UTC' as $$
    select sha256(convert_to(jsonb_strip_nulls(jsonb_build_object(
        'appeal', filled(to_jsonb(a)),
{listed}
    ))::text, 'UTF8')) from appeal a where a.id = asked
$$;
"""


# Cards that have such rows already go on from what they are today.
CARRY_OVER = f"""
select note_appeal_steps(institution, array_agg(id order by id),
                         array_fill('carried-over'::text, array[count(*)::int]),
                         array_fill(null::bigint, array[count(*)::int]),
                         array_fill(now(), array[count(*)::int]),
                         array_fill('{{}}'::jsonb, array[count(*)::int]))
  from appeal a
 where {" or ".join(f"exists (select from {part} x where x.appeal = a.id)" for part in ADDED)}
 group by institution order by institution;
"""

FORWARDS = define((*BEFORE, *ADDED)) + CARRY_OVER
BACKWARDS = define(BEFORE) + CARRY_OVER


async def run(script):
    await DB.current_transaction.get().connection.execute(script)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hotline", description=DESCRIPTION)
    manager.add_raw(partial(run, FORWARDS))
    manager.add_raw_backwards(partial(run, BACKWARDS))
    return manager
