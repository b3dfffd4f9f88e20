import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { faultCodes } from '#contract/fault.ts';
import { withCaseTables } from './case-tables.ts';
import { editorSchema } from '#config/keys.ts';
import { withConfigTables } from './config-tables.ts';
import { faultGroups, groupOf, withFaultTables } from './fault-tables.ts';
import { withQueueTables } from './queue-tables.ts';

it.each([
  ['queue.md', 'queue-page.ts', withQueueTables],
  ['cases.md', 'cases-page.ts', withCaseTables],
  ['operations/configuration.md', 'config-page.ts', withConfigTables],
  ['operations/faults.md', 'faults-page.ts', withFaultTables],
])(
  'docs/%s says what its table says; if not, `node scripts/%s` writes it anew',
  (name, _script, withTables) => {
    const page = readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
    expect(page).toBe(withTables(page));
  },
);

it('editors have the schema that reads the files; if not, `node scripts/config-page.ts` writes it anew', () => {
  const file = new URL('../../kiosk-config/configuration.schema.json', import.meta.url);
  expect(readFileSync(file, 'utf8')).toBe(`${JSON.stringify(editorSchema(), null, 2)}\n`);
});

it('what is done next is said of every kind of fault, and of nothing that is none', () => {
  expect(Object.keys(faultGroups).toSorted()).toEqual([...new Set(faultCodes.map(groupOf))].toSorted());
});

it('a page without its marks is not written over', () => {
  expect(() => withCaseTables('# Cases\n')).toThrow(/marks/);
});
