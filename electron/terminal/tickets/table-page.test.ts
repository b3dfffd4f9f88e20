import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { withTables } from './table-page.ts';

it('docs/queue.md says what the table says; if not, `node scripts/queue-page.ts` writes it anew', () => {
  const page = readFileSync(new URL('../../../docs/queue.md', import.meta.url), 'utf8');
  expect(page).toBe(withTables(page));
});
