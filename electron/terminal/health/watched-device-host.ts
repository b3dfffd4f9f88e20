import type { DeviceHostProcess } from '../devices/device-host-process.ts';
import type { CrashNotes } from './crashes.ts';

/** The device host, each end of which that nobody asked for is noted. One that ends with 0 was asked. */
export function watchedDeviceHost(
  spawn: () => DeviceHostProcess,
  crashes: Pick<CrashNotes, 'note'>,
): () => DeviceHostProcess {
  return () => {
    const host = spawn();
    host.onExit((code) => {
      if (code !== 0) crashes.note('device-host', code === null ? 'by a signal' : `exit ${code}`);
    });
    return host;
  };
}
