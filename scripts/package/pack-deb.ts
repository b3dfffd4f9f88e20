import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { writeDeb } from './write-deb.ts';

export const HOST_PACKAGE = 'yizhan-host';
/** electron-builder's (`deb.packageName`). */
export const ELECTRON_PACKAGE = 'yizhan';
const MANIFEST = 'package.json';
const MAINTAINER = 'Yizhan <maintainers@yizhan.invalid>';
/** dpkg's own; what is at work is a copy of it below /opt/yizhan (docs/decisions/0057). */
const TREE = `usr/lib/${HOST_PACKAGE}`;

/** Those of apt's nightly question only: the terminal's go with the version that is switched to, and are laid by install.sh. */
const UNITS = 'usr/lib/systemd/system';
const SCRIPTS = ['postinst', 'prerm', 'postrm'] as const;

/** How Debian calls the processors that Node has other names for. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

export interface DebPackage {
  /** Of `packHost`: what the deb holds is what is in it. */
  readonly tarball: string;
  /** As Node calls it. */
  readonly arch: string;
  /** Gets the deb. */
  readonly out: string;
}

/**
 * The tarball of the plain host as a Debian package (deb(5): an ar of two tars), without a Debian tool. The same tarball gives the
 * same bytes, and its files have the time that they have there. Returns the deb's path. Throws when the version is not three numbers, or Debian has no name for the processor.
 */
export function packDeb({ tarball, arch, out }: DebPackage): string {
  const architecture = ARCHITECTURES[arch];
  if (architecture === undefined) throw new Error(`Debian's name of the processor ${arch} is not known here`);
  const work = mkdtempSync(join(tmpdir(), 'yizhan-deb-'));
  try {
    const data = join(work, 'data');
    const tree = join(data, TREE);
    mkdirSync(tree, { recursive: true });
    unpack(tarball, tree);
    const version = versionOf(tree);
    const madeS = Math.floor(statSync(join(tree, MANIFEST)).mtimeMs / 1000);
    cpSync(join(tree, 'packaging/apt'), join(data, UNITS), { recursive: true });
    writeDoc(join(data, 'usr/share/doc', HOST_PACKAGE), { version, madeS });
    mkdirSync(out, { recursive: true });
    const deb = join(out, `${HOST_PACKAGE}_${version}_${architecture}.deb`);
    const scripts = Object.fromEntries(SCRIPTS.map((name) => [name, join(tree, 'packaging/deb', name)]));
    writeDeb(deb, { data, scripts, madeS, fields: fieldsOf(version, architecture) });
    return deb;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function unpack(tarball: string, folder: string): void {
  const args = ['--extract', '--gzip', '--strip-components=1', `--file=${tarball}`, `--directory=${folder}`];
  const { status, stderr } = spawnSync('tar', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`tar: ${stderr}`);
}

/** Three numbers: Debian sorts them as everybody does, and nothing has to be escaped. */
function versionOf(tree: string): string {
  const { version }: { version: string } = JSON.parse(readFileSync(join(tree, MANIFEST), 'utf8'));
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`the version ${version} is not three numbers`);
  return version;
}

/** Debian Policy 12.5 and 12.7. */
function writeDoc(
  folder: string,
  { version, madeS }: { readonly version: string; readonly madeS: number },
): void {
  mkdirSync(folder, { recursive: true });
  const copyright = [
    'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/',
    'Upstream-Name: Yizhan',
    `Comment: Packages of others lie below /${TREE}/node_modules, each with its licence.`,
    '',
    'Files: *',
    'Copyright: 2026 The Yizhan authors',
    'License: Apache-2.0',
    ' On Debian systems the text is in /usr/share/common-licenses/Apache-2.0.',
  ];
  writeFileSync(join(folder, 'copyright'), `${copyright.join('\n')}\n`);
  // The time of the files: the same sources give the same bytes.
  const date = new Date(madeS * 1000).toUTCString().replace('GMT', '+0000');
  const changes = `${HOST_PACKAGE} (${version}) stable; urgency=medium\n\n  * Version ${version}.\n\n -- ${MAINTAINER}  ${date}\n`;
  writeFileSync(join(folder, 'changelog.gz'), gzipSync(changes, { level: 9 }));
}

function fieldsOf(version: string, architecture: string): Readonly<Record<string, string>> {
  return {
    Package: HOST_PACKAGE,
    Version: version,
    Architecture: architecture,
    Maintainer: MAINTAINER,
    // What the terminal cannot run without. Browser and compositor have other names on UOS and Kylin, or come with the system.
    Depends: 'nodejs (>= 24), libc6 (>= 2.28), libstdc++6, systemd (>= 241), udev',
    Recommends: 'chromium | chromium-browser, cage, fonts-noto-cjk, fonts-noto-core | fonts-dejavu-core',
    // The same folders and the same names of units.
    Conflicts: ELECTRON_PACKAGE,
    Section: 'misc',
    Priority: 'optional',
    Homepage: 'https://yizhan.invalid/',
    Description:
      'terminal of a neighbourhood convenience-service station\n' +
      ' The plain-Node terminal with the units of its kiosk. A new version is laid\n' +
      ' beside the one at work in /opt/yizhan, tried, and begins when nobody stands\n' +
      ' at the terminal. What residents handed in stays in /var/lib/yizhan, also when\n' +
      ' the package is purged.',
  };
}
