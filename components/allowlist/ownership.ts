import * as pulumi from "@pulumi/pulumi";
import { perProgram } from "../common/per-program";
import { rejectWith } from "../common/user-error";

interface Owner {
    component: pulumi.Resource;
    label: string;
}

const ownersByProject = perProgram(() => new Map<number, Owner>());

/**
 * Makes a component the owner of a project's allowlist, and passes the project on. Two owners would take each other's
 * entries away at every `up`; written differently, by path and by id, they only show once both are ids.
 */
export async function ownAllowlist(component: pulumi.Resource, label: string, project: number): Promise<number> {
    const owner = ownersByProject().get(project);
    if (owner !== undefined && owner.component !== component) {
        const message = `${label}: project has its allowlist declared by ${owner.label} already (got id ${project}). Declare it once, with the entries of both.`;
        return rejectWith(new pulumi.ResourceError(message, component, true));
    }
    ownersByProject().set(project, { component, label });
    return project;
}
