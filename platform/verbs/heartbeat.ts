import { hear } from '../fleet/hear.ts';
import { forTerminals } from './base.ts';

/** Of the terminal that signed, whatever it says. */
export const hearTerminal = forTerminals.fleet.heartbeat.handler(async ({ context, input }) => {
  const { pool, node, terminalId, stationId } = context;
  const nowMs = context.clock.now();
  node.metrics.heard();
  const commands = await hear(pool, node.fleetKey, { terminalId, stationId, report: input }, nowMs);
  const { publicKey: fleetKey } = await node.fleetKey();
  return { time: new Date(nowMs).toISOString(), fleetKey, commands };
});
