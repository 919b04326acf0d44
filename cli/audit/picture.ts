import { escapeHtml } from "../html";
import type { AuditTotals } from "./classify";
import { namedTotals } from "./present";

/** The totals as a picture: how all runners are divided, and below that how many need attention and why. */
export function renderPicture(totals: AuditTotals): string {
    const parts = [
        { words: "ours and live", value: totals.oursLive },
        { words: "ours, not live", value: totals.ours - totals.oursLive },
        { words: "foreign and live", value: totals.foreignLive },
        { words: "foreign, not live", value: totals.foreign - totals.foreignLive },
    ];
    const reasons = namedTotals(totals).filter(
        ({ tone, words }) => tone !== "good" && !/^(runners|foreign)/.test(words),
    );
    const label = parts.map(({ words, value }) => `${value} ${words}`).join(", ");
    const bars = parts.map(({ value }, at) => `<i class="c${at + 1}" style="flex-grow:${value}"></i>`);
    const keys = parts.map(({ words, value }, at) => `<li><i class="c${at + 1}"></i>${number(value)} ${words}</li>`);
    return `<div class="picture" role="img" aria-label="${escapeHtml(`${totals.runners} runners: ${label}`)}">
<div class="bar">${bars.join("")}</div>
<ul class="keys">${keys.join("")}</ul>
<ul class="reasons">
${reasons.map((reason) => renderReason(reason, totals.runners)).join("\n")}
</ul>
</div>`;
}

function renderReason({ words, value }: { words: string; value: number }, total: number): string {
    const share = total === 0 ? 0 : Math.round((value / total) * 1000) / 10;
    const kind = value === 0 ? ' class="dim"' : "";
    return `<li${kind}><span>${escapeHtml(words)}</span><span><i style="width:${share}%"></i><b>${number(value)}</b></span></li>`;
}

function number(value: number): string {
    return value.toLocaleString("en-US");
}
