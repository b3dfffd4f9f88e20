/**
 * How one model of scan engine is spoken to, as data. An engine is set by its own programming codes, and the
 * profile says what was set; what a manual leaves open is a setting here and is named in the README.
 */
export interface ScannerProfile {
  readonly id: string;
  readonly label: string;
  /**
   * - `newland`: Newland's unified commands; each is answered
   * - `register`: writing a register triggers (EM3095, EM20, GM65, GM861); each write is answered
   * - `honeywell`: trigger commands without an answer
   * - `none`: no commands; the engine reads by itself (sense mode), or has a button
   */
  readonly engine: 'newland' | 'register' | 'honeywell' | 'none';
  readonly framing: ScannerFraming;
  /** The engine is set to send an AIM identifier before each code; `]Q1` is taken off. */
  readonly hasAimId: boolean;
  /**
   * Engines end a trigger by themselves after some seconds, and after a code: while somebody waits for a
   * code, the trigger is sent again this often. It is the heartbeat of those hours, too.
   */
  readonly retriggerMs: number;
}

export type ScannerFraming =
  /** Each code ends with these bytes. `holdMs`: a code whose end has not come after this silence is torn. */
  | { readonly kind: 'suffix'; readonly suffix: 'cr' | 'crlf'; readonly holdMs: number }
  /** A silence of `gapMs` (50 to 100) ends a code: for engines whose suffix was switched off. */
  | { readonly kind: 'idle-gap'; readonly gapMs: number };

const HOLD_MS = 300;
const RETRIGGER_MS = 3_000;

const crSuffix: ScannerFraming = { kind: 'suffix', suffix: 'cr', holdMs: HOLD_MS };

export const scannerProfiles: readonly ScannerProfile[] = [
  {
    id: 'newland',
    label: 'Newland with unified commands (HR42, HR52 and their kin)',
    engine: 'newland',
    framing: crSuffix,
    hasAimId: false,
    retriggerMs: RETRIGGER_MS,
  },
  {
    id: 'register',
    label: 'Register engines (Newland EM3095, EM20; GM65, GM861)',
    engine: 'register',
    framing: crSuffix,
    hasAimId: false,
    retriggerMs: RETRIGGER_MS,
  },
  {
    id: 'honeywell',
    label: 'Honeywell (N86 and its kin)',
    engine: 'honeywell',
    framing: crSuffix,
    hasAimId: false,
    retriggerMs: RETRIGGER_MS,
  },
  {
    id: 'generic',
    label: 'Any scanner that reads by itself and ends a code with CR',
    engine: 'none',
    framing: crSuffix,
    hasAimId: false,
    retriggerMs: RETRIGGER_MS,
  },
  {
    id: 'generic-no-suffix',
    label: 'Any scanner that reads by itself and sends no suffix',
    engine: 'none',
    framing: { kind: 'idle-gap', gapMs: 80 },
    hasAimId: false,
    retriggerMs: RETRIGGER_MS,
  },
];

/** null for a name that is not in the list. */
export function scannerProfile(id: string): ScannerProfile | null {
  return scannerProfiles.find((profile) => profile.id === id) ?? null;
}
