import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { withCaseTables } from './case-tables.ts';
import { withQueueTables } from './queue-tables.ts';

it.each([
  ['queue.md', 'queue-page.ts', withQueueTables],
  ['cases.md', 'cases-page.ts', withCaseTables],
])(
  'docs/%s says what its table says; if not, `node scripts/%s` writes it anew',
  (name, _script, withTables) => {
    const page = readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
    expect(page).toBe(withTables(page));
  },
);

it('a page without its marks is not written over', () => {
  expect(() => withCaseTables('# Cases\n')).toThrow(/marks/);
});
