"""What a reader is told when the rules say no: one sentence for every code.

A new refusal gets its line here; ``%(name)s`` takes a fact of the refusal. The sentence
says what happened and what to do instead.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from hotline_sessions.i18n import N_


REFUSALS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "refused": N_("This cannot be done."),
        "quarter-over": N_("The quarter has passed: choose a later one"),
        "starts-too-near": N_("Sessions that start at these hours would overlap"),
        "still-planned": N_("The plan is being made. Wait until it is ready."),
        "plan-changed": N_("Somebody has changed the plan meanwhile. Look at it again."),
        "no-plan-found": N_("No plan was found in time."),
        "not-found": N_("There is no such page, or it is not meant for you."),
        "invalid": N_("What was sent cannot be used. Check it and send it again."),
        "forbidden": N_("You may not do this. Open the page again from the site."),
        "crowded": N_("Very many people want the same just now. Send it once more in a moment."),
        "conflict": N_("This is no longer possible: things have changed meanwhile."),
        "rules-changed": N_(
            "Somebody else has saved other rules meanwhile. Compare them below, then save again."
        ),
        "bad-rule": N_("Check this field: its value cannot be used"),
        "not-invited": N_("There is no invitation to answer any more: the session has changed."),
        "bad-proposal": N_("Enter a day and a time in the future, another than now agreed"),
        "promise-over": N_("It was said already whether the promise was kept."),
        "promise-settled": N_(
            "The session is over, or staff already deal with this promise: tell them what to"
            " change."
        ),
        "bad-promise-day": N_("The day must not be before the session"),
        "nothing-proposed": N_("There are no words for the public that wait for this."),
        "own-words": N_("You have written these words: somebody else approves them."),
        "session-not-over": N_("There is nothing to report until the session is over."),
        "no-report": N_("There is no report that waits for this. Open the page again."),
        "own-report": N_("You have proposed it: somebody else approves it."),
        "report-changed": N_("Another report was proposed meanwhile. Read it first."),
        "words-changed": N_("The words were changed meanwhile. Read them again."),
        "must-be-told": N_("The law says that you are told of this: choose SMS or e-mail."),
        "no-address-to-tell": N_("We do not know where to: first name a phone or an e-mail below."),
        "not-collective": N_(
            "A collective appeal is made by two people at least: say how many they are."
        ),
        "consultation-is-no-appeal": N_("A consultation gets no number: it is noted by itself."),
        "procedure-not-in-force": N_("This law was not in force yet on the day of receipt."),
        "bad-call-time": N_("A call is written down after it was made, within a year."),
        "corrected-meanwhile": N_(
            "Somebody else has corrected this card meanwhile. Open it again and look."
        ),
        "author-hidden": N_(
            "The author has asked for secrecy: only those who deal with the appeal correct it."
        ),
        "bad-sheet": N_("This is not JSON with one object of plain values."),
        "bad-query": N_("The parameter %(parameter)s of the address cannot be used."),
        "bad-appeal": N_("This is not an appeal yet: see what is wrong with its fields."),
        "unknown-fields": N_("Nobody reads these fields: %(fields)s."),
        "key-without-source": N_("This key does not say whose appeals it sends: make another."),
        "bad-site": N_(
            "Line %(line)s is not the address of a site, such as https://example.gov.ua, or there"
            " are more than 20 of them."
        ),
        "bad-chat": N_("Enter the name of a public channel, for example @rivne_rada"),
        "chat-taken": N_("Another institution already posts to this channel."),
        "bad-message": N_("Enter the number of the post or its address, as https://t.me/name/12"),
        "post-changed": N_("The post has changed meanwhile. Open the page again."),
        "publication-ended": N_("Somebody has noted before what became of this publication."),
        "bad-hook-url": N_("Enter an address on the Internet that begins with https://"),
        "too-many-cards": N_(
            "One file holds %(most)s cards at most. Choose days of receipt so that fewer are"
            " found, a quarter or a month for example, and download them part by part."
        ),
        "number-not-open": N_("This number has been used or cancelled, or is not of this block."),
        "bad-paper-day": N_("Enter a day from that of the block to today, of the same year."),
        "bad-index-template": N_(
            "Numbers written so could not be read again. Write {letter}, then {number}, then {year}"
            " or {yy}, with hyphens, dots or blanks between them, short enough for an SMS."
        ),
        "numbers-left": N_("Some numbers are still open: enter their cards or cancel them first."),
        "bad-receipt-day": N_("A list can have come only within the last month. Correct the day."),
        "import-file-erased": N_("The file has been erased: it is kept for a day. Send it again."),
        "too-late": N_("The time for this has passed."),
        "too-many": N_("Too many attempts. Wait a little and try again."),
        "bad-phone": N_("Enter a phone number, for example 050 123 45 67"),
        "phone-abroad": N_("Enter a Ukrainian phone number, one that begins with +380"),
        "slot-taken": N_(
            "Somebody has just taken this time. Choose another one: here are the free."
        ),
        "slot-too-soon": N_(
            "This time is too near or past: booking ends %(minutes)s minutes before."
            " Choose a later one or simply call."
        ),
        "no-such-slot": N_("There is no such time in this session. Choose one from the list."),
        "already-booked": N_("This phone already holds a time in this session."),
        "too-many-bookings": N_(
            "This phone already has %(cap)s talks in that month. Give one back to book another,"
            " or simply call during the session."
        ),
        "too-many-missed": N_(
            "Booked talks were missed %(missed)s times. Call us: an operator will book for you."
            " You can always call during the session, too."
        ),
        "booking-busy": N_("Very many people are booking just now. Press the button once more."),
        "other-form": N_(
            "This form was sent before with something else in it. Open the page again."
        ),
        "phone-not-proven": N_("Confirm your phone first."),
        "session-not-bookable": N_(
            "No talk of this session can be booked: it is over or will not take place."
        ),
        "registration-not-open": N_(
            "Registration is not open yet: it opens on %(opens_at)s. Come back then."
        ),
        "registration-closed": N_(
            "Registration for this session is closed. Call without booking: time is kept for"
            " such calls."
        ),
        "not-by-lot": N_("There is no draw here, or the lots have fallen: see the session."),
        "registered-already": N_("This phone takes part in the draw already."),
        "no-time-named": N_("Choose at least one time from the list, or tick that any time suits"),
        "draw-session": N_(
            "The times of this session are drawn by lot: register for the draw instead."
        ),
        "slots-free": N_("There is a free time right now: nobody need wait. Book it."),
        "nothing-to-better": N_("An earlier time is for those who have a later one that day."),
        "entry-over": N_("You are not on the waiting list any more."),
        "offer-over": N_("This offer has ended: the time went to the next on the waiting list."),
        "booking-over": N_("This booking can no longer be changed: it is used, past or cancelled."),
        "nothing-to-rate": N_(
            "This answer cannot be rated: there is none, or it was given long ago."
        ),
        "nothing-to-dispute": N_(
            "There is no answer yet with which to disagree. The page of the appeal says when it"
            " is due."
        ),
        "nothing-to-choose": N_("There is nothing to choose any more: look at your booking again."),
        "question-handed-over": N_(
            "The session has begun and the official has your question."
            " Say on the phone what has changed."
        ),
        "wrong-booking-code": N_("There is no booking with this phone and this code. Check both."),
        "booking-codes-locked": N_("Too many wrong codes. Try again tomorrow."),
        "unknown-booking": N_("There is no booking with this phone and this code. Check both."),
        "filled-by-program": N_(
            "The form looks as if a program had filled it in. Fill it in by hand, or call."
        ),
        "unknown-placeholder": N_("{%(place)s} cannot be filled: use only the words listed below."),
        "missing-placeholder": N_("The text must have {%(place)s}: that is what it is for."),
        "too-many-segments": N_(
            "With its longest values this takes %(segments)s parts: shorten it, or agree."
        ),
        "too-often": N_("Too many attempts from your network. Try again in %(retry_after)s s."),
        "bad-code": N_("Enter the six digits of the code"),
        "code-too-soon": N_("A code was sent a moment ago. Wait %(retry_after)s s for a new one."),
        "too-many-codes": N_(
            "Too many codes were sent to this number. Try again later, or simply call."
        ),
        "codes-stopped": N_(
            "No codes are sent to such numbers for now. Call the number of the institution on"
            " this page: an operator books the talk for you without a code."
        ),
        "wait-longer": N_("Wait %(retry_after)s s more, then press the button again."),
        "wrong-code": N_("The code is wrong. Attempts left: %(remaining)s"),
        "code-expired": N_("The code is more than ten minutes old. Ask for a new one."),
        "code-used": N_("This code has been used already. Ask for a new one."),
        "code-used-up": N_("Too many wrong codes. Ask for a new one."),
        "no-code-asked": N_("No code was sent from this device. Enter name and phone first."),
        "bad-link": N_("This link does not open anything. Check that it is copied whole."),
        "link-expired": N_("This link is out of date. Enter the code again to get a new one."),
        "extension-too-long": N_("It can become longer by %(minutes)s minutes at most."),
        "nothing-to-substitute": N_("This official answers already, or the session is over."),
        "proposal-gone": N_("This time is not proposed any more, or it was decided already."),
        "session-link-expired": N_("The session is over, and this link with it."),
        "no-such-talk": N_("There was no such talk in this session."),
        "unknown-appeal": N_("There is no appeal with this number and this code. Check both."),
        "line-announced": N_("The line has been announced: to change it, move the session."),
        "session-over": N_("The session is over or will not be held: nothing changes any more."),
        "clashing": N_("Something stands in the way of the session at this time."),
        "post-busy": N_("The post has another session at this time: %(day)s %(hours)s"),
        "official-busy": N_(
            "The official answers in another session at this time: %(day)s %(hours)s"
        ),
        "line-busy": N_("The line serves another session at this time: %(day)s %(hours)s"),
        "place-busy": N_("Another session is held at this place at this time: %(day)s %(hours)s"),
        "official-away": N_("The official is away from %(first)s to %(last)s"),
        "official-away-already": N_("The official is away on one of these days already."),
        "away-ends-first": N_("The last day must not be before the first"),
        "away-too-early": N_("The last day has passed."),
        "decided-already": N_("It has been decided about this session already."),
        "no-weekday": N_("Choose at least one weekday"),
        "weeks-of-month": N_(
            "Every so many weeks goes only with “every”, not with weeks of a month"
        ),
        "bad-recurrence": N_("The rule cannot be read. Example: FREQ=MONTHLY;BYDAY=1TU,3TU"),
        "no-day-in-series": N_("Between the first and the last day there is no such weekday"),
        "series-ends-first": N_("The last day must not be before the first"),
        "series-too-long": N_(
            "A series has at most 366 days within two years: choose an earlier last day"
        ),
        "series-changed": N_(
            "Things have changed since you looked. Look at the days again, then save."
        ),
        "reason-missing": N_("Write why sessions are called off: citizens will read it"),
        "nothing-to-approve": N_("Choose from 1 to 500 sessions."),
        "not-approvable": N_(
            "One of the sessions is under way, over or cancelled. Choose again from the list."
        ),
        "lines-missing": N_(
            "Sessions without a line cannot be announced: %(count)s. Choose their lines first."
        ),
        "order-from-future": N_("The day of the order has not come yet."),
        "embargo-too-early": N_("The time of the announcement must be ahead."),
        "embargo-too-late": N_("The announcement must come before the first session begins."),
        "span-too-long": N_("More is asked for than one page shows: choose fewer days."),
        "moved-meanwhile": N_(
            "Somebody else has moved this session meanwhile. Open the page again."
        ),
        "day-passed": N_("The day has passed: choose today or a later day"),
        "no-such-hour": N_(
            "Clocks are put forward that night and skip this time: choose another one"
        ),
        "hour-twice": N_(
            "Clocks are put back that night and show this time twice: choose another one"
        ),
        "not-a-draft": N_("The session is no draft any more: move it or cancel it instead."),
        "embargoed": N_("The session will be announced by itself at the agreed time."),
        "no-embargo": N_("The sessions have been announced, or no time was agreed."),
        "session-exists": N_("This official already has a session that starts then."),
        "impossible-step": N_("The session is not in a state in which this can be done."),
        "rows-refused": N_("One of the chosen rows cannot be imported: nothing was"),
        "foreign-rows": N_("Some rows are of another institution: nothing was imported."),
        "upload-changed": N_("The file has changed on the way: choose it once more."),
        "bad-reply-email": N_("Enter an e-mail address, for example name@example.com"),
        "bad-period": N_("Check the period of %(on)s: it ends before it begins, or meets another."),
        "day-moved-twice": N_("The day %(on)s is listed twice."),
        "calendar-changed": N_(
            "The calendar or the appeals have changed since you looked. Open the page again."
        ),
        "calendar-unchanged": N_("Nothing would change: change a day or a choice first."),
        "unknown-term": N_("The law did not have this term on that day."),
        "too-far-ahead": N_("Enter a day until the end of %(year)s."),
        "appeal-step-not-next": N_(
            "This step does not follow from where the appeal stands: articles 15, 18–20 of the"
            " Law on Citizens’ Appeals. Open the card again to see what can be done."
        ),
        "only-head": N_(
            "Only the head decides this: articles 8, 15 and 20 of the Law on Citizens’ Appeals."
        ),
        "extended-too-late": N_(
            "The term has passed and is not extended any more: article 20 of the Law on"
            " Citizens’ Appeals. Answer now."
        ),
        "term-not-shorter": N_(
            "Choose a day that is not in the past and comes before the present last day:"
            " article 20 of the Law on Citizens’ Appeals."
        ),
        "shortened-after-extension": N_(
            "The head has extended this term; what was extended is not shortened. Answer sooner."
        ),
        "extension-not-later": N_(
            "Choose a day after the present last day: article 20 of the Law on Citizens’ Appeals."
        ),
        "extension-past-cap": N_(
            "The whole term is 45 days from receipt at most: article 20 of the Law on Citizens’"
            " Appeals. The latest day is %(last)s."
        ),
        "request-extended-too-late": N_(
            "A request for information is extended only within five working days of receipt, in"
            " which its author is told why: article 20 of the Law on Access to Public Information."
        ),
        "request-extension-not-later": N_(
            "Choose a day after the present last day: article 20 of the Law on Access to Public"
            " Information."
        ),
        "request-extension-past-cap": N_(
            "The whole term is 20 working days from receipt at most: article 20 of the Law on"
            " Access to Public Information. The latest day is %(last)s."
        ),
        "request-under-own-law": N_(
            "This is a request for information: it is neither returned nor left without"
            " consideration by the Law on Citizens’ Appeals. Refuse it by a reply that says why:"
            " articles 22 and 23 of the Law on Access to Public Information."
        ),
        "returned-too-late": N_(
            "An appeal is returned within 10 days of receipt (article 5) or 5 days (article 7 of"
            " the Law on Citizens’ Appeals). They have passed: consider it."
        ),
        "forwarded-too-late": N_(
            "An appeal is forwarded within 5 days of receipt: article 7 of the Law on Citizens’"
            " Appeals. They have passed."
        ),
        "target-passed": N_("The inner date has passed: choose today or a later day."),
        "target-too-late": N_(
            "The inner date may not be later than %(last)s, the last day by law."
        ),
        "absence-too-early": N_("These days have passed: enter days from today on."),
        "absence-ends-first": N_("The last day must not come before the first one."),
        "own-deputy": N_("Nobody stands in for themselves: choose somebody else."),
        "absence-overlaps": N_("An absence on one of these days is noted already."),
        "complained-of": N_(
            "Who is complained of does not deal with the appeal: article 7 of the Law on"
            " Citizens’ Appeals. Choose somebody else."
        ),
        "own-draft": N_("Somebody else than the author checks the reply."),
        "written-reply-wanted": N_(
            "The citizen wants a written reply: articles 18 and 19 of the Law on Citizens’"
            " Appeals. Send it."
        ),
        "question-unanswered": N_(
            "Answer each question of the appeal: articles 15 and 19 of the Law on Citizens’"
            " Appeals."
        ),
        "no-repetition": N_(
            "First link it as repeated to an appeal that has been answered: article 8 of the Law"
            " on Citizens’ Appeals."
        ),
        "not-a-complaint": N_(
            "Only a complaint can be out of time: article 17 of the Law on Citizens’ Appeals."
        ),
        "no-decision-days": N_(
            "Enter the day of the decision and the day on which the author learnt of it: by them a"
            " complaint is out of time (article 17 of the Law on Citizens’ Appeals)."
        ),
        "complaint-in-time": N_(
            "The complaint came in time: it could be made until %(last)s (article 17 of the Law on"
            " Citizens’ Appeals). Consider it."
        ),
        "linked-to-itself": N_("Choose another appeal: this is the same one."),
        "linked-to-later": N_(
            "That appeal was registered later: link it on its own card to this one."
        ),
        "still-considered": N_(
            "The earlier appeal is neither answered nor overdue: this one is a duplicate, not a"
            " repeated appeal."
        ),
        "decided-before": N_(
            "The earlier appeal was answered, or its term was over, before this one came: this is"
            " a repeated appeal with its own number, not a duplicate."
        ),
        "same-author": N_(
            "Both appeals are of one author: choose a repeated appeal or a duplicate."
        ),
        "other-author": N_(
            "That appeal is of another author: a duplicate is one of the same person. Check the"
            " number."
        ),
        "no-link": N_("This link is not there, or its author has made it: it stays."),
        "unknown-first": N_("There is no appeal with this number in the register. Check it."),
        "bad-index": N_("Write the number as it stands on the card, for example К-17-2026."),
        "duplicate-alone": N_(
            "Register a duplicate by itself: leave one question in the form, or no first number."
        ),
        "too-many-duplicates": N_(
            "There is no room for one more duplicate under this number: register it by itself."
        ),
        "bad-party": N_("Choose one of the options"),
        "name-taken": N_("There is one of this name already."),
        "already-answered": N_("The appeal has been answered already."),
        "impossible-event": N_("This is not possible at this moment: look at the desk again."),
        "air-taken": N_("Somebody is on air: end the talk first."),
        "official-absent": N_("The official is not on the line: call the official first."),
        "official-on-line": N_("The official is on the line, or is being called."),
        "no-ring-number": N_("It is not known on which number to call the official."),
        "nobody-waits": N_("Nobody waits."),
        "nobody-on-air": N_("Nobody is on air."),
        "no-sound": N_("There is nothing to hear: not fetched yet, or deleted."),
        "not-listening": N_("Say why you listen first: open the page of the recording."),
        "cannot-be-called": N_(
            "This citizen cannot be called back: a call is under way already, or the number is"
            " not Ukrainian."
        ),
        "question-closed": N_("This question has been registered or closed already."),
        "operator-not-on-line": N_("You are not on the line."),
        "operator-elsewhere": N_("You are on the line of another session: leave it first."),
        "nothing-to-search": N_(
            "This is neither a number of a booking nor a phone: check it and enter it again"
        ),
        "bad-edrpou": N_("Enter the eight digits of the EDRPOU code"),
        "bad-logo": N_("Choose a PNG of at most 200 KB and 2,000 pixels a side"),
        "letter-changed": N_(
            "Reply or files have changed meanwhile. Open the card again and look at the letter."
        ),
        "letter-issued": N_("This letter cannot get a number now: it has one, or is not signed."),
        "letters-silent": N_(
            "The storage of documents does not answer: nothing was done. Try again in a few"
            " minutes; if it goes on, tell the administrator."
        ),
        "letter-damaged": N_(
            "The file in the storage is not the one that was signed. Tell the administrator."
        ),
        "file-too-big": N_("The file is bigger than %(most)s MB: make it smaller or split it"),
        "file-empty": N_("There is nothing in the file: choose another one"),
        "too-many-papers": N_("No more files can be attached to this appeal."),
        "paper-sealed": N_("The reply is signed: its files do not change any more."),
        "paper-removed": N_("The file has been removed already."),
        "papers-hidden": N_(
            "The author has asked for secrecy: only those who deal with the appeal see its"
            " letters and files."
        ),
        "paper-lost": N_(
            "The storage of files does not answer, or the file in it is damaged. Try again in a"
            " few minutes; if it goes on, tell the administrator."
        ),
        "file-encrypted": N_(
            "The file is protected by a password or by restrictions. Save it without them, or"
            " print it to a new PDF"
        ),
        "own-file-silent": N_(
            "The file cannot be opened just now. Try again in a few minutes; if it goes on, ask"
            " the institution that has answered."
        ),
        "unknown-file-kind": N_(
            "Files of this kind are not taken. Save it as PDF, DOCX, XLSX, ODT, ODS, TXT, JPEG,"
            " PNG or TIFF"
        ),
        "file-with-macros": N_(
            "The document carries a program (macros): save it without, or as PDF"
        ),
        "packed-too-tight": N_("Unpacked, this file is too big: save it as PDF"),
        "not-admitting": N_("The lines are not open: callers cannot be put through."),
    }
)
