import { parseEnrolmentCode } from '#contract/enrolment-code.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { ProvisioningAnswer } from '#contract/provisioning-api.ts';
import type { TerminalConfig } from '#config/schema.ts';
import type { Identity } from '../identity/identity.ts';
import { platformIdentity, type PlatformIdentityPorts } from '../identity/platform-identity.ts';
import { createPlatformClient, type WholePlatformClient } from '../outbox/platform-client.ts';
import type { Bindings } from './bindings.ts';
import type { DeviceBench } from './device-bench.ts';
import type { KeptProgress } from './kept-progress.ts';
import type { PlatformWay } from './platform-way.ts';
import type { UnderWay } from './under-way.ts';

const CODE_WITHIN_MS = 180_000;

/** Who this terminal is to the platform, under the numbers that it has by now. */
export interface Enrolment {
  /** By the code that the platform gave out, as somebody typed it. */
  enrol(code: string): ProvisioningAnswer;
  /** By the first such code that is shown to a bound scanner. */
  scan(): ProvisioningAnswer;
  /** Null: the platform knows this terminal. */
  fault(): Fault | null;
  /** What a try under other numbers came to. */
  forget(): void;
  /** Null: it has no numbers yet, or the way to the platform cannot be opened. */
  client(): WholePlatformClient | null;
  close(): void;
}

export interface EnrolmentPorts extends Omit<PlatformIdentityPorts, 'suite' | 'terminal'> {
  readonly config: TerminalConfig;
  readonly kept: KeptProgress;
  readonly bindings: Bindings;
  readonly bench: DeviceBench;
  readonly way: PlatformWay;
  readonly underWay: UnderWay;
  readonly notify: () => void;
}

export function createEnrolment(ports: EnrolmentPorts): Enrolment {
  const { config, kept, bindings, bench, way, underWay, notify } = ports;
  const { url, timeoutSeconds } = config.platform;
  let enrolFault: Fault | null = null;
  let link: {
    readonly id: string;
    readonly identity: Identity;
    readonly client: WholePlatformClient;
  } | null = null;

  function linked(): typeof link {
    const id = kept.terminalId();
    const { terminal } = kept.now();
    if (terminal === null || id === null || link?.id === id) return link;
    const opened = way.open();
    if ('code' in opened) return null;
    link?.client.close();
    const { region, station } = terminal;
    const own = platformIdentity({
      ...ports,
      suite: config.sealing.suite,
      terminal: { id, region, station },
    });
    const client = createPlatformClient({
      url,
      signing: own.signing,
      timeoutMs: timeoutSeconds * 1000,
      transport: opened.transport,
    });
    const identity = own.connect(client, { onEvent: () => undefined, onEnrolled: () => undefined });
    link = { id, identity, client };
    return link;
  }

  function faultNow(): Fault | null {
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
    await bench.rest(bindings.all().filter(({ kind, enabled }) => kind === 'scanner' && enabled));
    while (!underWay.isLeft()) {
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

  return {
    enrol: (code) => {
      if (linked() === null) return 'not-now';
      return underWay.begin('enrolment', null, () => enrol(code).then(() => false));
    },
    scan: () => {
      if (linked() === null) return 'not-now';
      return underWay.begin('enrolment', null, () => {
        underWay.asks('code');
        return scanCode().then(() => false);
      });
    },
    fault: faultNow,
    forget: () => {
      enrolFault = null;
    },
    client: () => linked()?.client ?? null,
    close: () => {
      link?.client.close();
    },
  };
}
