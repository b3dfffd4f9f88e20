import { parseArgs } from 'node:util';
import { aloneReasonSchema } from '#terminal/access/alone-notes.ts';

/** `alone`: why one person does what takes two; null: two do. */
interface Where {
  readonly config: string;
  readonly dataDir: string;
}

export type OutboxCommand = Where &
  (
    | { readonly verb: 'list' }
    | {
        readonly verb: 'export';
        readonly file: string;
        readonly handOver: boolean;
        readonly alone: string | null;
      }
    /** `code` null: it is read from standard input, where no history keeps it. */
    | {
        readonly verb: 'import';
        readonly file: string;
        readonly code: string | null;
        readonly alone: string | null;
      }
    | { readonly verb: 'retry'; readonly receiptNo: string }
  );

export const outboxUsage = `usage: npm run outbox -- VERB --config FILE --data FOLDER
  list                     what waits for staff
  export FILE [--hand-over]  everything unacknowledged, sealed; the transfer code is shown once
  import FILE [--code CODE]  what another terminal of this station exported; the code is asked for
  retry RECEIPT-NUMBER     sends a parked or handed-over application again
export and import take two people, who are asked for number and PIN: a technician, and another technician or somebody
of a window; a script gives these four on the standard input, a line each, behind the code of an import.
      --alone REASON       by one person; the audit keeps why
The terminal must not be running on the folder.`;

/** Null when the command line is not understood. */
export function outboxArguments(argv: readonly string[]): OutboxCommand | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: {
        config: { type: 'string' },
        data: { type: 'string' },
        code: { type: 'string' },
        'hand-over': { type: 'boolean' },
        alone: { type: 'string' },
      },
      allowPositionals: true,
      strict: true,
    });
    const [verb, subject, ...others] = positionals;
    const { config, data: dataDir, code } = values;
    const handOver = values['hand-over'] ?? false;
    if (config === undefined || dataDir === undefined || others.length > 0) return null;
    // An option of another verb is a misunderstanding, and this is no place for one.
    if ((code !== undefined && verb !== 'import') || (handOver && verb !== 'export')) return null;
    if (values.alone !== undefined && verb !== 'import' && verb !== 'export') return null;
    const alone = values.alone === undefined ? null : aloneReasonSchema.parse(values.alone);
    const where = { config, dataDir };
    if (verb === 'list') return subject === undefined ? { ...where, verb } : null;
    if (subject === undefined) return null;
    switch (verb) {
      case 'export':
        return { ...where, verb, file: subject, handOver, alone };
      case 'import':
        return { ...where, verb, file: subject, code: code ?? null, alone };
      case 'retry':
        return { ...where, verb, receiptNo: subject.replaceAll(/\s/g, '') };
      default:
        return null;
    }
  } catch {
    return null;
  }
}
