import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Fault } from '#contract/fault.ts';
import type { LocalDate } from '#contract/form/local-date.ts';
import { ticketNumberSchema, type TicketNumber } from '#contract/queue/number.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { workFault } from '../store/crash-only.ts';
import { syncPath } from '../store/durable-file.ts';

/**
 * Every number before it is given out, in a file of the day beside the database. A database that is restored from an
 * older copy does not know how far the day had come; slips with those numbers are in people's hands, and this file
 * keeps them from being given out a second time. A line that a power cut tore names a number that nobody got.
 */
export interface NumberLedger {
  /** Those of a day, in their order. Of a file that cannot be read, none. */
  of(day: LocalDate): readonly TicketNumber[];
  /** On the disk when it answers. Faults: `store.full`, `store.failed`. */
  note(day: LocalDate, numbers: readonly TicketNumber[]): Result<null, Fault>;
  /** Files of days before this one are removed. */
  eraseBefore(day: LocalDate): void;
}

const NAME = /^queue-numbers-(\d{4}-\d{2}-\d{2})\.txt$/;

export function createNumberLedger(dataDir: string): NumberLedger {
  const fileOf = (day: LocalDate): string => join(dataDir, `queue-numbers-${day}.txt`);

  return {
    of: (day) => {
      try {
        return readFileSync(fileOf(day), 'utf8')
          .split('\n')
          .filter((line) => ticketNumberSchema.safeParse(line).success);
      } catch {
        return [];
      }
    },
    note: (day, numbers) => {
      if (numbers.length === 0) return ok(null);
      try {
        append(fileOf(day), `${numbers.join('\n')}\n`);
        return ok(null);
      } catch (error) {
        return err(workFault('the numbers of the day cannot be noted', error));
      }
    },
    eraseBefore: (day) => {
      for (const name of readdirSync(dataDir)) {
        const [, of] = NAME.exec(name) ?? [];
        if (of !== undefined && of < day) rmSync(join(dataDir, name), { force: true });
      }
    },
  };
}

function append(file: string, text: string): void {
  const isNew = !existsSync(file);
  const handle = openSync(file, 'a', 0o600);
  try {
    const bytes = Buffer.from(isNew ? text : `\n${text}`);
    for (let done = 0; done < bytes.length;) done += writeSync(handle, bytes, done);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  if (isNew) syncPath(join(file, '..'));
}
