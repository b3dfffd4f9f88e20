import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ApplicationPayload, Submission } from '#contract/application.ts';
import { canonicalJson } from '#contract/canonical-json.ts';
import { TRANSFER_SECRET_BYTES, transferCode } from '#contract/transfer/transfer-code.ts';
import { CHUNK_BYTES, makeHeader } from '#contract/transfer/transfer-format.ts';
import type { TransferRow } from '#contract/transfer/transfer-records.ts';
import { createTransferWriter } from '#contract/transfer/transfer-writer.ts';
import { catalogueDir, loadCatalogue } from '#platform/catalogue/load-catalogue.ts';
import { connect } from '#platform/database/connect.ts';
import { startTestPostgres, type TestPostgres } from '#platform/database/for-tests.ts';
import { migrate } from '#platform/database/migrate.ts';
import { migrationsDir } from '#platform/database/release.ts';
import { applicationId, ORDINARY_PAYLOAD, payload, submission, TEST_NOW_MS } from '#platform/for-tests.ts';
import { importFile, type ImportLine } from '#platform/import/import-file.ts';
import { nodePrimitives } from '#terminal/outbox/transfer/node-primitives.ts';
import { systemRandomBytes } from '#terminal/system-ports.ts';

let postgres: TestPostgres;
let pool: pg.Pool;
let folder: string;
let lines: ImportLine[];

beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(async () => {
  await pool.end();
  await postgres.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  // The one of the test before, if there was one.
  await (pool as pg.Pool | undefined)?.end(); // assigned here only
  pool = connect(await postgres.createDatabase());
  expect(await migrate(pool, migrationsDir)).toMatchObject({ ok: true });
  folder = mkdtempSync(join(tmpdir(), 'yizhan-transfer-'));
  lines = [];
});

const catalogue = loadCatalogue(catalogueDir);
const secret = systemRandomBytes(TRANSFER_SECRET_BYTES);
const code = transferCode(secret);
const file = (): string => join(folder, 'moved.yztf');

/** The command itself: its exit code and what it complains of. It gets as far as the database in no test here. */
function importByCommand(path: string, typed: string): readonly [number | null, string] {
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, '../../platform/cli.ts'), 'import', path],
    {
      input: typed,
      encoding: 'utf8',
      timeout: 60_000,
      env: { ...process.env, DATABASE_URL: 'postgres://127.0.0.1:9/none' },
    },
  );
  return [status, stderr];
}

function rowOf(n: number, changes: Partial<TransferRow>): TransferRow {
  return {
    applicationId: applicationId(n),
    revision: 1,
    state: 'waiting',
    fault: null,
    refusal: null,
    attempts: 0,
    submission: submission(ORDINARY_PAYLOAD),
    parts: [],
    ...changes,
  };
}

const picture = Buffer.alloc(600_000, 'picture');
const pictureSha256 = createHash('sha256').update(picture).digest('hex');

/** As a terminal writes it. */
function write(rows: readonly TransferRow[]): void {
  const pieces: Uint8Array[] = [];
  const writer = createTransferWriter(
    nodePrimitives,
    makeHeader(nodePrimitives, systemRandomBytes(16), secret),
    { stationId: '999901001', terminalId: 'T-01', writtenAt: '2026-11-21T17:29:30.000Z' },
    (bytes) => pieces.push(bytes),
  );
  for (const row of rows) {
    writer.row(row);
    if (row.parts.length === 0) continue;
    for (let at = 0; at < picture.length; at += CHUNK_BYTES)
      writer.chunk(picture.subarray(at, at + CHUNK_BYTES));
  }
  writer.end();
  writeFileSync(file(), Buffer.concat(pieces));
}

function importIt(from = file()) {
  lines = [];
  return importFile(
    { pool, catalogue, now: () => TEST_NOW_MS, onLine: (line) => lines.push(line) },
    { file: from, code },
  );
}

const outcomes = () => lines.map(({ outcome }) => outcome.kind);
const cases = async () => Number((await pool.query('SELECT count(*) AS n FROM case_record')).rows[0]?.n); // one row, one number

const otherPayload: Submission = (() => {
  const content = payload({ applicantName: '李四', applicantId: '999901198808060022' });
  return {
    ...submission(content),
    payloadSha256: createHash('sha256').update(canonicalJson(content)).digest('hex'),
  };
})();

describe('a transfer file at the platform', () => {
  it('becomes cases, and the second time the same ones', async () => {
    write([rowOf(1, {}), rowOf(2, { state: 'rejected', fault: 'platform.rejected' })]);
    expect(await importIt()).toEqual({
      ok: true,
      value: { terminalId: 'T-01', stationId: '999901001', isWhole: true },
    });
    expect(outcomes()).toEqual(['stored', 'stored']);
    const first = lines;
    await importIt();
    expect(outcomes()).toEqual(['already-there', 'already-there']);
    const numberOf = ({ outcome }: ImportLine) => ('caseNo' in outcome ? outcome.caseNo : null);
    expect(lines.map(numberOf)).toEqual(first.map(numberOf));
    expect(await cases()).toBe(2);
  });

  it('that holds another payload under a known key is a conflict, and changes nothing', async () => {
    write([rowOf(1, {})]);
    await importIt();
    write([rowOf(1, { submission: otherPayload }), rowOf(2, {})]);
    await importIt();
    expect(outcomes()).toEqual(['conflict', 'stored']);
    expect(await cases()).toBe(2);
  });

  it('brings the attachments of an application with it, and an application without its own is refused', async () => {
    const { answers, consents, identitySource } = ORDINARY_PAYLOAD;
    const content: ApplicationPayload = {
      formVersion: 2,
      answers,
      consents,
      identitySource,
      attachments: [
        {
          subject: { kind: 'signature' },
          mediaType: 'image/png',
          byteCount: picture.length,
          sha256: pictureSha256,
        },
      ],
    };
    const parts = [{ type: 'attachment' as const, sha256: pictureSha256, byteCount: picture.length }];
    write([
      rowOf(1, { submission: submission(content), parts }),
      rowOf(2, { submission: submission(content) }),
    ]);
    expect(await importIt()).toMatchObject({ value: { isWhole: true } });
    expect(outcomes()).toEqual(['stored', 'refused']);
    await importIt();
    expect(outcomes()).toEqual(['already-there', 'refused']);
    expect(await cases()).toBe(1);
  });

  it('with a payload that is not what its hash says is refused for that row', async () => {
    write([rowOf(1, { submission: { ...otherPayload, payloadSha256: 'a'.repeat(64) } }), rowOf(2, {})]);
    await importIt();
    expect(outcomes()).toEqual(['refused', 'stored']);
  });

  it('with a row of another station is refused for that row', async () => {
    write([rowOf(1, { submission: { ...otherPayload, stationId: '999901002' } })]);
    await importIt();
    expect(outcomes()).toEqual(['refused']);
    expect(await cases()).toBe(0);
  });

  it('that ends early is stored as far as it goes, and said not to be whole', async () => {
    write([rowOf(1, {}), rowOf(2, {}), rowOf(3, {})]);
    const bytes = readFileSync(file());
    writeFileSync(file(), bytes.subarray(0, bytes.length - 200));
    expect(await importIt()).toMatchObject({ ok: true, value: { isWhole: false } });
    expect(outcomes().slice(0, 2)).toEqual(['stored', 'stored']);
    expect(await cases()).toBe(2);
  });

  it('that is not there is refused before its code is asked for', () => {
    const nowhere = join(folder, 'nowhere');
    expect(importByCommand(nowhere, '')).toEqual([1, `transfer.unreadable: ${nowhere}: ENOENT\n`]);
  });

  it('whose code nobody types, as the input has ended, is refused', () => {
    write([rowOf(1, {})]);
    expect(importByCommand(file(), '')).toEqual([1, 'Transfer code: transfer.code-garbled: group 1 of 8\n']);
  });

  it('is refused by name when it is none, or not there', async () => {
    writeFileSync(file(), 'x'.repeat(1000));
    expect(await importIt()).toMatchObject({ ok: false, fault: { code: 'transfer.not-ours' } });
    expect(await importIt(join(folder, 'nowhere'))).toMatchObject({
      ok: false,
      fault: { code: 'transfer.unreadable' },
    });
  });
});
