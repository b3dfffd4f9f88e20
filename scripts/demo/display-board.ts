import type { BenchBaudRate, BenchDisplay } from '#contract/bench-api.ts';
import type { Clock } from '#contract/ports.ts';
import type { OnbonSettings } from '#contract/queue-display.ts';
import { SimulatedBus } from '#drivers/channel/simulated-bus.ts';
import type { DeviceSimulator } from '#drivers/channel/simulator.ts';
import { OnbonSimulator } from '#drivers/onbon-display/simulator.ts';
import { watchedSimulator } from './watched-simulator.ts';

/** A card has drawn by then. */
const FACE_RESTS_MS = 50;

export interface BoardDisplay {
  readonly window: string;
  readonly settings: OnbonSettings;
}

interface Member extends BoardDisplay {
  readonly simulator: OnbonSimulator;
  /** The same, looked at. */
  readonly onLine: DeviceSimulator;
  fault: BenchDisplay['fault'];
  plugged: boolean;
}

/** The displays over the windows on their one line, with a hand on each. */
export class DisplayBoard {
  readonly #members: readonly Member[];
  readonly #bus: SimulatedBus;
  #onLook: () => void = () => undefined;

  constructor(displays: readonly BoardDisplay[], clock: Clock, baudRate: BenchBaudRate) {
    this.#members = displays.map((display) => {
      const simulator = new OnbonSimulator({ clock, screen: display.settings.screen });
      const onLine = watchedSimulator(simulator, clock, FACE_RESTS_MS, () => this.#onLook());
      return { ...display, simulator, onLine, fault: 'none', plugged: true };
    });
    const members = this.#members.map(({ onLine }) => onLine);
    this.#bus = new SimulatedBus({ clock, baudRate, members, echo: false });
  }

  /** What the line's plug leads to. */
  get line(): DeviceSimulator {
    return this.#bus;
  }

  /** Called when a display may look different. */
  onLook(listener: () => void): void {
    this.#onLook = listener;
  }

  displays(): BenchDisplay[] {
    return this.#members.map(({ window, settings, simulator, fault, plugged }) => ({
      screen: settings.screen,
      window,
      widthPx: settings.widthPx,
      heightPx: settings.heightPx,
      plugged,
      fault,
      face: faceOf(simulator),
      spoken: simulator.spoken.at(-1) ?? null,
    }));
  }

  setBaudRate(baudRate: BenchBaudRate): void {
    this.#bus.setBaudRate(baudRate);
  }

  /** False for a screen that is not on the line. */
  setFault(screen: number, fault: BenchDisplay['fault']): boolean {
    const member = this.#member(screen);
    if (member === null) return false;
    member.fault = fault;
    member.simulator.setFault(fault === 'none' ? null : fault);
    return true;
  }

  /** False for a screen that is not on the line. */
  setPlugged(screen: number, plugged: boolean): boolean {
    const member = this.#member(screen);
    if (member === null) return false;
    member.plugged = plugged;
    this.#bus.setPlugged(member.onLine, plugged);
    return true;
  }

  #member(screen: number): Member | null {
    return this.#members.find(({ settings }) => settings.screen === screen) ?? null;
  }
}

/** A text begins with the escape of its colour; without one, a panel of two colours is red. */
function faceOf(simulator: OnbonSimulator): BenchDisplay['face'] {
  const { shown, isOn } = simulator;
  if (shown === null || !isOn) return null;
  const colour = shown.text.startsWith('\\C2') ? 'green' : 'red';
  const lines = shown.text.replaceAll(/\\C\d/g, '').split('\\n');
  return { lines, colour };
}
