/** `node scripts/cases-page.ts`: writes into docs/cases.md what is made from the table of cases. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withCaseTables } from './pages/case-tables.ts';

const page = new URL('../docs/cases.md', import.meta.url);
writeFileSync(page, withCaseTables(readFileSync(page, 'utf8')));
