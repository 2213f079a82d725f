"""Columns and constraints, nothing else; the tables in the order in which they refer."""

from piccolo.table import Table

from hotline_sessions.store.tables.absences import AbsenceRow
from hotline_sessions.store.tables.accounts import AccountRow, SignInFailureRow, SignInRow
from hotline_sessions.store.tables.appeal_life import (
    AppealExitRow,
    AppealLinkRow,
    AppealQuestionRow,
    AppealRatingRow,
    AssignmentRow,
    ComplainedOfRow,
    ExtensionRow,
    ReplyRow,
    ResolutionRow,
)
from hotline_sessions.store.tables.appeal_work import AppealCommentRow, AppealReminderRow
from hotline_sessions.store.tables.appeals import (
    AnswerRow,
    AppealRow,
    ConsultationRow,
    CorrectionRow,
)
from hotline_sessions.store.tables.audit import AuditRow
from hotline_sessions.store.tables.bookings import BookingRow, ChoiceRow, FormAnswerRow, WaiverRow
from hotline_sessions.store.tables.calls import CallBackRow, CallEventRow, CallRow
from hotline_sessions.store.tables.dialogues import CodeTryRow, DialogueRow
from hotline_sessions.store.tables.draws import DrawRow
from hotline_sessions.store.tables.institutions import InstitutionRow
from hotline_sessions.store.tables.letters import (
    AttachmentRow,
    HandRow,
    LetterheadRow,
    LetterRow,
    ReadyTextRow,
)
from hotline_sessions.store.tables.lines import LineRow
from hotline_sessions.store.tables.officials import AppointmentRow, OfficialRow, PostRow
from hotline_sessions.store.tables.outbox import CommandRow, MessageRow, MessageTemplateRow
from hotline_sessions.store.tables.outer_appeals import AppealImportRow, OuterAppealRow
from hotline_sessions.store.tables.questions import QuestionRow, TalkNoteRow
from hotline_sessions.store.tables.recordings import (
    RecordingPlayRow,
    RecordingRow,
    TranscriptRow,
)
from hotline_sessions.store.tables.registers import (
    IndexTemplateRow,
    NumberBlockRow,
    RegisterRow,
    ReservedNumberRow,
)
from hotline_sessions.store.tables.sessions import SessionEventRow, SessionRow, SlotRow
from hotline_sessions.store.tables.systems import (
    ApiKeyRow,
    HookDeliveryRow,
    HookRow,
    OpenStatusRow,
)
from hotline_sessions.store.tables.terms import CalendarEditionRow, PastDeadlineRow
from hotline_sessions.store.tables.units import OutsideBodyRow, UnitMemberRow, UnitRow
from hotline_sessions.store.tables.verification import (
    CodeRow,
    CodeStopRow,
    ProofRow,
    SpentWaitRow,
)
from hotline_sessions.store.tables.waiting_list import WaitingEntryRow
from hotline_sessions.store.tables.webhooks import DeliveryRow


TABLES: tuple[type[Table], ...] = (
    InstitutionRow,
    LineRow,
    OfficialRow,
    PostRow,
    AppointmentRow,
    SessionRow,
    SlotRow,
    SessionEventRow,
    DrawRow,
    CodeRow,
    ProofRow,
    CodeStopRow,
    SpentWaitRow,
    AccountRow,
    SignInRow,
    SignInFailureRow,
    BookingRow,
    WaiverRow,
    ChoiceRow,
    FormAnswerRow,
    WaitingEntryRow,
    CallRow,
    CallEventRow,
    CallBackRow,
    DialogueRow,
    CodeTryRow,
    DeliveryRow,
    CommandRow,
    MessageRow,
    MessageTemplateRow,
    RegisterRow,
    AppealRow,
    AnswerRow,
    CorrectionRow,
    ConsultationRow,
    CalendarEditionRow,
    PastDeadlineRow,
    UnitRow,
    UnitMemberRow,
    OutsideBodyRow,
    AppealQuestionRow,
    ComplainedOfRow,
    ResolutionRow,
    AssignmentRow,
    ExtensionRow,
    ReplyRow,
    AppealExitRow,
    AppealLinkRow,
    LetterheadRow,
    HandRow,
    LetterRow,
    ReadyTextRow,
    AttachmentRow,
    AppealRatingRow,
    AppealCommentRow,
    AppealReminderRow,
    AbsenceRow,
    AppealImportRow,
    OuterAppealRow,
    IndexTemplateRow,
    NumberBlockRow,
    ReservedNumberRow,
    ApiKeyRow,
    HookRow,
    HookDeliveryRow,
    OpenStatusRow,
    RecordingRow,
    RecordingPlayRow,
    TranscriptRow,
    QuestionRow,
    TalkNoteRow,
    AuditRow,
)
