import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import type { LocalizedText } from '#contract/localized.ts';
import type { Clock } from '#contract/ports.ts';
import { catalogueDir, loadCatalogue } from '#platform/catalogue/load-catalogue.ts';
import { connect } from '#platform/database/connect.ts';
import { FALLBACK_ROOT } from '#platform/database/places.ts';
import { runningDatabase } from '#platform/database/running.ts';
import { tellAt } from '#platform/departments/department-command.ts';
import { giveItems, registerDepartment } from '#platform/departments/departments.ts';
import { departmentOf, issueToken, revokeTokens } from '#platform/departments/tokens.ts';
import { addressPolicy } from '#platform/departments/webhook-address.ts';
import { ChildFailed, repositoryPath, startChild, type Child } from './child.ts';
import { departmentConfigSchema, departmentReadySchema, type DepartmentConfig } from './department/config.ts';

/** So that it can be watched. */
export const demoPace: DepartmentConfig['pace'] = { thinksMs: 4_000, hesitatesMs: 6_000, waitsMs: 15_000 };

/** The same decisions at each start. */
const SEED = 20261122;
const DAYS_OF_A_YEAR = 365;
const LONGEST_ID = 60;

export interface DemoDepartments {
  readonly dataDir: string;
  readonly platform: { readonly url: string; readonly dataDir: string };
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly logFile: string;
  readonly pace: DepartmentConfig['pace'];
  readonly clock: Clock;
  readonly signal: AbortSignal | null;
}

/**
 * What the operator of a platform and the makers of a department do, for every unit of the catalogue: registered, with its items
 * and a token; then the departments' own process; then its address. Again at each start: what is there already stays.
 */
export async function startDemoDepartments(demo: DemoDepartments): Promise<Child<unknown>> {
  const database = runningDatabase(demo.platform.dataDir, FALLBACK_ROOT);
  if (!database.ok) throw new ChildFailed(database.fault.detail ?? database.fault.code);
  const pool = connect(database.value);
  try {
    const catalogue = loadCatalogue(catalogueDir);
    const items = Object.fromEntries([...catalogue.items].map(([slug, { item }]) => [slug, item.name]));
    const units = new Map<string, { name: LocalizedText; slugs: string[] }>();
    for (const { item } of catalogue.items.values()) {
      const { zh, en } = item.department;
      const unit = units.get(idOf(en)) ?? { name: { zh, en }, slugs: [] };
      unit.slugs.push(item.slug);
      units.set(idOf(en), unit);
    }
    const departments: DepartmentConfig['departments'] = [];
    const configFile = join(demo.dataDir, 'departments.json');
    const kept = keptTokens(configFile);
    for (const [departmentId, { name, slugs }] of units) {
      const isNew = await registerDepartment(pool, { departmentId, name }, demo.clock.now());
      await giveWhatIsFree({ pool, catalogue }, departmentId, slugs, demo.clock.now());
      const known = isNew ? undefined : kept.get(departmentId);
      const token =
        known !== undefined && (await isGood(pool, departmentId, known, demo.clock.now()))
          ? known
          : await newToken(pool, departmentId, demo.clock.now());
      departments.push({ departmentId, name, token });
    }
    const config: DepartmentConfig = {
      platformUrl: demo.platform.url,
      host: demo.host,
      port: demo.port,
      seed: SEED,
      pace: demo.pace,
      departments,
      items,
    };
    // Whole or not at all: a start that is killed here must not stop the next one.
    writeFileSync(`${configFile}.new`, JSON.stringify(config), { mode: 0o600 });
    renameSync(`${configFile}.new`, configFile);
    const child = await startChild({
      name: 'the demo’s departments',
      command: process.execPath,
      args: [repositoryPath('scripts/demo/department/main.ts'), configFile],
      env: process.env,
      cwd: repositoryPath('.'),
      logFile: demo.logFile,
      ipc: true,
      readyLine: departmentReadySchema,
      signal: demo.signal,
    });
    const policy = addressPolicy([`${demo.host}/32`]);
    for (const { departmentId } of departments) {
      const url = `${child.ready?.ready.url ?? ''}/inbox/${departmentId}`;
      await tellAt(departmentId, url, { pool, databaseUrl: database.value, policy });
    }
    return child;
  } finally {
    await pool.end();
  }
}

/** "Shili District Civil Affairs Bureau" is `shili-district-civil-affairs-bureau`. */
function idOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, LONGEST_ID);
}

/** Its unit's items but those that somebody has given to another department by hand. */
async function giveWhatIsFree(
  parts: Parameters<typeof giveItems>[0],
  departmentId: string,
  slugs: readonly string[],
  nowMs: number,
): Promise<void> {
  const given = await giveItems(parts, departmentId, slugs, nowMs);
  if (given.kind !== 'taken') return;
  const free = slugs.filter((slug) => !given.slugs.includes(slug));
  await giveItems(parts, departmentId, free, nowMs);
}

/** Neither ended nor past its day. */
async function isGood(pool: pg.Pool, departmentId: string, token: string, nowMs: number): Promise<boolean> {
  return (await departmentOf(pool, `Bearer ${token}`, nowMs))?.departmentId === departmentId;
}

/** Those of an earlier start, whose tokens nobody has any more, are good no more. */
async function newToken(pool: pg.Pool, departmentId: string, nowMs: number): Promise<string> {
  await revokeTokens(pool, departmentId, null, nowMs);
  const token = await issueToken(pool, { departmentId, days: DAYS_OF_A_YEAR }, nowMs, randomBytes);
  if (token === null) throw new ChildFailed(`The demo's department ${departmentId} was revoked.`);
  return token;
}

/** By department, of an earlier start. */
function keptTokens(configFile: string): ReadonlyMap<string, string> {
  if (!existsSync(configFile)) return new Map();
  const { departments } = departmentConfigSchema.parse(JSON.parse(readFileSync(configFile, 'utf8')));
  return new Map(departments.map(({ departmentId, token }) => [departmentId, token]));
}
