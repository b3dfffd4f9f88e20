import type { Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import type { ProvisioningProblem } from '#contract/provisioning.ts';
import type { NetworkStage, ProvisioningAnswer, ProvisioningSnapshot } from '#contract/provisioning-api.ts';
import type { TerminalConfig } from '#config/schema.ts';
import { createPlatformTransport, readAuthorities } from '../outbox/platform-transport.ts';
import { askPlatform, checkNetwork, type NetworkPorts } from './check-network.ts';
import { clockProblem } from './judge-clock.ts';

/** The way to the platform, and what its clock says of this machine's; both are looked at anew at each start. */
export interface PlatformWay {
  /** Fault: the authorities of the configuration do not read. The caller destroys the transport. */
  open(): NetworkPorts | Fault;
  lookAtNetwork(): Promise<void>;
  lookAtClock(): Promise<void>;
  /** The technician's own watch says the same: only while the platform cannot be asked. */
  confirmClock(): ProvisioningAnswer;
  stages(): readonly NetworkStage[];
  clock(): ProvisioningSnapshot['clock'];
  /** As the report says it. */
  clockJudged(): { readonly problem: ProvisioningProblem | null; readonly detail: string };
}

export interface PlatformWayPorts {
  readonly platform: Pick<TerminalConfig['platform'], 'url' | 'caFile'>;
  readonly clock: Clock;
  /** When this program was made. */
  readonly buildMs: number;
  readonly notify: () => void;
}

export function createPlatformWay({ platform, clock, buildMs, notify }: PlatformWayPorts): PlatformWay {
  const { url, caFile } = platform;
  let aheadMs: number | null = null;
  let isConfirmed = false;
  let network: readonly NetworkStage[] = [];

  function open(): NetworkPorts | Fault {
    const authorities = caFile === undefined ? null : readAuthorities(caFile);
    if (authorities !== null && !authorities.ok) return authorities.fault;
    return { url, clock, transport: createPlatformTransport(authorities?.value ?? null) };
  }

  return {
    open,
    lookAtNetwork: async () => {
      const way = open();
      if ('code' in way) {
        const bad = { state: 'bad', code: way.code, detail: way.detail ?? null } as const;
        network = [{ stage: 'trust', ...bad }];
        return;
      }
      const seen = await checkNetwork(way);
      way.transport.destroy();
      network = seen.stages;
      aheadMs = seen.answered?.aheadMs ?? null;
    },
    lookAtClock: async () => {
      const way = open();
      aheadMs = null;
      if ('code' in way) return;
      const seen = await askPlatform(way);
      way.transport.destroy();
      if (seen.ok) aheadMs = seen.value.aheadMs;
    },
    confirmClock: () => {
      if (aheadMs !== null || clock.now() < buildMs) return 'not-now';
      isConfirmed = true;
      notify();
      return 'done';
    },
    stages: () => network,
    clock: () => ({ machineMs: clock.now(), aheadMs, isConfirmed }),
    clockJudged: () => ({
      problem: clockProblem({ machineMs: clock.now(), buildMs, aheadMs, isConfirmed }),
      detail:
        aheadMs === null ? (isConfirmed ? 'confirmed' : '') : `${String(Math.round(-aheadMs / 1000))} s`,
    }),
  };
}
