import { expect, test } from 'vitest';
import { readTraceparent, traceparentOf } from './telemetry.ts';

// The example of W3C Trace Context §3.2.3.
const header = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const ids = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };

test('what is written is read', () => {
  expect(readTraceparent(header)).toEqual(ids);
  expect(traceparentOf(ids)).toBe(header);
});

test.each([
  undefined,
  '',
  header.toUpperCase(),
  `${header}-00`,
  ` ${header}`,
  header.replace(/^00/, 'ff'),
  header.replace(ids.traceId, '0'.repeat(32)),
  header.replace(ids.spanId, '0'.repeat(16)),
  `${header}, ${header}`,
  `${header}\n`,
])('no trace: %j', (said) => {
  expect(readTraceparent(said)).toBeNull();
});
