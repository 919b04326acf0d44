import { asText, isMap } from "../core/values";

/** One thing that a policy leaves alone for a while. */
export interface Exemption {
    /** Of the worker, runner, manager, list or scope, or the key of the configuration. */
    name: string;
    /** Why, for whoever reads it next year. */
    reason: string;
    /** Its last day, `2027-03-31`, in UTC. */
    until: string;
}

/** What a configuration of a policy may hold, as JSON Schema, by which the engine judges it. */
export const EXEMPT_SCHEMA = {
    exempt: {
        type: "array",
        description: "What the policy ignores, by name, until the end of a day.",
        items: {
            type: "object",
            additionalProperties: false,
            required: ["name", "reason", "until"],
            properties: {
                name: { type: "string", minLength: 1 },
                reason: { type: "string", minLength: 1 },
                until: { type: "string", pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" },
            },
        },
    },
};

/** Longest time for which something may be exempted. */
const MOST_DAYS = 366;
const DAY_MS = 24 * 60 * 60 * 1000;

/** The exemptions in a policy's configuration; what the schema would have refused is left out. */
export function exemptionsIn(config: unknown): Exemption[] {
    const list = isMap(config) && Array.isArray(config.exempt) ? config.exempt : [];
    return list.filter(isMap).map(({ name, reason, until }) => ({
        ...{ name: asText(name), reason: asText(reason), until: asText(until) },
    }));
}

/** Why an exemption does not hold on a day; undefined where it does. */
export function whyNotExempt({ reason, until }: Exemption, today: string): string | undefined {
    const last = Date.parse(`${until}T00:00:00Z`);
    const isDay = !Number.isNaN(last) && new Date(last).toISOString().startsWith(until);
    if (!isDay) return `until is not a day (got ${JSON.stringify(until)})`;
    if (reason.trim() === "") return "it has no reason";
    const days = (last - Date.parse(`${today}T00:00:00Z`)) / DAY_MS;
    if (days < 0) return `it ended on ${until}`;
    return days > MOST_DAYS ? `until is more than a year away (${until})` : undefined;
}
