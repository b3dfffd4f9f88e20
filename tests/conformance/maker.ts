import { createHash } from 'node:crypto';
import type { ApplicationContent, ApplicationPayload, Submission } from '#contract/application.ts';
import { canonicalJson } from '#contract/canonical-json.ts';
import { leafFields } from '#contract/form/autofill.ts';
import { citizenNumberCheck } from '#contract/identity.ts';
import type { ServiceItem } from '#contract/item.ts';
import { queryCodeFromHash, queryCodeText } from '#contract/query-code.ts';
import { receiptNumber } from '#contract/receipt-number.ts';
import type { Terminal } from './client.ts';

/** What the suite invents: people of region 999901, which does not exist, and applications of theirs. */

export interface Person {
  readonly name: string;
  readonly number: string;
}

/** What a rule needs of an item. */
export interface UsedItem {
  readonly item: ServiceItem;
  /** The field that takes the number off a card; null: nobody is asked who he is. */
  readonly numberField: string | null;
}

export function usedItem(item: ServiceItem): UsedItem {
  const field = leafFields(item).find(({ autofill }) => autofill === 'idcard.number');
  return { item, numberField: field?.id ?? null };
}

export function sha256Of(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function queryCodeOf(applicationId: string): string {
  return queryCodeFromHash(sha256Of(queryCodeText(applicationId)));
}

const GIVEN = '建国志强秀英桂兰玉梅海燕文博思远晓明春华';

export class Maker {
  /** Everybody who was invented, so that no list may name them. */
  readonly people: Person[] = [];
  readonly now: () => number;
  readonly randomBytes: (count: number) => Uint8Array;

  constructor(now: () => number, randomBytes: (count: number) => Uint8Array) {
    this.now = now;
    this.randomBytes = randomBytes;
  }

  iso(offsetMs = 0): string {
    return new Date(this.now() + offsetMs).toISOString();
  }

  below(limit: number): number {
    return Buffer.from(this.randomBytes(4)).readUInt32BE() % limit;
  }

  digits(count: number): string {
    return Array.from({ length: count }, (_, at) =>
      String(at === 0 ? 1 + this.below(9) : this.below(10)),
    ).join('');
  }

  person(): Person {
    const given = [this.below(GIVEN.length), this.below(GIVEN.length), this.below(GIVEN.length)];
    const born = new Date(Date.UTC(1930 + this.below(60), this.below(12), 1 + this.below(28)));
    const first = `999901${born.toISOString().slice(0, 10).replaceAll('-', '')}${this.digits(3)}`;
    const name = `试${given.map((at) => GIVEN.charAt(at)).join('')}`;
    const person = { name, number: first + citizenNumberCheck(first) };
    this.people.push(person);
    return person;
  }

  /** Of the form that the norm gives to the numbers of cases (BJ), ledger entries (CP) and call backs (HF); nothing has it. */
  numbered(kind: 'BJ' | 'CP' | 'HF'): string {
    return kind + this.digits(16);
  }

  uuid(): string {
    return shaped(this.randomBytes(16), 4);
  }

  /** RFC 9562 §5.7. */
  applicationId(): string {
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(BigInt(this.now()));
    return shaped(Buffer.concat([time.subarray(2), this.randomBytes(10)]), 7);
  }

  receiptNo(stationId: string): string {
    const date = this.iso(8 * 3_600_000)
      .slice(2, 10)
      .replaceAll('-', '');
    const [region, station] = [stationId.slice(0, 6), stationId.slice(6)];
    const terminal = String(this.below(100)).padStart(2, '0');
    return receiptNumber({ region, station, date, terminal, sequence: 1 + this.below(9999) });
  }

  /** What every version of a payload has. */
  content(
    { item, numberField }: UsedItem,
    person: Person,
    more: ApplicationContent['answers'] = {},
  ): ApplicationContent {
    const isNobody = numberField === null || item.identity === 'none';
    return {
      answers: {
        ...(isNobody ? {} : { [numberField]: person.number, applicantName: person.name }),
        ...more,
      },
      consents: item.consents.slice(0, 1).map(({ id }) => ({ id, at: this.iso(-60_000) })),
      identitySource: isNobody ? 'none' : 'card',
    };
  }

  payload(used: UsedItem, person: Person, more: ApplicationContent['answers'] = {}): ApplicationPayload {
    return { formVersion: 1, ...this.content(used, person, more) };
  }

  submission({ item }: UsedItem, takenAt: Terminal, payload: ApplicationPayload): Submission {
    return {
      terminalId: takenAt.terminalId,
      stationId: takenAt.stationId,
      receiptNo: this.receiptNo(takenAt.stationId),
      itemSlug: item.slug,
      itemCode: item.code,
      itemVersion: item.version,
      language: 'zh',
      receivedAt: this.iso(-30_000),
      payloadSha256: sha256Of(canonicalJson(payload)),
      payload,
    };
  }
}

/** The same submission with another payload, and its right hash. */
export function withPayload(submission: Submission, payload: ApplicationPayload): Submission {
  return { ...submission, payload, payloadSha256: sha256Of(canonicalJson(payload)) };
}

function shaped(bytes: Uint8Array, version: number): string {
  const own = Uint8Array.from(bytes);
  own[6] = ((own[6] ?? 0) & 0x0f) | (version << 4);
  own[8] = ((own[8] ?? 0) & 0x3f) | 0x80;
  const hex = Buffer.from(own).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
