import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { CheckFailure, Props } from "../../core/props";
import type { ChangeKind, Diff, ResourceHandler, Standing } from "../handler";
import { asShown } from "../list-changes";
import { checkAgainstSchema } from "../schema-check";
import { type Decoded, decode, encode } from "./codec";
import { keepingSecrets } from "./errors";
import type { Session } from "./session";
import { explainHidden, replaceLost, standingOf, withAddress } from "./standing";

const KINDS: Record<ChangeKind, pb.PropertyDiff.Kind> = {
    add: pb.PropertyDiff.Kind.ADD,
    "add-replace": pb.PropertyDiff.Kind.ADD_REPLACE,
    delete: pb.PropertyDiff.Kind.DELETE,
    "delete-replace": pb.PropertyDiff.Kind.DELETE_REPLACE,
    update: pb.PropertyDiff.Kind.UPDATE,
    "update-replace": pb.PropertyDiff.Kind.UPDATE_REPLACE,
};

/** The calls about resources and functions, handed to the handler of the type or function. */
export function resourceCalls(session: Session) {
    return {
        check: async (request: pb.CheckRequest) => {
            const { handler, call, type } = find(session, request.getUrn());
            const { props, secrets } = decode(request.getNews());
            const waits = waitsForWhatFailed(session, type, decode(request.getOlds()).props, props);
            if (waits !== undefined) {
                const unchecked = new pb.CheckResponse();
                unchecked.setInputs(encode(waits, secretsOf(handler, secrets)));
                return unchecked;
            }
            const shape = checkAgainstSchema(session.pack.schema, type, props);
            // Handlers may rely on types, so a wrong type ends the check.
            const isTyped = shape.failures.length === 0;
            const failures = (isTyped && (await handler.check?.(shape.inputs, call))) || shape.failures;
            const inputs = (isTyped && handler.normal?.(shape.inputs)) || shape.inputs;
            const response = new pb.CheckResponse();
            response.setInputs(encode(inputs, secretsOf(handler, secrets)));
            response.setFailuresList(toCheckFailures(failures));
            return response;
        },
        diff: async (request: pb.DiffRequest) => {
            const { handler, type, call } = find(session, request.getUrn());
            const existing = { ...existingOf(request), id: request.getId() };
            const { props, secrets } = decode(request.getNews());
            const diff = await holding(session, request.getUrn(), async () => {
                const standing = session.comparesWithGitLab
                    ? await standingOf(session, handler, call, request.getUrn(), existing.id, existing.state)
                    : undefined;
                const found =
                    standing?.is === "gone" || standing?.is === "another"
                        ? replaceLost(call, standing.why)
                        : await handler.diff(call, existing, props, standing);
                if (standing !== undefined && Object.keys(found.changes).length > 0)
                    session.keepStanding(request.getUrn(), standing);
                return found;
            });
            // Not only what is made now: an `up` that was killed may have left the old name to be deleted by this one. What is
            // about to be replaced is not kept: another name may have it next.
            const isKept = !Object.values(diff.changes).some((kind) => kind.endsWith("-replace"));
            if (isKept) session.noteDeclared(type, existing.id, request.getUrn());
            return toDiffResponse({
                ...diff,
                changes: asShown(diff.changes, existing.state, props, secretsOf(handler, secrets)),
            });
        },
        create: async (request: pb.CreateRequest) => {
            const { handler, type, call } = find(session, request.getUrn());
            session.log.release(request.getUrn());
            const { props, secrets } = decode(request.getProperties());
            const all = secretsOf(handler, secrets);
            const keep = (state: Props) => withAddress(session, handler, state);
            const { id, state } = await noting(session, () =>
                keepingSecrets(all, keep, () => handler.create(call, props, request.getPreview())),
            );
            if (!request.getPreview()) session.noteDeclared(type, id, request.getUrn());
            const response = new pb.CreateResponse();
            response.setId(request.getPreview() ? "" : id);
            response.setProperties(encode(keep(state), all));
            return response;
        },
        read: async (request: pb.ReadRequest) => {
            const { handler, type, call } = find(session, request.getUrn());
            const state = decode(request.getProperties());
            const inputs = decode(request.getInputs());
            // Without a state it is an import.
            const imported = Object.keys(state.props).length === 0;
            const standing: Standing = imported
                ? { is: "ours" }
                : await standingOf(session, handler, call, request.getUrn(), request.getId(), state.props);
            const response = new pb.ReadResponse();
            if (standing.is === "hidden") {
                call.log.warn(`${standing.why} It stays in the state as it was.`);
                response.setId(request.getId());
                response.setProperties(request.getProperties());
                response.setInputs(request.getInputs());
                return response;
            }
            if (standing.is !== "ours") {
                call.log.warn(`${standing.why} The state lets go of it.`);
                return response;
            }
            const found = await handler.read(call, request.getId(), state.props, inputs.props, standing);
            if (found !== undefined) {
                if (imported) session.noteDeclared(type, found.id, request.getUrn());
                response.setId(found.id);
                response.setProperties(
                    encode(
                        withAddress(session, handler, found.state),
                        secretsOf(handler, state.secrets, inputs.secrets),
                    ),
                );
                response.setInputs(encode(found.inputs, secretsOf(handler, state.secrets, inputs.secrets)));
            }
            return response;
        },
        update: async (request: pb.UpdateRequest) => {
            const { handler, call } = find(session, request.getUrn());
            session.log.release(request.getUrn());
            const existing = { ...existingOf(request), id: request.getId() };
            const { props, secrets } = decode(request.getNews());
            const all = secretsOf(handler, secrets);
            const standing =
                session.takeStanding(request.getUrn()) ??
                (await standingOf(session, handler, call, request.getUrn(), existing.id, existing.state));
            if (standing.is !== "ours") throw new Error(`${call.name}: ${standing.why} Nothing was changed.`);
            const keep = (state: Props) => withAddress(session, handler, state);
            const state = await noting(session, () =>
                keepingSecrets(all, keep, () => handler.update(call, existing, props, request.getPreview(), standing)),
            );
            const response = new pb.UpdateResponse();
            response.setProperties(encode(keep(state), all));
            return response;
        },
        delete: async (request: pb.DeleteRequest) => {
            const { handler, type, call } = find(session, request.getUrn());
            session.log.release(request.getUrn());
            const { props } = decode(request.getProperties());
            if (handler.oneThing && session.isDeclaredElsewhere(type, request.getId(), request.getUrn())) {
                call.log.info("Declared under another name now: left as it is.");
                await handler.leave?.(call, request.getId(), props);
                return new Empty();
            }
            const standing = await standingOf(session, handler, call, request.getUrn(), request.getId(), props);
            if (standing.is === "hidden") throw new Error(explainHidden(request.getUrn(), call, standing.why));
            if (standing.is === "another") call.log.warn(`${standing.why} It is left as it is.`);
            if (standing.is === "ours") await handler.delete?.(call, request.getId(), props, standing);
            return new Empty();
        },
        invoke: async (request: pb.InvokeRequest) => {
            const handler = session.pack.functions[request.getTok()];
            if (handler === undefined) {
                throw new Error(missing("function", request.getTok(), Object.keys(session.pack.functions)));
            }
            const { props } = decode(request.getArgs());
            const response = new pb.InvokeResponse();
            response.setReturn(encode(await handler(session.callFor(request.getTok()), props)));
            return response;
        },
    };
}

/** Notes that something failed. */
async function noting<T>(session: Session, run: () => Promise<T>): Promise<T> {
    try {
        return await run();
    } catch (error) {
        session.hasFailed = true;
        throw error;
    }
}

/**
 * The inputs of a resource that waits for one that has failed. With `--continue-on-error` it is declared without what it
 * would get from there, and the engine leaves it as it is; but a mistake found in its inputs would end the whole operation.
 */
function waitsForWhatFailed(session: Session, type: string, olds: Props, news: Props): Props | undefined {
    const { requiredInputs = [] } = session.pack.schema.resources[type]!;
    const missing = requiredInputs.filter((name) => news[name] === undefined);
    if (!session.hasFailed || missing.length === 0) return undefined;
    return { ...news, ...Object.fromEntries(missing.map((name) => [name, olds[name]])) };
}

/** Compares; what is said about a difference waits for the change that follows. */
async function holding(session: Session, urn: string, compare: () => Promise<Diff>): Promise<Diff> {
    session.log.hold(urn);
    let differs = false;
    try {
        const diff = await compare();
        differs = Object.keys(diff.changes).length > 0;
        return diff;
    } finally {
        if (differs) session.log.releaseSoon(urn);
        else session.log.release(urn);
    }
}

/** Check failures on the wire. */
export function toCheckFailures(failures: readonly CheckFailure[]): pb.CheckFailure[] {
    return failures.map(({ property, reason }) => {
        const failure = new pb.CheckFailure();
        failure.setProperty(property);
        failure.setReason(reason);
        return failure;
    });
}

function find(session: Session, urn: string) {
    // urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>
    const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
    const handler = session.pack.resources[type];
    if (handler === undefined) throw new Error(missing("resource type", type, Object.keys(session.pack.resources)));
    return { handler, type, call: session.callFor(urn) };
}

function missing(what: string, token: string, known: string[]): string {
    return (
        `This plugin has no ${what} "${token}". It has ${known.join(", ")}. ` +
        "For the others of the gitlab package use the official plugin: docs/official-plugin.md."
    );
}

function existingOf(request: { getOlds(): Struct | undefined; getOldInputs(): Struct | undefined }) {
    return { state: decode(request.getOlds()).props, oldInputs: decode(request.getOldInputs()).props };
}

function secretsOf(handler: ResourceHandler, ...given: Decoded["secrets"][]): Set<string> {
    return new Set([...(handler.secrets ?? []), ...given.flatMap((names) => [...names])]);
}

function toDiffResponse(diff: Diff): pb.DiffResponse {
    const response = new pb.DiffResponse();
    const paths = Object.keys(diff.changes);
    const { DIFF_NONE, DIFF_SOME } = pb.DiffResponse.DiffChanges;
    response.setChanges(paths.length === 0 ? DIFF_NONE : DIFF_SOME);
    response.setDiffsList([...new Set(paths.map(rootOf))]);
    response.setReplacesList([
        ...new Set(paths.filter((path) => diff.changes[path]!.endsWith("-replace")).map(rootOf)),
    ]);
    response.setDeletebeforereplace(diff.deleteBeforeReplace === true);
    response.setHasdetaileddiff(true);
    for (const [path, kind] of Object.entries(diff.changes)) {
        const change = new pb.PropertyDiff();
        change.setKind(KINDS[kind]);
        response.getDetaileddiffMap().set(path, change);
    }
    return response;
}

function rootOf(path: string): string {
    return path.split(/[.[]/, 1)[0]!;
}
