import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { demoConfig } from '#config/demo/demo-config.ts';
import { serveSimulator, type ServedSimulator } from '#drivers/channel/tcp-server.ts';
import { CardReaderSimulator, EXAMPLE_SAM_ID, FRANK_MODULE } from '#drivers/id-card-reader/simulator.ts';
import { printerProfile } from '#drivers/receipt-printer/profiles.ts';
import { ReceiptPrinterSimulator } from '#drivers/receipt-printer/simulator.ts';
import { catalogueDir } from '#platform/catalogue/load-catalogue.ts';
import { startTestPostgres, type TestPostgres } from '#platform/database/for-tests.ts';
import { issueTestCode } from '#platform/identity/for-tests.ts';
import { startPlatform, type Platform } from '#platform/server.ts';
import { systemClock } from '#terminal/system-ports.ts';
import { startAnswerProxy, type AnswerProxy } from './answer-proxy.ts';
import { platformCases } from './platform-cases.ts';
import { newDataDir, removeDataDir } from './terminal-under-test.ts';

const DESK_TOKEN = 'desk-token-of-the-test';

/** Simulated devices on TCP ports and the reference platform on a real PostgreSQL; the host is the test's. */
export interface RealStation {
  readonly dataDir: string;
  /** Of the platform. */
  readonly databaseUrl: string;
  readonly config: string;
  /** A new code in it is taken at the next start of a terminal that is not enrolled. */
  readonly enrolmentCodeFile: string;
  readonly reader: CardReaderSimulator;
  readonly printer: ReceiptPrinterSimulator;
  readonly readerLine: ServedSimulator;
  readonly printerLine: ServedSimulator;
  /** The line to the platform. */
  readonly answers: AnswerProxy;
  /** All cases on the platform, in the order in which they were stored. */
  cases(): ReturnType<typeof platformCases>;
  /** Ends the platform, whose database is what `restore` leads to from then on. */
  putBack(restore: () => Promise<string> | string): Promise<void>;
  close(): Promise<void>;
}

/** `nativeDir`: of another PostgreSQL than the registry's. */
export async function startRealStation(nativeDir?: string): Promise<RealStation> {
  const dataDir = newDataDir();
  const postgres: TestPostgres = await startTestPostgres(nativeDir);
  const databaseUrl = await postgres.createDatabase();
  const platformOver = (url: string, port: number): Promise<Platform> =>
    startPlatform({
      databaseUrl: url,
      host: '127.0.0.1',
      port,
      deskToken: DESK_TOKEN,
      clock: systemClock,
      catalogueDir,
    });
  let platform = await platformOver(databaseUrl, 0);
  const reader = new CardReaderSimulator({
    clock: systemClock,
    samId: EXAMPLE_SAM_ID,
    baudRate: 115200,
    habits: FRANK_MODULE,
  });
  const answers = await startAnswerProxy(Number(new URL(platform.url).port));
  const profile = printerProfile('generic-80');
  if (!profile) throw new Error('there is no profile generic-80');
  const printer = new ReceiptPrinterSimulator({
    clock: systemClock,
    profile,
    name: 'SIM',
    lineMs: 1,
    afterStop: 'continue',
  });
  const readerLine = await serveSimulator(reader, { host: '127.0.0.1', port: 0 });
  const printerLine = await serveSimulator(printer, { host: '127.0.0.1', port: 0 });
  const enrolmentCodeFile = join(dataDir, 'enrolment-code');
  writeFileSync(
    enrolmentCodeFile,
    await issueTestCode(databaseUrl, 'demo-01', '999901001', systemClock.now()),
  );
  const config = join(dataDir, 'terminal.yaml');
  writeFileSync(
    config,
    demoConfig({
      cardReaderPort: readerLine.port,
      printerPort: printerLine.port,
      platformUrl: `http://127.0.0.1:${answers.port}`,
      enrolmentCodeFile,
      checkSeconds: 1,
      heartbeatSeconds: 5,
      overrides: { forwarding: { concurrency: 4, backoffBaseSeconds: 0.1, backoffCapSeconds: 1 } },
    }),
  );
  return {
    dataDir,
    databaseUrl,
    config,
    enrolmentCodeFile,
    reader,
    printer,
    readerLine,
    printerLine,
    answers,
    cases: () => platformCases({ url: platform.url, deskToken: DESK_TOKEN }),
    putBack: async (restore) => {
      const port = Number(new URL(platform.url).port);
      await platform.close();
      platform = await platformOver(await restore(), port);
    },
    close: async () => {
      await readerLine.close();
      await printerLine.close();
      await answers.close();
      await platform.close();
      await postgres.close();
      removeDataDir(dataDir);
    },
  };
}
