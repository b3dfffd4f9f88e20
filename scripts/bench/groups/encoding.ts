import type { ReceiptDocument } from '#contract/receipt.ts';
import { encodeReceipt } from '#drivers/receipt-printer/encode.ts';
import { printerProfile } from '#drivers/receipt-printer/profiles.ts';
import type { Figure } from '../figure.ts';
import type { BenchGroup, BenchTools } from '../group.ts';
import { byReceiptLine, byThermalPrinter, receiptLineOf, thermalPrinter } from '../peers.ts';
import { sampleSlip } from '../sample-slip.ts';
import { interleaved, spreadOf } from '../statistics.ts';

const SLIPS_A_REPETITION = 100;
const TIMES = { warmUps: 5, repetitions: 25 } as const;

export const group: BenchGroup = {
  about: 'the slip of an application as ESC/POS bytes, by us and by two other encoders in turn',
  measure: async (tools) => {
    const slip = sampleSlip();
    const withoutCode = { nodes: slip.nodes.filter((node) => node.type !== 'qr') };
    return [
      // ReceiptLine draws the code itself, where the other two leave it to the printer.
      ...(await compare('the slip', slip, tools)),
      ...(await compare('the slip without its QR code', withoutCode, tools)),
    ];
  },
};

async function compare(name: string, slip: ReceiptDocument, { clock }: BenchTools): Promise<Figure[]> {
  const profile = printerProfile('generic-80');
  if (profile === null) throw new Error('there is no profile generic-80');
  const markdown = receiptLineOf(slip);
  const printer = thermalPrinter();
  const perSecond = (encode: () => Uint8Array) => () => {
    const startMs = clock.monotonicMs();
    for (let count = 0; count < SLIPS_A_REPETITION; count += 1) encode();
    return (SLIPS_A_REPETITION * 1_000) / (clock.monotonicMs() - startMs);
  };
  const [ours = [], receiptLine = [], thermal = []] = await interleaved(
    [
      perSecond(() => encodeReceipt(slip, profile).bytes),
      perSecond(() => byReceiptLine(markdown)),
      perSecond(() => byThermalPrinter(printer, slip)),
    ],
    TIMES,
  );
  const spread = spreadOf(ours);
  const against = (peer: string, samples: readonly number[]): Figure => ({
    name: `encoding ${name}`,
    unit: '/s',
    ours: spread.median,
    spread,
    beside: { name: peer, value: spreadOf(samples).median },
    goal: { is: 'at least', ratio: 1 },
  });
  return [against('receiptline', receiptLine), against('node-thermal-printer', thermal)];
}
