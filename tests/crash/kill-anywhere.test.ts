import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { attachmentsOf, type Submission } from '#contract/application.ts';
import { openAttachmentFiles } from '#terminal/store/attachment-files.ts';
import { sql as firstSchema } from '#terminal/store/migrations/0001-first-journey.ts';
import { NEWEST_SCHEMA, versionOf } from '#terminal/store/migrate.ts';
import { openKeyFile } from '#terminal/store/key-file.ts';
import { DATABASE_FILE, openStore } from '#terminal/store/store.ts';
import { systemRandomBytes } from '#terminal/system-ports.ts';
import { bundled, type Bundled } from '../support/bundled.ts';
import { acknowledgementOf, isWhole, json, startScriptedPlatform } from '../support/scripted-platform.ts';
import { seeded } from '../support/seeded.ts';

/** `npm run prove -- kill` runs five thousand. */
const ROUNDS = Number(process.env['YIZHAN_KILL_ANYWHERE_ROUNDS'] ?? '200');
const SEED = Number(process.env['YIZHAN_SEED'] ?? '20261121');
/** Counted in what it says, so that a slow machine is not spared; a transaction with its fsync takes 12 ms. */
const MOST_LINES = 30;
const LATEST_AFTER_LINE_MS = 12;
/** From "opening" on: the check and the migration of the database below take about as long. */
const LATEST_IN_MIGRATION_MS = 200;
const PATIENCE_MS = 60_000;
/** What is looked through after each kill grows with the rounds: then a new station begins. */
const ROUNDS_A_STATION = 200;
const tallied = ['promised', 'sent', 'papers', 'rotations'] as const;
type Tally = Record<(typeof tallied)[number], number>;

let terminal: Bundled;
beforeAll(async () => {
  terminal = await bundled('tests/crash/busy-terminal.ts');
});
afterAll(() => {
  terminal.remove();
});

it(
  `a terminal killed ${ROUNDS} times at any moment of its work loses and doubles nothing`,
  { timeout: PATIENCE_MS + ROUNDS * 10_000 },
  async () => {
    const total: Tally = { promised: 0, sent: 0, papers: 0, rotations: 0 };
    for (let killed = 0; killed < ROUNDS; killed += ROUNDS_A_STATION) {
      const rounds = Math.min(ROUNDS_A_STATION, ROUNDS - killed);
      const tally = await killStation(SEED + killed, rounds);
      for (const what of tallied) total[what] += tally[what];
      console.log(
        `kill anywhere: ${killed + rounds} kills, ${total.promised} promised, ${total.sent} sent, ${total.papers} attachments, ${total.rotations} rotations, seed ${SEED}`,
      );
    }
  },
);

const MIGRATION_ROUNDS = Math.max(20, Math.floor(ROUNDS / 5));
it(
  'a terminal killed during its migration of an older database has all of it afterwards',
  { timeout: PATIENCE_MS + MIGRATION_ROUNDS * 10_000 },
  async () => {
    const versions = new Set<number>();
    const random = seeded(SEED);
    const platform = await startScriptedPlatform();
    const older = mkdtempSync(join(tmpdir(), 'yizhan-older-'));
    const rows = olderDatabase(older);
    try {
      for (let round = 0; round < MIGRATION_ROUNDS; round += 1) {
        const dataDir = mkdtempSync(join(tmpdir(), 'yizhan-migrate-'));
        cpSync(older, dataDir, { recursive: true });
        await liveAndDie(dataDir, platform.url, round, {
          afterLines: 1,
          delayMs: random() * LATEST_IN_MIGRATION_MS,
        });
        versions.add(schemaVersion(dataDir));
        const opened = openStore(dataDir);
        if (!opened.ok) throw new Error(`${opened.fault.code}: ${opened.fault.detail ?? ''}`);
        const count = Number(
          opened.value.sql("SELECT count(*) AS n FROM application WHERE item_slug = 'older'").get()?.['n'],
        );
        expect(count).toBe(rows);
        opened.value.close();
        rmSync(dataDir, { recursive: true, force: true });
      }
      // Otherwise each kill came before the first step or behind the last one.
      expect([...versions].some((version) => version > 1 && version < NEWEST_SCHEMA)).toBe(true);
      console.log(`killed at the schema versions ${[...versions].toSorted().join(', ')}`);
    } finally {
      rmSync(older, { recursive: true, force: true });
      await platform.close();
    }
  },
);

/** One station: killed again and again, then left alone until everything it promised has arrived. */
async function killStation(seed: number, rounds: number): Promise<Tally> {
  const random = seeded(seed);
  const dataDir = mkdtempSync(join(tmpdir(), 'yizhan-kill-'));
  const platform = await startScriptedPlatform();
  const sent = new Map<string, Set<string>>();
  const incomplete: string[] = [];
  platform.onAppend = (_key, response) => {
    if (random() >= 0.25) return false;
    response.destroy();
    return true;
  };
  platform.onSubmit = ({ key, body }, response) => {
    const { payloadSha256, receiptNo, payload } = JSON.parse(body) as Submission; // our own
    for (const { sha256 } of attachmentsOf(payload)) {
      const attachment = `${key.split('|')[0]}/${sha256}`;
      if (!isWhole(attachment, platform.uploads)) incomplete.push(attachment);
    }
    sent.set(key, (sent.get(key) ?? new Set()).add(`${payloadSha256} ${receiptNo}`));
    // One answer in four is lost on its way.
    if (random() < 0.25) response.destroy();
    else json(response, 200, acknowledgementOf(key, body));
  };
  const promised = new Map<string, string>();
  /** Promised application → the hashes of its attachments. */
  const attached = new Map<string, readonly string[]>();
  let rotations = 0;
  try {
    for (let round = 0; round < rounds; round += 1) {
      const lines = await liveAndDie(dataDir, platform.url, seed + round, {
        afterLines: 1 + Math.floor(random() * MOST_LINES),
        delayMs: random() * LATEST_AFTER_LINE_MS,
      });
      for (const line of lines) {
        const [what, applicationId, receiptNo, hashes = ''] = line.split(' ');
        if (what === 'rotating') rotations += 1;
        if (what !== 'received' || applicationId === undefined || receiptNo === undefined) continue;
        promised.set(applicationId, receiptNo);
        if (hashes !== '') attached.set(applicationId, hashes.split(','));
      }
      expect(lost(dataDir, promised), `round ${round}, seed ${seed}`).toEqual([]);
      expect(tornAttachments(dataDir), `round ${round}, seed ${seed}`).toEqual([]);
    }
    await liveUntilSent(dataDir, platform.url, promised, sent);

    const receipts = [...promised.values()];
    expect(new Set(receipts).size).toBe(receipts.length);
    const doubled = [...sent].filter(([, contents]) => contents.size > 1);
    expect(doubled, 'one key, two contents').toEqual([]);
    const numbers = [...sent.values()].flatMap((contents) => [...contents].map((it) => it.split(' ')[1]));
    expect(new Set(numbers).size, 'one receipt number, two cases').toBe(numbers.length);
    // Otherwise the kills struck terminals that had not begun.
    expect(promised.size).toBeGreaterThan(rounds);
    expect(rotations).toBeGreaterThan(rounds / 10);
    expect(incomplete, 'submitted before its attachments').toEqual([]);
    const papers = [...attached].flatMap(([id, hashes]) => hashes.map((sha256) => `${id}/${sha256}`));
    expect(papers.filter((paper) => !isWhole(paper, platform.uploads))).toEqual([]);
    expect(papers.length).toBeGreaterThan(rounds / 10);
    return { promised: promised.size, sent: sent.size, papers: papers.length, rotations };
  } finally {
    await platform.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function schemaVersion(dataDir: string): number {
  const database = new DatabaseSync(join(dataDir, DATABASE_FILE));
  const { version } = versionOf(Number(database.prepare('PRAGMA user_version').get()?.['user_version']));
  database.close();
  return version;
}

/** Runs a busy terminal, kills it so long after it said so many lines, and gives them. */
function liveAndDie(
  dataDir: string,
  url: string,
  seed: number,
  death: { readonly afterLines: number; readonly delayMs: number },
): Promise<string[]> {
  const child = spawn(process.execPath, [terminal.file, dataDir, url, String(seed)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  let errors = '';
  child.stderr.on('data', (text) => (errors += String(text)));
  const look = () => {
    if (lines.length === death.afterLines) setTimeout(() => child.kill('SIGKILL'), death.delayMs);
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    look();
  });
  return new Promise((resolve, reject) => {
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve(lines);
      else reject(new Error(`the terminal ended by itself (${code}): ${errors}`));
    });
  });
}

/** Lets one last terminal work until everything promised has arrived. */
async function liveUntilSent(
  dataDir: string,
  url: string,
  promised: ReadonlyMap<string, string>,
  sent: ReadonlyMap<string, unknown>,
): Promise<void> {
  const child = spawn(process.execPath, [terminal.file, dataDir, url, '1'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  child.stdout.resume();
  try {
    await expect
      .poll(() => [...promised.keys()].filter((id) => !sent.has(`${id}|1`)), { timeout: PATIENCE_MS })
      .toEqual([]);
  } finally {
    child.kill('SIGKILL');
    await new Promise((resolve) => child.on('close', resolve));
  }
}

/** What was promised and is not in the database; and the database must be whole. */
function lost(dataDir: string, promised: ReadonlyMap<string, string>): string[] {
  const database = new DatabaseSync(join(dataDir, DATABASE_FILE));
  try {
    expect(database.prepare('PRAGMA quick_check(1)').get()?.['quick_check']).toBe('ok');
    const rows = database.prepare('SELECT application_id, receipt_no FROM application').all();
    const stored = new Map(rows.map((row) => [String(row['application_id']), String(row['receipt_no'])]));
    return [...promised].filter(([id, receiptNo]) => stored.get(id) !== receiptNo).map(([id]) => id);
  } finally {
    database.close();
  }
}

/** Files that a row names and that are missing or not what their name says. */
function tornAttachments(dataDir: string): string[] {
  const database = new DatabaseSync(join(dataDir, DATABASE_FILE));
  try {
    if (!database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'attachment'").get()) return [];
    const files = openAttachmentFiles(dataDir);
    const names = database.prepare('SELECT file_name FROM attachment').all();
    return names.map((row) => String(row['file_name'])).filter((name) => !files.read(name).ok);
  } finally {
    database.close();
  }
}

/** A database of the first release with a day's work in it. */
function olderDatabase(dataDir: string): number {
  const rows = 20_000;
  if (!openKeyFile(dataDir, systemRandomBytes).ok) throw new Error('no key');
  const database = new DatabaseSync(join(dataDir, DATABASE_FILE));
  database.exec(
    `PRAGMA journal_mode = WAL; BEGIN; ${firstSchema} PRAGMA application_id = ${0x595a5354}; PRAGMA user_version = 1;`,
  );
  const application = database.prepare("INSERT INTO application VALUES (?, ?, 'older', '1', 'card', 1)");
  const outbox = database.prepare(
    `INSERT INTO outbox (application_id, revision, state, sealed_submission, key_id, payload_sha256, not_before_ms)
     VALUES (?, 1, 'acknowledged', NULL, 'k1', 'x', 1)`,
  );
  for (let row = 0; row < rows; row += 1) {
    application.run(`older-${row}`, `older-${row}`);
    outbox.run(`older-${row}`);
  }
  database.exec('COMMIT');
  database.close();
  return rows;
}
