import { escapeHtml } from "../html";
import type { AuditTotals } from "./classify";
import { namedTotals } from "./present";

const WIDTH = 1100;
const BAR = 30;
const ROW = 24;
const LABEL = 290;

/** The totals as a picture: how all runners are divided, and below how many need attention for which reason. */
export function renderPicture(totals: AuditTotals): string {
    const parts = [
        { words: "ours and live", value: totals.oursLive, fill: "var(--c1)" },
        { words: "ours, not live", value: totals.ours - totals.oursLive, fill: "var(--c2)" },
        { words: "foreign and live", value: totals.foreignLive, fill: "var(--c3)" },
        { words: "foreign, not live", value: totals.foreign - totals.foreignLive, fill: "var(--c4)" },
    ];
    const reasons = namedTotals(totals).filter(
        ({ tone, words }) => tone !== "good" && !/^(runners|foreign)/.test(words),
    );
    const height = BAR + 44 + reasons.length * ROW + 6;
    const label = parts.map(({ words, value }) => `${value} ${words}`).join(", ");
    return `<svg class="picture" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeHtml(`${totals.runners} runners: ${label}`)}">
${renderDivision(parts, totals.runners)}
${reasons.map((reason, at) => renderReason(reason, at, totals.runners)).join("\n")}
</svg>`;
}

interface Part {
    words: string;
    value: number;
    fill: string;
}

function renderDivision(parts: readonly Part[], total: number): string {
    let x = 0;
    const bars = parts.map(({ value, fill, words }) => {
        const width = total === 0 ? 0 : (value / total) * WIDTH;
        const bar = `<rect x="${round(x)}" y="0" width="${round(width)}" height="${BAR}" fill="${fill}"><title>${value} ${words}</title></rect>`;
        x += width;
        return bar;
    });
    let left = 0;
    const keys = parts.map(({ value, fill, words }) => {
        const text = `${value.toLocaleString("en-US")} ${words}`;
        const key = `<rect x="${left}" y="${BAR + 11}" width="12" height="12" rx="2" fill="${fill}"/><text x="${left + 18}" y="${BAR + 22}">${text}</text>`;
        left += 40 + text.length * 7.2;
        return key;
    });
    const empty = total === 0 ? `<rect x="0" y="0" width="${WIDTH}" height="${BAR}" fill="var(--head)"/>` : "";
    return [empty, ...bars, ...keys].join("\n");
}

function renderReason({ words, value }: { words: string; value: number }, at: number, total: number): string {
    const y = BAR + 44 + at * ROW;
    const room = WIDTH - LABEL - 80;
    // A single runner among thousands must still be seen.
    const width = value === 0 || total === 0 ? 0 : Math.max(3, (value / total) * room);
    const fill = value === 0 ? "var(--line)" : "var(--c2)";
    return `<text x="0" y="${y + 14}" class="${value === 0 ? "dim" : ""}">${escapeHtml(words)}</text><rect x="${LABEL}" y="${y + 3}" width="${round(Math.max(width, 1))}" height="14" rx="2" fill="${fill}"/><text x="${round(LABEL + width + 8)}" y="${y + 14}" class="value${value === 0 ? " dim" : ""}">${value.toLocaleString("en-US")}</text>`;
}

function round(value: number): string {
    return String(Math.round(value * 10) / 10);
}
