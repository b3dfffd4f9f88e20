/** On a screen and on paper (A4 across). A class for everything: the page's policy allows no style on an element. */
export const pageStyle = `
:root { color-scheme: light; font: 16px/1.5 system-ui, "Noto Sans CJK SC", sans-serif; color: #1a1a1a; background: #fff; }
body { margin: 1.5rem 2rem; }
main { max-width: 82rem; margin: 0 auto; }
h1 { margin: 0; font-size: 1.7rem; }
h2 { margin: 1.8rem 0 .3rem; font-size: 1.25rem; }
header p { margin: .2rem 0; }
nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin: .3rem 0; padding: 0; list-style: none; }
nav a { display: inline-block; padding: .35rem 0; }
nav a[aria-current] { color: #1a1a1a; font-weight: 700; text-decoration: none; }
a { color: #0b4f9c; }
:focus-visible { outline: 3px solid #0b4f9c; outline-offset: 2px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(7rem, 1fr)); gap: .5rem; margin: 1rem 0; }
.tiles div { padding: .5rem .7rem; border: 1px solid #767676; border-radius: .3rem; }
.tiles .bad { border: 2px solid #a3140c; }
.tiles .bad dd { color: #a3140c; }
dt { font-size: .9rem; }
dd { margin: 0; font-size: 1.6rem; font-weight: 700; font-variant-numeric: tabular-nums; }
.rule { margin: 0 0 .5rem; color: #4a4a4a; }
table + .rule { margin-top: .5rem; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(34rem, 1fr)); gap: 1rem 2rem; margin-top: 1.5rem; }
figure { position: relative; margin: 0; }
figcaption { margin-bottom: .3rem; font-weight: 700; }
svg { display: block; width: 100%; height: auto; max-width: 44rem; font-size: 15px; fill: #1a1a1a; }
.bar { fill: #2f6db3; }
.mark { fill: #a3140c; stroke: #fff; stroke-width: 1; }
.part { stroke: #fff; stroke-width: 1; }
.part-0 { fill: #b9d4ee; }
.part-1 { fill: #86b1de; }
.part-2 { fill: #c9c9c9; }
.part-3 { fill: #d98a5b; }
.part-4 { fill: #a3140c; }
.heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.frame { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .35rem .6rem; border-bottom: 1px solid #999; text-align: left; vertical-align: top; }
thead th { vertical-align: bottom; border-bottom: 2px solid #1a1a1a; font-size: .9rem; }
tfoot th, tfoot td { border-top: 2px solid #1a1a1a; font-weight: 700; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
@media print {
  @page { size: A4 landscape; margin: 12mm; }
  :root { font-size: 11px; }
  body { margin: 0; }
  nav { display: none; }
  .charts { grid-template-columns: 1fr 1fr; }
  figure, tr, .tiles { break-inside: avoid; }
  h2 { break-after: avoid; }
  .frame { overflow: visible; }
  .bar, .mark, .part { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
