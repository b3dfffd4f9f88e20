import { cardReaderHarnesses, describeCardReaderContract } from './id-card-reader.ts';

for (const harness of cardReaderHarnesses()) describeCardReaderContract(harness);
