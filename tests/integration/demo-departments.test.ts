/** The demo's departments as `npm start` starts them, against the platform as a process: called, asking, working, killed. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { temporaryFolder } from '#platform/database/for-tests.ts';
import { FALLBACK_ROOT } from '#platform/database/places.ts';
import { runningDatabase } from '#platform/database/running.ts';
import {
  applicationId,
  call,
  DESK_TOKEN,
  ORDINARY_PAYLOAD,
  submission,
  TERMINAL,
} from '#platform/for-tests.ts';
import { plantTerminals } from '#platform/identity/for-tests.ts';
import { systemClock } from '#platform/system-clock.ts';
import { repositoryPath, startChild, type Child } from '../../scripts/demo/child.ts';
import { startDemoDepartments } from '../../scripts/demo/departments.ts';

const LONG_MS = 120_000;
const readySchema = z.object({ ready: z.object({ url: z.url() }) });
const caseSchema = z.object({ status: z.string() });
const interactionSchema = z.object({ state: z.string() });

let folder: string;
let platform: Child<z.infer<typeof readySchema> | null>;
let url: string;
let departments: Child<unknown>;

const start = () =>
  startDemoDepartments({
    dataDir: folder,
    platform: { url, dataDir: join(folder, 'platform') },
    host: '127.0.0.1',
    port: 0,
    logFile: join(folder, 'departments.log'),
    pace: { thinksMs: 10, hesitatesMs: 20, waitsMs: 200 },
    clock: systemClock,
    signal: null,
  });

beforeAll(async () => {
  folder = temporaryFolder();
  platform = await startChild({
    name: 'the platform',
    command: process.execPath,
    args: [repositoryPath('platform/main.ts')],
    env: {
      PATH: process.env['PATH'],
      YIZHAN_PLATFORM_DATA: join(folder, 'platform'),
      YIZHAN_DESK_TOKEN: DESK_TOKEN,
      YIZHAN_WEBHOOK_NETWORKS: '127.0.0.1/32',
    },
    cwd: repositoryPath('.'),
    logFile: join(folder, 'platform.log'),
    ipc: true,
    readyLine: readySchema,
    signal: null,
  });
  url = platform.ready?.ready.url ?? '';
  const database = runningDatabase(join(folder, 'platform'), FALLBACK_ROOT);
  if (!database.ok) throw new Error(database.fault.code);
  await plantTerminals(database.value, [TERMINAL]);
  departments = await start();
}, LONG_MS);

afterAll(async () => {
  await departments.stop();
  await platform.stop();
  rmSync(folder, { recursive: true, force: true });
}, LONG_MS);

async function submit(n: number, itemSlug: string): Promise<string> {
  const answer = await call(`${url}/v1/applications/${applicationId(n)}/revisions/1`, {
    method: 'PUT',
    by: TERMINAL,
    nowMs: Date.now(),
    body: { ...submission(ORDINARY_PAYLOAD), itemSlug },
  });
  expect(answer.status, answer.text).toBe(200);
  return z.object({ caseNo: z.string() }).parse(answer.json).caseNo;
}

const asked = async (path: string) => (await call(url + path, { by: DESK_TOKEN })).json;
const isWorked = async (caseNo: string) =>
  ['06', '10'].includes(caseSchema.parse(await asked(`/v1/cases/${caseNo}`)).status);
const isReplied = async (caseNo: string) =>
  interactionSchema.parse(await asked(`/v1/cases/${caseNo}/interaction`)).state === 'replied';

test(
  'cases of several departments are worked to their end or to a correction, and a question is answered',
  async () => {
    const cases = [
      await submit(1, 'elderly-allowance'),
      await submit(2, 'fertility-registration'),
      await submit(3, 'resident-medical-insurance'),
    ];
    const question = await submit(4, 'consultation');
    for (const caseNo of cases) await expect.poll(() => isWorked(caseNo), { timeout: 60_000 }).toBe(true);
    await expect.poll(() => isReplied(question), { timeout: 60_000 }).toBe(true);
  },
  LONG_MS,
);

test(
  'departments that were killed go on with what came in meanwhile, by the same tokens',
  async () => {
    departments.kill();
    await departments.ended;
    const caseNo = await submit(5, 'senior-card');
    departments = await start();
    await expect.poll(() => isWorked(caseNo), { timeout: 60_000 }).toBe(true);
  },
  LONG_MS,
);
