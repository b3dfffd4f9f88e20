/** `node scripts/config-page.ts`: writes the manual of the configuration's keys, and the schema for editors. */
import { readFileSync, writeFileSync } from 'node:fs';
import { editorSchema } from '#config/keys.ts';
import { withConfigTables } from './pages/config-tables.ts';

const page = new URL('../docs/operations/configuration.md', import.meta.url);
writeFileSync(page, withConfigTables(readFileSync(page, 'utf8')));
const schema = new URL('../kiosk-config/configuration.schema.json', import.meta.url);
writeFileSync(schema, `${JSON.stringify(editorSchema(), null, 2)}\n`);
