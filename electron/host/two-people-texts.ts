import type { FaultCode } from '#contract/fault.ts';
import type { CommandAct } from '#terminal/access/two-people.ts';

/** Chinese first: the second of the two is a clerk who was called to a shell. */
type Text = readonly [zh: string, en: string];

const acts: Readonly<Record<CommandAct['procedure'], Text>> = {
  'outbox.export': [
    '要把本机还没有送达平台的全部办件写进一个文件带走',
    'Everything at this terminal that the platform has not acknowledged is to leave it in a file',
  ],
  'outbox.import': [
    '要把另一台终端的办件读入本机',
    'Applications of another terminal are to be read into this one',
  ],
  'hub.make': ['要让本机接管全站叫号', 'This terminal is to give out the numbers of the whole station'],
};

export const twoPeopleTexts = {
  takesTwo: ({ procedure, what }: CommandAct): Text => [
    `${acts[procedure][0]}（${what}）。要两个人在场：先是技术人员，再是另一位技术人员或窗口人员，各输自己的工号和密码。`,
    `${acts[procedure][1]} (${what}). It takes two people: a technician, then another technician or somebody of a window, each with number and PIN.`,
  ],
  noAccounts: [
    '本机没有两个能一起做这一步的账号（一个技术人员，加另一个技术人员或窗口人员）。确实要一个人做，请加 --alone 和原因，例如 --alone "工单4711"，会记入审计。',
    'This terminal has no two accounts for it (a technician, and another technician or somebody of a window). To do it alone add --alone and why, as in --alone "ticket 4711"; the audit keeps it.',
  ],
  noLines: [
    '什么也没做。在键盘前运行，或者在标准输入里每行给一个：技术人员工号、密码、第二个人工号、密码。第二个人来不了：加 --alone 和原因。',
    'Nothing was done. Run it at a keyboard, or give on the standard input, a line each: the technician’s number, PIN, the second person’s number, PIN. Where no second person can come: --alone and why.',
  ],
  givenUp: ['已取消，什么也没做。', 'Given up; nothing was done.'],
  tooLate: [
    '等了五分钟没有人输入，什么也没做。两个人都到了再做一次。',
    'Nobody typed for five minutes; nothing was done. Begin again when both are there.',
  ],
  agreed: (first: string, second: string): Text => [
    `${first} 和 ${second} 都已确认，已记入审计。`,
    `${first} and ${second} have confirmed it; the audit has it.`,
  ],
  alone: ['一个人做，已记入审计。', 'Done by one person; the audit has it.'],
  aloneNoted: (code: FaultCode): Text => [
    `审计现在写不进去（${code}），已另外记下，下次启动时补进审计。`,
    `The audit cannot be written (${code}); it is noted beside it, and the next start takes it up.`,
  ],
  aloneNowhere: (code: FaultCode): Text => [
    `审计写不进去，旁边也记不下来（${code}）。请在纸上写下时间、做了什么、为什么，签名，交给单位。`,
    `Neither the audit nor a note beside it can be written (${code}). Write on paper when, what and why, sign it, and hand it to your office.`,
  ],
} as const;

/** What to do, at a command, about the faults of judging two people; others are told by their code. */
const faultTexts: Partial<Readonly<Record<FaultCode, Text>>> = {
  'access.wrong-pin': ['工号或密码不对。', 'The number or the PIN is wrong.'],
  'access.locked': [
    '输错次数太多，先锁住了，半分钟到一刻钟后再试。等不了：加 --alone 和原因。',
    'Too many wrong PINs: wait between half a minute and a quarter of an hour. If it cannot wait: --alone and why.',
  ],
  'access.first-role': ['第一个人要是技术人员。', 'The first person has to be a technician.'],
  'access.second-same': [
    '第二个人不能是同一个人，请换一位同事。',
    'The second person cannot be the same; call a colleague.',
  ],
  'access.second-role': [
    '第二个人要是技术人员或窗口人员。',
    'The second person has to be a technician or somebody of a window.',
  ],
  'store.full': [
    '磁盘满了，没有记下，什么也没做。先在数据目录外腾出空间；腾不出来：加 --alone 和原因。',
    'The disk is full: it could not be written down, and nothing was done. Free room outside the data folder; if that cannot be: --alone and why.',
  ],
};

export function faultText(code: FaultCode): Text {
  return faultTexts[code] ?? ['没有做成。', 'It was not done.'];
}

export const questions = {
  number: (which: 'first' | 'second'): string =>
    which === 'first' ? '技术人员工号 Technician, number: ' : '第二个人工号 Second person, number: ',
  pin: '密码（不显示） PIN (not shown): ',
} as const;
