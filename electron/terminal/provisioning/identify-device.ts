import { stopsWork, type DeviceSettings } from '#contract/devices.ts';
import type { ReadinessLine } from '#contract/readiness.ts';
import { identifySlip } from './slips.ts';
import { isSeenBy, type DeviceBench, type Probed } from './device-bench.ts';
import { line } from './readiness-lines.ts';

/** How long somebody looks for the card in his pocket. */
const SHOWN_WITHIN_MS = 90_000;

export type Identified =
  /** Nothing is left to ask. `crossedWith`: who answers at the port in its place. */
  | { readonly end: 'judged'; readonly result: ReadinessLine; readonly crossedWith: string | null }
  /** It has done something, and somebody must say where he saw it. */
  | { readonly end: 'ask'; readonly waitsFor: 'print-seen' | 'display-seen' }
  /** Nobody showed a card or code, or whoever began has stopped it. */
  | { readonly end: 'nothing' };

export interface IdentifyPorts {
  readonly bench: DeviceBench;
  readonly settings: DeviceSettings;
  /** All devices of the terminal: another one may be at this one's port. */
  readonly all: readonly DeviceSettings[];
  readonly language: 'zh' | 'en';
  readonly newId: () => string;
  /** False: a file is followed, and its handshake has to do. */
  readonly isWatched: boolean;
  /** Whoever began has gone on, and is asked nothing. */
  readonly isLeft: () => boolean;
  /** It answers, and now a person is asked for this. */
  readonly onAsk: (waitsFor: 'card' | 'code') => void;
  readonly onRemembered: (identity: string | null) => void;
}

/** Finds out whether the device is at its port; and who is there, when it is not. */
export async function identifyDevice(ports: IdentifyPorts): Promise<Identified> {
  const { bench, settings } = ports;
  const probed = await bench.probe(settings);
  if (!probed.answers) return judgeAbsent(ports, probed.fault);
  const stopped = probed.needs.find(stopsWork);
  if (stopped !== undefined)
    return red(
      settings,
      settings.kind === 'receipt-printer' ? `printer.${stopped}` : 'device.refused',
      stopped,
    );
  ports.onRemembered(probed.remembered);
  return ports.isWatched ? askToShow(ports, probed) : green(settings, probed.identity);
}

async function askToShow(
  { bench, settings, language, newId, isLeft, onAsk }: IdentifyPorts,
  probed: Extract<Probed, { answers: true }>,
): Promise<Identified> {
  if (isLeft()) return { end: 'nothing' };
  const waitsFor = isSeenBy(settings.kind);
  switch (waitsFor) {
    case 'card': {
      onAsk(waitsFor);
      const event = await bench.card(SHOWN_WITHIN_MS);
      if (event === null) return { end: 'nothing' };
      return event.type === 'read' ? green(settings, probed.identity) : red(settings, event.fault.code, null);
    }
    case 'code': {
      onAsk(waitsFor);
      const event = await bench.code(SHOWN_WITHIN_MS);
      if (event === null) return { end: 'nothing' };
      return event.type === 'scanned'
        ? green(settings, probed.identity)
        : red(settings, event.fault.code, null);
    }
    case 'print-seen': {
      const slip = identifySlip(language, settings.id, settings.channel);
      const outcome = await bench.devices.print(probed.id, newId(), slip);
      return outcome.end === 'failed'
        ? red(settings, outcome.fault.code, outcome.fault.detail ?? null)
        : { end: 'ask', waitsFor };
    }
    case 'display-seen': {
      if (settings.kind !== 'queue-display') throw new Error('only a display shows a window');
      const { window } = settings;
      const text = { zh: `${window}号窗口`, en: `Window ${window}` };
      const shown = await bench.devices.showAtWindow(window, {
        ticket: window,
        window,
        text,
        flash: false,
        speech: null,
      });
      const fault = shown.find((each) => each.fault !== null)?.fault;
      return fault ? red(settings, fault.code, fault.detail ?? null) : { end: 'ask', waitsFor };
    }
    default: {
      const never: never = waitsFor;
      return never;
    }
  }
}

/** A port that is not there has nobody at it; at all others each of our devices is asked for by its own handshake. */
async function judgeAbsent(
  { bench, settings, all }: IdentifyPorts,
  fault: Extract<Probed, { answers: false }>['fault'],
): Promise<Identified> {
  const detail = fault.detail ?? settings.channel;
  if (fault.code === 'device.port-missing' || fault.code === 'device.port-busy')
    return red(settings, fault.code, detail);
  for (const other of all) {
    if (other.id === settings.id || isAlike(other, settings)) continue;
    const probed = await bench.probe({ ...other, channel: settings.channel });
    if (!probed.answers) continue;
    const result = line(
      'device',
      settings.id,
      'red',
      'device.other-answers',
      `${settings.channel}: ${other.id}`,
    );
    return { end: 'judged', result, crossedWith: other.id };
  }
  return red(settings, fault.code, detail);
}

/** One's handshake is the other's: that it does not answer is known already. */
function isAlike(one: DeviceSettings, other: DeviceSettings): boolean {
  if (one.kind !== other.kind) return false;
  return one.kind !== 'queue-display' || other.kind !== 'queue-display'
    ? true
    : JSON.stringify(one.display) === JSON.stringify(other.display);
}

function green({ id, channel }: DeviceSettings, identity: string): Identified {
  return {
    end: 'judged',
    result: line('device', id, 'green', null, `${channel} ${identity}`),
    crossedWith: null,
  };
}

function red({ id }: DeviceSettings, code: string, detail: string | null): Identified {
  return { end: 'judged', result: line('device', id, 'red', code, detail), crossedWith: null };
}
