import { keysIn } from "../../components/fleet/config/path-keys";
import { attempt } from "../../core/attempt";
import { HIDDEN, shownText } from "../../core/config-toml/secret-leaves";
import { isProviderUrn, kindOfUrn, nameOfUrn } from "../../core/urn";
import { asText, isMap, withoutTokens } from "../../core/values";
import { isUnknownText, SIGNATURE } from "../../core/wire-values";
import { Failed } from "../exit";

/**
 * What Pulumi will do with a resource. `same` is everything that changes nothing; `import` takes an existing object
 * into the state, which is how `adopt` works.
 */
export type Operation = "create" | "import" | "update" | "replace" | "delete" | "same";

export interface Step {
    operation: Operation;
    urn: string;
    /** Last part of its type: `UserRunner`. */
    type: string;
    /** Its name in the program. */
    name: string;
    /** Name of the resource that it is part of; empty if unknown. */
    parent: string;
    /** Its id outside Pulumi; empty if it is yet to be created. */
    id: string;
    /** The provider of that id. */
    provider: string;
    /** Whether it counts: it stands for something outside Pulumi, unlike a component, or is a provider that changes. */
    isReal: boolean;
    /** Properties that change, with old and new values if they may be shown. */
    changes: string[];
    /** Its inputs afterwards, or before its deletion. Parts may be secret: only named properties are ever printed. */
    inputs: Record<string, unknown>;
    /** Its inputs before; empty if it is created. */
    before: Record<string, unknown>;
}

/** What the engine, the program or a plugin said, or an advisory policy. */
export interface Said {
    severity: "error" | "warning" | "policy" | "info";
    /** The resource it is about; empty for the stack. */
    urn: string;
    /** Lines, without severity prefixes and without tokens. */
    lines: string[];
    policy?: string;
}

/** A preview or an `up`, from Pulumi's machine-readable output. */
export interface Preview {
    /** From the names of its resources; absent if there were none. */
    project?: string;
    stack?: string;
    steps: Step[];
    said: Said[];
    /** Whether unchanged resources were left out, as `pulumi preview --json` does without `--show-sames`. */
    hidesSame?: boolean;
}

const LONGEST_INPUT = 512 * 1024 * 1024;
const OPERATIONS: Record<string, Operation> = {
    create: "create",
    import: "import",
    update: "update",
    replace: "replace",
    delete: "delete",
    "import-replacement": "replace",
};

/** Reads what `pulumi preview --json` prints, or the engine's events, one per line (`up --json`, `--event-log`). */
export function readPreview(text: string, source: string): Preview {
    if (text.length > LONGEST_INPUT) throw new Failed(`${source} is larger than 512 MB, which is not a preview.`);
    const digest = toMap(text);
    const events = digest === undefined || isEvent(digest) ? toEvents(text) : undefined;
    if (events !== undefined) return fromEvents(events);
    if (digest === undefined || !isDigest(digest))
        throw new Failed(
            `${source} is not what \`pulumi preview --json\` prints${text.trim() === "" ? ": it is empty" : ""}. ` +
                "Give its standard output, whole and alone.",
        );
    const steps = listOf(digest.steps).map((step) => toStep(step, "oldState", "newState"));
    const same = Number(mapOf(digest.changeSummary)?.same ?? 0);
    return {
        ...toPreview(steps, withoutBareFailures(listOf(digest.diagnostics).map(toSaid))),
        hidesSame: steps.filter(({ operation }) => operation === "same").length < same,
    };
}

/** If `steps` is not a list of steps, it would look like a preview in which nothing changes. */
function isDigest({ steps, changeSummary, diagnostics }: Record<string, unknown>): boolean {
    const areMaps = [steps ?? [], diagnostics ?? []].every((list) => Array.isArray(list) && list.every(isMap));
    return areMaps && (steps ?? changeSummary ?? diagnostics) !== undefined;
}

/** Standard error of a Pulumi that did not get as far as a preview: a locked or unknown stack, no passphrase. */
export function saidOnStandardError(text: string): Said[] {
    const lines = linesOf(text)
        .filter((line) => !/^\s*$/.test(line))
        .map((line) => line.replace(/^error: /, ""));
    return lines.length === 0 ? [] : [{ severity: "error", urn: "", lines: lines.slice(-40) }];
}

function fromEvents(events: Record<string, unknown>[]): Preview {
    const steps: Step[] = [];
    const said: Said[] = [];
    for (const event of events) {
        const { resourcePreEvent, resOpFailedEvent, diagnosticEvent, policyEvent } = event;
        if (isMap(resourcePreEvent) && isMap(resourcePreEvent.metadata)) {
            // A replacement is three steps; the one named `replace` represents all of them.
            if (/^(create-replacement|delete-replaced|discard.*)$/.test(asText(resourcePreEvent.metadata.op))) continue;
            steps.push(toStep(resourcePreEvent.metadata, "old", "new"));
        }
        if (isMap(resOpFailedEvent) && isMap(resOpFailedEvent.metadata)) {
            said.push({ severity: "error", urn: asText(resOpFailedEvent.metadata.urn), lines: ["failed"] });
        }
        if (isMap(diagnosticEvent) && diagnosticEvent.severity !== "debug" && diagnosticEvent.ephemeral !== true)
            said.push(toSaid(diagnosticEvent));
        if (isMap(policyEvent)) said.push(toJudgement(policyEvent));
    }
    return toPreview(steps, withoutBareFailures(said));
}

/** Removes bare failures if a message about the same resource or, for the whole run, any error gives the reason. */
function withoutBareFailures(said: Said[]): Said[] {
    const explained = new Set(said.filter(({ lines }) => lines[0] !== "failed").map(({ urn }) => urn));
    const isOfStack = (urn: string) => urn === "" || kindOfUrn(urn) === "Stack";
    const isWhole = ({ lines, urn }: Said) => isOfStack(urn) && /^(preview|update) failed$/.test(lines.join("\n"));
    const hasOther = said.some((one) => one.severity === "error" && !isWhole(one));
    return said.filter((one) => (one.lines[0] !== "failed" || !explained.has(one.urn)) && !(hasOther && isWhole(one)));
}

function toPreview(steps: Step[], said: Said[]): Preview {
    // urn:pulumi:<stack>::<project>::<type>::<name>
    const [, stack, project] = /^urn:pulumi:(.+?)::(.+?)::/.exec(steps[0]?.urn ?? said[0]?.urn ?? "") ?? [];
    return { stack, project, steps: withoutLeft(steps), said: said.filter(({ lines }) => lines.length > 0) };
}

/**
 * If a resource is removed under one name and adopted under another, nothing happens to it. Otherwise an id alone
 * proves nothing: volumes of two engines, or runners of two GitLabs, may have the same id.
 */
function withoutLeft(steps: readonly Step[]): Step[] {
    const thingOf = ({ type, provider, id }: Step) => `${type} ${provider} ${id}`;
    const adopted = new Set(steps.filter(({ operation }) => operation === "import").map(({ urn }) => urn));
    const staying = new Set(steps.filter(({ urn, id }) => adopted.has(urn) && id !== "").map(thingOf));
    return steps.map((step) => {
        const isLeft = step.operation === "delete" && staying.has(thingOf(step));
        return isLeft ? { ...step, operation: "same" as const, changes: [] } : step;
    });
}

function toStep(value: Record<string, unknown>, oldKey: string, newKey: string): Step {
    const urn = asText(value.urn);
    const [, , types = ""] = urn.split("::");
    const type = types.slice(types.lastIndexOf("$") + 1);
    const [before, after] = [mapOf(value[oldKey]), mapOf(value[newKey])];
    const operation = OPERATIONS[asText(value.op)] ?? "same";
    const isProvider = isProviderUrn(urn);
    const isChanged = operation !== "same" && before !== undefined && after !== undefined;
    const settings = isProvider && isChanged ? settingsOf(value, after) : [];
    return {
        operation,
        urn,
        type: type.slice(type.lastIndexOf(":") + 1),
        name: withoutTokens(nameOfUrn(urn)),
        parent: withoutTokens(nameOfUrn(asText((after ?? before)?.parent))),
        id: asText(before?.id),
        provider: asText(before?.provider),
        isReal: (after ?? before)?.custom === true && (!type.startsWith("pulumi:") || settings.length > 0),
        changes: isProvider ? settings : operation === "same" ? [] : changesOf(value, before, after),
        inputs: inputsOf(after ?? before),
        before: inputsOf(before),
    };
}

function mapOf(value: unknown): Record<string, unknown> | undefined {
    return isMap(value) ? value : undefined;
}

function inputsOf(state: Record<string, unknown> | undefined): Record<string, unknown> {
    return mapOf(state?.inputs) ?? {};
}

/**
 * Changed settings of a provider, of which the engine only gives the names; a new plugin version is not one. Only
 * booleans and numbers are shown: others may contain anything.
 */
function settingsOf(value: Record<string, unknown>, after: Record<string, unknown>): string[] {
    return listOfTexts(value.diffReasons ?? value.diffs)
        .filter((name) => name !== "version")
        .map((name) => {
            const next = asText(inputsOf(after)[name]);
            return /^(true|false|\d{1,4})$/.test(next) ? `${name}: ${next}` : withoutTokens(name);
        });
}

function changesOf(
    value: Record<string, unknown>,
    before: Record<string, unknown> | undefined,
    after: Record<string, unknown> | undefined,
): string[] {
    const detailed = isMap(value.detailedDiff) ? Object.entries(value.detailedDiff) : [];
    if (detailed.length === 0) return listOfTexts(value.diffReasons ?? value.diffs).map((name) => withoutTokens(name));
    return detailed.map(([path, diff]) => {
        const kind = isMap(diff) ? asText(diff.kind ?? diff.diffKind) : "";
        return `${withoutTokens(path)}${sayChange(kind, valueAt(before, path), valueAt(after, path))}`;
    });
}

/** The text after the name of a changed property, with values that may be shown. */
function sayChange(kind: string, old: string | undefined, next: string | undefined): string {
    if (kind.startsWith("add")) return next === undefined ? " is added" : `: ${next}`;
    if (kind.startsWith("delete")) return old === undefined ? " is removed" : `: ${old} is removed`;
    return old === undefined || next === undefined ? "" : `: ${old} → ${next}`;
}

/** A plain value that may be shown; undefined if it is secret, unknown, or not a plain value. */
function valueAt(state: Record<string, unknown> | undefined, path: string): string | undefined {
    const keys = (attempt(() => keysIn(path)) ?? []).map(String);
    let value: unknown = inputsOf(state);
    for (const key of keys) {
        if (isMap(value) && SIGNATURE in value) return undefined;
        value = isMap(value) || Array.isArray(value) ? (value as Record<string, unknown>)[key] : undefined;
    }
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    return typeof value === "string" ? quoted(value, keys.filter((key) => !/^\d+$/.test(key)).at(-1) ?? "") : undefined;
}

/** A text that may be shown, in quotes; undefined if it is secret, too long, or unknown. `key` is its key. */
export function quoted(value: string, key: string): string | undefined {
    if (value.length > 200 || isUnknownText(value)) return undefined;
    const shown = withoutTokens(shownText(value, key, undefined));
    return shown.includes(HIDDEN) ? undefined : JSON.stringify(shown);
}

/**
 * In a preview the engine only warns about this, but `up` stops there. Its advice is for programs with `import`; here
 * `adopt` must be removed.
 */
const STILL_ADOPTS = /previously-imported resources that still specify an ID may not be replaced/;
const NOT_MADE_ANEW =
    "up stops here: a runner that still says adopt is not recreated. Remove adopt to have a new runner; how to take the old one back: docs/ownership.md.";

function toSaid(value: Record<string, unknown>): Said {
    const severity = asText(value.severity);
    if (STILL_ADOPTS.test(asText(value.message)) && kindOfUrn(asText(value.urn)) === "UserRunner")
        return {
            severity: "error",
            urn: asText(value.urn),
            lines: linesOf(`${nameOfUrn(asText(value.urn))}: ${NOT_MADE_ANEW}`),
        };
    return {
        severity: severity === "error" || severity === "warning" ? severity : "info",
        urn: asText(value.urn),
        lines: linesOf(asText(value.message).replace(/^(error|warning): /, "")),
    };
}

/** A finding of a policy; it stops the run if the policy is mandatory. */
function toJudgement(value: Record<string, unknown>): Said {
    const urn = asText(value.resourceUrn);
    const about = `${kindOfUrn(urn)} ${nameOfUrn(urn)}`;
    return {
        severity: value.enforcementLevel === "mandatory" ? "error" : "policy",
        urn,
        lines: linesOf(`${asText(value.policyName)}, ${about}: ${asText(value.message)}`),
        policy: asText(value.policyName),
    };
}

function linesOf(text: string): string[] {
    return withoutTokens(text.trimEnd())
        .split(/\r?\n/)
        .map((line) => (line.length > 2000 ? `${line.slice(0, 2000)}…` : line));
}

function toMap(text: string): Record<string, unknown> | undefined {
    return mapOf(attempt(() => JSON.parse(text)));
}

function isEvent(value: Record<string, unknown>): boolean {
    return "sequence" in value && "timestamp" in value;
}

/** Events, one per line; the last line may be incomplete if the engine was killed. */
function toEvents(text: string): Record<string, unknown>[] | undefined {
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    const events = lines.map(toMap);
    const whole = events.slice(0, events.at(-1) === undefined ? -1 : undefined);
    return whole.length > 0 && whole.every((event) => event !== undefined && isEvent(event))
        ? (whole as Record<string, unknown>[])
        : undefined;
}

function listOf(value: unknown): Record<string, unknown>[] {
    return Array.isArray(value) ? value.filter(isMap) : [];
}

function listOfTexts(value: unknown): string[] {
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
