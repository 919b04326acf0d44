import { iso, span } from "../durations";
import { type Finding, fault, type RunnerSeen, type WorkerFacts } from "./facts";

const ONE_HOUR_OFF =
    "Until then gitlab-runner disables the worker for an hour after every three refusals; a changed config.toml ends that at once.";

/** Why GitLab refuses a token. Its answer is the same 403 for all reasons, so the rest of the facts must tell. */
export function diagnoseRefusal(facts: WorkerFacts): Finding[] {
    // The text or the address says enough already.
    if (["missing", "registration", "access", "job"].includes(facts.token.kind)) return [];
    const { runner, now } = facts;
    if (runner === "gone") {
        return [
            fault(
                "token-deleted",
                `Runner ${facts.runnerId} was deleted in GitLab; its token went with it.`,
                `Remove this [[runners]] table, or declare the runner and run pulumi up. ${ONE_HOUR_OFF}`,
            ),
        ];
    }
    if (typeof runner === "object") return [diagnoseKnownRunner(facts, runner)];
    if (facts.fileExpiresAt !== undefined && facts.fileExpiresAt <= now) {
        return [expired(facts.fileExpiresAt, now)];
    }
    const hidden = runner === "hidden" ? ` The user of GITLAB_TOKEN may not see runner ${facts.runnerId}.` : "";
    return [
        fault(
            "token-unknown",
            `GitLab refuses the token (403, ${facts.token.length} characters): it expired, was reset, its runner was deleted, or it is of another GitLab.${hidden}`,
            `Declare the runner and run pulumi up, which puts a working token here. GITLAB_TOKEN of an Owner or Maintainer tells more. ${ONE_HOUR_OFF}`,
        ),
    ];
}

function diagnoseKnownRunner(facts: WorkerFacts, runner: RunnerSeen): Finding {
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
    // A new expiry means that somebody reset the token; a process in contact with the new one is the likely one.
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

function expired(at: number, now: number, id?: number): Finding {
    const whose = id === undefined ? "The token" : `The token of runner ${id}`;
    return fault(
        "token-expired",
        `${whose} expired ${span(now - at)} ago (${iso(at)}).`,
        `Run pulumi up, which resets it in place. ${ONE_HOUR_OFF}`,
    );
}
