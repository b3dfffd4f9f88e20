import type { WebSocket } from 'ws';
import type { Log } from '#terminal/log.ts';
import type { Guest } from '#terminal/access/access.ts';
import type { Terminal } from '#terminal/terminal.ts';
import { createBoardRpc, createRpc } from '../rpc.ts';

/** Serves a guest what is theirs: a board its own small API, a window the terminal's, as far as the role goes. */
export function createGuestRpc(
  terminal: Pick<Terminal, 'access' | 'board' | 'guest'>,
  log: Log,
): (socket: WebSocket, guest: Guest) => void {
  const serveBoard = createBoardRpc(log);
  const serveWindow = createRpc(log);
  return (socket, guest) => {
    if (guest.browser.kind === 'window') {
      serveWindow(socket, terminal.guest(guest));
      return;
    }
    serveBoard(socket, terminal.board, (procedure) => {
      terminal.access.refusals.add('another-role', guest.browser.name, procedure);
    });
  };
}
