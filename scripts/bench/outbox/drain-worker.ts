/**
 * The terminal that drains, in a process of its own, so that its memory and its event loop are its own: opens
 * a folder that is full of waiting rows, serves residents for a while, then lets the forwarder go, and says at
 * the end how it was. One message in, one out.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { sleep } from '#contract/ports.ts';
import { ok } from '#contract/result.ts';
import { systemClock, systemRandom, systemRandomBytes } from '#terminal/system-ports.ts';
import { coreConfig, startTerminalCore } from '../../../tests/support/terminal-core.ts';
import { clientOf } from './bench-platform.ts';
import { type DrainOrder, type Drained, orderSchema, type Served } from './drain-order.ts';
import { dayAfterDay, submitterOf } from './station.ts';

const NANOSECONDS_PER_MS = 1e6;
const BYTES_PER_MB = 1_048_576;
const DAY_MS = 86_400_000;
/** All intervals, in milliseconds. Nobody submits as often; it gives enough samples for a p99. */
const delays = { residentEveryMs: 50, quietForMs: 5_000, sampleEveryMs: 100 } as const;
/** What the compiler, the buffers and the young generation come to hold in the first of them is no leak. */
const WARM_UP_SHARE = 0.2;

/** Node gives the collector to whoever asks by a flag only, which may be set while it runs. */
setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');

function usedHeapMb(): number {
  if (typeof collect === 'function') collect();
  return process.memoryUsage().heapUsed / BYTES_PER_MB;
}

// Whoever asked is gone: nobody would ever end this process.
process.on('disconnect', () => process.exit(1));
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
  const receive = submitterOf(core, days);
  const submit = async (): Promise<void> => {
    await receive();
    core.forwarder.kick();
  };

  // Once before it counts: the first of everything is slow.
  await serveResidents(submit, delays.quietForMs / 5, () => false);
  const quiet = await serveResidents(submit, delays.quietForMs, () => false);
  const waitingBefore = core.outbox.counts().waiting;
  const rssMb: number[] = [];
  const sample = (): void => {
    rssMb.push(process.memoryUsage.rss() / BYTES_PER_MB);
  };
  let heapWarmMb: number | null = null;
  const sampling = setInterval(() => {
    if (heapWarmMb !== null) sample();
    else if (core.outbox.counts().waiting < waitingBefore * (1 - WARM_UP_SHARE)) heapWarmMb = usedHeapMb();
  }, delays.sampleEveryMs);
  const cpuBefore = process.cpuUsage();
  const startMs = systemClock.monotonicMs();
  mayForward = true;
  core.forwarder.kick();
  const draining = await serveResidents(submit, null, () => core.outbox.counts().waiting === 0);
  const tookMs = systemClock.monotonicMs() - startMs;
  const cpu = process.cpuUsage(cpuBefore);
  clearInterval(sampling);
  sample();
  const heapEndMb = usedHeapMb();
  const parked = core.outbox.counts().parked;
  if (parked > 0) throw new Error(`${parked} rows were parked, and none is wrong`);
  await core.forwarder.stop();
  core.store.close();
  return {
    acknowledged: waitingBefore + draining.submitMs.length,
    tookMs,
    coreShare: (cpu.user + cpu.system) / 1_000 / tookMs,
    rssMb,
    heapMb: { warm: heapWarmMb ?? heapEndMb, end: heapEndMb },
    quiet,
    draining,
  };
}

/** One resident after the other, each of whom waits from the touch on: also for a loop that is busy. */
async function serveResidents(
  submit: () => Promise<void>,
  forMs: number | null,
  isOver: () => boolean,
): Promise<Served> {
  const submitMs: number[] = [];
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  const startMs = systemClock.monotonicMs();
  for (;;) {
    const touchedMs = systemClock.monotonicMs() + delays.residentEveryMs;
    await sleep(systemClock, delays.residentEveryMs);
    if (isOver() || (forMs !== null && touchedMs - startMs > forMs)) break;
    await submit();
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
