/**
 * A platform that stores nothing and answers at once, in a process of its own: against it a terminal drains as
 * fast as it can by itself. Says its address to its parent, and ends with it.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { acknowledgementOf } from '../../../tests/support/scripted-platform.ts';

const server = createServer((request, response) => {
  void textOf(request).then((body) => {
    const key = /^\/v1\/applications\/(.+)$/.exec(request.url ?? '')?.[1]?.replace('/revisions/', '|');
    response.writeHead(key === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(key === undefined ? {} : acknowledgementOf(key, body)));
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(typeof address === 'object' && address !== null ? address.port : 0);
});
process.on('disconnect', () => process.exit(0));

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // an IncomingMessage gives Buffers
  return Buffer.concat(chunks).toString('utf8');
}
