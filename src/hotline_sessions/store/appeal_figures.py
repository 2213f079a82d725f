"""Counts of appeals, as reports need them."""

from datetime import date

import msgspec

from hotline_sessions.domain.appeal_figures import Count
from hotline_sessions.domain.ids import InstitutionId
from hotline_sessions.store.engine import fetch_rows


async def count_appeals(
    *, institution: InstitutionId, since: date, until: date, today: date
) -> list[Count]:
    """Appeals received from ``since`` to ``until``, both included, by each code there is.

    An appeal is late when it was answered, or still waits, after its last lawful day.
    """
    rows = await fetch_rows(
        """select case
                    when grouping(a.form_of_receipt) = 0 then 'form'
                    when grouping(a.kind) = 0 then 'kind'
                    when grouping(a.topic) = 0 then 'topic'
                    when grouping(w.result) = 0 then 'result'
                    else 'all'
                  end as by,
                  coalesce(a.form_of_receipt, a.kind, a.topic, w.result, '') as code,
                  count(*) as count,
                  count(w.id) as answered,
                  count(*) filter (
                      where a.legal_on < coalesce(w.answered_at at time zone i.time_zone, $4)::date
                  ) as late
             from appeal a
             join institution i on i.id = a.institution
             left join answer w on w.appeal = a.id
            where a.institution = $1 and a.received_on between $2 and $3
            group by grouping sets ((a.form_of_receipt), (a.kind), (a.topic), (w.result), ())
            order by 1, 2""",
        institution,
        since,
        until,
        today,
    )
    return [msgspec.convert(dict(row), Count) for row in rows]
