import type { problemCodes } from '#contract/visit.ts';

type ProblemCode = (typeof problemCodes)[number];

/** What to do about an answer. `{limit}` is the problem's limit; the `odd-…` ones ask and may be confirmed. */
export const problemsZh: Record<ProblemCode, string> = {
  required: '这一项还空着，请填好再继续。',
  pattern: '这一项和要求的写法不一样，请再核对一遍。',
  'too-long': '这里最多 {limit} 个字，请写短一些。',
  'id-length': '身份证号一共 18 位，请数一数再填。',
  'id-characters': '身份证号前 17 位是数字，最后一位是数字或 X。',
  'id-birthday': '身份证号里的出生日期不对，请对照证件看一遍。',
  'id-check': '身份证号可能有一位不对，请对照证件看一遍。',
  'id-same-person': '这里要填另一个人的身份证号，请再核对一遍。',
  'id-not-a-man': '这里要填男方的身份证号，请再核对一遍。',
  'id-not-a-woman': '这里要填女方的身份证号，请再核对一遍。',
  'date-invalid': '没有这一天，请看一看年、月、日。',
  'date-too-early': '请填 {limit} 或以后的日期。',
  'date-too-late': '请填 {limit} 或以前的日期。',
  'date-closed': '这一天不办公，请选另外一天。',
  'month-invalid': '没有这个月份，请看一看年和月。',
  'time-invalid': '没有这个时间，请看一看几点几分。',
  'number-invalid': '这里请填数字。',
  'money-invalid': '这里请填金额，例如 1200 或 1200.50。',
  'number-too-small': '这里最小填 {limit}。',
  'number-too-large': '这里最大填 {limit}。',
  'choice-unknown': '请从列出的几项里选一项。',
  'address-incomplete': '地址还没有写全，请写到门牌号。',
  'group-too-few': '这里至少要填 {limit} 位。',
  'group-too-many': '这里最多可以填 {limit} 位。',
  'odd-name-differs': '这个姓名和前面的不一样，请看一看，对吗？',
  'odd-account-number': '这个卡号不太常见，请对照银行卡看一看，对吗？',
  'odd-many-entries': '填的人比较多，请数一数，对吗？',
};
