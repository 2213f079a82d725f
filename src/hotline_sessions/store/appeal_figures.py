"""Counts of appeals, as reports need them."""

from datetime import date

import msgspec

from hotline_sessions.domain.appeal_figures import Count
from hotline_sessions.domain.appeals import EXIT_RESULTS
from hotline_sessions.domain.ids import InstitutionId
from hotline_sessions.store.appeals import OVER
from hotline_sessions.store.engine import fetch_rows


async def count_appeals(
    *, institution: InstitutionId, since: date, until: date, today: date
) -> list[Count]:
    """Appeals received from ``since`` to ``until``, both included, by each code there is.

    An appeal is late when it was answered, or still waits, after its last lawful day. One that
    was returned, forwarded or not considered has that for its result, and is not late.
    """
    rows = await fetch_rows(
        f"""with counted as (
                select a.form_of_receipt, a.kind, a.topic, w.id as answer,
                       coalesce(w.result, x.result) as result,
                       a.legal_on < coalesce(w.answered_at at time zone i.time_zone, $4)::date
                       and (w.id is not null or a.state not in {OVER}) as is_late
                  from appeal a
                  join institution i on i.id = a.institution
                  left join answer w on w.appeal = a.id
                  left join unnest($5::text[], $6::text[]) as x (state, result)
                    on x.state = a.state
                 where a.institution = $1 and a.received_on between $2 and $3)
            select case
                     when grouping(form_of_receipt) = 0 then 'form'
                     when grouping(kind) = 0 then 'kind'
                     when grouping(topic) = 0 then 'topic'
                     when grouping(result) = 0 then 'result'
                     else 'all'
                   end as by,
                   coalesce(form_of_receipt, kind, topic, result, '') as code,
                   count(*) as count,
                   count(answer) as answered,
                   count(*) filter (where is_late) as late
              from counted
             group by grouping sets ((form_of_receipt), (kind), (topic), (result), ())
             order by 1, 2""",
        institution,
        since,
        until,
        today,
        [state.value for state in EXIT_RESULTS],
        list(EXIT_RESULTS.values()),
    )
    return [msgspec.convert(dict(row), Count) for row in rows]
