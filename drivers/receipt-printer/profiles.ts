/**
 * What one model of printer is and can do, as data: the manuals disagree, and a district's printers can be
 * added here without code. What a manual leaves open takes the careful value.
 */
export interface PrinterProfile {
  readonly id: string;
  readonly label: string;
  readonly paperWidthMm: 58 | 80;
  /** Half-width characters of font A on one line. */
  readonly columns: number;
  /**
   * Bits 2 and 3 of DLE EOT 4 (bits 0 and 1 of GS r 1). SNBC's manual prints the polarity the other way
   * round; 58 mm printers have no sensor and leave the bits at rest.
   */
  readonly nearEnd: 'set-means-near' | 'clear-means-near' | 'no-sensor';
  readonly hasCutter: boolean;
  /** GS ( H function 48: an answer with our own number when the job is on paper. Clones: assume no. */
  readonly answersProcessId: boolean;
  /** GS r 1, executed in buffer order. */
  readonly answersInOrderStatus: boolean;
  /** GS I 66 and 67: maker and model as text. */
  readonly answersName: boolean;
  /** Four-byte GB18030 characters print; GBK-only firmware prints junk for them. */
  readonly fourByteGb18030: boolean;
  /** The serial cable carries RTS and CTS. */
  readonly rtscts: boolean;
  /** How long one text line takes at worst, for the time limit of a job. */
  readonly lineMs: number;
}

const generic80: PrinterProfile = {
  id: 'generic-80',
  label: 'ESC/POS 80 mm (Xprinter, Gprinter, HPRT)',
  paperWidthMm: 80,
  columns: 48,
  nearEnd: 'set-means-near',
  hasCutter: true,
  answersProcessId: false,
  answersInOrderStatus: true,
  answersName: false,
  fourByteGb18030: false,
  rtscts: false,
  lineMs: 60,
};

export const printerProfiles: readonly PrinterProfile[] = [
  generic80,
  {
    ...generic80,
    id: 'epson-80',
    label: 'Epson TM-T82, TM-T88IV and later, Chinese models',
    answersProcessId: true,
    answersName: true,
    fourByteGb18030: true,
  },
  {
    ...generic80,
    id: 'snbc-80',
    label: 'SNBC BT-UR056 and its kin',
    nearEnd: 'clear-means-near',
  },
  {
    ...generic80,
    id: 'generic-58',
    label: 'ESC/POS 58 mm (SPRT)',
    paperWidthMm: 58,
    columns: 32,
    nearEnd: 'no-sensor',
    hasCutter: false,
    lineMs: 90,
  },
];

/** null for a name that is not in the list. */
export function printerProfile(id: string): PrinterProfile | null {
  return printerProfiles.find((profile) => profile.id === id) ?? null;
}
