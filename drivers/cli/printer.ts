import type { DeviceState } from '#contract/devices.ts';
import { receiptDocumentSchema } from '#contract/receipt.ts';
import { err, ok } from '#contract/result.ts';
import { ReceiptPrinter } from '../receipt-printer/driver.ts';
import { builtRareGlyphs } from '../receipt-printer/rare-glyph-file.ts';
import { printerProfile, printerProfiles, type PrinterProfile } from '../receipt-printer/profiles.ts';
import { systemClock } from '../runtime/system-clock.ts';
import { printerMask } from '../receipt-printer/trace-mask.ts';
import { isSettled, openFailed, sayStatus, textOf, type DeviceCommands } from './command.ts';
import { openLine } from './open-line.ts';

const DEFAULT_PROFILE = 'generic-80';

export const printerCommands: DeviceCommands = {
  device: 'printer',
  actions: {
    status: 'the printer’s state and what it needs',
    'test-page': 'print a page with Chinese text, sizes, a QR code and a cut',
  },
  options: { profile: { type: 'string' } },
  optionHelp: [
    `--profile   of a printer: ${printerProfiles.map((profile) => profile.id).join(', ')} (default ${DEFAULT_PROFILE})`,
  ],
  run: async (action, common, values) => {
    const profile = printerProfile(textOf(values, 'profile') ?? DEFAULT_PROFILE);
    if (profile === null) return err('--profile: no printer profile has this name');
    const open = openLine(common, { rtscts: profile.flowControl === 'rts-cts', mask: printerMask });
    if (!open.ok) return openFailed(open.fault);
    const { promise: settled, resolve: settle } = Promise.withResolvers<DeviceState>();
    const printer = new ReceiptPrinter({
      clock: systemClock,
      open: open.value,
      profile,
      rare: builtRareGlyphs(import.meta.dirname, (reason) => console.error(reason)),
      paper: { isUnfinished: false },
      onStatus: (status) => {
        sayStatus(status);
        if (isSettled(status)) settle(status);
      },
    });
    printer.start();
    const cancel = systemClock.after(common.limitMs, () => settle(printer.status));
    const status = await settled;
    cancel();
    let code: 0 | 1 = status.state === 'ready' ? 0 : 1;
    if (action === 'test-page' && (status.state === 'ready' || status.state === 'attention')) {
      const outcome = await printer.print(testPage(profile));
      console.log(JSON.stringify(outcome));
      code = outcome.end === 'printed' ? 0 : 1;
    }
    await printer.close();
    return ok(code);
  },
};

/** A technician's page: what stands on it is for whoever compares it with the documentation. */
function testPage(profile: PrinterProfile) {
  return receiptDocumentSchema.parse({
    nodes: [
      { type: 'text', text: '打印机测试页', align: 'center', size: 'double', bold: true },
      { type: 'text', text: `${profile.label}`, align: 'center' },
      { type: 'rule' },
      { type: 'row', left: '纸宽', right: `${profile.paperWidthMm} mm` },
      { type: 'row', left: '金额', right: '¥0.00' },
      { type: 'row', left: '生僻字', right: '犇㛃𠮷鿃䶮' },
      { type: 'text', text: '加粗', bold: true },
      { type: 'text', text: '倍高', size: 'tall' },
      {
        type: 'columns',
        cells: [
          { text: '左', share: 2 },
          { text: '中', align: 'center' },
          { text: '右', align: 'right' },
        ],
      },
      { type: 'barcode', data: 'YZ-20261121-0001' },
      { type: 'qr', data: 'https://example.invalid/yizhan/test-page' },
      { type: 'text', text: '0123456789'.repeat(Math.ceil(profile.columns / 10)).slice(0, profile.columns) },
      { type: 'feed', lines: 1 },
    ],
  });
}
