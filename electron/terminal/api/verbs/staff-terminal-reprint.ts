import { forStaff } from '../context.ts';

export const staffTerminalReprint = forStaff.terminal.reprint.handler(
  ({ context: { reprintReceipt, account }, input }) => reprintReceipt(input.receiptNo, account),
);
