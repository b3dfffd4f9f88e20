/** `node scripts/queue-page.ts`: writes into docs/queue.md what is made from the queue's table. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withTables } from '#terminal/tickets/table-page.ts';

const page = new URL('../docs/queue.md', import.meta.url);
writeFileSync(page, withTables(readFileSync(page, 'utf8')));
