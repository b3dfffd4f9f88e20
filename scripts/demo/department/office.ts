import type { CaseStatus } from '#contract/application.ts';
import type { InboxEntry } from '#contract/department.ts';
import type { LocalizedText } from '#contract/localized.ts';
import type { Clock } from '#contract/ports.ts';
import type { DepartmentConfig } from './config.ts';

/** One new case in so many is sent back to be corrected. */
const CORRECTED_OF = 4;

export type Answer = { readonly status: number; readonly body: unknown };

export interface OfficeParts {
  readonly name: LocalizedText;
  readonly itemName: (slug: string) => LocalizedText;
  readonly clock: Pick<Clock, 'after'>;
  readonly pace: DepartmentConfig['pace'];
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly newId: () => string;
  /** One call of the platform's public API with the department's token; rejects when there is no answer. */
  readonly call: (method: 'GET' | 'POST', path: string, body: unknown) => Promise<Answer>;
}

export interface Office {
  /** The same entry again changes nothing, whichever way it came. */
  see(entry: InboxEntry): void;
  /**
   * Up to which cursor everything is done, of what pages of the inbox went up to `read`. What came by a call says nothing of earlier cursors: calls
   * are in order within a case only.
   */
  done(read: number): number;
  stop(): void;
}

/** What is to be done about a case that stands so; null: nothing, or it is somebody else's turn. */
const turn: Readonly<Record<CaseStatus, 'begin' | 'close' | null>> = {
  '01': null,
  '02': 'begin',
  '05': 'close',
  '06': null,
  '07': null,
  '10': null,
  '11': null,
  '12': 'close',
  '13': null,
  '14': null,
  '15': null,
};

/** A department that works through its inbox: accepts or has corrected, closes, answers questions. It knows of a case what its newest entry says. */
export function openOffice(parts: OfficeParts): Office {
  const { clock, random, pace } = parts;
  const newest = new Map<string, InboxEntry>();
  /** By cursor; those of a case are over together. */
  const open = new Map<number, string>();
  const seen = new Set<number>();
  const waiting = new Set<() => void>();

  function later(ms: number, caseNo: string): void {
    const cancel = clock.after(ms, () => {
      waiting.delete(cancel);
      void work(caseNo);
    });
    waiting.add(cancel);
  }

  async function work(caseNo: string): Promise<void> {
    const entry = newest.get(caseNo);
    if (entry === undefined || !open.has(entry.cursor)) return;
    const answer = await act(entry, parts).catch(() => null);
    if (answer === null || !isSettled(answer)) {
      later(pace.waitsMs, caseNo);
      return;
    }
    // What came in meanwhile has a turn of its own.
    for (const [cursor, ofCase] of open) {
      if (ofCase === caseNo && cursor <= entry.cursor) open.delete(cursor);
    }
  }

  return {
    see: (entry) => {
      if (seen.has(entry.cursor)) return;
      seen.add(entry.cursor);
      open.set(entry.cursor, entry.caseNo);
      if ((newest.get(entry.caseNo)?.ordinal ?? 0) < entry.ordinal) newest.set(entry.caseNo, entry);
      later(pace.thinksMs + random() * pace.hesitatesMs, entry.caseNo);
    },
    done: (read) => {
      let least = read;
      for (const cursor of open.keys()) least = Math.min(least, cursor - 1);
      return least;
    },
    stop: () => {
      for (const cancel of waiting) cancel();
      waiting.clear();
    },
  };
}

/** What the platform's contract answers to who comes too late, or asks for what is not so. */
const REFUSALS: ReadonlySet<number> = new Set([400, 404, 409, 422]);

/**
 * It is done, or the platform has refused it by a name. Whatever else is for later: the platform is away (503), has too much to do (429), or
 * the token has to be exchanged (401).
 */
function isSettled(answer: Answer): boolean {
  if (answer.status >= 200 && answer.status <= 299) return true;
  const code = codeOf(answer);
  return REFUSALS.has(answer.status) && typeof code === 'string' && code !== 'WAITS_FOR_OTHERS';
}

const nothing: Answer = { status: 200, body: null };

async function act(entry: InboxEntry, parts: OfficeParts): Promise<Answer> {
  const what = turn[entry.status];
  if (what === null) return nothing;
  const path = `/v1/cases/${entry.caseNo}`;
  const question = await parts.call('GET', `${path}/interaction`, null);
  if (question.status === 200) return answerTo(entry, path, parts);
  // An application has no such thing; any other answer does not say which of the two it is.
  if (question.status !== 404) return question;
  if (what === 'close') return parts.call('POST', `${path}/result`, RESULT);
  if (entry.kind === 'new' && parts.random() * CORRECTED_OF < 1) {
    const page = pageOf(await parts.call('GET', path, null));
    if (page !== null) return parts.call('POST', `${path}/corrections`, correctionOf(page));
  }
  return parts.call('POST', `${path}/acceptance`, {});
}

const RESULT = {
  outcome: '1',
  text: { zh: '经审核符合条件，已办结。', en: 'Checked and granted.' },
  documentNo: null,
};

function correctionOf(pageId: string): object {
  const reason = { zh: '请核对此项，改正后再提交。', en: 'Please check this answer and submit it again.' };
  return { entries: [{ target: { of: 'page', pageId }, reason }], workdays: 5 };
}

/**
 * What the platform's check of replies takes for a copy of the last one is one: this office knows a single answer. It says so, and the
 * evaluation counts it.
 */
async function answerTo(entry: InboxEntry, path: string, parts: OfficeParts): Promise<Answer> {
  const reply = replyTo(entry, askedIn(await parts.call('GET', path, null)), parts);
  const answer = await parts.call('POST', `${path}/replies`, reply);
  if (codeOf(answer) !== 'REPLY_DOES_NOT_ANSWER') return answer;
  return parts.call('POST', `${path}/replies`, { ...reply, insistBecause: '演示单位只会这一句答复' });
}

function replyTo(entry: InboxEntry, asked: string, { name, itemName, newId }: OfficeParts): object {
  const item = itemName(entry.itemSlug).zh;
  const again = entry.kind === 'reopened' ? '您对上次答复不满意，我们重新核实了情况。' : '';
  const text = `${name.zh}收到您的“${item}”（${entry.caseNo}）：${asked}。${again}这件事由1号窗口办，工作日上午9点到下午5点带身份证来，半小时能办好；走不开的打0999-6210001。`;
  return { replyId: newId(), unit: name.zh, text };
}

/** The resident's own words in a demonstration's form, as far as a reply has room for them. */
const WORDS = ['question', 'complaintText', 'suggestionText'];
const ROOM = 200;

function askedIn({ body }: Answer): string {
  const answers = member(member(body, 'payload'), 'answers');
  const words = WORDS.map((field) => member(answers, field)).find((word) => typeof word === 'string');
  return typeof words === 'string' ? Array.from(words).slice(0, ROOM).join('') : '';
}

/** A page of the form that can be asked for again: that of the first answer. */
function pageOf({ body }: Answer): string | null {
  const answers = member(member(body, 'payload'), 'answers');
  return typeof answers === 'object' && answers !== null ? (Object.keys(answers)[0] ?? null) : null;
}

function codeOf({ body }: Answer): unknown {
  return member(body, 'code');
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
