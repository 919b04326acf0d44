// The objects of the fleet's managers, declared with nothing but @pulumi/kubernetes, as the baseline of
// `dev/bench/kubernetes.bench.ts`. A file lists the objects, with their inputs from the fleet's state.
const { readFileSync } = require("node:fs");
const kubernetes = require("@pulumi/kubernetes");
const pulumi = require("@pulumi/pulumi");

const config = new pulumi.Config();
const { provider: args, objects } = JSON.parse(readFileSync(config.require("objects"), "utf8"));
const provider = new kubernetes.Provider("kubernetes", args);

for (const { type, name, inputs } of objects) {
    const [, group, version, kind] = /^kubernetes:([\w-]+)[\w.-]*\/(\w+):(\w+)$/.exec(type);
    const secrets = inputs.data === undefined ? {} : { data: pulumi.secret(inputs.data) };
    new kubernetes[group][version][kind](name, { ...inputs, ...secrets }, { provider });
}
