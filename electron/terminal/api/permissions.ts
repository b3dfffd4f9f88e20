import type { AnyContractProcedure } from '@orpc/contract';
import type { CallerRole } from '#contract/access.ts';
import type { terminalContract } from '#contract/terminal-api.ts';

/** Every procedure of the API by its path, `staff.parked.list`. */
export type Procedure = PathsIn<typeof terminalContract>;

type PathsIn<T> = {
  [K in keyof T & string]: T[K] extends AnyContractProcedure ? K : `${K}.${PathsIn<T[K]>}`;
}[keyof T & string];

/** A resident at this kiosk's own screen, and nobody else: what stands on it is one person's. */
const resident: readonly CallerRole[] = ['kiosk'];
const anyBrowser: readonly CallerRole[] = ['window', 'board', 'staff', 'technician', 'auditor'];
const atWindow: readonly CallerRole[] = ['staff', 'technician'];
const technician: readonly CallerRole[] = ['technician'];
const keepsOrReads: readonly CallerRole[] = ['technician', 'auditor'];
/** An auditor reads what staff do, and does none of it; a resident's answers are no books. */
const books: readonly CallerRole[] = ['staff', 'technician', 'auditor'];

/** Who may call what. A procedure without a row does not compile. */
export const permissions: Readonly<Record<Procedure, readonly CallerRole[]>> = {
  'station.watch': ['kiosk', ...books],
  'catalogue.list': ['kiosk', ...atWindow],
  'catalogue.find': ['kiosk', ...atWindow],
  'catalogue.popular': resident,
  'catalogue.guide': ['kiosk', ...atWindow],
  'catalogue.regions': ['kiosk', ...atWindow],
  'catalogue.reportError': resident,
  'chains.list': resident,
  'chains.find': resident,
  'chains.guide': resident,
  'visit.watch': resident,
  'visit.begin': resident,
  'visit.beginChain': resident,
  'visit.another': resident,
  'visit.goOn': resident,
  'visit.setLanguage': resident,
  'visit.consent': resident,
  'visit.acceptCard': resident,
  'visit.typeIdentity': resident,
  'visit.answer': resident,
  'visit.addEntry': resident,
  'visit.removeEntry': resident,
  'visit.finishGroup': resident,
  'visit.change': resident,
  'visit.back': resident,
  'visit.attach': resident,
  'visit.photo': resident,
  'visit.dropPage': resident,
  'visit.movePage': resident,
  'visit.choosePaper': resident,
  'visit.changePaper': resident,
  'visit.submit': resident,
  'visit.keepDraft': resident,
  'visit.resumeDraft': resident,
  'visit.touch': resident,
  'visit.end': resident,
  'afterwards.rate': resident,
  'afterwards.refuseReply': resident,
  'printing.reprint': resident,
  'printing.settle': resident,
  'progress.begin': resident,
  'progress.byCard': resident,
  'progress.byNumber': resident,
  'progress.ask': resident,
  'progress.open': resident,
  'progress.print': resident,
  'progress.correct': resident,
  'speech.clips': ['kiosk', 'board'],
  'speech.clip': ['kiosk', 'board'],
  'queue.lines': resident,
  'queue.watchCard': resident,
  'queue.take': resident,
  'queue.watchTaken': resident,
  'queue.reprint': resident,
  'queue.settle': resident,
  'queue.giveUp': resident,
  'queue.watchScan': resident,
  'queue.comeBack': resident,
  'queue.toWindow': resident,
  'queue.watchBookingCard': resident,
  'queue.findBooking': resident,
  'queue.checkIn': resident,
  'help.watch': resident,
  'help.call': resident,
  'help.takeBack': resident,
  'access.who': ['kiosk', ...anyBrowser],
  'access.signIn': resident,
  'access.signInByPermit': resident,
  'access.watchCard': resident,
  'access.ownCard': books,
  'access.registerCard': books,
  'access.removeCard': books,
  'access.signOut': books,
  'access.stay': books,
  'staff.queue.do': atWindow,
  'staff.queue.watch': books,
  'staff.queue.figures': books,
  'staff.queue.find': books,
  'staff.queue.reprint': atWindow,
  // A resident's answers, for whoever serves him and nobody else.
  'staff.handed.look': ['staff'],
  'staff.handed.open': ['staff'],
  'staff.help.watch': atWindow,
  'staff.help.come': atWindow,
  'staff.help.done': atWindow,
  'staff.door.watch': technician,
  'staff.door.admit': technician,
  'staff.door.shutOut': technician,
  'staff.second.watch': books,
  'staff.second.confirm': atWindow,
  'staff.second.refuse': atWindow,
  'staff.terminal.watch': books,
  'staff.terminal.reprint': atWindow,
  'staff.parked.list': books,
  'staff.parked.open': atWindow,
  'staff.parked.retry': atWindow,
  'staff.parked.correct': atWindow,
  'staff.parked.handOver': atWindow,
  'technician.watch': keepsOrReads,
  'technician.device.history': keepsOrReads,
  'technician.device.trace': technician,
  'technician.device.identify': technician,
  'technician.device.setEnabled': technician,
  'technician.device.restartHost': technician,
  'technician.burnIn.start': technician,
  'technician.burnIn.stop': technician,
  'technician.checkStore': technician,
  'technician.checkNetwork': technician,
  'technician.log.watch': keepsOrReads,
  'technician.log.setLevel': technician,
  'technician.log.export': technician,
  'technician.log.exportTo': technician,
  'technician.calibrate.touch': technician,
  'technician.calibrate.screen': technician,
  'technician.setService': technician,
  'technician.restart': technician,
  'technician.decommission.look': keepsOrReads,
  'technician.decommission.do': technician,
};

const rolesOf: ReadonlyMap<string, readonly CallerRole[]> = new Map(Object.entries(permissions));

/** False for what is no procedure at all. */
export function mayCall(role: CallerRole, path: readonly string[]): boolean {
  return rolesOf.get(path.join('.'))?.includes(role) ?? false;
}
