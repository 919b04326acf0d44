// The published @pulumi/gitlab, if the project has it, so that its resources and ours share their classes; otherwise
// the part of it that this package contains. A copy in a folder above the project, with another @pulumi/pulumi, does
// not count as the project's.
const { createRequire } = require("node:module");

function load() {
    const theirs = find();
    return theirs !== undefined && sharesPulumi(theirs) ? require(theirs) : require("./sdks/gitlab");
}

function find() {
    try {
        return require.resolve("@pulumi/gitlab");
    } catch (error) {
        if (error.code !== "MODULE_NOT_FOUND") throw error;
        return undefined;
    }
}

function sharesPulumi(file) {
    return createRequire(file).resolve("@pulumi/pulumi") === require.resolve("@pulumi/pulumi");
}

const gitlab = load();
if (typeof gitlab.UserRunner !== "function") {
    const { version } = require("@pulumi/gitlab/package.json");
    throw new Error(
        `gitlab-fleet needs @pulumi/gitlab 8.0.0 or newer, or none (this project has ${version}, which has no UserRunner). Update it, or take it out.`,
    );
}
module.exports = gitlab;
