import { openSync, writeSync } from 'node:fs';

/** What the recorder takes for the disk of marks; any path will do that is nobody's. */
export const MARKS_FILE = '/yizhan-marks';

/** In the child: puts a promise into the trace, at the moment when somebody has been told. */
export function openMarks(): (mark: Mark) => void {
  const handle = openSync(MARKS_FILE, 'w');
  return (mark) => {
    writeSync(handle, mark.join(' '));
  };
}

export type Mark =
  /** The screen said so, with this number. */
  | readonly ['received', applicationId: string, receiptNo: string]
  /** The platform stored it and answered. */
  | readonly ['accepted', applicationId: string]
  /** The terminal noted the answer. */
  | readonly ['settled', applicationId: string]
  | readonly ['erased', applicationId: string]
  | readonly ['backed-up', file: string]
  /** A step was refused, with this fault. */
  | readonly ['refused', code: string]
  /** The disk under the store failed: from here on nothing is promised. */
  | readonly ['broken', code: string]
  /** Somebody came to a store that had broken, and was told this fault. */
  | readonly ['late', code: string]
  /** Where in its life the child is, for whoever reads the trace. */
  | readonly ['chapter', name: string];

/** Everything that was promised by some moment. */
export class Promised {
  readonly received = new Map<string, string>();
  readonly accepted = new Set<string>();
  readonly settled = new Set<string>();
  readonly erased = new Set<string>();
  readonly backups: string[] = [];
  readonly refused: string[] = [];
  broken: string | null = null;
  /** What the one who came behind that was told. */
  late: string | null = null;
  chapter = 'beginning';
  count = 0;

  hear(text: string): void {
    const [what, first = '', second = ''] = text.split(' ');
    this.count += 1;
    switch (what) {
      case 'received':
        this.received.set(first, second);
        return;
      case 'accepted':
        this.accepted.add(first);
        return;
      case 'settled':
        this.settled.add(first);
        return;
      case 'erased':
        this.erased.add(first);
        return;
      case 'backed-up':
        this.backups.push(first);
        return;
      case 'refused':
        this.refused.push(first);
        return;
      case 'broken':
        this.broken = first;
        return;
      case 'late':
        this.late = first;
        return;
      case 'chapter':
        this.chapter = first;
        return;
      default:
        throw new Error(`a mark that nobody knows: ${text}`);
    }
  }
}
