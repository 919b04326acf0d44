import type { TokenKind } from "../token-kinds";

/** What answered at the address from which a worker requests jobs. */
export type Contact =
    | { kind: "gitlab" }
    /** Something other than GitLab's API: a sign-in page, a new address, plain http instead of https. */
    | { kind: "redirect"; to: string }
    /** A web page or anything else that is not an answer of GitLab's API. */
    | { kind: "stranger"; status: number; what: string }
    | { kind: "tls"; code: string }
    | { kind: "silence"; code: string }
    | { kind: "invalid-url" };

/** One gitlab-runner process that GitLab has seen under a runner. */
export interface ManagerSeen {
    systemId: string;
    /** Last contact, in milliseconds since 1970; absent if there was none. */
    contactedAt?: number;
    /** Version of gitlab-runner, if it reported one. */
    version?: string;
}

export interface RunnerSeen {
    id: number;
    paused: boolean;
    runUntagged: boolean;
    tags: string[];
    /** When the current token expires, in milliseconds since 1970; absent if never. */
    tokenExpiresAt?: number;
    managers?: ManagerSeen[];
    /** Whether the runner was found by this very token, which is then the runner's own, alive or not. */
    foundByToken?: boolean;
}

/** Recent jobs in the projects that a runner serves. */
export interface Demand {
    jobs: number;
    /** How many of them the runner could take. */
    matching: number;
    /** Tags of the jobs that the runner could not take, most wanted first. */
    wanted: string[];
}

/** What the process itself reported, in its log or its metrics. */
export interface ProcessTold {
    /** Where it was read: `gitlab-runner.log`, `http://127.0.0.1:9252/metrics`. */
    source: string;
    /** When the worker was disabled, in milliseconds since 1970; absent if the log has no time. */
    disabledAt?: number;
    /** When the log was last written: the worker was disabled by then. Absent if unknown. */
    writtenAt?: number;
    /** Whether the worker was disabled and has not requested jobs since. */
    disabled: boolean;
}

/** Everything known about one worker of a `config.toml`. A fact that was not looked up is absent. */
export interface WorkerFacts {
    /** Current time in milliseconds since 1970. */
    now: number;
    url: string;
    token: { kind: TokenKind; length: number };
    /** Whether a user's token has asked the worker's GitLab about it, or is for another GitLab; absent where there is none. */
    asked?: "here" | "elsewhere";
    /** Name of an earlier worker with the same token. */
    sameTokenAs?: string;
    contact?: Contact;
    tokenWorks?: boolean;
    /** The runner; `gone` if GitLab has no runner with the worker's id, `hidden` if the user may not see it. */
    runner?: RunnerSeen | "gone" | "hidden";
    /** Id of the runner, if known: that of the token, otherwise the one in the worker's table. */
    runnerId?: number;
    /** Id in the worker's table, if the token belongs to another runner. */
    wrongId?: number;
    /** Id in the worker's table, if nothing shows whether that runner has the token. */
    unprovenId?: number;
    /** GitLab's clock minus ours, in milliseconds. */
    clockSkew?: number;
    /** Why no clock can be trusted; `now` is a guess then. */
    clockDoubt?: string;
    /** Identity of this host's manager. */
    systemId?: string;
    /** When the token expires according to the file, in milliseconds since 1970. */
    fileExpiresAt?: number;
    /** Whether the process cannot write `config.toml`. */
    readOnlyFile?: boolean;
    /** Whether the worker's process rotates its token itself: expiry in the file, feature flag not set. */
    rotatesItself?: boolean;
    demand?: Demand;
    told?: ProcessTold;
}

/** Names of findings; scripts may rely on them. */
export type FindingCode =
    | "token-missing"
    | "registration-token"
    | "access-token"
    | "invalid-url"
    | "unreachable"
    | "tls"
    | "redirect"
    | "login-page"
    | "wrong-url"
    | "clock-off"
    | "token-deleted"
    | "token-expired"
    | "token-rotated"
    | "token-unknown"
    | "expires-soon"
    | "rotation-loop"
    | "paused"
    | "tags-unwanted"
    | "disabled"
    | "not-heard"
    | "duplicate-worker"
    | "wrong-id"
    | "id-unproven"
    | "unchecked"
    | "healthy";

export interface Finding {
    code: FindingCode;
    /** `error`: the worker gets no jobs because of it. `warning`: it will get none, or may. `info`: good to know. */
    severity: "error" | "warning" | "info";
    /** What is wrong. Never contains a token. */
    says: string;
    /** What to do; empty if nothing needs to be done. */
    advice: string;
}

/** Something that is or will be wrong although the worker gets jobs, as the list that a rule returns. */
export function flaw(code: FindingCode, says: string, advice: string): Finding[] {
    return [{ code, severity: "warning", says, advice }];
}

/** Why the worker gets no jobs, and what to do, as the list that a rule returns. */
export function fault(code: FindingCode, says: string, advice: string): Finding[] {
    return [{ code, severity: "error", says, advice }];
}
