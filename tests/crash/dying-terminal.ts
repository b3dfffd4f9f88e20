/**
 * A terminal that has personal data in memory and on its disk, and then dies in one of the ways in which a
 * program dies. Arguments: data folder, way. What it holds is given by standard input, as hexadecimal.
 */
import { readFileSync } from 'node:fs';
import { openKeyFile } from '#terminal/store/key-file.ts';
import { systemClock, systemRandom, systemRandomBytes } from '#terminal/system-ports.ts';
import { unsignedClient } from '../support/enrolment.ts';
import { coreConfig, coreItem, startTerminalCore, submitTo } from '../support/terminal-core.ts';

const STANDARD_INPUT = 0;

const [dataDir = '', way = ''] = process.argv.slice(2);
const bytes = Buffer.from(readFileSync(STANDARD_INPUT, 'utf8'), 'hex');
const masterKey = openKeyFile(dataDir, systemRandomBytes);
if (!masterKey.ok) throw new Error(masterKey.fault.code);
const core = startTerminalCore({
  dataDir,
  config: coreConfig(1),
  masterKey: masterKey.value,
  clock: systemClock,
  random: systemRandom,
  randomBytes: systemRandomBytes,
  // Nobody listens on port 1: the application waits.
  client: unsignedClient('http://127.0.0.1:1', 1_000),
  payloadRetentionMs: 0,
  backoff: { baseMs: 20, capMs: 200 },
  bend: (outbox) => outbox,
});
const received = await submitTo(core, coreItem(), core.newId(), bytes.toString('utf8'), [
  { subject: { kind: 'signature' }, mediaType: 'image/png', bytes },
]);
if (!received.ok) throw new Error(received.fault.code);

switch (way) {
  case 'exception':
    setImmediate(() => {
      throw new Error('a programmer’s error');
    });
    break;
  case 'rejection':
    void Promise.reject(new Error('a programmer’s error'));
    break;
  case 'abort':
    process.abort();
    break;
  case 'memory': {
    const hoard: unknown[] = [];
    for (;;) hoard.push({ more: Array.from({ length: 1_000 }, (_, index) => ({ index })) });
  }
  default:
    throw new Error('no such way to die');
}
