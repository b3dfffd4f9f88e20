import { describeScannerContract, scannerHardware, scannerHarnesses, scannerProfileOf } from './scanner.ts';

// One engine of each way to be triggered.
for (const id of ['newland', 'register', 'honeywell', 'generic']) {
  for (const harness of scannerHarnesses(id)) describeScannerContract(harness, scannerProfileOf(id));
}
for (const { harness, profile } of scannerHardware()) describeScannerContract(harness, profile);
