// One component in plain JavaScript: what any Pulumi program costs before it does anything.
const pulumi = require("@pulumi/pulumi");

class Bare extends pulumi.ComponentResource {
    constructor(name) {
        super("bare:index:Bare", name);
        this.registerOutputs({});
    }
}

new Bare("one");
