import { forTerminals } from './base.ts';

export const resolveCode = forTerminals.codes.resolve.handler(async ({ context, input, errors }) => {
  const answer = await context.codes.resolve(input.token, context.terminalId);
  switch (answer.kind) {
    case 'resolved':
      return answer.resolved;
    case 'unknown':
      throw errors.CODE_UNKNOWN();
    case 'expired':
      throw errors.CODE_EXPIRED();
    case 'used':
      throw errors.CODE_USED();
    case 'not-supported':
      throw errors.CODES_NOT_SUPPORTED();
    default: {
      const never: never = answer;
      return never;
    }
  }
});
