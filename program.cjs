// Where `pulumi up` starts: loads index.ts through tsx, whichever way a Pulumi CLI hands options to Node.js.
require("tsx/cjs");
module.exports = require("./index.ts");
