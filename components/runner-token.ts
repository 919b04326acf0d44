import * as fleet from "@gitlab-fleet/sdk";
import type * as gitlab from "@pulumi/gitlab";
import * as pulumi from "@pulumi/pulumi";
import type { Place } from "./adoption";
import { fleetChild } from "./common/fleet-provider";
import type { Problem } from "./common/problems";
import { error } from "./common/rules";
import { withFixedMessage } from "./common/user-error";
import { show } from "./common/values";
import type { RunnerManager } from "./runner-manager";

/** Who keeps a runner's token alive. */
export const ROTATIONS = ["pulumi", "runner"] as const;

/** Why a container cannot rotate. */
export const NEEDS_FILE =
    "the process must be able to write config.toml, or it resets the token without end, and up must be able to read it " +
    'there. Use placement: { directory }, or rotation: "pulumi".';

/** Why a second manager cannot serve a runner whose process rotates. */
export const NEEDS_ONE =
    'only the process that rotates knows the new token. Use rotation: "pulumi", or a runner for each manager.';

/** How a runner's authentication token is kept alive. */
export interface TokenArgs {
    /**
     * Who resets the token before it dies: `pulumi` at every `up`, or `runner`, the gitlab-runner process itself, which
     * needs one manager with a directory of this machine. @default pulumi
     */
    rotation?: (typeof ROTATIONS)[number];
    /**
     * How long before its end `up` resets the token, for instance `7d` or `36h`. Make it longer than the time between
     * two `up`s. @default - a quarter of the token's life
     */
    rotateBefore?: pulumi.Input<string | undefined>;
    /** Any text; a change of it makes the next `up` reset the token. @default - none */
    rotationTrigger?: pulumi.Input<string | undefined>;
}

/** Keeps the token of a runner. */
export function declareToken(
    component: pulumi.ComponentResource,
    name: string,
    record: gitlab.UserRunner,
    place: Place,
    args: TokenArgs & { configPaths?: Promise<pulumi.Input<string>[]> },
): fleet.RunnerToken {
    const { rotation, rotateBefore, rotationTrigger, configPaths } = args;
    return new fleet.RunnerToken(
        name,
        {
            runnerId: record.id,
            issuedToken: record.token,
            rotation,
            rotateBefore: rotateBefore as pulumi.Input<string>,
            rotationTrigger: rotationTrigger as pulumi.Input<string>,
            configPaths,
            ...place,
        },
        fleetChild(component),
    );
}

/** The managers that serve a runner, as far as they keep its token in a file that can be read back. */
export class ServedBy {
    private readonly managers: { name: string; path: pulumi.Input<string> }[] = [];

    constructor(
        private readonly runner: string,
        private readonly rotation: TokenArgs["rotation"],
    ) {}

    /** Whether the process rotates the token by itself. */
    get processRotates(): boolean {
        return this.rotation === "runner";
    }

    /** Notes a manager; `path` is that of its config.toml on this machine, if it is here. */
    add(manager: RunnerManager, name: string, path: pulumi.Input<string> | undefined): void {
        if (!this.processRotates) return;
        const fail = (text: string) => {
            throw withFixedMessage(new pulumi.ResourceError(`RunnerManager "${name}": ${text}`, manager, true));
        };
        if (path === undefined) {
            fail(`cannot serve runner "${this.runner}", whose rotation is "runner": ${NEEDS_FILE}`);
        }
        const [other] = this.managers;
        if (other !== undefined) {
            fail(
                `cannot serve runner "${this.runner}", whose rotation is "runner", besides RunnerManager "${other.name}": ${NEEDS_ONE}`,
            );
        }
        this.managers.push({ name, path: path! });
    }

    /** Paths of the files, once the program's first turn is over. */
    async paths(): Promise<pulumi.Input<string>[]> {
        // Managers are declared after the runners they serve.
        await new Promise((resolve) => setImmediate(resolve));
        return this.managers.map(({ path }) => path);
    }
}

/** What is wrong with how a token is to be kept. */
export function findRotationProblems(rotation: unknown): Problem[] {
    if (rotation === undefined || (ROTATIONS as readonly unknown[]).includes(rotation)) return [];
    return [error("rotation", `must be one of ${ROTATIONS.join(", ")} (got ${show(rotation)}). Choose one of them.`)];
}

/** What is wrong with `rotateBefore`. */
export function findRotateBeforeProblems(value: unknown, rotation: unknown): Problem[] {
    if (value === undefined) return [];
    if (typeof value !== "string" || !/^(\d+[wdhms])+$/.test(value) || !/[1-9]/.test(value)) {
        return [error("rotateBefore", `must be a duration such as 7d, 36h or 1d12h (got ${show(value)}). Correct it.`)];
    }
    if (rotation !== "runner") return [];
    return [
        error(
            "rotateBefore",
            `has no meaning with rotation "runner" (got ${show(value)}): gitlab-runner rotates after three quarters of the token's life. Remove it.`,
        ),
    ];
}
