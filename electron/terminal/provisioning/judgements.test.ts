import { describe, expect, test } from 'vitest';
import { fault } from '#contract/fault.ts';
import type { NetworkStage } from '#contract/provisioning-api.ts';
import { isGreen } from '#contract/readiness.ts';
import { clockProblem } from './judge-clock.ts';
import { screenProblem } from './judge-screen.ts';
import { line, mayStart, readinessLines, type ReadinessFacts } from './readiness-lines.ts';

const MADE_MS = Date.UTC(2026, 10, 1);
const NOW_MS = Date.UTC(2026, 10, 22);

describe('the time is trusted', () => {
  const seen = { machineMs: NOW_MS, buildMs: MADE_MS, aheadMs: null, isConfirmed: false };

  test.each([
    ['the platform says the same', { aheadMs: 900 }, null],
    ['the platform says half a minute more', { aheadMs: 30_000 }, null],
    ['the platform is further ahead', { aheadMs: 30_001 }, 'clock.differs'],
    ['the platform is further behind', { aheadMs: -30_001 }, 'clock.differs'],
    ['nobody can be asked', {}, 'clock.not-confirmed'],
    ['nobody can be asked, and somebody has looked at his watch', { isConfirmed: true }, null],
    [
      'somebody has looked at his watch, and the platform says otherwise',
      { isConfirmed: true, aheadMs: 60_000 },
      'clock.differs',
    ],
    [
      'the battery was empty: it is 1970, whatever is confirmed',
      { machineMs: 0, isConfirmed: true },
      'clock.before-build',
    ],
    [
      'the battery was empty, and the platform, whose clock is as wrong, agrees',
      { machineMs: 0, aheadMs: 0 },
      'clock.before-build',
    ],
  ])('or not: %s', (_what, change, expected) => {
    expect(clockProblem({ ...seen, ...change })).toBe(expected);
  });
});

test.each([
  [1, null],
  [1.05, null],
  [0.95, null],
  [1.07, 'screen.not-plausible'],
  [0.93, 'screen.not-plausible'],
])('a screen whose pixels would be %s times as wide as high', (ratio, expected) => {
  expect(screenProblem(ratio)).toBe(expected);
});

const stage = (
  name: NetworkStage['stage'],
  state: NetworkStage['state'],
  code: string | null = null,
): NetworkStage => ({
  stage: name,
  state,
  code,
  detail: null,
});
const reader = {
  kind: 'id-card-reader',
  id: 'card-reader',
  channel: 'tcp:127.0.0.1:1',
  baudRate: 115200,
  profile: 'sam-v',
  identity: null,
  enabled: true,
} as const;

/** A small terminal at which everything is good: a reader, a loudspeaker, no printer, no display, no camera. */
const good: ReadinessFacts = {
  clock: null,
  clockDetail: '0 s',
  network: (['name', 'route', 'trust', 'platform'] as const).map((name) => stage(name, 'good')),
  screen: null,
  enrolment: null,
  devices: [reader],
  results: [
    line('device', 'card-reader', 'green', null, null),
    line('card', null, 'green', null, null),
    line('sound', null, 'green', null, null),
  ],
  hasCamera: false,
  configuration: [],
  store: null,
};
const reds = (change: Partial<ReadinessFacts>) =>
  readinessLines({ ...good, ...change })
    .filter(({ state }) => state === 'red')
    .map(({ item, device, code }) => [item, device, code]);

describe('a report', () => {
  test('is green when each line is, and what is not there is said and not red', () => {
    const lines = readinessLines(good);
    expect(isGreen({ lines: [...lines] })).toBe(true);
    expect(lines.filter(({ state }) => state === 'not-here').map(({ item }) => item)).toEqual([
      'printer',
      'display',
      'camera',
    ]);
  });

  test('calls nothing good that nobody has looked at', () => {
    expect(reds({ results: [], network: [], configuration: null })).toEqual([
      ['network', null, 'test.not-done'],
      ['device', 'card-reader', 'device.not-identified'],
      ['card', null, 'test.not-done'],
      ['sound', null, 'test.not-done'],
      ['configuration', null, 'test.not-done'],
    ]);
  });

  test('names the stage of the network that fails, and not one behind it that was not tried', () => {
    const network = [
      stage('name', 'good'),
      stage('route', 'good'),
      stage('trust', 'not-tried'),
      stage('platform', 'bad', 'platform.unreachable'),
    ];
    expect(reds({ network })).toEqual([['network', null, 'platform.unreachable']]);
  });

  test('asks for no test of a device that was left out', () => {
    const lines = readinessLines({
      ...good,
      devices: [{ ...reader, enabled: false }],
      results: [line('sound', null, 'green', null, null)],
    });
    expect(lines.filter(({ state }) => state === 'red')).toEqual([]);
    expect(lines).toContainEqual(line('device', 'card-reader', 'not-here', 'device.left-out', null));
  });

  test.each<[string, Partial<ReadinessFacts>, boolean]>([
    ['a clock that is wrong', { clock: 'clock.differs' }, false],
    ['a screen that nobody measured', { screen: 'screen.not-measured' }, false],
    ['a configuration that is refused', { configuration: ['x.yaml:1: …'] }, false],
    ['a data folder that does not open', { store: fault('store.failed') }, false],
    ['a reader that does not answer', { results: [] }, true],
    ['a platform that does not know it', { enrolment: fault('identity.not-enrolled') }, true],
  ])('lets a terminal start with %s, or not', (_what, change, expected) => {
    expect(mayStart(readinessLines({ ...good, ...change }))).toBe(expected);
  });
});
