import { readinessKeptSchema } from '#contract/readiness.ts';
import { read, refuses, same } from '../check.ts';
import type { Answer, Terminal } from '../client.ts';
import { rule, type Theme } from '../rule.ts';
import type { Trial } from '../trial.ts';

const MINUTE_MS = 60_000;

/** Taken so many minutes ago. An earlier run may have left a newer one: each rule asks with times that only grow. */
const reportOf = (t: Trial, minutesAgo: number, state: 'green' | 'red' = 'green') => ({
  takenAt: t.maker.iso(-minutesAgo * MINUTE_MS),
  by: 'technician',
  lines: [
    { item: 'clock', device: null, state: 'green', code: null, detail: '0 s' },
    {
      item: 'device',
      device: 'printer',
      state,
      code: state === 'red' ? 'device.silent' : null,
      detail: null,
    },
  ],
});

const tell = (t: Trial, report: unknown, by: Terminal): Promise<Answer> =>
  t.client.call({ method: 'PUT', path: '/v1/terminals/readiness', by, body: report });

async function stands(t: Trial, report: unknown, expected: boolean, by: Terminal = t.first): Promise<void> {
  same(read(await tell(t, report, by), readinessKeptSchema), { stands: expected }, 'the answer');
}

export const readinessRules: Theme = {
  letter: 'Z',
  title: 'What terminals find of themselves at their first start',
  when: 'prepared',
  rules: [
    rule('Z-01', 'A report stands, and the same again changes nothing', async (t) => {
      const report = reportOf(t, 4, 'red');
      await stands(t, report, true);
      await stands(t, report, true);
    }),
    rule('Z-02', 'The newest stands: one that was taken before it comes too late', async (t) => {
      await stands(t, reportOf(t, 2), true);
      await stands(t, reportOf(t, 3, 'red'), false);
      await stands(t, reportOf(t, 1, 'red'), true);
    }),
    rule('Z-03', 'Each terminal has its own', async (t) => {
      await stands(t, reportOf(t, 0), true);
      await stands(t, reportOf(t, 9), true, t.cast.other);
    }),
    rule('Z-04', 'A report has its lines and nothing else in it: another key is BAD_REQUEST', async (t) => {
      refuses(await tell(t, { ...reportOf(t, 0), photo: 'x' }, t.first), 400, 'BAD_REQUEST');
    }),
  ],
};
