import type { FromDeviceHost } from '#contract/device-host.ts';

/** The process that started this one, over whichever channel it gave. */
export interface Parent {
  send(message: FromDeviceHost): void;
  onMessage(listener: (raw: unknown) => void): void;
  onGone(listener: () => void): void;
}

/** The little of Electron's `process.parentPort` that is used; importing electron here is forbidden. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
  on(event: 'close', listener: () => void): void;
}

/** null for a process that nobody forked. */
export function findParent(): Parent | null {
  const port = utilityPort();
  if (port !== null) {
    return {
      send: (message) => port.postMessage(message),
      onMessage: (listener) => port.on('message', (event) => listener(event.data)),
      onGone: (listener) => port.on('close', listener),
    };
  }
  if (process.send === undefined) return null;
  return {
    // A parent that is dying closes the channel under a message: `disconnect` follows and ends us.
    send: (message) => {
      if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
    },
    onMessage: (listener) => process.on('message', listener),
    onGone: (listener) => process.on('disconnect', listener),
  };
}

function utilityPort(): ParentPort | null {
  const port: unknown = Reflect.get(process, 'parentPort');
  if (typeof port !== 'object' || port === null || !('postMessage' in port)) return null;
  // Electron's own object, whose shape its documentation gives (utilityProcess, process.parentPort).
  return port as ParentPort;
}
