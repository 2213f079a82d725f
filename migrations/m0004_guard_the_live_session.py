from functools import partial

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hotline_sessions.store.piccolo_conf import DB


ID = "2026-11-22T04:21:00:000004"
VERSION = "1.38.0"
DESCRIPTION = "Guard the air with held talks too, call-backs, and who goes on with a dropped talk."

FORWARDS = """
-- A talk that is held because the official has dropped out still holds the air.
drop index one_citizen_on_air_per_session;
create unique index one_citizen_on_air_per_session on call (session)
    where role = 'citizen'
      and state in ('summoned', 'joining', 'talking', 'held', 'returning', 'wrapping');

-- Nobody is called twice at once, and a booking is promised one call.
create unique index one_standing_call_back_per_phone_and_session on call_back (session, phone)
    where state in ('due', 'ringing');
create unique index one_call_back_per_booking on call_back (booking) where kind = 'slot';

-- A dropped talk is gone on with by one call at a time.
create unique index one_leg_goes_on_with_a_dropped_one on call (resumes)
    where resumes is not null and state <> 'ended';

-- An operator takes part in one room at a time.
create unique index one_live_leg_per_operator on call (account)
    where role = 'operator' and state <> 'ended';

-- Every talk makes one question.
create unique index one_question_per_talk on question (call) where origin = 'talk';

create index call_backs_to_make on call_back (due_at) where state in ('due', 'ringing');
create index recordings_to_take_in on recording (due_at) where state in ('ready', 'copying');
create index questions_to_register on question (institution, session) where state = 'open';
create index webhooks_to_forget on webhook_delivery (id)
    where body <> '{}' or reply is not null;
create index calls_by_caller on call (session, peer_number);
drop index sessions_under_way;
create index sessions_under_way on session (starts_at)
    where state in ('published', 'open', 'live', 'paused', 'no-official', 'questions-only',
                    'closing');
"""

BACKWARDS = """
drop index sessions_under_way;
create index sessions_under_way on session (starts_at)
    where state in ('published', 'open', 'live');
drop index calls_by_caller;
drop index webhooks_to_forget;
drop index questions_to_register;
drop index recordings_to_take_in;
drop index call_backs_to_make;
drop index one_question_per_talk;
drop index one_live_leg_per_operator;
drop index one_leg_goes_on_with_a_dropped_one;
drop index one_call_back_per_booking;
drop index one_standing_call_back_per_phone_and_session;
drop index one_citizen_on_air_per_session;
create unique index one_citizen_on_air_per_session on call (session)
    where role = 'citizen' and state in ('summoned', 'joining', 'talking', 'wrapping');
"""


async def run(script):
    await DB.current_transaction.get().connection.execute(script)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hotline", description=DESCRIPTION)
    manager.add_raw(partial(run, FORWARDS))
    manager.add_raw_backwards(partial(run, BACKWARDS))
    return manager
