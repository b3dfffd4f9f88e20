import { describe, expect, it } from 'vitest';
import type { ReceiptDocument, ReceiptNode } from '#contract/receipt.ts';
import { encodeReceipt } from '#drivers/receipt-printer/encode.ts';
import { printerProfiles } from '#drivers/receipt-printer/profiles.ts';
import { byReceiptLine, byThermalPrinter, receiptLineOf, thermalPrinter } from './peers.ts';
import { sampleSlip } from './sample-slip.ts';

const GS = 0x1d;

/** The comparison is fair when all three put the same words on paper, whatever their layout. */

const slip = sampleSlip();
const [profile] = printerProfiles;
if (profile === undefined) throw new Error('no profile');
const printer = thermalPrinter();

const encoders: readonly [string, (document: ReceiptDocument) => Uint8Array][] = [
  ['ours', (document) => encodeReceipt(document, profile).bytes],
  ['receiptline', (document) => byReceiptLine(receiptLineOf(document))],
  ['node-thermal-printer', (document) => byThermalPrinter(printer, document)],
];

function only(...types: readonly ReceiptNode['type'][]): ReceiptDocument {
  return { nodes: slip.nodes.filter((node) => types.includes(node.type)) };
}

function wordsOf(document: ReceiptDocument): string {
  return document.nodes
    .map((node) => (node.type === 'text' ? node.text : node.type === 'row' ? node.left + node.right : ''))
    .join('');
}

/** Chinese characters and their punctuation: layout has none, and no command is made of them. */
function chineseIn(text: string): string {
  return Array.from(text)
    .filter((character) => /[\p{Script=Han}，。：、]/u.test(character))
    .join('');
}

const decode = (bytes: Uint8Array) => new TextDecoder('gb18030').decode(bytes);
const has = (bytes: Uint8Array, ...sequence: readonly number[]) =>
  Buffer.from(bytes).includes(Buffer.from(sequence));

describe.each(encoders)('%s', (_name, encode) => {
  // ReceiptLine draws its rules with the box characters of another code page.
  const text = decode(encode(only('text', 'row')));

  it('prints every Chinese character of the slip, in its order, as GB 18030', () => {
    expect(chineseIn(text)).toBe(chineseIn(wordsOf(slip)));
  });

  it('prints the masked number and the receipt number', () => {
    expect(text).toContain('999901********0014');
    expect(text).toContain('999901 001 261121 01 0001');
  });

  it('cuts', () => {
    expect(has(encode(slip), GS, 0x56)).toBe(true);
  });
});

it('ours and node-thermal-printer leave the QR code to the printer, receiptline draws it', () => {
  const [ours, receiptLine, thermal] = encoders.map(([, encode]) => encode(only('qr')));
  if (!ours || !receiptLine || !thermal) throw new Error('three encoders are compared');
  for (const bytes of [ours, thermal]) expect(decode(bytes)).toContain('YZ1|999901001261121010001');
  for (const bytes of [ours, thermal]) expect(has(bytes, GS, 0x28, 0x6b)).toBe(true);
  expect(has(receiptLine, GS, 0x38, 0x4c)).toBe(true);
});
