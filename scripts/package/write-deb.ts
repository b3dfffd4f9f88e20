import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeAr } from './ar.ts';
import { packTar } from './pack-tar.ts';

export interface DebContents {
  /** All files of the package, as they will lie below /. */
  readonly data: string;
  /** Of deb-control(5), in their order, without Installed-Size, which is counted. */
  readonly fields: Readonly<Record<string, string>>;
  /** Maintainer scripts: their name for dpkg, and their file. */
  readonly scripts: Readonly<Record<string, string>>;
  /** Of all files, in whole seconds since 1970. */
  readonly madeS: number;
}

/** A Debian package (deb(5): an ar of two tars), without a Debian tool. The same contents give the same bytes. */
export function writeDeb(deb: string, { data, fields, scripts, madeS }: DebContents): void {
  const control = mkdtempSync(join(tmpdir(), 'yizhan-control-'));
  try {
    writeControl(control, data, fields);
    for (const [name, from] of Object.entries(scripts)) {
      copyFileSync(from, join(control, name));
      chmodSync(join(control, name), 0o755);
    }
    const members = [
      { name: 'debian-binary', bytes: Buffer.from('2.0\n') },
      { name: 'control.tar.gz', bytes: packTar(control, '.', madeS) },
      { name: 'data.tar.gz', bytes: packTar(data, '.', madeS) },
    ];
    writeFileSync(deb, writeAr(members));
  } finally {
    rmSync(control, { recursive: true, force: true });
  }
}

function writeControl(folder: string, data: string, given: Readonly<Record<string, string>>): void {
  const entries = readdirSync(data, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  // deb-substvars(5): each file in whole KiB, each folder as one.
  const kib = files.reduce(
    (sum, file) => sum + Math.ceil(statSync(file).size / 1024),
    entries.length - files.length,
  );
  // The last one has several lines.
  const { Description, ...fields } = given;
  const lines = Object.entries({ ...fields, 'Installed-Size': String(kib), Description });
  const text = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'control'), text(lines.map(([name, value]) => `${name}: ${String(value)}`)));
  const md5 = (file: string): string => createHash('md5').update(readFileSync(file)).digest('hex');
  // For `dpkg --verify`; whom the package is from is told by the repository's signature.
  writeFileSync(
    join(folder, 'md5sums'),
    text(files.map((file) => `${md5(file)}  ${file.slice(data.length + 1)}`)),
  );
}
