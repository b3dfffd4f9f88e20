/**
 * The one thing the preload does: it carries the API's MessagePort from the main process into the page.
 * No contextBridge, no ipcRenderer, no function is exposed: the page gets a port and nothing else.
 * Built into one CommonJS file (vite.preload.config.ts), for a sandboxed window loads no ES module.
 */
import { ipcRenderer } from 'electron';
import { PORT_MESSAGE, PORT_REQUEST } from '#contract/transport.ts';

/** The few parts of a page's globals that are used here: this room has Node's types, not the DOM's. */
interface Page {
  readonly location: { readonly origin: string };
  addEventListener(
    type: 'message',
    listener: (event: { readonly source: unknown; readonly origin: string; readonly data: unknown }) => void,
  ): void;
  postMessage(message: string, targetOrigin: string, transfer: readonly unknown[]): void;
}

// A preload's global is the page's window; only the types of this room do not know it.
const page = globalThis as unknown as Page;

page.addEventListener('message', (event) => {
  if (event.source !== page || event.origin !== page.location.origin) return;
  if (event.data === PORT_REQUEST) ipcRenderer.send(PORT_REQUEST);
});

ipcRenderer.on(PORT_MESSAGE, (event) => {
  page.postMessage(PORT_MESSAGE, page.location.origin, event.ports);
});
