import { expect } from "chai";
import { type Props, UNKNOWN, type Value } from "../../core/props";
import { packages } from "../../provider/packages";
import { type Plugin, startPlugin } from "../helpers/plugin";
import { rejection } from "../helpers/rejection";

interface Inputs {
    inputProperties?: Record<string, { type?: string }>;
    requiredInputs?: string[];
}

const SAMPLES: Record<string, Value> = { string: "x", integer: 1, boolean: true, array: [], object: {} };
/** What JavaScript says where a value was taken for another kind. */
const OURS = /Symbol|Cannot (read|convert)|is not a function|is not iterable/;

describe("what no compiler has looked at", () => {
    for (const [name, pack] of Object.entries(packages)) {
        it(`never ends a preview in a failure of ours, whichever input is not known yet: ${name}`, async () => {
            const plugin = await startPlugin(name as "gitlab", {
                baseUrl: "http://127.0.0.1:1",
                token: "x",
                retries: 0,
            });
            try {
                for (const [type, resource] of Object.entries(pack.schema.resources as Record<string, Inputs>)) {
                    for (const inputs of withOneUnknown(resource)) {
                        expect(await saidOf(plugin, type, inputs), `${type} ${Object.keys(inputs)}`).to.not.match(OURS);
                    }
                }
            } finally {
                await plugin.close();
            }
        });
    }

    it("tells of a resource without what it needs that a part of the program may have been left out", async () => {
        const plugin = await startPlugin("gitlab-fleet", { baseUrl: "http://127.0.0.1:1", token: "x", retries: 0 });
        try {
            const { failures } = await plugin.check("RunnerToken", { runnerType: "instance_type" });
            expect(failures.map(({ reason }) => reason)).to.deep.equal([
                "runnerId is missing. Set it. Does it come from another resource? Then --target or --exclude leaves out what is not made yet: run it without them.",
            ]);
        } finally {
            await plugin.close();
        }
    });

    it("tells a program that asks a function without what it needs, which only TypeScript's compiler does", async () => {
        const plugin = await startPlugin("gitlab-fleet", { baseUrl: "http://127.0.0.1:1", token: "x", retries: 0 });
        try {
            const { message } = await rejection(plugin.invoke("findRunner", { description: "my-runner", runner: 7 }));
            expect(message.split(": ").at(-1)).to.equal(
                "runnerType is missing. Set it.\nowner is missing. Set it.\nrunner must be a text (got a number). Correct it.",
            );
        } finally {
            await plugin.close();
        }
    });
});

function withOneUnknown({ inputProperties = {}, requiredInputs = [] }: Inputs): Props[] {
    const required = requiredInputs.map((key) => [key, SAMPLES[inputProperties[key]?.type ?? "object"]!]);
    return Object.keys(inputProperties).map((key) => ({ ...Object.fromEntries(required), [key]: UNKNOWN }));
}

async function saidOf(plugin: Plugin, type: string, inputs: Props): Promise<string> {
    const checked = await plugin.check(type, inputs);
    if (checked.failures.length > 0) return "";
    return plugin.create(type, inputs, { preview: true }).then(
        () => "",
        (error: Error) => error.message,
    );
}
