import { demoConfig } from '#config/demo/demo-config.ts';
import { parseConfig } from '#config/load.ts';
import { maskIdNumber, maskName } from '#contract/masks.ts';
import { receiptNumber } from '#contract/receipt-number.ts';
import type { ReceiptDocument } from '#contract/receipt.ts';
import { syntheticPerson } from '#drivers/id-card-reader/synthetic-people.ts';
import { catalogueDir, loadCatalogue } from '#platform/catalogue/load-catalogue.ts';
import { receiptDocument } from '#terminal/intake/receipt-document.ts';

/** The slip that the demo station prints when a synthetic person has applied in Chinese. */
export function sampleSlip(): ReceiptDocument {
  const config = parseConfig(
    demoConfig({ cardReaderPort: 1, printerPort: 2, platformUrl: 'http://127.0.0.1:3' }),
    'demo.yaml',
  );
  if (!config.ok) throw new Error('the demo configuration does not parse');
  const item = loadCatalogue(catalogueDir).items.get('elderly-allowance')?.item;
  if (item === undefined) throw new Error('the catalogue has no elderly-allowance');
  const { station, terminal } = config.value;
  const person = syntheticPerson('zhang-jianguo');
  return receiptDocument({
    station,
    item,
    language: 'zh',
    queryCode: '123456',
    isCorrection: false,
    receiptNo: receiptNumber({
      region: terminal.region,
      station: terminal.station,
      date: '261121',
      terminal: terminal.number,
      sequence: 1,
    }),
    receivedAt: '2026-11-21 10:00',
    maskedName: maskName(person.name),
    maskedNumber: maskIdNumber(person.number),
    identitySource: 'card',
    papers: [],
    signedCode: null,
  });
}
