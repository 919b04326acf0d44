import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { stringify } from "yaml";
import { jobsOf, makeNamespace, startWorld, type World } from "../../tests/e2e/kubernetes/world";
import { PulumiStack, root } from "../scripts/pulumi";
import { besideBare, inTurns, ROUNDS, timed } from "./beside-bare";
import type { Measurement } from "./main";

const MANAGERS = 20;
const rows = besideBare("@pulumi/kubernetes", 1.3);

export const about =
    `${MANAGERS} managers with a runner each, on a real API server, beside the very same objects declared with bare @pulumi/kubernetes. ` +
    "The fleet also looks at its runners in the sandbox. No pod runs, so nothing is waited for. " +
    `In turns; \`up\` once from nothing, the others ${ROUNDS} times, the fastest of each.`;

/** The cost of a fleet of managers on Kubernetes, compared with only their objects. */
export async function run(): Promise<Measurement[]> {
    const others = Array.from({ length: MANAGERS - 1 }, (_, index) => `ci-${String(index + 2).padStart(2, "0")}`);
    const world = await startWorld({ declared: { beside: Object.fromEntries(others.map((name) => [name, {}])) } });
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-fleet-bench-"));
    try {
        const fleetUp = await timed(world.stack, ["up", "--yes", "--skip-preview"]);
        const bare = await bareStack(world, folder);
        const bareUp = await timed(bare, ["up", "--yes", "--skip-preview"]);
        const preview = await inTurns(bare, world.stack, ["preview", "--expect-no-changes"]);
        return [...rows("up from nothing", bareUp, fleetUp, false), ...rows("no-op preview", ...preview)];
    } finally {
        await world.close();
        fs.rmSync(folder, { recursive: true, force: true });
    }
}

/** A stack that declares the fleet's objects in separate namespaces. */
async function bareStack(world: World, folder: string): Promise<PulumiStack> {
    const namespace = `${world.namespace}-bare`;
    for (const name of [namespace, jobsOf(namespace)]) await makeNamespace(world.api, name);
    const exported = await world.stack.run(["stack", "export", "--show-secrets"]);
    const text = exported.stdout
        .replaceAll(`"${world.namespace}"`, `"${namespace}"`)
        .replaceAll(`"${world.jobs}"`, `"${jobsOf(namespace)}"`);
    const { resources } = JSON.parse(text).deployment as { resources: { type: string; urn: string; inputs: object }[] };
    const inputs = resources.map(({ type, urn, inputs }) => ({
        type,
        name: urn.split("::").at(-1),
        inputs: plain(inputs),
    }));
    const objects = path.join(folder, "objects.json");
    fs.writeFileSync(
        objects,
        JSON.stringify({
            provider: inputs.find(({ type }) => type === "pulumi:providers:kubernetes")!.inputs,
            objects: inputs.filter(({ type }) => type.startsWith("kubernetes:")),
        }),
    );
    const stack = new PulumiStack({
        folder,
        stack: "bare",
        project: path.join(root, "dev/bench/bare-kubernetes"),
        env: { KUBECONFIG: world.cluster.kubeconfig, PULUMI_IGNORE_AMBIENT_PLUGINS: "true" },
        config: stringify({ config: { "bare-kubernetes:objects": objects } }),
    });
    await stack.init();
    return stack;
}

/**
 * Inputs as a program would write them: secrets in plain text, and without additions by the engine and the provider.
 */
function plain(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== "object" || value === null) return value;
    if ("plaintext" in value) return plain(JSON.parse(value.plaintext as string));
    const own = Object.entries(value).filter(([key]) => !key.startsWith("__"));
    return Object.fromEntries(own.map(([key, each]) => [key, plain(each)]));
}
