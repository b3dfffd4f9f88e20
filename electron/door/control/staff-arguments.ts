import { parseArgs } from 'node:util';
import { admissionCodeSchema, browserNameSchema, staffRoleSchema } from '#contract/access.ts';
import { staffIdSchema } from '#contract/queue/ticket.ts';
import type { ControlRequest } from './control-protocol.ts';

/** `needsPin`: it is asked for, and stands in no argument: other users of the machine read those. */
export type StaffCommand = { readonly dataDir: string } & (
  | { readonly needsPin: true; readonly request: (pin: string) => ControlRequest }
  | { readonly needsPin: false; readonly request: ControlRequest }
);

/** `program`: how it was called. */
export function staffUsage(program: string): string {
  const lines = [
    'add ID --role staff|technician|auditor',
    'pin ID            a new PIN; it unlocks the account too',
    'close ID',
    'forget-card ID    the card of this account signs nobody in any more',
    'admit CODE --as window-3|board',
    'shut-out window-3|board',
    'list',
    'audit verify      whether nothing was changed in the audit of this terminal',
  ];
  return `usage, each with --data FOLDER of the terminal:\n${lines.map((line) => `  ${program} ${line}`).join('\n')}`;
}

/** Null when the command line is not understood. `knownDataDir`: where it names no folder; null: it has to. */
export function staffArguments(argv: readonly string[], knownDataDir: string | null): StaffCommand | null {
  try {
    const text = { type: 'string' } as const;
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: { data: text, role: text, as: text },
      allowPositionals: true,
      strict: true,
    });
    const [verb, subject, ...more] = positionals;
    const dataDir = values.data ?? knownDataDir;
    if (dataDir === null || verb === undefined || more.length > 0) return null;
    const command = commandOf(verb, subject, values.role, values.as);
    return command === null ? null : { dataDir, ...command };
  } catch {
    return null;
  }
}

type Command =
  | { readonly needsPin: true; readonly request: (pin: string) => ControlRequest }
  | { readonly needsPin: false; readonly request: ControlRequest };

/** Throws what a schema throws. */
function commandOf(
  verb: string,
  subject: string | undefined,
  role: string | undefined,
  as: string | undefined,
): Command | null {
  const hasOption = { role: role !== undefined, as: as !== undefined };
  if (hasOption.role !== (verb === 'add') || hasOption.as !== (verb === 'admit')) return null;
  switch (verb) {
    case 'add': {
      const person = { staffId: staffIdSchema.parse(subject), role: staffRoleSchema.parse(role) };
      return { needsPin: true, request: (pin) => ({ verb, ...person, pin }) };
    }
    case 'pin': {
      const staffId = staffIdSchema.parse(subject);
      return { needsPin: true, request: (pin) => ({ verb, staffId, pin }) };
    }
    case 'close':
    case 'forget-card':
      return { needsPin: false, request: { verb, staffId: staffIdSchema.parse(subject) } };
    case 'admit': {
      const code = admissionCodeSchema.parse(subject?.replaceAll(' ', ''));
      return { needsPin: false, request: { verb, code, as: browserNameSchema.parse(as) } };
    }
    case 'shut-out':
      return { needsPin: false, request: { verb, browser: browserNameSchema.parse(subject) } };
    case 'audit':
      return subject === 'verify' ? { needsPin: false, request: { verb: 'audit-verify' } } : null;
    case 'list':
      return subject === undefined ? { needsPin: false, request: { verb } } : null;
    default:
      return null;
  }
}
