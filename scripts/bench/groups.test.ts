import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';

const groups = readdirSync(new URL('./groups/', import.meta.url)).filter((file) => file.endsWith('.ts'));

it.each(groups)('%s exports a group', async (file) => {
  const loaded: unknown = await import(new URL(`./groups/${file}`, import.meta.url).href);
  expect(loaded).toMatchObject({ group: { about: expect.any(String), measure: expect.any(Function) } });
});
