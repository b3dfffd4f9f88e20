/** A key as Electron's `Input` and the browser's KeyboardEvent both tell it. */
export interface KeyInput {
  readonly key: string;
  readonly code: string;
  readonly control: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
  readonly meta: boolean;
}

/** Text editing with the common chords, for a barcode reader or a technician's keyboard. */
const editingChords: ReadonlySet<string> = new Set(['a', 'c', 'v', 'x', 'z']);

/**
 * Keys that leave the page, or open something of the browser or of the desktop. Multimedia and browser
 * keys of a plugged-in keyboard arrive by name ("BrowserBack", "LaunchMail", …).
 */
const deniedKeys: ReadonlySet<string> = new Set([
  'ContextMenu',
  'PrintScreen',
  'Print',
  'Help',
  'Meta',
  'OS',
  'ZoomIn',
  'ZoomOut',
  'ZoomToggle',
  'Power',
  'Sleep',
  'WakeUp',
  'Exit',
  'Close',
  'New',
  'Open',
  'Save',
  'Find',
]);
const deniedPrefixes = ['Browser', 'Launch', 'Media', 'App', 'Go'] as const;
const FUNCTION_KEY = /^F\d{1,2}$/;

/**
 * Allow-list for chords, deny-list for single keys: a text field needs almost no chord, and Chromium gets
 * new ones with every release, while single keys are what the on-screen keyboard and card readers type.
 */
export function decideInput(input: KeyInput): 'allow' | 'deny' {
  if (FUNCTION_KEY.test(input.key) || FUNCTION_KEY.test(input.code)) return 'deny';
  if (deniedKeys.has(input.key) || deniedPrefixes.some((prefix) => named(input.key, prefix))) return 'deny';
  if (input.meta) return 'deny';
  // AltGr arrives as Control+Alt and types characters on some layouts: only where one character comes out.
  if (input.control && input.alt) return isAltGrCharacter(input.key) ? 'allow' : 'deny';
  if (input.alt) return isModifier(input.key) ? 'allow' : 'deny';
  if (input.control) {
    // With Shift they are Chromium's own: Ctrl+Shift+C is the developer tools' inspector, Ctrl+Shift+A its list of tabs.
    const edits = !input.shift && editingChords.has(input.key.toLowerCase());
    return isModifier(input.key) || edits ? 'allow' : 'deny';
  }
  // Chromium's task manager.
  if (input.shift && input.key === 'Escape') return 'deny';
  return 'allow';
}

function named(key: string, prefix: string): boolean {
  return key.length > prefix.length && key.startsWith(prefix);
}

function isModifier(key: string): boolean {
  return key === 'Control' || key === 'Alt' || key === 'AltGraph' || key === 'Shift';
}

function isAltGrCharacter(key: string): boolean {
  return isModifier(key) || (key.length === 1 && !/[a-z0-9]/i.test(key));
}
