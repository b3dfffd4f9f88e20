import type { IpcMain, IpcMainEvent, MessageChannelMain, MessagePortMain, WebContents } from 'electron';
import { PORT_MESSAGE, PORT_REQUEST } from '#contract/transport.ts';
import { judgeMessage, type MessageRefusal } from '#terminal/api/message-guard.ts';
import { originOf, TERMINAL_ORIGIN } from './origin.ts';

/** What oRPC's message-port handler needs of a port. */
export interface GuardedPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
  on(event: 'close', listener: () => void): void;
  postMessage(data: unknown): void;
  /** The page asks for another one. */
  close(): void;
}

export interface RpcBridge {
  readonly ipc: Pick<IpcMain, 'on'>;
  /** The kiosk window's contents; a request from any other is not answered. */
  readonly contents: Pick<WebContents, 'mainFrame'>;
  readonly createChannel: () => Pick<MessageChannelMain, 'port1' | 'port2'>;
  /** Serves the terminal's API on the port (the handler's `upgrade`, with the role's context). */
  readonly serve: (port: GuardedPort) => void;
  readonly refused: (code: MessageRefusal | 'api.forbidden') => void;
}

/**
 * Hands the window its end of the API. This is the only IPC message of the app: the sender is checked here,
 * once, and whoever holds the port afterwards is that frame. A reload asks again and gets a new port, and
 * the old one is closed, so that a stream of the page before ends with it.
 */
export function attachRpcBridge({ ipc, contents, createChannel, serve, refused }: RpcBridge): void {
  let current: MessagePortMain | null = null;
  ipc.on(PORT_REQUEST, (event) => {
    const frame = event.senderFrame;
    if (frame === null || !isKioskFrame(event, contents)) {
      refused('api.forbidden');
      return;
    }
    current?.close();
    const { port1, port2 } = createChannel();
    current = port1;
    serve(guardPort(port1, refused));
    port1.start();
    frame.postMessage(PORT_MESSAGE, null, [port2]);
  });
}

function isKioskFrame(event: IpcMainEvent, contents: Pick<WebContents, 'mainFrame'>): boolean {
  const { senderFrame } = event;
  return (
    event.sender === contents &&
    senderFrame === contents.mainFrame &&
    senderFrame.parent === null &&
    originOf(senderFrame.url) === TERMINAL_ORIGIN
  );
}

/** Closes the port at the first message that is not ours: the page asks for a new one, or is not our page. */
function guardPort(port: MessagePortMain, refused: (code: MessageRefusal) => void): GuardedPort {
  function on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
  function on(event: 'close', listener: () => void): void;
  function on(event: 'message' | 'close', listener: (event: { readonly data: unknown }) => void): void {
    if (event === 'close') {
      port.on('close', () => listener({ data: null }));
      return;
    }
    port.on('message', ({ data }) => {
      const judged = judgeMessage(data);
      if (judged.ok) {
        listener({ data: judged.text });
        return;
      }
      refused(judged.code);
      port.close();
    });
  }
  return {
    on,
    postMessage: (data) => port.postMessage(data),
    close: () => {
      port.close();
    },
  };
}
