import { implement } from '@orpc/server';
import type pg from 'pg';
import { platformContract } from '#contract/platform-api.ts';
import type { Clock } from '#contract/ports.ts';
import type { OfficeCalendar } from '../cases/working-days.ts';
import type { Catalogue } from '../catalogue/load-catalogue.ts';
import type { CodeResolver } from '../codes/code-resolver.ts';
import type { Caller } from '../identity/caller.ts';

/** What every verb gets. */
export interface VerbContext {
  readonly pool: pg.Pool;
  readonly catalogue: Catalogue;
  readonly officeDays: OfficeCalendar;
  readonly codes: CodeResolver;
  readonly clock: Clock;
  /** Who is calling, by signature or by token. */
  readonly caller: Caller;
}

const base = implement(platformContract).$context<VerbContext>();

/** Anybody. */
export const open = base;

/** Terminals, each known by its key, and of one station. */
export const forTerminals = base.use(({ context, next, errors }) => {
  if (context.caller.kind !== 'terminal') throw errors.UNAUTHORIZED();
  return next({ context: { terminalId: context.caller.terminalId, stationId: context.caller.stationId } });
});

/** The desk. */
export const forDesk = base.use(({ context, next, errors }) => {
  if (context.caller.kind !== 'desk') throw errors.UNAUTHORIZED({ message: 'The desk token is unknown' });
  return next();
});
