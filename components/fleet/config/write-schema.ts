import { toJsonSchema } from "./json-schema";

// Run by `make generate`, which formats it and puts it where editors look; a test fails while the file is stale.
process.stdout.write(toJsonSchema());
