import { implement, ORPCError } from '@orpc/server';
import type { CallerRole, Person, Who } from '#contract/access.ts';
import type { Fault } from '#contract/fault.ts';
import type { Helper } from '#contract/help.ts';
import type { Result } from '#contract/result.ts';
import type { CardUse } from '#contract/staff-card.ts';
import { terminalContract } from '#contract/terminal-api.ts';
import type { Access } from '../access/access.ts';
import type { CardsAtReader } from '../access/cards-at-reader.ts';
import { OWN_SCREEN, type OwnScreen } from '../access/own-screens.ts';
import type { Afterwards } from '../afterwards/afterwards.ts';
import type { AvailabilityOf } from '../catalogue/availability.ts';
import type { Chains } from '../catalogue/chains.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { GuideReports } from '../catalogue/guide-reports.ts';
import type { Finder } from '../catalogue/finder.ts';
import type { Station } from '../health/station.ts';
import type { TerminalHealthWatch } from '../health/terminal-health.ts';
import type { StationHanded } from '../handed/station-handed.ts';
import type { StationHelp } from '../help/station-help.ts';
import type { Parked } from '../outbox/parked.ts';
import type { Regions } from '../regions/regions.ts';
import type { Technician } from '../technician/technician.ts';
import type { ClipLibrary } from '../speech/clip-library.ts';
import type { Queue } from '../tickets/start-queue.ts';
import type { ProgressVisit } from '../visits/progress/progress-visit.ts';
import type { Visits } from '../visits/visits-types.ts';
import { mayCall } from './permissions.ts';

export interface Everybody {
  /** Null: no numbers are given out here. */
  readonly queue: Queue | null;
  readonly station: Station;
  readonly help: StationHelp;
  /** Null, as the queue. */
  readonly handed: StationHanded | null;
  readonly catalogue: Catalogue;
  readonly chains: Chains;
  readonly finder: Finder;
  readonly availabilityOf: AvailabilityOf;
  readonly guideReports: GuideReports;
  readonly visits: Visits;
  readonly progress: ProgressVisit;
  readonly clips: ClipLibrary;
  readonly regions: Pick<Regions, 'levels'>;
}

/** What the verbs work with, and who calls: decided once a connection, when it is admitted. */
export type ApiContext = KioskContext | StaffContext | BrowserContext;

export interface KioskContext extends Everybody {
  readonly role: 'kiosk';
  readonly afterwards: Afterwards;
  readonly screen: OwnScreen;
  readonly cardsAtReader: CardsAtReader;
  /** With what whoever is signed in at this screen works, and no longer than that; null: nobody is. */
  readonly staff: () => StaffContext | null;
}

/** A connection that came through the LAN door, or the kiosk's own while somebody is signed in there. */
interface FromTheStation extends Everybody {
  readonly who: Who;
  /** Asked before each call: false once the session, or the browser's admission, has ended. A use of the session. */
  readonly isStillIn: () => boolean;
  /** Told of each call that this role may not make. */
  readonly onRefused: (procedure: string) => void;
}

/** What the verbs of somebody who is signed in work with besides. */
export interface OfStaff {
  readonly parked: Parked;
  readonly health: TerminalHealthWatch;
  readonly browsers: Access['browsers'];
  readonly technician: Technician;
  readonly second: Access['second'];
  readonly cards: Pick<Access['accounts'], 'cardSinceMs' | 'forgetCard'> & { readonly use: CardUse };
  /** By its receipt number, asked for by this account. */
  readonly reprintReceipt: (receiptNo: string, account: string) => Result<null, Fault>;
}

/** Somebody who is signed in. */
export interface StaffContext extends FromTheStation, OfStaff {
  readonly role: Person['role'];
  /** Who signed in. */
  readonly account: string;
}

/** A browser at which nobody is signed in. */
export interface BrowserContext extends FromTheStation {
  readonly role: Exclude<CallerRole, 'kiosk' | Person['role']>;
}

const everybodys = implement(terminalContract).$context<ApiContext>();

const guarded = everybodys.use(({ context: own, path, next }) => {
  // The kiosk's own screen is a resident's, or of whoever is signed in there, and never of both.
  const context = own.role === 'kiosk' ? (own.staff() ?? own) : own;
  if (!mayCall(context.role, path)) {
    if (context.role !== 'kiosk') context.onRefused(path.join('.'));
    throw new ORPCError('FORBIDDEN');
  }
  if (context.role !== 'kiosk' && !context.isStillIn()) throw new ORPCError('UNAUTHORIZED');
  return next({ context });
});

/** It adds nothing to the context; its type would be the context with nothing added, and no union any more. */
export const api = guarded as unknown as typeof everybodys;

/** The verbs of a resident alone: nobody who is rated rates. */
export const forKiosk = api.use(({ context, next }) => {
  if (context.role !== 'kiosk') throw new ORPCError('FORBIDDEN');
  return next({ context: { afterwards: context.afterwards } });
});

/** Numbers are taken where the slip comes out; staff give them out by a verb of theirs. */
export const forKioskQueue = api.queue.use(({ context, next }) => {
  if (context.role !== 'kiosk') throw new ORPCError('FORBIDDEN');
  return next();
});

/** Signing in and out at the kiosk's own screen; a browser in the station does it by paths of the door. */
export const forOwnScreen = api.access.use(({ context, next }) => {
  if (!('screen' in context)) throw new ORPCError('FORBIDDEN');
  return next({ context: { screen: context.screen, cardsAtReader: context.cardsAtReader } });
});

/** The card of whoever is signed in, at whichever screen. */
export const forOwnCard = api.access.use(({ context, next }) => {
  if (!isSignedIn(context)) throw new ORPCError('FORBIDDEN');
  return next({ context: { cards: context.cards, account: context.account } });
});

/** The verbs of somebody who is signed in; a kiosk's own screen stands where anybody can reach it. */
export const forStaff = api.staff.use(({ context, next }) => {
  if (!isSignedIn(context)) throw new ORPCError('FORBIDDEN');
  const helper: Helper = { staffId: context.account, window: context.who.browser?.window ?? null };
  const { parked, account, health, reprintReceipt } = context;
  return next({ context: { parked, account, health, reprintReceipt, helper } });
});

/** Which computers are let in is decided by who stands before the machine, and not from one of them. */
export const forDoor = api.staff.door.use(({ context, next }) => {
  if (!isSignedIn(context)) throw new ORPCError('FORBIDDEN');
  if (context.who.browser !== null) {
    context.onRefused('staff.door');
    throw new ORPCError('FORBIDDEN');
  }
  return next({ context: { browsers: context.browsers, account: context.account } });
});

/** What the technician's console is made of; who may do which of it, the table of permissions says. */
export const forTechnician = api.technician.use(({ context, next }) => {
  if (!isSignedIn(context)) throw new ORPCError('FORBIDDEN');
  const { technician, account, role } = context;
  const person = { staffId: account, role };
  return next({ context: { technician, account, person, isAtKiosk: context.who.browser === null } });
});

/** A second person at any screen of the station. */
export const forSecond = api.staff.second.use(({ context, next }) => {
  if (!isSignedIn(context)) throw new ORPCError('FORBIDDEN');
  const { second, account, role, who } = context;
  const at = who.browser?.name ?? OWN_SCREEN;
  return next({ context: { second, at, person: { staffId: account, role } } });
});

function isSignedIn(context: ApiContext): context is StaffContext {
  return 'account' in context;
}
