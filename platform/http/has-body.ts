import type { IncomingMessage } from 'node:http';

/** The methods of the contract whose body counts; another's is not read. */
export function hasBody(request: IncomingMessage): boolean {
  return request.method === 'PUT' || request.method === 'POST';
}
