/**
 * Many lives (life.ts), each in a folder of its own, on a disk that fails each in another way: in one process, since
 * starting one takes longer than a life. Says what it promised as JSON lines. Arguments: the folder, the days of each, then one
 * `KIND:NTH[:stay]` for each life (recorder.c).
 */
import { mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { live } from './life.ts';
import { MARKS_FILE, type Mark } from './marks.ts';

const STANDARD_OUTPUT = 1;

const [folder = '', days = '1', ...faults] = process.argv.slice(2);
const control = openSync(MARKS_FILE, 'w');

for (const [number, fault] of faults.entries()) {
  const root = join(folder, String(number));
  mkdirSync(root);
  const mark = (said: Mark): void => {
    writeSync(STANDARD_OUTPUT, `${JSON.stringify([number, said.join(' ')])}\n`);
  };
  arm(fault);
  let end: string;
  try {
    end = await live({ root, days: Number(days), bug: 'none', mark });
  } catch (error) {
    end = `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
  arm('none:0');
  writeSync(STANDARD_OUTPUT, `${JSON.stringify([number, 'end', end])}\n`);
}
process.exit(0);

/** The recorder counts from here, and fails as it is told. */
function arm(fault: string): void {
  writeSync(control, `!${fault}`);
}
