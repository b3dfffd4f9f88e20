import { implement } from '@orpc/server';
import type pg from 'pg';
import { z } from 'zod';
import { caseNumberSchema } from '#contract/interaction.ts';
import { platformContract } from '#contract/platform-api.ts';
import type { Clock } from '#contract/ports.ts';
import type { OpenSpan } from '#contract/telemetry.ts';
import type { UploadQuota } from '../attachments/quota.ts';
import type { OfficeCalendar } from '../cases/working-days.ts';
import type { Catalogue } from '../catalogue/load-catalogue.ts';
import type { CodeResolver } from '../codes/code-resolver.ts';
import { isWith } from '../departments/departments.ts';
import type { Evaluations } from '../evaluation/evaluations.ts';
import type { FleetKey } from '../fleet/keys.ts';
import type { Caller } from '../identity/caller.ts';
import type { Metrics } from '../metrics/metrics.ts';

/** What a node asks its database once for all who want to know it, on connections of its own housekeeping; and what it was started with. */
export interface NodeLooks {
  /** Months of applications behind the present one that are there; rejects when the database does not answer. */
  monthsAhead(): Promise<number>;
  readonly evaluations: Evaluations;
  /** By which orders to terminals are signed. One answer goes by one look: another may have been put in its place since. */
  fleetKey(): Promise<FleetKey>;
  readonly metrics: Metrics;
  /** What one terminal may upload. */
  readonly uploads: UploadQuota;
}

/** What every verb gets. */
export interface VerbContext {
  readonly pool: pg.Pool;
  readonly catalogue: Catalogue;
  readonly officeDays: OfficeCalendar;
  readonly codes: CodeResolver;
  readonly clock: Clock;
  readonly node: NodeLooks;
  /** Who is calling, by signature or by token. */
  readonly caller: Caller;
  /** The part of a trace that this call is. Absent: nobody traces it. */
  readonly span?: OpenSpan;
  /** Of the desk's form: which call of a call back is noted, from one. */
  readonly callOrdinal?: number;
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

const aboutCaseSchema = z.object({ caseNo: caseNumberSchema });

/**
 * What is done about a case by its office: the desk, or the department with which the case lies. To a department, another's case is as if it were
 * not there. Every verb behind this names its case by `caseNo`; one that names none is the desk's alone.
 */
export const forOffices = base.use(async ({ context, next, errors }, input) => {
  const { caller, pool } = context;
  if (caller.kind === 'department') {
    // Before the verb's own schema is asked: what is no number of a case is no case either.
    const about = aboutCaseSchema.safeParse(input);
    if (!about.success || !(await isWith(pool, caller.departmentId, about.data.caseNo)))
      throw errors.NOT_FOUND();
  } else if (caller.kind !== 'desk') {
    throw errors.UNAUTHORIZED({ message: 'Neither the desk nor a department has shown its token' });
  }
  return next();
});

/** Departments, each its own inbox. */
export const forDepartments = base.use(({ context, next, errors }) => {
  if (context.caller.kind !== 'department')
    throw errors.UNAUTHORIZED({ message: 'The token is no department’s' });
  return next({ context: { departmentId: context.caller.departmentId } });
});
