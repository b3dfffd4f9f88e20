import { accessSync, constants } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import type pg from 'pg';
import type { Clock } from '#contract/ports.ts';
import type { Catalogue } from '../catalogue/load-catalogue.ts';
import { errorCode } from '../log.ts';
import { importFile, type ImportLine, type ImportOutcome } from './import-file.ts';

/**
 * `npm run platform -- import FILE [--code CODE]`: a line for each application, then the sum. Gives the exit code: 0 when
 * everything in the file is at the platform now.
 */
export async function importCommand(
  pool: pg.Pool,
  clock: Clock,
  catalogue: Catalogue,
  order: { readonly file: string; readonly code: string | null },
): Promise<number> {
  const counts: Record<ImportOutcome['kind'], number> = {
    stored: 0,
    'already-there': 0,
    conflict: 0,
    refused: 0,
  };
  // Before somebody types forty characters for a slip in a name.
  try {
    accessSync(order.file, constants.R_OK);
  } catch (error) {
    console.error(`transfer.unreadable: ${order.file}: ${errorCode(error)}`);
    return 1;
  }
  const code = order.code ?? (await askForCode());
  const imported = await importFile(
    {
      pool,
      catalogue,
      now: () => clock.now(),
      onLine: (line) => {
        counts[line.outcome.kind] += 1;
        console.log(sentenceOf(line));
      },
    },
    { file: order.file, code },
  );
  if (!imported.ok) {
    console.error(`${imported.fault.code}: ${imported.fault.detail ?? ''}`);
    return 1;
  }
  const { terminalId, stationId, isWhole } = imported.value;
  console.log(
    `terminal ${terminalId} of station ${stationId}: ${counts.stored} stored, ${counts['already-there']} were there already, ${counts.conflict} in conflict, ${counts.refused} refused`,
  );
  if (!isWhole)
    console.error('transfer.damaged: the file is not whole. Export again, and import that as well.');
  return isWhole && counts.conflict + counts.refused === 0 ? 0 : 1;
}

function sentenceOf({ number, receiptNo, outcome }: ImportLine): string {
  const start = `${number}  ${receiptNo ?? 'does not open'}  ${outcome.kind}`;
  switch (outcome.kind) {
    case 'stored':
    case 'already-there':
      return `${start}  ${outcome.caseNo}`;
    case 'conflict':
      return start;
    case 'refused':
      return `${start}  ${outcome.reason}`;
    default: {
      const never: never = outcome;
      return never;
    }
  }
}

/** From standard input, where no history of a shell keeps it. */
async function askForCode(): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // Nothing is answered when the input ends; then no code was typed.
    const ended = new Promise<string>((resolve) => {
      lines.once('close', () => {
        resolve('');
      });
    });
    return await Promise.race([lines.question('Transfer code: '), ended]);
  } finally {
    lines.close();
  }
}
