import type { RunnerSeen, WorkerFacts } from "../../../core/diagnosis/facts";

export const NOW = Date.parse("2026-03-01T00:00:00Z");
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const ME = "s_0123456789ab";

export const runner = (more: Partial<RunnerSeen> = {}): RunnerSeen => ({
    id: 5,
    paused: false,
    runUntagged: true,
    tags: ["docker"],
    managers: [{ systemId: ME, contactedAt: NOW - 10_000 }],
    ...more,
});
export const facts = (more: Partial<WorkerFacts> = {}): WorkerFacts => ({
    now: NOW,
    url: "https://git.example.org",
    token: { kind: "authentication", length: 26 },
    contact: { kind: "gitlab" },
    tokenWorks: true,
    runner: runner(),
    runnerId: 5,
    systemId: ME,
    ...more,
});
export const refused = (more: Partial<WorkerFacts> = {}) => facts({ tokenWorks: false, ...more });
