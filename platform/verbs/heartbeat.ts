import { hear } from '../fleet/hear.ts';
import { forTerminals } from './base.ts';

/** Of the terminal that signed, whatever it says. */
export const hearTerminal = forTerminals.fleet.heartbeat.handler(async ({ context, input }) => {
  const { pool, node, terminalId, stationId } = context;
  const nowMs = context.clock.now();
  node.metrics.heard();
  const key = await node.fleetKey();
  const commands = await hear(pool, key, { terminalId, stationId, report: input }, nowMs);
  const { publicKey: fleetKey, successions } = key;
  return { time: new Date(nowMs).toISOString(), fleetKey, successions: [...successions], commands };
});
