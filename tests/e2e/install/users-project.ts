import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { root } from "../../../dev/scripts/pulumi";

const exec = promisify(execFile);

/** A team's own Pulumi project, outside this repository, with the package installed from its tarball. */
export class UsersProject {
    /** Real path: Pulumi resolves links in it. */
    readonly folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "users-project-")));

    /** Writes files of the project, by name. */
    write(files: Record<string, string>): this {
        for (const [name, text] of Object.entries(files)) {
            const file = path.join(this.folder, name);
            fs.mkdirSync(path.dirname(file), { recursive: true });
            fs.writeFileSync(file, text);
        }
        return this;
    }

    read(name: string): string {
        return fs.readFileSync(path.join(this.folder, name), "utf8");
    }

    /** `npm install`, without scripts: the package must need none. */
    install(...packages: string[]): Promise<string> {
        const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
        return this.run("npm", ["install", ...quiet, ...packages]);
    }

    /** Runs a program in the project's folder and gives what it printed. Throws when it fails. */
    async run(program: string, args: string[]): Promise<string> {
        const { stdout, stderr } = await exec(program, args, { cwd: this.folder, encoding: "utf8" }).catch((error) => {
            throw new Error(`${program} ${args.join(" ")} failed:\n${error.stdout}${error.stderr}`);
        });
        return stdout + stderr;
    }

    remove(): void {
        fs.rmSync(this.folder, { recursive: true, force: true });
    }
}

/** Version of a package as this repository has it. */
export function versionOf(name: string): string {
    return JSON.parse(fs.readFileSync(path.join(root, "node_modules", name, "package.json"), "utf8")).version;
}

let tarball: Promise<string> | undefined;

/** The package's tarball, made once for all tests of a run. */
export function packed(): Promise<string> {
    tarball ??= (async () => {
        const folder = path.join(root, ".cache");
        await exec(process.execPath, [path.join(root, "package/build.mjs"), folder], { cwd: root });
        const { name, version } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"));
        return path.join(folder, `${name}-${version}.tgz`);
    })();
    return tarball;
}
