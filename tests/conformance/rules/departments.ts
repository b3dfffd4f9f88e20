import { createHash } from 'node:crypto';
import {
  acknowledgementMarkSchema,
  dispatchSchema,
  inboxPageSchema,
  platformKeysSchema,
  type InboxEntry,
  type InboxPage,
} from '#contract/department.ts';
import { caseHistorySchema } from '#contract/case-history.ts';
import { thumbprintInput } from '#contract/terminal-identity.ts';
import { z } from 'zod';
import { deskCalls, strangersCall } from '../calls.ts';
import { Broken, hasStatus, holds, read, refuses, same } from '../check.ts';
import { NotAsked } from '../operator.ts';
import { rule, type Theme } from '../rule.ts';
import type { Case, Trial } from '../trial.ts';
import { allUnauthorized, terminalsOwnCalls } from './access.ts';
import { acted, everyStep } from './steps.ts';

const PAGE = 500;

const inbox = async (t: Trial, query = ''): Promise<InboxPage> =>
  read(await t.get(`/v1/inbox${query}`, t.department.caller), inboxPageSchema);

/** The cursor behind everything that is there. */
async function endOf(t: Trial): Promise<number> {
  let page = await inbox(t, `?limit=${String(PAGE)}`);
  while (page.entries.length > 0)
    page = await inbox(t, `?after=${String(page.cursor)}&limit=${String(PAGE)}`);
  return page.cursor;
}

const behind = (t: Trial, cursor: number): Promise<InboxPage> =>
  inbox(t, `?after=${String(cursor)}&limit=${String(PAGE)}`);

const acknowledge = (t: Trial, cursor: number) =>
  t.post('/v1/inbox/acknowledgements', t.department.caller, { cursor });

/** A case of the item that the department decides. */
const ofDepartment = (t: Trial): Promise<Case> => t.newCase({ item: t.department.item });

/** A case of another item. */
function ofOthers(t: Trial): Promise<Case> {
  const { slug } = t.department.item.item;
  if (t.cast.item.item.slug === slug)
    throw new Broken('an item for the department that is not the one which the suite applies for', slug);
  return t.newCase();
}

const told = ({ caseNo, kind, status }: InboxEntry) => [caseNo, kind, status];

/** Those that name their case in the address, as a department asks them. */
const isAboutCase = ({ template }: { readonly template: string }) => template.includes('{caseNo}');

export const departmentRules: Theme = {
  letter: 'M',
  title: 'Departments (业务部门) that plug in',
  when: 'prepared',
  rules: [
    rule(
      'M-01',
      'The keys that the platform signs with are everybody’s to read, each by its RFC 7638 thumbprint',
      async (t) => {
        const answer = await t.get('/v1/keys', null);
        const { keys } = read(answer, platformKeysSchema);
        if (keys.length === 0) throw new NotAsked('a key that the platform signs with');
        for (const { kid, kty, crv, x } of keys)
          same(createHash('sha256').update(thumbprintInput({ kty, crv, x })).digest('base64url'), kid, 'kid');
        holds(!answer.text.includes('"d"'), 'no private part', 'd');
      },
    ),
    rule(
      'M-02',
      'What comes to a department stands in its inbox as new, with its case, and of nobody',
      async (t) => {
        const end = await endOf(t);
        const made = await ofDepartment(t);
        await ofOthers(t);
        const answer = await t.get(
          `/v1/inbox?after=${String(end)}&limit=${String(PAGE)}`,
          t.department.caller,
        );
        const { entries } = read(answer, inboxPageSchema);
        same(entries.map(told), [[made.caseNo, 'new', '02']], 'entries');
        for (const secret of [made.person.number, made.person.name, made.submission.receiptNo])
          holds(!answer.text.includes(secret), 'nobody', secret);
      },
    ),
    rule(
      'M-03',
      'Each step of its cases follows, in their order: corrected is resubmitted, withdrawn withdrawn',
      async (t) => {
        const end = await endOf(t);
        const made = await ofDepartment(t);
        await acted(t, made, 'corrections', t.corrections(), '06');
        hasStatus(await t.put(made.submission, { id: made.id, revision: 2 }), 200);
        await acted(t, made, 'withdrawal', {}, '14');
        const { entries } = await behind(t, end);
        same(
          entries.map(told),
          [
            [made.caseNo, 'new', '02'],
            [made.caseNo, 'changed', '06'],
            [made.caseNo, 'resubmitted', '02'],
            [made.caseNo, 'withdrawn', '14'],
          ],
          'entries',
        );
        const ordinals = entries.map(({ ordinal }) => ordinal);
        same(
          ordinals,
          [...new Set(ordinals)].toSorted((a, b) => a - b),
          'the order of its events',
        );
      },
    ),
    rule(
      'M-04',
      'An inbox goes on behind its cursor and misses none; where nothing is, the cursor stays',
      async (t) => {
        const end = await endOf(t);
        const made = [await ofDepartment(t), await ofDepartment(t), await ofDepartment(t)];
        const seen: string[] = [];
        let page = await inbox(t, `?after=${String(end)}&limit=1`);
        for (; page.entries.length > 0; page = await inbox(t, `?after=${String(page.cursor)}&limit=1`)) {
          same(page.entries.length, 1, 'entries of a page:');
          same(page.entries[0]?.cursor, page.cursor, 'the cursor of the page');
          seen.push(...page.entries.map(({ caseNo }) => caseNo));
        }
        same(
          seen,
          made.map(({ caseNo }) => caseNo),
          'cases',
        );
        same((await behind(t, page.cursor)).cursor, page.cursor, 'the cursor');
      },
    ),
    rule('M-05', 'What it acknowledged it is told no more; an earlier mark changes nothing', async (t) => {
      await ofDepartment(t);
      const end = await endOf(t);
      same(read(await acknowledge(t, end), acknowledgementMarkSchema).cursor, end, 'the mark');
      const made = await ofDepartment(t);
      hasStatus(await acknowledge(t, end - 1), 200);
      const { entries, acknowledged } = await inbox(t, `?limit=${String(PAGE)}`);
      same(acknowledged, end, 'acknowledged:');
      same(
        entries.map(({ caseNo }) => caseNo),
        [made.caseNo],
        'cases',
      );
    }),
    rule(
      'M-06',
      'A mark that its inbox does not reach is BAD_REQUEST: nothing that is to come is skipped',
      async (t) => {
        const end = await endOf(t);
        refuses(await acknowledge(t, end + 1_000_000_000), 400, 'BAD_REQUEST');
        const made = await ofDepartment(t);
        same(
          (await behind(t, end)).entries.map(({ caseNo }) => caseNo),
          [made.caseNo],
          'cases',
        );
      },
    ),
    rule('M-07', 'It reads and decides its own cases, and their history says who did', async (t) => {
      const { caller } = t.department;
      const made = await ofDepartment(t);
      const whole = read(await t.get(`/v1/cases/${made.caseNo}`, caller), z.object({ payload: z.unknown() }));
      same(whole.payload, made.submission.payload, 'what was submitted');
      await acted(t, made, 'acceptance', {}, '05', caller);
      const { events } = read(await t.get(`/v1/cases/${made.caseNo}/history`, caller), caseHistorySchema);
      const last = events.at(-1);
      same(last?.verb, 'accept', 'the last step');
      holds(last !== undefined && last.unit !== null, 'the unit that did it', last);
    }),
    rule(
      'M-08',
      'Another’s case is NOT_FOUND (404) to it, whatever it asks, and stays as it is',
      async (t) => {
        const { caller } = t.department;
        const made = await ofOthers(t);
        for (const call of deskCalls.filter(
          (each) => isAboutCase(each) && each.who.includes('departmentToken'),
        )) {
          const { method, path, body } = strangersCall(t.maker, call);
          const theirs = path.replace(/\/BJ\d{16}/, `/${made.caseNo}`);
          refuses(
            await t.client.call({
              method,
              path: theirs,
              by: caller,
              ...(body === undefined ? {} : { body }),
            }),
            404,
            'NOT_FOUND',
          );
        }
        for (const [step, body] of everyStep(t))
          refuses(await t.step(made.caseNo, step, body, caller), 404, 'NOT_FOUND');
        same((await t.shown(made)).status, '02', 'status');
      },
    ),
    rule('M-09', 'What is the desk’s alone, and what is a terminal’s, is UNAUTHORIZED (401) to it', (t) => {
      const alone = deskCalls.filter(({ who }) => !who.includes('departmentToken'));
      return allUnauthorized(t, [...alone, ...terminalsOwnCalls], t.department.caller);
    }),
    rule('M-10', 'The desk reads with which department the cases of a chain lie', async (t) => {
      const chainApplicationId = t.maker.applicationId();
      const chain = { id: 'conformance', chainApplicationId, order: 1, needs: [] };
      const made = await t.newCase({ item: t.department.item, payload: { chain } });
      const { dispatches } = read(
        await t.get(`/v1/dispatches?chain=${chainApplicationId}`),
        z.object({ dispatches: z.array(dispatchSchema) }),
      );
      same(
        dispatches.map(({ caseNo }) => caseNo),
        [made.caseNo],
        'cases',
      );
      holds(
        dispatches.every(({ department }) => department !== null),
        'its department',
        dispatches,
      );
    }),
  ],
};
