// One component in plain JavaScript: the minimum cost of any Pulumi program.
const pulumi = require("@pulumi/pulumi");

class Bare extends pulumi.ComponentResource {
    constructor(name) {
        super("bare:index:Bare", name);
        this.registerOutputs({});
    }
}

new Bare("one");
