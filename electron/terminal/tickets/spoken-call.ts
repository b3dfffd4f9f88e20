const digits = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'] as const;

/** «请A零零一号到三号窗口办理»: digit by digit, as it is read on the slip. For voices that read a sentence. */
export function chineseCall(number: string, window: string): string {
  return `请${spelt(number)}号到${windowName(window)}号窗口办理`;
}

function spelt(text: string): string {
  return [...text].map((character) => digits[Number(character)] ?? character).join('');
}

/** Windows are counted: twelve, and not one, two. */
function windowName(window: string): string {
  const count = Number(window);
  if (!/^[1-9]\d?$/.test(window)) return spelt(window);
  const [tens, ones] = [Math.floor(count / 10), count % 10];
  const ten = tens === 0 ? '' : tens === 1 ? '十' : `${digits[tens] ?? ''}十`;
  return `${ten}${ones === 0 && tens > 0 ? '' : (digits[ones] ?? '')}`;
}
