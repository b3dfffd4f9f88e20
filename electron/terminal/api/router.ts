import { api } from './context.ts';
import { accessOwnCard } from './verbs/access-own-card.ts';
import { accessRegisterCard } from './verbs/access-register-card.ts';
import { accessRemoveCard } from './verbs/access-remove-card.ts';
import { accessWatchCard } from './verbs/access-watch-card.ts';
import { accessSignIn } from './verbs/access-sign-in.ts';
import { accessSignInByPermit } from './verbs/access-sign-in-by-permit.ts';
import { accessSignOut } from './verbs/access-sign-out.ts';
import { accessStay } from './verbs/access-stay.ts';
import { accessWho } from './verbs/access-who.ts';
import { afterwardsRate } from './verbs/afterwards-rate.ts';
import { afterwardsRefuseReply } from './verbs/afterwards-refuse-reply.ts';
import { catalogueFind } from './verbs/catalogue-find.ts';
import { catalogueGuide } from './verbs/catalogue-guide.ts';
import { catalogueList } from './verbs/catalogue-list.ts';
import { cataloguePopular } from './verbs/catalogue-popular.ts';
import { catalogueRegions } from './verbs/catalogue-regions.ts';
import { catalogueReportError } from './verbs/catalogue-report-error.ts';
import { chainsFind } from './verbs/chains-find.ts';
import { chainsGuide } from './verbs/chains-guide.ts';
import { chainsList } from './verbs/chains-list.ts';
import { handedLook } from './verbs/handed-look.ts';
import { handedOpen } from './verbs/handed-open.ts';
import { helpCall } from './verbs/help-call.ts';
import { helpTakeBack } from './verbs/help-take-back.ts';
import { helpWatch } from './verbs/help-watch.ts';
import { parkedCorrect } from './verbs/parked-correct.ts';
import { parkedHandOver } from './verbs/parked-hand-over.ts';
import { parkedList } from './verbs/parked-list.ts';
import { parkedOpen } from './verbs/parked-open.ts';
import { parkedRetry } from './verbs/parked-retry.ts';
import { printingReprint } from './verbs/printing-reprint.ts';
import { printingSettle } from './verbs/printing-settle.ts';
import { progressAsk } from './verbs/progress-ask.ts';
import { progressBegin } from './verbs/progress-begin.ts';
import { progressByCard } from './verbs/progress-by-card.ts';
import { progressByNumber } from './verbs/progress-by-number.ts';
import { progressCorrect } from './verbs/progress-correct.ts';
import { progressOpen } from './verbs/progress-open.ts';
import { progressPrint } from './verbs/progress-print.ts';
import { queueCheckIn } from './verbs/queue-check-in.ts';
import { queueComeBack } from './verbs/queue-come-back.ts';
import { queueFindBooking } from './verbs/queue-find-booking.ts';
import { queueGiveUp } from './verbs/queue-give-up.ts';
import { queueLines } from './verbs/queue-lines.ts';
import { queueReprint } from './verbs/queue-reprint.ts';
import { queueSettle } from './verbs/queue-settle.ts';
import { queueTake } from './verbs/queue-take.ts';
import { queueToWindow } from './verbs/queue-to-window.ts';
import { queueWatchBookingCard } from './verbs/queue-watch-booking-card.ts';
import { queueWatchCard } from './verbs/queue-watch-card.ts';
import { queueWatchScan } from './verbs/queue-watch-scan.ts';
import { queueWatchTaken } from './verbs/queue-watch-taken.ts';
import { speechClip } from './verbs/speech-clip.ts';
import { speechClips } from './verbs/speech-clips.ts';
import { staffDoorAdmit } from './verbs/staff-door-admit.ts';
import { staffDoorShutOut } from './verbs/staff-door-shut-out.ts';
import { staffDoorWatch } from './verbs/staff-door-watch.ts';
import { staffHelpCome } from './verbs/staff-help-come.ts';
import { staffHelpDone } from './verbs/staff-help-done.ts';
import { staffHelpWatch } from './verbs/staff-help-watch.ts';
import { staffQueueDo } from './verbs/staff-queue-do.ts';
import { staffQueueFigures } from './verbs/staff-queue-figures.ts';
import { staffQueueFind } from './verbs/staff-queue-find.ts';
import { staffQueueReprint } from './verbs/staff-queue-reprint.ts';
import { staffQueueWatch } from './verbs/staff-queue-watch.ts';
import { staffSecondConfirm } from './verbs/staff-second-confirm.ts';
import { staffSecondRefuse } from './verbs/staff-second-refuse.ts';
import { staffSecondWatch } from './verbs/staff-second-watch.ts';
import { staffTerminalReprint } from './verbs/staff-terminal-reprint.ts';
import { staffTerminalWatch } from './verbs/staff-terminal-watch.ts';
import { stationWatch } from './verbs/station-watch.ts';
import { technicianBurnInStart } from './verbs/technician-burn-in-start.ts';
import { technicianBurnInStop } from './verbs/technician-burn-in-stop.ts';
import { technicianCalibrateScreen } from './verbs/technician-calibrate-screen.ts';
import { technicianCalibrateTouch } from './verbs/technician-calibrate-touch.ts';
import { technicianCheckNetwork } from './verbs/technician-check-network.ts';
import { technicianCheckStore } from './verbs/technician-check-store.ts';
import { technicianDecommissionDo } from './verbs/technician-decommission-do.ts';
import { technicianDecommissionLook } from './verbs/technician-decommission-look.ts';
import { technicianDeviceHistory } from './verbs/technician-device-history.ts';
import { technicianDeviceIdentify } from './verbs/technician-device-identify.ts';
import { technicianDeviceRestartHost } from './verbs/technician-device-restart-host.ts';
import { technicianDeviceSetEnabled } from './verbs/technician-device-set-enabled.ts';
import { technicianDeviceTrace } from './verbs/technician-device-trace.ts';
import { technicianLogExport } from './verbs/technician-log-export.ts';
import { technicianLogExportTo } from './verbs/technician-log-export-to.ts';
import { technicianLogSetLevel } from './verbs/technician-log-set-level.ts';
import { technicianLogWatch } from './verbs/technician-log-watch.ts';
import { technicianRestart } from './verbs/technician-restart.ts';
import { technicianSetService } from './verbs/technician-set-service.ts';
import { technicianWatch } from './verbs/technician-watch.ts';
import { visitAcceptCard } from './verbs/visit-accept-card.ts';
import { visitAddEntry } from './verbs/visit-add-entry.ts';
import { visitAnother } from './verbs/visit-another.ts';
import { visitAnswer } from './verbs/visit-answer.ts';
import { visitBack } from './verbs/visit-back.ts';
import { visitBegin } from './verbs/visit-begin.ts';
import { visitBeginChain } from './verbs/visit-begin-chain.ts';
import { visitChange } from './verbs/visit-change.ts';
import { visitConsent } from './verbs/visit-consent.ts';
import { visitEnd } from './verbs/visit-end.ts';
import { visitFinishGroup } from './verbs/visit-finish-group.ts';
import { visitGoOn } from './verbs/visit-go-on.ts';
import { visitKeepDraft } from './verbs/visit-keep-draft.ts';
import { visitRemoveEntry } from './verbs/visit-remove-entry.ts';
import { visitResumeDraft } from './verbs/visit-resume-draft.ts';
import { visitSetLanguage } from './verbs/visit-set-language.ts';
import { visitSubmit } from './verbs/visit-submit.ts';
import { visitTouch } from './verbs/visit-touch.ts';
import { visitTypeIdentity } from './verbs/visit-type-identity.ts';
import { visitAttach } from './verbs/visit-attach.ts';
import { visitPhoto } from './verbs/visit-photo.ts';
import { visitDropPage } from './verbs/visit-drop-page.ts';
import { visitMovePage } from './verbs/visit-move-page.ts';
import { visitChoosePaper } from './verbs/visit-choose-paper.ts';
import { visitChangePaper } from './verbs/visit-change-paper.ts';
import { visitWatch } from './verbs/visit-watch.ts';

/** The table of contents of the API: one file a verb. */
export const router = api.router({
  station: { watch: stationWatch },
  catalogue: {
    list: catalogueList,
    find: catalogueFind,
    popular: cataloguePopular,
    guide: catalogueGuide,
    regions: catalogueRegions,
    reportError: catalogueReportError,
  },
  chains: { list: chainsList, find: chainsFind, guide: chainsGuide },
  visit: {
    watch: visitWatch,
    begin: visitBegin,
    beginChain: visitBeginChain,
    another: visitAnother,
    goOn: visitGoOn,
    setLanguage: visitSetLanguage,
    consent: visitConsent,
    acceptCard: visitAcceptCard,
    typeIdentity: visitTypeIdentity,
    answer: visitAnswer,
    addEntry: visitAddEntry,
    removeEntry: visitRemoveEntry,
    finishGroup: visitFinishGroup,
    change: visitChange,
    back: visitBack,
    attach: visitAttach,
    photo: visitPhoto,
    dropPage: visitDropPage,
    movePage: visitMovePage,
    choosePaper: visitChoosePaper,
    changePaper: visitChangePaper,
    submit: visitSubmit,
    keepDraft: visitKeepDraft,
    resumeDraft: visitResumeDraft,
    touch: visitTouch,
    end: visitEnd,
  },
  afterwards: { rate: afterwardsRate, refuseReply: afterwardsRefuseReply },
  printing: { reprint: printingReprint, settle: printingSettle },
  progress: {
    begin: progressBegin,
    byCard: progressByCard,
    byNumber: progressByNumber,
    ask: progressAsk,
    open: progressOpen,
    print: progressPrint,
    correct: progressCorrect,
  },
  speech: { clips: speechClips, clip: speechClip },
  queue: {
    lines: queueLines,
    watchCard: queueWatchCard,
    take: queueTake,
    watchTaken: queueWatchTaken,
    reprint: queueReprint,
    settle: queueSettle,
    giveUp: queueGiveUp,
    watchScan: queueWatchScan,
    comeBack: queueComeBack,
    toWindow: queueToWindow,
    watchBookingCard: queueWatchBookingCard,
    findBooking: queueFindBooking,
    checkIn: queueCheckIn,
  },
  help: { watch: helpWatch, call: helpCall, takeBack: helpTakeBack },
  access: {
    who: accessWho,
    signIn: accessSignIn,
    signInByPermit: accessSignInByPermit,
    watchCard: accessWatchCard,
    ownCard: accessOwnCard,
    registerCard: accessRegisterCard,
    removeCard: accessRemoveCard,
    signOut: accessSignOut,
    stay: accessStay,
  },
  staff: {
    queue: {
      do: staffQueueDo,
      watch: staffQueueWatch,
      figures: staffQueueFigures,
      find: staffQueueFind,
      reprint: staffQueueReprint,
    },
    handed: { look: handedLook, open: handedOpen },
    help: { watch: staffHelpWatch, come: staffHelpCome, done: staffHelpDone },
    door: { watch: staffDoorWatch, admit: staffDoorAdmit, shutOut: staffDoorShutOut },
    second: { watch: staffSecondWatch, confirm: staffSecondConfirm, refuse: staffSecondRefuse },
    terminal: { watch: staffTerminalWatch, reprint: staffTerminalReprint },
    parked: {
      list: parkedList,
      open: parkedOpen,
      retry: parkedRetry,
      correct: parkedCorrect,
      handOver: parkedHandOver,
    },
  },
  technician: {
    watch: technicianWatch,
    device: {
      history: technicianDeviceHistory,
      trace: technicianDeviceTrace,
      identify: technicianDeviceIdentify,
      setEnabled: technicianDeviceSetEnabled,
      restartHost: technicianDeviceRestartHost,
    },
    burnIn: { start: technicianBurnInStart, stop: technicianBurnInStop },
    checkStore: technicianCheckStore,
    checkNetwork: technicianCheckNetwork,
    log: {
      watch: technicianLogWatch,
      setLevel: technicianLogSetLevel,
      export: technicianLogExport,
      exportTo: technicianLogExportTo,
    },
    calibrate: { touch: technicianCalibrateTouch, screen: technicianCalibrateScreen },
    setService: technicianSetService,
    restart: technicianRestart,
    decommission: { look: technicianDecommissionLook, do: technicianDecommissionDo },
  },
});

export type TerminalRouter = typeof router;
