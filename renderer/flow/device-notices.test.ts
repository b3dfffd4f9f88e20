import type { DeviceSnapshot, DeviceState } from '#contract/devices.ts';
import { expect, test } from 'vitest';
import { deviceNotices } from './device-notices.ts';

const printer = (status: DeviceState): DeviceSnapshot[] => [
  { id: 'printer', kind: 'receipt-printer', status },
];
const lost: DeviceState = { state: 'lost', fault: { code: 'device.lost' }, retryInMs: 500 };

test('a device that is ready has nothing to say', () => {
  expect(deviceNotices(printer({ state: 'ready', identity: 'p' }), new Map()).get('printer')).toEqual([]);
});

test('a device that needs a person says so', () => {
  const status: DeviceState = { state: 'attention', identity: 'p', needs: ['paper-out', 'cover-open'] };
  expect(deviceNotices(printer(status), new Map()).get('printer')).toEqual(['paper-out', 'cover-open']);
});

test('a lost device that is being opened again does not flicker', () => {
  const first = deviceNotices(printer(lost), new Map());
  const second = deviceNotices(printer({ state: 'opening' }), first);
  expect(second.get('printer')).toEqual(['printer-lost']);
});

test('a device that opens for the first time is not called lost', () => {
  expect(deviceNotices(printer({ state: 'opening' }), new Map()).get('printer')).toEqual([]);
});

test.each([
  ['id-card-reader', ['reader-lost']],
  ['scanner', ['scanner-lost']],
  ['queue-display', []],
] as const)('a %s that is lost is said in its own words, or not at all', (kind, notices) => {
  expect(deviceNotices([{ id: 'it', kind, status: lost }], new Map()).get('it')).toEqual(notices);
});

test('a reader whose module is broken is no broken printer', () => {
  const broken: DeviceSnapshot['status'] = { state: 'attention', identity: 'x', needs: ['hardware'] };
  const notices = deviceNotices([{ id: 'it', kind: 'id-card-reader', status: broken }], new Map());
  expect(notices.get('it')).toEqual(['reader-lost']);
});
