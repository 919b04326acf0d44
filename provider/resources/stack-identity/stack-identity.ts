import { randomBytes } from "node:crypto";
import { oneLine } from "../../../core/one-line";
import { type Props, UNKNOWN } from "../../../core/props";
import { toApiUrl } from "../../../core/runner-url";
import { isNotFound, unlessRefused } from "../../../gitlab/errors";
import type { Call, ResourceHandler } from "../../handler";

/** 32 letters and digits that nobody confuses. */
const ALPHABET = "abcdefghjkmnpqrstuvwxyz023456789";
/** 50 random bits: two states with the same name never get the same identity by chance. */
const LENGTH = 10;

/** The used part of `GET /users/:id`. https://docs.gitlab.com/api/users/#get-a-single-user */
interface User {
    id: number;
    username: string;
    created_at?: string;
}

/**
 * Distinguishes a state from every other one: a random identity, created with the state and kept only in it. Runners
 * carry it in their marker. It also knows which GitLab the state belongs to, by the user who created it: every write
 * waits for this resource, and under a changed address it continues only once that GitLab has proved to be the same.
 */
export const stackIdentity: ResourceHandler = {
    async diff(call, { state }, inputs) {
        const changes: Record<string, "update"> = {};
        if (await hasMoved(call, state, inputs)) {
            call.log.info(
                `GitLab has another address: ${call.gitlab.baseUrl} instead of ${String(state.gitlab)}. It is the same GitLab.`,
            );
            changes.gitlab = "update";
        }
        if ((inputs.movedFrom ?? "") !== (state.movedFrom ?? "")) changes.movedFrom = "update";
        return { changes };
    },

    async create(call, inputs, preview) {
        if (preview) return { id: "", state: { ...inputs, identity: UNKNOWN, gitlab: call.gitlab.baseUrl } };
        const identity = newIdentity();
        const witness = await readWitness(call);
        return { id: identity, state: { ...inputs, identity, gitlab: call.gitlab.baseUrl, ...witness } };
    },

    async update(call, { state }, inputs) {
        await hasMoved(call, state, inputs);
        return { ...state, movedFrom: inputs.movedFrom, gitlab: call.gitlab.baseUrl };
    },
};

/** A new identity: ten letters and digits. */
export function newIdentity(): string {
    return [...randomBytes(LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
}

/** Whether GitLab's address differs from the state's. Throws unless it is proved to be the same GitLab. */
async function hasMoved(call: Call, state: Props, { movedFrom }: Props): Promise<boolean> {
    const before = state.gitlab;
    if (typeof before !== "string" || before === call.gitlab.baseUrl) return false;
    if (typeof movedFrom === "string" && toApiUrl(movedFrom) === before) return true;
    const doubt = await findDoubt(call, state);
    if (doubt === undefined) return true;
    throw new Error(
        `This stack belongs to the GitLab at ${before}, and gitlab:baseUrl is ${call.gitlab.baseUrl} now. ${doubt} Nothing was ` +
            "changed. Another GitLab is another stack: run pulumi stack init for it. If it is the same GitLab after all, " +
            `say so: pulumi config set gitlab-fleet:movedFrom ${before}`,
    );
}

/** Why it may be another GitLab: it must have the user who created the state, with the same name and creation date. */
async function findDoubt(
    { gitlab }: Call,
    { witnessId, witnessName, witnessSince }: Props,
): Promise<string | undefined> {
    if (witnessId === undefined) {
        return "Whether that is the same GitLab is not known, because the token that made the stack could not tell its user.";
    }
    const id = String(witnessId);
    const who = `user ${String(witnessName)} (id ${id}, there since ${String(witnessSince)}), who made the stack`;
    try {
        const { username, created_at } = await gitlab.get<User>(`/users/${id}`);
        if (username === witnessName && created_at === witnessSince) return undefined;
        return `There, user ${id} is ${oneLine(username)}, there since ${created_at}, and not ${who}.`;
    } catch (error) {
        if (!isNotFound(error)) throw error;
        return `${gitlab.baseUrl} does not know ${who}.`;
    }
}

/** The token's user, who identifies the GitLab; empty if the token may not read its own user. */
async function readWitness({ gitlab }: Call): Promise<Props> {
    const user = await gitlab.get<User>("/user").catch(unlessRefused);
    if (user?.created_at === undefined) return {};
    return { witnessId: user.id, witnessName: user.username, witnessSince: user.created_at };
}
