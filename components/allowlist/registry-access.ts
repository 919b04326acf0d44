import * as fleet from "@gitlab-fleet/sdk";
import * as gitlab from "@pulumi/gitlab";
import * as pulumi from "@pulumi/pulumi";
import { messageOf } from "../../core/message";
import { isId, type Reference } from "../../core/reference";
import { firstOf, isEventual } from "../../core/values";
import { fleetChild, sameGitlab } from "../common/fleet-provider";
import { resolveReference } from "../common/path-resolver";
import { gateArgs, noteChecked, placesOf } from "../common/rules";
import { inform, rejectWith, warn } from "../common/say";
import { JobTokenAllowlist } from "./allowlist";
import type { MembershipGrant, RegistryAccessArgs } from "./args";
import { REGISTRY_SHAPE } from "./problems";
import { explainOwnGroup, findOwnGroups, registryRules, toAllowlist } from "./registry-problems";

/** Lets the jobs of consumers pull from the registries of a producer. */
export class RegistryAccess extends pulumi.ComponentResource {
    /** The producer's job-token allowlist. */
    public readonly allowlist: JobTokenAllowlist;

    constructor(name: string, args: RegistryAccessArgs, opts?: pulumi.ComponentResourceOptions) {
        super("gitlab-fleet:index:RegistryAccess", name, {}, opts);
        const label = `RegistryAccess "${name}"`;
        const checked = gateArgs(this, label, args, { shape: REGISTRY_SHAPE, rules: registryRules() });
        const { grantMembership } = checked;
        const at = placesOf(args) ?? ((part: string) => `${label}: ${part}`);
        const inList = (part: string) => at(part.replace(/^project$/, "producer").replace(/^allow/, "consumers"));
        this.allowlist = new JobTokenAllowlist(name, noteChecked(toAllowlist(checked), inList), { parent: this });
        const { projectId, targetProjectIds, targetGroupIds } = this.allowlist;
        const grants = grantMembership === undefined ? [] : [grantMembership].flat();
        const granted = shareProducer(this, name, projectId, grants, at);
        if (args.checkMembership !== false && pulumi.runtime.isDryRun()) {
            const producer = isEventual(args.producer) ? name : String(args.producer);
            pulumi
                .all([projectId, targetProjectIds, targetGroupIds, granted])
                .apply(([project, projects, groups, grantedGroups]) =>
                    warnOfMissingMembers(this, label, producer, { project, projects, groups, grantedGroups }),
                );
        }
        this.registerOutputs({ projectId });
    }
}

/** Shares the producer with the groups. Returns their ids. */
function shareProducer(
    parent: pulumi.ComponentResource,
    name: string,
    project: pulumi.Output<number>,
    grants: readonly MembershipGrant[],
    at: (part: string) => string,
): pulumi.Output<number[]> {
    const ids = grants.map(({ group, role = "reporter" }, index) => {
        const where = at(`grantMembership${grants.length > 1 ? `[${index}]` : ""}.group`);
        const found = resolveReference(parent, "group", group, where);
        const isPath = !isEventual(group) && !isId(group as Reference);
        const groupId = isPath
            ? found
            : pulumi
                  .all([project, found])
                  .apply(([producer, id]) => pulumi.output(refuseOwnGroup(parent, where, producer, id)));
        const key = isEventual(group) ? index : group;
        new gitlab.ProjectShareGroup(
            `${name}-${key}`,
            { project: project.apply(String), groupId, groupAccess: role },
            { parent, dependsOn: sameGitlab(parent) },
        );
        return groupId;
    });
    return pulumi.all(ids);
}

/** Returns the id of a group. A preview fails if the producer is inside that group. */
function refuseOwnGroup(
    component: pulumi.ComponentResource,
    where: string,
    producer: number,
    group: number,
): number | Promise<number> {
    if (!pulumi.runtime.isDryRun()) return group;
    const { provider } = fleetChild(component);
    return fleet.describeConsumers({ projects: [producer], groups: [group] }, { provider }).then((found) => {
        const problems = findOwnGroups(found.projects[producer], { group: found.groups[group] });
        if (problems.length === 0) return group;
        const text = `${where} ${explainOwnGroup(`id ${group}, ${found.groups[group]}`)}`;
        return rejectWith(new pulumi.ResourceError(text, component, true));
    });
}

/** Who pulls from whom, by id. */
interface Pulls {
    project: number;
    projects: number[];
    groups: number[];
    grantedGroups: number[];
}

/** In a preview, warns about consumers whose jobs are on the list but whose people may not pull. */
async function warnOfMissingMembers(
    component: pulumi.ComponentResource,
    label: string,
    producer: string,
    pulls: Pulls,
): Promise<void> {
    const { provider } = fleetChild(component);
    let gaps: fleet.types.output.MembershipGap[];
    try {
        gaps = (await fleet.findMembershipGaps(pulls, { provider })).gaps;
    } catch (failure) {
        // The access itself does not depend on this check, so a user who may not list members can still declare it.
        const reason = messageOf(failure);
        inform(`${label}: who may pull as a member could not be checked. ${reason}`, component);
        return;
    }
    for (const gap of gaps) warn(`${label}: ${explainGap(producer, gap)}`, component);
}

const MOST_NAMES = 10;

/** Explains why jobs of a consumer will fail although the consumer is on the list, and what to do. */
export function explainGap(producer: string, gap: fleet.types.output.MembershipGap): string {
    const { group, project, missing, people } = gap;
    const why = "A private image is pulled by the right of the person who started the pipeline.";
    const grant =
        group === undefined ? "" : `Add grantMembership: { group: ${group} }, or make them members of ${producer}.`;
    if (people === 0) return `group ${group} has no access to ${producer}, which is not public. ${why} ${grant}`;
    const bots = missing.filter((name) => BOT.test(name));
    const remedy = [
        group === undefined && bots.length < missing.length ? `Make them members of ${producer}.` : grant,
        bots.length > 0
            ? "A bot belongs to one access token: let a person, or the bot of a group that has access, start those pipelines."
            : "",
    ];
    const all = missing.length === people;
    const who = all ? `none of the ${people} people` : `${missing.length} of the ${people} people`;
    const verb = all ? "has a role" : missing.length === 1 ? "has no role" : "have no role";
    const where =
        group === undefined ? `are members of project ${project} itself` : `start pipelines in group ${group}`;
    const text = `${who} who ${where} ${verb} in ${producer}, so their jobs may not pull: ${firstOf(missing, MOST_NAMES)}. ${why}`;
    return [text, ...remedy].filter((part) => part !== "").join(" ");
}

/** GitLab's user names for project and group access tokens. */
const BOT = /^(project|group)_\d+_bot/;
