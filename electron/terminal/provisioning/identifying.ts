import type { DeviceSettings } from '#contract/devices.ts';
import type { ProvisioningAnswer } from '#contract/provisioning-api.ts';
import type { ReadinessLine } from '#contract/readiness.ts';
import type { Bindings } from './bindings.ts';
import type { DeviceBench } from './device-bench.ts';
import { identifyDevice } from './identify-device.ts';
import type { KeptProgress } from './kept-progress.ts';
import { line } from './readiness-lines.ts';
import type { UnderWay, Work } from './under-way.ts';

/** Which device is where: asked of its port, and of whoever sees what it does. */
export interface Identifying {
  identify(settings: DeviceSettings): ProvisioningAnswer;
  /** Whether the printer that is being identified printed. */
  sawPrint(seen: boolean): ProvisioningAnswer;
  /** Over which window the number stands; null: nowhere. */
  sawDisplay(window: string | null): ProvisioningAnswer;
}

export interface IdentifyingPorts {
  readonly kept: KeptProgress;
  readonly bindings: Bindings;
  readonly bench: DeviceBench;
  readonly underWay: UnderWay;
  readonly newId: () => string;
  /** False: a file is followed, and nobody is there to see a slip or lay down a card. */
  readonly isWatched: boolean;
}

export function createIdentifying(ports: IdentifyingPorts): Identifying {
  const { kept, bindings, bench, underWay, newId, isWatched } = ports;

  async function identify(settings: DeviceSettings): Promise<boolean> {
    const { id } = settings;
    bindings.cross(id, null);
    const identified = await identifyDevice({
      bench,
      settings,
      all: bindings.all().filter(({ enabled }) => enabled),
      language: kept.now().language,
      newId,
      isWatched,
      isLeft: underWay.isLeft,
      onAsk: underWay.asks,
      onRemembered: (identity) => {
        if (identity !== null) bindings.keepIdentity(id, identity);
      },
    });
    switch (identified.end) {
      case 'ask':
        underWay.asks(identified.waitsFor);
        return true;
      case 'judged':
        if (identified.crossedWith !== null) bindings.cross(id, identified.crossedWith);
        kept.put(identified.result);
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

  /** The answer to what was printed or shown at the one that is being identified. */
  function saw(
    waitsFor: Work['waitsFor'],
    judge: (device: DeviceSettings) => ReadinessLine,
  ): ProvisioningAnswer {
    const now = underWay.now();
    const device = now?.what === 'identify' && now.waitsFor === waitsFor ? now.device : null;
    const settings = device === null ? undefined : bindings.called(device);
    if (settings === undefined) return 'not-now';
    underWay.answered(() => {
      kept.put(judge(settings));
    });
    return 'done';
  }

  function judgeSeenAt(settings: DeviceSettings, window: string | null): ReadinessLine {
    const own = settings.kind === 'queue-display' ? settings.window : null;
    if (window === null) return line('device', settings.id, 'red', 'device.not-seen', settings.channel);
    if (window === own) return line('device', settings.id, 'green', null, settings.channel);
    const other = bindings
      .all()
      .find((device) => device.kind === 'queue-display' && device.window === window);
    if (other !== undefined) bindings.cross(settings.id, other.id);
    return line('device', settings.id, 'red', 'device.swapped', `${own ?? ''} → ${window}`);
  }

  return {
    identify: (settings) => underWay.begin('identify', settings.id, () => identify(settings)),
    sawPrint: (seen) =>
      saw('print-seen', ({ id, channel }) =>
        seen
          ? line('device', id, 'green', null, channel)
          : line('device', id, 'red', 'device.not-seen', channel),
      ),
    sawDisplay: (window) => saw('display-seen', (settings) => judgeSeenAt(settings, window)),
  };
}
