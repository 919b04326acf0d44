import type * as fleet from "@gitlab-fleet/sdk";
import * as pulumi from "@pulumi/pulumi";
import { isPartOfRun } from "../common/per-program";
import { warn, withFixedMessage } from "../common/say";
import type { Place, TokenArgs } from "./args";
import { NEEDS_FLEET, NEEDS_ONE } from "./facts";

/** What a manager needs to know about a runner that it serves. */
export interface Served {
    name: string;
    /** The runner's scope; absent if it is an output. */
    place?: Place;
    /** Who rotates its token. */
    rotation?: string;
}

/** What `up` must be able to reach before it changes anything in GitLab that a manager needs to learn about. */
export interface Reach {
    /** Resources that prove it was reached; the runners depend on them. */
    reached: pulumi.Resource[];
    /** Checked again before a token is reset; absent if the resources have checked it just now. */
    again?: pulumi.Input<fleet.types.input.PlaceToReachArgs>;
}

/** What a manager tells a runner that it serves about its files. */
interface ServingFiles {
    /** Path of `config.toml`, if it is on this machine and the process may write it. */
    pathHere?: pulumi.Input<string>;
    /** Why a process in this place cannot rotate tokens; absent if it can. */
    whyNotRotated?: string;
    /** What `up` must reach first. */
    reach: Reach;
}

/** The managers that serve a runner. They are declared after it, so what it needs to know about them is a promise. */
export class ServedBy {
    private readonly managers: { name: string; path: pulumi.Input<string> | undefined; reach: Reach }[] = [];
    private asked: Promise<void> | undefined;
    private closed = false;

    constructor(
        private readonly runner: string,
        private readonly rotation: TokenArgs["rotation"],
        /** What a manager needs to know about the runner before it exists. */
        readonly served: Served,
    ) {}

    get processRotates(): boolean {
        return this.rotation === "runner";
    }

    add(manager: pulumi.Resource, name: string, { pathHere, whyNotRotated, reach }: ServingFiles): void {
        if (this.processRotates) this.refuseRotation(manager, name, whyNotRotated);
        this.managers.push({ name, path: pathHere, reach });
        if (this.closed && !isPartOfRun()) {
            const text =
                `RunnerManager "${name}" was declared after an await that came after runner "${this.runner}": whether its files ` +
                "can be written is not known before the runner's token is reset. Declare both in one go.";
            warn(text, manager);
        }
    }

    /** Paths of the files in which processes keep the token, once the program's first turn is over. */
    async paths(): Promise<pulumi.Input<string>[]> {
        await this.allDeclared();
        return this.managers.flatMap(({ path }) => (path === undefined ? [] : [path]));
    }

    /** What must be reached before anything about the runner is changed. */
    async reached(): Promise<pulumi.Resource[]> {
        await this.allDeclared();
        return [...new Set(this.managers.flatMap(({ reach }) => reach.reached))];
    }

    /** Places that are checked again before the token is reset. */
    async places(): Promise<pulumi.Input<fleet.types.input.PlaceToReachArgs>[] | undefined> {
        await this.allDeclared();
        const places = this.managers.flatMap(({ reach }) => (reach.again === undefined ? [] : [reach.again]));
        return places.length === 0 ? undefined : places;
    }

    /** Resolves once the managers are declared: after the runners that they serve, in the same turn. */
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
    private refuseRotation(manager: pulumi.Resource, name: string, why: string | undefined): void {
        const [other] = this.managers;
        const reason = isPartOfRun() && this.closed ? NEEDS_FLEET : why;
        if (reason === undefined && other === undefined) return;
        const besides = reason === undefined ? `, besides RunnerManager "${other!.name}"` : "";
        const text = `RunnerManager "${name}": cannot serve runner "${this.runner}", whose rotation is "runner"${besides}: ${reason ?? NEEDS_ONE}`;
        throw withFixedMessage(new pulumi.ResourceError(text, manager, true));
    }
}
