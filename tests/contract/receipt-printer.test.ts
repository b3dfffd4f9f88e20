import { describePrinterContract, printerHardware, printerHarnesses, profileOf } from './receipt-printer.ts';

// One that proves by GS r and one that proves by its own number; the others differ in bits that have unit tests.
for (const id of ['generic-80', 'epson-80']) {
  for (const harness of printerHarnesses(id)) describePrinterContract(harness, profileOf(id));
}
for (const { harness, profile } of printerHardware()) describePrinterContract(harness, profile);
