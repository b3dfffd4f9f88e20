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
