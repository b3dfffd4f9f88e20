import type { DocumentKind } from '#contract/case-choices.ts';
import type { Notice } from '#contract/case-history.ts';
import type { NoticeText } from '#contract/progress.ts';

/** A case has one notice a step, so that case and step number it. */
export function noticeNo(caseNo: string, ordinal: number): string {
  return `${caseNo}-${String(ordinal).padStart(2, '0')}`;
}

/** Which written document (出具文书) a notice is. */
export function documentKind(notice: Notice): DocumentKind {
  switch (notice.kind) {
    case 'acceptance':
      return 'accept';
    case 'refusal':
      return 'reject';
    case 'correction':
      return 'correct';
    case 'corrected':
      return 'confirmCorrect';
    case 'special':
    case 'extension':
      return 'special';
    case 'return':
      return 'return';
    case 'result':
      return notice.outcome === '2' ? 'refuse' : 'close';
    case 'delivery':
      return 'deliver';
    default: {
      const never: never = notice;
      return never;
    }
  }
}

/** What the clock writes in a notice: an officer's words come from the officer. */
export const returnedAsOverdue: NoticeText = {
  zh: '在期限内没有补正，按规定退回。材料齐了，可以再申请。',
  en: 'It was not corrected by the day that was set, and is returned. You may apply again with everything.',
};
