import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';

/** What the terminal's host writes when it listens (`--ready-file`), as far as its screen asks. */
const readySchema = z.looseObject({
  ready: z.looseObject({ url: z.url({ protocol: /^http$/ }), resident: z.url({ protocol: /^http$/ }) }),
});
const MAX_READY_BYTES = 16_384;
/** The terminal writes to its disk in between; one that says nothing for longer serves nobody. */
const ANSWERS_WITHIN_MS = 5_000;
/** Of an answer about a crash; longer than any. */
const TOLD_WITHIN_MS = 5_000;

/** The address by which the screen is entered. Null: no terminal runs, or it does not answer. */
export async function findTerminal(readyFile: string): Promise<URL | null> {
  const resident = residentIn(readyFile);
  if (resident === null) return null;
  try {
    // Without a session: any answer is one, and 401 it is.
    await fetch(new URL('/', resident), {
      signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
      redirect: 'manual',
    });
    return resident;
  } catch {
    return null;
  }
}

function residentIn(readyFile: string): URL | null {
  try {
    if (statSync(readyFile).size > MAX_READY_BYTES) return null;
    const { ready } = readySchema.parse(JSON.parse(readFileSync(readyFile, 'utf8')));
    return URL.parse(ready.resident);
  } catch {
    // Not yet there, or written this moment.
    return null;
  }
}

/** Tells the terminal what became of its screen; false: it has to be told again. */
export async function tellTerminal(readyFile: string, path: string, news: object): Promise<boolean> {
  const resident = residentIn(readyFile);
  if (resident === null) return false;
  const token = resident.searchParams.get('token') ?? '';
  try {
    const answer = await fetch(new URL(path, resident), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(news),
      signal: AbortSignal.timeout(TOLD_WITHIN_MS),
    });
    return answer.status === 204;
  } catch {
    return false;
  }
}
