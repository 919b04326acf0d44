import { oneLine } from "../../core/one-line";
import { show } from "../../core/values";
import type { ClusterApi } from "./api";

export interface Trial {
    /** Why an object is refused; absent if none is. */
    why?: string;
    /** The API server's warnings. */
    warnings: string[];
}

/** A change of an immutable field: the kubernetes provider then recreates the object instead of updating it. */
const MADE_ANEW = /updates to statefulset spec for fields other than/;
/** The message of a webhook that does not support dry runs. */
const NO_DRY_RUN = /dry[ -]?run/i;
const REFUSALS = [400, 403, 422];
const LONGEST = 700;

/**
 * Lets the API server try objects in a dry run. Its validation and admission know more than our checks, and would
 * otherwise refuse the objects only after the runners are created. An existing object is tried as an update: as a new
 * one, it would count twice in a quota.
 */
export async function tryOut(api: ClusterApi, objects: readonly string[]): Promise<Trial> {
    const trials = await Promise.all(objects.map((text) => tryOne(api, JSON.parse(text) as Tried)));
    const reasons = trials.flatMap(({ why }) => why ?? []);
    const warnings = [...new Set(trials.flatMap((trial) => trial.warnings))].map((text) => oneLine(text, LONGEST));
    return { ...(reasons.length === 0 ? {} : { why: reasons[0] }), warnings };
}

/** The parts of an object that identify it; a StatefulSet by default. */
interface Tried {
    apiVersion?: string;
    kind?: string;
    metadata?: { name?: string; namespace?: string };
}

async function tryOne(api: ClusterApi, object: Tried): Promise<Trial> {
    const { name, namespace } = object.metadata ?? {};
    if (typeof name !== "string" || typeof namespace !== "string") return { warnings: [] };
    const body = { apiVersion: "apps/v1", kind: "StatefulSet", ...object };
    const [version, group = ""] = body.apiVersion.split("/").reverse() as [string, string?];
    const resource = `${body.kind.toLowerCase()}s`;
    const all = `/${group === "" ? "api" : `apis/${group}`}/${version}/namespaces/${encodeURIComponent(namespace)}/${resource}`;
    const one = `${all}/${encodeURIComponent(name)}`;
    const isThere = (await api.send(one)).status !== 404;
    const question = "dryRun=All&fieldManager=gitlab-fleet";
    const answered = isThere
        ? await api.send(`${one}?${question}&force=true`, {
              method: "PATCH",
              body,
              type: "application/apply-patch+yaml",
          })
        : await api.send(`${all}?${question}`, { body });
    const { status, warnings } = answered;
    if (!isThere && status === 404) {
        const why = `The cluster ${api.server} knows no ${body.kind} (${body.apiVersion}): install what brings it, or leave it out.`;
        return { why, warnings };
    }
    const message = typeof answered.body.message === "string" ? answered.body.message : "";
    if (!REFUSALS.includes(status) || message === "" || MADE_ANEW.test(message) || NO_DRY_RUN.test(message)) {
        return { warnings };
    }
    const words = oneLine(message, LONGEST).replace(/[.\s]*$/, ".");
    return { why: `The cluster ${api.server} refuses ${body.kind} ${show(name)}: ${words}`, warnings };
}
