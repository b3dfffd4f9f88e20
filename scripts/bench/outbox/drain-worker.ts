/**
 * The terminal that drains, in a process of its own, so that its memory and its event loop are its own: opens
 * a folder that is full of waiting rows, serves residents for a while, then lets the forwarder go, and says at
 * the end how it was. One message in, one out.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { z } from 'zod';
import { ok } from '#contract/result.ts';
import { systemClock, systemRandom, systemRandomBytes } from '#terminal/system-ports.ts';
import { coreConfig, coreItem, startTerminalCore } from '../../../tests/support/terminal-core.ts';
import { samplePayload } from './application.ts';
import { clientOf } from './bench-platform.ts';
import { dayAfterDay, expectOk } from './station.ts';

const NANOSECONDS_PER_MS = 1e6;
const BYTES_PER_MB = 1_048_576;
const DAY_MS = 86_400_000;
/** All intervals, in milliseconds. Nobody submits as often; it gives enough samples for a p99. */
const delays = { residentEveryMs: 25, quietForMs: 5_000, sampleEveryMs: 100 } as const;

const orderSchema = z.object({
  dataDir: z.string(),
  masterKeyHex: z.string(),
  rows: z.number(),
  access: z.object({ url: z.string(), token: z.string() }),
});
export type DrainOrder = z.infer<typeof orderSchema>;

/** What a resident waited, from the touch to the commit; `loop`: what a timer was late, by percentile. */
const servedSchema = z.object({
  submitMs: z.array(z.number()),
  loopP50Ms: z.number(),
  loopP99Ms: z.number(),
  loopMaxMs: z.number(),
});
export const drainedSchema = z.object({
  acknowledged: z.number(),
  tookMs: z.number(),
  coreShare: z.number(),
  rssMb: z.array(z.number()),
  quiet: servedSchema,
  draining: servedSchema,
});
export type Drained = z.infer<typeof drainedSchema>;

process.once('message', (message) => {
  void drain(orderSchema.parse(message)).then((drained) => {
    process.send?.(drained, () => process.exit(0));
  });
});

async function drain(order: DrainOrder): Promise<Drained> {
  const days = dayAfterDay(order.rows);
  let mayForward = false;
  const core = startTerminalCore({
    dataDir: order.dataDir,
    config: coreConfig(1),
    masterKey: Buffer.from(order.masterKeyHex, 'hex'),
    clock: days.clock,
    random: systemRandom,
    randomBytes: systemRandomBytes,
    client: clientOf(order.access),
    payloadRetentionMs: 7 * DAY_MS,
    backoff: { baseMs: 1_000, capMs: 60_000 },
    bend: (outbox) => ({
      ...outbox,
      claim: (leaseMs) => (mayForward ? outbox.claim(leaseMs) : ok(null)),
      nextDueMs: () => (mayForward ? outbox.nextDueMs() : null),
    }),
  });
  const item = coreItem();
  const payload = samplePayload();
  const submit = (): void => {
    days.countOne();
    expectOk(core.intake.receive({ applicationId: core.newId(), item, language: 'zh', payload }));
    core.forwarder.kick();
  };

  // Once before it counts: the first of everything is slow.
  await serveResidents(submit, delays.quietForMs / 5, () => false);
  const quiet = await serveResidents(submit, delays.quietForMs, () => false);
  const waitingBefore = core.outbox.counts().waiting;
  const rssMb: number[] = [];
  const sampling = setInterval(
    () => rssMb.push(process.memoryUsage.rss() / BYTES_PER_MB),
    delays.sampleEveryMs,
  );
  const cpuBefore = process.cpuUsage();
  const startMs = systemClock.monotonicMs();
  mayForward = true;
  core.forwarder.kick();
  const draining = await serveResidents(submit, null, () => core.outbox.counts().waiting === 0);
  const tookMs = systemClock.monotonicMs() - startMs;
  const cpu = process.cpuUsage(cpuBefore);
  clearInterval(sampling);
  const parked = core.outbox.counts().parked;
  if (parked > 0) throw new Error(`${parked} rows were parked, and none is wrong`);
  await core.forwarder.stop();
  core.store.close();
  return {
    acknowledged: waitingBefore + draining.submitMs.length,
    tookMs,
    coreShare: (cpu.user + cpu.system) / 1_000 / tookMs,
    rssMb,
    quiet,
    draining,
  };
}

/** A resident at every tick, who waits from the moment of the touch: also for a loop that is busy. */
async function serveResidents(
  submit: () => void,
  forMs: number | null,
  isOver: () => boolean,
): Promise<z.infer<typeof servedSchema>> {
  const submitMs: number[] = [];
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  const startMs = systemClock.monotonicMs();
  for (let tick = 1; ; tick += 1) {
    const touchedMs = startMs + tick * delays.residentEveryMs;
    await new Promise<void>((resolve) => {
      systemClock.after(Math.max(0, touchedMs - systemClock.monotonicMs()), resolve);
    });
    if (isOver() || (forMs !== null && touchedMs - startMs > forMs)) break;
    submit();
    submitMs.push(systemClock.monotonicMs() - touchedMs);
  }
  loop.disable();
  const ms = (nanoseconds: number): number => nanoseconds / NANOSECONDS_PER_MS;
  return {
    submitMs,
    loopP50Ms: ms(loop.percentile(50)),
    loopP99Ms: ms(loop.percentile(99)),
    loopMaxMs: ms(loop.max),
  };
}
