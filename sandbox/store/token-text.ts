import { crc32 } from "node:zlib";
import type { GitLabVersion, Runner } from "./entities";
import type { Random } from "./random";

/** The parts of a runner's authentication token. */
export interface RunnerTokenOwner {
    version: GitLabVersion;
    /** GitLab: application setting `instance_token_prefix`; empty for none. */
    instancePrefix: string;
    runner: Pick<Runner, "runnerType" | "groupId" | "creatorId" | "creationMethod"> & { projectId: number | null };
}

const TYPE_NUMBER = { instance_type: 1, group_type: 2, project_type: 3 } as const;

/** Authentication token of a runner in the format of the given GitLab version. */
export function runnerToken(random: Random, owner: RunnerTokenOwner): string {
    const { runner, version } = owner;
    const type = TYPE_NUMBER[runner.runnerType];
    if (runner.creationMethod === "registration_token") {
        return version === 17 ? `t${type}_${random.text(20)}` : `glrtr-${random.text(20)}`;
    }
    const prefix = owner.instancePrefix ? `${owner.instancePrefix}-glrt-` : "glrt-";
    if (version === 17) return `${prefix}t${type}_${random.text(20)}`;
    const pairs = [
        ...(runner.groupId === null ? [] : [`g:${base36(runner.groupId)}`]),
        "o:1",
        ...(runner.projectId === null ? [] : [`p:${base36(runner.projectId)}`]),
        `t:${type}`,
        ...(runner.creatorId === null ? [] : [`u:${base36(runner.creatorId)}`]),
    ];
    return routableToken(prefix, pairs, random);
}

/** `<prefix><payload>.01.<length><crc>`: routing pairs, 16 random bytes and the pairs' length, in base64url. */
function routableToken(prefix: string, pairs: string[], random: Random): string {
    const routing = Buffer.from(pairs.join("\n"));
    const payload = Buffer.concat([routing, random.bytes(16), Buffer.from([routing.length])]).toString("base64url");
    const body = `${prefix}${payload}.01.${base36(payload.length).padStart(2, "0")}`;
    return body + base36(crc32(body)).padStart(7, "0");
}

function base36(value: number): string {
    return value.toString(36);
}

/** Text of a personal, project or group access token. */
export function accessToken(random: Random): string {
    return `glpat-${random.text(20)}`;
}

/** Text of a job token. */
export function jobToken(random: Random): string {
    return `glcbt-64_${random.text(20)}`;
}

/** Text of a registration token (the legacy flow). */
export function registrationToken(random: Random): string {
    return `GR1348941${random.text(20)}`;
}

/** The 8 characters of a runner token that GitLab shows. GitLab: `shortSha`. */
export function shortSha(token: string): string {
    return token
        .replace(/^([\w.-]+-)?glrtr?-/, "")
        .replace(/^t\d_/, "")
        .slice(0, 8);
}
