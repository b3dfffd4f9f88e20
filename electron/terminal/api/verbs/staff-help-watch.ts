import type { HelpSnapshot } from '#contract/help.ts';
import { watch } from '../../changes.ts';
import type { StationHelp } from '../../help/station-help.ts';
import { forStaff } from '../context.ts';

export const staffHelpWatch = forStaff.help.watch.handler(({ context: { help }, signal }) =>
  listening(help, signal),
);

/** For as long as it is read, kiosks say that somebody hears. */
async function* listening(
  help: StationHelp,
  signal: AbortSignal | undefined,
): AsyncGenerator<HelpSnapshot, void, void> {
  const stop = help.listen();
  try {
    yield* watch(help.changes, () => help.atConsole(), signal);
  } finally {
    stop();
  }
}
