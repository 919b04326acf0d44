/** Styles of the report's page. No script: what is folded, the browser unfolds. */
export const PAGE_STYLE = `
:root { --bg: #fff; --card: #fff; --fg: #1c1e21; --dim: #5f6670; --line: #e3e6ea; --head: #f4f6f8;
  --create: #146c43; --update: #8a5300; --replace: #b3261e; --delete: #b3261e; --badbg: #fde7e5; --warnbg: #fff1d6; }
@media (prefers-color-scheme: dark) {
  :root { --bg: #14171a; --card: #191d21; --fg: #e6e8ea; --dim: #9aa3ad; --line: #2b3036; --head: #1d2126;
    --create: #67c98f; --update: #f2b84b; --replace: #ff8f85; --delete: #ff8f85; --badbg: #4a1c19; --warnbg: #44330f; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--fg); font: 15px/1.5 system-ui, "Segoe UI", "Liberation Sans", sans-serif; }
header, main { max-width: 960px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 26px; }
h1 { font-size: 24px; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 16px; margin: 26px 0 6px; }
.source { color: var(--dim); margin: 2px 0 16px; }
ul { list-style: none; margin: 0; padding: 0; }
.lines { border: 1px solid var(--line); border-radius: 6px; background: var(--card); }
.lines > li { display: flex; gap: 12px; padding: 8px 14px; border-top: 1px solid var(--line); }
.lines > li:first-child { border-top: 0; }
.lines div { min-width: 0; overflow-wrap: anywhere; }
.sign { flex: none; width: 1.2em; text-align: center; font: 600 15px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }
.create > .sign { color: var(--create); } .update > .sign, .import > .sign { color: var(--update); }
.replace > .sign, .delete > .sign { color: var(--delete); }
.more { color: var(--dim); font-size: 14px; }
.error { background: var(--badbg); } .warning { background: var(--warnbg); }
details { margin-top: 18px; } summary { cursor: pointer; font-weight: 600; padding: 4px 0; }
summary:focus-visible { outline: 2px solid var(--update); outline-offset: 2px; }
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
