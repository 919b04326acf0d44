import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { toJsonSchema } from "./json-schema";

// Run by `npm run schema`; a test fails while the file is stale.
writeFileSync(path.join(__dirname, "../../stacks/fleet.schema.json"), toJsonSchema());
