import { expect, it } from 'vitest';
import { alertLevels, alertRules, caseVerbs, deliveryWays, specialReasons } from '#contract/case-choices.ts';
import { actorSchema } from '#contract/case-history.ts';
import { closeOutcomeSchema } from '#contract/progress.ts';
import { guideErrors, refusalReasons } from '#contract/choices.ts';
import { paperWaySchema, photoDoubts } from '#contract/paper.ts';
import { identitySourceSchema } from '#contract/application.ts';
import {
  callBackReasons,
  ledgerEntrySchema,
  ledgerEventSchema,
  ledgerStates,
} from '#contract/rating-ledger.ts';
import { ratingLevels } from '#contract/rating-scale.ts';
import { auditEvents } from '../../audit/events.ts';
import { findingKinds } from '../../terminal-audit/read-terminal-audit.ts';
import { roles } from '../../officials/roles.ts';
import { ledgerFilters } from '../../ratings/ledger.ts';
import { deskActs } from '../acts/acts.ts';
import { ledgerSteps } from '../acts/ledger-steps.ts';
import { listViews } from '../cases/case-list.ts';
import { en } from './en.ts';
import { textsOf, type TextKey } from './texts.ts';
import { zh } from './zh.ts';

const keys = Object.keys(zh) as TextKey[]; // the type of `zh` names no other
const namesIn = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

it('has every text in both languages, with the same things put in', () => {
  expect(Object.keys(en).sort()).toEqual([...keys].sort());
  for (const key of keys) {
    expect(zh[key].trim(), key).not.toBe('');
    expect(en[key].trim(), key).not.toBe('');
    expect(namesIn(en[key]), key).toEqual(namesIn(zh[key]));
  }
});

it('is Chinese in the one and not in the other', () => {
  const ownNames = new Set<string>(['switchLanguage', 'signedInAs']);
  for (const key of keys.filter((one) => !ownNames.has(one))) {
    expect(zh[key], key).toMatch(/\p{Script=Han}/u);
    expect(en[key], key).not.toMatch(/\p{Script=Han}/u);
  }
});

it.each([
  ['role', roles],
  ['view', listViews],
  ['outcome', closeOutcomeSchema.options],
  ['guideError', guideErrors],
  ['refusalReason', refusalReasons],
  ['way', paperWaySchema.options],
  ['doubt', photoDoubts],
  ['identity', identitySourceSchema.options],
  ['level', ratingLevels],
  ['act', deskActs.map(({ id }) => id)],
  ['verb', caseVerbs],
  ['special', specialReasons],
  ['delivery', deliveryWays],
  ['alert', alertLevels],
  ['alertRule', alertRules],
  ['actor', actorSchema.options],
  ['which', ledgerFilters],
  ['ledgerState', ledgerStates],
  ['ledgerAct', ledgerEventSchema.shape.act.options],
  ['callBack', ledgerEntrySchema.shape.callBack.options],
  ['because', callBackReasons],
  ['finding', findingKinds],
  ['ledgerStep', ledgerSteps.map(({ id }) => id)],
])('knows a word for every %s', (family, members) => {
  const known = new Set<string>(keys);
  for (const member of members) expect(known.has(`${family}.${member}`), `${family}.${member}`).toBe(true);
});

it('says an event of the audit in both languages', () => {
  for (const { zh: chinese, en: english } of Object.values(auditEvents)) {
    expect(chinese).toMatch(/\p{Script=Han}/u);
    expect(english).toMatch(/^[A-Z]/);
  }
});

it('puts in what is given, and leaves what is not', () => {
  expect(textsOf('en').t('due.left', { n: 3 })).toBe('3 working days left');
  expect(textsOf('zh').t('due.left')).toContain('{n}');
});
