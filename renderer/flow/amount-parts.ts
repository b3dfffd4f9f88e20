/** An amount of money as it is typed: whole yuan, and fen behind the point. */
export interface AmountParts {
  readonly yuan: string;
  readonly fen: string;
}

/** `1200`, `1200.50`; null when nothing is typed. A single digit behind the point is jiao. */
export function amountFromParts({ yuan, fen }: AmountParts): string | null {
  if (yuan === '' && fen === '') return null;
  const whole = yuan === '' ? '0' : yuan.replace(/^0+(?=\d)/, '');
  return /^0*$/.test(fen) ? whole : `${whole}.${fen.padEnd(2, '0')}`;
}

export function partsFromAmount(amount: string | null): AmountParts {
  const [yuan = '', fen = ''] = (amount ?? '').split('.');
  return { yuan, fen };
}
