import type { HelpPage } from '#contract/choices.ts';
import { type Helper, helpPageSchema } from '#contract/help.ts';
import type { Store } from '../store/store.ts';

/** The call that is open at this terminal. */
export interface OpenCall {
  readonly callId: string;
  readonly page: HelpPage;
  readonly calledMs: number;
  /** Null: nobody has answered. */
  readonly answer: { readonly helper: Helper; readonly atMs: number } | null;
}

/** Its row. Calls throw what the store throws; inside a transaction the row lives and dies with it. */
export interface HelpLog {
  /** Null also when the row is of a newer program, which knows more pages. */
  read(): OpenCall | null;
  write(call: OpenCall): void;
  erase(): void;
}

export function createHelpLog(store: Store): HelpLog {
  return {
    read: () => {
      const row = store.sql('SELECT * FROM help_call').get();
      const page = helpPageSchema.safeParse(row?.['page']);
      if (row === undefined || !page.success) return null;
      const window = row['helper_window'];
      return {
        callId: String(row['call_id']),
        page: page.data,
        calledMs: Number(row['called_at_ms']),
        answer:
          row['helper'] === null
            ? null
            : {
                helper: { staffId: String(row['helper']), window: window === null ? null : String(window) },
                atMs: Number(row['answered_at_ms']),
              },
      };
    },
    write: ({ callId, page, calledMs, answer }) => {
      store
        .sql(
          `INSERT OR REPLACE INTO help_call
             (place, call_id, page, called_at_ms, helper, helper_window, answered_at_ms)
           VALUES (1, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          callId,
          page,
          calledMs,
          answer?.helper.staffId ?? null,
          answer?.helper.window ?? null,
          answer?.atMs ?? null,
        );
    },
    erase: () => {
      store.sql('DELETE FROM help_call').run();
    },
  };
}
