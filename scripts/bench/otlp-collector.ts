/**
 * A collector in a process of its own, since it is nowhere the terminal's: what it does with what it is told costs no resident anything. Says its address to its
 * parent, and how many spans it was told when it is asked; ends with it.
 */
import { spansOf, startOtlpReceiver } from '#telemetry/for-tests.ts';

const receiver = await startOtlpReceiver();
process.on('message', () => process.send?.({ spans: spansOf(receiver).length }));
process.on('disconnect', () => process.exit(0));
process.send?.({ url: receiver.url });
