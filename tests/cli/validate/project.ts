import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { runCli } from "../helpers";

/** What a stack holds in which nothing is wrong. */
export const WELL = "config:\n  gitlab:token: { secure: v1:x }\n  gitlab-fleet:runners: { a: { scope: instance } }\n";

/** A project in a folder of its own, whose stacks the command looks at; anew for each test. */
export function projectToValidate() {
    let project: string;
    let relative: string;
    beforeEach(() => {
        project = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-fleet-validate-"));
        relative = path.relative(process.cwd(), project);
        fs.mkdirSync(path.join(project, "stacks"));
        write("Pulumi.yaml", "name: shop\nruntime: nodejs\nstackConfigDir: stacks\n");
    });
    afterEach(() => fs.rmSync(project, { recursive: true }));

    function write(name: string, text: string | Buffer): void {
        fs.writeFileSync(path.join(project, name), text);
    }

    async function validate(...args: string[]) {
        const { code, out, err } = await runCli(["validate", "--project", project, ...args]);
        return { code, err, out: out.replaceAll(`${relative}/`, "") };
    }

    return { write, validate, folder: () => project };
}
