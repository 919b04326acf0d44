import { isWrite } from "./journal";

/** The effect of a planned fault on a request. */
export type Fault =
    /** Returns this answer instead of handling the request. An error without a body gets GitLab's default body. */
    | { kind: "status"; status: number; body?: unknown; headers?: Record<string, string> }
    /** Cuts the connection before the request is handled: nothing has happened. */
    | { kind: "drop" }
    /** Handles the request, then cuts the connection: it has happened, but the caller does not know. */
    | { kind: "lose-answer" }
    /** Never handles the request, and stays silent until the caller gives up: nothing has happened. */
    | { kind: "hold" }
    /**
     * Handles the request, then holds the answer, for a time or until the caller gives up: the caller does not know
     * yet.
     */
    | { kind: "hold-answer"; ms?: number }
    /** Handles the request after a pause. */
    | { kind: "delay"; ms: number }
    /**
     * Handles the request and changes the answer's date, as a proxy with a wrong clock does; without `date`, removes
     * it.
     */
    | { kind: "date"; date?: string }
    /** Answers an HTML page, as a proxy in front of GitLab does. */
    | { kind: "html"; status?: number }
    /** Redirects to the sign-in page, as a single-sign-on proxy does. */
    | { kind: "login-redirect" }
    /** 429 in one of GitLab's two styles: the application's JSON or Rack::Attack's plain text. */
    | { kind: "rate-limit"; retryAfter?: number; style?: "json" | "text" };

/** Which requests a fault affects. */
export interface FaultPlan {
    /** HTTP method; any if omitted. */
    method?: string;
    /**
     * Path with or without `/api/v4`. `*` matches one segment, `**` any number of them. A pattern must match the whole
     * path. Any path if omitted.
     */
    path?: string | RegExp;
    /** Only requests whose body contains this text, such as the name of a GraphQL mutation. */
    bodyIncludes?: string;
    /** Only requests that try to change something: all but GET, HEAD and GraphQL queries. */
    writes?: boolean;
    /** How many matching requests pass before the fault. @default 0 */
    after?: number;
    /** How many requests are affected; 0: all further ones. @default 1 */
    times?: number;
    fault: Fault;
}

/** A plan and its counters. */
export interface PlannedFault extends FaultPlan {
    id: number;
    /** Matching requests so far. */
    seen: number;
    /** Affected requests so far. */
    struck: number;
}

/** Planned faults, in the order of planning; a request gets at most one. */
export class Faults {
    private plans: PlannedFault[] = [];
    private ids = 0;

    /** Plans a fault and returns its id. */
    plan(plan: FaultPlan): number {
        this.ids += 1;
        this.plans.push({ ...plan, id: this.ids, seen: 0, struck: 0 });
        return this.ids;
    }

    list(): readonly PlannedFault[] {
        return this.plans;
    }

    clear(id?: number): void {
        this.plans = id === undefined ? [] : this.plans.filter((plan) => plan.id !== id);
    }

    /** The fault for this request, if any. Updates the counters. */
    strike(method: string, path: string, body: () => string): Fault | undefined {
        for (const plan of this.plans) {
            if (!applies(plan, method, path, body)) continue;
            plan.seen += 1;
            if (plan.seen <= (plan.after ?? 0)) continue;
            const times = plan.times ?? 1;
            if (times !== 0 && plan.struck >= times) continue;
            plan.struck += 1;
            return plan.fault;
        }
        return undefined;
    }
}

function applies(plan: FaultPlan, method: string, path: string, body: () => string): boolean {
    if (plan.method !== undefined && plan.method.toUpperCase() !== method) return false;
    if (plan.path !== undefined && !pathMatches(plan.path, path)) return false;
    if (plan.writes && !isWrite({ method, path, operation: isMutation(body()) ? "mutation" : "" })) return false;
    return plan.bodyIncludes === undefined || body().includes(plan.bodyIncludes);
}

/** Whether a GraphQL request's body, as JSON, is a mutation. */
function isMutation(body: string): boolean {
    return /"query":"(?:\\n|\s)*mutation\b/.test(body);
}

function pathMatches(pattern: string | RegExp, path: string): boolean {
    if (pattern instanceof RegExp) return pattern.test(path);
    const source = pattern
        .split(/(\*\*|\*)/)
        .map((part) => (part === "**" ? ".*" : part === "*" ? "[^/]+" : part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")))
        .join("");
    return new RegExp(`^(/api/v4)?${source}$`).test(path);
}
