import { implement, ORPCError } from '@orpc/server';
import { terminalContract } from '#contract/terminal-api.ts';
import type { Afterwards } from '../afterwards/afterwards.ts';
import type { AvailabilityOf } from '../catalogue/availability.ts';
import type { Chains } from '../catalogue/chains.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { GuideReports } from '../catalogue/guide-reports.ts';
import type { Finder } from '../catalogue/finder.ts';
import type { Station } from '../health/station.ts';
import type { Parked } from '../outbox/parked.ts';
import type { Regions } from '../regions/regions.ts';
import type { ClipLibrary } from '../speech/clip-library.ts';
import type { Queue } from '../tickets/start-queue.ts';
import type { ProgressVisit } from '../visits/progress/progress-visit.ts';
import type { Visits } from '../visits/visits-types.ts';

interface Everybody {
  /** Null: no numbers are given out here. */
  readonly queue: Queue | null;
  readonly station: Station;
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
export type ApiContext = KioskContext | StaffContext;

export interface KioskContext extends Everybody {
  readonly role: 'kiosk';
  readonly afterwards: Afterwards;
}

export interface StaffContext extends Everybody {
  readonly role: 'staff';
  readonly parked: Parked;
  /** Who signed in; null: staff on the kiosk itself. */
  readonly account: string | null;
}

export const api = implement(terminalContract).$context<ApiContext>();

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

/** The verbs of staff; a kiosk's own screen stands where anybody can reach it. */
export const forStaff = api.staff.use(({ context, next }) => {
  if (context.role !== 'staff') throw new ORPCError('FORBIDDEN');
  return next({ context: { parked: context.parked, account: context.account } });
});
