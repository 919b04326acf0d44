import * as fs from "node:fs";
import * as path from "node:path";
import { root } from "../../dev/scripts/pulumi";

/** A user's own Pulumi project, which imports our components. */
export interface OwnProgram {
    /** For `startEngine({ project })`. */
    folder: string;
    /** Writes the program. */
    write(text: string): void;
    remove(): void;
}

/** The path from which a program imports the components. */
export const COMPONENTS = JSON.stringify(path.join(root, "components"));

/** The path from which it imports the lean runtime, on its first line. */
export const LEAN_RUNTIME = JSON.stringify(path.join(root, "lean-runtime"));

/** Creates a project that uses our plugins; `name` in Pulumi.yaml is that of this repository. */
export function ownProgram(): OwnProgram {
    // Inside the repository, because its packages would not be found from elsewhere.
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
