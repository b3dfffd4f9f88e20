import { uploadStatus } from '../attachments/upload.ts';
import { forTerminals } from './base.ts';

/** Another terminal's upload is as good as none. */
export const attachmentStatus = forTerminals.attachments.status.handler(
  async ({ context, input, errors }) => {
    const { pool, terminalId } = context;
    const status = await uploadStatus(pool, { ...input, terminalId });
    if (status === null) throw errors.NOT_FOUND();
    return status;
  },
);
