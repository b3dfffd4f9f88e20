import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApplicationPayload } from '#contract/application.ts';
import { demoCamera } from '#config/demo/demo-config.ts';
import { catalogueDir } from '#platform/catalogue/load-catalogue.ts';
import { startTestPostgres } from '#platform/database/for-tests.ts';
import { issueTestCode } from '#platform/identity/for-tests.ts';
import { startPlatform } from '#platform/server.ts';
import { systemClock } from '#terminal/system-ports.ts';
import { startLine, type Line } from '../../scripts/demo/line.ts';
import {
  newDataDir,
  removeDataDir,
  startTerminalUnderTest,
  until,
  untilReady,
  type TerminalUnderTest,
} from './terminal-under-test.ts';

const DESK_TOKEN = 'desk-token-of-the-test';

export interface StationWish {
  readonly id: string;
  /** Three digits. */
  readonly station: string;
  readonly hasCamera: boolean;
  /** By how much its clock is behind, in ms. Absent: it is right. */
  readonly behindMs?: () => number;
}

/** A whole district: the real platform over a real database, an office that acts, and stations with terminals. */
export interface District {
  readonly station: (wish: StationWish) => Promise<TerminalUnderTest>;
  /** An officer's step; the answer's status. */
  readonly act: (caseNo: string, act: string, body: unknown) => Promise<number>;
  readonly stored: (caseNo: string) => Promise<StoredCase>;
  /** Between the stations and the platform. */
  readonly line: Line;
  readonly close: () => Promise<void>;
}

export interface StoredCase {
  readonly receiptNo: string;
  readonly stationId: string;
  readonly status: string;
  readonly payload: ApplicationPayload & { readonly formVersion: 3 };
}

export async function startDistrict(): Promise<District> {
  const postgres = await startTestPostgres();
  const databaseUrl = await postgres.createDatabase();
  const platform = await startPlatform({
    databaseUrl,
    host: '127.0.0.1',
    port: 0,
    deskToken: DESK_TOKEN,
    clock: systemClock,
    catalogueDir,
  });
  const line = await startLine({
    host: '127.0.0.1',
    port: 0,
    target: { host: '127.0.0.1', port: Number(new URL(platform.url).port) },
  });
  const authorization = `Bearer ${DESK_TOKEN}`;
  const closing: (() => Promise<void>)[] = [];

  async function station({
    id,
    station: number,
    hasCamera,
    behindMs = () => 0,
  }: StationWish): Promise<TerminalUnderTest> {
    const dataDir = newDataDir();
    const enrolmentCodeFile = join(dataDir, 'enrolment-code');
    writeFileSync(
      enrolmentCodeFile,
      await issueTestCode(databaseUrl, id, `999901${number}`, systemClock.now()),
    );
    const under = startTerminalUnderTest({
      dataDir,
      platformUrl: `http://127.0.0.1:${String(line.port)}`,
      enrolmentCodeFile,
      hasScanner: true,
      timeoutSeconds: 20,
      clock: { ...systemClock, now: () => systemClock.now() - behindMs() },
      programMadeMs: Date.UTC(2025, 0, 1),
      bend: (config) => ({
        ...config,
        terminal: { ...config.terminal, id, station: number },
        camera: hasCamera ? demoCamera : null,
      }),
    });
    closing.push(async () => {
      await under.close();
      removeDataDir(dataDir);
    });
    await untilReady(under);
    await until(under.terminal, () => {
      const { chains, station: now } = under.terminal.kiosk;
      return now.snapshot().catalogue === 'fresh' && chains.list().length > 0;
    });
    return under;
  }

  return {
    station,
    line,
    act: async (caseNo, act, body) => {
      const answer = await fetch(`${platform.url}/v1/cases/${caseNo}/${act}`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return answer.status;
    },
    stored: async (caseNo) => {
      const answer = await fetch(`${platform.url}/v1/cases/${caseNo}`, { headers: { authorization } });
      return (await answer.json()) as StoredCase; // of the contract's form
    },
    close: async () => {
      for (const close of closing) await close();
      await line.close();
      await platform.close();
      await postgres.close();
    },
  };
}
