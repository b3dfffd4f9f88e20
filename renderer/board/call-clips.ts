/** The clips of «请A零零一号到三号窗口办理»: the number digit by digit, as on the slip; the window as it is counted. */
export function clipsOfCall(number: string, window: string): string[] {
  return ['call.please', ...spelt(number), 'call.number-to', ...windowClips(window), 'call.window'];
}

function spelt(text: string): string[] {
  return [...text].map((character) =>
    /\d/.test(character) ? `call.digit.${character}` : `call.letter.${character}`,
  );
}

function windowClips(window: string): string[] {
  if (!/^[1-9]\d$/.test(window)) return spelt(window);
  const [tens = '', ones = ''] = window;
  return [...(tens === '1' ? [] : spelt(tens)), 'call.ten', ...(ones === '0' ? [] : spelt(ones))];
}
