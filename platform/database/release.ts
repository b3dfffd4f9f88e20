import { readdirSync } from 'node:fs';
import { join } from 'node:path';

export const migrationsDir = join(import.meta.dirname, 'migrations');

/** A release is known by the newest migration that it brings. */
export const ownRelease = readdirSync(migrationsDir).filter((name) => name.endsWith('.sql')).length;

/** Without a number: a release from before they said one. */
const NODE = /^yizhan-platform(?: (\d{4}))?$/;

/** How a connection says whose it is: an upgrade looks who else is there (migrate.ts). */
export function applicationName(release: number): string {
  return `yizhan-platform ${String(release).padStart(4, '0')}`;
}

/** The release behind a connection; null when it is nobody of ours. */
export function releaseOf(name: string): number | null {
  const said = NODE.exec(name);
  return said === null ? null : Number(said[1] ?? 0);
}
