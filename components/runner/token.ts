import * as fleet from "@gitlab-fleet/sdk";
import type * as gitlab from "@pulumi/gitlab";
import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../../core/problems";
import { show } from "../../core/values";
import { findDurationProblems } from "../common/durations";
import { fleetChild } from "../common/fleet-provider";
import { error } from "../common/rules";
import { withFixedMessage } from "../common/user-error";
import type { RunnerManager } from "../manager/manager";
import type { PlacedFiles } from "../manager/placements/placement";
import type { Reach, Served } from "../manager/placements/reach";
import type { Place } from "./adoption";

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
    args: TokenArgs & { servedBy: ServedBy },
): fleet.RunnerToken {
    const { rotation, rotateBefore, rotationTrigger, servedBy } = args;
    const configPaths = servedBy.processRotates ? servedBy.paths() : undefined;
    return new fleet.RunnerToken(
        name,
        {
            runnerId: record.id,
            issuedToken: record.token,
            rotation,
            rotateBefore: rotateBefore as pulumi.Input<string>,
            rotationTrigger: rotationTrigger as pulumi.Input<string>,
            configPaths,
            places: servedBy.places() as Promise<pulumi.Input<fleet.types.input.PlaceToReachArgs>[]>,
            ...place,
        },
        { ...fleetChild(component), dependsOn: servedBy.reached() },
    );
}

/** The managers that serve a runner. They are declared after it, so what it wants to know of them comes as a promise. */
export class ServedBy {
    private readonly managers: { name: string; path: pulumi.Input<string> | undefined; reach: Reach }[] = [];
    private asked: Promise<void> | undefined;
    private closed = false;

    constructor(
        private readonly runner: string,
        private readonly rotation: TokenArgs["rotation"],
        /** What a manager has to know of the runner before it exists. */
        readonly served: Served,
    ) {}

    /** Whether the process rotates the token by itself. */
    get processRotates(): boolean {
        return this.rotation === "runner";
    }

    /** Notes a manager and where its files are. */
    add(manager: RunnerManager, name: string, { writablePath, reach }: PlacedFiles): void {
        if (this.processRotates) this.refuseRotation(manager, name, writablePath);
        this.managers.push({ name, path: writablePath, reach });
        if (this.closed) {
            const text =
                `RunnerManager "${name}" was declared after an await that came after runner "${this.runner}": whether its files ` +
                "can be written is not known before the runner's token is reset. Declare both in one go.";
            pulumi.log.warn(text, manager).catch(() => {});
        }
    }

    /** Paths of the files in which processes keep the token, once the program's first turn is over. */
    async paths(): Promise<pulumi.Input<string>[]> {
        await this.allDeclared();
        return this.managers.flatMap(({ path }) => (path === undefined ? [] : [path]));
    }

    /** What has to be reached before anything of the runner is changed. */
    async reached(): Promise<pulumi.Resource[]> {
        await this.allDeclared();
        return [...new Set(this.managers.flatMap(({ reach }) => reach.reached))];
    }

    /** Places that are asked again before the token is reset. */
    async places(): Promise<pulumi.Input<fleet.types.input.PlaceToReachArgs>[] | undefined> {
        await this.allDeclared();
        const places = this.managers.flatMap(({ reach }) => (reach.again === undefined ? [] : [reach.again]));
        return places.length === 0 ? undefined : places;
    }

    /** Managers are declared after the runners they serve, in the same turn. */
    private allDeclared(): Promise<void> {
        this.asked ??= new Promise((resolve) =>
            setImmediate(() => {
                this.closed = true;
                resolve();
            }),
        );
        return this.asked;
    }

    /** Only a process that can write its config.toml may rotate tokens. */
    private refuseRotation(manager: RunnerManager, name: string, path: pulumi.Input<string> | undefined): void {
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
    }
}

/** What is wrong with how a token is to be kept. */
export function findRotationProblems(rotation: unknown): Problem[] {
    if (rotation === undefined || (ROTATIONS as readonly unknown[]).includes(rotation)) return [];
    return [error("rotation", `must be one of ${ROTATIONS.join(", ")} (got ${show(rotation)}). Choose one of them.`)];
}

/** What is wrong with `rotateBefore`. */
export function findRotateBeforeProblems(value: unknown, rotation: unknown): Problem[] {
    const problems = findDurationProblems(value, "rotateBefore", "7d, 36h or 1d12h");
    if (value === undefined || problems.length > 0 || rotation !== "runner") return problems;
    return [
        error(
            "rotateBefore",
            `has no meaning with rotation "runner" (got ${show(value)}): gitlab-runner rotates after three quarters of the token's life. Remove it.`,
        ),
    ];
}
