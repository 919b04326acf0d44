// Declares components for programs in other languages, inside the plugin. It is a separate bundle, which the plugin
// loads for the first component: it takes a second to load with Pulumi's runtime, and a TypeScript program never needs
// it.
import type * as pulumi from "@pulumi/pulumi";
import { serializeResourceProperties } from "@pulumi/pulumi/runtime/rpc";
import { inRun } from "../components/common/per-program";
import { noteProjectFolder } from "../components/common/project-folder";
import type { Construct, Constructed, ConstructRequest, WireValue } from "../core/construct";
import { COMPONENTS } from "./components";
import { failing, onUnhandled } from "./failures";
import { toArguments } from "./inputs";
import { type Providers, toOptions } from "./options";
import { findProjectFolder } from "./project";
import { allRegistered, settled, withRuntime } from "./runtime";

process.on("unhandledRejection", onUnhandled);

/** One run of a program. */
interface Run {
    /** Its components, by URN. */
    components: Map<string, pulumi.ComponentResource>;
    providers: Providers;
}

const runs = new Map<string, Run>();

export const construct: Construct = (request) =>
    withRuntime(request, () => {
        const run = runOf(request);
        return inRun(run, () => declare(request, run));
    });

/** Components with the same monitor belong to the same run. */
function runOf({ monitor }: ConstructRequest): Run {
    const known = runs.get(monitor) ?? { components: new Map(), providers: new Map() };
    runs.set(monitor, known);
    return known;
}

async function declare({ type, name, inputs, options }: ConstructRequest, run: Run): Promise<Constructed> {
    const kind = COMPONENTS[type];
    if (kind === undefined) {
        throw new Error(`This plugin has no component "${type}". It has ${Object.keys(COMPONENTS).join(", ")}.`);
    }
    noteProjectFolder(findProjectFolder(process.cwd()));
    const args = toArguments(inputs, (urn) => run.components.get(urn));
    const label = `${type.slice(type.lastIndexOf(":") + 1)} ${JSON.stringify(name)}`;
    return failing(label, async (watch) => {
        const component = kind.make(name, args, toOptions(options, run.providers));
        watch(component);
        const urn = await settled(component.urn);
        run.components.set(urn, component);
        const state = await toState(name, kind.outputs(component));
        await allRegistered();
        return { urn, ...state };
    });
}

async function toState(name: string, outputs: pulumi.Inputs): Promise<Pick<Constructed, "state" | "dependencies">> {
    const [state, resources] = await serializeResourceProperties(name, outputs);
    const dependencies = await Promise.all(
        [...resources].map(async ([key, all]) => [key, await Promise.all([...all].map(({ urn }) => settled(urn)))]),
    );
    return { state: state as Record<string, WireValue>, dependencies: Object.fromEntries(dependencies) };
}
