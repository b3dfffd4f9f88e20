import { Agent, request } from 'undici';

/** An OTLP receiver (opentelemetry.io/docs/specs/otlp, OTLP/HTTP in JSON), as somebody who may be slow, dead or hostile. */
export interface Collector {
  /** Null: taken. Else why not. Never rejects. No redirect is followed, and nothing of the answer but its status is read. */
  post(signal: 'traces' | 'metrics', body: Uint8Array, givenUp: AbortSignal): Promise<string | null>;
  close(): Promise<void>;
}

const limits = {
  connectMs: 5_000,
  /** Of an answer's status line and headers. */
  headerBytes: 16_384,
  /** Read and thrown away, so that the connection can be used again; over it the connection is cut. */
  answerBytes: 65_536,
} as const;

export function createCollector(endpoint: string, trusted: string | null): Collector {
  const base = endpoint.replace(/\/+$/, '');
  const agent = new Agent({
    connections: 1,
    maxHeaderSize: limits.headerBytes,
    connect: { timeout: limits.connectMs, ...(trusted === null ? {} : { ca: trusted }) },
  });
  return {
    post: async (signal, body, givenUp) => {
      try {
        const answer = await request(`${base}/v1/${signal}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
          signal: givenUp,
          dispatcher: agent,
        });
        await answer.body.dump({ limit: limits.answerBytes, signal: givenUp }).catch(() => undefined);
        return answer.statusCode >= 200 && answer.statusCode < 300
          ? null
          : `HTTP ${String(answer.statusCode)}`;
      } catch (error) {
        return givenUp.aborted ? 'no answer in time' : whyOf(error);
      }
    },
    close: () => agent.destroy(),
  };
}

/** A code of Node's or undici's (`ECONNREFUSED`, `UND_ERR_SOCKET`), and never a message, which may quote what was sent. */
function whyOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code) ? code : 'no answer';
}
