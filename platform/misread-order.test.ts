import { parseArgs } from 'node:util';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { misreadOrder } from './misread-order.ts';

const usage = `usage: npm run platform -- revoke --terminal ID --reason TEXT
       npm run platform -- permit issue --hours 1|2
       npm run platform -- release begin program --version V
                                   [--canaries ID,ID]
       npm run platform -- release pause|resume NUMBER --reason TEXT`;

/** What a schema says of an order. */
const refusal = (schema: z.ZodType, order: unknown): unknown => schema.safeParse(order).error;
const permit = z.object({ order: z.object({ what: z.literal('issue'), hours: z.enum(['1', '2']) }) });

it('names the option whose value does not fit, and shows that command alone', () => {
  const why = refusal(permit, { order: { what: 'issue', hours: '3' } });
  expect(misreadOrder(usage, ['permit', 'issue', '--hours', '3'], why)).toBe(
    '--hours: Invalid option: expected one of "1"|"2"\nusage: npm run platform -- permit issue --hours 1|2',
  );
});

it('says that an option is missing, and nothing of the values that were typed', () => {
  const schema = z.object({ code: z.string(), reason: z.string() });
  const said = misreadOrder(usage, ['revoke'], refusal(schema, { code: 'K7QM-2XWB' }));
  expect(said).toBe('--reason is missing\nusage: npm run platform -- revoke --terminal ID --reason TEXT');
});

it('takes an option that nobody knows from parseArgs', () => {
  let why: unknown;
  try {
    parseArgs({ args: ['--resaon', 'x'], options: {} });
  } catch (error) {
    why = error;
  }
  expect(misreadOrder(usage, ['revoke'], why)).toContain("Unknown option '--resaon'");
});

it('shows the one of several commands of a verb that was meant, with the lines that belong to it', () => {
  expect(misreadOrder(usage, ['release', 'resume'], null)).toBe(
    'usage: npm run platform -- release pause|resume NUMBER --reason TEXT',
  );
  expect(misreadOrder(usage, ['release', 'begin'], null)).toBe(
    'usage: npm run platform -- release begin program --version V\n                                   [--canaries ID,ID]',
  );
});

it('shows all of a verb whose second word is wrong, and everything for a word that is no verb', () => {
  expect(misreadOrder(usage, ['release', 'stop'], null).split('npm run')).toHaveLength(3);
  expect(misreadOrder(usage, ['releese'], null)).toBe(usage);
  const why = refusal(z.object({ verb: z.literal('revoke') }), { verb: 'releese' });
  expect(misreadOrder(usage, ['releese'], why)).toBe(usage);
});
