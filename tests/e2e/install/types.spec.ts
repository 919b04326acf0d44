import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import ts from "typescript";
import { root } from "../../../dev/scripts/pulumi";
import { packed, UsersProject } from "./users-project";

describe("types of the npm package", () => {
    const project = new UsersProject();

    after(() => project.remove());

    it("have names, so that a library on top of it may hand on whatever it takes out of one", async () => {
        const tarball = await packed();
        await project.run("tar", ["-xzf", tarball]);
        fs.symlinkSync(path.join(root, "node_modules"), path.join(project.folder, "node_modules"));
        const entry = path.join(project.folder, "package/index.d.ts");
        const library = path.join(project.folder, "library.ts");
        project.write({ "library.ts": takesOut(entry) });
        const program = ts.createProgram([library], { strict: true, declaration: true, types: [] });
        const problems = program.getDeclarationDiagnostics(program.getSourceFile(library));
        const texts = problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
        expect(texts.filter((text) => text.includes("cannot be named"))).to.deep.equal([]);
    });
});

/** A library that has a function for each member of each exported type, and leaves the function's type to the compiler. */
function takesOut(entry: string): string {
    const program = ts.createProgram([entry], { strict: true, types: [] });
    const checker = program.getTypeChecker();
    const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entry)!)!);
    const functions = exported.flatMap(({ name }, index) => {
        const type = checker.getDeclaredTypeOfSymbol(targetOf(checker, exported[index]!));
        const members = type.isUnion() ? [] : checker.getPropertiesOfType(type).filter(isOpen);
        return members.map((member) => `(of: it.${name}) => of.${member.name}`);
    });
    expect(functions).to.have.length.above(500);
    const lines = functions.map((code, index) => `export const take${index} = ${code};`);
    return ['import type * as it from "./package";', ...lines].join("\n");
}

function targetOf(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
    return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function isOpen(member: ts.Symbol): boolean {
    const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
    const isHidden = (declaration: ts.Declaration) => (ts.getCombinedModifierFlags(declaration) & hidden) !== 0;
    return /^\w+$/.test(member.name) && !member.name.startsWith("__") && !member.declarations?.some(isHidden);
}
