import * as fs from "node:fs";
import * as path from "node:path";
import { root } from "../../dev/scripts/pulumi";

/** A Pulumi project of a user's own, which imports our components. */
export interface OwnProgram {
    /** For `startEngine({ project })`. */
    folder: string;
    /** Puts the program's text in place. */
    write(text: string): void;
    remove(): void;
}

/** Where a program imports the components from. */
export const COMPONENTS = JSON.stringify(path.join(root, "components"));

/** Where it imports the lean runtime from, on its first line. */
export const LEAN_RUNTIME = JSON.stringify(path.join(root, "lean-runtime"));

/** Makes a project that runs our plugins; `name` in Pulumi.yaml is the repository's. */
export function ownProgram(): OwnProgram {
    // Inside the repository, or its packages would not be found from there.
    fs.mkdirSync(path.join(root, ".cache"), { recursive: true });
    const folder = fs.mkdtempSync(path.join(root, ".cache", "own-program-"));
    fs.writeFileSync(path.join(folder, "package.json"), '{ "main": "program.cjs" }');
    fs.writeFileSync(path.join(folder, "program.cjs"), 'require("tsx/cjs");\nrequire("./program.ts");\n');
    const yaml = fs.readFileSync(path.join(root, "Pulumi.yaml"), "utf8");
    fs.writeFileSync(
        path.join(folder, "Pulumi.yaml"),
        yaml.replaceAll("path: provider/bin", `path: ${path.join(root, "provider/bin")}`),
    );
    return {
        folder,
        write: (text) => fs.writeFileSync(path.join(folder, "program.ts"), text),
        remove: () => fs.rmSync(folder, { recursive: true, force: true }),
    };
}
