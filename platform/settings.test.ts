import { expect, test } from 'vitest';
import { readSettings } from './settings.ts';

const good = {
  YIZHAN_PLATFORM_DATA: '/srv/yizhan',
  YIZHAN_DESK_TOKEN: 'desk-token-for-tests-0000',
};

test('what nobody set has its default', () => {
  expect(readSettings(good)).toMatchObject({
    ok: true,
    value: {
      host: '127.0.0.1',
      port: 0,
      publicUrl: null,
      demoCodesFile: null,
      load: { connections: 22, requestsPerConnection: 10, memoryBytes: 268_435_456 },
    },
  });
});

test('the district’s database goes before one of our own', () => {
  const url = 'postgres://platform@db.example/yizhan';
  expect(readSettings({ ...good, DATABASE_URL: url })).toMatchObject({
    value: { database: { kind: 'url', url } },
  });
  expect(readSettings(good)).toMatchObject({
    value: { database: { kind: 'embedded', dataDir: '/srv/yizhan' } },
  });
});

test.each<[string, Record<string, string | undefined>]>([
  ['YIZHAN_DESK_TOKEN', { YIZHAN_DESK_TOKEN: 'short' }],
  ['YIZHAN_DESK_TOKEN', { YIZHAN_DESK_TOKEN: undefined }],
  ['YIZHAN_PLATFORM_PORT', { YIZHAN_PLATFORM_PORT: '99999' }],
  ['YIZHAN_PLATFORM_PORT', { YIZHAN_PLATFORM_PORT: 'eighty' }],
  ['YIZHAN_PLATFORM_PUBLIC_URL', { YIZHAN_PLATFORM_PUBLIC_URL: 'platform.example' }],
  ['YIZHAN_PLATFORM_CONNECTIONS', { YIZHAN_PLATFORM_CONNECTIONS: '5' }],
  ['YIZHAN_PLATFORM_LINE', { YIZHAN_PLATFORM_LINE: 'long' }],
  ['YIZHAN_RECORD_MONTHS', { YIZHAN_RECORD_MONTHS: '5' }],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://me:a-secret@collector:4318' }],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }],
  ['OTEL_METRIC_EXPORT_INTERVAL', { OTEL_METRIC_EXPORT_INTERVAL: '1' }],
  ['YIZHAN_PLATFORM_MEMORY_MIB', { YIZHAN_PLATFORM_MEMORY_MIB: '0' }],
  ['DATABASE_URL', { DATABASE_URL: 'mysql://user:a-secret@db' }],
  ['YIZHAN_PLATFORM_DATA', { YIZHAN_PLATFORM_DATA: undefined }],
])('a wrong %s is named, and no secret is quoted: %j', (key, changes) => {
  const result = readSettings({ ...good, ...changes });
  expect(result).toMatchObject({ ok: false, fault: { detail: expect.stringContaining(key) } });
  expect(JSON.stringify(result)).not.toMatch(/a-secret|token-for-tests/);
});

test('figures and traces are told to nobody unless the environment names a collector, as the standard has it', () => {
  const endpoint = 'http://10.0.0.5:4318';
  expect(readSettings(good)).toMatchObject({ value: { telemetry: null, recordMonths: 36 } });
  expect(readSettings({ ...good, OTEL_EXPORTER_OTLP_ENDPOINT: '' })).toMatchObject({
    value: { telemetry: null },
  });
  expect(readSettings({ ...good, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })).toMatchObject({
    value: { telemetry: { endpoint, intervalMs: 60_000 } },
  });
  expect(
    readSettings({ ...good, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SDK_DISABLED: 'TRUE' }),
  ).toMatchObject({ value: { telemetry: null } });
});
