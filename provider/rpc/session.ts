import type { Props } from "../../core/props";
import { isStacksProvider, nameOfUrn, ownerOfUrn } from "../../core/urn";
import { GitLab, type GitLabOptions } from "../../gitlab/client";
import { type GitLabConfig, toGitLabConfig } from "../../gitlab/config";
import { scrub } from "../../gitlab/errors";
import { closeHosts } from "../../hosts/hosts";
import { type EngineOf, openEngines } from "../docker/engine";
import type { Call, Standing } from "../handler";
import type { Package } from "../packages";
import type { EngineLog } from "./log";

/** How long an update may rely on the result of its diff, in milliseconds. */
const FRESH_MS = 5000;

/** A resource of the program, and what it stands for outside. */
interface Named {
    type: string;
    thing: string;
    urn: string;
}

/** What one plugin process knows: its package, its configuration, its connections. */
export class Session {
    /** The configuration from `configure`; undefined before. */
    config: GitLabConfig | undefined;
    private client: GitLab | undefined;
    private cancelled = false;
    /** Whether a resource failed in this operation, which continues without it. */
    hasFailed = false;
    private readonly standings = new Map<string, { standing: Standing; until: number }>();
    /** URNs by type and thing. */
    private readonly declared = new Map<string, Map<string, string>>();
    /** What each resource stands for that was made or changed in this operation, or is as it shall be. */
    private readonly kept = new Map<string, string>();
    /** What the program has handed over in this operation, by URN. */
    private readonly registered = new Set<string>();

    constructor(
        readonly pack: Package,
        readonly log: EngineLog,
        readonly env: NodeJS.ProcessEnv,
        private readonly options: GitLabOptions = {},
        private readonly docker: EngineOf = openEngines(),
    ) {}

    /**
     * Sets the provider's configuration. Throws with everything that is wrong with it.
     *
     * @param urn the provider's; it tells whether the configuration is the stack's or a program's
     */
    configure(props: Props, urn = ""): void {
        const { config, problems } = toGitLabConfig(props, this.env, { isStacks: isStacksProvider(urn) });
        if (problems.length > 0) {
            throw new Error(
                `Provider "${this.pack.name}": ${problems.map(({ path, message }) => `${path} ${message}`).join(" ")}`,
            );
        }
        this.config = config;
        void this.client?.close();
        this.client = undefined;
        // A plugin that the engine only attaches to outlives an operation.
        for (const noted of [this.declared, this.kept, this.registered]) noted.clear();
    }

    get gitlab(): GitLab {
        if (this.client === undefined) {
            this.config ??= toGitLabConfig({}, this.env).config;
            this.client = new GitLab(this.config, this.options);
            if (this.cancelled) this.client.cancel();
        }
        return this.client;
    }

    callFor(urn: string): Call {
        const session = this;
        return {
            // The client is created only for handlers that use GitLab.
            get gitlab() {
                return session.gitlab;
            },
            name: nameOfUrn(urn) || urn,
            owner: ownerOfUrn(urn),
            docker: this.docker,
            log: this.log.for(urn),
            declared: (type) => [...(session.declared.get(type)?.keys() ?? [])],
        };
    }

    /** Notes that the program has handed a resource over: the engine compares what is about to be deleted, too. */
    noteRegistered(urn: string): void {
        this.registered.add(urn);
    }

    /** Notes under which name a program has a thing outside: made, imported or compared in this operation. */
    noteDeclared({ type, thing, urn }: Named): void {
        const known = this.declared.get(type) ?? new Map<string, string>();
        this.declared.set(type, known.set(thing, urn));
    }

    /** Notes that the program has it from now on, and that it is not about to be replaced. */
    noteKept(named: Named): void {
        this.noteDeclared(named);
        if (this.registered.has(named.urn)) this.kept.set(named.urn, named.thing);
    }

    /** Whether the program has a thing that is to be deleted: under another name, or recreated under the same one. */
    isStillDeclared({ type, thing, urn }: Named): boolean {
        const name = this.declared.get(type)?.get(thing);
        return name !== undefined && (name !== urn || this.kept.get(urn) === thing);
    }

    /** Keeps what a diff has found about a resource, for an update that follows immediately. */
    keepStanding(urn: string, standing: Standing): void {
        this.standings.set(urn, { standing, until: Date.now() + FRESH_MS });
    }

    /** What the diff right before has found; undefined if there was none. */
    takeStanding(urn: string): Standing | undefined {
        const kept = this.standings.get(urn);
        this.standings.delete(urn);
        return kept !== undefined && kept.until > Date.now() ? kept.standing : undefined;
    }

    /** Removes the session's own secrets from a text. */
    scrub(text: string): string {
        const { token = "", headers = {} } = this.config ?? {};
        return scrub(text, [token, ...Object.values(headers)]);
    }

    /** Aborts everything that is running. */
    cancel(): void {
        this.cancelled = true;
        this.client?.cancel();
    }

    async close(): Promise<void> {
        this.log.close();
        closeHosts();
        await this.client?.close();
    }
}
