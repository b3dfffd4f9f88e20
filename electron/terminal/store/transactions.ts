import type { DatabaseSync } from 'node:sqlite';
import type { Fault } from '#contract/fault.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import { isSqliteError, storeFault, StoreBroken, type CrashOnly } from './crash-only.ts';

export interface Transactions {
  /** See `Store.transaction`. */
  transaction<T>(work: () => T): Result<T, Fault>;
  /** See `Store.transactions`. */
  transactions<T>(works: readonly Part<T>[]): readonly Outcome<T>[];
}

/** One of several in a commit. What it says it failed with, it has not written. */
export type Part<T> = () => Result<T, Fault>;

/** `rejected`: it threw what is not the store's, a programmer's error, and has written nothing. */
export type Outcome<T> = PromiseSettledResult<Result<T, Fault>>;

export function createTransactions(database: DatabaseSync, guard: CrashOnly): Transactions {
  /** Compiled once: a submission would spend more on the words than on what they say. */
  function command(text: string): () => void {
    const statement = database.prepare(text);
    const run = (): unknown => statement.run();
    return () => {
      guard.run(run);
    };
  }
  const begin = command('BEGIN IMMEDIATE');
  const commit = command('COMMIT');
  const beginPart = command('SAVEPOINT part');
  const endPart = command('RELEASE part');
  const undoPart = command('ROLLBACK TO part');

  function transaction<T>(work: () => T): Result<T, Fault> {
    try {
      begin();
    } catch (error) {
      return err(storeFault(error));
    }
    try {
      const value = work();
      commit();
      return ok(value);
    } catch (error) {
      if (guard.fault() === null && database.isTransaction) database.exec('ROLLBACK');
      if (isTheStores(error)) return err(storeFault(error));
      throw error;
    }
  }

  /** Throws, of what the store says, only what has ended the transaction as a whole. */
  function inSavepoint<T>(work: Part<T>): Outcome<T> {
    beginPart();
    const outcome = outcomeOf(work, () => guard.fault() === null && database.isTransaction);
    if (!isDone(outcome)) undoPart();
    endPart();
    return outcome;
  }

  /** Without a savepoint, which one by itself has no use for. */
  function alone<T>(work: Part<T>): Outcome<T> {
    const undone: { outcome: Outcome<T> | null } = { outcome: null };
    try {
      const done = transaction(() => {
        const outcome = outcomeOf(work, () => false);
        if (isDone(outcome)) return outcome;
        undone.outcome = outcome;
        throw new Undone();
      });
      return done.ok ? done.value : { status: 'fulfilled', value: done };
    } catch (error) {
      if (error instanceof Undone && undone.outcome !== null) return undone.outcome;
      throw error;
    }
  }

  return {
    transaction,
    transactions: (works) => {
      const [first] = works;
      if (first === undefined) return [];
      if (works.length === 1) return [alone(first)];
      const together = transaction(() => works.map(inSavepoint));
      if (together.ok) return together.value;
      // On a full disk SQLite may undo all of it for the sake of one, and there may be room for the others.
      return guard.fault() === null
        ? works.map(alone)
        : works.map(() => ({ status: 'fulfilled', value: together }));
    },
  };
}

/** Undoes a transaction for a reason that its work has given. */
class Undone extends Error {}

function outcomeOf<T>(work: Part<T>, goesOn: () => boolean): Outcome<T> {
  try {
    return { status: 'fulfilled', value: work() };
  } catch (error) {
    if (!isTheStores(error)) return { status: 'rejected', reason: error };
    if (!goesOn()) throw error;
    return { status: 'fulfilled', value: err(storeFault(error)) };
  }
}

function isDone<T>(outcome: Outcome<T>): boolean {
  return outcome.status === 'fulfilled' && outcome.value.ok;
}

function isTheStores(error: unknown): boolean {
  return isSqliteError(error) || error instanceof StoreBroken;
}
