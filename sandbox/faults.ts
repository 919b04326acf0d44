import { isWrite } from "./journal";

/** What a planned fault does to the request it strikes. */
export type Fault =
    /** Answers with this instead of handling the request. A no without a body has the one that GitLab gives it. */
    | { kind: "status"; status: number; body?: unknown; headers?: Record<string, string> }
    /** Cuts the connection before the request is handled: nothing happened. */
    | { kind: "drop" }
    /** Handles the request, then cuts the connection: it happened, but nobody heard. */
    | { kind: "lose-answer" }
    /** Never handles the request, and says nothing until the caller gives up: nothing happened. */
    | { kind: "hold" }
    /** Handles the request, then keeps the answer back, for a while or until the caller gives up: nobody has heard yet. */
    | { kind: "hold-answer"; ms?: number }
    /** Handles the request after a pause. */
    | { kind: "delay"; ms: number }
    /** Handles the request and dates the answer otherwise, as a proxy with a wrong clock does; without `date`, not at all. */
    | { kind: "date"; date?: string }
    /** Answers an HTML page, as a proxy in front of GitLab does. */
    | { kind: "html"; status?: number }
    /** Redirects to the sign-in page, as a single-sign-on proxy does. */
    | { kind: "login-redirect" }
    /** 429 in one of GitLab's two styles: the application's JSON or Rack::Attack's plain text. */
    | { kind: "rate-limit"; retryAfter?: number; style?: "json" | "text" };

/** Which requests a fault strikes. */
export interface FaultPlan {
    /** HTTP method; any when left out. */
    method?: string;
    /**
     * Path with or without `/api/v4`. `*` stands for one segment, `**` for any number of them. A pattern is compared
     * with the whole path. Any path when left out.
     */
    path?: string | RegExp;
    /** Strikes only requests whose body contains this text, such as the name of a GraphQL mutation. */
    bodyIncludes?: string;
    /** Strikes only requests that change something, whatever becomes of them: all but GET, HEAD and GraphQL queries. */
    writes?: boolean;
    /** How many matching requests go through before it strikes. @default 0 */
    after?: number;
    /** How many requests it strikes; 0 for all to come. @default 1 */
    times?: number;
    fault: Fault;
}

/** A plan and how often it struck. */
export interface PlannedFault extends FaultPlan {
    id: number;
    /** Matching requests so far. */
    seen: number;
    /** Requests struck so far. */
    struck: number;
}

/** Planned failures, in the order they were planned; one request meets at most one. */
export class Faults {
    private plans: PlannedFault[] = [];
    private ids = 0;

    /** Plans a fault and says its id. */
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

    /** The fault that strikes this request, if any. Counts. */
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

/** Whether the body of a GraphQL request, as JSON, asks for a change. */
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
