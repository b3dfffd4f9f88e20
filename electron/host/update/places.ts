import { join } from 'node:path';

/** Where the updater reads and writes; all but `data` is root's alone. `root`: / or, in a test, a folder in its place. */
export interface UpdatePlaces {
  /** The terminal's own folder, of which nothing is believed. */
  readonly data: string;
  /** The key of releases (Ed25519, PEM). */
  readonly releaseKey: string;
  /** Journal, what was taken last, and a request's files while they are looked at. */
  readonly state: string;
  readonly programs: string;
  /** Made by the terminal's unit when the program ends otherwise than as it was asked; gone with the machine's power. */
  readonly crashMark: string;
}

export function placesUnder(root: string): UpdatePlaces {
  return {
    data: join(root, 'var/lib/yizhan'),
    releaseKey: join(root, 'etc/yizhan/release.pub'),
    state: join(root, 'var/lib/yizhan-update'),
    programs: join(root, 'opt/yizhan'),
    crashMark: join(root, 'run/yizhan-update/crashed'),
  };
}
