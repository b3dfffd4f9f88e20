import { z } from 'zod';
import {
  acknowledgementSchema,
  type Acknowledgement,
  type ApplicationContent,
  type ApplicationPayload,
  type Submission,
} from '#contract/application.ts';
import { loadItem } from '#contract/form/load-item.ts';
import { leafFields } from '#contract/form/autofill.ts';
import type { InteractionKind } from '#contract/interaction.ts';
import { caseProgressSchema, type CaseProgress } from '#contract/progress.ts';
import { enrolledSchema, type Enrolled } from '#contract/terminal-identity.ts';
import { Broken, hasStatus, read } from './check.ts';
import type { Answer, Caller, Client, Terminal } from './client.ts';
import { queryCodeOf, usedItem, type Maker, type Person, type UsedItem } from './maker.ts';
import { NotAsked, type Newcomer, type Operator, type Place } from './operator.ts';
import { newKey, type Key } from './sign.ts';

const WHO_MEET = 10;

/** What a rule has from the beginning. */
export class Trial {
  readonly client: Client;
  readonly operator: Operator;
  readonly maker: Maker;
  readonly wishes: Wishes;
  #cast: Cast | null = null;
  #asks = 0;

  constructor(client: Client, operator: Operator, maker: Maker, wishes: Wishes) {
    this.client = client;
    this.operator = operator;
    this.maker = maker;
    this.wishes = wishes;
  }

  /** The terminals and items that most rules use; made once, before the first of them. */
  async prepare(): Promise<void> {
    if (this.#cast !== null) return;
    const enrolled = async (place: Place) => (await this.enrolledNewcomer(place)).terminal;
    const first = await enrolled('here');
    const items = await this.#items(first);
    const wanted = this.wishes.item;
    const item = items.find(
      ({ item: { slug, interaction, materials }, numberField }) =>
        (wanted === undefined || slug === wanted) &&
        interaction === undefined &&
        numberField !== null &&
        materials.length > 0,
    );
    if (item === undefined) {
      throw new Broken(
        'an item that takes a number off a card and asks for papers',
        wanted ?? 'none in the catalogue',
      );
    }
    this.#cast = {
      first,
      sister: await enrolled('here'),
      other: await enrolled('elsewhere'),
      item,
      items,
    };
  }

  get first(): Terminal {
    return this.cast.first;
  }

  get cast(): Cast {
    if (this.#cast === null) throw new Error('a rule runs before the preparation');
    return this.#cast;
  }

  async #items(by: Terminal): Promise<readonly UsedItem[]> {
    const listed = read(
      await this.client.call({ path: '/v1/catalogue/items', by }),
      z.object({ items: z.array(z.object({ slug: z.string() })) }),
    );
    const items: UsedItem[] = [];
    for (const { slug } of listed.items) {
      const answer = await this.client.call({ path: `/v1/catalogue/items/${slug}`, by });
      const loaded = loadItem(answer.json);
      if (loaded.ok) items.push(usedItem(loaded.value));
    }
    return items;
  }

  /** An item whose days are counted and which is gone through in steps. */
  get steppedItem(): UsedItem {
    const found = this.cast.items.find(
      ({ item: { interaction, timeLimits }, numberField }) =>
        interaction === undefined &&
        numberField !== null &&
        timeLimits.promised.value > 0 &&
        timeLimits.stages.length > 1,
    );
    if (found === undefined) throw new Broken('an item of several steps and days in the catalogue', 'none');
    return found;
  }

  /** A department with its token, and an item that it decides; who has plugged in none is not asked. */
  get department(): Department {
    const { department } = this.wishes;
    if (department === undefined) throw new NotAsked('a department’s token');
    const { token, item: slug } = department;
    const item = this.cast.items.find((each) => each.item.slug === slug);
    if (item === undefined) throw new Broken(`the department’s item ${slug} in the catalogue`, 'none');
    return { caller: { token }, item };
  }

  /** The first item of this kind of matter; the catalogue has one, or the rules about it do not hold. */
  matter(kind: InteractionKind): UsedItem {
    const found = this.cast.items.find(({ item }) => item.interaction === kind);
    if (found === undefined) throw new Broken(`an item of the kind ${kind} in the catalogue`, 'none');
    return found;
  }

  enrol(newcomer: Newcomer, key: Key, signer: Pick<Key, 'keyId' | 'privateKey'> = key): Promise<Answer> {
    const { terminalId, stationId, code } = newcomer;
    const body = { terminalId, stationId, publicKey: key.publicKey, code };
    const unsigned = this.client.prepare({ method: 'POST', path: '/v1/terminals/enrol', by: null, body });
    return this.client.send(this.client.sign(unsigned, signer));
  }

  async enrolledNewcomer(
    place: Place = 'here',
  ): Promise<{ readonly terminal: Terminal; readonly newcomer: Newcomer; readonly enrolled: Enrolled }> {
    const newcomer = await this.operator.newcomer(place);
    const key = newKey();
    const enrolled = read(await this.enrol(newcomer, key), enrolledSchema);
    const { terminalId, stationId } = newcomer;
    return { terminal: { ...key, terminalId, stationId }, newcomer, enrolled };
  }

  /**
   * Ten at once. Ten others of their kind go before: a platform opens its lines to the database when it needs them, and of ten who wait for
   * new ones none meets another.
   */
  async meet(others: () => Promise<Answer>, ones: () => Promise<Answer>): Promise<readonly Answer[]> {
    const ten = (send: () => Promise<Answer>) => Promise.all(Array.from({ length: WHO_MEET }, send));
    await ten(others);
    return ten(ones);
  }

  post(path: string, by: Caller, body: unknown = {}): Promise<Answer> {
    return this.client.call({ method: 'POST', path, by, body });
  }

  /** A step of a case, as its office does it. */
  step(caseNo: string, step: string, body: unknown = {}, by: Caller = 'desk'): Promise<Answer> {
    return this.post(`/v1/cases/${caseNo}/${step}`, by, body);
  }

  get(path: string, by: Caller = 'desk'): Promise<Answer> {
    return this.client.call({ path, by });
  }

  put(submission: Submission, { id, revision = 1, by = this.first }: Under): Promise<Answer> {
    const path = keyPath(id, revision);
    return this.client.call({ method: 'PUT', path, by, body: submission });
  }

  newSubmission(payload?: ApplicationPayload): Submission {
    const { item, first } = this.cast;
    return this.maker.submission(item, first, payload ?? this.maker.payload(item, this.maker.person()));
  }

  /** A case of somebody who was not there before. */
  async newCase(more: Partial<NewCase> = {}): Promise<Case> {
    const person = more.person ?? this.maker.person();
    const used = more.item ?? this.cast.item;
    const by = more.by ?? this.first;
    const payload = { ...this.maker.payload(used, person, more.answers), ...more.payload };
    const id = this.maker.applicationId();
    const submission = this.maker.submission(used, by, payload);
    const acknowledgement = read(await this.put(submission, { id, by }), acknowledgementSchema);
    return { id, caseNo: acknowledgement.caseNo, acknowledgement, submission, person };
  }

  async bySlip({ id, submission: { receiptNo } }: Pick<Case, 'id' | 'submission'>): Promise<CaseProgress[]> {
    return this.#asked({ by: 'number', receiptNo, queryCode: queryCodeOf(id) });
  }

  /** By another terminal each time: how often one of them may ask is limited. */
  async byCard({ number }: Person, by: Terminal = this.asker()): Promise<CaseProgress[]> {
    return this.#asked({ by: 'card', personNumber: number }, by);
  }

  asker(): Terminal {
    this.#asks += 1;
    const { first, sister, other } = this.cast;
    return [first, sister, other][this.#asks % 3] ?? first;
  }

  /** What the card shows of this one case. */
  async shown({ caseNo, person }: Pick<Case, 'caseNo' | 'person'>): Promise<CaseProgress> {
    const found = (await this.byCard(person)).find((entry) => entry.caseNo === caseNo);
    if (found === undefined) throw new Broken(`the case ${caseNo} by its applicant's card`, 'no such case');
    return found;
  }

  async #asked(query: unknown, by: Terminal = this.first): Promise<CaseProgress[]> {
    return read(
      await this.post('/v1/cases/progress', by, query),
      z.object({ cases: z.array(caseProgressSchema) }),
    ).cases;
  }

  /** A case that the office has accepted, and closed with a result. */
  async closedCase(more: Partial<NewCase> = {}): Promise<Case> {
    const made = await this.newCase(more);
    hasStatus(await this.step(made.caseNo, 'acceptance'), 200);
    hasStatus(await this.step(made.caseNo, 'result', aResult()), 200);
    return made;
  }

  /** A page and a paper of the item, named as to be corrected. */
  corrections(): { readonly entries: readonly object[]; readonly workdays: number } {
    const { item } = this.cast.item;
    const [field] = leafFields(item);
    const [paper] = item.materials;
    const reason = { zh: '看不清', en: 'It cannot be read' };
    return {
      entries: [
        { target: { of: 'page', pageId: field?.id }, reason },
        { target: { of: 'paper', materialId: paper?.id }, reason },
      ],
      workdays: 5,
    };
  }
}

export interface Wishes {
  /** Slug of the item to apply for. */
  readonly item: string | undefined;
  readonly residentCode: string | undefined;
  /** Of a department that is plugged in: its token, and the slug of an item that it decides. */
  readonly department: { readonly token: string; readonly item: string } | undefined;
}

export interface Cast {
  readonly first: Terminal;
  /** Of the same station. */
  readonly sister: Terminal;
  /** Of another station. */
  readonly other: Terminal;
  readonly item: UsedItem;
  readonly items: readonly UsedItem[];
}

/** Under which key something is put. */
interface Under {
  readonly id: string;
  readonly revision?: number;
  readonly by?: Terminal;
}

export interface NewCase {
  readonly person: Person;
  readonly item: UsedItem;
  readonly by: Terminal;
  /** Beside what every payload has. */
  readonly payload: Pick<ApplicationPayload, 'chain'>;
  /** Beside those that say whose it is. */
  readonly answers: ApplicationContent['answers'];
}

export interface Department {
  readonly caller: { readonly token: string };
  readonly item: UsedItem;
}

export interface Case {
  readonly id: string;
  readonly caseNo: string;
  readonly acknowledgement: Acknowledgement;
  readonly submission: Submission;
  readonly person: Person;
}

export function keyPath(id: string, revision = 1): string {
  return `/v1/applications/${id}/revisions/${String(revision)}`;
}

/** The words of an officer, which only the applicant's card shows. */
export const officersWords = '已核定一致性评测用语';

export function aResult(outcome = '1') {
  return { outcome, text: { zh: officersWords, en: 'As the suite decided' }, documentNo: null };
}
