import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { root } from "./pulumi";

const exec = promisify(execFile);

/** Resource plugins that `dev/scripts/toolchain.mjs` builds, with the versions of the npm packages that need them. */
const VERSIONS = { docker: "5.2.0", kubernetes: "4.34.2" };

/** Installs a plugin into Pulumi's folder. If Pulumi found it on PATH, every output would contain a warning. */
export async function installPlugin(name: keyof typeof VERSIONS): Promise<void> {
    const version = VERSIONS[name];
    const home = path.join(root, ".cache/pulumi-home");
    const binary = path.join(root, `.cache/bin/pulumi-resource-${name}`);
    const installed = path.join(home, `plugins/resource-${name}-v${version}/pulumi-resource-${name}`);
    if (fs.existsSync(installed) && fs.statSync(installed).size === fs.statSync(binary).size) return;
    await exec("pulumi", ["plugin", "install", "resource", name, version, "-f", binary, "--reinstall"], {
        env: {
            ...process.env,
            PATH: `${path.join(root, ".cache/bin")}${path.delimiter}${process.env.PATH}`,
            PULUMI_HOME: home,
            PULUMI_SKIP_UPDATE_CHECK: "1",
        },
    });
}
