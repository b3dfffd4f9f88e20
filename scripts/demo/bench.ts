import { isDeepStrictEqual } from 'node:util';
import type { BenchBaudRate, BenchDisplay, BenchState, RenderedReceipt } from '#contract/bench-api.ts';
import type { DeviceSnapshot } from '#contract/devices.ts';
import { maskIdNumber } from '#contract/masks.ts';
import type { PacedSimulator } from '#drivers/channel/paced-simulator.ts';
import type { ServedSimulator } from '#drivers/channel/tcp-server.ts';
import type { CardReaderFault, CardReaderSimulator } from '#drivers/id-card-reader/simulator.ts';
import { syntheticPeople, syntheticPerson } from '#drivers/id-card-reader/synthetic-people.ts';
import type { PrinterProfile } from '#drivers/receipt-printer/profiles.ts';
import type { DotImage, RenderedItem } from '#drivers/receipt-printer/render.ts';
import type { ReceiptPrinterSimulator } from '#drivers/receipt-printer/simulator.ts';
import type { DisplayBoard } from './display-board.ts';
import type { CutMode, Line } from './line.ts';
import type { ScannerBench } from './scanner-bench.ts';
import { Watched } from './watched.ts';

/** As many slips as fit on the page without scrolling for minutes; older ones stay in the simulator. */
const RECEIPTS_SHOWN = 20;

type ReaderFault = BenchState['reader']['fault'];

/** As the devices stand in the demo station's configuration. */
export const demoBaudRates = { reader: 115200, printer: 115200, displays: 9600 } as const;

/**
 * How the bench's faults strike: a reader that is silent or slow is so in everything, the others spoil the
 * card's own frame, so that what is shown is the reading that fails and not the device that is lost.
 */
const readerFaults: Readonly<Record<ReaderFault, CardReaderFault | null>> = {
  none: null,
  silent: { kind: 'silent', during: 'any' },
  garbage: { kind: 'garbage', during: 'read' },
  'half-frame': { kind: 'half-frame', during: 'read' },
  'slow-bytes': { kind: 'slow-bytes', during: 'any' },
  'wrong-checksum': { kind: 'wrong-checksum', during: 'read' },
  'too-long': { kind: 'frame-too-long', during: 'read' },
  'not-an-id-card': { kind: 'not-an-id-card', during: 'read' },
  'reads-nothing': { kind: 'reads-nothing', during: 'read' },
  'finds-nothing': { kind: 'finds-nothing', during: 'any' },
};

export interface BenchParts {
  readonly reader: CardReaderSimulator;
  readonly readerLine: PacedSimulator;
  readonly readerPlug: ServedSimulator;
  readonly printer: ReceiptPrinterSimulator;
  readonly printerLine: PacedSimulator;
  readonly printerPlug: ServedSimulator;
  readonly printerProfile: PrinterProfile;
  readonly displays: DisplayBoard;
  readonly displaysPlug: ServedSimulator;
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
      reader: { plugged: true, card: null, fault: 'none', baudRate: demoBaudRates.reader },
      printer: {
        plugged: true,
        ...parts.printer.state,
        fault: 'none',
        baudRate: demoBaudRates.printer,
      },
      displays: {
        plugged: true,
        baudRate: demoBaudRates.displays,
        members: parts.displays.displays(),
      },
      scanner: parts.scanner.state,
      line: { cut: parts.line.state().state === 'cut' },
      receipts: [],
      terminal: null,
    });
    parts.printer.onReceipt(() => this.showPaper());
    parts.displays.onLook(() => this.#showDisplays());
    parts.scanner.onChange((scanner) => this.#change({ scanner }));
  }

  /** Shows what is on the paper now, if that is not what was shown. */
  showPaper(): void {
    const receipts = this.#receipts();
    if (!isDeepStrictEqual(receipts, this.state.receipts)) this.#change({ receipts });
  }

  /** null while the terminal cannot be asked. */
  showTerminal(devices: readonly DeviceSnapshot[] | null): void {
    const terminal = devices === null ? null : [...devices];
    if (!isDeepStrictEqual(terminal, this.state.terminal)) this.#change({ terminal });
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

  setReaderBaudRate(baudRate: BenchBaudRate): void {
    this.#parts.readerLine.setBaudRate(baudRate);
    this.#changeReader({ baudRate });
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

  setPrinterFault(fault: BenchState['printer']['fault']): void {
    this.#parts.printer.setFault(fault === 'none' ? null : fault);
    this.#changePrinter({ fault });
  }

  setPrinterBaudRate(baudRate: BenchBaudRate): void {
    this.#parts.printerLine.setBaudRate(baudRate);
    this.#changePrinter({ baudRate });
  }

  async setPrinterPlugged(plugged: boolean): Promise<void> {
    await setPlugged(this.#parts.printerPlug, plugged);
    this.#changePrinter({ plugged });
  }

  /** False for a screen that is not on the line; so for the next. */
  setDisplayFault(screen: number, fault: BenchDisplay['fault']): boolean {
    const isThere = this.#parts.displays.setFault(screen, fault);
    this.#showDisplays();
    return isThere;
  }

  setDisplayPlugged(screen: number, plugged: boolean): boolean {
    const isThere = this.#parts.displays.setPlugged(screen, plugged);
    this.#showDisplays();
    return isThere;
  }

  setDisplaysBaudRate(baudRate: BenchBaudRate): void {
    this.#parts.displays.setBaudRate(baudRate);
    this.#changeDisplays({ baudRate });
  }

  async setDisplaysPlugged(plugged: boolean): Promise<void> {
    await setPlugged(this.#parts.displaysPlug, plugged);
    this.#changeDisplays({ plugged });
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

  #showDisplays(): void {
    const members = this.#parts.displays.displays();
    if (!isDeepStrictEqual(members, this.state.displays.members)) this.#changeDisplays({ members });
  }

  #changeDisplays(part: Partial<BenchState['displays']>): void {
    this.#change({ displays: { ...this.state.displays, ...part } });
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
      const images = item.images.map(dotsOf);
      return { kind: 'text', align, runs: [{ text, images, widthScale, heightScale, bold }] };
    }
    case 'qr':
      return { kind: 'qr', align: item.align, data: item.data, moduleDots: item.moduleDots };
    case 'barcode': {
      const { data, moduleDots, heightDots, readable, align } = item;
      return { kind: 'barcode', align, data, moduleDots, heightDots, readable };
    }
    case 'image':
      return { kind: 'image', align: item.align, image: dotsOf(item.image) };
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

function dotsOf({ widthDots, heightDots, bits }: DotImage) {
  return { widthDots, heightDots, bits: Buffer.from(bits).toString('base64') };
}

async function setPlugged(device: ServedSimulator, plugged: boolean): Promise<void> {
  if (plugged) await device.plug();
  else await device.unplug();
}

function dashed(yyyymmdd: string): string {
  return `${yyyymmdd.slice(0, 4)}-${yyyymmdd.slice(4, 6)}-${yyyymmdd.slice(6)}`;
}
