import { implement, ORPCError } from '@orpc/server';
import { benchContract } from '#contract/bench-api.ts';
import type { Bench } from './bench.ts';

/** The bench's API, verb by verb; each answers with the revision that shows its effect. */
export function benchRouter(bench: Bench) {
  const api = implement(benchContract);
  const changed = () => ({ revision: bench.state.revision });
  return api.router({
    watch: api.watch.handler(({ signal }) => bench.watch(signal)),
    reader: {
      placeCard: api.reader.placeCard.handler(({ input }) => {
        if (!bench.placeCard(input.person)) throw new ORPCError('NOT_FOUND');
        return changed();
      }),
      takeCard: api.reader.takeCard.handler(() => {
        bench.takeCard();
        return changed();
      }),
      setFault: api.reader.setFault.handler(({ input }) => {
        bench.setReaderFault(input.fault);
        return changed();
      }),
      setBaudRate: api.reader.setBaudRate.handler(({ input }) => {
        bench.setReaderBaudRate(input.baudRate);
        return changed();
      }),
      setPlugged: api.reader.setPlugged.handler(async ({ input }) => {
        await bench.setReaderPlugged(input.plugged);
        return changed();
      }),
    },
    printer: {
      setPaper: api.printer.setPaper.handler(({ input }) => {
        bench.setPaper(input.paper);
        return changed();
      }),
      setCover: api.printer.setCover.handler(({ input }) => {
        bench.setCover(input.open);
        return changed();
      }),
      setCutterFault: api.printer.setCutterFault.handler(({ input }) => {
        bench.setCutterFault(input.fault);
        return changed();
      }),
      setFault: api.printer.setFault.handler(({ input }) => {
        bench.setPrinterFault(input.fault);
        return changed();
      }),
      setBaudRate: api.printer.setBaudRate.handler(({ input }) => {
        bench.setPrinterBaudRate(input.baudRate);
        return changed();
      }),
      setPlugged: api.printer.setPlugged.handler(async ({ input }) => {
        await bench.setPrinterPlugged(input.plugged);
        return changed();
      }),
    },
    displays: {
      setFault: api.displays.setFault.handler(({ input }) => {
        if (!bench.setDisplayFault(input.screen, input.fault)) throw new ORPCError('NOT_FOUND');
        return changed();
      }),
      setPlugged: api.displays.setPlugged.handler(({ input }) => {
        if (!bench.setDisplayPlugged(input.screen, input.plugged)) throw new ORPCError('NOT_FOUND');
        return changed();
      }),
      setLinePlugged: api.displays.setLinePlugged.handler(async ({ input }) => {
        await bench.setDisplaysPlugged(input.plugged);
        return changed();
      }),
      setBaudRate: api.displays.setBaudRate.handler(({ input }) => {
        bench.setDisplaysBaudRate(input.baudRate);
        return changed();
      }),
    },
    scanner: {
      showCode: api.scanner.showCode.handler(({ input }) => {
        if (!bench.scanner.showCode(input.code)) throw new ORPCError('NOT_FOUND');
        return changed();
      }),
      takeCode: api.scanner.takeCode.handler(() => {
        bench.scanner.takeCode();
        return changed();
      }),
      setFault: api.scanner.setFault.handler(({ input }) => {
        bench.scanner.setFault(input.fault);
        return changed();
      }),
      setPlugged: api.scanner.setPlugged.handler(async ({ input }) => {
        await bench.scanner.setPlugged(input.plugged);
        return changed();
      }),
    },
    line: {
      setCut: api.line.setCut.handler(async ({ input }) => {
        await bench.setLineCut(input.cut);
        return changed();
      }),
    },
  });
}
