// The plugin as Pulumi's Node.js host runs it out of a checkout (PulumiPlugin.yaml): its arguments are the engine's alone.
"use strict";
process.argv.splice(2, 0, "gitlab-fleet");
require("./bin/start.cjs");
