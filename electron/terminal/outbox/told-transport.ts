import type { Clock } from '#contract/ports.ts';
import type { Log } from '../log.ts';
import { lineFault, type PlatformTransport } from './platform-transport.ts';

/** Of a path, the version and the kind of thing: what stands behind it may be a number of somebody's. */
const SEGMENTS_TOLD = 2;

/** Tells each request, its answer and its time to whoever asked the log to say more. */
export function toldTransport(transport: PlatformTransport, log: Log, clock: Clock): PlatformTransport {
  return {
    ...transport,
    fetch: async (url, init) => {
      const beganMs = clock.monotonicMs();
      const told = (outcome: string): string => {
        const place = new URL(url).pathname
          .split('/')
          .slice(0, SEGMENTS_TOLD + 1)
          .join('/');
        const tookMs = Math.round(clock.monotonicMs() - beganMs);
        return `${init.method ?? 'GET'} ${place} ${outcome} ${tookMs} ms`;
      };
      try {
        const response = await transport.fetch(url, init);
        log({ level: 'debug', event: 'platform.call', detail: told(String(response.status)) });
        return response;
      } catch (error) {
        const { code } = lineFault(error);
        log({ level: 'debug', event: 'platform.call', code, detail: told('no answer') });
        throw error;
      }
    },
  };
}
