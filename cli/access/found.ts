import { oneLine } from "../../core/one-line";
import { withoutTokens } from "../../core/values";
import { parseImageName, projectCandidates } from "./image-name";
import type { Places } from "./places";
import { type AccessReference, OTHERWISE, type ReferenceKind, toProject, whyHidden } from "./references";
import { variablesIn } from "./variables";

/** Longest text that is quoted. */
const LONGEST = 200;

/** What is found in one job, and where. */
export class Found {
    readonly all: AccessReference[] = [];
    /** Script of the repository that is read; undefined for the job's own commands. */
    source: string | undefined;
    /** Whether docker and its kin pull by the job's token, as they do unless told otherwise. */
    pullsByToken = true;

    constructor(
        private readonly job: string,
        private readonly registries: readonly string[],
        private readonly places: Places,
    ) {}

    image(kind: ReferenceKind, text: string, where = this.where(text, kind)): void {
        const { host, repository } = parseImageName(text);
        const candidates = projectCandidates(repository);
        if (this.isOurs(text)) {
            const open = candidates.length === 0 ? whyHidden(repository, kind === "from") : undefined;
            const own = !this.pullsByToken && (kind === "pull" || kind === "from");
            this.add({ kind, where, text, candidates, ...(own ? { exempt: OTHERWISE.others } : open && { open }) });
            return;
        }
        // The dependency proxy belongs to a group, and is no project's registry.
        const hidden = variablesIn(host ?? (text.startsWith("${") && !text.includes("/") ? text : "")).length > 0;
        if (!hidden || /\$\{CI_DEPENDENCY_PROXY_\w+\}/.test(text)) return;
        this.open(kind, text, whyHidden(text, kind === "from"), where);
    }

    isOurs(image: string): boolean {
        const bare = (name: string) => name.toLowerCase().replace(/:443$/, "");
        const { host } = parseImageName(image);
        return host !== undefined && this.registries.some((registry) => bare(registry) === bare(host));
    }

    project(kind: ReferenceKind, text: string, exempt?: string): void {
        this.add(toProject(kind, this.where(text), text, exempt));
    }

    open(kind: ReferenceKind, text: string, open: string, where = this.where(text)): void {
        this.add({ kind, where, text, candidates: [], open });
    }

    /** The one place where something is found, and where what it quotes is cut and loses tokens that stand in it. */
    add(one: AccessReference): AccessReference {
        this.all.push({ ...one, text: oneLine(withoutTokens(one.text), LONGEST) });
        return this.all.at(-1)!;
    }

    where(text: string, kind?: ReferenceKind): string {
        return this.places.placeOf(this.job, text, kind === "image", this.source);
    }
}
