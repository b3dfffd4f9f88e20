import { connect } from 'node:net';

/** A connection that is kept alive, on which one request is answered after the other. */
export interface BareLine {
  /** Sends the bytes of a whole request; gives the status when its answer is there to the end. */
  ask(request: Buffer): Promise<number>;
}

const STATUS = /^HTTP\/1\.1 (\d{3}) /;
const LENGTH = /\r\ncontent-length: (\d+)\r\n/i;
const LAST_CHUNK = '\r\n0\r\n\r\n';
const END_OF_HEAD = '\r\n\r\n';

/**
 * As little of HTTP as the platform's short answers need: a whole client takes as much of the processor that all share as the
 * database does, and is not what is measured.
 */
export function openLine({ hostname, port }: URL): Promise<BareLine> {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  let received = '';
  let answered: { resolve: (status: number) => void; reject: (error: Error) => void } | null = null;
  const end = (error: Error): void => {
    answered?.reject(error);
    answered = null;
  };
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text;
    if (!isWhole(received)) return;
    const status = Number(STATUS.exec(received)?.[1]);
    received = '';
    const { resolve } = answered ?? {};
    answered = null;
    resolve?.(status);
  });
  socket.on('error', end);
  socket.on('close', () => {
    end(new Error('the line was closed'));
  });
  const line: BareLine = {
    ask: (request) =>
      new Promise((resolve, reject) => {
        answered = { resolve, reject };
        socket.write(request);
      }),
  };
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(line)).once('error', reject);
  });
}

/** RFC 9112 §6: by its length, or its last chunk. */
function isWhole(received: string): boolean {
  const head = received.indexOf(END_OF_HEAD);
  if (head < 0) return false;
  const length = LENGTH.exec(received.slice(0, head + 2))?.[1];
  if (length === undefined) return received.endsWith(LAST_CHUNK);
  return received.length >= head + END_OF_HEAD.length + Number(length);
}
