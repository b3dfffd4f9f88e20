import { appendChunk } from '../attachments/upload.ts';
import { forTerminals } from './base.ts';

export const appendAttachment = forTerminals.attachments.append.handler(
  async ({ context, input, errors }) => {
    const { pool, terminalId, clock, node } = context;
    const bytes = new Uint8Array(await input.body.arrayBuffer());
    const key = { ...input.params, terminalId };
    const outcome = await appendChunk(pool, key, { ...input.query, bytes }, node.uploads, clock.now());
    switch (outcome.kind) {
      case 'received':
        return outcome.status;
      case 'wrong-offset':
        throw errors.WRONG_OFFSET({ data: { receivedBytes: outcome.receivedBytes } });
      case 'damaged':
        throw errors.ATTACHMENT_DAMAGED();
      case 'too-many':
        throw errors.TOO_MANY_ATTACHMENTS();
      case 'full':
        throw errors.UPLOADS_FULL();
      case 'wrong':
        throw errors.BAD_REQUEST({ data: { reason: outcome.reason } });
      default: {
        const never: never = outcome;
        return never;
      }
    }
  },
);
