import { rmSync } from 'node:fs';
import { freePort, startEmbedded, type EmbeddedDatabase } from '#platform/database/embedded.ts';
import { embeddedOptionsForTests, temporaryFolder } from '#platform/database/for-tests.ts';

/** How a server ends (manual 18.5): clients are sent away; everybody drops everything; nobody says a word. */
export const databaseEnds = { fast: 'SIGINT', immediate: 'SIGQUIT', killed: 'SIGKILL' } as const;
export type DatabaseEnd = keyof typeof databaseEnds;

export interface MortalDatabase {
  /** The same after each start. */
  readonly url: string;
  /** Ends it, and starts it again over the same data: what was committed is recovered. */
  endAndStart(how: DatabaseEnd): Promise<void>;
  close(): Promise<void>;
}

/** A PostgreSQL of its own, on a port that stays. */
export async function startMortalDatabase(): Promise<MortalDatabase> {
  const folder = temporaryFolder();
  const port = await freePort();
  const start = async (): Promise<EmbeddedDatabase> => {
    const started = await startEmbedded({ ...embeddedOptionsForTests(folder), port });
    if (!started.ok) throw new Error(started.fault.detail ?? started.fault.code);
    return started.value;
  };
  let running = await start();
  return {
    url: running.url,
    endAndStart: async (how) => {
      process.kill(running.pid, databaseEnds[how]);
      await running.exited;
      await running.stop();
      running = await start();
    },
    close: async () => {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
