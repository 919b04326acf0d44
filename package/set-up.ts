// Checks, when Pulumi starts a program, whether it can run at all: the engine's own messages about a missing plugin, or
// about two copies of this package, do not say what to do.
import { readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { version as pulumiVersion } from "@pulumi/pulumi/package.json";
import { parse } from "yaml";
import { projectFileIn } from "../components/fleet/config/stack-files";
import { attempt } from "../core/attempt";
import { whyTooOld } from "../core/too-old";
import { version } from "../package.json";
import { whyNotOurs, whyNotReady } from "./requirements";

/**
 * Where Pulumi can download the plugin, set when the package is built; empty if nowhere, absent in a clone of the
 * repository.
 */
declare const PLUGIN_URL: string | undefined;

/** Key under which the first loaded copy of this package stores its version. */
const LOADED = Symbol.for("gitlab-fleet.version");

for (const [what, has] of [
    ["node", process.versions.node],
    ["@pulumi/pulumi", pulumiVersion],
] as const) {
    const problem = whyTooOld(what, has);
    if (problem !== undefined) throw new pulumi.RunError(problem);
}

const world = globalThis as { [LOADED]?: string };
if (world[LOADED] !== undefined && world[LOADED] !== version) {
    throw new pulumi.RunError(
        `This program loads gitlab-fleet in two versions, ${world[LOADED]} and ${version}, which do not know each other's ` +
            "resources. `npm ls gitlab-fleet` shows who asks for which: make it one.",
    );
}
world[LOADED] = version;

// The language host tells a program the engine's address; a test with mocks has none.
if (process.env.PULUMI_NODEJS_ENGINE) lookForPlugins();

function lookForPlugins(): void {
    const file = projectFile();
    if (file === undefined) return;
    const facts = {
        declared: declaredPlugins(readFileSync(file, "utf8")),
        installed: [...inPluginCache(), ...onPath()],
        version,
        canBeDownloaded: typeof PLUGIN_URL === "string" && PLUGIN_URL !== "",
    };
    const problem = whyNotReady(facts);
    if (problem !== undefined) throw new pulumi.RunError(problem);
    const warning = whyNotOurs(facts);
    if (warning !== undefined && pulumi.runtime.isDryRun()) pulumi.log.warn(warning).catch(() => {});
}

/** `Pulumi.yaml` of the running program. */
function projectFile(): string | undefined {
    const folder = [pulumi.getRootDirectory(), process.cwd()].find((each) => projectFileIn(each) !== undefined);
    return folder && join(folder, projectFileIn(folder)!);
}

/** Packages for which a project names a plugin. */
function declaredPlugins(text: string): string[] {
    const project = parse(text) as { plugins?: { providers?: { name?: string }[] } } | null;
    const providers = project?.plugins?.providers;
    return (Array.isArray(providers) ? providers : []).flatMap(({ name }) => (name === undefined ? [] : [name]));
}

/** Plugins that were installed with `pulumi plugin install`, as `<package>-v<version>`. */
function inPluginCache(): string[] {
    const home = process.env.PULUMI_HOME ?? join(homedir(), ".pulumi");
    return filesIn(join(home, "plugins")).flatMap((name) => /^resource-(.+)$/.exec(name)?.[1] ?? []);
}

/** Plugins that the engine finds on PATH, by package. */
function onPath(): string[] {
    const folders = (process.env.PATH ?? "").split(delimiter);
    return folders
        .flatMap(filesIn)
        .flatMap((name) => /^pulumi-resource-([a-z-]+)(?:\.exe|\.cmd)?$/.exec(name)?.[1] ?? []);
}

function filesIn(folder: string): string[] {
    return attempt(() => readdirSync(folder)) ?? [];
}
