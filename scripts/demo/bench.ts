import { isDeepStrictEqual } from 'node:util';
import type { BenchState, RenderedReceipt } from '#contract/bench-api.ts';
import { maskIdNumber } from '#contract/masks.ts';
import type { ServedSimulator } from '#drivers/channel/tcp-server.ts';
import type { CardReaderFault, CardReaderSimulator } from '#drivers/id-card-reader/simulator.ts';
import { syntheticPeople, syntheticPerson } from '#drivers/id-card-reader/synthetic-people.ts';
import type { PrinterProfile } from '#drivers/receipt-printer/profiles.ts';
import type { RenderedItem } from '#drivers/receipt-printer/render.ts';
import type { ReceiptPrinterSimulator } from '#drivers/receipt-printer/simulator.ts';
import type { CutMode, Line } from './line.ts';
import type { ScannerBench } from './scanner-bench.ts';
import { Watched } from './watched.ts';

/** As many slips as fit on the page without scrolling for minutes; older ones stay in the simulator. */
const RECEIPTS_SHOWN = 20;

type ReaderFault = BenchState['reader']['fault'];

/**
 * How the bench's faults strike: a reader that is silent is silent to everything, the others spoil the
 * card's own frame, so that what is shown is the reading that fails and not the device that is lost.
 */
const readerFaults: Readonly<Record<ReaderFault, CardReaderFault | null>> = {
  none: null,
  silent: { kind: 'silent', during: 'any' },
  garbage: { kind: 'garbage', during: 'read' },
  'wrong-checksum': { kind: 'wrong-checksum', during: 'read' },
  'too-long': { kind: 'frame-too-long', during: 'read' },
  'not-an-id-card': { kind: 'not-an-id-card', during: 'read' },
};

export interface BenchParts {
  readonly reader: CardReaderSimulator;
  readonly readerPlug: ServedSimulator;
  readonly printer: ReceiptPrinterSimulator;
  readonly printerPlug: ServedSimulator;
  readonly printerProfile: PrinterProfile;
  readonly scanner: ScannerBench;
  readonly line: Line;
  readonly cutMode: CutMode;
}

/** What a hand does to the simulated hardware, and what it then looks like. */
export class Bench {
  readonly #parts: BenchParts;
  readonly #state: Watched<BenchState>;

  constructor(parts: BenchParts) {
    this.#parts = parts;
    this.#state = new Watched<BenchState>({
      revision: 1,
      people: syntheticPeople.map(({ id, document }) => ({
        id,
        label: document.name,
        note: `${dashed(document.birthday)} · ${maskIdNumber(document.number)}`,
      })),
      reader: { plugged: true, card: null, fault: 'none' },
      printer: { plugged: true, ...parts.printer.state },
      scanner: parts.scanner.state,
      line: { cut: parts.line.state().state === 'cut' },
      receipts: [],
    });
    parts.printer.onReceipt(() => this.showPaper());
    parts.scanner.onChange((scanner) => this.#change({ scanner }));
  }

  /** Shows what is on the paper now, if that is not what was shown. */
  showPaper(): void {
    const receipts = this.#receipts();
    if (!isDeepStrictEqual(receipts, this.state.receipts)) this.#change({ receipts });
  }

  watch(signal: AbortSignal | undefined): AsyncGenerator<BenchState, void, void> {
    return this.#state.watch(signal);
  }

  get state(): BenchState {
    return this.#state.value;
  }

  /** False for a person who is not on the bench. */
  placeCard(person: string): boolean {
    if (!this.state.people.some(({ id }) => id === person)) return false;
    // One card at a time lies on a reader; a second one would be read as neither.
    this.#parts.reader.takeCard();
    this.#parts.reader.placeCard(syntheticPerson(person));
    this.#changeReader({ card: person });
    return true;
  }

  takeCard(): void {
    this.#parts.reader.takeCard();
    this.#changeReader({ card: null });
  }

  setReaderFault(fault: ReaderFault): void {
    this.#parts.reader.setFault(readerFaults[fault]);
    this.#changeReader({ fault });
  }

  async setReaderPlugged(plugged: boolean): Promise<void> {
    await setPlugged(this.#parts.readerPlug, plugged);
    this.#changeReader({ plugged });
  }

  setPaper(paper: BenchState['printer']['paper']): void {
    this.#parts.printer.setPaper(paper);
    this.#changePrinter({ paper });
  }

  setCover(coverOpen: boolean): void {
    this.#parts.printer.setCover(coverOpen);
    this.#changePrinter({ coverOpen });
  }

  setCutterFault(cutterFault: boolean): void {
    this.#parts.printer.setCutterFault(cutterFault);
    this.#changePrinter({ cutterFault });
  }

  async setPrinterPlugged(plugged: boolean): Promise<void> {
    await setPlugged(this.#parts.printerPlug, plugged);
    this.#changePrinter({ plugged });
  }

  get scanner(): ScannerBench {
    return this.#parts.scanner;
  }

  async setLineCut(cut: boolean): Promise<void> {
    if (cut) await this.#parts.line.cut(this.#parts.cutMode);
    else await this.#parts.line.join();
    this.#change({ line: { cut } });
  }

  #changeReader(part: Partial<BenchState['reader']>): void {
    this.#change({ reader: { ...this.state.reader, ...part } });
  }

  #changePrinter(part: Partial<BenchState['printer']>): void {
    // A slip that stopped in the middle shows how far it came.
    this.#change({ printer: { ...this.state.printer, ...part }, receipts: this.#receipts() });
  }

  #change(part: Partial<BenchState>): void {
    this.#state.set({ ...this.state, ...part, revision: this.state.revision + 1 });
  }

  /** Newest first; on top what is on the paper and not cut yet. */
  #receipts(): RenderedReceipt[] {
    const { printer, printerProfile } = this.#parts;
    const printed = printer.receipts().map(({ bytes, rendered }, index) => ({
      id: index + 1,
      columns: printerProfile.columns,
      complete: true,
      lines: rendered.items.map(lineOf),
      byteCount: bytes.length,
    }));
    const unfinished = printer.unfinished().items.map(lineOf);
    const inPrinter =
      unfinished.length === 0
        ? []
        : [
            {
              id: printed.length + 1,
              columns: printerProfile.columns,
              complete: false,
              lines: unfinished,
              byteCount: 0,
            },
          ];
    return [...printed, ...inPrinter].slice(-RECEIPTS_SHOWN).reverse();
  }
}

function lineOf(item: RenderedItem): RenderedReceipt['lines'][number] {
  switch (item.type) {
    case 'text': {
      const { text, widthScale, heightScale, bold, align } = item;
      return { kind: 'text', align, runs: [{ text, widthScale, heightScale, bold }] };
    }
    case 'qr':
      return { kind: 'qr', align: item.align, data: item.data, moduleDots: item.moduleDots };
    case 'feed':
      return { kind: 'feed', lines: item.lines };
    case 'cut':
      return { kind: 'cut' };
    default: {
      const never: never = item;
      return never;
    }
  }
}

async function setPlugged(device: ServedSimulator, plugged: boolean): Promise<void> {
  if (plugged) await device.plug();
  else await device.unplug();
}

function dashed(yyyymmdd: string): string {
  return `${yyyymmdd.slice(0, 4)}-${yyyymmdd.slice(4, 6)}-${yyyymmdd.slice(6)}`;
}
