import { join } from 'node:path';

export interface ShellPaths {
  readonly preload: string;
  readonly outOfService: string;
  readonly renderer: string;
  readonly deviceHost: string;
}

/** Everything lies beside the bundled main (`dist/shell`), in a checkout as in app.asar. */
export function shellPaths(shellDir: string): ShellPaths {
  return {
    preload: join(shellDir, 'preload.cjs'),
    outOfService: join(shellDir, 'out-of-service'),
    renderer: join(shellDir, '../renderer'),
    deviceHost: join(shellDir, '../device-host/main.js'),
  };
}
