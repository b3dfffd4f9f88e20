import { afterEach, beforeEach, expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { fault, type FaultCode } from '#contract/fault.ts';
import { guideErrors } from '#contract/choices.ts';
import type { GuideReport } from '#contract/guide.ts';
import { err, ok } from '#contract/result.ts';
import { expectValue } from '../../../tests/support/expect-value.ts';
import { coreItem } from '../../../tests/support/terminal-core.ts';
import { newDataDir, removeDataDir } from '../../../tests/support/terminal-under-test.ts';
import { openStore, type Store } from '../store/store.ts';
import { createGuideReports, type GuideReports } from './guide-reports.ts';

const item = coreItem();
let dataDir: string;
let store: Store;
let reports: GuideReports;
let clock: SimulatedClock;
/** What the platform answers; null: it takes the report. */
let refusal: FaultCode | null;
let arrived: GuideReport[];
let uuids: number;

function open(): void {
  store = expectValue(openStore(dataDir));
  reports = createGuideReports({
    catalogue: {
      item: (slug) => (slug.startsWith('item-') ? ok({ ...item, slug }) : err(fault('item.unknown'))),
    },
    store,
    client: {
      reportGuide: (report) => {
        if (refusal !== null) return Promise.resolve(err(fault(refusal)));
        arrived.push(report);
        return Promise.resolve(ok(null));
      },
    },
    clock,
    newUuid: () => {
      uuids += 1;
      return `00000000-0000-4000-8000-${String(uuids).padStart(12, '0')}`;
    },
    log: () => undefined,
  });
}

const sentErrors = () => arrived.map(({ slug, error }) => `${slug} ${error}`);

beforeEach(() => {
  dataDir = newDataDir();
  clock = new SimulatedClock();
  refusal = 'platform.unreachable';
  arrived = [];
  uuids = 0;
});
afterEach(() => {
  reports.close();
  store.close();
  removeDataDir(dataDir);
});

it('a report waits for the line, also over a restart, and goes once', async () => {
  open();
  expect(reports.report('item-a', 'phone')).toEqual(ok(null));
  await reports.send();
  reports.close();
  store.close();
  refusal = null;
  open();
  await reports.send();
  await reports.send();
  expect(arrived).toEqual([
    {
      reportId: '00000000-0000-4000-8000-000000000001',
      slug: 'item-a',
      version: item.version,
      error: 'phone',
      reportedAt: new Date(clock.now()).toISOString(),
    },
  ]);
});

it('the same word of ten people, before it is away, is one report; another error is another', async () => {
  open();
  for (let person = 0; person < 10; person += 1) reports.report('item-a', 'fee');
  reports.report('item-a', 'hours');
  await reports.send();
  refusal = null;
  await reports.send();
  expect(sentErrors().sort()).toEqual(['item-a fee', 'item-a hours']);
});

it('one that the platform refuses for good holds up no other', async () => {
  open();
  refusal = 'platform.rejected';
  reports.report('item-a', 'fee');
  await reports.send();
  refusal = null;
  reports.report('item-b', 'days');
  await reports.send();
  expect(sentErrors()).toEqual(['item-b days']);
});

it('an item that is not offered is not reported', () => {
  open();
  expect(reports.report('passport', 'fee')).toEqual(err(fault('item.unknown')));
});

it('a child at the screen fills no disk', () => {
  open();
  const answers = Array.from({ length: 30 }, (_none, n) =>
    guideErrors.map((error) => reports.report(`item-${n}`, error)),
  ).flat();
  expect(answers.filter((answer) => answer.ok)).toHaveLength(200);
  expect(answers.at(-1)).toMatchObject({ ok: false, fault: { code: 'store.full' } });
});
