/** Seconds after which the page looks whether it was let in. */
const LOOK_EVERY_SECONDS = 3;

export const KNOCK_STYLE_PATH = '/knock.css';

/** The one page of a browser that was not let in: it needs no script, and says nothing of the station. */
export function knockPage(code: string): string {
  const digits = `${code.slice(0, 3)} ${code.slice(3)}`;
  return `<!doctype html>
<html lang="zh">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta http-equiv="refresh" content="${LOOK_EVERY_SECONDS}" />
    <title>一站</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="${KNOCK_STYLE_PATH}" />
  </head>
  <body>
    <main>
      <h1>这台电脑还没有获准使用</h1>
      <p lang="en">This computer is not admitted yet.</p>
      <p class="code">${digits}</p>
      <p>请技术人员在终端上输入这六位数字，十分钟内有效。获准后这一页会自己打开。</p>
      <p lang="en">Ask the technician to enter these six digits at the terminal within ten minutes. This page goes on by itself.</p>
    </main>
  </body>
</html>
`;
}

/** Its colours are those of the screens (renderer/ui/tokens.css), which it must not load. */
export const knockStyle = `
html { block-size: 100%; }
body {
  display: grid; place-items: center; min-block-size: 100%; margin: 0; background: #fbfaf6; color: #14231f;
  font: 1.25rem/1.5 'Noto Sans SC', 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif;
}
main { max-inline-size: 38rem; padding: 2rem; text-align: center; }
h1 { margin: 0; font-size: 2rem; }
p { margin: 0.5rem 0; }
[lang='en'] { color: #2c3934; font-size: 1rem; }
.code { margin: 1.5rem 0; font-size: 5rem; font-weight: 700; line-height: 1.2; letter-spacing: 0.04em; font-variant-numeric: tabular-nums; }
`;
