import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Fault } from '#contract/fault.ts';
import { systemClock } from '../runtime/system-clock.ts';
import { parseChannelAddress } from './address.ts';
import { openFailure } from './open-failure.ts';
import { serialChannel } from './serial.ts';
import type { DeviceSimulator } from './simulator.ts';
import { tcpChannel } from './tcp.ts';
import { serveSimulator } from './tcp-server.ts';

// Processes, ports and thousands of runs are slow on a loaded machine, and that is no failure.
vi.setConfig({ testTimeout: 60_000 });

const quiet = { onData: () => undefined, onClose: () => undefined };

/** Answers every piece with the same piece. */
const echo: DeviceSimulator = {
  attach: (line) => ({ receive: (bytes) => line.send(bytes), unplugged: () => undefined }),
};

describe('an address', () => {
  it.each([
    ['serial:/dev/ttyUSB0', { type: 'serial', path: '/dev/ttyUSB0' }],
    ['serial:COM3', { type: 'serial', path: 'COM3' }],
    ['tcp:127.0.0.1:7001', { type: 'tcp', host: '127.0.0.1', port: 7001 }],
    ['tcp:[::1]:9100', { type: 'tcp', host: '::1', port: 9100 }],
  ])('%s is read', (text, value) => {
    expect(parseChannelAddress(text)).toEqual({ ok: true, value });
  });

  it.each(['', 'usb:1', 'tcp:host', 'tcp:host:0', 'tcp:host:65536', 'serial:', 'tcp:a b:1'])(
    '“%s” is config.wrong-value',
    (text) => {
      const parsed = parseChannelAddress(text);
      expect(parsed.ok ? null : parsed.fault.code).toBe('config.wrong-value');
    },
  );
});

describe('the reason why a port does not open', () => {
  it.each([
    ['ENOENT', 'Error: No such file or directory, cannot open /dev/x', 'device.port-missing'],
    ['', 'Opening COM9: File not found', 'device.port-missing'],
    ['', 'Error Resource temporarily unavailable Cannot lock port', 'device.port-busy'],
    ['', 'Opening COM3: Access denied', 'device.port-busy'],
    ['ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1', 'device.port-missing'],
    ['EACCES', 'Error: Permission denied, cannot open /dev/ttyS0', 'device.open-failed'],
  ])('%s “%s” is %s', (code, message, expected) => {
    const error = Object.assign(new Error(message), code === '' ? {} : { code });
    expect(openFailure('serial:x', error).code).toBe(expected);
  });
});

describe('a TCP channel', () => {
  it('carries bytes both ways, and closes twice as once', async () => {
    const served = await serve(echo);
    const { promise, resolve } = Promise.withResolvers<Uint8Array>();
    let closes = 0;
    const opened = await tcpChannel(
      { host: '127.0.0.1', port: served.port },
      systemClock,
    )({
      onData: resolve,
      onClose: () => (closes += 1),
    });
    if (!opened.ok) throw new Error(opened.fault.code);
    expect(await opened.value.write(Uint8Array.of(1, 2, 3))).toEqual({ ok: true, value: undefined });
    expect([...(await promise)]).toEqual([1, 2, 3]);
    await opened.value.close();
    await opened.value.close();
    expect(closes).toBe(0);
    const late = await opened.value.write(Uint8Array.of(1));
    expect(late.ok ? null : late.fault.code).toBe('device.lost');
  });

  it('says once that it is lost when the cable is pulled, is missing until it is put back', async () => {
    const served = await serve(echo);
    const open = tcpChannel({ host: '127.0.0.1', port: served.port }, systemClock);
    const { promise, resolve } = Promise.withResolvers<Fault>();
    const opened = await open({ onData: () => undefined, onClose: resolve });
    expect(opened.ok).toBe(true);
    await served.unplug();
    expect((await promise).code).toBe('device.lost');
    const missing = await open(quiet);
    expect(missing.ok ? null : missing.fault.code).toBe('device.port-missing');
    await served.plug();
    const again = await open(quiet);
    expect(again.ok).toBe(true);
    if (again.ok) await again.value.close();
  });

  it('turns a second host away, as a serial line has one master', async () => {
    const served = await serve(echo);
    const open = tcpChannel({ host: '127.0.0.1', port: served.port }, systemClock);
    const first = await open(quiet);
    const { promise, resolve } = Promise.withResolvers<Fault>();
    await open({ onData: () => undefined, onClose: resolve });
    expect((await promise).code).toBe('device.lost');
    if (first.ok) await first.value.close();
  });

  it('is device.port-missing where nobody listens', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 1;
    await new Promise<void>((resolve) => server.close(() => resolve()));
    const opened = await tcpChannel({ host: '127.0.0.1', port }, systemClock)(quiet);
    expect(opened.ok ? null : opened.fault.code).toBe('device.port-missing');
  });
});

describe('a serial channel', () => {
  it('is device.port-missing for a port that does not exist', async () => {
    const opened = await serialChannel(
      { path: '/dev/no-such-port', baudRate: 115_200, rtscts: false },
      systemClock,
    )(quiet);
    expect(opened.ok ? null : opened.fault.code).toBe('device.port-missing');
  });

  it.skipIf(process.platform === 'win32')(
    'is device.open-failed for something that is no terminal',
    async () => {
      const opened = await serialChannel(
        { path: '/dev/null', baudRate: 115_200, rtscts: false },
        systemClock,
      )(quiet);
      expect(opened.ok ? null : opened.fault.code).toBe('device.open-failed');
    },
  );
});

async function serve(simulator: DeviceSimulator) {
  const served = await serveSimulator(simulator, { host: '127.0.0.1', port: 0 });
  onTestFinished(() => served.close());
  return served;
}
