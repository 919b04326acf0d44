import {
    buildSchema,
    type DocumentNode,
    execute,
    GraphQLError,
    type GraphQLFieldResolver,
    type GraphQLSchema,
    getOperationAST,
    isObjectType,
    Kind,
    type OperationDefinitionNode,
    parse,
    validate,
} from "graphql";
import { attempt } from "../../core/attempt";
import { isAdmin, type World } from "../http/api";
import type { Identity } from "../http/auth";
import { costOf } from "./complexity";
import { type Context, Refusal, type Resolvers, unavailable } from "./context";
import { jobTokenMutations } from "./job-token-mutations";
import { JOB_TOKEN_SCHEMA_TEXT } from "./job-token-schema";
import { jobTokenResolvers } from "./job-token-types";
import { namespaceResolvers } from "./namespace-types";
import { repositoryResolvers } from "./repository-types";
import { runnerResolvers } from "./runner-types";
import { SCHEMA_TEXT } from "./schema-text";

/** A request to `/api/graphql`. */
export interface GraphqlRequest {
    query?: unknown;
    variables?: unknown;
    operationName?: unknown;
}

/** The answer, and what the journal records. */
export interface GraphqlAnswer {
    status: number;
    body: unknown;
    operation: string;
    /** The query uses a part of GitLab's schema that the sandbox does not have. */
    unknown: boolean;
}

/** The sandbox's part of GitLab's schema. */
export const schema = withResolvers(buildSchema(`${SCHEMA_TEXT}\n${JOB_TOKEN_SCHEMA_TEXT}`), [
    namespaceResolvers,
    repositoryResolvers,
    runnerResolvers,
    jobTokenResolvers,
    jobTokenMutations,
]);
const CACHE_SIZE = 500;
const cache = new Map<string, { document: DocumentNode; errors: readonly GraphQLError[] }>();

/** Runs one query or mutation within GitLab's limits. */
export async function runGraphql(world: World, identity: Identity, request: GraphqlRequest): Promise<GraphqlAnswer> {
    const query = typeof request.query === "string" ? request.query : "";
    const answer = (status: number, body: unknown, operation = "", unknown = false): GraphqlAnswer => ({
        status,
        body,
        operation,
        unknown,
    });
    if (query.trim() === "") return answer(200, failure([new GraphQLError("Unexpected end of document")]));
    let parsed: { document: DocumentNode; errors: readonly GraphQLError[] };
    try {
        parsed = prepare(query);
    } catch (error) {
        return answer(200, failure([error as GraphQLError]));
    }
    const name =
        typeof request.operationName === "string" && request.operationName !== "" ? request.operationName : null;
    const operation = getOperationAST(parsed.document, name);
    const label = operation ? labelOf(operation) : "";
    if (parsed.errors.length > 0) {
        const unknown = parsed.errors.some(({ message }) =>
            /^(Cannot query field|Unknown (argument|type))/.test(message),
        );
        return answer(unknown ? 501 : 200, failure(parsed.errors), label, unknown);
    }
    if (!operation) return answer(200, failure([new GraphQLError("An operation name is required")]));
    const variables = readVariables(request.variables);
    const refused = overLimit(world, identity, parsed.document, operation, variables);
    if (refused) return answer(200, failure([new GraphQLError(refused)]), label);
    if (operation.operation === "mutation" && !identity.token?.scopes.includes("api")) {
        return answer(200, { data: null, ...failure([unavailable()]) }, label);
    }
    const result = await execute({
        schema,
        document: parsed.document,
        variableValues: variables,
        operationName: name,
        contextValue: { world, identity },
    });
    // Results that violate GitLab's schema make the request fail; a refusal is an answer.
    const misfit = result.errors?.find(({ path, originalError }) => path && !(originalError instanceof Refusal));
    if (misfit) throw new Error(`the answer is not GitLab's: ${misfit.path?.join(".")}: ${misfit.message}`);
    return answer(200, result, label);
}

function prepare(query: string): { document: DocumentNode; errors: readonly GraphQLError[] } {
    const known = cache.get(query);
    if (known) return known;
    const document = parse(query);
    const prepared = { document, errors: validate(schema, document, undefined, { maxErrors: 20 }) };
    if (cache.size >= CACHE_SIZE) cache.clear();
    cache.set(query, prepared);
    return prepared;
}

function overLimit(
    world: World,
    identity: Identity,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Record<string, unknown>,
): string | undefined {
    const cost = costOf(schema, document, operation, variables);
    const known = identity.user !== undefined;
    const maxComplexity = known ? (isAdmin(world.db, identity) ? 300 : 250) : 200;
    const maxDepth = known ? 20 : 15;
    if (cost.complexity > maxComplexity) {
        return `Query has complexity of ${cost.complexity}, which exceeds max complexity of ${maxComplexity}`;
    }
    if (cost.depth > maxDepth) return `Query has depth of ${cost.depth}, which exceeds max depth of ${maxDepth}`;
    return undefined;
}

/** `mutation ciJobTokenScopeRemoveGroup`, `query project runners`: for the journal. */
function labelOf(operation: OperationDefinitionNode): string {
    const fields = operation.selectionSet.selections.map((one) => (one.kind === Kind.FIELD ? one.name.value : "…"));
    return [operation.operation, ...new Set(fields)].join(" ");
}

function failure(errors: readonly GraphQLError[]): { errors: unknown[] } {
    return { errors: errors.map((error) => error.toJSON()) };
}

function readVariables(raw: unknown): Record<string, unknown> {
    if (typeof raw === "string" && raw.trim() !== "") {
        return attempt(() => JSON.parse(raw) as Record<string, unknown>) ?? {};
    }
    return typeof raw === "object" && raw !== null ? (raw as Record<string, unknown>) : {};
}

function withResolvers(target: GraphQLSchema, parts: Resolvers[]): GraphQLSchema {
    for (const part of parts) {
        for (const [typeName, fields] of Object.entries(part)) {
            const type = target.getType(typeName);
            if (!isObjectType(type)) throw new Error(`GraphQL: no object type ${typeName} in the schema.`);
            for (const [field, resolve] of Object.entries(fields)) {
                const known = type.getFields()[field];
                if (!known) throw new Error(`GraphQL: no field ${typeName}.${field} in the schema.`);
                known.resolve = resolve as unknown as GraphQLFieldResolver<unknown, Context>;
            }
        }
    }
    return target;
}
