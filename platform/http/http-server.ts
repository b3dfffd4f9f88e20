import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Duplex } from 'node:stream';
import type { Problem } from '#contract/problem.ts';
import { badRequest, problem, problemBytes, sendProblem } from './problem.ts';

export interface HttpLimits {
  readonly headersTimeoutMs: number;
  /** From the first byte of a request to its last. */
  readonly requestTimeoutMs: number;
  /** How often the two above are looked after. */
  readonly checkEveryMs: number;
  readonly keepAliveTimeoutMs: number;
  readonly headerBytes: number;
}

/**
 * HTTP as far as Node speaks it by itself, with a problem document also where Node would answer with a bare status or
 * cut the line.
 */
export function createHttpServer(
  limits: HttpLimits,
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: limits.checkEveryMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      // Asked for below, with a body.
      requireHostHeader: false,
    },
    (request, response) => {
      if (namesOneHost(request)) onRequest(request, response);
      else sendProblem(response, badRequest('Host: must be named once'), { connection: 'close' });
    },
  );
  server.on('checkExpectation', (_request, response: ServerResponse) => {
    sendProblem(response, problem('EXPECTATION_FAILED'), { connection: 'close' });
  });
  // Nobody tunnels through here.
  server.on('connect', (_request, socket) => endWith(socket, badRequest('there are no tunnels')));
  server.on('clientError', (error, socket) => {
    switch ('code' in error ? error.code : '') {
      case 'HPE_HEADER_OVERFLOW':
        endWith(socket, problem('HEADERS_TOO_LARGE'));
        break;
      case 'ERR_HTTP_REQUEST_TIMEOUT':
        endWith(socket, problem('REQUEST_TIMEOUT'));
        break;
      default:
        endWith(socket, badRequest('it is no HTTP'));
    }
  });
  return server;
}

/** RFC 9112 §3.2: without one, or with several, a request of HTTP/1.1 must be answered by 400. Node takes the first. */
function namesOneHost({ headersDistinct, httpVersion }: IncomingMessage): boolean {
  const hosts = headersDistinct['host']?.length ?? 0;
  return hosts === 1 || (hosts === 0 && httpVersion === '1.0');
}

/** Not left half open: nothing looks after a socket that HTTP has let go of. */
function endWith(socket: Duplex, answer: Problem): void {
  // HTTP has taken its own listener away: an error that nobody hears would end the node.
  socket.on('error', () => socket.destroy());
  if (!socket.writable) socket.destroy();
  else socket.end(problemBytes(answer, STATUS_CODES[answer.status] ?? ''), () => socket.destroy());
}
