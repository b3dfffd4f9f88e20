import { fromDeviceHostSchema } from '#contract/device-host.ts';
import { fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { ReadAsset } from '#terminal/api/assets.ts';
import { assetPath } from '#terminal/api/assets.ts';
import type { DeviceHostProcess } from '#terminal/devices/device-host-process.ts';
import type { SelfCheck } from './self-test.ts';

/** The kiosk's own screen, a window's, the technician's, the board's, and a first start's. */
const pages = ['index.html', 'staff.html', 'technician.html', 'board.html', 'provision.html'] as const;

/** Each page is there, and so is every script and style that it names. */
export function rendererCheck(readAsset: ReadAsset): SelfCheck {
  return {
    name: 'renderer',
    run: async () => {
      const all = new Set<string>();
      for (const name of pages) {
        const page = await readAsset(name);
        if (page === null) return err(fault('api.failed', `${name} of the renderer is missing`));
        const html = new TextDecoder().decode(page);
        for (const [, address = ''] of html.matchAll(/\s(?:src|href)="([^":]+)"/g)) {
          const asset = assetPath(address.replace(/^\.?\/*/, '/'));
          if (asset === null || (await readAsset(asset.path)) === null) {
            return err(fault('api.failed', `${name} names ${address}, which is missing`));
          }
          all.add(asset.path);
        }
      }
      return ok(`${pages.join(', ')} and ${all.size} files that they name`);
    },
  };
}

/** The drivers' process starts (its native modules load) and says hello. */
export function deviceHostCheck(spawn: () => DeviceHostProcess): SelfCheck {
  return {
    name: 'device-host',
    run: () =>
      new Promise((resolve) => {
        const host = spawn();
        host.onMessage((message) => {
          const parsed = fromDeviceHostSchema.safeParse(message);
          if (!parsed.success || parsed.data.type !== 'hello') return;
          resolve(ok('said hello'));
          host.kill();
        });
        host.onExit((code) => {
          resolve(err(fault('device.host-gone', `ended with ${code} before it said hello`)));
        });
      }),
  };
}

/** The whole terminal starts over an empty data folder and closes again: store, migrations, durability. */
export function terminalCheck(start: () => Result<{ readonly close: () => Promise<void> }>): SelfCheck {
  return {
    name: 'terminal',
    run: async () => {
      const started = start();
      if (!started.ok) return started;
      await started.value.close();
      return ok('started and closed');
    },
  };
}
