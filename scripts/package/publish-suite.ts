import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ELECTRON_PACKAGE, HOST_PACKAGE } from './pack-deb.ts';

const COMPONENT = 'main';
const DAY_MS = 86_400_000;
/** The public half, beside pool and dists: what `Signed-By` of a machine points to, after somebody brought it there. */
export const ARCHIVE_KEY = 'yizhan-archive.pgp';

export interface Suite {
  /** All debs that the suite is to have, and no others: the terminal's, and what it needs that the distribution has not. */
  readonly packages: string;
  /** What a web server serves; made, or with the suites that it has. */
  readonly out: string;
  /** A ring: `canary`, `stable`. */
  readonly suite: string;
  /** Fingerprint of a key in gpg's keyring, which is asked to sign. */
  readonly key: string;
  readonly nowMs: number;
  /** Behind them apt refuses the suite until it is published anew: who holds back what is new shall be noticed. */
  readonly validDays: number;
  /** 1 to 99: of so many per cent of the machines the newest terminal is taken, of either package. Null: of all. */
  readonly phase: number | null;
}

interface Deb {
  readonly package: string;
  readonly version: string;
  readonly architecture: string;
  /** Of deb-control(5), as the package has it. */
  readonly stanza: string;
  readonly bytes: Buffer;
  readonly sha256: string;
  /** Below `out`. */
  readonly path: string;
}

/**
 * Writes one suite of an apt repository (wiki.debian.org/DebianRepository/Format): pool, Packages, by-hash, a Release that is signed.
 * A client that fetches meanwhile gets the suite before or the one behind: Release names the lists by their hash, and comes last. Returns
 * the paths below `out` of the packages that the suite has now. Throws a sentence: no package, a version that was published with other bytes, gpg's word.
 */
export function publishSuite(suite: Suite): readonly string[] {
  const debs = readDebs(suite.packages);
  // All of them, before the first is laid there.
  for (const deb of debs) refuseOther(suite.out, deb);
  for (const deb of debs)
    if (!existsSync(join(suite.out, deb.path))) put(join(suite.out, deb.path), deb.bytes);

  const folder = join(suite.out, 'dists', suite.suite);
  const architectures = [...new Set(debs.map((deb) => deb.architecture))].filter((name) => name !== 'all');
  if (architectures.length === 0) throw new Error('no package is of a processor');
  const lists = architectures.flatMap((architecture) => {
    const own = debs.filter((deb) => [architecture, 'all'].includes(deb.architecture));
    const text = Buffer.from(packagesText(own, suite.phase));
    const path = `${COMPONENT}/binary-${architecture}/Packages`;
    return [
      { path, bytes: text },
      { path: `${path}.gz`, bytes: gzipSync(text, { level: 9 }) },
    ];
  });
  for (const { path, bytes } of lists)
    put(join(folder, dirname(path), 'by-hash/SHA256', sha256(bytes)), bytes);
  for (const { path, bytes } of lists) put(join(folder, path), bytes);

  const release = releaseText(suite, architectures, lists);
  put(
    join(suite.out, ARCHIVE_KEY),
    gpg(['--export-options', 'export-minimal', '--export', suite.key], Buffer.alloc(0)),
  );
  const sign = (how: readonly string[]): Buffer =>
    gpg(['--local-user', suite.key, '--digest-algo', 'SHA512', ...how], Buffer.from(release));
  const [detached, inline] = [sign(['--armor', '--detach-sign']), sign(['--clearsign'])];
  put(join(folder, 'Release'), Buffer.from(release));
  put(join(folder, 'Release.gpg'), detached);
  put(join(folder, 'InRelease'), inline);
  return debs.map((deb) => deb.path);
}

function readDebs(folder: string): readonly Deb[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.deb'));
  if (files.length === 0) throw new Error(`no deb is in ${folder}`);
  const debs = files.map((name) => readDeb(join(folder, name))).sort((a, b) => (a.path < b.path ? -1 : 1));
  const twice = debs.find((deb, index) => deb.path === debs[index - 1]?.path);
  if (twice !== undefined) throw new Error(`${folder} has ${twice.path} twice`);
  return debs;
}

function readDeb(file: string): Deb {
  // Debs of others are packed by xz or zstd: dpkg-deb reads them all.
  const { status, stdout, stderr } = spawnSync('dpkg-deb', ['--field', file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file} is no package: ${stderr}`);
  const field = (name: string, format: RegExp): string => {
    const value = new RegExp(`^${name}: *(.*)$`, 'm').exec(stdout)?.[1] ?? '';
    if (!format.test(value)) throw new Error(`${file} has no ${name} that is one: ${value}`);
    return value;
  };
  // deb-control(5) and Debian Policy 5.6.12; no name leads out of the pool.
  const name = field('Package', /^[a-z0-9][a-z0-9+.-]+$/);
  const version = field('Version', /^(\d+:)?\d[A-Za-z0-9.+~-]*$/);
  const architecture = field('Architecture', /^[a-z0-9][a-z0-9-]+$/);
  const bytes = readFileSync(file);
  const fileName = `${name}_${version.replace(/^\d+:/, '')}_${architecture}.deb`;
  return {
    package: name,
    version,
    architecture,
    stanza: stdout.trimEnd(),
    bytes,
    sha256: sha256(bytes),
    path: `pool/${COMPONENT}/${name.charAt(0)}/${name}/${fileName}`,
  };
}

/** A version is made once: machines that have it, and lists that name it, would have something else. */
function refuseOther(out: string, { path, sha256: sum }: Deb): void {
  const there = join(out, path);
  if (existsSync(there) && sha256(readFileSync(there)) !== sum)
    throw new Error(`${path} is published already, with other bytes: give it another version`);
}

function packagesText(debs: readonly Deb[], phase: number | null): string {
  const newest = [HOST_PACKAGE, ELECTRON_PACKAGE].map((name) =>
    debs
      .filter((deb) => deb.package === name)
      .toSorted((a, b) => a.version.localeCompare(b.version, 'en', { numeric: true }))
      .at(-1),
  );
  return debs
    .map((deb) =>
      [
        deb.stanza,
        `Filename: ${deb.path}`,
        `Size: ${String(deb.bytes.length)}`,
        `SHA256: ${deb.sha256}`,
        ...(phase !== null && newest.includes(deb) ? [`Phased-Update-Percentage: ${String(phase)}`] : []),
        '',
      ].join('\n'),
    )
    .join('\n');
}

function releaseText(
  { suite, nowMs, validDays }: Suite,
  architectures: readonly string[],
  lists: readonly { readonly path: string; readonly bytes: Buffer }[],
): string {
  const lines = [
    'Origin: Yizhan',
    'Label: Yizhan',
    `Suite: ${suite}`,
    `Codename: ${suite}`,
    `Date: ${new Date(nowMs).toUTCString()}`,
    `Valid-Until: ${new Date(nowMs + validDays * DAY_MS).toUTCString()}`,
    `Architectures: ${architectures.join(' ')}`,
    `Components: ${COMPONENT}`,
    'Acquire-By-Hash: yes',
    'SHA256:',
    ...lists.map(({ path, bytes }) => ` ${sha256(bytes)} ${String(bytes.length)} ${path}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** Whoever serves the folder sees the old file or the new one. */
function put(path: string, bytes: Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, bytes);
  renameSync(`${path}.new`, path);
}

function gpg(args: readonly string[], input: Buffer): Buffer {
  const { status, stdout, stderr } = spawnSync('gpg', ['--batch', '--quiet', '--no-tty', ...args], { input });
  if (status !== 0 || stdout.length === 0)
    throw new Error(`gpg: ${String(stderr) || 'it knows no such key'}`);
  return stdout;
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
