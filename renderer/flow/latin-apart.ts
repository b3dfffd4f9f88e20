/**
 * Chinese text with a space where characters meet Latin letters or digits, as all sentences of ours are set; for one that holds
 * what a station's configuration says: “请到 1 号窗口办理” and “请到服务台办理” are the same sentence.
 */
export function latinApart(text: string): string {
  return text
    .replaceAll(/(?<=\p{Script=Han})(?=[A-Za-z0-9])/gu, ' ')
    .replaceAll(/(?<=[A-Za-z0-9])(?=\p{Script=Han})/gu, ' ');
}
