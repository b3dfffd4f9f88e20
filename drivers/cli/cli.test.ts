import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { serveSimulator } from '../channel/tcp-server.ts';
import { CardReaderSimulator, EXAMPLE_SAM_ID, FRANK_MODULE } from '../id-card-reader/simulator.ts';
import { syntheticPerson } from '../id-card-reader/synthetic-people.ts';
import { systemClock } from '../runtime/system-clock.ts';

// Processes are slow on a loaded machine, and that is no failure.
vi.setConfig({ testTimeout: 60_000 });

const CLI = fileURLToPath(new URL('../cli.ts', import.meta.url));

async function reader() {
  const simulator = new CardReaderSimulator({
    clock: systemClock,
    samId: EXAMPLE_SAM_ID,
    baudRate: null,
    habits: FRANK_MODULE,
  });
  const served = await serveSimulator(simulator, { host: '127.0.0.1', port: 0 });
  onTestFinished(() => served.close());
  return { simulator, channel: `tcp:127.0.0.1:${served.port}` };
}

function run(args: readonly string[]) {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const ended = new Promise<{ code: number | null; out: string; errors: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, out, errors }));
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, ended };
}

const figuresSchema = z.object({ answers: z.number(), verdict: z.string(), isWhole: z.boolean() });

describe('npm run device', () => {
  it('-- burn-in ends at Ctrl-C with the figures so far and an exit code', async () => {
    const { simulator, channel } = await reader();
    const { child, ended } = run(['burn-in', '--kind', 'id-card', '--channel', channel, '--json']);
    await vi.waitFor(() => expect(simulator.requestCount('12ff')).toBeGreaterThan(3), { timeout: 30_000 });
    child.kill('SIGINT');
    const { code, out } = await ended;
    const figures = figuresSchema.parse(JSON.parse(out));
    expect(figures).toMatchObject({ verdict: 'passed', isWhole: false });
    expect(figures.answers).toBeGreaterThan(3);
    expect(code).toBe(0);
  });

  it('-- burn-in of a port where nothing is fails, in words', async () => {
    const { code, out } = await run([
      ...['burn-in', '--kind', 'id-card', '--channel', 'serial:/dev/no-such-port', '--minutes', '0.02'],
    ]).ended;
    expect(code).toBe(1);
    expect(out).toContain('device.port-missing');
    expect(out).toContain('failed');
  });

  it.each([
    [['burn-in', '--channel', 'tcp:127.0.0.1:1'], '--kind'],
    [['burn-in', '--kind', 'id-card', '--channel', 'tcp:127.0.0.1:1', '--minutes', '-1'], '--minutes'],
    [['burn-in', '--kind', 'display', '--channel', 'tcp:127.0.0.1:1', '--display', '{'], '--display'],
    [['nonsense'], 'unknown command'],
  ])('says what is wrong with %j', async (args, sentence) => {
    const { code, errors } = await run(args).ended;
    expect(code).toBe(2);
    expect(errors.split('\n')[0]).toContain(sentence);
  });

  it('-- id-card read --trace tells the bytes of the line, and none of the card’s', async () => {
    const { simulator, channel } = await reader();
    simulator.placeCard(syntheticPerson('zhang-jianguo'));
    const { code, out, errors } = await run(['id-card', 'read', '--channel', channel, '--trace']).ended;
    expect(code).toBe(0);
    expect(errors).toMatch(/\d\d:\d\d:\d\d\.\d{3} > AA AA AA 96 69 00 03 30 01 32/);
    expect(errors).toContain('AA AA AA 96 69 05 08 00 00 90 <1285>');
    // 张 in UTF-16LE and in GB18030, and the number in ASCII.
    expect(errors).not.toMatch(/20 5F|D5 C5|39 39 39 39/);
    expect(out + errors).not.toMatch(/张建国|999901194503120014/);
  });

  it('-- ports lists the machine’s ports and opens none', async () => {
    const { code } = await run(['ports']).ended;
    expect(code).toBe(0);
  });
});
