import { existsSync, rmSync } from 'node:fs';
import type { Clock, RandomBytes } from '#contract/ports.ts';
import type {
  ProvisioningAnswer,
  ProvisioningCommand,
  ProvisioningSnapshot,
} from '#contract/provisioning-api.ts';
import type { ReadinessReport } from '#contract/readiness.ts';
import { createChanges, type Changes } from '../changes.ts';
import type { DeviceHostProcess } from '../devices/device-host-process.ts';
import type { Log } from '../log.ts';
import { makeFolder } from '../store/durable-file.ts';
import { uuidV7 } from '../uuid.ts';
import { createBindings } from './bindings.ts';
import { createDeviceBench } from './device-bench.ts';
import { createDeviceTests } from './device-tests.ts';
import { createEnrolment } from './enrolment.ts';
import { createIdentifying } from './identifying.ts';
import { screenProblem } from './judge-screen.ts';
import { createKeptProgress } from './kept-progress.ts';
import type { BareConfig, ConfigPlaces } from './own-config.ts';
import { createPlatformWay } from './platform-way.ts';
import { createReport } from './report.ts';
import { createUnderWay } from './under-way.ts';

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

const LEAVES_THE_REPORT: ReadonlySet<ProvisioningCommand['do']> = new Set([
  'go',
  'language',
  'stop',
  'report',
  'finish',
]);

/** Opens the wizard where it was left; the clock and the network are looked at anew. */
export function startProvisioning(ports: ProvisioningPorts): Provisioning {
  const { bare, places, dataDir, clock, log, by } = ports;
  const { config } = bare;
  const changes = createChanges();
  let revision = 0;
  const notify = (): void => {
    revision += 1;
    changes.notify();
  };
  const newId = (): string => uuidV7(clock, ports.randomBytes);

  const bench = createDeviceBench({ spawn: ports.spawnDeviceHost, clock, log, newId });
  const kept = createKeptProgress({ bare, dataDir, notify, log });
  const bindings = createBindings(config, kept);
  const goDark = (): Promise<unknown> =>
    Promise.all(bindings.windows(bindings.all()).map((window) => bench.devices.showAtWindow(window, null)));
  const underWay = createUnderWay({ notify, goDark, log });
  const way = createPlatformWay({ platform: config.platform, clock, buildMs: ports.buildMs, notify });
  const parts = { config, kept, bindings, bench, underWay, way, clock, newId, by, notify };
  const enrolment = createEnrolment({ ...ports, ...parts });
  const identifying = createIdentifying({ ...parts, isWatched: by === 'technician' });
  const tests = createDeviceTests(parts);
  const report = createReport({ ...ports, ...parts, enrolment });

  /** Whoever changes something since the report was taken takes another one. */
  function perform(command: ProvisioningCommand): ProvisioningAnswer {
    const answer = performOne(command);
    if (answer === 'done' && !LEAVES_THE_REPORT.has(command.do)) report.drop();
    return answer;
  }

  function performOne(command: ProvisioningCommand): ProvisioningAnswer {
    switch (command.do) {
      case 'go':
        // Whoever leaves a page waits for nothing there any more.
        stop();
        kept.keep({ step: command.step });
        return 'done';
      case 'language':
        kept.keep({ language: command.language });
        return 'done';
      case 'check-clock':
        return underWay.begin('clock', null, () => way.lookAtClock().then(() => false));
      case 'confirm-clock':
        return way.confirmClock();
      case 'check-network':
        return underWay.begin('network', null, () => way.lookAtNetwork().then(() => false));
      case 'screen': {
        if (screenProblem(command.ratio) !== null) return 'not-now';
        kept.keep({ screen: { widthMm: command.widthMm, heightMm: command.heightMm } });
        return 'done';
      }
      case 'terminal': {
        if (underWay.now() !== null) return 'busy';
        const { region, station, number } = command;
        enrolment.forget();
        kept.keep({ terminal: { region, station, number } });
        return 'done';
      }
      case 'enrol':
        return enrolment.enrol(command.code);
      case 'scan-code':
        return command.on ? enrolment.scan() : stop();
      case 'stop':
        return stop();
      case 'test':
        return tests.test(command.test);
      case 'judge':
        return tests.judge(command.test, command.good, command.fault);
      case 'nobody-there':
        return tests.nobodyThere(command.test);
      case 'report':
        return report.take();
      case 'finish':
        return report.finish();
      case 'saw-print':
        return identifying.sawPrint(command.seen);
      case 'saw-display':
        return identifying.sawDisplay(command.window);
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
    const settings = bindings.called(command.device);
    if (settings === undefined) return 'not-now';
    if (underWay.now() !== null) return 'busy';
    switch (command.do) {
      case 'bind':
        bindings.bind(settings, command.channel);
        return 'done';
      case 'leave-out':
        bindings.leaveOut(settings, command.out);
        return 'done';
      case 'identify':
        return identifying.identify(settings);
      case 'exchange': {
        const other = bindings.called(command.other);
        if (other === undefined || other.id === settings.id) return 'not-now';
        bindings.exchange(settings, other);
        return 'done';
      }
      default: {
        const never: never = command;
        return never;
      }
    }
  }

  /** Ends the wait for a person. */
  function stop(): ProvisioningAnswer {
    underWay.leave();
    bench.give();
    return 'done';
  }

  function snapshot(): ProvisioningSnapshot {
    const { language, step, screen, terminal } = kept.now();
    const id = kept.terminalId();
    const notKept = kept.notKept();
    const devices = bindings.all();
    return {
      revision,
      language,
      step,
      station: config.station.name,
      timeZone: config.timeZone,
      platformUrl: config.platform.url,
      underWay: underWay.now(),
      clock: way.clock(),
      network: [...way.stages()],
      screen,
      terminal: terminal === null || id === null ? null : { ...terminal, id },
      hasScanner: devices.some(({ kind, enabled }) => kind === 'scanner' && enabled),
      devices: devices.map((device) => ({
        id: device.id,
        kind: device.kind,
        window: device.kind === 'queue-display' ? device.window : null,
        channel: device.channel,
        isLeftOut: !device.enabled,
        crossedWith: bindings.crossedWith(device.id),
      })),
      channels: bindings.channels(bench.devices.unknownPorts()),
      camera: config.camera,
      lines: [...report.lines()],
      report: report.now(),
      notKept: notKept && { code: notKept.code, detail: notKept.detail ?? null },
      isFinished: report.isFinished(),
    };
  }

  // What an earlier, unfinished attempt left is not taken for the terminal's.
  rmSync(`${places.own}.new`, { force: true });
  if (!existsSync(dataDir)) makeFolder(dataDir);
  performOne({ do: 'check-network' });

  return {
    changes,
    do: perform,
    settled: underWay.settled,
    snapshot,
    close: () => {
      underWay.close();
      bench.close();
      enrolment.close();
    },
  };
}
