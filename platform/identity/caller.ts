import type { LocalizedText } from '#contract/localized.ts';

/** Who sent a request, as it was proved. */
export type Caller =
  | {
      readonly kind: 'terminal';
      readonly terminalId: string;
      readonly stationId: string;
      /** The other key that signed beside the terminal's own, when it asks for a change. */
      readonly offeredKeyId: string | null;
    }
  /** Has the other half of this key, and nobody knows it. */
  | { readonly kind: 'newcomer'; readonly keyId: string }
  | { readonly kind: 'desk' }
  /** A department (业务部门), by its token. */
  | { readonly kind: 'department'; readonly departmentId: string; readonly name: LocalizedText }
  | { readonly kind: 'unknown' };

/** Whose signatures a call wants: the enrolled key's; a new key's alone; both. */
export type Signers = 'terminal' | 'newcomer' | 'terminal-and-newcomer';
