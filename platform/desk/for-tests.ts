import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { addOfficial, setPassword, setReach, type NewOfficial } from '../officials/accounts.ts';
import { hashPassword } from '../officials/passwords.ts';
import { TEST_NOW_MS } from '../for-tests.ts';

/** For tests only. */

export const PASSWORD = '槐树下面有三只猫 and a bench';

/** Of civil affairs: 高龄津贴 is theirs. */
export const CIVIL_AFFAIRS = '11999901007000118L';
export const HEALTH = '11999901007000230K';
/** All stations of the demo's street. */
export const STREET = '999901';

/** A fifth of a second for each sign-in would be half of what these tests take: the cost travels with the row. */
const CHEAP = { log2N: 10, r: 8, p: 1 };

/** An official whose first password is changed already. */
export async function plantOfficial(
  pool: pg.Pool,
  {
    administersAll = false,
    ...official
  }: Partial<NewOfficial> & Pick<NewOfficial, 'officialId' | 'roles'> & { readonly administersAll?: boolean },
  nowMs: number = TEST_NOW_MS,
): Promise<void> {
  const hash = (password: string, salt: Uint8Array) => hashPassword(password, salt, CHEAP);
  const parts = { pool, nowMs, randomBytes, hash };
  const whole = { shownName: '王经办', unitName: '示例区民政局', unitCode: CIVIL_AFFAIRS, ...official };
  const { kind } = await addOfficial(parts, whole, 'operator');
  if (kind !== 'added') throw new Error(`${official.officialId} is ${kind}`);
  await setPassword(parts, official.officialId, PASSWORD, new Uint8Array());
  if (administersAll) await setReach(parts, official.officialId, true);
}

export interface Shown {
  readonly status: number;
  readonly text: string;
  readonly location: string | null;
  readonly headers: Headers;
}

/** A browser as far as the desk needs one: cookies, forms, and no script. */
export class DeskBrowser {
  readonly #cookies = new Map<string, string>();
  readonly #headers: Readonly<Record<string, string>>;
  /** Of the node that it talks to. */
  url: string;

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.url = url;
    this.#headers = headers;
  }

  get(path: string): Promise<Shown> {
    return this.#send(path, 'GET', null);
  }

  /** As a form of the page that was shown last sends it: with its hidden fields, unless others are given. */
  async post(path: string, values: Readonly<Record<string, string | readonly string[]>>): Promise<Shown> {
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries({ formToken: this.formToken, ...values })) {
      for (const one of typeof value === 'string' ? [value] : value) body.append(name, one);
    }
    return this.#send(path, 'POST', body.toString());
  }

  formToken = '';
  shown = '';

  /** The value of a hidden field of the page that was shown last. */
  hidden(name: string): string {
    return new RegExp(`name="${name}" value="([^"]*)"`).exec(this.shown)?.[1] ?? '';
  }

  cookie(name: string): string | undefined {
    return this.#cookies.get(name);
  }

  async signIn(officialId: string, password = PASSWORD): Promise<Shown> {
    await this.get('/desk/sign-in');
    const answer = await this.post('/desk/sign-in', { id: officialId, password, lang: 'zh' });
    if (answer.location !== null) await this.get(answer.location);
    return answer;
  }

  async #send(path: string, method: string, body: string | null): Promise<Shown> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(body === null ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        ...this.#headers,
      },
      ...(body === null ? {} : { body }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    const text = await response.text();
    if (response.headers.get('content-type')?.startsWith('text/html') === true) {
      this.shown = text;
      this.formToken = /name="formToken" value="([^"]*)"/.exec(text)?.[1] ?? '';
    }
    return {
      status: response.status,
      text,
      location: response.headers.get('location'),
      headers: response.headers,
    };
  }
}
