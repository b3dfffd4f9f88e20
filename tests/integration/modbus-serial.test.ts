import { EventEmitter } from 'node:events';
import { createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import ModbusRTU, { ServerSerial } from 'modbus-serial';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ModbusDisplaySettings } from '#contract/queue-display.ts';
import { bridgePtyTo, ptyBridge } from '#drivers/channel/pty-cable.ts';
import { tcpChannel } from '#drivers/channel/tcp.ts';
import { serveSimulator } from '#drivers/channel/tcp-server.ts';
import { toHex } from '#drivers/codec/bytes.ts';
import { modbusDialect } from '#drivers/modbus-display/dialect.ts';
import { encodeAnswer, encodeWriteOne, encodeWriteText } from '#drivers/modbus-display/protocol.ts';
import { armflyAscii, armflyNumber } from '#drivers/modbus-display/settings.ts';
import { ModbusDisplaySimulator, type ModbusFaultKind } from '#drivers/modbus-display/simulator.ts';
import { systemClock } from '#drivers/runtime/system-clock.ts';
import { DisplayLine } from '#drivers/runtime/display-line.ts';
import type { Display } from '#drivers/runtime/display.ts';

/**
 * The modbus-serial package as judge, so that our codec is not on both sides: its client against our
 * answers and our simulator, its server against our driver.
 */

const HOST = '127.0.0.1';
const unit = fc.integer({ min: 1, max: 247 });
const u16 = fc.integer({ min: 0, max: 0xffff });

/** A port of the package's client that keeps what is written, and hands on what is put in. */
class KeptPort extends EventEmitter {
  readonly isOpen = true;
  readonly written: Uint8Array[] = [];
  open(done: () => void): void {
    done();
  }
  close(done: () => void): void {
    done();
  }
  write(bytes: Uint8Array): void {
    this.written.push(Uint8Array.from(bytes));
  }
}

function keptClient(): { port: KeptPort; client: ModbusRTU } {
  const port = new KeptPort();
  const client = new ModbusRTU(port);
  client.open();
  return { port, client };
}

type Reply = { readonly error: { modbusCode?: number; message: string } | null; readonly data: unknown };

describe('requests of ours are, byte for byte, those of modbus-serial', () => {
  it('that write one register', () => {
    fc.assert(
      fc.property(unit, u16, u16, (address, register, value) => {
        const { port, client } = keptClient();
        client.writeFC6(address, register, value, () => undefined);
        expect(toHex(encodeWriteOne(address, register, value))).toBe(
          toHex(port.written[0] ?? new Uint8Array(0)),
        );
      }),
    );
  });

  it('that write text', () => {
    const text = fc.stringMatching(/^[ -~]{1,40}$/);
    fc.assert(
      fc.property(unit, u16, text, (address, register, characters) => {
        const { port, client } = keptClient();
        const padded = characters.length % 2 === 0 ? characters : `${characters} `;
        const values = [...padded.matchAll(/../g)].map(([pair]) =>
          Buffer.from(pair, 'ascii').readUInt16BE(0),
        );
        client.writeFC16(address, register, values, () => undefined);
        expect(toHex(encodeWriteText(address, register, characters))).toBe(
          toHex(port.written[0] ?? new Uint8Array(0)),
        );
      }),
    );
  });
});

describe('answers of ours are understood by modbus-serial', () => {
  it('when a register was written', () => {
    fc.assert(
      fc.property(unit, u16, u16, (address, register, value) => {
        const reply = replyTo(
          (client, next) => client.writeFC6(address, register, value, next),
          encodeAnswer({ type: 'written', unit: address, code: 0x06, register, second: value }),
        );
        expect(reply).toEqual({ error: null, data: { address: register, value } });
      }),
    );
  });

  it('when several were', () => {
    fc.assert(
      fc.property(unit, u16, fc.integer({ min: 1, max: 123 }), (address, register, count) => {
        const reply = replyTo(
          (client, next) => client.writeFC16(address, register, new Array<number>(count).fill(7), next),
          encodeAnswer({ type: 'written', unit: address, code: 0x10, register, second: count }),
        );
        expect(reply).toEqual({ error: null, data: { address: register, length: count } });
      }),
    );
  });

  it('when the request is refused, with the same exception', () => {
    fc.assert(
      fc.property(unit, fc.integer({ min: 1, max: 11 }), (address, exception) => {
        const reply = replyTo(
          (client, next) => client.writeFC6(address, 0, 1, next),
          encodeAnswer({ type: 'exception', unit: address, code: 0x06, exception }),
        );
        expect(reply?.error?.modbusCode).toBe(exception);
      }),
    );
  });

  it('and are refused by it when one bit of the check is wrong', () => {
    const answer = encodeAnswer({ type: 'written', unit: 3, code: 0x06, register: 0, second: 12 });
    answer[7] = (answer[7] ?? 0) ^ 0x01;
    expect(replyTo((client, next) => client.writeFC6(3, 0, 12, next), answer)?.error?.message).toMatch(/CRC/);
  });
});

function replyTo(
  ask: (client: ModbusRTU, next: (error: unknown, data: unknown) => void) => void,
  answer: Uint8Array,
): Reply | null {
  const { port, client } = keptClient();
  let reply: Reply | null = null;
  ask(client, (error, data) => {
    // The package documents modbusCode on the errors that it calls back with.
    reply = { error: (error ?? null) as Reply['error'], data };
  });
  port.emit('data', Buffer.from(answer));
  return reply;
}

describe('the client of modbus-serial drives our simulator', () => {
  it('and what it writes stands in the window', async () => {
    const { simulator, client } = await clientToSimulator();
    expect(await client.writeRegister(0x0000, 12)).toEqual({ address: 0, value: 12 });
    expect(simulator.number).toBe(12);
    expect(await client.writeRegister(0x0000, 0xfffe)).toEqual({ address: 0, value: 0xfffe });
    expect(simulator.number).toBe(-2);
    expect(await client.writeRegisters(0x0070, [0x4130, 0x3132])).toEqual({ address: 0x70, length: 2 });
    expect(simulator.text).toBe('A012');
  });

  it.each([
    ['illegal-address', /exception 2/i],
    ['busy', /exception 6/i],
    ['wrong-checksum', /CRC/],
    ['silent', /timed out/i],
    ['half-frame', /timed out|length/i],
  ] satisfies [ModbusFaultKind, RegExp][])('and %s is to it what it is to us', async (kind, message) => {
    const { simulator, client } = await clientToSimulator();
    simulator.setFault(kind);
    await expect(client.writeRegister(0x0000, 12)).rejects.toThrow(message);
  });

  it('and gets nothing from a window with another number', async () => {
    const { simulator, client } = await clientToSimulator();
    client.setID(2);
    await expect(client.writeRegister(0x0000, 12)).rejects.toThrow(/timed out/i);
    expect(simulator.number).toBeNull();
  });
});

async function clientToSimulator(): Promise<{ simulator: ModbusDisplaySimulator; client: ModbusRTU }> {
  const simulator = new ModbusDisplaySimulator({ clock: systemClock, unit: 1 });
  const served = await serveSimulator(simulator, { host: HOST, port: 0 });
  const client = new ModbusRTU();
  // Its "Telnet" port is RTU frames over a bare TCP connection, as a serial-device server carries them.
  await client.connectTelnet(HOST, { port: served.port });
  client.setID(1);
  client.setTimeout(300);
  onTestFinished(async () => {
    await new Promise<void>((resolve) => client.close(() => resolve()));
    await served.close();
  });
  return { simulator, client };
}

const reason = ptyBridge === null ? ' (absent: neither socat nor python3 is here to make a pty)' : '';
describe(`our driver drives the server of modbus-serial, over a pty${reason}`, () => {
  if (ptyBridge === null) {
    // Said in the title above: without a pty there is nothing to put the package's serial server on.
    it.skip('needs a pty, for which neither socat nor python3 is here');
    return;
  }

  it('and a number and a text arrive in its registers', async () => {
    const registers = new Map<number, number>();
    const port = await serverBehindTcp((register, value) => registers.set(register, value));
    const number = await readyDisplay(port, armflyNumber);
    expect(registers.get(0)).toBe(0);
    expect(await number.show(ticket('A012'))).toEqual({ ok: true, value: undefined });
    expect(registers.get(0)).toBe(12);
    await number.close();

    const text = await readyDisplay(port, armflyAscii);
    expect(await text.show(ticket('B7'))).toEqual({ ok: true, value: undefined });
    expect([0x70, 0x71].map((register) => registers.get(register))).toEqual([0x4237, 0x2020]);
    await text.close();
  });

  it('and its refusal is ours, by the same number', async () => {
    const port = await serverBehindTcp((register) => {
      if (register === 0x70) throw Object.assign(new Error('no such register'), { modbusErrorCode: 2 });
    });
    const states: string[] = [];
    const done = Promise.withResolvers<undefined>();
    const display = lineOn(port).add(modbusDialect(armflyAscii), (status) => {
      if (status.state !== 'unidentified') return;
      states.push(status.fault.detail ?? '');
      done.resolve(undefined);
    });
    onTestFinished(() => display.close());
    display.start();
    await done.promise;
    expect(states[0]).toBe('exception 2: illegal data address');
  });
});

const ticket = (name: string) => ({ ticket: name, window: '3', text: null, flash: true, speech: null });

function lineOn(port: number): DisplayLine {
  const open = tcpChannel({ host: HOST, port }, systemClock);
  return new DisplayLine({ clock: systemClock, open, baudRate: 9_600 });
}

async function readyDisplay(port: number, settings: ModbusDisplaySettings): Promise<Display> {
  const ready = Promise.withResolvers<undefined>();
  const display = lineOn(port).add(modbusDialect(settings), (status) => {
    if (status.state === 'ready') ready.resolve(undefined);
  });
  onTestFinished(() => display.close());
  display.start();
  await ready.promise;
  return display;
}

/** The package has no RTU server over TCP: its serial one gets a pty, and the pty a relay. */
async function serverBehindTcp(onWrite: (register: number, value: number) => void): Promise<number> {
  let server: Socket | null = null;
  const relay = createServer((socket) => {
    socket.on('error', () => undefined);
    if (server === null) {
      server = socket;
      return;
    }
    const device = server;
    device.pipe(socket, { end: false });
    socket.pipe(device, { end: false });
    socket.on('close', () => device.unpipe(socket));
  });
  await new Promise<void>((resolve) => relay.listen(0, HOST, resolve));
  const address = relay.address();
  if (address === null || typeof address === 'string') throw new Error('no port for the relay');
  const bridge = await bridgePtyTo(address.port);
  const opened = Promise.withResolvers<undefined>();
  const modbus = new ServerSerial(
    {
      setRegister: (register: number, value: number) => onWrite(register, value),
    },
    { path: bridge.path, baudRate: 9_600, unitID: 1 },
  );
  modbus.on('initialized', () => opened.resolve(undefined));
  await opened.promise;
  onTestFinished(async () => {
    await new Promise<void>((resolve) => modbus.close(() => resolve()));
    await bridge.end();
    server?.destroy();
    await new Promise<void>((resolve) => relay.close(() => resolve()));
  });
  return address.port;
}
