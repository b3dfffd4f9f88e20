import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_EXPORT_CHARS, MAX_LOG_LINES_AT_ONCE } from '#contract/technician-api.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import type { LogLine } from '../log.ts';
import { createLogBook, logBookLimits, type LogBook } from './log-book.ts';

let clock: SimulatedClock;
let out: LogLine[];
let book: LogBook;
beforeEach(() => {
  clock = new SimulatedClock();
  out = [];
  book = createLogBook({ out: (line) => out.push(line), clock });
});

const events = (lines: readonly { readonly event: string }[]): string[] => lines.map(({ event }) => event);
const sayAll = (): void => {
  for (const level of ['debug', 'info', 'warn', 'error'] as const) book.log({ level, event: `of.${level}` });
};
const inMemory = (): string[] =>
  book
    .text()
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line))
    .map((row) => (typeof row === 'object' && row !== null && 'event' in row ? String(row.event) : ''));

describe('the level of the log', () => {
  it('is the usual one until somebody asks, and goes back by itself', async () => {
    sayAll();
    expect(events(out)).toEqual(['of.info', 'of.warn', 'of.error']);
    out = [];
    book.setLevel('debug', 600_000);
    expect(book.level()).toEqual({ level: 'debug', untilMs: clock.now() + 600_000 });
    sayAll();
    expect(events(out)).toEqual(['of.debug', 'of.info', 'of.warn', 'of.error']);
    await clock.advance(600_000);
    expect(book.level()).toEqual({ level: 'info', untilMs: null });
    out = [];
    sayAll();
    expect(events(out)).toEqual(['of.info', 'of.warn', 'of.error']);
  });

  it('is the later one’s when it is changed twice: the first one’s end ends nothing', async () => {
    book.setLevel('debug', 60_000);
    await clock.advance(30_000);
    book.setLevel('error', 60_000);
    await clock.advance(40_000);
    expect(book.level().level).toBe('error');
    await clock.advance(20_000);
    expect(book.level().level).toBe('info');
    expect(clock.pendingTimers).toBe(0);
  });

  it('that is quieter leaves the technician’s own view as it is', () => {
    book.setLevel('error', 60_000);
    sayAll();
    expect(events(out)).toEqual(['of.error']);
    expect(inMemory()).toEqual(['of.info', 'of.warn', 'of.error']);
  });
});

describe('the lines in memory', () => {
  it('are redacted and cut, and the oldest go first', () => {
    book.log({ level: 'warn', event: 'first.of-all' });
    book.log({ level: 'warn', event: 'with.a-number', detail: `999901194503120014 ${'x'.repeat(5_000)}` });
    for (let count = 0; count < logBookLimits.lines - 1; count += 1)
      book.log({ level: 'info', event: `line.${count}` });
    const text = book.text();
    expect(text).not.toContain('first.of-all');
    expect(text).not.toContain('999901194503120014');
    expect(text).toContain('***014 ');
    expect(text.length).toBeLessThan(MAX_EXPORT_CHARS);
    expect(inMemory()).toHaveLength(logBookLimits.lines);
  });

  it('are the newest where all of them are too many for one file', () => {
    for (let count = 0; count < logBookLimits.lines; count += 1)
      book.log({ level: 'info', event: `line.${count}`, detail: '字'.repeat(logBookLimits.detailChars) });
    expect(book.text().length).toBeLessThanOrEqual(MAX_EXPORT_CHARS);
    expect(inMemory().at(-1)).toBe(`line.${logBookLimits.lines - 1}`);
  });

  it('come to a watcher in batches: what there is, then each that comes, each once', async () => {
    for (let count = 0; count < MAX_LOG_LINES_AT_ONCE + 10; count += 1)
      book.log({ level: 'info', event: `line.${count}` });
    const abort = new AbortController();
    const watched = book.watch(abort.signal);
    const first = (await watched.next()).value ?? [];
    expect(first).toHaveLength(MAX_LOG_LINES_AT_ONCE);
    expect(first.at(-1)?.event).toBe(`line.${MAX_LOG_LINES_AT_ONCE + 9}`);
    const next = watched.next();
    book.log({ level: 'info', event: 'one.more' });
    expect(events((await next).value ?? [])).toEqual(['one.more']);
    abort.abort();
    expect((await watched.next()).done).toBe(true);
  });
});
