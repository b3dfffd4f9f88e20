import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { fromDeviceHostSchema, type FromDeviceHost } from '#contract/device-host.ts';
import { receiptDocumentSchema } from '#contract/receipt.ts';
import type { DeviceSimulator } from '#drivers/channel/simulator.ts';
import { serveSimulator } from '#drivers/channel/tcp-server.ts';
import { CardReaderSimulator, EXAMPLE_SAM_ID, FRANK_MODULE } from '#drivers/id-card-reader/simulator.ts';
import { syntheticPerson } from '#drivers/id-card-reader/synthetic-people.ts';
import { printerProfile } from '#drivers/receipt-printer/profiles.ts';
import { ReceiptPrinterSimulator } from '#drivers/receipt-printer/simulator.ts';
import { systemClock } from '#drivers/runtime/system-clock.ts';

// Processes, ports and thousands of runs are slow on a loaded machine, and that is no failure.
vi.setConfig({ testTimeout: 60_000 });

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

describe('the device host’s process', () => {
  it('reads a card and prints a receipt over TCP, and ends with its parent', async () => {
    const reader = cardReader();
    const printer = receiptPrinter();
    const readerPort = (await serve(reader)).port;
    const printerPort = (await serve(printer)).port;
    const host = startHost();
    await host.next((message) => message.type === 'hello');
    host.child.send({
      type: 'configure',
      devices: [
        settings('reader', 'id-card-reader', `tcp:127.0.0.1:${readerPort}`),
        settings('printer', 'receipt-printer', `tcp:127.0.0.1:${printerPort}`),
      ],
    });
    await host.next(isState('reader', 'ready'));
    await host.next(isState('printer', 'ready'));

    reader.placeCard(syntheticPerson('zhang-jianguo'));
    host.child.send({ type: 'watch-card', device: 'reader', on: true });
    const read = await host.next((message) => message.type === 'card-read');
    expect(read).toEqual({
      type: 'card-read',
      device: 'reader',
      document: syntheticPerson('zhang-jianguo'),
    });

    const document = receiptDocumentSchema.parse({
      nodes: [
        { type: 'text', text: '受理回执', align: 'center', size: 'double' },
        { type: 'qr', data: 'https://example.invalid/1' },
      ],
    });
    host.child.send({ type: 'print', device: 'printer', jobId: 'job-1', document });
    const ended = await host.next((message) => message.type === 'print-ended');
    expect(ended).toEqual({
      type: 'print-ended',
      jobId: 'job-1',
      outcome: { end: 'printed', proof: 'in-order-status' },
    });
    expect(printer.receipts()[0]?.rendered.items[0]).toMatchObject({ text: '受理回执', widthScale: 2 });

    host.child.disconnect();
    expect(await host.exitCode).toBe(0);
  });

  it('works a device on request, tells its figures, and takes it up again; its time over, or told to stop', async () => {
    const served = await serve(cardReader());
    const host = startHost();
    host.child.send({
      type: 'configure',
      devices: [settings('reader', 'id-card-reader', `tcp:127.0.0.1:${served.port}`)],
    });
    await host.next(isState('reader', 'ready'));
    const burn = (on: boolean, lastsMs: number) =>
      host.child.send({ type: 'burn-in', device: 'reader', on, lastsMs });
    // Whether each answer comes within the device's limit is the machine's affair: the verdict is tested on a clock of its own.
    const told = (isOver: boolean) => (message: FromDeviceHost) =>
      message.type === 'burn-in' && message.isOver === isOver && message.figures.answers > 0;
    burn(true, 600);
    await host.next(isState('reader', 'disabled'));
    await host.next((message) => message.type === 'burn-in' && message.isOver);
    await host.next(isState('reader', 'ready'));
    burn(true, 3_600_000);
    await host.next(isState('reader', 'disabled'));
    await host.next(told(false));
    burn(false, 0);
    expect(await host.next(told(true))).toMatchObject({ device: 'reader' });
    await host.next(isState('reader', 'ready'));
    burn(true, 3_600_000);
    await host.next(told(false));
    // Switched off in the middle of it: it stays off.
    const off = { ...settings('reader', 'id-card-reader', `tcp:127.0.0.1:${served.port}`), enabled: false };
    host.child.send({ type: 'configure', devices: [off] });
    await host.next(told(true));
    await host.next(isState('reader', 'disabled'));
  });

  it('shows a cable that is pulled and put back', async () => {
    const served = await serve(cardReader());
    const host = startHost();
    host.child.send({
      type: 'configure',
      devices: [settings('reader', 'id-card-reader', `tcp:127.0.0.1:${served.port}`)],
    });
    await host.next(isState('reader', 'ready'));
    await served.unplug();
    await host.next(isState('reader', 'lost'));
    await served.plug();
    await host.next(isState('reader', 'ready'));
  });

  it('gives each thing that is wrong its own fault, and goes on', async () => {
    const host = startHost();
    host.child.send({ type: 'nonsense', devices: 'x'.repeat(1_000) });
    host.child.send({ type: 'print', device: 'printer', jobId: 'bad', document: { nodes: [] } });
    expect(await host.next((message) => message.type === 'print-ended')).toMatchObject({
      jobId: 'bad',
      outcome: { end: 'failed', fault: { code: 'api.malformed' } },
    });
    const document = { nodes: [{ type: 'rule' }] };
    host.child.send({ type: 'print', device: 'nobody', jobId: 'lost', document });
    expect(
      await host.next((message) => message.type === 'print-ended' && message.jobId === 'lost'),
    ).toMatchObject({
      outcome: { end: 'failed', fault: { code: 'device.not-ready' } },
    });
    host.child.send({
      type: 'configure',
      devices: [
        settings('missing', 'id-card-reader', `tcp:127.0.0.1:${await freePort()}`),
        settings('serial', 'receipt-printer', 'serial:/dev/no-such-port'),
        { ...settings('off', 'receipt-printer', 'tcp:127.0.0.1:1'), enabled: false },
      ],
    });
    expect(await host.next(isState('missing', 'lost'))).toMatchObject(hasFault('device.port-missing'));
    expect(await host.next(isState('serial', 'lost'))).toMatchObject(hasFault('device.port-missing'));
    await host.next(isState('off', 'disabled'));
    host.child.send({ type: 'ping', nonce: 7 });
    expect(await host.next((message) => message.type === 'pong')).toEqual({ type: 'pong', nonce: 7 });
    host.child.send({ type: 'stop' });
    expect(await host.exitCode).toBe(0);
  });

  it('keeps watching a reader whose settings change in the middle of a visit', async () => {
    const first = await serve(cardReader());
    const simulator = cardReader();
    const second = await serve(simulator);
    const host = startHost();
    const configure = (port: number) =>
      host.child.send({
        type: 'configure',
        devices: [settings('reader', 'id-card-reader', `tcp:127.0.0.1:${port}`)],
      });
    configure(first.port);
    host.child.send({ type: 'watch-card', device: 'reader', on: true });
    configure(second.port);
    simulator.placeCard(syntheticPerson('li-xiumei'));
    const read = await host.next((message) => message.type === 'card-read');
    expect(read).toMatchObject({ document: { birthday: '19880806' } });
  });

  it('says how to drive a device by hand when nobody forked it', () => {
    const run = spawnSync(process.execPath, [MAIN], { encoding: 'utf8', timeout: 20_000 });
    expect(run.status).toBe(2);
    expect(run.stderr).toContain('npm run device');
  });
});

function startHost() {
  const child: ChildProcess = fork(MAIN, [], { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const inbox: FromDeviceHost[] = [];
  let wake: () => void = () => undefined;
  child.on('message', (raw) => {
    inbox.push(fromDeviceHostSchema.parse(raw));
    wake();
  });
  const exitCode = new Promise<number | null>((resolve) => child.once('exit', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exitCode;
  });
  return {
    child,
    exitCode,
    /** The next message of this kind; those before it are done with. */
    async next(wanted: (message: FromDeviceHost) => boolean): Promise<FromDeviceHost> {
      for (;;) {
        const index = inbox.findIndex(wanted);
        const [found] = index < 0 ? [] : inbox.splice(index, 1);
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

const isState = (id: string, state: string) => (message: FromDeviceHost) =>
  message.type === 'device' && message.device.id === id && message.device.status.state === state;

const hasFault = (code: string) => ({ device: { status: { fault: { code } } } });

function settings(id: string, kind: string, channel: string) {
  const profile = kind === 'id-card-reader' ? 'sam-v' : 'generic-80';
  return { id, kind, channel, baudRate: 115_200, profile, identity: null, enabled: true };
}

function cardReader(): CardReaderSimulator {
  return new CardReaderSimulator({
    clock: systemClock,
    samId: EXAMPLE_SAM_ID,
    baudRate: 115_200,
    habits: FRANK_MODULE,
  });
}

function receiptPrinter(): ReceiptPrinterSimulator {
  const profile = printerProfile('generic-80');
  if (profile === null) throw new Error('generic-80');
  return new ReceiptPrinterSimulator({
    clock: systemClock,
    profile,
    name: '',
    lineMs: 2,
    afterStop: 'continue',
  });
}

async function serve(simulator: DeviceSimulator) {
  const served = await serveSimulator(simulator, { host: '127.0.0.1', port: 0 });
  onTestFinished(() => served.close());
  return served;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === 'object' && address !== null ? address.port : 1;
}
