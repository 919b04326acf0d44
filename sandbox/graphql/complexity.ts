import {
    type DocumentNode,
    type FieldNode,
    type FragmentDefinitionNode,
    type GraphQLSchema,
    getNamedType,
    isCompositeType,
    isInterfaceType,
    isObjectType,
    Kind,
    type OperationDefinitionNode,
    type SelectionSetNode,
    valueFromASTUntyped,
} from "graphql";
import { MAX_PAGE } from "./connection";

const MULTIPLIER = 0.01;

/** How much of GitLab's budget an operation uses. */
export interface Cost {
    complexity: number;
    depth: number;
}

/**
 * Counts as GitLab does: one per field and per path of a file; a connection adds its own cost times page size times
 * 0.01.
 */
export function costOf(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Record<string, unknown>,
): Cost {
    const fragments = new Map<string, FragmentDefinitionNode>();
    for (const node of document.definitions) {
        if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
    }
    const root = schema.getRootType(operation.operation);

    const costOfSet = (typeName: string, set: SelectionSetNode): Cost => {
        const total: Cost = { complexity: 0, depth: 0 };
        for (const selection of set.selections) {
            const part =
                selection.kind === Kind.FIELD
                    ? costOfField(typeName, selection)
                    : selection.kind === Kind.INLINE_FRAGMENT
                      ? costOfSet(selection.typeCondition?.name.value ?? typeName, selection.selectionSet)
                      : costOfFragment(fragments.get(selection.name.value)!);
            total.complexity += part.complexity;
            total.depth = Math.max(total.depth, part.depth);
        }
        return total;
    };

    const costOfFragment = (node: FragmentDefinitionNode): Cost =>
        costOfSet(node.typeCondition.name.value, node.selectionSet);

    const costOfField = (typeName: string, node: FieldNode): Cost => {
        // Introspection has its own budget.
        if (node.name.value.startsWith("__")) return { complexity: 0, depth: 0 };
        const parent = schema.getType(typeName);
        const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
        const type = field && getNamedType(field.type);
        if (!type || !isCompositeType(type) || !node.selectionSet) return { complexity: 1, depth: 1 };
        const inner = costOfSet(type.name, node.selectionSet);
        const args = new Map(node.arguments?.map((arg) => [arg.name.value, valueFromASTUntyped(arg.value, variables)]));
        const complexity = inner.complexity + 1 + costOfArguments(args);
        const pages = type.name.endsWith("Connection") ? 1 + pageSize(args) * MULTIPLIER : 1;
        return { complexity: Math.floor(complexity * pages), depth: inner.depth + 1 };
    };

    return root ? costOfSet(root.name, operation.selectionSet) : { complexity: 0, depth: 0 };
}

type Arguments = ReadonlyMap<string, unknown>;

function costOfArguments(args: Arguments): number {
    const paths = args.get("paths");
    return (args.has("sort") ? 1 : 0) + (args.has("search") ? 5 : 0) + (Array.isArray(paths) ? paths.length : 0);
}

function pageSize(args: Arguments): number {
    const asked = [args.get("first"), args.get("last")].filter((value) => typeof value === "number");
    return Math.min(MAX_PAGE, ...asked);
}
