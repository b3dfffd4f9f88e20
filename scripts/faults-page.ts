/** `node scripts/faults-page.ts`: writes into docs/operations/faults.md what is made from the codes of faults and their sentences. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withFaultTables } from './pages/fault-tables.ts';

const page = new URL('../docs/operations/faults.md', import.meta.url);
writeFileSync(page, withFaultTables(readFileSync(page, 'utf8')));
