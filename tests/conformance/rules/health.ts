import { z } from 'zod';
import { requestSignature } from '#contract/terminal-identity.ts';
import { holds, read } from '../check.ts';
import { rule, type Theme } from '../rule.ts';
import type { Trial } from '../trial.ts';

const healthSchema = z.object({ status: z.literal('ok'), time: z.iso.datetime() });

const health = async (t: Trial) => read(await t.client.call({ path: '/v1/health', by: null }), healthSchema);

export const healthRules: Theme = {
  letter: 'H',
  title: 'Health',
  when: 'bare',
  rules: [
    rule('H-01', 'Health answers everybody, with the platform’s time', async (t) => {
      await health(t);
    }),
    rule('H-02', 'The platform’s clock is right within the window of the signatures', async (t) => {
      const { time } = await health(t);
      const apartS = Math.abs(Date.parse(time) - t.maker.now()) / 1000;
      holds(apartS < requestSignature.windowSeconds, 'a clock like ours', time);
    }),
  ],
};
