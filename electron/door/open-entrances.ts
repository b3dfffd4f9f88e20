import type { LanSettings } from '#config/schema.ts';
import type { Clock, RandomBytes } from '#contract/ports.ts';
import { MAX_API_MESSAGE_BYTES } from '#contract/terminal-api.ts';
import type { ReadAsset } from '#terminal/api/assets.ts';
import type { Log } from '#terminal/log.ts';
import type { Terminal } from '#terminal/terminal.ts';
import { openControlSocket } from './control/control-socket.ts';
import type { KeptDoor } from './lan/keep-door.ts';
import { createMemberDoor } from './lan/member-door.ts';
import { createGuestRpc } from './lan/serve-guest.ts';

export interface EntrancesOptions {
  readonly terminal: Terminal;
  /** Null: the station's network reaches nothing here. */
  readonly lan: LanSettings | null;
  readonly dataDir: string;
  /** Of the built renderer. */
  readonly readAsset: ReadAsset;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly log: Log;
}

export interface Entrances {
  /** Null: the configuration has no door, or it is not open. */
  readonly lan: KeptDoor['state'];
  /** To be closed before the terminal is. */
  close(): Promise<void>;
}

/**
 * Opens every way into a terminal but its own screen: the door in the station's network, where the configuration has one,
 * and the socket of the technician's command. One that cannot be opened is told to the log: residents are served without.
 */
export async function openEntrances(options: EntrancesOptions): Promise<Entrances> {
  const { terminal, lan, dataDir, readAsset, clock, randomBytes, log } = options;
  const { access, desks } = terminal;
  let door: KeptDoor | null = null;
  const state = (): ReturnType<KeptDoor['state']> => door?.state() ?? null;
  // First, so that who asks why the door is not open is answered while its certificate is made.
  const control = await openControlSocket({
    dataDir,
    access,
    verifyAudit: terminal.verifyAudit,
    door: () => ({ door: state(), doorFault: door?.fault() ?? null }),
    log,
  });
  if (lan !== null) {
    // What makes certificates is loaded where there is a door.
    const { keepDoor } = await import('./lan/keep-door.ts');
    door = await keepDoor({
      settings: lan,
      dataDir,
      access,
      readAsset,
      startPages: { window: '/staff.html', board: '/board.html' },
      maxMessageBytes: MAX_API_MESSAGE_BYTES,
      serveRpc: createGuestRpc(terminal, log),
      ...(desks === null ? {} : { serveMember: createMemberDoor(access, desks) }),
      clock,
      randomBytes,
      log,
    });
  }
  return {
    lan: state,
    close: async () => {
      control.close();
      await door?.close();
    },
  };
}
