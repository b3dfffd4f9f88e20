import type { DeviceSettings } from '#contract/devices.ts';
import type { RealTimeTopic } from './status.ts';

/**
 * What one model of printer is and can do, as data: the manuals disagree, and a district's printers can be
 * added here without code. What a manual leaves open takes the careful value, and is named in the README.
 */
export interface PrinterProfile {
  readonly id: string;
  readonly label: string;
  readonly paperWidthMm: 58 | 80;
  /** Half-width characters of font A on one line, each 12 dots wide. */
  readonly columns: number;

  /** How it is delivered; its self-test page says how it is. */
  readonly usualBaudRate: DeviceSettings['baudRate'];
  /** XOFF is honoured whatever stands here; RTS and CTS only where the cable carries them. */
  readonly flowControl: 'none' | 'rts-cts' | 'xon-xoff';

  /** Which of DLE EOT 1 to 4 it answers. */
  readonly realTimeTopics: readonly RealTimeTopic[];
  /** GS a 15: it tells of each change by itself. */
  readonly automaticStatus: boolean;
  /**
   * Bits 2 and 3 of DLE EOT 4, and 0 and 1 of GS r 1 and of the third automatic byte. SNBC's manual prints
   * the polarity the other way round; 58 mm printers have no sensor and leave the bits at rest.
   */
  readonly nearEnd: 'set-means-near' | 'clear-means-near' | 'no-sensor';
  readonly hasCutter: boolean;
  /**
   * Bit 6 of DLE EOT 3. Epson: an error that may pass, the cover opened while printing among them, which may
   * have to be cleared. SPRT: the head is too hot, and it goes on by itself.
   */
  readonly errorBit6: 'recoverable-error' | 'head-hot';

  /** GS ( H function 48: an answer with our own number when the job is on paper. */
  readonly answersProcessId: Capability;
  /** GS r 1, executed in buffer order. */
  readonly answersInOrderStatus: Capability;
  /** GS I 67: the model as text. */
  readonly answersName: boolean;
  /**
   * How what is left of a stopped job is thrown away. DLE ENQ 2 clears after an error, with SNBC at paper end
   * too (BT-UR056, page 8); Epson clears in any state by DLE DC4 8.
   */
  readonly clearing: 'none' | 'dle-enq' | 'dle-enq-and-dc4';

  /** Whether GS ! enlarges Chinese characters too, or FS ! must say it for them (old firmware). */
  readonly chineseSize: 'gs' | 'fs';
  /** ESC * 33 in the middle of a line: characters that the firmware lacks can be drawn. */
  readonly drawsCharacters: boolean;
  /** Four-byte GB18030 characters print; GBK-only firmware prints junk for them. */
  readonly fourByteGb18030: boolean;
  /** GS ( k draws QR codes, or the terminal draws them as raster (GS v 0). */
  readonly qr: 'command' | 'raster';
  /** How long one text line takes at worst, for the time limit of a job. */
  readonly lineMs: number;
}

/** `probe`: asked once each time the line opens, with ESC @ behind it, so that no junk can be printed. */
export type Capability = 'yes' | 'no' | 'probe';

const generic80: PrinterProfile = {
  id: 'generic-80',
  label: 'ESC/POS 80 mm, unknown maker',
  paperWidthMm: 80,
  columns: 48,
  usualBaudRate: 115200,
  flowControl: 'none',
  realTimeTopics: ['printer', 'offlineCause', 'error', 'paper'],
  automaticStatus: false,
  nearEnd: 'set-means-near',
  hasCutter: true,
  errorBit6: 'recoverable-error',
  answersProcessId: 'no',
  answersInOrderStatus: 'yes',
  answersName: false,
  clearing: 'dle-enq',
  chineseSize: 'gs',
  drawsCharacters: true,
  fourByteGb18030: false,
  qr: 'command',
  lineMs: 60,
};

const generic58: PrinterProfile = {
  ...generic80,
  id: 'generic-58',
  label: 'ESC/POS 58 mm, unknown maker',
  paperWidthMm: 58,
  columns: 32,
  nearEnd: 'no-sensor',
  hasCutter: false,
  lineMs: 90,
};

export const printerProfiles: readonly PrinterProfile[] = [
  generic80,
  {
    ...generic80,
    id: 'epson-80',
    label: 'Epson TM-T82, TM-T88IV and later, Chinese models',
    automaticStatus: true,
    answersProcessId: 'yes',
    answersName: true,
    clearing: 'dle-enq-and-dc4',
    fourByteGb18030: true,
  },
  {
    ...generic80,
    id: 'snbc-80',
    label: 'SNBC BT-UR056 and its kin',
    automaticStatus: true,
    nearEnd: 'clear-means-near',
  },
  {
    ...generic80,
    id: 'hprt-80',
    label: 'HPRT TP80K and its kin',
    automaticStatus: true,
    answersProcessId: 'probe',
  },
  {
    ...generic80,
    id: 'xprinter-80',
    label: 'Xprinter 80 mm',
    answersProcessId: 'probe',
    answersInOrderStatus: 'probe',
  },
  {
    ...generic80,
    id: 'gprinter-80',
    label: 'Gprinter 80 mm',
    answersProcessId: 'probe',
    answersInOrderStatus: 'probe',
  },
  generic58,
  {
    ...generic58,
    id: 'sprt-58',
    label: 'SPRT SP-POS5IV, SP-POS58IV',
    usualBaudRate: 9600,
    realTimeTopics: ['error', 'paper'],
    errorBit6: 'head-hot',
    answersInOrderStatus: 'probe',
    clearing: 'none',
  },
];

/** null for a name that is not in the list. */
export function printerProfile(id: string): PrinterProfile | null {
  return printerProfiles.find((profile) => profile.id === id) ?? null;
}
