import { renameSync, writeFileSync } from 'node:fs';
import type { IdentityDocument } from '#contract/identity.ts';
import type { Clock, RandomBytes } from '#contract/ports.ts';

/** As a telephone shows it: a code is refreshed about every minute. */
const LIVES_MS = 60_000;
/** Older ones have expired long ago. */
const KEPT = 50;
const TOKEN_BYTES = 24;

/** `unknown` is a code that the platform never gave out. */
export type CodeKind = 'valid' | 'used' | 'expired' | 'unknown';

interface Entry {
  readonly token: string;
  readonly expiresAt: string;
  readonly used: boolean;
  readonly identity: IdentityDocument;
}

/** Plays the code platform: what it gives out to telephones stands in the file that the platform's demo resolver reads. */
export class CodeBook {
  readonly #file: string;
  readonly #clock: Clock;
  readonly #randomBytes: RandomBytes;
  #entries: readonly Entry[] = [];

  constructor(file: string, clock: Clock, randomBytes: RandomBytes) {
    this.#file = file;
    this.#clock = clock;
    this.#randomBytes = randomBytes;
    this.#write();
  }

  /** A fresh token, as each look at the telephone shows another one. */
  issue(identity: IdentityDocument, kind: CodeKind): string {
    const token = `DEMO.${Buffer.from(this.#randomBytes(TOKEN_BYTES)).toString('base64url')}`;
    if (kind === 'unknown') return token;
    const expiresAtMs = this.#clock.now() + (kind === 'expired' ? 0 : LIVES_MS);
    const entry = { token, expiresAt: new Date(expiresAtMs).toISOString(), used: kind === 'used', identity };
    this.#entries = [...this.#entries, entry].slice(-KEPT);
    this.#write();
    return token;
  }

  /** In one step: the platform may read at any moment. */
  #write(): void {
    const fresh = `${this.#file}.new`;
    writeFileSync(fresh, JSON.stringify({ codes: this.#entries }), { mode: 0o600 });
    renameSync(fresh, this.#file);
  }
}
