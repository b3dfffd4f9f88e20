import { acceptCase } from './accept-case.ts';
import { acknowledgeInbox } from './acknowledge-inbox.ts';
import { appendAttachment } from './append-attachment.ts';
import { attachmentStatus } from './attachment-status.ts';
import { open } from './base.ts';
import { beginSpecial } from './begin-special.ts';
import { cancelABooking } from './cancel-booking.ts';
import { readCaseHistory } from './case-history.ts';
import { caseProgress } from './case-progress.ts';
import { changeTerminalKey } from './change-key.ts';
import { closeCase } from './close-case.ts';
import { completeStep } from './complete-step.ts';
import { confirmCorrection } from './confirm-correction.ts';
import { deliverCase } from './deliver-case.ts';
import { endSpecial } from './end-special.ts';
import { enrol } from './enrol-terminal.ts';
import { extendCase } from './extend-case.ts';
import { findOwnApplication } from './find-application.ts';
import { getCase } from './get-case.ts';
import { getItem } from './get-item.ts';
import { handOverCase } from './hand-over-case.ts';
import { health } from './health.ts';
import { hearTerminal } from './heartbeat.ts';
import { getInteraction } from './interaction-state.ts';
import { keepABooking } from './keep-booking.ts';
import { listAlerts } from './list-alerts.ts';
import { listCases } from './list-cases.ts';
import { listDispatches } from './list-dispatches.ts';
import { listGuideErrors } from './list-guide-errors.ts';
import { listGivenRatings } from './list-ratings.ts';
import { listChains } from './list-chains.ts';
import { listItems } from './list-items.ts';
import { listKeys } from './list-keys.ts';
import { listRegions } from './list-regions.ts';
import { openCaseCorrection } from './open-correction.ts';
import { readOwnInbox } from './read-inbox.ts';
import { refuseCase } from './refuse-case.ts';
import { refuseGivenReply } from './refuse-reply.ts';
import { giveReply } from './reply.ts';
import { reportGuide } from './report-guide.ts';
import { requestCorrection } from './request-correction.ts';
import { resolveCode } from './resolve-code.ts';
import { reportReadiness } from './report-readiness.ts';
import { getParcel } from './get-parcel.ts';
import { getParcelChunk } from './get-parcel-chunk.ts';
import { reportStationDay } from './report-station-day.ts';
import { returnCase } from './return-case.ts';
import { searchForBookings } from './search-bookings.ts';
import { settleOrder } from './settle-command.ts';
import { settleABooking } from './settle-booking.ts';
import { stationBookings } from './station-bookings.ts';
import { readStationFigures } from './station-figures.ts';
import { submitApplication } from './submit-application.ts';
import { submitRating } from './submit-rating.ts';
import { answerEntry } from './answer-ledger-entry.ts';
import { closeEntry } from './close-ledger-entry.ts';
import { dispatchMatter } from './dispatch.ts';
import { getCourse } from './interaction-course.ts';
import { listOpenCallBacks } from './list-call-backs.ts';
import { listLedgerEntries } from './list-ledger.ts';
import { noteACall } from './note-call.ts';
import { shareTerminalPermitKey } from './share-permit-key.ts';
import { showLedgerCase } from './show-ledger-case.ts';
import { tellAudit } from './tell-audit.ts';
import { verifyEntry } from './verify-ledger-entry.ts';
import { readEvaluation } from './evaluation.ts';
import { withdrawCase } from './withdraw-case.ts';

/** Every verb of the contract; a missing one does not compile. */
export const router = open.router({
  health,
  terminals: {
    enrol,
    changeKey: changeTerminalKey,
    tellAudit,
    sharePermitKey: shareTerminalPermitKey,
    reportReadiness,
  },
  fleet: { heartbeat: hearTerminal, settle: settleOrder, parcel: getParcel, parcelChunk: getParcelChunk },
  catalogue: {
    list: listItems,
    get: getItem,
    chains: listChains,
    regions: listRegions,
    reportGuide,
    guideErrors: listGuideErrors,
  },
  applications: { submit: submitApplication, find: findOwnApplication },
  attachments: { status: attachmentStatus, append: appendAttachment },
  codes: { resolve: resolveCode },
  cases: {
    list: listCases,
    get: getCase,
    progress: caseProgress,
    openCorrection: openCaseCorrection,
    accept: acceptCase,
    refuse: refuseCase,
    requestCorrection,
    close: closeCase,
    confirmCorrection,
    completeStep,
    beginSpecial,
    endSpecial,
    extend: extendCase,
    handOver: handOverCase,
    return: returnCase,
    withdraw: withdrawCase,
    deliver: deliverCase,
    history: readCaseHistory,
    alerts: listAlerts,
  },
  interactions: {
    state: getInteraction,
    reply: giveReply,
    dispatch: dispatchMatter,
    course: getCourse,
    refuse: refuseGivenReply,
  },
  bookings: {
    keep: keepABooking,
    cancel: cancelABooking,
    ofStation: stationBookings,
    search: searchForBookings,
    settle: settleABooking,
  },
  ratings: { submit: submitRating, list: listGivenRatings },
  ledger: {
    list: listLedgerEntries,
    showCase: showLedgerCase,
    verify: verifyEntry,
    answer: answerEntry,
    close: closeEntry,
  },
  callBacks: { list: listOpenCallBacks, call: noteACall },
  evaluation: { figures: readEvaluation },
  inbox: { read: readOwnInbox, acknowledge: acknowledgeInbox },
  dispatches: { list: listDispatches },
  keys: { list: listKeys },
  stationDays: { report: reportStationDay, figures: readStationFigures },
});
