import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '#contract/ports.ts';
import { demoConfig } from '#config/demo/demo-config.ts';
import { parseConfig } from '#config/load.ts';
import type { TerminalConfig } from '#config/schema.ts';
import type { Fault } from '#contract/fault.ts';
import type { Result } from '#contract/result.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import type { AnswerValue, VisitSnapshot } from '#contract/visit.ts';
import type { DeviceHostProcess } from '#terminal/devices/device-host-process.ts';
import { openKeyFile } from '#terminal/store/key-file.ts';
import type { LogLine } from '#terminal/log.ts';
import { systemAtEndOfTurn, systemClock, systemRandomBytes } from '#terminal/system-ports.ts';
import { startTerminal, type Terminal, type TerminalOptions } from '#terminal/terminal.ts';
import { expectValue } from './expect-value.ts';
import { anyCodeFile } from './enrolment.ts';
import { FakeDeviceHost } from './fake-device-host.ts';

export const zhang: IdentityDocument = {
  kind: 'resident',
  idType: '111',
  name: '张建国',
  sex: '1',
  nation: '01',
  birthday: '19450312',
  address: '示例区示例街道和平路8号',
  number: '999901194503120014',
};

export interface TerminalUnderTest {
  readonly terminal: Terminal;
  readonly host: FakeDeviceHost;
  readonly hosts: readonly FakeDeviceHost[];
  readonly dataDir: string;
  readonly log: readonly LogLine[];
  /** The codes with which the process was asked to end. */
  readonly left: readonly number[];
  close(): Promise<void>;
}

export function newDataDir(): string {
  return mkdtempSync(join(tmpdir(), 'yizhan-test-'));
}

export function removeDataDir(dataDir: string): void {
  // The children of a program that ended a moment ago may still write.
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}

export interface StartOptions {
  readonly dataDir: string;
  readonly platformUrl: string;
  /** Absent: a terminal without a scanner. */
  readonly hasScanner?: boolean;
  /** Absent: one with a code that the scripted platform takes. */
  readonly enrolmentCodeFile?: string;
  /** For a call to the platform. Absent: one second, which a scripted platform never needs. */
  readonly timeoutSeconds?: number;
  /** Absent: the terminal of the demo, as it is. */
  readonly bend?: (config: TerminalConfig) => TerminalConfig;
  /** Absent: the machine's own, as it is. */
  /** Absent: nobody takes versions here. */
  readonly parcels?: TerminalOptions['parcels'];
  readonly clock?: Clock;
  /** Absent: 1970, so that no clock is before it. */
  readonly programMadeMs?: number;
  /** Absent: the test's own, in this process. */
  readonly spawnDeviceHost?: () => DeviceHostProcess;
}

/** A whole terminal over a real database and a real socket; only the device host is the test's. */
export function tryStartTerminal(options: StartOptions): Result<TerminalUnderTest, Fault> {
  const config = parseConfig(
    demoConfig({
      cardReaderPort: 1,
      printerPort: 2,
      ...(options.hasScanner === true ? { scannerPort: 3 } : {}),
      platformUrl: options.platformUrl,
      enrolmentCodeFile: options.enrolmentCodeFile ?? anyCodeFile(options.dataDir),
      checkSeconds: 1,
      overrides: { forwarding: { concurrency: 4, backoffBaseSeconds: 0.1, backoffCapSeconds: 1 } },
    }),
    'test.yaml',
  );
  if (!config.ok) throw new Error('the demo configuration does not parse');
  const bent = options.bend ? options.bend(config.value) : config.value;
  const masterKey = openKeyFile(options.dataDir, systemRandomBytes);
  if (!masterKey.ok) return masterKey;
  const hosts: FakeDeviceHost[] = [];
  const log: LogLine[] = [];
  const left: number[] = [];
  const started = startTerminal({
    config: {
      ...bent,
      platform: { ...bent.platform, timeoutSeconds: options.timeoutSeconds ?? 1 },
    },
    dataDir: options.dataDir,
    masterKey: masterKey.value,
    clock: options.clock ?? systemClock,
    atEndOfTurn: systemAtEndOfTurn,
    randomBytes: systemRandomBytes,
    random: () => 0.5,
    spawnDeviceHost: () => {
      if (options.spawnDeviceHost) return options.spawnDeviceHost();
      const host = new FakeDeviceHost();
      hosts.push(host);
      return host;
    },
    log: (line) => log.push(line),
    program: '0.0.0-test',
    programMadeMs: options.programMadeMs ?? 0,
    leave: (exitCode) => left.push(exitCode),
    parcels: options.parcels ?? null,
    onStoreBroken: ({ code }) => log.push({ level: 'error', event: 'store.broken', code }),
  });
  if (!started.ok) return started;
  const terminal = started.value;
  return {
    ok: true,
    value: {
      terminal,
      get host() {
        const host = hosts.at(-1);
        if (!host) throw new Error('no device host was started');
        return host;
      },
      hosts,
      dataDir: options.dataDir,
      log,
      left,
      close: () => terminal.close(),
    },
  };
}

export function startTerminalUnderTest(options: StartOptions): TerminalUnderTest {
  return expectValue(tryStartTerminal(options));
}

/** Waits for a condition by listening for changes; a test's own time limit ends a wait in vain. */
export async function until<T>(terminal: Terminal, read: () => T | null | undefined | false): Promise<T> {
  const { visits, station } = terminal.kiosk;
  return new Promise((resolve) => {
    const stops: (() => void)[] = [];
    const look = (): void => {
      const value = read();
      if (value === null || value === undefined || value === false) return;
      for (const stop of stops) stop();
      resolve(value);
    };
    stops.push(visits.changes.subscribe(look), station.changes.subscribe(look));
    look();
  });
}

export async function untilReady(under: TerminalUnderTest): Promise<void> {
  const { station, catalogue } = under.terminal.kiosk;
  await until(under.terminal, () => {
    const { devices } = station.snapshot();
    // Items come one by one, in an order that is the platform's to say.
    const isThere = ['elderly-allowance', 'fertility-registration'].every((slug) => catalogue.item(slug).ok);
    return isThere && devices.every((device) => device.status.state === 'ready');
  });
}

const elderlyAnswers: Readonly<Record<string, AnswerValue>> = {
  mobile: '13800005678',
  byProxy: '0',
  homeAddress: { useCard: true },
  liveAlone: 'alone',
  contactName: '',
  contactMobile: '',
  bankName: 'social',
  bankAccountName: '张建国',
  bankAccount: '6222020000000000004',
  signature: {
    width: 100,
    height: 50,
    strokes: [
      [
        [1, 1],
        [2, 2],
      ],
    ],
  },
};

/** The whole journey of the old-age allowance up to the check page. */
export async function fillIn(under: TerminalUnderTest): Promise<void> {
  const { visits } = under.terminal.kiosk;
  expectOk(visits.begin({ slug: 'elderly-allowance', language: 'zh', requestId: crypto.randomUUID() }));
  expectOk(visits.consent(['c-notice', 'c-sensitive']));
  under.host.placeCard(zhang);
  await until(under.terminal, () => step(under).kind === 'card' && visits.snapshot());
  expectOk(visits.acceptCard());
  answerElderly(under);
}

/** From the first question behind card or code to the check page. */
export function answerElderly(under: TerminalUnderTest): void {
  const { visits } = under.terminal.kiosk;
  for (let at = step(under); at.kind === 'question'; at = step(under)) {
    const value = elderlyAnswers[at.page.pageId];
    if (value === undefined) throw new Error(`no answer for ${at.page.pageId}`);
    const given = visits.answer({
      pageId: at.page.pageId,
      value: value === '' ? null : value,
      confirmedOdd: true,
    });
    if (!given.ok || given.value.problems.length > 0)
      throw new Error(`${at.page.pageId}: ${JSON.stringify(given)}`);
  }
}

export function step(under: TerminalUnderTest): VisitSnapshot['step'] {
  const snapshot = under.terminal.kiosk.visits.snapshot();
  if (!snapshot) throw new Error('there is no visit');
  return snapshot.step;
}

export function received(under: TerminalUnderTest) {
  const at = step(under);
  if (at.kind !== 'received') throw new Error(`the visit is at ${at.kind}`);
  return at.received;
}

export async function submit(under: TerminalUnderTest): Promise<string> {
  await fillIn(under);
  expectOk(await under.terminal.kiosk.visits.submit());
  return received(under).receiptNo;
}

export function expectOk(result: Result<unknown, Fault>): void {
  if (!result.ok) throw new Error(`${result.fault.code}: ${result.fault.detail ?? ''}`);
}
