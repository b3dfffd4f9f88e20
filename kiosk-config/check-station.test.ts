import { describe, expect, it } from 'vitest';
import { queueSettingsSchema } from '#contract/queue/settings.ts';
import { demoConfig, demoLan } from './demo/demo-config.ts';
import { parseConfig } from './load.ts';
import type { HubSettings, LanSettings } from './schema.ts';

const blocks = [
  { terminal: '01', from: 800, to: 849 },
  { terminal: '02', from: 850, to: 899 },
];
const hub: HubSettings = { host: '192.168.1.10', port: 8443, authorityFile: '/etc/yizhan/hub.pem' };

function problems(change: {
  readonly hub?: HubSettings | null;
  readonly lan?: LanSettings | null;
  readonly blocks?: typeof blocks;
  readonly number?: string;
  readonly windows?: readonly { readonly window: string; readonly lines: readonly string[] }[];
}): string[] {
  const lines = [{ letter: 'A', name: { zh: '综合', en: 'General' } }];
  const text = demoConfig({
    cardReaderPort: 1,
    printerPort: 2,
    platformUrl: 'http://127.0.0.1:3',
    overrides: {
      queue: queueSettingsSchema.parse({ lines, windows: change.windows, blocks: change.blocks ?? blocks }),
      hub: change.hub ?? null,
      lan: change.lan ?? null,
    },
  }).replace('number: "01"', `number: "${change.number ?? '01'}"`);
  const parsed = parseConfig(text, 'terminal.yaml');
  return parsed.ok ? [] : parsed.fault.map(({ key, expected }) => `${key ?? ''}: ${expected}`);
}

describe('hub and members in the configuration', () => {
  it('a member with a block, and a hub with a door, are taken', () => {
    expect(problems({ hub, number: '02' })).toEqual([]);
    expect(problems({ lan: demoLan })).toEqual([]);
    expect(problems({ hub, lan: demoLan, number: '02' })).toEqual([]);
  });

  it('a member without a block of its own is told which one is lacking', () => {
    expect(problems({ hub, number: '03' })).toEqual([
      expect.stringMatching(/^queue\.blocks: expected a block of terminal 03/),
    ]);
  });

  it('a hub whose members could not reach it is told of the door', () => {
    expect(problems({})).toEqual([expect.stringMatching(/^queue\.blocks: expected lan.*terminal 02/)]);
    expect(problems({ blocks: blocks.slice(0, 1) })).toEqual([]);
  });

  it('a hub whose members have blocks, and it has none, is told: it may be a member without the key hub', () => {
    expect(problems({ lan: demoLan, blocks: blocks.slice(1) })).toEqual([
      expect.stringMatching(/^queue\.blocks: expected a block of terminal 01 as well.*or hub/),
    ]);
    expect(problems({ lan: demoLan, number: '03' })).toEqual([
      expect.stringMatching(/^queue\.blocks: expected a block of terminal 03 as well/),
    ]);
    expect(problems({ lan: demoLan, blocks: [] })).toEqual([]);
  });

  it('a window that is to serve a line that there is not is told which', () => {
    const windows = [{ window: '1', lines: ['A', 'C'] }];
    expect(problems({ lan: demoLan, windows })).toEqual([
      'queue.windows.0.lines.1: expected the letter of one of queue.lines',
    ]);
  });

  it('a terminal that would be its own member is told so', () => {
    const lan = { ...demoLan, names: ['192.168.1.10'], port: 8443 };
    expect(problems({ hub, lan, number: '02' })).toEqual([expect.stringMatching(/^hub: expected another/)]);
  });
});

function endpointProblems(endpoint: string): string[] {
  const text = demoConfig({
    cardReaderPort: 1,
    printerPort: 2,
    platformUrl: 'https://platform.example:8443/yizhan',
    overrides: { telemetry: { endpoint, intervalSeconds: 60 } },
  });
  const parsed = parseConfig(text, 'terminal.yaml');
  return parsed.ok ? [] : parsed.fault.map(({ key, expected }) => `${key ?? ''}: ${expected}`);
}

describe('figures and traces go to the platform’s host or the station’s own network', () => {
  it.each([
    'https://platform.example/otel',
    'http://PLATFORM.example:4318',
    'http://192.168.1.10:4318',
    'http://10.1.2.3',
    'http://172.31.0.1:4318/',
    'http://127.0.0.1:4318',
    'http://[fd00::1]:4318',
  ])('%s is taken', (endpoint) => {
    expect(endpointProblems(endpoint)).toEqual([]);
  });

  it.each([
    'https://collector.example:4318',
    'https://platform.example.collector.example',
    'http://172.32.0.1:4318',
    'http://8.8.8.8:4318',
    // As a browser reads them: 8.8.8.8.
    'http://134744072:4318',
    'http://0x8.8.8.8:4318',
    'http://[2001:db8::1]:4318',
    'http://localhost:4318',
  ])('%s is refused by name', (endpoint) => {
    expect(endpointProblems(endpoint)).toEqual([
      'telemetry.endpoint: expected the host of platform.url, or an IP address of the station’s own network',
    ]);
  });

  it.each([
    'ftp://192.168.1.10',
    'http://192.168.1.10/?token=a',
    'http://me:hunter2@192.168.1.10',
    '192.168.1.10:4318',
  ])('%s is no address for it', (endpoint) => {
    const problems = endpointProblems(endpoint);
    expect(problems).toEqual([expect.stringMatching(/^telemetry\.endpoint: expected an/)]);
    expect(problems.join()).not.toContain('hunter2');
  });
});
