import { iso, span } from "../durations";
import { type Finding, fault, flaw, type ManagerSeen, type RunnerSeen, type WorkerFacts } from "./facts";
import { diagnoseContact, diagnoseTokenText } from "./setup";

/** A clock that is this far off (in milliseconds) breaks certificates and token rotation. */
const MOST_SKEW = 60_000;
/**
 * A working manager asks at least this often (in milliseconds): long polling holds a request for less than a minute.
 */
const SILENCE = 5 * 60_000;
const HOUR = 60 * 60_000;

/** Why one worker gets jobs or does not: the deciding reason first, `healthy` if nothing is wrong. */
export function diagnoseWorker(facts: WorkerFacts): Finding[] {
    const setup = [...diagnoseTokenText(facts), ...diagnoseContact(facts)];
    const refused = facts.tokenWorks === false && facts.token.kind !== "garbled" ? diagnoseRefusal(facts) : [];
    const rest = [
        ...diagnosePaused(facts),
        ...diagnoseProcess(facts),
        ...diagnoseDemand(facts),
        ...diagnoseClock(facts),
        ...diagnoseExpiry(facts),
        ...diagnoseDuplicate(facts),
        ...diagnoseId(facts),
    ];
    const found = [...setup, ...refused, ...rest];
    if (found.some(({ severity }) => severity === "error")) return sorted(found);
    return sorted([...found, ...diagnoseHealth(facts, found)]);
}

/** Whether any finding keeps the worker from getting jobs. */
export function isBroken(findings: readonly Finding[]): boolean {
    return findings.some(({ severity }) => severity === "error");
}

function diagnosePaused({ runner }: WorkerFacts): Finding[] {
    if (typeof runner !== "object" || !runner.paused) return [];
    return fault(
        "paused",
        `Runner ${runner.id} is paused in GitLab, so it is handed no jobs.`,
        "Resume it: paused: false in the stack config, or the runner's page in GitLab.",
    );
}

function diagnoseProcess(facts: WorkerFacts): Finding[] {
    if (facts.tokenWorks === false) return [];
    const disabled = diagnoseDisabled(facts);
    if (disabled.length > 0) return disabled;
    const { runner, systemId, now } = facts;
    if (typeof runner !== "object" || runner.managers === undefined) return [];
    if (systemId === undefined) return diagnoseSilence(runner.id, runner.managers, now);
    return diagnoseNotHeard(runner.id, runner.managers, systemId, now);
}

function diagnoseDisabled({ told, runner, systemId, now }: WorkerFacts): Finding[] {
    if (!told?.disabled) return [];
    const managers = typeof runner === "object" ? (runner.managers ?? []) : [];
    const heard = managers.find((manager) => manager.systemId === systemId)?.contactedAt ?? 0;
    // A later contact shows that the hour is over, whatever the log says.
    const at = told.disabledAt ?? told.writtenAt;
    const isOver = at !== undefined && now - at > HOUR;
    if (isOver || heard > (at ?? now - SILENCE)) return [];
    const when = told.disabledAt === undefined ? "" : ` ${span(now - told.disabledAt)} ago`;
    return fault(
        "disabled",
        `gitlab-runner disabled this worker for an hour after three refused requests in a row${when} (${told.source}). The token works now.`,
        "Make gitlab-runner read config.toml again, which ends the hour: touch the file, or send SIGHUP.",
    );
}

function diagnoseNotHeard(id: number, managers: readonly ManagerSeen[], systemId: string, now: number): Finding[] {
    const own = managers.find((manager) => manager.systemId === systemId);
    const last = own?.contactedAt;
    if (last !== undefined && now - last <= SILENCE) return [];
    const others = managers.filter((manager) => manager !== own && (manager.contactedAt ?? 0) > now - SILENCE);
    const lastly = last === undefined ? "has never heard" : `last heard ${span(now - last)} ago`;
    const instead =
        others.length === 0 ? "" : ` It hears from ${others.map((other) => other.systemId).join(", ")} instead.`;
    const disabledToo =
        last !== undefined && now - last > HOUR
            ? ""
            : " If it runs, it may have disabled the worker for an hour after three refused requests; touching config.toml ends that.";
    return fault(
        "not-heard",
        `GitLab ${lastly} from this host (${systemId}) under runner ${id}.${instead}`,
        `Start gitlab-runner with this config.toml, and see that .runner_system_id beside it says ${systemId}.${disabledToo}`,
    );
}

/**
 * For a file that was copied from its host, the manager is unknown; but if GitLab hears no manager, it does not hear
 * this one.
 */
function diagnoseSilence(id: number, managers: readonly ManagerSeen[], now: number): Finding[] {
    const last = Math.max(...managers.map(({ contactedAt }) => contactedAt ?? 0));
    // A manager that was never heard may be about to start.
    if (last <= 0 || now - last <= SILENCE) return [];
    return fault(
        "not-heard",
        `GitLab last heard ${span(now - last)} ago from runner ${id}, from whatever host.`,
        "Start gitlab-runner with this config.toml on its host.",
    );
}

function diagnoseDemand({ demand, runner }: WorkerFacts): Finding[] {
    if (demand === undefined || demand.jobs === 0 || demand.matching > 0 || typeof runner !== "object") return [];
    const has = runner.tags.length === 0 ? "no tags" : `the tags ${runner.tags.join(", ")}`;
    const untagged = runner.runUntagged ? "" : " and takes no untagged jobs";
    const wanted =
        demand.wanted.length === 0 ? "They have no tags" : `They want ${demand.wanted.slice(0, 5).join(", ")}`;
    return fault(
        "tags-unwanted",
        `None of the latest jobs (${demand.jobs} looked at) could run here: runner ${runner.id} has ${has}${untagged}. ${wanted}.`,
        `Give the runner the tags that jobs ask for, ${runner.runUntagged ? "" : "set runUntagged: true, "}or change tags: in .gitlab-ci.yml.`,
    );
}

function diagnoseClock({ clockSkew = 0, clockDoubt }: WorkerFacts): Finding[] {
    const off = Math.abs(clockSkew) > MOST_SKEW;
    if (!off && clockDoubt === undefined) return [];
    const direction = clockSkew > 0 ? "behind" : "ahead of";
    const skew = off ? `This host's clock is ${span(Math.abs(clockSkew))} ${direction} GitLab's.` : "";
    return flaw(
        "clock-off",
        [skew, clockDoubt ?? ""].join(" ").trim(),
        "Start a time service (chrony, systemd-timesyncd): certificates and token rotation depend on it.",
    );
}

function diagnoseExpiry(facts: WorkerFacts): Finding[] {
    const { rotatesItself, readOnlyFile, tokenWorks, now, runner } = facts;
    if (rotatesItself && readOnlyFile) {
        return flaw(
            "rotation-loop",
            "token_expires_at makes gitlab-runner rotate the token itself, but it cannot write config.toml. " +
                "At the next reload it will reset the token again and again, more than 20 times a second.",
            "Remove token_expires_at, set FF_DISABLE_AUTOMATIC_TOKEN_ROTATION, or let it write the file.",
        );
    }
    const expiresAt = (typeof runner === "object" ? runner.tokenExpiresAt : undefined) ?? facts.fileExpiresAt;
    if (tokenWorks === false || expiresAt === undefined || rotatesItself || expiresAt - now > 7 * 24 * HOUR) return [];
    if (expiresAt <= now) return [];
    return flaw(
        "expires-soon",
        `The token dies in ${span(expiresAt - now)} (${iso(expiresAt)}), and nothing in config.toml rotates it.`,
        "Run pulumi up before then, which resets it.",
    );
}

function diagnoseDuplicate({ sameTokenAs }: WorkerFacts): Finding[] {
    if (sameTokenAs === undefined) return [];
    return flaw(
        "duplicate-worker",
        `It has the same token as worker ${sameTokenAs}, so both ask for the same jobs.`,
        "Remove one of the two [[runners]] tables; raise limit and request_concurrency of the other instead.",
    );
}

/** gitlab-runner uses the token alone, so a wrong id is harmless until somebody believes it. */
function diagnoseId({ wrongId, unprovenId, runnerId }: WorkerFacts): Finding[] {
    if (wrongId !== undefined) {
        const whose =
            runnerId === undefined
                ? `GitLab has no runner ${wrongId} and takes the token, so it is another runner's`
                : `the token is that of runner ${runnerId}`;
        const remedy = runnerId === undefined ? "Remove the line" : `Write id = ${runnerId}`;
        const advice = `${remedy}. gitlab-runner itself goes by the token.`;
        return flaw("wrong-id", `The file says id = ${wrongId}, but ${whose}.`, advice);
    }
    if (unprovenId === undefined) return [];
    return flaw(
        "id-unproven",
        `The file says id = ${unprovenId}, but GitLab names no runner with this token to the user of GITLAB_TOKEN, so it may be another's.`,
        "Correct the id, or use a GITLAB_TOKEN of somebody who manages the runner.",
    );
}

function diagnoseHealth({ tokenWorks, runner, asked }: WorkerFacts, found: readonly Finding[]): Finding[] {
    if (tokenWorks === undefined) {
        return flaw(
            "unchecked",
            "This GitLab offers no way to try a token without leaving a trace, so it was not tried.",
            asked === "here" ? "" : "Set GITLAB_TOKEN to one of this GitLab: then the runner's own entry is looked at.",
        );
    }
    if (found.length > 0) return [];
    const known = typeof runner === "object" ? ` It is runner ${runner.id}.` : "";
    return [{ code: "healthy", severity: "info", says: `GitLab takes the token.${known}`, advice: "" }];
}

const ORDER = { error: 0, warning: 1, info: 2 } as const;

function sorted(findings: readonly Finding[]): Finding[] {
    return [...findings].sort((a, b) => ORDER[a.severity] - ORDER[b.severity]);
}

const ONE_HOUR_OFF =
    "Until then gitlab-runner disables the worker for an hour after every three refusals; a changed config.toml ends that at once.";

/** Why GitLab refuses a token. GitLab answers every reason with the same 403, so the other facts must decide. */
function diagnoseRefusal(facts: WorkerFacts): Finding[] {
    // The token's text already explains the refusal.
    if (["missing", "registration", "access", "job"].includes(facts.token.kind)) return [];
    const { runner, now } = facts;
    if (runner === "gone") {
        return fault(
            "token-deleted",
            `Runner ${facts.runnerId} was deleted in GitLab; its token went with it.`,
            `Remove this [[runners]] table, or declare the runner and run pulumi up. ${ONE_HOUR_OFF}`,
        );
    }
    if (typeof runner === "object") return diagnoseKnownRunner(facts, runner);
    if (facts.fileExpiresAt !== undefined && facts.fileExpiresAt <= now) return expired(facts.fileExpiresAt, now);
    const hidden = runner === "hidden" ? ` The user of GITLAB_TOKEN may not see runner ${facts.runnerId}.` : "";
    return fault(
        "token-unknown",
        `GitLab refuses the token (403, ${facts.token.length} characters): it expired, was reset, its runner was deleted, or it is of another GitLab.${hidden}`,
        `Declare the runner and run pulumi up, which puts a working token here. ${whatTellsMore(facts)} ${ONE_HOUR_OFF}`,
    );
}

/** What would say more about a token of which nothing but its refusal is known. */
function whatTellsMore({ asked, runner }: WorkerFacts): string {
    if (asked === undefined) return "Set GITLAB_TOKEN, of an Owner or Maintainer: it tells more.";
    if (asked === "elsewhere")
        return "GITLAB_TOKEN is for another GitLab: one of an Owner or Maintainer here tells more.";
    if (runner === "hidden") return "GITLAB_TOKEN of an Owner or Maintainer tells more.";
    return "GitLab knows no such token of a runner that the user of GITLAB_TOKEN manages: id = <the runner's> in the table tells more.";
}

function diagnoseKnownRunner(facts: WorkerFacts, runner: RunnerSeen): Finding[] {
    const { now, fileExpiresAt } = facts;
    if (runner.tokenExpiresAt !== undefined && runner.tokenExpiresAt <= now)
        return expired(runner.tokenExpiresAt, now, runner.id);
    if (runner.foundByToken) {
        return fault(
            "token-unknown",
            `GitLab knows the token as that of runner ${runner.id}, but refuses it (403).`,
            "Ask GitLab's administrator: runners may be switched off for the group or project.",
        );
    }
    const others = otherManagers(facts, runner);
    // A new expiry means that somebody reset the token, most likely for a process that is now in contact with the new
    // one.
    const expiryMoved = fileExpiresAt !== undefined && fileExpiresAt !== runner.tokenExpiresAt;
    if (others.length > 0) {
        return fault(
            "token-rotated",
            `Runner ${runner.id} has another token by now, and ${others.join(", ")} works with it: that manager rotated it, or was given the new one.`,
            `Run pulumi up, which brings one token to every manager. Let only one side rotate: no token_expires_at in config.toml. ${ONE_HOUR_OFF}`,
        );
    }
    return fault(
        "token-rotated",
        `Runner ${runner.id} has another token by now${expiryMoved ? ", with another expiry" : ""}: it was reset in GitLab, or by a process that could not save it.`,
        `Run pulumi up, which puts a working token here. ${ONE_HOUR_OFF}`,
    );
}

function otherManagers({ systemId, now }: WorkerFacts, { managers = [] }: RunnerSeen): string[] {
    const own = managers.find((manager) => manager.systemId === systemId);
    const recently = Math.max(own?.contactedAt ?? 0, now - 2 * 60 * 60_000);
    return managers
        .filter((manager) => manager !== own && (manager.contactedAt ?? 0) > recently)
        .map((manager) => manager.systemId);
}

function expired(at: number, now: number, id?: number): Finding[] {
    const whose = id === undefined ? "The token" : `The token of runner ${id}`;
    return fault(
        "token-expired",
        `${whose} expired ${span(now - at)} ago (${iso(at)}).`,
        `Run pulumi up, which resets it in place. ${ONE_HOUR_OFF}`,
    );
}
