import type { ForkOptions, UtilityProcess } from 'electron';
import type { DeviceHostProcess } from '#terminal/devices/device-host-process.ts';

/** Electron's `utilityProcess.fork`, passed in so that a test needs no Electron. */
export type Fork = (modulePath: string, args: string[], options: ForkOptions) => UtilityProcess;

/** What the device host may know of its environment: its time zone and language, no secrets of the terminal. */
const passedOn = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'SystemRoot'] as const;

export function deviceHostForkOptions(env: Readonly<Record<string, string | undefined>>): ForkOptions {
  return {
    serviceName: 'yizhan-device-host',
    // The drivers' own output is for the journal; there is nothing to say to it on stdin.
    stdio: ['ignore', 'inherit', 'inherit'],
    execArgv: [],
    env: Object.fromEntries(passedOn.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))),
  };
}

/**
 * Starts the drivers in a process of their own: native code that crashes takes no terminal with it.
 *
 * @param modulePath absolute path of dist/device-host/main.js
 */
export function forkDeviceHost(
  fork: Fork,
  modulePath: string,
  env: Readonly<Record<string, string | undefined>>,
): DeviceHostProcess {
  const child = fork(modulePath, [], deviceHostForkOptions(env));
  return {
    send: (message) => child.postMessage(message),
    onMessage: (callback) => {
      child.on('message', callback);
    },
    onExit: (callback) => {
      child.on('exit', (code) => callback(code));
    },
    kill: () => {
      child.kill();
    },
  };
}
