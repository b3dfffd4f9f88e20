/**
 * `npm run build -- host-tarball`: release/yizhan-host-VERSION-linux-ARCH.tar.gz, SHA256SUMS and, when YIZHAN_RELEASE_KEY names
 * a file with an Ed25519 key (PEM), its signature. YIZHAN_ARCH: x64 or arm64; absent: this machine's. SOURCE_DATE_EPOCH: the time of
 * its files; absent: the commit's.
 */
import { createPrivateKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { madeSeconds } from './made-seconds.ts';
import { packHost } from './pack-host.ts';

const root = join(import.meta.dirname, '../..');
const renderer = join(root, 'dist/renderer');
const glyphs = join(root, 'dist/glyphs');
const arch = process.env['YIZHAN_ARCH'] ?? process.arch;
const keyFile = process.env['YIZHAN_RELEASE_KEY'];

if (arch !== 'x64' && arch !== 'arm64') {
  console.error(
    `host-tarball: serialport has no binary for ${arch}; docs/operations/install.md says what to do.`,
  );
  process.exitCode = 2;
} else if (!existsSync(join(renderer, 'index.html')) || !existsSync(glyphs)) {
  console.error('host-tarball: dist/ is not built: npm run build');
  process.exitCode = 2;
} else {
  const { version }: { version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const key = keyFile === undefined ? null : createPrivateKey(readFileSync(keyFile));
  const out = join(root, 'release');
  const madeS = madeSeconds(root, process.env, (sentence) => {
    console.error(`host-tarball: ${sentence}`);
  });
  console.log(await packHost({ renderer, glyphs, arch, version, madeS, out, key }));
}
