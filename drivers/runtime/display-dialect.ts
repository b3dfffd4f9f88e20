import type { Fault } from '#contract/fault.ts';
import type { Result } from '#contract/result.ts';
import type { WindowDisplayContent } from '#contract/window-display.ts';

/** What the bytes that came back say. */
export type Answer =
  | { readonly type: 'taken' }
  /** `passes`: the same request may be taken a moment later. */
  | { readonly type: 'refused'; readonly fault: Fault; readonly passes: boolean }
  /** A good answer may follow at once, behind the damaged one. */
  | { readonly type: 'damaged' };

/** Finds the answer to one request in what the line brings. */
export interface AnswerReader {
  /** null as long as nothing said anything about the request. */
  push(bytes: Uint8Array): Answer | null;
}

export interface DisplayRequest {
  readonly bytes: Uint8Array;
  /** A new reader for each attempt; null when nobody answers this request. */
  readonly reader: (() => AnswerReader) | null;
}

/** Every delay of one exchange, behind the last byte of the request. */
export interface ExchangeDelays {
  /** The longest time that a display which works takes for its answer. */
  readonly answerMs: number;
  /** The same for one that is known to be away: others wait meanwhile. */
  readonly probeMs: number;
  /** Before a request is repeated. */
  readonly retryMs: number;
}

/**
 * One display's way of speaking, with its address and settings: what is sent, and what an answer is. It
 * keeps no time and no state; the line does (display-line.ts).
 */
export interface DisplayDialect {
  /** Displays of one protocol hear each other's broadcasts. */
  readonly protocol: string;
  /** What a display that answered is called; never the port's name. */
  readonly identity: string;
  readonly delays: ExchangeDelays;
  /** false: an answer that comes late could be any display's on the line. */
  readonly answersNameDisplay: boolean;
  /** Changes nothing. null when there is none: what should stand there is sent again, as handshake too. */
  readonly question: DisplayRequest | null;
  /** Faults: device.refused for what this display cannot show. Without its voice nothing else may fail. */
  show(content: WindowDisplayContent): Result<DisplayRequest>;
  readonly clear: DisplayRequest;
  /** To every display of this protocol on the line, answered by none, with the rest that they need then. */
  readonly clearAll: { readonly bytes: Uint8Array; readonly restMs: number } | null;
}
