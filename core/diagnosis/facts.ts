import type { TokenKind } from "../token-kinds";

/** What came back from the address that a worker asks for jobs. */
export type Contact =
    | { kind: "gitlab" }
    /** Another place than GitLab's API: a sign-in page, a new address, plain http to https. */
    | { kind: "redirect"; to: string }
    /** A web page or something else that is no answer of GitLab's API. */
    | { kind: "stranger"; status: number; what: string }
    | { kind: "tls"; code: string }
    | { kind: "silence"; code: string }
    | { kind: "invalid-url" };

/** One gitlab-runner process that GitLab has seen under a runner. */
export interface ManagerSeen {
    systemId: string;
    /** Last contact, in milliseconds since 1970; absent when there was none. */
    contactedAt?: number;
    /** Version of gitlab-runner, if it said one. */
    version?: string;
}

export interface RunnerSeen {
    id: number;
    paused: boolean;
    runUntagged: boolean;
    tags: string[];
    /** When GitLab lets the current token die, in milliseconds since 1970; absent: never. */
    tokenExpiresAt?: number;
    managers?: ManagerSeen[];
    /** Whether the runner was found by this very token, so that the token is its own, alive or not. */
    foundByToken?: boolean;
}

/** Which jobs there were lately in the projects that a runner serves. */
export interface Demand {
    jobs: number;
    /** How many of them the runner could take. */
    matching: number;
    /** Tags of the jobs that it could not take, most wanted first. */
    wanted: string[];
}

/** What the process itself has told, in its log or its metrics. */
export interface ProcessTold {
    /** Where it was read: `gitlab-runner.log`, `http://127.0.0.1:9252/metrics`. */
    source: string;
    /** When the worker was disabled, in milliseconds since 1970; absent when the log gives no time. */
    disabledAt?: number;
    /** When the log was written to last: by then it was disabled. Absent when that is not known. */
    writtenAt?: number;
    /** Whether the worker was disabled and not asked again since. */
    disabled: boolean;
}

/** Everything known about one worker of a `config.toml`. What was not looked at is absent. */
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
    /** The runner; `gone` when GitLab has no runner with the worker's id, `hidden` when the user may not see it. */
    runner?: RunnerSeen | "gone" | "hidden";
    /** Id of the runner, as far as it is known: that of the token, else the one that the worker's table gives. */
    runnerId?: number;
    /** Id that the worker's table gives although the token is another runner's. */
    wrongId?: number;
    /** Id that the worker's table gives, of a runner of which nobody can tell whether it has the token. */
    unprovenId?: number;
    /** GitLab's clock minus ours, in milliseconds. */
    clockSkew?: number;
    /** Why no clock is believed; `now` is a guess then. */
    clockDoubt?: string;
    /** Identity of this host's manager. */
    systemId?: string;
    /** When the token dies, as the file says, in milliseconds since 1970. */
    fileExpiresAt?: number;
    /** Whether the process cannot write `config.toml`. */
    readOnlyFile?: boolean;
    /** Whether the worker's process rotates its token itself: expiry in the file, feature flag not set. */
    rotatesItself?: boolean;
    demand?: Demand;
    told?: ProcessTold;
}

/** Names of what can be found; scripts may rely on them. */
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
    /** `error`: gets no jobs because of it. `warning`: will, or may. `info`: good to know. */
    severity: "error" | "warning" | "info";
    /** What is the matter. Never holds a token. */
    says: string;
    /** What to do; empty where nothing is to be done. */
    advice: string;
}

/** What is or will be amiss although the worker gets jobs; as the list that a rule answers with. */
export function flaw(code: FindingCode, says: string, advice: string): Finding[] {
    return [{ code, severity: "warning", says, advice }];
}

/** Why the worker gets no jobs, and what to do; as the list that a rule answers with. */
export function fault(code: FindingCode, says: string, advice: string): Finding[] {
    return [{ code, severity: "error", says, advice }];
}
