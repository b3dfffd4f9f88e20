import type { DeviceSettings } from '#contract/devices.ts';
import type { Clock } from '#contract/ports.ts';
import type { JudgedTest } from '#contract/provisioning.ts';
import type { ProvisioningAnswer } from '#contract/provisioning-api.ts';
import type { ReadinessReport } from '#contract/readiness.ts';
import type { TerminalConfig } from '#config/schema.ts';
import type { Bindings } from './bindings.ts';
import type { DeviceBench } from './device-bench.ts';
import type { KeptProgress } from './kept-progress.ts';
import { line } from './readiness-lines.ts';
import { testPage } from './slips.ts';
import type { UnderWay } from './under-way.ts';

const CARD_WITHIN_MS = 90_000;

/** Each kind of device does what it is there for, and a person says whether it was good. */
export interface DeviceTests {
  test(which: 'printer' | 'card' | 'display'): ProvisioningAnswer;
  /** `found`: what the screen itself found of camera or loudspeaker. */
  judge(which: JudgedTest, good: boolean, found: string | null): ProvisioningAnswer;
  /** It needs eyes, ears or a card, and a file is followed. */
  nobodyThere(which: JudgedTest): ProvisioningAnswer;
}

export interface DeviceTestsPorts {
  readonly config: TerminalConfig;
  readonly kept: KeptProgress;
  readonly bindings: Bindings;
  readonly bench: DeviceBench;
  readonly underWay: UnderWay;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly by: ReadinessReport['by'];
}

export function createDeviceTests(ports: DeviceTestsPorts): DeviceTests {
  const { config, kept, bindings, bench, underWay, clock, newId, by } = ports;

  async function test(which: 'printer' | 'card' | 'display'): Promise<boolean> {
    const here = bindings.proven();
    await bench.rest(here);
    if (underWay.isLeft()) return false;
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
      kept.put(line('printer', null, 'red', 'device.not-identified', null));
      return false;
    }
    const { language } = kept.now();
    const page = testPage(language, config.station.name[language], clock.now(), config.timeZone);
    const outcome = await bench.devices.print(printer.id, newId(), page);
    if (outcome.end === 'failed' || (outcome.end === 'unknown' && by === 'file')) {
      kept.put(line('printer', null, 'red', outcome.fault.code, outcome.fault.detail ?? null));
      return false;
    }
    if (by === 'file') {
      // The printer itself says that it is on paper; whether it can be read, nobody has looked.
      kept.put(line('printer', null, 'green', null, printer.id));
      return false;
    }
    underWay.asks('print-seen');
    return true;
  }

  async function testCard(): Promise<boolean> {
    underWay.asks('card');
    const event = await bench.card(CARD_WITHIN_MS);
    if (event?.type === 'read') kept.put(line('card', null, 'green', null, null));
    else if (event !== null) kept.put(line('card', null, 'red', event.fault.code, null));
    return false;
  }

  async function testDisplays(here: readonly DeviceSettings[]): Promise<boolean> {
    const windows = bindings.windows(here);
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
      kept.put(line('display', null, 'red', code, failed?.device ?? null));
      return false;
    }
    underWay.asks('display-seen');
    return true;
  }

  return {
    test: (which) => underWay.begin(which, null, () => test(which)),
    judge: (which, good, found) => {
      const said = line(which, null, good ? 'green' : 'red', good ? null : (found ?? 'test.not-good'), null);
      const now = underWay.now();
      if (now?.what !== which) {
        // The displays of the page before may still be going dark: his word about another thing stands all the same.
        kept.put(said);
        return 'done';
      }
      if (now.waitsFor === 'nothing') return 'busy';
      if (now.waitsFor === 'card') return 'not-now';
      underWay.answered(() => {
        kept.put(said);
      });
      return 'done';
    },
    nobodyThere: (which) => {
      if (by !== 'file') return 'not-now';
      kept.put(line(which, null, 'not-here', 'test.nobody-there', null));
      return 'done';
    },
  };
}
