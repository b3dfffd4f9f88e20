import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { z } from 'zod';
import type { IdentityDocument } from '#contract/identity.ts';
import { catalogueDir, loadCatalogue } from '#platform/catalogue/load-catalogue.ts';
import { connect } from '#platform/database/connect.ts';
import { startTestPostgres, type TestPostgres } from '#platform/database/for-tests.ts';
import { giveItems, registerDepartment } from '#platform/departments/departments.ts';
import { signingKey } from '#platform/departments/platform-keys.ts';
import { issueToken } from '#platform/departments/tokens.ts';
import { issueCode } from '#platform/identity/enrolment-codes.ts';
import { revokeTerminal } from '#platform/identity/terminals.ts';
import { repositoryPath, startChild } from '../../scripts/demo/child.ts';
import { NEEDED_CODES, NotGiven, type Operator, type Place } from './operator.ts';
import type { Choice } from './options.ts';
import { judge, type Judged } from './run.ts';
import type { Defect } from './defects.ts';
import type { Wishes } from './trial.ts';

/**
 * A copy of the platform's sources, in which one rule is broken at a time, and a platform started from it with a database
 * of its own. The suite reaches it as it reaches anybody's: over HTTP.
 */
export interface CopiedPlatform {
  /** What the suite says of it; null: of the platform as it is. Throws when a defect does not fit the sources any more. */
  judged(defect: Defect | null, choice: Choice): Promise<readonly Judged[]>;
  /** The same of the platform as it is, as somebody asks who has plugged in no department. */
  judgedWithoutDepartment(choice: Choice): Promise<readonly Judged[]>;
  close(): Promise<void>;
}

const DESK_TOKEN = 'desk-token-of-the-copy-0000';
const RESIDENT_CODE = 'conformance-code-0001';
/** Behind the code: region 999901 does not exist. */
const residentOfCode: IdentityDocument = {
  kind: 'resident',
  idType: '111',
  name: '试建国',
  sex: '1',
  birthday: '19450312',
  number: '999901194503120014',
};
const STATIONS: Readonly<Record<Place, string>> = { here: '999901001', elsewhere: '999901002' };
const HOUR_MS = 3_600_000;

const readySchema = z.object({ ready: z.object({ url: z.string() }) });

export async function copyPlatform(): Promise<CopiedPlatform> {
  const folder = mkdtempSync(join(tmpdir(), 'yizhan-copied-'));
  for (const part of ['platform', 'contract', 'telemetry', 'package.json', 'tsconfig.json'])
    cpSync(repositoryPath(part), join(folder, part), { recursive: true });
  symlinkSync(repositoryPath('node_modules'), join(folder, 'node_modules'));
  const postgres = await startTestPostgres();

  return {
    judged: async (defect, choice) => {
      const mend = defect === null ? () => undefined : breakIn(folder, defect);
      try {
        return await judgeCopy(folder, postgres, choice, plugIn);
      } finally {
        mend();
      }
    },
    judgedWithoutDepartment: (choice) => judgeCopy(folder, postgres, choice, () => undefined),
    close: async () => {
      await postgres.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Where a defect's text stands no more, or more than once, the defect is out of date: nothing would be proved. */
export function patched(source: string, { rule, file, also = [], ...first }: Defect): string {
  return [first, ...also].reduce((text, { find, replace }) => {
    const parts = text.split(find);
    if (parts.length !== 2)
      throw new Error(`the defect of ${rule} fits ${file} ${String(parts.length - 1)} times: ${find}`);
    return parts.join(replace);
  }, source);
}

function breakIn(folder: string, defect: Defect): () => void {
  const path = join(folder, defect.file);
  const source = readFileSync(path, 'utf8');
  writeFileSync(path, patched(source, defect));
  return () => writeFileSync(path, source);
}

type PlugIn = (pool: pg.Pool) => Promise<Wishes['department']> | undefined;

async function judgeCopy(
  folder: string,
  postgres: TestPostgres,
  choice: Choice,
  plugged: PlugIn,
): Promise<readonly Judged[]> {
  const databaseUrl = await postgres.createDatabase();
  const codesFile = join(folder, 'codes.json');
  const expiresAt = new Date(Date.now() + HOUR_MS).toISOString();
  const code = { token: RESIDENT_CODE, expiresAt, used: false, identity: residentOfCode };
  writeFileSync(codesFile, JSON.stringify({ codes: [code] }));
  const platform = await startChild({
    name: 'the copied platform',
    command: process.execPath,
    args: [join(folder, 'platform/main.ts')],
    cwd: folder,
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      YIZHAN_DESK_TOKEN: DESK_TOKEN,
      YIZHAN_DEMO_CODES: codesFile,
      // As little as there may be: it is begun to the last byte.
      YIZHAN_UPLOADS_WAITING_MIB: '512',
    },
    logFile: join(folder, 'platform.log'),
    ipc: true,
    readyLine: readySchema,
    signal: null,
  });
  const pool = connect(databaseUrl);
  try {
    return await judge({
      url: platform.ready?.ready.url ?? '',
      deskToken: DESK_TOKEN,
      operator: databaseOperator(pool),
      wishes: { item: undefined, residentCode: RESIDENT_CODE, department: await plugged(pool) },
      choice,
      now: Date.now,
      randomBytes,
    });
  } finally {
    await pool.end();
    await platform.stop();
  }
}

/** A department with an item that the suite does not apply for by itself. */
async function plugIn(pool: pg.Pool): Promise<Wishes['department']> {
  const [departmentId, item] = ['civil-affairs', 'senior-card'];
  await registerDepartment(
    pool,
    { departmentId, name: { zh: '评测民政局', en: 'Bureau of the suite' } },
    Date.now(),
  );
  await giveItems({ pool, catalogue: loadCatalogue(catalogueDir) }, departmentId, [item], Date.now());
  // As if its webhook had been called once.
  await signingKey(pool, 'platform_key', Date.now());
  const token = await issueToken(pool, { departmentId, days: 1 }, Date.now(), randomBytes);
  if (token === null) throw new Error('a department that was just registered is not there');
  return { token, item };
}

/** What the operator's commands do (platform/cli.ts), without a process for each. */
function databaseOperator(pool: pg.Pool): Operator {
  let serial = 0;
  const issue = async (terminalId: string, stationId: string, validForMs: number) => {
    const order = { terminalId, stationId, validForMs };
    return { terminalId, stationId, code: await issueCode(pool, order, Date.now(), randomBytes) };
  };
  const nextId = () => {
    serial += 1;
    return `CONF-${String(serial)}`;
  };
  const left = { ...NEEDED_CODES };
  return {
    // Whoever issued them by hand has no more than the page asks for.
    newcomer: (place) => {
      left[place] -= 1;
      return left[place] < 0
        ? Promise.reject(new NotGiven(`more codes than NEEDED_CODES of ${place}`))
        : issue(nextId(), STATIONS[place], HOUR_MS);
    },
    twice: async () => {
      const first = await issue(nextId(), STATIONS.here, HOUR_MS);
      return { ...first, second: (await issue(first.terminalId, first.stationId, HOUR_MS)).code };
    },
    expired: () => issue(nextId(), STATIONS.here, -HOUR_MS),
    revoke: async (terminalId) => {
      await revokeTerminal(pool, terminalId, 'conformance', Date.now());
    },
  };
}
