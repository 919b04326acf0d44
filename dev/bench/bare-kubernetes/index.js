// The same objects as those of the fleet's managers, declared with nothing but @pulumi/kubernetes: what
// `dev/bench/kubernetes.bench.ts` compares with. Which they are stands in a file: the inputs of each, from the fleet's state.
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
