// The published @pulumi/gitlab where the project has it, so that its resources and ours are of one class; else the part of
// it that this package brings.
function load() {
    try {
        return require("@pulumi/gitlab");
    } catch (error) {
        if (error.code !== "MODULE_NOT_FOUND" || !/'@pulumi\/gitlab'/.test(error.message)) throw error;
        return require("./sdks/gitlab");
    }
}

module.exports = load();
