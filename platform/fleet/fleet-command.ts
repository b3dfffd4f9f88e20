import type pg from 'pg';
import { z } from 'zod';
import { sha256Schema } from '#contract/application.ts';
import { releaseKindSchema, type Order } from '#contract/fleet.ts';
import { terminalIdSchema } from '#contract/terminal-identity.ts';
import type { Told } from '../departments/department-command.ts';
import { signingKey } from '../departments/platform-keys.ts';
import { giveOrder } from './commands.ts';
import { needsVisit } from './needs-visit.ts';
import { beginRelease, steerRelease } from './releases/begin.ts';
import { RELEASE_COLUMNS, releaseRowSchema } from './releases/release-row.ts';
import { BY_HAND, talliesOf } from './releases/tend.ts';

/** `npm run platform -- fleet | command | release …`: what the operator does about terminals from afar (docs/operations/fleet.md). */
export const fleetUsage = `npm run platform -- fleet list [--all]   what needs a visit first
       npm run platform -- fleet key   the thumbprint of the key that signs orders, as terminals have pinned it
       npm run platform -- fleet events [--terminal ID]   who ordered what, and what came of it
       npm run platform -- command restart|service-on|service-off|log --terminal ID [--minutes N] [--lines N]
       npm run platform -- command list --terminal ID
       npm run platform -- command show COMMAND-ID   with the exported log
       npm run platform -- release begin program|config|catalogue --version V --manifest SHA256 --back-to V --back-manifest SHA256
                                   [--canaries ID,ID] [--percents 5,25,100] [--minutes 30] [--patience 240] [--most-bad 10]
       npm run platform -- release list
       npm run platform -- release pause|resume|withdraw NUMBER --reason TEXT`;

const none = z.tuple([]);
export const fleetOrderSchema = z.discriminatedUnion('what', [
  z.object({ what: z.literal('list'), operands: none, all: z.boolean().default(false) }),
  z.object({ what: z.literal('key'), operands: none }),
  z.object({ what: z.literal('events'), operands: none, terminal: terminalIdSchema.optional() }),
]);
export type FleetOrder = z.infer<typeof fleetOrderSchema>;

const DAY_MINUTES = 1440;
const toTerminal = {
  operands: none,
  terminal: terminalIdSchema,
  minutes: z.coerce
    .number()
    .int()
    .min(1)
    .max(30 * DAY_MINUTES)
    .default(DAY_MINUTES),
};
export const commandOrderSchema = z.discriminatedUnion('what', [
  z.object({ what: z.literal('restart'), ...toTerminal }),
  z.object({ what: z.literal('service-on'), ...toTerminal }),
  z.object({ what: z.literal('service-off'), ...toTerminal }),
  z.object({
    what: z.literal('log'),
    ...toTerminal,
    lines: z.coerce.number().int().min(1).max(2000).default(500),
  }),
  z.object({ what: z.literal('list'), operands: none, terminal: terminalIdSchema }),
  z.object({ what: z.literal('show'), operands: z.tuple([z.uuid()]) }),
]);
export type CommandOrder = z.infer<typeof commandOrderSchema>;

const version = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,79}$/);
const LAST_PERCENT = 100;
const percents = z
  .string()
  .transform((text) => text.split(',').map(Number))
  .refine((steps) => steps.length <= 20 && steps.at(-1) === LAST_PERCENT)
  .refine((steps) => steps.every((step, at) => Number.isInteger(step) && step > (steps[at - 1] ?? 0)));
const canaries = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(terminalIdSchema).max(100));
const steer = {
  operands: z.tuple([z.string().regex(/^\d{1,15}$/)]),
  reason: z.string().trim().min(3).max(200),
};
export const releaseOrderSchema = z.discriminatedUnion('what', [
  z.object({
    what: z.literal('begin'),
    operands: z.tuple([releaseKindSchema]),
    version,
    manifest: sha256Schema,
    'back-to': version,
    'back-manifest': sha256Schema,
    canaries: canaries.default([]),
    percents: percents.default([5, 25, LAST_PERCENT]),
    minutes: z.coerce.number().int().min(1).max(10_080).default(30),
    patience: z.coerce.number().int().min(1).max(43_200).default(240),
    'most-bad': z.coerce.number().int().min(0).max(50).default(10),
  }),
  z.object({ what: z.literal('list'), operands: none }),
  z.object({ what: z.literal('pause'), ...steer }),
  z.object({ what: z.literal('resume'), ...steer }),
  z.object({ what: z.literal('withdraw'), ...steer }),
]);
export type ReleaseOrder = z.infer<typeof releaseOrderSchema>;

const MINUTE_MS = 60_000;
const MOST_LISTED = 500;
const done = (...lines: string[]): Told => ({ done: true, lines });
const refused = (line: string): Told => ({ done: false, lines: [line] });

export async function fleetCommand(order: FleetOrder, pool: pg.Pool, nowMs: number): Promise<Told> {
  switch (order.what) {
    case 'list': {
      const query = { stations: null, withFine: order.all, limit: MOST_LISTED };
      const known = await needsVisit(pool, query, nowMs);
      return known.length === 0
        ? done('nothing needs a visit')
        : done(
            ...known.map(({ terminalId, stationId, condition, heardAtMs, report, toInstall }) =>
              [
                condition,
                terminalId,
                stationId,
                heardAtMs === null ? 'never heard' : `heard ${new Date(heardAtMs).toISOString()}`,
                report === null ? '' : `program ${report.versions.program}`,
                ...(toInstall === null ? [] : [`${toInstall} to be installed by hand`]),
              ].join('  '),
            ),
          );
    }
    case 'key':
      return done((await signingKey(pool, 'fleet_key', nowMs)).keyId);
    case 'events':
      return done(...(await eventLines(pool, order.terminal ?? null)));
    default: {
      const never: never = order;
      return never;
    }
  }
}

const eventSchema = z.object({
  at: z.date(),
  event: z.string(),
  terminal_id: z.string().nullable(),
  subject: z.string().nullable(),
  detail: z.string().nullable(),
});

async function eventLines(pool: pg.Pool, terminalId: string | null): Promise<string[]> {
  const { rows } = await pool.query(
    `SELECT at, event, terminal_id, subject, detail FROM fleet_event
     WHERE $1::text IS NULL OR terminal_id = $1 ORDER BY seq DESC LIMIT $2`,
    [terminalId, MOST_LISTED],
  );
  return rows.map((row) => {
    const { at, event, terminal_id, subject, detail } = eventSchema.parse(row);
    return [at.toISOString(), event, terminal_id ?? '-', subject ?? '-', detail ?? ''].join('  ');
  });
}

export async function commandCommand(order: CommandOrder, pool: pg.Pool, nowMs: number): Promise<Told> {
  switch (order.what) {
    case 'restart':
      return give(pool, order, { kind: 'restart' }, nowMs);
    case 'service-on':
      return give(pool, order, { kind: 'service-mode', on: true }, nowMs);
    case 'service-off':
      return give(pool, order, { kind: 'service-mode', on: false }, nowMs);
    case 'log':
      return give(pool, order, { kind: 'log-export', lines: order.lines }, nowMs);
    case 'list':
      return done(...(await commandLines(pool, order.terminal, nowMs)));
    case 'show':
      return show(pool, order.operands[0], nowMs);
    default: {
      const never: never = order;
      return never;
    }
  }
}

async function give(
  pool: pg.Pool,
  { terminal, minutes }: { readonly terminal: string; readonly minutes: number },
  order: Order,
  nowMs: number,
): Promise<Told> {
  const known = await pool.query('SELECT 1 FROM terminal WHERE terminal_id = $1 AND revoked_at IS NULL', [
    terminal,
  ]);
  if (known.rowCount === 0) return refused(`${terminal} is not enrolled`);
  const key = await signingKey(pool, 'fleet_key', nowMs);
  const given = { terminalId: terminal, order, validForMs: minutes * MINUTE_MS, releaseId: null };
  return done(await giveOrder(pool, key, given, nowMs));
}

const commandRowSchema = z.object({
  command_id: z.string(),
  terminal_id: z.string(),
  kind: z.string(),
  ordered_at: z.date(),
  expires_at: z.date(),
  fetched_at: z.date().nullable(),
  settled_at: z.date().nullable(),
  result: z.string().nullable(),
  code: z.string().nullable(),
});
const COMMAND_COLUMNS =
  'command_id, terminal_id, kind, ordered_at, expires_at, fetched_at, settled_at, result, code';

function commandLine(row: unknown, nowMs: number): string {
  const command = commandRowSchema.parse(row);
  const { command_id, terminal_id, kind, ordered_at, expires_at, fetched_at, settled_at, result, code } =
    command;
  const state =
    settled_at !== null
      ? `${result ?? ''} ${settled_at.toISOString()} ${code ?? ''}`.trim()
      : expires_at.getTime() <= nowMs
        ? 'expired'
        : fetched_at === null
          ? 'not fetched'
          : `fetched ${fetched_at.toISOString()}`;
  return [command_id, terminal_id, kind, `ordered ${ordered_at.toISOString()}`, state].join('  ');
}

async function commandLines(pool: pg.Pool, terminalId: string, nowMs: number): Promise<string[]> {
  const { rows } = await pool.query(
    `SELECT ${COMMAND_COLUMNS} FROM fleet_command WHERE terminal_id = $1 ORDER BY seq DESC LIMIT $2`,
    [terminalId, MOST_LISTED],
  );
  return rows.map((row) => commandLine(row, nowMs));
}

const logSchema = z.object({ log: z.string().nullable() });

async function show(pool: pg.Pool, commandId: string, nowMs: number): Promise<Told> {
  const { rows } = await pool.query(
    `SELECT ${COMMAND_COLUMNS}, log FROM fleet_command WHERE command_id = $1`,
    [commandId],
  );
  if (rows.length === 0) return refused('there is no such order');
  const { log } = logSchema.parse(rows[0]);
  return done(commandLine(rows[0], nowMs), ...(log === null ? [] : [log.trimEnd()]));
}

export async function releaseCommand(order: ReleaseOrder, pool: pg.Pool, nowMs: number): Promise<Told> {
  switch (order.what) {
    case 'begin': {
      const begun = await beginRelease(
        pool,
        {
          kind: order.operands[0],
          version: order.version,
          manifestSha256: order.manifest,
          back: { version: order['back-to'], manifestSha256: order['back-manifest'] },
          plan: order,
          healthyMinutes: order.minutes,
          patienceMinutes: order.patience,
          mostBadPercent: order['most-bad'],
        },
        nowMs,
      );
      switch (begun.kind) {
        case 'begun':
          return done(`release ${begun.releaseId} is on its way to its first cohort`);
        case 'one-is-open':
          return refused(`${begun.version} is on its way: withdraw it, or let it come to its end`);
        case 'unknown-canary':
          return refused(`${begun.terminalId} is not enrolled`);
        case 'no-parcel':
          return refused(
            `there is no parcel of ${order.operands[0]} ${begun.version} with that manifest: npm run platform -- parcel add`,
          );
        case 'nobody-first':
          return refused(
            'no terminal of the first cohort is heard: name canaries, or begin with a larger step',
          );
        default: {
          const never: never = begun;
          return never;
        }
      }
    }
    case 'list':
      return done(...(await releaseLines(pool, nowMs)));
    case 'pause':
    case 'resume':
    case 'withdraw': {
      const [releaseId] = order.operands;
      const steered = await steerRelease(pool, releaseId, order.what, order.reason, nowMs);
      if (steered.kind === 'unknown') return refused(`there is no release ${releaseId}`);
      return steered.kind === 'moved'
        ? done(`release ${releaseId} is ${steered.to}`)
        : refused(`release ${releaseId} is ${steered.from}: it cannot be done`);
    }
    default: {
      const never: never = order;
      return never;
    }
  }
}

async function releaseLines(pool: pg.Pool, nowMs: number): Promise<string[]> {
  const { rows } = await pool.query(
    `SELECT ${RELEASE_COLUMNS} FROM fleet_release r ORDER BY release_id DESC LIMIT $1`,
    [MOST_LISTED],
  );
  const lines: string[] = [];
  for (const row of rows) {
    const release = releaseRowSchema.parse(row);
    const { size, healthy, bad } = (await talliesOf(pool, release, nowMs)).all;
    const { rowCount: byHand } = await pool.query(
      'SELECT 1 FROM fleet_rollout WHERE release_id = $1 AND failed = $2',
      [release.releaseId, BY_HAND],
    );
    lines.push(
      [
        release.releaseId,
        `${release.kind} ${release.version}`,
        `${release.state}, cohort ${String(release.cohort)}`,
        `${String(size)} terminals, ${String(healthy)} well, ${String(bad)} not${byHand ? `, ${String(byHand)} by hand` : ''}`,
        release.reason ?? '',
      ].join('  '),
    );
  }
  return lines;
}
