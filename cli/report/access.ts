import { groupsAbove } from "../../core/paths";
import { isMap } from "../../core/values";
import { changed, toLine } from "./meaning";
import type { Operation, Step } from "./preview";
import type { Line, Told } from "./summary";

/** Who gets in, and who no longer does. */
export function findAccess(steps: readonly Step[], told: Told, hidesSame = false): Line[] {
    const lists = changed(steps, "ProjectJobTokenScopes");
    const entries = changed(steps, "ProjectJobTokenScope");
    // If a list is replaced by single entries, or the other way round, entries on both sides stay.
    const idsWhere = (all: Step[], wanted: Operation) => idsOf(all.filter(({ operation }) => operation === wanted));
    const single = idsWhere(entries, "create");
    const stays: Partial<Record<Operation, ReadonlySet<string>>> = {
        create: idsWhere(lists, "delete"),
        delete: idsWhere(lists, "create"),
    };
    const around = { groupOf: groupsLeft(steps), permissionsOf: permissionsOn(steps), hidesSame };
    return [
        ...lists.flatMap((step) => toList(step, single, told)),
        ...entries
            .filter((step) => ![...idsOf([step])].some((id) => stays[step.operation]?.has(id)))
            .map((step) => toEntry(step, told, around)),
        ...changed(steps, "JobTokenPolicies").map((step) => toPermissions(step, told)),
        ...changed(steps, "ProjectShareGroup").map((step) => toMembership(step, told)),
    ];
}

/** Lists that `up` turns off: from then on every project's jobs get in. */
export function turnedOff(steps: readonly Step[]): Step[] {
    return changed(steps, "ProjectJobTokenScopes").filter(
        ({ operation, before, inputs }) =>
            operation !== "delete" && inputs.enabled === false && !(operation === "update" && before.enabled === false),
    );
}

/** Describes a list. If its entries are declared singly instead, its deletion does not exclude those. */
function toList(step: Step, single: ReadonlySet<string>, told: Told): Line[] {
    const { operation, name, before, inputs } = step;
    if (turnedOff([step]).length > 0) {
        const [first, ...more] = told.about(step);
        const text = `is turned off: every project's jobs get in.${first === undefined ? "" : ` ${first}`}`;
        return [{ operation, subject: `allowlist ${name}`, text, more }];
    }
    const mine = [...idsOf([step])];
    if (operation !== "delete" || !mine.some((id) => single.has(id))) {
        const gone = "is declared no longer: what this stack added is taken off";
        const line = toLine(step, "allowlist", told, { create: "is declared as a whole", delete: gone });
        const isTurnedOn = operation === "update" && before.enabled === false && inputs.enabled !== false;
        return [isTurnedOn ? { ...line, more: [...line.more, "Only who is on it gets in: it was off."] } : line];
    }
    const text = "is declared entry by entry: what others put on it stays";
    const lost = mine
        .filter((id) => !single.has(id))
        .map((id) => `${id.split(" ").slice(1).join(" ")} no longer gets in`);
    return [{ operation: "update", subject: `allowlist ${name}`, text, more: [...told.about(step), ...lost] }];
}

/** Describes a single entry, named `<list>-projects/<path>`. A group's entry covers all projects below it. */
function toEntry(step: Step, told: Told, { groupOf, permissionsOf, hidesSame }: Around): Line {
    const entry = entryOf(step);
    const words = { create: "gets in", delete: "no longer gets in" };
    if (entry === undefined) return toLine(step, "allowlist entry", told, words);
    const { list, kind, path } = entry;
    const below = kind === "group" ? ", with every project below it," : "";
    const group = groupOf(list, path);
    const isSure = !hidesSame || groupsAbove(path).length === 0;
    const unless = isSure ? "" : ", unless the entry of a group that stays lets it in: --show-sames tells";
    const lost =
        group === undefined
            ? `no longer gets into ${list}${unless}`
            : `still gets in by group ${group.path}, without an entry of its own in ${list}`;
    const to = { create: `gets into ${list}`, delete: lost };
    const line = toLine({ ...step, name: `${path}${below}` }, kind, told, to);
    if (step.operation !== "delete" || group === undefined) return line;
    const [was, is] = [permissionsOf(step, "before"), permissionsOf(group.step, "inputs")];
    return was === is ? line : { ...line, more: [`its permissions: ${was} → ${is}`, ...line.more] };
}

interface Entry {
    list: string;
    kind: "project" | "group";
    path: string;
}

/** The list is the entry's parent, and the parent's name shows where it ends: a group may be `shared-projects`. */
function entryOf({ name, parent }: Step): Entry | undefined {
    const isParents = parent !== "" && name.startsWith(`${parent}-`);
    const [start, rest] = isParents ? [parent, name.slice(parent.length)] : ["", name];
    const [, list, kind, path] = /^(.*?)-(project|group)s\/(.*)$/.exec(rest) ?? [];
    return path === undefined ? undefined : { list: start + list!, kind: kind as Entry["kind"], path };
}

/** What remains of a list when an entry is removed. */
interface Around {
    /** Whether unchanged entries are missing from the steps. */
    hidesSame: boolean;
    /** The entry of the nearest group above a path: the one whose permissions GitLab applies. */
    groupOf(list: string, path: string): { path: string; step: Step } | undefined;
    /** The declared permissions of an entry, before or after `up`. */
    permissionsOf(entry: Step, when: "before" | "inputs"): string;
}

/** The groups that are on lists after `up`. GitLab's paths are case-insensitive. */
function groupsLeft(steps: readonly Step[]): Around["groupOf"] {
    const keyOf = (list: string, path: string) => `${list}\n${path.toLowerCase()}`;
    const groups = new Map<string, { path: string; step: Step }>();
    for (const step of steps) {
        if (step.type !== "ProjectJobTokenScope" || step.operation === "delete") continue;
        const entry = entryOf(step);
        if (entry?.kind === "group") groups.set(keyOf(entry.list, entry.path), { path: entry.path, step });
    }
    return (list, path) => {
        const nearest = groupsAbove(path).findLast((group) => groups.has(keyOf(list, group)));
        return nearest === undefined ? undefined : groups.get(keyOf(list, nearest));
    };
}

/** Permissions are a separate resource next to the entries of a project's list. */
function permissionsOn(steps: readonly Step[]): Around["permissionsOf"] {
    const all = steps.filter(({ type }) => type === "JobTokenPolicies");
    return (entry, when) => {
        const own = all.find((step) => step[when].project !== undefined && step[when].project === entry[when].project);
        if (own === undefined || (when === "inputs" && own.operation === "delete")) return NONE_DECLARED;
        if (!Array.isArray(own[when].entries)) return "known after up";
        const policies = permissionsOf(own[when]).get(targetOf(entry[when]));
        return policies === undefined ? NONE_DECLARED : policies || "none";
    };
}

const NONE_DECLARED = "none declared, by default all that the role allows";

/** Permissions restrict an entry's jobs, which may otherwise do whatever the person's role allows. */
function toPermissions(step: Step, told: Told): Line {
    const given = permissionsOf(step.inputs);
    const noun = "permissions of allowlist";
    if (step.operation === "delete") {
        const gone =
            "are declared no longer: its entries may do again what they could before, by default all that the role allows";
        return toLine(step, noun, told, { delete: gone });
    }
    const line = toLine({ ...step, changes: [] }, noun, told, {
        create: "are set",
        update: "change",
        replace: "are set again",
    });
    // If a project or group is yet to be created, its id is unknown, and so are all entries.
    if (!Array.isArray(step.inputs.entries))
        return { ...line, more: ["of which entries is known after up", ...line.more] };
    const old = step.operation === "create" ? new Map<string, string>() : permissionsOf(step.before);
    const changes = [
        ...[...given].flatMap(([entry, policies]) => {
            const was = old.get(entry);
            if (was === policies) return [];
            return [`${entry}: ${was === undefined || was === "" ? "" : `${was} → `}${policies || "none"}`];
        }),
        ...[...old.keys()].filter((entry) => !given.has(entry)).map((entry) => `${entry}: no longer declared`),
    ];
    return { ...line, more: [...changes, ...line.more] };
}

/** The permissions of each entry, by `project 7` or `group 7`. */
function permissionsOf(inputs: Step["inputs"]): Map<string, string> {
    const entries = Array.isArray(inputs.entries) ? inputs.entries.filter(isMap) : [];
    return new Map(
        entries.map((entry) => [
            targetOf(entry),
            Array.isArray(entry.policies) ? entry.policies.map(wordIn).sort().join(", ") : "?",
        ]),
    );
}

function targetOf({ targetProjectId, targetGroupId }: Step["inputs"]): string {
    return targetGroupId === undefined ? `project ${idIn(targetProjectId)}` : `group ${idIn(targetGroupId)}`;
}

/** A share makes people members, in a role that may allow more than pulling. */
function toMembership(step: Step, told: Told): Line {
    const { operation, before, inputs } = step;
    const isSameRole = roleIn(before) === roleIn(inputs);
    // Other changes have no special wording.
    if (operation === "update" && isSameRole) return toLine(step, "membership", told, {});
    const role = `become ${roleIn(inputs)} there`;
    const was = operation === "create" || isSameRole ? "" : ` (until now: ${roleIn(before)})`;
    return toLine({ ...step, changes: [] }, "membership", told, {
        create: `is created: the group's people ${role}`,
        update: `changes: the group's people ${role}${was}`,
        replace: `changes: the group's people ${role}${was}`,
        delete: "goes: the group's people are no members by it any more",
    });
}

function roleIn({ groupAccess }: Step["inputs"]): string {
    const role = wordIn(groupAccess);
    return role === "?" ? "members" : `members with role ${role}`;
}

/** A word of GitLab's, such as a role or a permission; other values are not repeated. */
function wordIn(value: unknown): string {
    return typeof value === "string" && /^[a-z_]{1,60}$/i.test(value) ? value : "?";
}

function idIn(value: unknown): string {
    return /^\d{1,15}$/.test(String(value)) ? String(value) : "?";
}

/** Project and target of entries, to find out which are the same. */
function idsOf(steps: readonly Step[]): Set<string> {
    return new Set(
        steps.flatMap(({ inputs }) => {
            const ids = (kind: "Project" | "Group") => {
                const list = inputs[`target${kind}Ids`];
                const one = inputs[`target${kind}Id`];
                const all = [...(Array.isArray(list) ? list : []), ...(one === undefined ? [] : [one])];
                return all.map((id) => `${inputs.project} ${kind} ${id}`);
            };
            return [...ids("Project"), ...ids("Group")];
        }),
    );
}
