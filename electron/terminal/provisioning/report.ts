import { join } from 'node:path';
import type { Fault } from '#contract/fault.ts';
import { localDate } from '#contract/form/local-date.ts';
import type { Clock } from '#contract/ports.ts';
import type { ProvisioningAnswer, ProvisioningSnapshot } from '#contract/provisioning-api.ts';
import { isGreen, type ReadinessLine, type ReadinessReport } from '#contract/readiness.ts';
import type { Log } from '../log.ts';
import { backupFolderOf } from '../store/backup.ts';
import { makeFolder, replaceFile } from '../store/durable-file.ts';
import { openOrRecover } from '../store/recovery.ts';
import type { Bindings } from './bindings.ts';
import type { DeviceBench } from './device-bench.ts';
import type { Enrolment } from './enrolment.ts';
import type { KeptProgress } from './kept-progress.ts';
import {
  ownConfigText,
  problemsOf,
  writeOwnConfig,
  type BareConfig,
  type ConfigPlaces,
} from './own-config.ts';
import type { PlatformWay } from './platform-way.ts';
import { mayStart, readinessLines } from './readiness-lines.ts';
import { readinessSlip } from './slips.ts';
import type { UnderWay } from './under-way.ts';

export const READINESS_FILE = 'readiness.json';

type Taken = NonNullable<ProvisioningSnapshot['report']>;

/** All that was found, line by line: kept, sent, printed; and the configuration, when it is good enough. */
export interface Report {
  lines(): readonly ReadinessLine[];
  /** Null: none was taken, or something has changed since. */
  now(): Taken | null;
  take(): ProvisioningAnswer;
  /** What was printed and sent is the report of how it was. */
  drop(): void;
  /** Writes the terminal's own configuration, once a report is taken and nothing is red that a terminal needs. */
  finish(): ProvisioningAnswer;
  isFinished(): boolean;
}

export interface ReportPorts {
  readonly bare: BareConfig;
  readonly places: ConfigPlaces;
  readonly dataDir: string;
  readonly kept: KeptProgress;
  readonly bindings: Bindings;
  readonly bench: DeviceBench;
  readonly way: PlatformWay;
  readonly enrolment: Enrolment;
  readonly underWay: UnderWay;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  readonly by: ReadinessReport['by'];
  readonly notify: () => void;
  readonly onFinished: () => void;
}

export function createReport(ports: ReportPorts): Report {
  const { bare, places, dataDir, kept, bindings, bench, way, enrolment, underWay, clock, notify } = ports;
  const { config } = bare;
  let store: Fault | null = null;
  let report: Taken | null = null;
  let isFinished = false;

  function prepareStore(): Fault | null {
    const opened = openOrRecover({
      dataDir,
      backupDir: backupFolderOf({
        ...config,
        terminal: { ...config.terminal, id: kept.terminalId() ?? config.terminal.id },
      }),
      clock,
      today: localDate(clock.now(), config.timeZone),
    });
    if (!opened.ok) return opened.fault;
    opened.value.store.close();
    return null;
  }

  const ownText = (): string => ownConfigText(bare, places, kept.now());

  function lines(): readonly ReadinessLine[] {
    const { screen, terminal, results } = kept.now();
    const { problem, detail } = way.clockJudged();
    return readinessLines({
      clock: problem,
      clockDetail: detail,
      network: way.stages(),
      screen: screen === null ? 'screen.not-measured' : null,
      enrolment: enrolment.fault(),
      devices: bindings.all(),
      results,
      hasCamera: config.camera !== null,
      configuration: terminal === null || screen === null ? null : problemsOf(ownText(), places),
      store,
    });
  }

  async function take(): Promise<boolean> {
    report = null;
    notify();
    await way.lookAtNetwork();
    store = prepareStore();
    const taken: ReadinessReport = {
      takenAt: new Date(clock.now()).toISOString(),
      by: ports.by,
      lines: [...lines()],
    };
    makeFolder(dataDir);
    replaceFile(join(dataDir, READINESS_FILE), Buffer.from(`${JSON.stringify(taken, null, 2)}\n`));
    report = {
      takenAtMs: Date.parse(taken.takenAt),
      printed: 'under-way',
      sent: 'under-way',
      sentCode: null,
    };
    notify();
    if (tell(await send(taken))) tell({ printed: await print(taken) });
    return false;
  }

  /** False when it was overtaken by another judgement while it was under way: it does not come back. */
  function tell(part: Partial<Taken>): boolean {
    if (report === null) return false;
    report = { ...report, ...part };
    notify();
    return true;
  }

  async function send(taken: ReadinessReport): Promise<Pick<Taken, 'sent' | 'sentCode'>> {
    const sent = await enrolment.client()?.reportReadiness(taken);
    if (sent === undefined) return { sent: 'bad', sentCode: 'identity.not-enrolled' };
    return sent.ok ? { sent: 'good', sentCode: null } : { sent: 'bad', sentCode: sent.fault.code };
  }

  async function print(taken: ReadinessReport): Promise<Taken['printed']> {
    const here = bindings.proven();
    const printer = here.find(({ kind }) => kind === 'receipt-printer');
    if (printer === undefined) return null;
    await bench.rest(here);
    const slip = readinessSlip(kept.now().language, kept.terminalId() ?? '', taken, config.timeZone);
    const outcome = await bench.devices.print(printer.id, ports.newId(), slip);
    return outcome.end === 'printed' ? 'good' : 'bad';
  }

  function finish(): ProvisioningAnswer {
    const all = lines();
    if (report === null || !mayStart(all)) return 'not-now';
    writeOwnConfig(ownText(), places);
    kept.keep({ step: 'report' });
    isFinished = true;
    ports.log({
      level: 'info',
      event: 'provisioning.finished',
      detail: isGreen({ lines: [...all] }) ? 'green' : 'red',
    });
    notify();
    ports.onFinished();
    return 'done';
  }

  return {
    lines,
    now: () => report,
    take: () => underWay.begin('report', null, take),
    drop: () => {
      if (report === null) return;
      report = null;
      notify();
    },
    finish: () => (underWay.now() === null ? finish() : 'busy'),
    isFinished: () => isFinished,
  };
}
