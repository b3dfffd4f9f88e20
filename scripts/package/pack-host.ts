import { createHash, sign, type KeyObject } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'vite';
import { chromiumPolicy } from '#host/kiosk/chromium-policy.ts';
import { NEWEST_SCHEMA, ownSchema, readableFrom } from '#terminal/store/migrate.ts';
import { nodeBundle } from '../node-bundle.ts';
import { packTar } from './pack-tar.ts';

const root = join(import.meta.dirname, '../..');
/** Of the unit's `--port`; the policy lets the browser show nothing else. */
export const KIOSK_ORIGIN = 'http://127.0.0.1:7404';
const INSTALLED_UNDER = '/opt/yizhan/';

/** Each a file of its own: bundle, and the source that it begins with. */
export const programs = {
  'host/main.js': 'electron/host/main.ts',
  'host/kiosk.js': 'electron/host/kiosk/main.ts',
  'host/out-of-service.js': 'electron/host/out-of-service.ts',
  'host/self-test.js': 'electron/host/self-test.ts',
  'host/update.js': 'electron/host/update/main.ts',
  'host/enrol.js': 'electron/host/enrol.ts',
  'host/staff.js': 'electron/host/staff-cli.ts',
  'host/outbox.js': 'electron/host/outbox-cli.ts',
  'host/hub.js': 'electron/host/hub-cli.ts',
  'host/station-key.js': 'electron/host/station-key.ts',
  'host/configuration.js': 'electron/host/configuration.ts',
  'device-host/main.js': 'electron/device-host/main.ts',
} as const;

export interface HostPackage {
  /** The built screens, and the printer's glyphs (`npm run build`). */
  readonly renderer: string;
  readonly glyphs: string;
  readonly arch: 'x64' | 'arm64';
  readonly version: string;
  /** Of all files, in whole seconds since 1970: the terminal takes a clock that is before it for wrong (`madeSeconds`). */
  readonly madeS: number;
  /** Gets tarball, SHA256SUMS and, with a key, SHA256SUMS.sig. */
  readonly out: string;
  /** Ed25519; null: unsigned, which install.sh refuses where a public key is installed. */
  readonly key: KeyObject | null;
}

/**
 * The terminal in plain Node as a tarball for machines whose processor Electron does not support. The same sources give the
 * same bytes: names sorted, one time for all, root's, gzip without a time. Returns the tarball's path.
 */
export async function packHost(options: HostPackage): Promise<string> {
  const work = mkdtempSync(join(tmpdir(), 'yizhan-pack-'));
  try {
    const name = `yizhan-${options.version}`;
    const stage = join(work, name);
    await layOut(stage, options);
    mkdirSync(options.out, { recursive: true });
    const tarball = join(options.out, `yizhan-host-${options.version}-linux-${options.arch}.tar.gz`);
    writeFileSync(tarball, packTar(work, name, options.madeS));
    const sums = `${createHash('sha256').update(readFileSync(tarball)).digest('hex')}  ${nameOf(tarball)}\n`;
    writeFileSync(join(options.out, 'SHA256SUMS'), sums);
    if (options.key !== null) {
      const signature = sign(null, Buffer.from(sums), options.key).toString('base64');
      writeFileSync(join(options.out, 'SHA256SUMS.sig'), `${signature}\n`);
    }
    cpSync(join(root, 'electron/host/packaging/install.sh'), join(options.out, 'install.sh'));
    return tarball;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function layOut(stage: string, { renderer, glyphs, arch, version }: HostPackage): Promise<void> {
  for (const [file, entry] of Object.entries(programs)) {
    const bundle = nodeBundle({ entry, folder: '', fileName: nameOf(file), format: 'es' });
    const outDir = join(stage, 'dist', dirname(file));
    await build({ ...bundle, configFile: false, build: { ...bundle.build, outDir, emptyOutDir: false } });
  }
  const copy = (from: string, to: string): void => {
    cpSync(from, join(stage, to), { recursive: true, filter: (path) => !/\.map$/.test(path) });
  };
  copy(renderer, 'dist/renderer');
  copy(glyphs, 'dist/glyphs');
  copy(join(root, 'electron/terminal/lock-down/pages'), 'dist/host/pages');
  layPackaging(join(stage, 'packaging'));
  for (const part of ['profiles', 'example', 'configuration.schema.json'])
    copy(join(root, 'kiosk-config', part), `configuration/${part}`);
  for (const name of closureOf(['serialport', 'ws'])) copyPackage(name, stage, arch);
  writeManifest(stage, version);
}

/** What install.sh lays on the machine, and itself. */
export function layPackaging(folder: string): void {
  cpSync(join(root, 'electron/host/packaging'), folder, { recursive: true });
  chmodSync(join(folder, 'install.sh'), 0o755);
  const policy = JSON.stringify(chromiumPolicy(KIOSK_ORIGIN, INSTALLED_UNDER), null, 2);
  writeFileSync(join(folder, 'chromium-policy.json'), `${policy}\n`);
}

/** `package.json` of a version that is laid below /opt/yizhan. */
export function writeManifest(folder: string, version: string): void {
  // By it an updater knows whether it could go back to a version that lies there already.
  const store = { schema: NEWEST_SCHEMA, readableFrom: readableFrom(ownSchema, NEWEST_SCHEMA) };
  const manifest = { name: 'yizhan', version, license: 'Apache-2.0', type: 'module', private: true, store };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

const require = createRequire(import.meta.url);
const folderOf = (name: string): string => join(root, 'node_modules', name);

/** What the bundles leave out (scripts/node-bundle.ts), and what that needs when it runs. */
function closureOf(names: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const add = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    const { dependencies = {} }: { dependencies?: Record<string, string> } = require(
      join(folderOf(name), 'package.json'),
    );
    for (const needed of Object.keys(dependencies)) if (needed !== 'node-addon-api') add(needed);
  };
  for (const name of names) add(name);
  return [...found].sort();
}

function copyPackage(name: string, stage: string, arch: string): void {
  const folder = folderOf(name);
  cpSync(folder, join(stage, 'node_modules', name), {
    recursive: true,
    dereference: true,
    filter: (path) => {
      const within = path.slice(folder.length);
      if (/\.(map|md|d\.ts|d\.mts|d\.cts|gyp)$|^\/(build|test)(\/|$)|\/node_modules$/.test(within))
        return false;
      // Of what is compiled; another package runs from a folder of that name.
      if (name === '@serialport/bindings-cpp' && /^\/src(\/|$)/.test(within)) return false;
      const prebuilt = /^\/prebuilds\/([^/]+)(\/|$)/.exec(within)?.[1];
      return prebuilt === undefined || (prebuilt === `linux-${arch}` && !within.endsWith('.musl.node'));
    },
  });
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
