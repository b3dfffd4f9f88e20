import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packElectron, standInProgram } from './packed-electron.ts';

/** Where dpkg has the files of electron-builder's deb. */
export const ELECTRON_TREE = 'opt/Yizhan';

export interface PackedVersions {
  /** The deb that electron-builder made. */
  readonly deb: string;
  /** What a started program needs in its environment: the stand-in for Electron, and a cage that has no screen. */
  readonly env: Readonly<Record<string, string>>;
  /** The same by another number, with what is done to its tree, as dpkg would lay it out; returns that folder. */
  laidOut(number: string, change: (tree: string) => void): string;
  /** That as a deb. */
  version(number: string, change: (tree: string) => void): string;
  /** What is in a deb, as a folder; returns that. */
  unpack(deb: string, folder: string): string;
}

/** electron-builder's deb (with fpm-stand-in.ts for fpm), and more versions of it, by Debian's own tools. */
export async function packVersions(work: string): Promise<PackedVersions> {
  await packElectron(work, 'deb');
  const out = join(work, 'out');
  const deb = join(out, readdirSync(out).find((name) => name.endsWith('.deb')) ?? 'no deb was made');
  const pages = join(work, 'pages');
  const bin = join(work, 'bin');
  for (const folder of [pages, bin]) mkdirSync(folder);
  for (const page of ['index', 'staff', 'technician', 'board', 'provision'])
    writeFileSync(join(pages, `${page}.html`), `<title>${page}</title>`);
  // As Debian 12's: how its program ended it does not hand on.
  const cage = '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nshift\n"$@"\nexit 0\n';
  writeFileSync(join(bin, 'cage'), cage, { mode: 0o755 });
  const env = {
    YIZHAN_STAND_IN: await standInProgram(work),
    YIZHAN_PAGES: pages,
    YIZHAN_NODE: process.execPath,
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
  };
  const unpack = (from: string, folder: string): string => {
    must('dpkg-deb', ['--raw-extract', from, folder]);
    return folder;
  };
  const laidOut = (number: string, change: (tree: string) => void): string => {
    const folder = unpack(deb, join(work, `tree-${number}`));
    const manifest = join(folder, ELECTRON_TREE, 'package.json');
    const facts: object = JSON.parse(readFileSync(manifest, 'utf8'));
    writeFileSync(manifest, JSON.stringify({ ...facts, version: number }));
    change(join(folder, ELECTRON_TREE));
    return folder;
  };
  return {
    deb,
    env,
    unpack,
    laidOut,
    version: (number, change) => {
      const folder = laidOut(number, change);
      const control = join(folder, 'DEBIAN/control');
      writeFileSync(control, readFileSync(control, 'utf8').replace(/^Version: .*$/m, `Version: ${number}`));
      rmSync(join(folder, 'DEBIAN/md5sums'));
      const made = join(work, `yizhan_${number}.deb`);
      must('dpkg-deb', ['--build', '--root-owner-group', '-Zgzip', folder, made]);
      return made;
    },
  };
}

function must(program: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
}
