import { all, type TraceMask } from '../trace/trace.ts';
import { encodeTrigger, takeReply, triggerTag, type Engine } from './protocol.ts';

/** Triggers and the engine's replies to them, when nothing else is in the piece; every code is hidden. */
export function scannerMask(engine: Engine): TraceMask {
  const triggers = [encodeTrigger(engine, true), encodeTrigger(engine, false)];
  const isTrigger = (bytes: Uint8Array) =>
    triggers.some(
      (trigger) =>
        trigger !== null &&
        trigger.length === bytes.length &&
        trigger.every((byte, at) => byte === bytes[at]),
    );
  const isReply = (bytes: Uint8Array) => {
    const reply = takeReply(engine, bytes);
    if (typeof reply === 'string' || reply.byteCount !== bytes.length) return false;
    return reply.echo === null || reply.echo === triggerTag(true) || reply.echo === triggerTag(false);
  };
  return {
    shows: (direction, bytes) => all(bytes, direction === 'to-device' ? isTrigger(bytes) : isReply(bytes)),
  };
}
