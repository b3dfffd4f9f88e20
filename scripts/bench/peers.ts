import { createRequire } from 'node:module';
import { transform } from 'receiptline';
import type { ReceiptDocument, ReceiptNode } from '#contract/receipt.ts';

/**
 * The same slip by other people's encoders, as near as their languages come to it. What they make of it is
 * held against ours in peers.test.ts.
 */

/** ReceiptLine's special characters: each would draw, mark or break something. */
const SPECIAL = /[\\|{}~_"`^]/g;

/** The slip in ReceiptLine's language. */
export function receiptLineOf(document: ReceiptDocument): string {
  return [...document.nodes.map(receiptLineNode), '='].join('\n');
}

function receiptLineNode(node: ReceiptNode): string {
  const text = (value: string) => value.replaceAll(SPECIAL, (character) => `\\${character}`);
  switch (node.type) {
    case 'text': {
      const scale = { normal: '', tall: '^^', double: '^^^' }[node.size];
      const marked = `${node.bold ? '"' : ''}${scale}${text(node.text)}`;
      return { left: `|${marked}`, center: marked, right: `${marked}|` }[node.align];
    }
    case 'row':
      return `|${text(node.left)} | ${text(node.right)}|`;
    case 'rule':
      return '-';
    case 'qr':
      return `{code:${text(node.data)};option:qrcode,${Math.min(node.moduleDots, 8)},m}`;
    case 'feed':
      return '\n'.repeat(node.lines - 1);
    case 'columns':
    case 'barcode':
      return notOnTheSlip(node.type);
    default: {
      const never: never = node;
      return never;
    }
  }
}

/** As bytes: ReceiptLine gives a string with a character a byte. */
export function byReceiptLine(slip: string): Uint8Array {
  return Buffer.from(transform(slip, { command: 'escpos', encoding: 'gb18030', cpl: 48 }), 'latin1');
}

/** What is used of node-thermal-printer. Its own types name an interface as needed that is not. */
interface ThermalPrinter {
  clear(): void;
  alignLeft(): void;
  alignCenter(): void;
  alignRight(): void;
  bold(enabled: boolean): void;
  setTextNormal(): void;
  setTextDoubleHeight(): void;
  setTextQuadArea(): void;
  println(text: string): void;
  leftRight(left: string, right: string): void;
  drawLine(): void;
  newLine(): void;
  printQR(data: string, settings: { cellSize: number; correction: string; model: number }): void;
  cut(): void;
  getBuffer(): Uint8Array;
}

/** One printer object for all receipts, as a program would have it. Its CHINA is GB 2312. */
export function thermalPrinter(): ThermalPrinter {
  const { ThermalPrinter: Printer } = createRequire(import.meta.url)('node-thermal-printer') as {
    readonly ThermalPrinter: new (config: object) => ThermalPrinter; // a CommonJS package, see above
  };
  return new Printer({ type: 'epson', width: 48, characterSet: 'CHINA' });
}

export function byThermalPrinter(printer: ThermalPrinter, document: ReceiptDocument): Uint8Array {
  printer.clear();
  for (const node of document.nodes) addTo(printer, node);
  printer.cut();
  return printer.getBuffer();
}

function addTo(printer: ThermalPrinter, node: ReceiptNode): void {
  switch (node.type) {
    case 'text':
      ({
        left: () => printer.alignLeft(),
        center: () => printer.alignCenter(),
        right: () => printer.alignRight(),
      })[node.align]();
      ({
        normal: () => printer.setTextNormal(),
        tall: () => printer.setTextDoubleHeight(),
        double: () => printer.setTextQuadArea(),
      })[node.size]();
      printer.bold(node.bold);
      printer.println(node.text);
      return;
    case 'row':
      printer.alignLeft();
      printer.setTextNormal();
      printer.bold(node.bold);
      printer.leftRight(node.left, node.right);
      return;
    case 'rule':
      printer.alignLeft();
      printer.setTextNormal();
      printer.bold(false);
      printer.drawLine();
      return;
    case 'qr':
      printer.alignCenter();
      printer.printQR(node.data, { cellSize: node.moduleDots, correction: 'M', model: 2 });
      return;
    case 'feed':
      for (let line = 0; line < node.lines; line += 1) printer.newLine();
      return;
    case 'columns':
    case 'barcode':
      return notOnTheSlip(node.type);
    default: {
      const never: never = node;
      return never;
    }
  }
}

/** A slip that had these would not be the same work for each. */
function notOnTheSlip(type: string): never {
  throw new Error(`the slip that is measured has no ${type}`);
}
