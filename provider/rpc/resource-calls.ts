import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Problem } from "../../core/problems";
import type { Props } from "../../core/props";
import { unlessNotFound } from "../../gitlab/errors";
import {
    type Call,
    type ChangeKind,
    type Diff,
    type Existing,
    type Found,
    isImport,
    NOTHING_OUTSIDE,
    PartialFailure,
    type ResourceHandler,
    type Standing,
} from "../handler";
import { asShown } from "../list-changes";
import { checkAgainstSchema } from "../schema-check";
import { type Decoded, decode, encode } from "./codec";
import { InitFailed } from "./errors";
import { filled } from "./filled";
import { ignoredNow } from "./ignored";
import { whyUnknown } from "./releases";
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

export function resourceCalls(session: Session) {
    return {
        check: async (request: pb.CheckRequest) => {
            const { handler, call, type, urn } = find(session, request);
            session.noteRegistered(urn);
            const { props, secrets } = decode(request.getNews());
            const all = secretsOf(handler, secrets);
            const waits = waitsForWhatFailed(session, type, decode(request.getOlds()).props, props);
            if (waits !== undefined) return filled(new pb.CheckResponse(), { Inputs: encode(waits, all) });
            const shape = checkAgainstSchema(session.pack.schema, type, props);
            // Handlers rely on types, so a wrong type ends the check.
            const isTyped = shape.failures.length === 0;
            const failures = (isTyped && (await handler.check?.(shape.inputs, call))) || shape.failures;
            const inputs = (isTyped && handler.normal?.(shape.inputs)) || shape.inputs;
            return filled(new pb.CheckResponse(), {
                Inputs: encode(inputs, all),
                FailuresList: toCheckFailures(failures),
            });
        },
        diff: async (request: pb.DiffRequest) => {
            const { handler, call, urn, standingOf, named } = find(session, request);
            const existing = existingOf(request);
            const { props, secrets } = decode(request.getNews());
            const diff = await holding(session, urn, async () => {
                const compares = session.config?.comparesWithGitLab !== false;
                const standing = compares ? await standingOf(existing.id, existing.state) : undefined;
                if (standing?.is === "gone" || standing?.is === "another") return replaceLost(call, standing.why);
                const now = await ignoredNow(handler, call, request, existing, props, standing);
                const known = { ...existing, state: { ...existing.state, ...now } };
                const found = await handler.diff(call, known, { ...props, ...now }, standing);
                if (standing !== undefined && Object.keys(found.changes).length > 0)
                    session.keepStanding(urn, standing);
                return found;
            });
            // Not only new resources: after a killed `up`, this operation may delete the old name. A resource that is
            // about to be replaced is not noted: another name may have its id next.
            const kinds = Object.values(diff.changes);
            const it = named(existing.id, existing.state);
            if (kinds.length === 0) session.noteKept(it);
            else if (!kinds.some((kind) => kind.endsWith("-replace"))) session.noteDeclared(it);
            return toDiffResponse({
                ...diff,
                changes: asShown(diff.changes, existing.state, props, secretsOf(handler, secrets)),
            });
        },
        create: async (request: pb.CreateRequest) => {
            const { handler, call, urn, named } = find(session, request);
            session.log.release(urn);
            const { props, secrets } = decode(request.getProperties());
            const preview = request.getPreview();
            const note = (id: string, state: Props) => preview || session.noteKept(named(id, state));
            const { id, kept } = await keeping(session, handler, secrets, note, () =>
                handler.create(call, props, preview),
            );
            return filled(new pb.CreateResponse(), { Id: preview ? "" : id, Properties: kept });
        },
        read: async (request: pb.ReadRequest) => {
            const { handler, type, call, standingOf, named } = find(session, request);
            const id = request.getId();
            const state = decode(request.getProperties());
            const inputs = decode(request.getInputs());
            // Without a state, it is an import.
            const imported = isImport(state.props);
            if (imported) refuseImport(handler, type);
            const standing: Standing = imported ? { is: "ours", seen: undefined } : await standingOf(id, state.props);
            const response = new pb.ReadResponse();
            if (standing.is === "hidden") {
                call.log.warn(`${standing.why} It stays in the state as it was.`);
                return filled(response, { Id: id, Properties: request.getProperties(), Inputs: request.getInputs() });
            }
            if (standing.is !== "ours") {
                call.log.warn(`${standing.why} The state lets go of it.`);
                return response;
            }
            const reading = (handler.read ?? stayAsItIs)(call, id, state.props, inputs.props, standing.seen);
            const found = await (imported ? reading.catch(unlessNotFound) : reading);
            if (found === undefined) return response;
            if (imported) session.noteKept(named(found.id, found.state));
            const secrets = secretsOf(handler, state.secrets, inputs.secrets);
            return filled(response, {
                Id: found.id,
                Properties: encode(withAddress(session, handler, found.state), secrets),
                Inputs: encode(found.inputs, secrets),
            });
        },
        update: async (request: pb.UpdateRequest) => {
            const { handler, call, urn, standingOf, named } = find(session, request);
            session.log.release(urn);
            const existing = existingOf(request);
            const { id, state } = existing;
            const { props, secrets } = decode(request.getNews());
            session.noteKept(named(id, state));
            const standing = session.takeStanding(urn) ?? (await standingOf(id, state));
            if (standing.is !== "ours") throw new Error(`${call.name}: ${standing.why} Nothing was changed.`);
            const wanted = { ...props, ...(await ignoredNow(handler, call, request, existing, props, standing)) };
            const { kept } = await keeping(session, handler, secrets, undefined, async () => ({
                id,
                state: await handler.update(call, existing, wanted, request.getPreview(), standing.seen),
            }));
            return filled(new pb.UpdateResponse(), { Properties: kept });
        },
        delete: async (request: pb.DeleteRequest) => {
            const { handler, call, urn, standingOf, named } = find(session, request);
            session.log.release(urn);
            const id = request.getId();
            const { props } = decode(request.getProperties());
            if (session.isStillDeclared(named(id, props))) {
                if (handler.delete !== undefined) call.log.info("The program still has it: left as it is.");
                await handler.leave?.(call, id, props);
                return new Empty();
            }
            const standing = await standingOf(id, props);
            if (standing.is === "hidden") throw new Error(explainHidden(urn, call, standing.why));
            if (standing.is === "another") call.log.warn(`${standing.why} It is left as it is.`);
            if (standing.is === "ours") await handler.delete?.(call, id, props);
            return new Empty();
        },
        invoke: async (request: pb.InvokeRequest) => {
            const handler = session.pack.functions[request.getTok()];
            if (handler === undefined) {
                throw new Error(
                    whyUnknown(session.pack, "function", request.getTok(), Object.keys(session.pack.functions)),
                );
            }
            const { props } = decode(request.getArgs());
            const { inputs, failures } = checkAgainstSchema(session.pack.schema, request.getTok(), props);
            if (failures.length > 0)
                throw new Error(failures.map(({ path, message }) => `${path} ${message}`).join("\n"));
            // A function's message must not carry a URN: the engine panics if the URN is not a resource's.
            const answer = await handler(session.callFor(""), inputs);
            return filled(new pb.InvokeResponse(), { Return: encode(answer) });
        },
    };
}

/**
 * Runs a create or update, and encodes the resulting state. A failure is noted; if it leaves something that exists,
 * that is encoded in the same way.
 */
async function keeping(
    session: Session,
    handler: ResourceHandler,
    secrets: Decoded["secrets"],
    note: ((id: string, state: Props) => void) | undefined,
    run: () => Promise<{ id: string; state: Props }>,
): Promise<{ id: string; kept: Struct }> {
    const toKept = (state: Props) => encode(withAddress(session, handler, state), secretsOf(handler, secrets));
    try {
        const { id, state } = await run();
        note?.(id, state);
        return { id, kept: toKept(state) };
    } catch (error) {
        session.hasFailed = true;
        if (!(error instanceof PartialFailure)) throw error;
        note?.(error.id, error.state);
        throw new InitFailed(error, toKept(error.state));
    }
}

/**
 * The inputs of a resource that waits for a failed one. With `--continue-on-error`, it is declared without the values
 * from there, and the engine leaves it as it is; but a problem in its inputs would end the whole operation.
 */
function waitsForWhatFailed(session: Session, type: string, olds: Props, news: Props): Props | undefined {
    const { requiredInputs = [] } = session.pack.schema.resources[type]!;
    const missing = requiredInputs.filter((name) => news[name] === undefined);
    if (!session.hasFailed || missing.length === 0) return undefined;
    return { ...news, ...Object.fromEntries(missing.map((name) => [name, olds[name]])) };
}

/** Runs a diff; its messages are held until the change that follows. */
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

export function toCheckFailures(problems: readonly Problem[]): pb.CheckFailure[] {
    return problems.map(({ path, message }) =>
        filled(new pb.CheckFailure(), { Property: path, Reason: `${path} ${message}` }),
    );
}

/** The resource of a request: its handler, and what the handler may use. */
function find(session: Session, request: { getUrn(): string }) {
    const urn = request.getUrn();
    // urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>
    const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
    const handler = session.pack.resources[type];
    if (handler === undefined)
        throw new Error(whyUnknown(session.pack, "resource type", type, Object.keys(session.pack.resources)));
    const call = session.callFor(urn);
    return {
        ...{ handler, type, call, urn },
        named: (id: string, state: Props) => ({ type, urn, thing: handler.thing?.(state) ?? id }),
        standingOf: (id: string, state: Props) => standingOf(session, handler, call, urn, id, state),
    };
}

async function stayAsItIs(_call: Call, id: string, state: Props, inputs: Props): Promise<Found> {
    return { id, state, inputs };
}

/** Otherwise it would be in the state without a single property. */
function refuseImport({ read, notImported }: ResourceHandler, type: string): void {
    if (read !== undefined && notImported === undefined) return;
    const why = notImported ?? NOTHING_OUTSIDE;
    throw new Error(`${type.split(":").at(-1)}: cannot be imported, because ${why}`);
}

function existingOf(request: pb.DiffRequest | pb.UpdateRequest): Existing {
    const [state, oldInputs] = [request.getOlds(), request.getOldInputs()].map((message) => decode(message).props);
    return { id: request.getId(), state: state!, oldInputs: oldInputs! };
}

function secretsOf(handler: ResourceHandler, ...given: Decoded["secrets"][]): Set<string> {
    return new Set([...(handler.secrets ?? []), ...given.flatMap((names) => [...names])]);
}

function toDiffResponse(diff: Diff): pb.DiffResponse {
    const paths = Object.keys(diff.changes);
    const { DIFF_NONE, DIFF_SOME } = pb.DiffResponse.DiffChanges;
    const response = filled(new pb.DiffResponse(), {
        Changes: paths.length === 0 ? DIFF_NONE : DIFF_SOME,
        DiffsList: rootsOf(paths),
        ReplacesList: rootsOf(paths.filter((path) => diff.changes[path]!.endsWith("-replace"))),
        Deletebeforereplace: diff.deleteBeforeReplace === true,
        Hasdetaileddiff: true,
    });
    for (const [path, kind] of Object.entries(diff.changes)) {
        response.getDetaileddiffMap().set(path, filled(new pb.PropertyDiff(), { Kind: KINDS[kind] }));
    }
    return response;
}

function rootsOf(paths: readonly string[]): string[] {
    return [...new Set(paths.map((path) => path.split(/[.[]/, 1)[0]!))];
}
