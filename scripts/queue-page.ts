/** `node scripts/queue-page.ts`: writes into docs/queue.md what is made from the queue's table. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withQueueTables } from './pages/queue-tables.ts';

const page = new URL('../docs/queue.md', import.meta.url);
writeFileSync(page, withQueueTables(readFileSync(page, 'utf8')));
