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

/** How long after a diff its update may rely on what it found. */
const FRESH_MS = 5000;

/** What one plugin process knows: its package, its configuration, its connections. */
export class Session {
    /** What `configure` has taken over; undefined before. */
    config: GitLabConfig | undefined;
    private client: GitLab | undefined;
    private cancelled = false;
    /** Whether something was not made or changed in this operation, and goes on without it. */
    hasFailed = false;
    private readonly standings = new Map<string, { standing: Standing; until: number }>();
    /** URNs by type and id. */
    private readonly declared = new Map<string, Map<string, string>>();

    constructor(
        readonly pack: Package,
        readonly log: EngineLog,
        readonly env: NodeJS.ProcessEnv,
        private readonly options: GitLabOptions = {},
        private readonly docker: EngineOf = openEngines(),
    ) {}

    /**
     * Takes over the provider's configuration. Throws with everything that is wrong with it.
     *
     * @param urn the provider's, by which the stack's configuration is told from a program's
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
            // Only handlers that ask for GitLab make a client.
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

    /** Notes under which name a program has what has this id outside: made, imported or compared in this operation. */
    noteDeclared(type: string, id: string, urn: string): void {
        const known = this.declared.get(type) ?? new Map<string, string>();
        this.declared.set(type, known.set(id, urn));
    }

    /** Whether the program has what has this id under another name. */
    isDeclaredElsewhere(type: string, id: string, urn: string): boolean {
        return (this.declared.get(type)?.get(id) ?? urn) !== urn;
    }

    /** Keeps what a diff has found about a resource, for the update that may follow it at once. */
    keepStanding(urn: string, standing: Standing): void {
        this.standings.set(urn, { standing, until: Date.now() + FRESH_MS });
    }

    /** What the diff right before has found; undefined when there was none. */
    takeStanding(urn: string): Standing | undefined {
        const kept = this.standings.get(urn);
        this.standings.delete(urn);
        return kept !== undefined && kept.until > Date.now() ? kept.standing : undefined;
    }

    /** Takes the session's own secrets out of a text. */
    scrub(text: string): string {
        const { token = "", headers = {} } = this.config ?? {};
        return scrub(text, [token, ...Object.values(headers)]);
    }

    /** Ends everything under way. */
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
