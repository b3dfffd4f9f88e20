/**
 * `npm run platform -- VERB …`: what the platform's operator does about terminals and officials, beside a running platform. It finds the
 * database as the platform does: DATABASE_URL, or YIZHAN_PLATFORM_DATA.
 */
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { z } from 'zod';
import { displayEnrolmentCode } from '#contract/enrolment-code.ts';
import { itemsCommand } from './catalogue/items-command.ts';
import { catalogueDir, loadCatalogue } from './catalogue/load-catalogue.ts';
import { checkRegions } from './catalogue/check-regions.ts';
import { verifyAudit } from './audit/verify.ts';
import { connect } from './database/connect.ts';
import {
  departmentCommand,
  departmentOrderSchema,
  departmentUsage,
} from './departments/department-command.ts';
import { addressPolicy, networksSchema } from './departments/webhook-address.ts';
import {
  commandCommand,
  commandOrderSchema,
  fleetCommand,
  fleetOrderSchema,
  fleetUsage,
  releaseCommand,
  releaseOrderSchema,
} from './fleet/fleet-command.ts';
import { fleetKeyCommand, fleetKeyOrderSchema, fleetKeyUsage } from './fleet/fleet-key-command.ts';
import { retentionCommand, retentionOrderSchema, retentionUsage } from './database/retention-command.ts';
import { FALLBACK_ROOT } from './database/places.ts';
import { runningDatabase } from './database/running.ts';
import { issueCode } from './identity/enrolment-codes.ts';
import { importCommand } from './import/import-command.ts';
import { parcelCommand, parcelOrderSchema, parcelUsage } from './parcels/parcel-command.ts';
import { searchLines } from './person-searches/person-searches.ts';
import { permitCommand, permitOrderSchema, permitUsage } from './permits/permit-command.ts';
import { listTerminals, revokeTerminal, type ListedTerminal } from './identity/terminals.ts';
import { readinessLinesOf } from './readiness/readiness.ts';
import { errorCode } from './log.ts';
import { misreadOrder } from './misread-order.ts';
import { officialCommand, officialOrderSchema } from './officials/officials-command.ts';
import { systemClock } from './system-clock.ts';
import { terminalAuditCommand } from './terminal-audit/terminal-audit-command.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const HOUR_MS = 3_600_000;
const DEFAULT_HOURS = '24';

const usage = `usage: npm run platform -- issue-code --terminal ID --station NNNNNNNNN [--hours N]
       npm run platform -- revoke --terminal ID --reason TEXT
       npm run platform -- terminals
       npm run platform -- readiness [TERMINAL]   what terminals found of themselves when they were set up
       npm run platform -- items TERMINAL [SLUG... | --all]   which items it may offer; without more: shows them
       npm run platform -- regions FILE   whether a table of places (CSV) can be served, and what is in it
       npm run platform -- official add --id ID --name NAME --unit TEXT --unit-code CODE --roles ROLE[,ROLE]
       npm run platform -- official password|close|unlock --id ID
       npm run platform -- official link --id ID (--department ID | --none)   whose cases the official sees
       npm run platform -- official district --id ID [--none]   an administrator looks after the accounts of all units
       npm run platform -- official list
       npm run platform -- audit verify [--expect SEQ:HASH]   whether nothing was changed in the audit of the desk
       npm run platform -- import FILE [--code CODE]   what a terminal exported; the code is asked for
       ${permitUsage}
       npm run platform -- terminal-audit [TERMINAL]   what terminals have told of their audit, and what did not fit
       npm run platform -- searches [TERMINAL]   which terminal asked for somebody's cases or bookings, by what, and found how many
       ${departmentUsage}
       ${retentionUsage}
       ${parcelUsage}
       ${fleetUsage}
       ${fleetKeyUsage}`;

const terminalSchema = z.string().regex(/^[A-Za-z0-9-]{1,40}$/);
const none = z.tuple([]);
const verbSchema = z.discriminatedUnion('verb', [
  z.object({
    verb: z.literal('issue-code'),
    operands: none,
    terminal: terminalSchema,
    station: z.string().regex(/^\d{9}$/),
    hours: z.coerce.number().positive().max(720),
  }),
  z.object({
    verb: z.literal('revoke'),
    operands: none,
    terminal: terminalSchema,
    reason: z.string().trim().min(3).max(200),
  }),
  z.object({ verb: z.literal('terminals'), operands: none }),
  z.object({ verb: z.literal('readiness'), operands: z.union([none, z.tuple([terminalSchema])]) }),
  z
    .object({
      verb: z.literal('items'),
      // A slip in a slug is told by its name, not by the usage.
      operands: z.tuple([terminalSchema], z.string().max(100)),
      all: z.boolean().optional(),
    })
    .refine(({ operands, all }) => all !== true || operands.length === 1),
  z.object({ verb: z.literal('official'), operands: z.tuple([z.string()]) }).loose(),
  z.object({
    verb: z.literal('audit'),
    operands: z.tuple([z.literal('verify')]),
    expect: z
      .string()
      .regex(/^\d{1,15}:[0-9a-f]{64}$/)
      .optional(),
  }),
  z.object({ verb: z.literal('regions'), operands: z.tuple([z.string().min(1)]) }),
  z.object({
    verb: z.literal('import'),
    operands: z.tuple([z.string().min(1)]),
    code: z.string().max(200).optional(),
  }),
  z.object({ verb: z.literal('permit'), order: permitOrderSchema }),
  z.object({ verb: z.literal('terminal-audit'), operands: z.union([none, z.tuple([terminalSchema])]) }),
  z.object({ verb: z.literal('searches'), operands: z.union([none, z.tuple([terminalSchema])]) }),
  z.object({ verb: z.literal('department'), order: departmentOrderSchema }),
  z.object({ verb: z.literal('fleet'), order: fleetOrderSchema }),
  z.object({ verb: z.literal('fleet-key'), order: fleetKeyOrderSchema }),
  z.object({ verb: z.literal('command'), order: commandOrderSchema }),
  z.object({ verb: z.literal('release'), order: releaseOrderSchema }),
  z.object({ verb: z.literal('parcel'), order: parcelOrderSchema }),
  z.object({ verb: z.literal('retention'), operands: none }).extend(retentionOrderSchema.shape),
]);
type Order = z.infer<typeof verbSchema>;

/** Ends with what is not understood. */
function readOrder(argv: readonly string[]): Order {
  try {
    const text = { type: 'string' } as const;
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: {
        terminal: text,
        station: text,
        hours: text,
        reason: text,
        code: text,
        id: text,
        name: text,
        unit: text,
        'unit-code': text,
        department: text,
        roles: text,
        role: text,
        serial: text,
        expect: text,
        all: { type: 'boolean' },
        zh: text,
        en: text,
        days: text,
        tail: text,
        none: { type: 'boolean' },
        years: text,
        erase: { type: 'boolean' },
        minutes: text,
        lines: text,
        version: text,
        manifest: text,
        'back-to': text,
        'back-manifest': text,
        canaries: text,
        percents: text,
        patience: text,
        'most-bad': text,
        key: text,
        'leave-behind': { type: 'boolean' },
      },
      allowPositionals: true,
      strict: true,
    });
    const [verb, ...operands] = positionals;
    const [what, ...ofDepartment] = operands;
    const order = { ...values, what, operands: ofDepartment };
    return verbSchema.parse({ hours: DEFAULT_HOURS, ...values, verb, operands, order });
  } catch (error) {
    return misread(error);
  }
}

function misread(why: unknown): never {
  stop(misreadOrder(usage, process.argv.slice(2), why), EXIT_USAGE);
}

function tell({ done, lines }: { readonly done: boolean; readonly lines: readonly string[] }): void {
  for (const line of lines) (done ? console.log : console.error)(line);
  if (!done) process.exitCode = EXIT_FAILED;
}

async function obey(order: Exclude<Order, { verb: 'regions' }>, pool: pg.Pool): Promise<void> {
  const nowMs = systemClock.now();
  switch (order.verb) {
    case 'issue-code': {
      const wanted = {
        terminalId: order.terminal,
        stationId: order.station,
        validForMs: order.hours * HOUR_MS,
      };
      const code = await issueCode(pool, wanted, nowMs, randomBytes);
      console.log(displayEnrolmentCode(code));
      return;
    }
    case 'revoke': {
      const revoked = await revokeTerminal(pool, order.terminal, order.reason, nowMs);
      console.log(
        revoked
          ? `${order.terminal} is revoked from now on`
          : `${order.terminal} is not enrolled; nothing changed`,
      );
      if (!revoked) process.exitCode = EXIT_FAILED;
      return;
    }
    case 'terminals':
      for (const terminal of await listTerminals(pool)) console.log(lineOf(terminal));
      return;
    case 'readiness': {
      const [terminalId] = order.operands;
      const told = await readinessLinesOf(pool, terminalId ?? null);
      tell(
        told === null
          ? { done: false, lines: [`${terminalId ?? ''} has sent no report`] }
          : { done: true, lines: told },
      );
      return;
    }
    case 'items': {
      const [terminalId, ...slugs] = order.operands;
      const set = order.all === true ? null : slugs.length === 0 ? 'show' : new Set(slugs);
      const done = await itemsCommand(pool, loadCatalogue(catalogueDir), { terminalId, set }, nowMs);
      if (done.ok) console.log(done.value.join('\n'));
      else stop(`${done.fault.code}: ${done.fault.detail ?? ''}; nothing changed`, EXIT_FAILED);
      return;
    }
    case 'official': {
      const wanted = officialOrderSchema.safeParse({ ...order, what: order.operands[0] });
      if (!wanted.success) return misread(wanted.error);
      const done = await officialCommand(pool, wanted.data, nowMs);
      if (done.ok) console.log(done.value.join('\n'));
      else stop(done.fault.detail ?? done.fault.code, EXIT_FAILED);
      return;
    }
    case 'audit': {
      const [seq, hash = ''] = order.expect?.split(':') ?? [];
      const verified = await verifyAudit(pool, seq === undefined ? null : { seq: Number(seq), hash });
      if (verified.kind === 'whole')
        console.log(`whole: ${String(verified.rows)} rows; head ${verified.head}`);
      else stop(`broken at ${String(verified.seq)}: ${verified.why}`, EXIT_FAILED);
      return;
    }
    case 'import':
      process.exitCode = await importCommand(pool, systemClock, loadCatalogue(catalogueDir), {
        file: order.operands[0],
        code: order.code ?? null,
      });
      return;
    case 'permit':
      tell(await permitCommand(pool, order.order, nowMs));
      return;
    case 'terminal-audit':
      tell(await terminalAuditCommand(pool, order.operands[0] ?? '', nowMs));
      return;
    case 'searches':
      tell({ done: true, lines: await searchLines(pool, order.operands[0] ?? null) });
      return;
    case 'retention': {
      tell(await retentionCommand(pool, order, systemClock));
      return;
    }
    case 'fleet':
      tell(await fleetCommand(order.order, pool, nowMs));
      return;
    case 'fleet-key':
      tell(await fleetKeyCommand(order.order, pool, nowMs));
      return;
    case 'command':
      tell(await commandCommand(order.order, pool, nowMs));
      return;
    case 'parcel':
      tell(await parcelCommand(order.order, pool, nowMs));
      return;
    case 'release':
      tell(await releaseCommand(order.order, pool, nowMs));
      return;
    case 'department': {
      const told = await departmentCommand(order.order, {
        pool,
        databaseUrl: databaseUrl(),
        catalogue: loadCatalogue(catalogueDir),
        policy: addressPolicy(webhookNetworks()),
        nowMs,
      });
      tell(told);
      return;
    }
    default: {
      const never: never = order;
      return never;
    }
  }
}

/** As the platform has them, so that an address that it will not call is refused here. */
function webhookNetworks(): readonly string[] {
  const networks = networksSchema.safeParse(process.env['YIZHAN_WEBHOOK_NETWORKS'] ?? '');
  return networks.success ? networks.data : stop('YIZHAN_WEBHOOK_NETWORKS: no list of networks', EXIT_USAGE);
}

function lineOf(row: ListedTerminal): string {
  const state =
    row.revoked_at === null
      ? `enrolled ${row.enrolled_at.toISOString()}`
      : `revoked ${row.revoked_at.toISOString()} (${row.revoke_reason ?? ''})`;
  return [row.terminal_id, row.station_id, row.key_id, state].join('  ');
}

function databaseUrl(): string {
  const { DATABASE_URL: url, YIZHAN_PLATFORM_DATA: dataDir } = process.env;
  if (url !== undefined) return url;
  if (dataDir === undefined)
    return stop('Set DATABASE_URL or YIZHAN_PLATFORM_DATA, as for the platform.', EXIT_USAGE);
  const running = runningDatabase(resolve(dataDir), FALLBACK_ROOT);
  return running.ok ? running.value : stop(running.fault.detail ?? running.fault.code, EXIT_FAILED);
}

function stop(sentence: string, exitCode: number): never {
  console.error(sentence);
  process.exit(exitCode);
}

const order = readOrder(process.argv.slice(2));
if (order.verb === 'regions') {
  // Before the platform has ever run, too: it asks no database.
  const checked = checkRegions(order.operands[0]);
  if (checked.ok) console.log(checked.value);
  else stop(`${checked.fault.code}: ${checked.fault.detail ?? ''}`, EXIT_FAILED);
} else {
  const pool = connect(databaseUrl());
  await obey(order, pool).catch((error: unknown) =>
    stop(
      `The database did not do it (${errorCode(error) || 'no answer'}); has the platform run once?`,
      EXIT_FAILED,
    ),
  );
  await pool.end();
}
