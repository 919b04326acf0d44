// Writes components/common/argument-texts.generated.ts: the doc comment of each argument, for editors of stack configs,
// the schema of components and the tables in docs/. Edit the doc comment, not the file.
//
//   tsx dev/scripts/argument-texts.ts [folder]     (called by dev/scripts/generate.sh)
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

/** Interfaces by the name of their texts. */
const INTERFACES: Record<string, [file: string, name: string]> = {
    gitlab: ["components/fleet/args.ts", "GitLabConfig"],
    fleet: ["components/fleet/args.ts", "FleetConfig"],
    runner: ["components/fleet/args.ts", "FleetRunnerArgs"],
    manager: ["components/fleet/args.ts", "FleetManagerArgs"],
    exclusive: ["components/exclusive/args.ts", "ExclusiveArgs"],
    claim: ["components/exclusive/args.ts", "RunnerClaim"],
    keep: ["components/exclusive/args.ts", "RunnerExceptions"],
    registry: ["components/allowlist/args.ts", "RegistryAccessArgs"],
    consumers: ["components/allowlist/args.ts", "AllowedJobs"],
    grant: ["components/allowlist/args.ts", "MembershipGrant"],
    allowlist: ["components/allowlist/args.ts", "JobTokenAllowlistArgs"],
    runnerManager: ["components/manager/args.ts", "RunnerManagerArgs"],
    worker: ["components/manager/args.ts", "Worker"],
    exclusiveRunners: ["components/exclusive/args.ts", "ExclusiveRunnersArgs"],
    directory: ["components/manager/placements/directory/args.ts", "DirectoryPlacement"],
    ssh: ["components/manager/placements/ssh/args.ts", "SshHostOptions"],
    sshPlacement: ["components/manager/placements/ssh/args.ts", "SshPlacement"],
    service: ["components/manager/placements/service.ts", "ServiceOptions"],
    dockerPlacement: ["components/manager/placements/docker/args.ts", "DockerPlacement"],
    docker: ["components/manager/placements/docker/args.ts", "DockerOptions"],
    kubernetesPlacement: ["components/manager/placements/kubernetes/args.ts", "KubernetesPlacement"],
    kubernetes: ["components/manager/placements/kubernetes/args.ts", "KubernetesOptions"],
};
const TARGET = "components/common/argument-texts.generated.ts";
const repository = join(__dirname, "../..");

/** The whole file. Pure: the same interfaces give the same bytes. */
export function renderArgumentTexts(): string {
    const files = [...new Set(Object.values(INTERFACES).map(([file]) => join(repository, file)))];
    const program = ts.createProgram(files, { strict: true, types: [] });
    const checker = program.getTypeChecker();
    const texts: Record<string, Record<string, string>> = {};
    const add = (key: string, symbols: readonly ts.Symbol[]) => {
        texts[key] = {};
        for (const symbol of symbols) {
            texts[key]![symbol.name] = textOf(symbol, checker);
            const inline = inlineShapes(symbol, checker).filter((one) => textOf(one, checker) !== "");
            if (inline.length > 0) add(`${key}.${symbol.name}`, inline);
        }
    };
    for (const [key, [file, name]] of Object.entries(INTERFACES)) {
        const source = program.getSourceFile(join(repository, file))!;
        const found = source.statements.find((each) => ts.isInterfaceDeclaration(each) && each.name.text === name);
        if (found === undefined) throw new Error(`${file} has no interface ${name}.`);
        add(key, checker.getTypeAtLocation(found).getProperties());
    }
    return [
        "// Written by dev/scripts/argument-texts.ts (make generate).",
        "",
        "/** What the doc comment of each argument says, by interface and name. */",
        `export const ARGUMENT_TEXTS = ${JSON.stringify(texts, undefined, 4)} as const;`,
        "",
    ].join("\n");
}

/** Meaning and default, as one text: `Whether … Default: true.` */
function textOf(symbol: ts.Symbol, checker: ts.TypeChecker): string {
    const meaning = ts.displayPartsToString(symbol.getDocumentationComment(checker));
    const tag = symbol.getJsDocTags(checker).find(({ name }) => name === "default");
    const fallback = ts
        .displayPartsToString(tag?.text)
        .replace(/^- /, "")
        .replace(/^"(.*)"$/, "$1");
    const text = [meaning, ...(fallback === "" || fallback === "none" ? [] : [`Default: ${fallback}.`])].join(" ");
    return text.replace(/\s+/g, " ");
}

/** Members declared inline in the interface: `log?: { maxSize?: string }`, also in a list, in a union, or by name. */
function inlineShapes(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol[] {
    const [declaration] = symbol.declarations ?? [];
    const isProperty = declaration !== undefined && ts.isPropertySignature(declaration);
    return isProperty && declaration.type !== undefined ? membersOf(declaration.type, checker) : [];
}

function membersOf(type: ts.TypeNode, checker: ts.TypeChecker): ts.Symbol[] {
    if (ts.isTypeLiteralNode(type)) return checker.getTypeAtLocation(type).getProperties();
    if (ts.isArrayTypeNode(type)) return membersOf(type.elementType, checker);
    if (ts.isUnionTypeNode(type)) return type.types.flatMap((one) => membersOf(one, checker));
    if (!ts.isTypeReferenceNode(type)) return [];
    const named = checker.getSymbolAtLocation(type.typeName)!;
    // What another file exports is found behind its import.
    const isImported = (named.flags & ts.SymbolFlags.Alias) !== 0;
    const [alias] = (isImported ? checker.getAliasedSymbol(named) : named).declarations ?? [];
    return alias !== undefined && ts.isTypeAliasDeclaration(alias) ? membersOf(alias.type, checker) : [];
}

if (require.main === module) {
    const target = join(process.argv[2] ?? repository, TARGET);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, renderArgumentTexts());
}
