/**
 * Keeps a draft, says so, and goes on until it is killed. Arguments: data folder, number of whom it is. The draft's
 * one answer is given by standard input.
 */
import { readFileSync } from 'node:fs';
import { openKeyFile } from '#terminal/store/key-file.ts';
import { systemClock, systemRandomBytes } from '#terminal/system-ports.ts';
import { openDrafts } from './draft-store.ts';

const STANDARD_INPUT = 0;
const [dataDir = '', personNumber = ''] = process.argv.slice(2);
const landlord = readFileSync(STANDARD_INPUT, 'utf8');
const masterKey = openKeyFile(dataDir, systemRandomBytes);
if (!masterKey.ok) throw new Error(masterKey.fault.code);
const { drafts } = openDrafts(dataDir, masterKey.value);
const kept = drafts.save({
  personNumber,
  item: { slug: 'residence-permit', version: '1' },
  answers: { landlord },
});
if (!kept.ok) throw new Error(kept.fault.code);
process.stdout.write('kept\n');
systemClock.after(60_000, () => undefined);
