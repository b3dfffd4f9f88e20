import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectValue } from '../../../tests/support/expect-value.ts';
import { newDataDir, removeDataDir } from '../../../tests/support/terminal-under-test.ts';
import { openStore, type Store } from './store.ts';

let dataDir: string;
let store: Store;
beforeEach(() => {
  dataDir = newDataDir();
  store = expectValue(openStore(dataDir));
});
afterEach(() => {
  store.close();
  removeDataDir(dataDir);
});

const receive = (identitySource: string) => () =>
  store
    .sql(
      `INSERT INTO application (application_id, receipt_no, item_slug, item_version, identity_source, received_at_ms, received_on)
       VALUES (?, ?, 'suggestion', '1', ?, 1, '')`,
    )
    .run(identitySource, identitySource, identitySource);

it('an application of nobody who was asked who he is is stored, and one of an unknown kind is not', () => {
  expect(receive('none')).not.toThrow();
  expect(receive('card')).not.toThrow();
  expect(receive('nobody')).toThrow(/CHECK/);
});

it('the database is whole after its schema’s text was changed', () => {
  expect(store.sql('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
});
