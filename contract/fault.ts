import { z } from 'zod';

/**
 * Every failure that the product knows, by name. Each code has a sentence for the resident and an action
 * for staff in every locale (renderer/locale/faults.*.ts; a test fails when one is missing).
 * A code is never reused for another meaning and never renamed: the audit log holds it for years.
 */
export const faultCodes = [
  // The line to a device, whatever the device is.
  'device.port-missing', // the configured port or address does not exist
  'device.port-busy', // another program holds the port
  'device.open-failed', // the port exists and cannot be opened
  'device.silent', // no answer within the command's time limit
  'device.garbled', // an answer whose checksum or form is wrong
  'device.frame-too-long', // an answer that goes on past its own length, or past the limit
  'device.refused', // the device answered that it cannot do this
  'device.unidentified', // something answers, and it is not the configured kind of device
  'device.lost', // the line closed, or the device stopped answering
  'device.disabled', // a technician switched it off
  'device.not-ready', // asked to work before it was identified
  'device.host-gone', // the process that runs the drivers died; it is being respawned
  // Cards.
  'card.read-failed', // the card left the field, or did not answer; place it again
  'card.not-id-card', // a card of another kind
  'card.suspicious', // the security module and the card do not authenticate each other
  'card.unreadable-text', // the module answered, and the text block does not parse
  // Codes on residents' telephones.
  'code.garbled', // the scanner did not get it whole; show it again
  'code.scanner-fault', // the scanner is there and does not do its work
  'code.needs-line', // the platform cannot be asked, and nobody else knows whose a code is
  'code.unknown', // the platform knows nobody by it: another kind of code
  'code.expired',
  'code.used', // a code is good for one answer
  'code.not-supported', // this platform resolves no codes
  'code.not-resolved', // the platform was asked and gave no answer that can be used
  // Papers and the camera that photographs them.
  'camera.missing', // none is there, or not the configured one
  'camera.denied', // the browser does not let our page use it
  'camera.busy', // another program holds it
  'camera.lost', // it was unplugged, or stopped in the middle
  'camera.black', // it sends pictures without light: a lid on it, or a dead sensor
  'camera.failed',
  'paper.not-a-photo', // the bytes are no JPEG of a size that is taken
  'paper.too-large',
  'paper.broken-off', // a part of a photograph is missing; it is sent again
  'paper.too-many', // the visit holds as many pages, or bytes, as it may
  // Receipt printers.
  'printer.paper-out',
  'printer.paper-near-end',
  'printer.cover-open',
  'printer.cutter',
  'printer.hardware',
  'printer.offline',
  'printer.unconfirmed', // bytes were sent, and nobody can say whether they were printed
  // The line to the platform.
  'platform.unreachable',
  'platform.timeout',
  'platform.not-authorised', // 401, 403
  'platform.rejected', // any other 4xx
  'platform.conflict', // 409: another payload is stored under the same key
  'platform.too-old', // 410 APPLICATION_TOO_OLD: older than what the platform keeps
  'platform.busy', // 408, 425, 429
  'platform.failed', // 5xx
  'platform.nonsense', // an answer that is not what the contract says
  'platform.too-large', // an answer over the size limit
  'platform.untrusted', // its certificate is expired, not valid yet, for another name, or of an unknown authority
  'platform.redirected', // 3xx is never followed
  'platform.attachments-missing', // it lacks attachments of this application; they are sent again
  'platform.uploads-full', // 429 UPLOADS_FULL: it takes no more attachments of this terminal for now; what has none goes on
  'platform.attachment-damaged', // what arrived is not what was sent; it is sent anew
  'platform.terminal-unknown', // no terminal is enrolled there with this one's key
  'platform.terminal-revoked',
  'platform.replayed', // it took the request for one that it had received before
  'platform.clock-skew', // the clocks differ, and the correction did not help
  'platform.signature-refused', // it could not verify the signature, or the body under it
  // This terminal's identity at the platform.
  'identity.not-enrolled', // no code was ever given; what is submitted waits
  'identity.key-unreadable', // the file of the device key does not open
  'enrolment.code-malformed', // a slip of the one who typed it
  'enrolment.code-unknown', // the platform has no such code for this terminal at this station
  'enrolment.code-used',
  'enrolment.code-expired',
  'enrolment.already-enrolled', // the platform knows this terminal by another key
  'enrolment.key-in-use', // the key belongs, or belonged, to a terminal
  // Orders of the platform, which a terminal fetches.
  'fleet.no-key', // the terminal holds no key of the platform by which an order could be verified
  'fleet.signature-wrong', // not signed by the key that was pinned
  'fleet.malformed', // signed, and no order all the same
  'fleet.not-ours', // to another terminal
  'fleet.too-early',
  'fleet.expired',
  'fleet.replayed', // it was followed before, and an order is good once
  'fleet.unknown-order', // of a kind that this program does not know
  'fleet.interrupted', // the program ended while it was at it; nobody does it twice
  'fleet.not-here', // nothing of this terminal does that
  'fleet.program-by-hand', // its program comes by its own installer, and not by an order
  // Signed packages of the program, the catalogue and the configuration.
  'parcel.no-key', // the configuration names no key by which a package could be verified
  'parcel.signature-wrong', // the manifest is not signed by the key that this machine goes by
  'parcel.malformed', // signed, and no manifest all the same
  'parcel.other-kind', // the order asks for another kind of package than the manifest is of
  'parcel.other-version', // the manifest is not the one that the order names
  'parcel.damaged', // the file is not the one that the manifest names
  'parcel.too-large', // longer than a package of its kind may be
  'parcel.needs-newer', // made for a newer program than this one
  'parcel.not-ours', // the configuration makes another terminal, or one of another station, of this one
  'parcel.config-refused', // this terminal could not start with the configuration
  'parcel.catalogue-refused', // an item, a chain or a guide of the catalogue is not whole
  'parcel.no-room', // the disk's reserve would be used up
  'parcel.unknown', // the platform has no such package
  'parcel.replaced', // a newer order for the same kind came before this one was done
  'parcel.not-ready', // the terminal did not become ready under it; what was in force before is in force again
  // Another version of the program, which root's updater takes.
  'update.request-wrong', // what is asked for, or a file that it names, is not what it should be
  'update.older', // older than what this machine took last, and not the version before that
  'update.not-whole', // it could not be laid out, failed its own self-test, or could not be switched to
  'update.no-way-back', // the version that runs could not read the store behind it
  'update.crashed', // it crashed while it was tried; the version before is in force again
  // The terminal's own store.
  'store.schema-unknown', // the database was written by another version; it is never reset
  'store.not-durable', // the database did not accept the settings that make a commit durable
  'store.in-use', // another process holds the database: the terminal itself, or its command line
  'store.other-user', // the data folder is another user's: what root wrote there the terminal could not open
  'store.full',
  'store.corrupt', // the database is damaged; what can be read is recovered, and the file is kept
  'store.failed',
  'store.key-missing', // the master key cannot be read, or does not open the data keys
  'store.attachment-gone', // an attachment's file is missing, or is not what was stored
  'store.suite-missing', // this machine lacks the cipher suite that the configuration or the data asks for
  // Configuration.
  'config.unreadable',
  'config.syntax',
  'config.unknown-key',
  'config.missing-key',
  'config.wrong-type',
  'config.wrong-value',
  // Calls to the terminal's or the platform's API.
  'api.malformed',
  'api.too-large',
  'api.unknown-procedure',
  'api.forbidden',
  'api.failed',
  // Accounts of staff, browsers in the station, and the door in the LAN that lets them in.
  'access.wrong-pin', // no such account, or not its PIN; which of the two is not said
  'access.locked', // too many wrong PINs for this account or at this browser
  'access.busy', // more people sign in at once than PINs can be checked
  'access.signed-out', // the session has ended: too long, idle, closed, or signed in elsewhere in its place
  'access.pin-weak', // not six to twelve digits, or one that anybody tries first
  'access.account-exists',
  'access.account-unknown', // no open account of that id
  'access.not-admitted', // the browser was never admitted, or is no more
  'access.code-unknown', // no browser shows that code now
  'access.browser-unknown', // no admitted browser of that name
  'access.visit-open', // a resident is at the kiosk's own screen: nobody signs in there
  'access.permit-wrong', // no code of this platform for this terminal, or a slip of the finger
  'access.permit-early', // its hours have not begun, by this terminal's clock
  'access.permit-over', // its hours are over, by this terminal's clock
  'access.permit-clock', // it is one of this terminal, of weeks from now: the clock here is wrong, or it is very old
  'access.permit-revoked', // the platform has said that it is good no more
  'access.card-unknown', // the card on the reader is no account's here
  'access.card-expired', // by the day that stands on it
  'access.card-locked', // too many cards that are nobody's: the reader lets nobody in for a while, number and PIN do
  'access.card-taken', // it is another account's
  'access.card-none', // the account has none
  'access.first-role', // an account of another role is asked for to begin it
  'access.second-needed', // one person alone may not: another one confirms it with a PIN of his own
  'access.second-same', // who asked cannot be the second
  'access.second-role', // an account of another role is asked for as the second
  'access.second-over', // nothing waits for a second person any more: too late, refused, done, or changed
  'lan.certificate-unusable', // not readable, not of this key, not in force, or not for these names
  'lan.port-busy', // another program holds the port of the door
  'lan.cannot-listen', // the system refuses the door's address or port, and says by its own code why
  // The technician's console.
  'terminal.decommissioned', // its keys are destroyed, and it is not started any more
  'technician.device-unknown',
  'technician.device-off',
  'technician.visit-open',
  'technician.in-service',
  'technician.burn-in-runs',
  'technician.store-too-large',
  'technician.file-unreadable',
  'technician.at-kiosk',
  'technician.folder-refused',
  'technician.not-written',
  'technician.other-terminal',
  'technician.leftovers',
  // Visits and forms.
  'station.clock-wrong', // before the program was made, or of another day than the platform's: nobody begins, and no number is given out
  'station.out-of-service', // by a technician's word, or the platform's: nobody begins anything
  'visit.none',
  'visit.wrong-step',
  'item.unknown',
  'regions.broken', // the table of provinces to communities does not parse; the one before stays
  'item.broken', // the item's definition does not parse; the rest of the catalogue works
  'item.closed', // the office that decides on it is closed now, and it can only be begun while it is open
  'item.guide-only', // this terminal explains it; it is done at a window
  'draft.needs-card', // without a card nobody could take it up again
  'item.not-offline', // this item cannot be received while the platform is away
  'catalogue.empty', // no item was ever fetched
  'chain.unknown', // no such chain here, or none of its items that was asked for
  'intake.incomplete', // the answers do not pass; every problem is listed at once
  'intake.consent-missing',
  'intake.attachments-refused', // of a form that is not taken, too large, or too many
  'print.no-job',
  'print.kiosk-busy', // somebody stands at the kiosk, out of which somebody else's slip would come
  'case.not-shown', // a word about a case that this screen does not show, or that takes no such word now
  // How a case goes.
  'progress.none', // nothing is known by this number and code
  'progress.too-many', // wrong numbers were tried too often at this terminal
  'progress.busy', // the platform has too much in hand, for whoever asks
  'progress.not-a-slip', // the scanner read a code that is on none of our slips
  'progress.needs-line', // the platform cannot be asked
  'progress.no-answer', // the platform was asked and gave no answer that can be used
  'progress.moved', // the case is not in correction any more
  'progress.form-changed', // the form's version that it was filled in by is not in the catalogue
  // Applications that belong to staff.
  'parked.unknown', // no such application, or revision of it, is here
  'parked.settled', // it does not belong to staff any more: somebody else acted first, or it is on its way
  'parked.item-gone', // the form's version that it was filled in by is not in the catalogue
  // The station's queue.
  'queue.not-here', // the station has no queue
  'queue.ticket-unknown', // no such ticket today
  'queue.wrong-state', // the ticket is where this cannot be done to it: somebody else was faster, or it is over
  'queue.other-window', // the ticket is at another window
  'queue.line-unknown', // the station has no line of that letter
  'queue.line-closed', // no numbers are given any more today
  'queue.nobody-waits', // nobody whom this window may call
  'queue.window-closed', // nobody is signed in at the window, or it pauses
  'queue.window-busy', // somebody is called or served there
  'queue.window-taken', // somebody else is signed in there
  'queue.too-soon', // a second touch in the same moment, or a call so soon behind the last one that nobody can have come
  'queue.recalled-enough', // called as often as a ticket may be
  'queue.return-late', // who missed the call came back later than a missed ticket is good for
  'queue.ticket-void', // missed as often as a ticket may be
  'queue.ticket-over', // done, cancelled, or expired: there is nothing to come back to
  'queue.ticket-away', // at a window, or put aside by one: whoever holds it belongs there
  'queue.slip-of-another-day', // the slip that was scanned is not of today
  'queue.not-a-slip', // what was scanned is no code of the queue
  'queue.booking-unknown', // no booking of this number
  'queue.booking-none', // nothing was booked with this card
  'queue.booking-needs-line', // not among today's bookings here, and without the line nobody can tell
  'queue.not-a-booking', // what was scanned is no code of a booking
  'queue.booking-early', // checked in before the booking may
  'queue.booking-used', // checked in already
  'queue.nowhere', // sent to a line, window or person that is not there, or where it is already
  'queue.nothing-to-undo', // too late, or something happened since
  'queue.numbers-used-up', // the line, or the terminal's own block, has no number left today
  'queue.hub-lost', // the station's hub does not answer, and this cannot be done without it
  'queue.hub-refuses', // the hub does not let this terminal in, or has other lines or blocks
  'queue.hub-replaced', // another terminal is the hub now, and this one is no member of it yet
  'queue.number-twice', // two terminals gave out the same number: their blocks are not apart
  // A form that was handed to the window with a number.
  'handed.none', // there is none with this ticket, or it does not open
  'handed.not-yours', // whoever asks does not serve this ticket now
  'handed.kiosk-silent', // the kiosk at which it was filled in does not answer
  // Calls for help from a kiosk.
  'help.gone', // taken back, done, or forgotten
  'help.taken', // somebody else is coming already
  // The file that carries what is unacknowledged to another place.
  'transfer.unreadable', // the file cannot be read
  'transfer.not-written', // the file cannot be written, or is there already
  'transfer.not-ours', // the file is of another kind
  'transfer.version-unknown', // the file was written by a newer program
  'transfer.code-garbled', // the transfer code was mistyped; the detail says in which group
  'transfer.wrong-code', // a transfer code of another file
  'transfer.damaged', // the file is not whole; what could be proven was taken
  'transfer.other-station', // the file is of another station
] as const;

export const faultCodeSchema = z.enum(faultCodes);
export type FaultCode = z.infer<typeof faultCodeSchema>;

/**
 * `detail` is for the technician and the log: never a personal value, never shown to a resident.
 */
export const faultSchema = z.object({
  code: faultCodeSchema,
  detail: z.string().max(500).optional(),
});
export type Fault = z.infer<typeof faultSchema>;

const MAX_DETAIL_CHARS = 500;

export function fault(code: FaultCode, detail?: string): Fault {
  return detail === undefined ? { code } : { code, detail: detail.slice(0, MAX_DETAIL_CHARS) };
}
