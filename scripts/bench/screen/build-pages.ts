import { spawnSync } from 'node:child_process';
import { repositoryPath } from '../../demo/child.ts';

/** What is measured is what is delivered, not what was built some time ago. */
export function buildPages(): void {
  const { status } = spawnSync(process.execPath, [repositoryPath('scripts/build.ts')], {
    cwd: repositoryPath('.'),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error('the build failed');
}
