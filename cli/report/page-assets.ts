/** Styles of the report's page. No script is needed: the browser unfolds details. */
export const PAGE_STYLE = `
:root { --card: #fff; --badbg: #fde7e5; --warnbg: #fff1d6; }
@media (prefers-color-scheme: dark) { :root { --card: #191d21; --badbg: #4a1c19; --warnbg: #44330f; } }
body { font-size: 15px; line-height: 1.5; }
header, main { max-width: 960px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 26px; }
h1 { font-size: 24px; line-height: 1.25; overflow-wrap: anywhere; }
h2 { font-size: 16px; margin: 26px 0 6px; }
ul { list-style: none; margin: 0; padding: 0; }
.lines { border: 1px solid var(--line); border-radius: 6px; background: var(--card); }
.lines > li { display: flex; gap: 12px; padding: 8px 14px; border-top: 1px solid var(--line); }
.lines > li:first-child { border-top: 0; }
.lines div { min-width: 0; overflow-wrap: anywhere; }
.sign { flex: none; width: 1.2em; text-align: center; font: 600 15px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }
.create > .sign { color: var(--ok); } .update > .sign, .import > .sign { color: var(--warn); }
.replace > .sign, .delete > .sign { color: var(--bad); }
.more { color: var(--dim); font-size: 14px; }
.error { background: var(--badbg); } .warning { background: var(--warnbg); }
details { margin-top: 18px; } summary { cursor: pointer; font-weight: 600; padding: 4px 0; }
summary:focus-visible { outline: 2px solid var(--warn); outline-offset: 2px; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; margin-top: 6px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th { text-align: left; background: var(--head); font-weight: 600; }
th, td { padding: 6px 12px; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child td { border-bottom: 0; }
td { overflow-wrap: anywhere; } td:nth-child(2) { color: var(--dim); overflow-wrap: normal; } td:nth-child(3) { min-width: 16ch; }
main { padding-bottom: 60px; }
@media (max-width: 560px) { header, main { padding-left: 14px; padding-right: 14px; } .lines > li { padding: 8px 10px; gap: 8px; }
  thead { display: none; } table, tbody { display: block; }
  tr { display: grid; grid-template-columns: 2em auto 1fr; border-bottom: 1px solid var(--line); padding: 6px 0; } tr:last-child { border-bottom: 0; }
  td, td:nth-child(3) { border: 0; padding: 0 6px; min-width: 0; } td:nth-child(4) { grid-column: 2 / -1; } }
@media print { .scroll { overflow: visible; } }
`;
