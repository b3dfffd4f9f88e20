import { Agent, request } from 'node:http';
import type { Clock } from '#contract/ports.ts';
import type { Claimed } from '#terminal/outbox/outbox.ts';
import { type PlatformAccess, signerOf } from './bench-platform.ts';

/**
 * How many of these the platform stores in a second when nobody but Node's plain HTTP stands before it: no
 * database, no parsing of what comes back. So many at a time, each on a connection that stays.
 */
export async function platformRate(
  access: PlatformAccess,
  rows: readonly Claimed[],
  atATime: number,
  clock: Clock,
): Promise<number> {
  const bodies = rows.map((row) => ({
    path: `/v1/applications/${row.applicationId}/revisions/${row.revision}`,
    body: Buffer.from(JSON.stringify(row.submission)),
  }));
  const agent = new Agent({ keepAlive: true, maxSockets: atATime });
  let next = 0;
  const signed = signerOf(access);
  const sender = async (): Promise<void> => {
    for (let at = next++; at < bodies.length; at = next++) {
      const one = bodies[at];
      if (one === undefined) continue;
      const url = access.url + one.path;
      const headers = await signed({
        method: 'PUT',
        url,
        headers: { 'content-type': 'application/json' },
        body: one.body,
      });
      await put(agent, url, headers, one.body);
    }
  };
  const startMs = clock.monotonicMs();
  try {
    await Promise.all(Array.from({ length: atATime }, sender));
  } finally {
    agent.destroy();
  }
  return (rows.length * 1_000) / (clock.monotonicMs() - startMs);
}

function put(
  agent: Agent,
  url: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'PUT',
        agent,
        headers: { ...headers, 'content-length': body.length },
      },
      (response) => {
        response.resume();
        response.once('end', () => {
          if (response.statusCode === 200) resolve();
          else reject(new Error(`the platform answered ${String(response.statusCode)}`));
        });
        response.once('error', reject);
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}
