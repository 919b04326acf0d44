import { asText, isMap } from "../core/values";

/** A temporary exemption from a policy. */
export interface Exemption {
    /** Name of the worker, runner, manager, list or scope, or key of the configuration. */
    name: string;
    /** The reason, for those who read it next year. */
    reason: string;
    /** Its last day, `2027-03-31`, in UTC. */
    until: string;
}

/** JSON Schema of a policy's configuration, which the engine checks. */
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

/** Longest duration of an exemption. */
const MOST_DAYS = 366;
const DAY_MS = 24 * 60 * 60 * 1000;

/** The exemptions in a policy's configuration, without those that the schema would have refused. */
export function exemptionsIn(config: unknown): Exemption[] {
    const list = isMap(config) && Array.isArray(config.exempt) ? config.exempt : [];
    return list.filter(isMap).map(({ name, reason, until }) => ({
        ...{ name: asText(name), reason: asText(reason), until: asText(until) },
    }));
}

/** Why an exemption is not valid on a day; undefined if it is. */
export function whyNotExempt({ reason, until }: Exemption, today: string): string | undefined {
    const last = Date.parse(`${until}T00:00:00Z`);
    const isDay = !Number.isNaN(last) && new Date(last).toISOString().startsWith(until);
    if (!isDay) return `until is not a day (got ${JSON.stringify(until)})`;
    if (reason.trim() === "") return "it has no reason";
    const days = (last - Date.parse(`${today}T00:00:00Z`)) / DAY_MS;
    if (days < 0) return `it ended on ${until}`;
    return days > MOST_DAYS ? `until is more than a year away (${until})` : undefined;
}
