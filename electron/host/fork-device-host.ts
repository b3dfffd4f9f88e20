import { fork } from 'node:child_process';
import type { DeviceHostProcess } from '#terminal/devices/device-host-process.ts';

/** Starts the drivers in a process of their own; `modulePath` is the device host's main file. */
export function forkDeviceHost(modulePath: string): DeviceHostProcess {
  const child = fork(modulePath, [], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [],
    serialization: 'advanced',
  });
  // A message to a host that is just dying fails; its exit is what counts, and is reported.
  child.on('error', () => undefined);
  return {
    send: (message) => {
      if (child.connected) child.send(message as object, () => undefined); // plain objects, by the contract
    },
    onMessage: (listener) => {
      child.on('message', listener);
    },
    onExit: (listener) => {
      child.once('exit', listener);
    },
    kill: () => {
      child.kill('SIGKILL');
    },
  };
}
