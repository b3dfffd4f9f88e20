import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { DeviceState } from '#contract/devices.ts';
import type { Fault } from '#contract/fault.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import { receiptDocumentSchema } from '#contract/receipt.ts';
import { CardReader } from '../id-card-reader/driver.ts';
import { SAM_V } from '../id-card-reader/profiles.ts';
import { CardReaderSimulator, EXAMPLE_SAM_ID, FRANK_MODULE } from '../id-card-reader/simulator.ts';
import { syntheticPerson } from '../id-card-reader/synthetic-people.ts';
import { ReceiptPrinter } from '../receipt-printer/driver.ts';
import { printerProfiles } from '../receipt-printer/profiles.ts';
import { noRareGlyphs } from '../receipt-printer/rare-glyphs.ts';
import { ReceiptPrinterSimulator } from '../receipt-printer/simulator.ts';
import { systemClock } from '../runtime/system-clock.ts';
import { ptyBridge as bridge, ptyCableTo, type PtyCable } from './pty-cable.ts';
import { serialChannel } from './serial.ts';
import type { DeviceSimulator } from './simulator.ts';

// Processes, ports and thousands of runs are slow on a loaded machine, and that is no failure.
vi.setConfig({ testTimeout: 60_000 });

const reason = bridge === null ? ' (skipped: neither socat nor python3 is here to make a pty)' : '';

describe.skipIf(bridge === null)(`the drivers through the real serial library, over a pty${reason}`, () => {
  it('read a card', async () => {
    const simulator = new CardReaderSimulator({
      clock: systemClock,
      samId: EXAMPLE_SAM_ID,
      baudRate: null,
      habits: FRANK_MODULE,
    });
    simulator.placeCard(syntheticPerson('rare-name'));
    const { path } = await ptyTo(simulator);
    const { promise, resolve } = Promise.withResolvers<IdentityDocument>();
    const reader = new CardReader({
      clock: systemClock,
      open: serialChannel({ path, baudRate: 115_200, rtscts: false }, systemClock),
      profile: SAM_V,
      onStatus: () => undefined,
      onCard: resolve,
      onCardFault: () => undefined,
    });
    onTestFinished(() => reader.close());
    reader.start();
    reader.watch(true);
    expect(await promise).toEqual(syntheticPerson('rare-name'));
  });

  it('find a port that another program holds busy, and free when it is closed', async () => {
    const simulator = new CardReaderSimulator({
      clock: systemClock,
      samId: EXAMPLE_SAM_ID,
      baudRate: null,
      habits: FRANK_MODULE,
    });
    const { path } = await ptyTo(simulator);
    const open = serialChannel({ path, baudRate: 115_200, rtscts: false }, systemClock);
    const quiet = { onData: () => undefined, onClose: () => undefined };
    const first = await open(quiet);
    const second = await open(quiet);
    expect(second.ok ? null : second.fault.code).toBe('device.port-busy');
    if (first.ok) await first.value.close();
    const third = await open(quiet);
    expect(third.ok).toBe(true);
    if (third.ok) await third.value.close();
  });

  it('notice a port that is gone before its first byte was read', async () => {
    // Half of these hang-ups fall between the opening and the first read, and the library misses them.
    for (let turn = 0; turn < 6; turn += 1) {
      const cable = await ptyTo({
        attach: () => ({ receive: () => undefined, unplugged: () => undefined }),
      });
      const lost = Promise.withResolvers<Fault>();
      const opened = await serialChannel(
        { path: cable.path, baudRate: 9_600, rtscts: false },
        systemClock,
      )({ onData: () => undefined, onClose: lost.resolve });
      expect(opened.ok).toBe(true);
      await cable.pull();
      expect((await lost.promise).code).toBe('device.lost');
    }
  });

  it('print a receipt, and notice that the port is gone', async () => {
    const [profile] = printerProfiles;
    if (profile === undefined) throw new Error('no profile');
    const simulator = new ReceiptPrinterSimulator({
      clock: systemClock,
      profile,
      name: '',
      lineMs: 1,
      afterStop: 'continue',
    });
    const { path, pull } = await ptyTo(simulator);
    const ready = Promise.withResolvers<undefined>();
    const lost = Promise.withResolvers<Fault>();
    const printer = new ReceiptPrinter({
      clock: systemClock,
      open: serialChannel({ path, baudRate: 9_600, rtscts: false }, systemClock),
      profile,
      rare: noRareGlyphs,
      paper: { isUnfinished: false },
      onStatus: (status: DeviceState) => {
        if (status.state === 'ready') ready.resolve(undefined);
        if (status.state === 'lost') lost.resolve(status.fault);
      },
    });
    onTestFinished(() => printer.close());
    printer.start();
    await ready.promise;
    const nodes = Array.from({ length: 40 }, () => ({ type: 'text', text: '一站通办，就近能办' }));
    const outcome = await printer.print(receiptDocumentSchema.parse({ nodes }));
    expect(outcome).toEqual({ end: 'printed', proof: 'in-order-status' });
    expect(simulator.receipts()).toHaveLength(1);
    expect(simulator.receipts()[0]?.rendered.items).toHaveLength(42);
    await pull();
    expect((await lost.promise).code).toBe('device.lost');
  });
});

async function ptyTo(simulator: DeviceSimulator): Promise<PtyCable> {
  const cable = await ptyCableTo(simulator);
  onTestFinished(() => cable.close());
  return cable;
}
