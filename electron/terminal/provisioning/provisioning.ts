import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DeviceSettings } from '#contract/devices.ts';
import { parseEnrolmentCode } from '#contract/enrolment-code.ts';
import { fault, type Fault } from '#contract/fault.ts';
import { localDate } from '#contract/form/local-date.ts';
import type { Clock, RandomBytes } from '#contract/ports.ts';
import type { JudgedTest } from '#contract/provisioning.ts';
import type {
  NetworkStage,
  ProvisioningAnswer,
  ProvisioningCommand,
  ProvisioningSnapshot,
} from '#contract/provisioning-api.ts';
import { isGreen, type ReadinessLine, type ReadinessReport } from '#contract/readiness.ts';
import { createChanges, type Changes } from '../changes.ts';
import type { DeviceHostProcess } from '../devices/device-host-process.ts';
import type { Identity } from '../identity/identity.ts';
import { platformIdentity } from '../identity/platform-identity.ts';
import type { Log } from '../log.ts';
import { createPlatformClient, type WholePlatformClient } from '../outbox/platform-client.ts';
import { createPlatformTransport, readAuthorities } from '../outbox/platform-transport.ts';
import { backupFolderOf } from '../store/backup.ts';
import { makeFolder, replaceFile } from '../store/durable-file.ts';
import { openOrRecover } from '../store/recovery.ts';
import { uuidV7 } from '../uuid.ts';
import { askPlatform, checkNetwork, type NetworkPorts } from './check-network.ts';
import { createDeviceBench } from './device-bench.ts';
import { identifyDevice } from './identify-device.ts';
import { clockProblem } from './judge-clock.ts';
import { screenProblem } from './judge-screen.ts';
import {
  boundDevices,
  idOf,
  ownConfigText,
  problemsOf,
  writeOwnConfig,
  type BareConfig,
  type ConfigPlaces,
} from './own-config.ts';
import { progressFile, type BoundDevice, type Progress } from './progress.ts';
import { isSameLine, line, mayStart, readinessLines } from './readiness-lines.ts';
import { readinessSlip, testPage } from './slips.ts';

export interface ProvisioningPorts {
  readonly bare: BareConfig;
  readonly places: ConfigPlaces;
  readonly dataDir: string;
  readonly masterKey: Uint8Array;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  /** When this program was made. */
  readonly buildMs: number;
  readonly spawnDeviceHost: () => DeviceHostProcess;
  readonly log: Log;
  /** `file`: nobody is there to see a slip or lay down a card. */
  readonly by: ReadinessReport['by'];
  /** The configuration stands, and the terminal can be started. */
  readonly onFinished: () => void;
}

/** The first start of one terminal. */
export interface Provisioning {
  readonly changes: Changes;
  snapshot(): ProvisioningSnapshot;
  /** What takes time is begun; the snapshot says how it goes. */
  do(command: ProvisioningCommand): ProvisioningAnswer;
  /** Resolves when nothing is under way but a person's answer. */
  settled(): Promise<void>;
  close(): void;
}

type UnderWay = NonNullable<ProvisioningSnapshot['underWay']>;
type Report = NonNullable<ProvisioningSnapshot['report']>;

const LEAVES_THE_REPORT: ReadonlySet<ProvisioningCommand['do']> = new Set([
  'go',
  'language',
  'stop',
  'report',
  'finish',
]);

const CARD_WITHIN_MS = 90_000;
const CODE_WITHIN_MS = 180_000;

export const READINESS_FILE = 'readiness.json';

/** Opens the wizard where it was left; the clock and the network are looked at anew. */
export function startProvisioning(ports: ProvisioningPorts): Provisioning {
  const { bare, places, dataDir, clock, log } = ports;
  const { config } = bare;
  const { url, caFile, timeoutSeconds } = config.platform;
  const changes = createChanges();
  const file = progressFile(dataDir);
  const newId = (): string => uuidV7(clock, ports.randomBytes);
  const bench = createDeviceBench({ spawn: ports.spawnDeviceHost, clock, log, newId });
  let progress = withNumbers(file.read());
  let revision = 0;
  /** Why what was done last is not on the disk. */
  let notKept: Fault | null = null;
  let underWay: UnderWay | null = null;
  let work: Promise<void> = Promise.resolve();
  /** What is under way was answered, and its displays go dark. */
  let isSettling = false;
  /** Whoever began what is under way has gone on: when it comes to asking, nobody is there. */
  let isLeft = false;
  let aheadMs: number | null = null;
  let isConfirmed = false;
  let network: readonly NetworkStage[] = [];
  let store: Fault | null = null;
  let enrolFault: Fault | null = null;
  let report: Report | null = null;
  let isFinished = false;
  let isClosed = false;
  /** Who was found at the port of each device, or seen in its place; known since this start. */
  const crossed = new Map<string, string>();
  let link: {
    readonly id: string;
    readonly identity: Identity;
    readonly client: WholePlatformClient;
  } | null = null;

  function withNumbers(read: Progress): Progress {
    const { region, station, number } = bare.terminal;
    if (read.terminal !== null || region === undefined || station === undefined || number === undefined)
      return read;
    return { ...read, terminal: { region, station, number } };
  }

  function notify(): void {
    revision += 1;
    changes.notify();
  }

  function keep(next: Partial<Progress>): void {
    progress = { ...progress, ...next };
    const kept = file.write(progress);
    notKept = kept.ok ? null : kept.fault;
    if (notKept !== null)
      log({ level: 'error', event: 'provisioning.failed', code: notKept.code, detail: notKept.detail ?? '' });
    notify();
  }

  const devices = (): readonly DeviceSettings[] => boundDevices(config, progress.devices);
  const deviceCalled = (id: string): DeviceSettings | undefined =>
    devices().find((device) => device.id === id);
  const terminalId = (): string | null =>
    progress.terminal === null ? null : (bare.terminal.id ?? idOf(progress.terminal));

  function put(result: ReadinessLine): void {
    keep({ results: [...progress.results.filter((other) => !isSameLine(other, result)), result] });
  }

  /** A test that was passed with another binding was another test. */
  function forget(ids: readonly string[]): void {
    const tests: readonly string[] = ids.flatMap((id) => testOf(deviceCalled(id)) ?? []);
    for (const id of ids) crossed.delete(id);
    keep({
      results: progress.results.filter(
        ({ item, device }) => !tests.includes(item) && (device === null || !ids.includes(device)),
      ),
    });
  }

  function bindAll(changed: readonly BoundDevice[]): void {
    const ids = changed.map(({ id }) => id);
    keep({ devices: [...progress.devices.filter(({ id }) => !ids.includes(id)), ...changed] });
    forget(ids);
  }

  function boundOf(settings: DeviceSettings): BoundDevice {
    const { id, channel, identity, enabled } = settings;
    const display = progress.devices.find((own) => own.id === id)?.display;
    return { id, channel, identity, isLeftOut: !enabled, ...(display === undefined ? {} : { display }) };
  }

  /** Begins what takes time; its end is told by the snapshot, whatever becomes of it. */
  function begin(
    what: UnderWay['what'],
    device: string | null,
    does: () => Promise<boolean>,
  ): ProvisioningAnswer {
    if (underWay !== null && !isSettling) return 'busy';
    // Whoever has answered and goes on is not refused because a display is still going dark.
    const before = isSettling ? work : null;
    isSettling = false;
    isLeft = false;
    underWay = { what, device, waitsFor: 'nothing' };
    notify();
    work = (before === null ? does() : before.then(does))
      .catch((error: unknown) => {
        failed(error);
        return false;
      })
      .then((isAsking) => {
        if (isAsking && !isLeft) return;
        if (isAsking) {
          answered(notify);
          return;
        }
        underWay = null;
        if (!isClosed) notify();
      });
    return 'done';
  }

  function failed(error: unknown): void {
    log({
      level: 'error',
      event: 'provisioning.failed',
      detail: error instanceof Error ? error.message : '?',
    });
  }

  function asks(waitsFor: UnderWay['waitsFor']): void {
    if (underWay === null) return;
    underWay = { ...underWay, waitsFor };
    notify();
  }

  // The platform.

  function networkPorts(): NetworkPorts | Fault {
    const authorities = caFile === undefined ? null : readAuthorities(caFile);
    if (authorities !== null && !authorities.ok) return authorities.fault;
    return { url, clock, transport: createPlatformTransport(authorities?.value ?? null) };
  }

  async function lookAtNetwork(): Promise<void> {
    const way = networkPorts();
    if ('code' in way) {
      const bad = { state: 'bad', code: way.code, detail: way.detail ?? null } as const;
      network = [{ stage: 'trust', ...bad }];
      return;
    }
    const seen = await checkNetwork(way);
    way.transport.destroy();
    network = seen.stages;
    aheadMs = seen.answered?.aheadMs ?? null;
  }

  async function lookAtClock(): Promise<void> {
    const way = networkPorts();
    aheadMs = null;
    if ('code' in way) return;
    const seen = await askPlatform(way);
    way.transport.destroy();
    if (seen.ok) aheadMs = seen.value.aheadMs;
  }

  /** Who this terminal is to the platform, under the numbers that it has by now. */
  function linked(): typeof link {
    const id = terminalId();
    if (progress.terminal === null || id === null || link?.id === id) return link;
    const way = networkPorts();
    if ('code' in way) return null;
    link?.client.close();
    const { region, station } = progress.terminal;
    const own = platformIdentity({
      ...ports,
      suite: config.sealing.suite,
      terminal: { id, region, station },
    });
    const client = createPlatformClient({
      url,
      signing: own.signing,
      timeoutMs: timeoutSeconds * 1000,
      transport: way.transport,
    });
    const identity = own.connect(client, { onEvent: () => undefined, onEnrolled: () => undefined });
    link = { id, identity, client };
    return link;
  }

  function enrolmentFault(): Fault | null {
    const state = linked()?.identity.state() ?? 'not-enrolled';
    switch (state) {
      case 'enrolled':
        return null;
      case 'not-enrolled':
        return enrolFault ?? fault('identity.not-enrolled');
      case 'key-unreadable':
        return fault('identity.key-unreadable');
      case 'unknown':
        return enrolFault ?? fault('platform.terminal-unknown');
      case 'revoked':
        return enrolFault ?? fault('platform.terminal-revoked');
      default: {
        const never: never = state;
        return never;
      }
    }
  }

  async function enrol(typed: string): Promise<void> {
    const enrolled = await linked()?.identity.enrol(typed);
    if (enrolled !== undefined) enrolFault = enrolled.ok ? null : enrolled.fault;
  }

  async function scanCode(): Promise<void> {
    await bench.rest(devices().filter(({ kind, enabled }) => kind === 'scanner' && enabled));
    while (!isLeft) {
      const event = await bench.code(CODE_WITHIN_MS);
      if (event === null) break;
      if (event.type !== 'scanned') continue;
      // Whatever else somebody holds to it is no code, and is asked about nowhere.
      if (parseEnrolmentCode(event.content) === null) {
        enrolFault = fault('enrolment.code-malformed');
        notify();
        continue;
      }
      await enrol(event.content);
      break;
    }
  }

  // Devices.

  async function identify(settings: DeviceSettings): Promise<boolean> {
    const { id } = settings;
    crossed.delete(id);
    const identified = await identifyDevice({
      bench,
      settings,
      all: devices().filter(({ enabled }) => enabled),
      language: progress.language,
      newId,
      isWatched: ports.by === 'technician',
      isLeft: () => isLeft,
      onAsk: asks,
      onRemembered: (identity) => {
        if (identity !== null) keepIdentity(id, identity);
      },
    });
    switch (identified.end) {
      case 'ask':
        asks(identified.waitsFor);
        return true;
      case 'judged':
        if (identified.crossedWith !== null) crossed.set(id, identified.crossedWith);
        put(identified.result);
        break;
      case 'nothing':
        break;
      default: {
        const never: never = identified;
        return never;
      }
    }
    return false;
  }

  function keepIdentity(id: string, identity: string): void {
    const settings = deviceCalled(id);
    if (settings === undefined || settings.identity === identity) return;
    const own = { ...boundOf(settings), identity };
    keep({ devices: [...progress.devices.filter((other) => other.id !== id), own] });
  }

  /** The answer to what was printed or shown at the one that is being identified. */
  function saw(
    waitsFor: UnderWay['waitsFor'],
    judge: (device: DeviceSettings) => ReadinessLine,
  ): ProvisioningAnswer {
    const device = underWay?.what === 'identify' && underWay.waitsFor === waitsFor ? underWay.device : null;
    const settings = device === null ? undefined : deviceCalled(device);
    if (settings === undefined) return 'not-now';
    answered(() => {
      put(judge(settings));
    });
    return 'done';
  }

  /** A display goes dark before the next one is lit: two lit ones would both be the one that is asked about. */
  function answered(judge: () => void): void {
    if (underWay?.waitsFor !== 'display-seen') {
      underWay = null;
      judge();
      return;
    }
    asks('nothing');
    isSettling = true;
    const windows = new Set(
      devices().flatMap((device) => (device.kind === 'queue-display' ? [device.window] : [])),
    );
    work = Promise.all([...windows].map((window) => bench.devices.showAtWindow(window, null)))
      .then(() => {
        if (isSettling) underWay = null;
        isSettling = false;
        judge();
      })
      .catch((error: unknown) => {
        // Whoever goes on is not held up by it.
        failed(error);
        if (!isClosed) notify();
      });
  }

  function judgeSeenAt(settings: DeviceSettings, window: string | null): ReadinessLine {
    const own = settings.kind === 'queue-display' ? settings.window : null;
    if (window === null) return line('device', settings.id, 'red', 'device.not-seen', settings.channel);
    if (window === own) return line('device', settings.id, 'green', null, settings.channel);
    const other = devices().find((device) => device.kind === 'queue-display' && device.window === window);
    if (other !== undefined) crossed.set(settings.id, other.id);
    return line('device', settings.id, 'red', 'device.swapped', `${own ?? ''} → ${window}`);
  }

  function exchange(one: DeviceSettings, other: DeviceSettings): void {
    const taking = (settings: DeviceSettings, from: DeviceSettings): BoundDevice => ({
      ...boundOf(settings),
      channel: from.channel,
      identity: null,
      ...(settings.kind === 'queue-display' && from.kind === 'queue-display'
        ? { display: from.display }
        : {}),
    });
    bindAll([taking(one, other), taking(other, one)]);
  }

  // Tests.

  /** Those that were identified: others would be opened in vain, or twice. */
  const proven = (): readonly DeviceSettings[] =>
    devices().filter(
      ({ id, enabled }) =>
        enabled && progress.results.some(({ device, state }) => device === id && state === 'green'),
    );

  async function test(which: 'printer' | 'card' | 'display'): Promise<boolean> {
    const here = proven();
    await bench.rest(here);
    if (isLeft) return false;
    switch (which) {
      case 'printer':
        return testPrinter(here);
      case 'card':
        return testCard();
      case 'display':
        return testDisplays(here);
      default: {
        const never: never = which;
        return never;
      }
    }
  }

  async function testPrinter(here: readonly DeviceSettings[]): Promise<boolean> {
    const printer = here.find(({ kind }) => kind === 'receipt-printer');
    if (printer === undefined) {
      put(line('printer', null, 'red', 'device.not-identified', null));
      return false;
    }
    const page = testPage(
      progress.language,
      config.station.name[progress.language],
      clock.now(),
      config.timeZone,
    );
    const outcome = await bench.devices.print(printer.id, newId(), page);
    if (outcome.end === 'failed' || (outcome.end === 'unknown' && ports.by === 'file')) {
      put(line('printer', null, 'red', outcome.fault.code, outcome.fault.detail ?? null));
      return false;
    }
    if (ports.by === 'file') {
      // The printer itself says that it is on paper; whether it can be read, nobody has looked.
      put(line('printer', null, 'green', null, printer.id));
      return false;
    }
    asks('print-seen');
    return true;
  }

  async function testCard(): Promise<boolean> {
    asks('card');
    const event = await bench.card(CARD_WITHIN_MS);
    if (event?.type === 'read') put(line('card', null, 'green', null, null));
    else if (event !== null) put(line('card', null, 'red', event.fault.code, null));
    return false;
  }

  async function testDisplays(here: readonly DeviceSettings[]): Promise<boolean> {
    const windows = [
      ...new Set(here.flatMap((device) => (device.kind === 'queue-display' ? [device.window] : []))),
    ];
    const all = await Promise.all(
      windows.map((window) =>
        bench.devices.showAtWindow(window, {
          ticket: '8888',
          window,
          text: { zh: `请8888号到${window}号窗口`, en: `8888 to window ${window}` },
          flash: false,
          speech: null,
        }),
      ),
    );
    const failed = all.flat().find((shown) => shown.fault !== null);
    if (windows.length === 0 || failed !== undefined) {
      const code = failed?.fault?.code ?? 'device.not-identified';
      put(line('display', null, 'red', code, failed?.device ?? null));
      return false;
    }
    asks('display-seen');
    return true;
  }

  function judge(which: JudgedTest, good: boolean, found: string | null): ProvisioningAnswer {
    const said = line(which, null, good ? 'green' : 'red', good ? null : (found ?? 'test.not-good'), null);
    if (underWay?.what !== which) {
      // The displays of the page before may still be going dark: his word about another thing stands all the same.
      put(said);
      return 'done';
    }
    if (underWay.waitsFor === 'nothing') return 'busy';
    if (underWay.waitsFor === 'card') return 'not-now';
    answered(() => {
      put(said);
    });
    return 'done';
  }

  // The report.

  function prepareStore(): Fault | null {
    const opened = openOrRecover({
      dataDir,
      backupDir: backupFolderOf({
        ...config,
        terminal: { ...config.terminal, id: terminalId() ?? config.terminal.id },
      }),
      clock,
      today: localDate(clock.now(), config.timeZone),
    });
    if (!opened.ok) return opened.fault;
    opened.value.store.close();
    return null;
  }

  const ownText = (): string => ownConfigText(bare, places, progress);

  function lines(): readonly ReadinessLine[] {
    const machineMs = clock.now();
    const problem = clockProblem({ machineMs, buildMs: ports.buildMs, aheadMs, isConfirmed });
    return readinessLines({
      clock: problem,
      clockDetail:
        aheadMs === null ? (isConfirmed ? 'confirmed' : '') : `${String(Math.round(-aheadMs / 1000))} s`,
      network,
      screen: progress.screen === null ? 'screen.not-measured' : null,
      enrolment: enrolmentFault(),
      devices: devices(),
      results: progress.results,
      hasCamera: config.camera !== null,
      configuration:
        progress.terminal === null || progress.screen === null ? null : problemsOf(ownText(), places),
      store,
    });
  }

  async function takeReport(): Promise<boolean> {
    report = null;
    notify();
    await lookAtNetwork();
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
    if (tellOfReport(await sendReport(taken))) tellOfReport({ printed: await printReport(taken) });
    return false;
  }

  /** False when it was overtaken by another judgement while it was under way: it does not come back. */
  function tellOfReport(part: Partial<Report>): boolean {
    if (report === null) return false;
    report = { ...report, ...part };
    notify();
    return true;
  }

  async function sendReport(taken: ReadinessReport): Promise<Pick<Report, 'sent' | 'sentCode'>> {
    const sent = await linked()?.client.reportReadiness(taken);
    if (sent === undefined) return { sent: 'bad', sentCode: 'identity.not-enrolled' };
    return sent.ok ? { sent: 'good', sentCode: null } : { sent: 'bad', sentCode: sent.fault.code };
  }

  async function printReport(taken: ReadinessReport): Promise<Report['printed']> {
    const here = proven();
    const printer = here.find(({ kind }) => kind === 'receipt-printer');
    if (printer === undefined) return null;
    await bench.rest(here);
    const slip = readinessSlip(progress.language, terminalId() ?? '', taken, config.timeZone);
    const outcome = await bench.devices.print(printer.id, newId(), slip);
    return outcome.end === 'printed' ? 'good' : 'bad';
  }

  function finish(): ProvisioningAnswer {
    const all = lines();
    if (report === null || !mayStart(all)) return 'not-now';
    writeOwnConfig(ownText(), places);
    keep({ step: 'report' });
    isFinished = true;
    log({
      level: 'info',
      event: 'provisioning.finished',
      detail: isGreen({ lines: [...all] }) ? 'green' : 'red',
    });
    notify();
    ports.onFinished();
    return 'done';
  }

  /** What was printed and sent is the report of how it was: whoever changes something since takes another one. */
  function perform(command: ProvisioningCommand): ProvisioningAnswer {
    const answer = performOne(command);
    if (answer === 'done' && report !== null && !LEAVES_THE_REPORT.has(command.do)) {
      report = null;
      notify();
    }
    return answer;
  }

  function performOne(command: ProvisioningCommand): ProvisioningAnswer {
    switch (command.do) {
      case 'go':
        // Whoever leaves a page waits for nothing there any more.
        stop();
        keep({ step: command.step });
        return 'done';
      case 'language':
        keep({ language: command.language });
        return 'done';
      case 'check-clock':
        return begin('clock', null, () => lookAtClock().then(() => false));
      case 'confirm-clock':
        if (aheadMs !== null || clock.now() < ports.buildMs) return 'not-now';
        isConfirmed = true;
        notify();
        return 'done';
      case 'check-network':
        return begin('network', null, () => lookAtNetwork().then(() => false));
      case 'screen': {
        if (screenProblem(command.ratio) !== null) return 'not-now';
        keep({ screen: { widthMm: command.widthMm, heightMm: command.heightMm } });
        return 'done';
      }
      case 'terminal': {
        if (underWay !== null) return 'busy';
        const { region, station, number } = command;
        enrolFault = null;
        keep({ terminal: { region, station, number } });
        return 'done';
      }
      case 'enrol':
        if (linked() === null) return 'not-now';
        return begin('enrolment', null, () => enrol(command.code).then(() => false));
      case 'scan-code':
        if (!command.on) return stop();
        if (linked() === null) return 'not-now';
        return begin('enrolment', null, () => {
          asks('code');
          return scanCode().then(() => false);
        });
      case 'stop':
        return stop();
      case 'test':
        return begin(command.test, null, () => test(command.test));
      case 'judge':
        return judge(command.test, command.good, command.fault);
      case 'nobody-there':
        if (ports.by !== 'file') return 'not-now';
        put(line(command.test, null, 'not-here', 'test.nobody-there', null));
        return 'done';
      case 'report':
        return begin('report', null, takeReport);
      case 'finish':
        return underWay === null ? finish() : 'busy';
      case 'saw-print':
        return saw('print-seen', ({ id, channel }) =>
          command.seen
            ? line('device', id, 'green', null, channel)
            : line('device', id, 'red', 'device.not-seen', channel),
        );
      case 'saw-display':
        return saw('display-seen', (settings) => judgeSeenAt(settings, command.window));
      case 'bind':
      case 'leave-out':
      case 'identify':
      case 'exchange':
        return performAbout(command);
      default: {
        const never: never = command;
        return never;
      }
    }
  }

  function performAbout(
    command: Extract<ProvisioningCommand, { do: 'bind' | 'leave-out' | 'identify' | 'exchange' }>,
  ): ProvisioningAnswer {
    const settings = deviceCalled(command.device);
    if (settings === undefined) return 'not-now';
    if (underWay !== null) return 'busy';
    switch (command.do) {
      case 'bind':
        bindAll([{ ...boundOf(settings), channel: command.channel, identity: null }]);
        return 'done';
      case 'leave-out':
        bindAll([{ ...boundOf(settings), isLeftOut: command.out }]);
        return 'done';
      case 'identify':
        return begin('identify', settings.id, () => identify(settings));
      case 'exchange': {
        const other = deviceCalled(command.other);
        if (other === undefined || other.id === settings.id) return 'not-now';
        exchange(settings, other);
        return 'done';
      }
      default: {
        const never: never = command;
        return never;
      }
    }
  }

  /** Ends the wait for a person; what the machine does by itself ends by itself. */
  function stop(): ProvisioningAnswer {
    isLeft = underWay !== null;
    if (underWay?.waitsFor === 'print-seen' || underWay?.waitsFor === 'display-seen') answered(notify);
    bench.give();
    return 'done';
  }

  function channels(): ProvisioningSnapshot['channels'] {
    const found = new Map<string, { channel: string; maker: string | null; device: string | null }>();
    const all = devices();
    const homes = [...config.devices, ...all].map(({ channel }) => channel);
    const unknown = bench.devices
      .unknownPorts()
      .map(({ path, maker }) => ({ channel: `serial:${path}`, maker }));
    for (const { channel, maker } of [...homes.map((channel) => ({ channel, maker: null })), ...unknown]) {
      const device = all.find((each) => each.channel === channel)?.id ?? null;
      found.set(channel, { channel, maker: maker ?? found.get(channel)?.maker ?? null, device });
    }
    return [...found.values()];
  }

  // What an earlier, unfinished attempt left is not taken for the terminal's.
  rmSync(`${places.own}.new`, { force: true });
  if (!existsSync(dataDir)) makeFolder(dataDir);
  begin('network', null, () => lookAtNetwork().then(() => false));

  return {
    changes,
    do: perform,
    settled: async () => {
      // One that nobody waits for any more is followed by displays that go dark.
      let ended: Promise<void>;
      do {
        ended = work;
        await ended;
      } while (ended !== work);
    },
    snapshot: () => {
      const id = terminalId();
      return {
        revision,
        language: progress.language,
        step: progress.step,
        station: config.station.name,
        timeZone: config.timeZone,
        platformUrl: url,
        underWay,
        clock: { machineMs: clock.now(), aheadMs, isConfirmed },
        network: [...network],
        screen: progress.screen,
        terminal: progress.terminal === null || id === null ? null : { ...progress.terminal, id },
        hasScanner: devices().some(({ kind, enabled }) => kind === 'scanner' && enabled),
        devices: devices().map((device) => ({
          id: device.id,
          kind: device.kind,
          window: device.kind === 'queue-display' ? device.window : null,
          channel: device.channel,
          isLeftOut: !device.enabled,
          crossedWith: crossed.get(device.id) ?? null,
        })),
        channels: channels(),
        camera: config.camera,
        lines: [...lines()],
        report,
        notKept: notKept && { code: notKept.code, detail: notKept.detail ?? null },
        isFinished,
      };
    },
    close: () => {
      isClosed = true;
      bench.close();
      link?.client.close();
    },
  };
}

function testOf(device: DeviceSettings | undefined): JudgedTest | null {
  switch (device?.kind) {
    case 'receipt-printer':
      return 'printer';
    case 'id-card-reader':
      return 'card';
    case 'queue-display':
      return 'display';
    default:
      return null;
  }
}
