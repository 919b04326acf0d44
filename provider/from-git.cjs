// Starts the plugin from a checkout through Pulumi's Node.js host (PulumiPlugin.yaml), which passes only the engine's
// arguments.
"use strict";
process.argv.splice(2, 0, "gitlab-fleet");
require("./bin/start.cjs");
