import { expect, it } from 'vitest';
import { attentionSchema, stopsWork, type DeviceState } from '#contract/devices.ts';
import type { TerminalHealth } from '#contract/terminal-health.ts';
import { deviceWord, steady, wantsOf } from './terminal-wants.ts';

const printer = (status: DeviceState) => ({
  id: 'printer',
  kind: 'receipt-printer' as const,
  window: null,
  status,
});

const calm: TerminalHealth = {
  revision: 1,
  terminalId: 'demo-01',
  platform: 'offline',
  catalogue: 'cached',
  outbox: { waiting: 40, parked: 2 },
  devices: [printer({ state: 'ready', identity: 'x' }), printer({ state: 'disabled' })],
  refusedItems: [{ slug: 'x', name: null, fault: { code: 'item.broken' }, hasEarlier: false }],
  guideReportsWaiting: 3,
  stationDays: { waiting: 7, refused: [{ day: '2026-11-20', code: 'platform.rejected' }] },
  disk: { freeMb: 5_000, reserveMb: 200 },
};

it('what nobody here can mend calls nobody: the line, an item that its department got wrong', () => {
  expect(wantsOf(calm)).toEqual([]);
  expect(wantsOf({ ...calm, disk: { freeMb: null, reserveMb: 200 } })).toEqual([]);
});

it('a device that waits for a hand is named with each thing that it waits for', () => {
  const device = printer({ state: 'attention', identity: 'x', needs: ['paper-near-end', 'cover-open'] });
  expect(wantsOf({ ...calm, devices: [device] })).toEqual([
    { of: 'device', device, need: 'paper-near-end' },
    { of: 'device', device, need: 'cover-open' },
  ]);
});

it('a device that is lost is named with its fault, and one that is being opened is waited for', () => {
  const device = printer({ state: 'lost', fault: { code: 'device.silent' }, retryInMs: 1_000 });
  expect(wantsOf({ ...calm, devices: [device] })).toMatchObject([{ fault: { code: 'device.silent' } }]);
  expect(wantsOf({ ...calm, devices: [printer({ state: 'opening' })] })).toEqual([]);
});

it('a disk below its reserve is said before anything is refused for it', () => {
  expect(wantsOf({ ...calm, disk: { freeMb: 199, reserveMb: 200 } })).toEqual([{ of: 'disk', freeMb: 199 }]);
});

it('a device that only warns works', () => {
  for (const need of attentionSchema.options) {
    const word = deviceWord(printer({ state: 'attention', identity: 'x', needs: [need] }));
    expect([need, word]).toEqual([need, stopsWork(need) ? 'stands' : 'warns']);
  }
});

it('a device that is lost, and tried again and again, is said to be lost all the while', () => {
  const lost = {
    ...calm,
    devices: [printer({ state: 'lost', fault: { code: 'device.lost' }, retryInMs: 0 })],
  };
  const trying = { ...calm, devices: [printer({ state: 'opening' })] };
  const works = { ...calm, devices: [printer({ state: 'ready', identity: 'x' })] };
  expect(wantsOf(steady(steady(lost, trying), trying))).toHaveLength(1);
  expect(wantsOf(steady(lost, works))).toEqual([]);
  expect(steady(null, trying)).toEqual(trying);
});
