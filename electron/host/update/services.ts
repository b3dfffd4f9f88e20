import { execFile } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';

const TERMINAL = 'yizhan-terminal.service';
/** The plain host's session, which looks for the terminal. */
const SCREEN = 'yizhan-kiosk.service';
/** Electron's: the terminal's window stands on it. A machine has one of the two. */
const HELD_SCREEN = 'yizhan-screen.service';
/** A stop is given ten seconds by the unit; the rest is systemd's own. */
const WITHIN_MS = 60_000;

/** What can be seen of the terminal's unit. */
export interface Seen {
  /** `running`: it has said that it is ready. `over`: it is not there, and nobody starts it by himself. */
  readonly terminal: 'running' | 'starting' | 'over' | 'failed';
  /** Another one for each start of the program. */
  readonly life: string;
  /** It ended otherwise than as it was asked, since `forget`. */
  readonly crashed: boolean;
  /** How often the screen was started again by itself since somebody started it. */
  readonly screenRestarts: number;
}

/** The units of the terminal, as systemd leads them. Each rejects when systemd refuses, or is silent for a minute. */
export interface Services {
  reload(): Promise<void>;
  look(): Promise<Seen>;
  /** The terminal ends in good order when nobody stands there; systemd starts it again two seconds later. */
  askToEnd(): Promise<void>;
  stop(): Promise<void>;
  /** Earlier ends count no more. */
  forget(): Promise<void>;
  /** Does not wait until it is ready. */
  start(): Promise<void>;
  /** The one that looks for the terminal by itself, where there is one. */
  restartScreen(): Promise<void>;
  /** The one that a terminal's window stands on, where there is one: only while the terminal is stopped. Waits until it is there. */
  renewHeldScreen(): Promise<void>;
}

/** `systemctl`: the command and its first words. */
export function systemdServices(systemctl: readonly [string, ...string[]], crashMark: string): Services {
  const [command, ...first] = systemctl;
  const run = (...words: readonly string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      execFile(command, [...first, ...words], { timeout: WITHIN_MS }, (error, out) => {
        if (error === null) resolve(out);
        else reject(error);
      });
    });
  async function properties(unit: string, ...names: readonly string[]): Promise<Record<string, string>> {
    const out = await run('show', '-p', names.join(','), unit);
    return Object.fromEntries(
      out.split('\n').flatMap((line) => {
        const at = line.indexOf('=');
        return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
      }),
    );
  }

  return {
    reload: async () => {
      await run('daemon-reload');
    },
    look: async () => {
      const unit = await properties(TERMINAL, 'ActiveState', 'SubState', 'InvocationID');
      const screens = await Promise.all([SCREEN, HELD_SCREEN].map((one) => properties(one, 'NRestarts')));
      return {
        terminal: stateOf(unit['ActiveState'], unit['SubState']),
        life: unit['InvocationID'] ?? '',
        crashed: existsSync(crashMark),
        screenRestarts: screens.reduce((sum, screen) => sum + Number(screen['NRestarts'] ?? 0), 0),
      };
    },
    askToEnd: async () => {
      await run('kill', '--kill-who=main', '--signal=SIGHUP', TERMINAL);
    },
    stop: async () => {
      await run('stop', TERMINAL);
    },
    forget: async () => {
      rmSync(crashMark, { force: true });
      // Refused for a unit that systemd has not loaded, of which there is nothing to forget.
      await run('reset-failed', TERMINAL).catch(() => undefined);
    },
    start: async () => {
      await run('start', '--no-block', TERMINAL);
    },
    restartScreen: async () => {
      await run('try-restart', '--no-block', SCREEN).catch(() => undefined);
    },
    renewHeldScreen: async () => {
      // One that does not come is seen by the terminal, which waits for it.
      await run('try-restart', HELD_SCREEN).catch(() => undefined);
    },
  };
}

function stateOf(active = '', sub = ''): Seen['terminal'] {
  if (active === 'active') return 'running';
  if (active === 'failed') return 'failed';
  return active === 'inactive' && sub === 'dead' ? 'over' : 'starting';
}
