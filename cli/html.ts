import { safeText } from "../core/safe-text";

/** Escapes a text for HTML, attributes included. */
export function escapeHtml(text: string): string {
    return safeText(text).replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/** The parts of a page; all but the title are HTML. `about` is below the title, `header` is the rest of the head. */
interface Page {
    title: string;
    about: string;
    header?: string;
    body: string;
    style: string;
    /** @default - no script, and none may run */
    script?: string;
}

// Shared by all pages: colours for light and dark, one font, the title and the line below it.
const STYLE = `
:root { --bg: #fff; --fg: #1c1e21; --dim: #5f6670; --line: #e3e6ea; --head: #f4f6f8; --hover: #e8f0fe; --ok: #146c43; --bad: #b3261e; --warn: #8a5300; }
@media (prefers-color-scheme: dark) {
  :root { --bg: #14171a; --fg: #e6e8ea; --dim: #9aa3ad; --line: #2b3036; --head: #1d2126; --hover: #22304a; --ok: #67c98f; --bad: #ff8f85; --warn: #f2b84b; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--fg); font: 14px/1.45 system-ui, "Segoe UI", "Liberation Sans", sans-serif; }
h1 { margin: 0; }
.source { color: var(--dim); margin: 2px 0 16px; }
/* What is left out by a filter is missing on paper, too: it says which. */
@media print { .tools label:not(:has(:checked, [type=search]:not(:placeholder-shown))) { display: none; } }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
`;

/** A self-contained page: it makes no requests, and runs only its own script. */
export function toPage({ title, about, header = "", body, style, script = "" }: Page): string {
    const policy = `default-src 'none'; style-src 'unsafe-inline'${script === "" ? "" : "; script-src 'unsafe-inline'"}`;
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${STYLE}${style}</style>
</head>
<body>
<header>
<h1>${escapeHtml(title)}</h1>
<p class="source">${about}</p>
${header}
</header>
${body}
${script === "" ? "" : `<script>${script}</script>`}
</body>
</html>
`;
}

/** `2026-11-27 14:05 UTC` */
export function minuteOf(time: Date): string {
    return `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
