/**
 * `update [--settle | --take VERSION] [--root DIR] [--user] [--installer FILE] [--ready-seconds N] [--probation-seconds N] [--look-seconds N]`: root's updater
 * (docs/operations/updates.md). Ends with 0 when no update is under way any more; with anything else its unit starts it again, and it goes on
 * where it was. `--settle`: at the machine's start, before the terminal. `--take`: asks for what root has laid out by
 * himself; 1 when that cannot be. `--root`, `--user` (systemd's manager of a user), `--installer`: for tests.
 */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { join } from 'node:path';
import { bootId } from '#terminal/health/boot-id.ts';
import { systemClock } from '#terminal/system-ports.ts';
import type { LogLine } from '#terminal/log.ts';
import { journalIn } from './journal.ts';
import { placesUnder } from './places.ts';
import { systemdServices } from './services.ts';
import { createUpdater } from './updater.ts';
import { versionsOf } from './versions.ts';

const EXIT_REFUSED = 1;
const EXIT_USAGE = 2;
const MS_PER_S = 1000;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const values = parsed();
const root = values?.root ?? '';
const places = placesUnder(root === '' ? '/' : root);
const seconds = (given: string | undefined, usual: number): number => Number(given ?? usual) * MS_PER_S;
const delays = {
  lookEveryMs: seconds(values?.['look-seconds'], 2),
  askEveryMs: 300,
  screenHoldsMs: 5 * seconds(values?.['look-seconds'], 2),
  readyWithinMs: seconds(values?.['ready-seconds'], 300),
  probationMs: seconds(values?.['probation-seconds'], 900),
};
if (values === null || Object.values(delays).some((ms) => !(ms > 0))) {
  process.stderr.write(
    'usage: update [--settle | --take VERSION] [--ready-seconds N] [--probation-seconds N] [--look-seconds N]\n',
  );
  process.exit(EXIT_USAGE);
}

const updater = createUpdater({
  places,
  journal: journalIn(places.state, (what) => {
    log({ level: 'error', event: 'update.journal-damaged', detail: what });
  }),
  services: systemdServices(values.user === true ? ['systemctl', '--user'] : ['systemctl'], places.crashMark),
  versions: versionsOf({
    root,
    programs: places.programs,
    // Not of the version that is tried: what goes back must not be what is broken.
    installer: values.installer ?? join(places.programs, 'updater/packaging/install.sh'),
    config: join(places.data, 'terminal.yaml'),
    node: process.execPath,
  }),
  clock: systemClock,
  delays,
  log,
  bootId: bootId(),
});
if (values.take !== undefined) {
  const asked = updater.takeLaid(values.take, randomUUID());
  if (!asked.ok) {
    const { code, detail = '' } = asked.fault;
    log({ level: 'error', event: 'update.refused', code, detail });
    process.exit(EXIT_REFUSED);
  }
} else await (values.settle === true ? updater.settle() : updater.run());

function log(line: LogLine): void {
  process.stderr.write(`${JSON.stringify({ at: new Date(systemClock.now()).toISOString(), ...line })}\n`);
}

function parsed() {
  try {
    return parseArgs({
      options: {
        settle: flag,
        take: text,
        user: flag,
        root: text,
        installer: text,
        'ready-seconds': text,
        'probation-seconds': text,
        'look-seconds': text,
      },
      strict: true,
    }).values;
  } catch {
    return null;
  }
}
