import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'vite';
import { nodeBundle } from '../node-bundle.ts';
import { ELECTRON_PACKAGE, HOST_PACKAGE } from './pack-deb.ts';
import { layPackaging, programs, writeManifest } from './pack-host.ts';

const root = join(import.meta.dirname, '../..');
/** Where electron-builder's deb has its files: dpkg's own, which nobody runs. */
const TREE = '/opt/Yizhan';

/** What Electron is by itself. */
const ofElectron: readonly string[] = ['host/main.js', 'host/self-test.js', 'device-host/main.js'];
const beside = {
  ...Object.fromEntries(Object.entries(programs).filter(([file]) => !ofElectron.includes(file))),
  'host/hold-screen.js': 'electron/host/kiosk/hold-screen-main.ts',
};

/**
 * What a terminal in Electron needs beside Electron to be installed, supervised and changed as the plain host is (docs/decisions/0064): units,
 * installer, maintainer scripts, root's updater, the commands of a technician; run by the distribution's Node, since the fuse `runAsNode` is off.
 * `folder` is made anew.
 */
export async function layBesideElectron(folder: string, version: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await bundleAll(join(folder, 'dist/host'));
  cpSync(join(root, 'electron/terminal/lock-down/pages'), join(folder, 'dist/host/pages'), {
    recursive: true,
  });
  const packaging = join(folder, 'packaging');
  layPackaging(packaging);
  for (const part of ['apt', 'deb', 'systemd']) {
    for (const name of readdirSync(join(packaging, part))) {
      const file = join(packaging, part, name);
      writeFileSync(file, forElectron(readFileSync(file, 'utf8')));
    }
  }
  rmSync(join(packaging, 'systemd/yizhan-kiosk.service'));
  cpSync(join(root, 'electron/shell/packaging'), packaging, { recursive: true });
  writeManifest(folder, version);
}

/** A unit or a script of the plain host's package, as the one of Electron's. */
function forElectron(text: string): string {
  return text
    .replaceAll(`/usr/lib/${HOST_PACKAGE}`, TREE)
    .replaceAll(HOST_PACKAGE, ELECTRON_PACKAGE)
    .replaceAll('yizhan-kiosk.service', 'yizhan-screen.service');
}

/** What they have in common lies there once. */
async function bundleAll(outDir: string): Promise<void> {
  const entries = Object.entries(beside);
  const [[file, entry] = ['', '']] = entries;
  const one = nodeBundle({ entry, folder: '', fileName: file, format: 'es' });
  const input = Object.fromEntries(entries.map(([name, from]) => [basename(name, '.js'), join(root, from)]));
  await build({
    ...one,
    configFile: false,
    build: {
      ...one.build,
      ssr: true,
      outDir,
      rolldownOptions: {
        ...one.build?.rolldownOptions,
        input,
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'shared-[hash].js' },
      },
    },
  });
}
