import { spawnSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';

const MOST_BYTES = 512 * 1_048_576;

/**
 * `name` below `folder` as a tar, gzipped. The same files give the same bytes: names sorted, one time for all (`madeS`, whole seconds since
 * 1970), root's, gzip without a time. By GNU tar: every Linux on which a package is built has it. Throws with what it said.
 */
export function packTar(folder: string, name: string, madeS: number): Buffer {
  const { status, stdout, stderr } = spawnSync(
    'tar',
    [
      ...['--create', '--file=-', '--format=ustar', '--sort=name', `--mtime=@${String(madeS)}`],
      ...[
        '--owner=root:0',
        '--group=root:0',
        '--numeric-owner',
        '--mode=u=rwX,go=rX',
        `--directory=${folder}`,
        name,
      ],
    ],
    { maxBuffer: MOST_BYTES },
  );
  if (status !== 0) throw new Error(`tar: ${String(stderr)}`);
  return gzipSync(stdout, { level: 9 });
}
