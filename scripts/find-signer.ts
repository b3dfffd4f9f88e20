import { existsSync } from 'node:fs';
import { platform } from 'node:process';
import { aptInstall } from './apt-install.ts';

/**
 * gpg, which signs an apt repository (tests/integration/host-deb.test.ts). On Debian and its kin it is installed when it is not there; elsewhere
 * there is no apt either, and that test is skipped, and says so.
 */
export function findSigner(): void {
  if (platform !== 'linux' || !existsSync('/usr/bin/apt-get') || existsSync('/usr/bin/gpg')) return;
  aptInstall('Nobody can sign a repository here', ['gnupg']);
}
