import { spawn, spawnSync } from 'node:child_process';
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
import { ReceiptPrinterSimulator } from '../receipt-printer/simulator.ts';
import { systemClock } from '../runtime/system-clock.ts';
import { serialChannel } from './serial.ts';
import type { DeviceSimulator } from './simulator.ts';
import { serveSimulator } from './tcp-server.ts';

// Processes, ports and thousands of runs are slow on a loaded machine, and that is no failure.
vi.setConfig({ testTimeout: 60_000 });

/** Joins a new pty, whose path it prints on standard error or output, to a TCP port. */
const PYTHON_BRIDGE = `
import os, pty, select, socket, sys, tty
master, slave = pty.openpty()
tty.setraw(slave)
line = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
print("PTY is " + os.ttyname(slave), flush=True)
while True:
    ready, _, _ = select.select([master, line], [], [])
    for end in ready:
        data = os.read(master, 4096) if end == master else line.recv(4096)
        if not data: sys.exit()
        line.sendall(data) if end == master else os.write(master, data)
`;

const has = (program: string) => spawnSync(program, ['-V'], { stdio: 'ignore' }).error === undefined;
const bridge = has('socat') ? 'socat' : has('python3') ? 'python3' : null;
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
      open: serialChannel({ path, baudRate: 115_200, rtscts: false }),
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
    const open = serialChannel({ path, baudRate: 115_200, rtscts: false });
    const quiet = { onData: () => undefined, onClose: () => undefined };
    const first = await open(quiet);
    const second = await open(quiet);
    expect(second.ok ? null : second.fault.code).toBe('device.port-busy');
    if (first.ok) await first.value.close();
    const third = await open(quiet);
    expect(third.ok).toBe(true);
    if (third.ok) await third.value.close();
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
      open: serialChannel({ path, baudRate: 9_600, rtscts: false }),
      profile,
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
    pull();
    expect((await lost.promise).code).toBe('device.lost');
  });
});

async function ptyTo(simulator: DeviceSimulator): Promise<{ path: string; pull: () => void }> {
  const served = await serveSimulator(simulator, { host: '127.0.0.1', port: 0 });
  const child =
    bridge === 'socat'
      ? spawn('socat', ['-d', '-d', 'pty,raw,echo=0', `tcp:127.0.0.1:${served.port}`])
      : spawn('python3', ['-c', PYTHON_BRIDGE, String(served.port)]);
  onTestFinished(async () => {
    child.kill();
    await served.close();
  });
  const path = await new Promise<string>((resolve, reject) => {
    const read = (text: Buffer) => {
      const found = /PTY is (\S+)/.exec(text.toString());
      if (found?.[1] !== undefined) resolve(found[1]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', () => reject(new Error('the bridge to the pty ended')));
  });
  return { path, pull: () => child.kill() };
}
