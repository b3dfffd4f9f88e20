/**
 * `npm run build -- host-deb`: release/yizhan-host_VERSION_ARCH.deb, of the tarball that `host-tarball` has just made. YIZHAN_ARCH: x64
 * or arm64; absent: this machine's.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packDeb } from './pack-deb.ts';

const root = join(import.meta.dirname, '../..');
const arch = process.env['YIZHAN_ARCH'] ?? process.arch;
const { version }: { version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const out = join(root, 'release');
console.log(packDeb({ tarball: join(out, `yizhan-host-${version}-linux-${arch}.tar.gz`), arch, out }));
