import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../database/for-tests.ts';
import { resolveName, type NameParts } from './resolve-name.ts';

/** A department whose name nobody resolves, beside others. */

const DEAD = 'cases.dead.example';
const HEALTHY = 'cases.healthy.example';
/** More than libuv has threads (4): as many calls to a dead department as a node never has at once. */
const MANY = 12;
const NEWER = 'cases.newer.example';
const A = 1;
const AAAA = 28;

let server: Socket;
let parts: NameParts;
/** How often the server was asked for the dead name. */
let deadAsked = 0;

/** What a name server (RFC 1035) answers to a type of question, as the end of a record; it is silent about the dead name, and about the AAAA of another. */
const records: Readonly<Record<string, readonly { type: number; data: readonly number[] }[]>> = {
  healthy: [{ type: A, data: [203, 0, 113, 7] }],
  newer: [{ type: AAAA, data: [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7] }],
  empty: [],
};

beforeAll(async () => {
  server = createSocket('udp4');
  server.on('message', (question, { port, address }) => {
    const end = question.indexOf(0, 12) + 5;
    const name = question.toString('latin1', 12, end);
    const type = question.readUInt16BE(end - 4);
    if (name.includes('dead')) deadAsked += 1;
    if (name.includes('dead') || (name.includes('healthy') && type === AAAA)) return;
    const known = Object.entries(records).find(([part]) => name.includes(part))?.[1];
    const found = (known ?? []).filter((record) => record.type === type);
    const head = Buffer.from(question.subarray(0, 12));
    head.writeUInt16BE(known ? 0x8180 : 0x8183, 2);
    head.writeUInt16BE(found.length, 6);
    head.fill(0, 8);
    // The name by its place in the question, class IN, an hour.
    const answers = found.map(({ data }) =>
      Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 14, 16, 0, data.length, ...data]),
    );
    server.send(Buffer.concat([head, question.subarray(12, end), ...answers]), port, address);
  });
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  const hostsFile = join(temporaryFolder(), 'hosts');
  writeFileSync(
    hostsFile,
    '# ours\n10.20.0.9\tcases.civil.gov.example civil # the bureau\n\nfd00::9 cases.civil.gov.example\n',
  );
  parts = { hostsFile, servers: [`127.0.0.1:${String(server.address().port)}`], timeoutMs: 300 };
});
afterAll(() => server.close());

test('dead names hold up no other one, and nothing else that waits for a thread', async () => {
  let failed = 0;
  const dead = Array.from({ length: MANY }, () =>
    resolveName(DEAD, parts).catch((error: unknown) => {
      failed += 1;
      return error;
    }),
  );
  expect(await resolveName(HEALTHY, parts)).toEqual([{ address: '203.0.113.7', family: 4 }]);
  expect(await lookup('localhost', 4)).toEqual({ address: '127.0.0.1', family: 4 });
  expect(failed).toBe(0);
  for (const error of await Promise.all(dead)) expect(error).toMatchObject({ code: 'ETIMEOUT' });
  expect(deadAsked).toBeGreaterThanOrEqual(MANY);
});

test('the machine’s own names go before what a server says, in each family', async () => {
  expect(await resolveName('Cases.Civil.GOV.example', parts)).toEqual([
    { address: '10.20.0.9', family: 4 },
    { address: 'fd00::9', family: 6 },
  ]);
  expect(await resolveName('civil', parts)).toEqual([{ address: '10.20.0.9', family: 4 }]);
});

test('a name that has no IPv4 address is called by its IPv6 one', async () => {
  expect(await resolveName(NEWER, parts)).toEqual([{ address: '2001:db8::7', family: 6 }]);
});

test('a name that is not there is told so at once, and one that has no address at all', async () => {
  await expect(resolveName('gone.example', parts)).rejects.toMatchObject({ code: 'ENOTFOUND' });
  await expect(resolveName('empty.example', parts)).rejects.toMatchObject({ code: 'ENODATA' });
});

test('without a file of names the server is asked', async () => {
  const found = await resolveName(HEALTHY, { ...parts, hostsFile: '/no/such/file' });
  expect(found).toEqual([{ address: '203.0.113.7', family: 4 }]);
});
