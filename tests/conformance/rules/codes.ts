import { resolvedCodeSchema } from '#contract/resident-code.ts';
import { Broken, codeOf, hasStatus, holds, read, refuses, toldAnswer } from '../check.ts';
import { rule, type Theme } from '../rule.ts';

export const codeRules: Theme = {
  letter: 'U',
  title: 'Residents’ codes (居民码)',
  when: 'prepared',
  rules: [
    rule(
      'U-01',
      'A code that nobody has is CODE_UNKNOWN (404); who resolves none says CODES_NOT_SUPPORTED (501)',
      async (t) => {
        const answer = await t.post('/v1/codes/resolve', t.first, { token: `none-${t.maker.uuid()}` });
        if (codeOf(answer) === 'CODES_NOT_SUPPORTED') hasStatus(answer, 501);
        else refuses(answer, 404, 'CODE_UNKNOWN');
      },
    ),
    rule('U-02', 'A code is good for one answer, and CODE_USED (409) after it', async (t) => {
      const token = t.wishes.residentCode;
      if (token === undefined) throw new Broken('residentCode in the options, or --without U-02', 'none');
      const { expiresAt } = read(await t.post('/v1/codes/resolve', t.first, { token }), resolvedCodeSchema);
      holds(Date.parse(expiresAt) > t.maker.now(), 'an answer that holds for some minutes', expiresAt);
      refuses(await t.post('/v1/codes/resolve', t.cast.sister, { token }), 409, 'CODE_USED');
    }),
    rule('U-03', 'A code of no letters, or of too many, is BAD_REQUEST', async (t) => {
      for (const token of ['', 'x'.repeat(5000), 7]) {
        const answer = await t.post('/v1/codes/resolve', t.first, { token });
        holds(answer.status === 400, 'status 400', toldAnswer(answer));
      }
    }),
  ],
};
