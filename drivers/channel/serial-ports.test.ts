import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serialPortSchema, usbIdentityOf, isSameIdentity } from '#contract/serial-port.ts';
import { systemClock } from '../runtime/system-clock.ts';
import { systemSerialPorts } from './serial-ports.ts';

describe('the machine’s serial ports', () => {
  it('are listed in the contract’s words, or the system’s refusal is a fault', async () => {
    const listed = await systemSerialPorts(systemClock).list();
    if (!listed.ok) {
      expect(listed.fault.code).toBe('device.open-failed');
      return;
    }
    for (const port of listed.value) expect(serialPortSchema.safeParse(port).success).toBe(true);
    expect(new Set(listed.value.map(({ path }) => path)).size).toBe(listed.value.length);
  });

  it('are known by their own path, whatever link leads there, and a dead link by its name', () => {
    const folder = mkdtempSync(join(tmpdir(), 'yizhan-ports-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const { canonical } = systemSerialPorts(systemClock);
    const port = join(folder, 'port');
    writeFileSync(port, '');
    symlinkSync(port, join(folder, 'link'));
    symlinkSync(join(folder, 'gone'), join(folder, 'dead'));
    expect(canonical(join(folder, 'link'))).toBe(canonical(port));
    expect(canonical(join(folder, 'dead'))).toBe(join(folder, 'dead'));
    expect(canonical('COM3')).toBe('COM3');
  });

  it('can be watched and left', () => {
    const stop = systemSerialPorts(systemClock).watch(() => undefined);
    expect(() => stop()).not.toThrow();
  });
});

describe('an adapter’s number', () => {
  const port = { path: 'x', vendorId: '067b', productId: '2303', serialNumber: 'A1b2', maker: null };

  it('is vendor, product and serial number; without the last there is none', () => {
    expect(usbIdentityOf(port)).toBe('usb:067b:2303:A1b2');
    expect(usbIdentityOf({ ...port, serialNumber: null })).toBeNull();
  });

  it('is the same in either case, and a device’s own answer is not', () => {
    expect(isSameIdentity('usb:067B:2303:A1B2', 'usb:067b:2303:a1b2')).toBe(true);
    expect(isSameIdentity('TM-T88v', 'TM-T88V')).toBe(false);
  });
});
