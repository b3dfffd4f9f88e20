import type { QueueVerb } from '#contract/queue/command.ts';
import { verbs } from '../tickets/table.ts';

/** A row for each verb of the queue; the subject is the ticket, the detail says number, window and account. */
const queueEvents: Readonly<Record<`queue.${QueueVerb}`, string>> = {
  'queue.take': verbs.take.means,
  'queue.check-in': verbs['check-in'].means,
  'queue.walk-in': verbs['walk-in'].means,
  'queue.next': verbs.next.means,
  'queue.call': verbs.call.means,
  'queue.recall': verbs.recall.means,
  'queue.serve': verbs.serve.means,
  'queue.finish': verbs.finish.means,
  'queue.no-show': verbs['no-show'].means,
  'queue.return': verbs.return.means,
  'queue.hold': verbs.hold.means,
  'queue.resume': verbs.resume.means,
  'queue.release': verbs.release.means,
  'queue.transfer': verbs.transfer.means,
  'queue.reclass': verbs.reclass.means,
  'queue.cancel': verbs.cancel.means,
  'queue.undo': verbs.undo.means,
  'queue.open-window': verbs['open-window'].means,
  'queue.pause-window': verbs['pause-window'].means,
  'queue.resume-window': verbs['resume-window'].means,
  'queue.close-window': verbs['close-window'].means,
  'queue.close-day': verbs['close-day'].means,
};

/**
 * Every event of the audit log, with what it means to a person who reads it. The actor is a role, never a
 * name; the subject is an application or job id, and of access an account's id, a browser's name or its address.
 */
export const auditEvents = {
  ...queueEvents,
  'queue.numbers-unknown':
    'The store was restored from an older copy: numbers of today may be in people’s hands of which nothing is known.',
  'queue.merged':
    'A member told what it gave out while it could not reach this hub; the detail names the numbers.',
  'queue.adopted':
    'Another log of today had what this hub’s lacked, and it was taken over; the detail says from which terminal, and how much.',
  'queue.number-twice':
    'Two terminals gave out one number, or a log names one that is another’s: the detail names it. Both people are served.',
  'queue.hub-lost': 'The hub did not answer: from here on this terminal gives out numbers of its own block.',
  'queue.hub-back': 'The hub answered again, and knows all that this terminal gave out by itself.',
  'queue.hub-made':
    'A technician made this terminal the hub; the detail says in which term, and in whose place.',
  'queue.hub-replaced': 'Another terminal is the hub now; this one is it no more.',
  'audit.broken':
    'The audit does not fit itself: the subject is the first row that does not, the disposition says how. Somebody has been in the store.',
  'audit.told-otherwise':
    'The platform was told another row under this number: the store is an older copy, or somebody has been in it. Another chain begins.',
  'terminal.started': 'The terminal opened its store and began to work.',
  'terminal.service-mode':
    'The terminal was put out of service, or in again, by an account or by a command of the platform, which is the subject.',
  'terminal.stopped': 'The terminal was asked to stop and closed its store.',
  'application.received': 'A resident’s application was stored durably at this station.',
  'application.acknowledged': 'The platform stored the application and gave it a case number.',
  'application.parked':
    'The platform refused the application, or holds another one under its key: staff must look.',
  'application.opened': 'Staff opened a parked application to see what is wrong with it.',
  'application.retried': 'Staff sent a parked application again as it is.',
  'application.corrected': 'Staff corrected a parked application; a new revision of it is sent instead.',
  'application.handed-over': 'Staff deal with the application elsewhere; it is sent no more.',
  'application.exported': 'The application stands in a transfer file; the detail names the file.',
  'application.imported': 'The application came in a transfer file; the detail names file and terminal.',
  'outbox.exported': 'Everything unacknowledged was written to a transfer file; the detail counts.',
  'outbox.imported': 'A transfer file was read in; the detail counts.',
  'outbox.platform-put-back':
    'The platform was put back from an older copy, which ends with the row that is the subject: it is asked for what it acknowledged since; the detail counts.',
  'application.erased': 'The sealed personal data was erased after its retention.',
  'code.asked': 'The platform was asked whose a resident’s code is; the disposition says what came of it.',
  'progress.asked': 'Somebody asked how cases go; the disposition says by what and what came of it.',
  'correction.opened':
    'What was submitted came back from the platform, for its applicant to correct; the disposition says whether.',
  'draft.kept':
    'A form that cannot be submitted without the line was kept for a day; the detail is its item.',
  'draft.resumed': 'A resident went on with the form that was kept.',
  'draft.erased': 'A kept form was erased; the disposition says why.',
  'handed.kept':
    'A resident could not finish a form, took a number, and handed the form to the window by consent.',
  'handed.opened': 'Staff looked at a form that came with a number; masked, or whole.',
  'handed.erased': 'A form that came with a number was erased; the disposition says with what.',
  'print.queued': 'A receipt was queued for printing.',
  'print.ended': 'A print job ended; the disposition says how.',
  'print.settled': 'A person said whether a receipt of unknown end had come out.',
  'identity.enrolled':
    'This terminal was to be made known to the platform with a code; the disposition says whether it was.',
  'identity.key-changed':
    'The key by which the platform knows this terminal was to be replaced by a new one.',
  'fleet.key-pinned':
    'From here on this terminal follows orders of the platform that are signed by the key in the detail, and no others; `found`: it was pinned while this program did not look, as at a first start.',
  'fleet.key-changed':
    'The key before it has signed that the one in the detail takes its place: orders are verified by that one from here on.',
  'fleet.ordered':
    'An order of the platform was verified and taken; the subject is its id, the detail its kind.',
  'fleet.settled': 'What came of an order; it was not followed twice.',
  'fleet.refused': 'What came as an order of the platform was not followed; the disposition says why.',
  'key.rotated': 'New personal data is sealed by a new data key from here on.',
  'key.retired': 'Nothing is sealed by an older data key any more, and it was destroyed.',
  'day.reconciled': 'For one item, what was received yesterday is acknowledged, waits, or is parked.',
  'day.closed': 'Yesterday was reconciled; unbalanced means that an application is missing.',
  'store.recovered':
    'The database was damaged; it was put aside, and what could be read of it and of the backup goes on.',
  'access.account-added': 'A technician made an account for somebody who works here; the detail is its role.',
  'access.account-closed': 'An account was closed; who was signed in with it is not any more.',
  'access.pin-set': 'An account got a new PIN, and is unlocked by it.',
  'access.signed-in': 'Somebody signed in, by a PIN or by a card; the detail is the browser.',
  'access.sign-in-refused':
    'The account and the PIN that somebody typed do not belong together; the disposition says whether that locked it.',
  'access.card-registered':
    'Somebody registered a card of their own for signing in at the kiosk; of the card nothing is told.',
  'access.card-removed': 'A card signs nobody in any more; its digest was erased.',
  'access.card-refused':
    'A card on the reader let nobody in; the disposition says why. The subject is the account, or none of this terminal’s.',
  'access.signed-out': 'A session ended; the disposition says by what.',
  'access.browser-admitted': 'A technician let a browser in the station’s network in under a name.',
  'access.browser-revoked': 'A browser is let in no more.',
  'access.refused':
    'Somebody at the door in the station’s network was sent away; the disposition says why, the detail what was asked for.',
  'device.identify': 'A technician had a device asked anew who it is; the detail names it.',
  'device.switch': 'A technician switched a device off, or on again; the detail names it.',
  'device.trace': 'A technician had the bytes of a device told to the log, those of a person only counted.',
  'device.host-restart': 'A technician ended the process of the drivers; it is started again.',
  'burn-in.start': 'A technician began to work a device; the detail says which, and for how long.',
  'burn-in.stop': 'A technician ended a burn-in before its time.',
  'store.check':
    'A technician had every page of the database read; the disposition says whether it is whole.',
  'network.check':
    'A technician had the way to the platform tried; the disposition says what failed, the detail where.',
  'log.level': 'A technician had the log say more or less for some time; the detail says for how long.',
  'log.export': 'A technician took the redacted log along; the detail is the name of the file.',
  'calibrate.touch':
    'A technician touched four crosses; the detail says how far beside each the finger was taken to be.',
  'calibrate.screen': 'A technician held a card to the panel; the detail says what it measures by that.',
  'terminal.restart': 'A technician asked for a restart; the disposition says of what.',
  'terminal.decommissioned':
    'The terminal was taken out of its station for good: its keys and everything sealed under them are destroyed.',
  'access.permit-used':
    'Somebody came in by a code of the platform; the subject is its serial, the disposition its role.',
  'access.permit-refused': 'A code of the platform was typed and not taken; the disposition says why.',
  'access.second-asked':
    'Somebody wants to do what one person alone may not; the detail says what. Another person is asked for.',
  'access.second-confirmed':
    'Another person has confirmed it with a PIN of his own; the disposition says whose wish.',
  'access.second-ended': 'It was not done; the disposition says why.',
  'access.done-by-two':
    'What one person alone may not do was begun; the disposition says with whom. What came of it stands in a row of its own.',
  'access.done-alone':
    'What takes two people was begun by one, who keeps the machine, by a command with --alone; the detail says what and why. `noted-before`: the row could not be written when it was done; the detail says when that was.',
  'help.called':
    'Somebody at the kiosk called for staff; the disposition says whether anybody could hear it, the detail from which page.',
  'help.answered': 'Somebody said at a console: I am coming.',
  'help.done': 'Somebody said at a console that who called was helped.',
  'help.taken-back': 'Whoever called at the kiosk does not need anybody any more.',
  'help.ended': 'A call for staff ended by itself; the disposition says why.',
  'visit.ended': 'A visit ended and everything personal in it was wiped.',
} as const;

export type AuditEvent = keyof typeof auditEvents;
