import { toJsonSchema } from "./json-schema";

// Run by `make generate`, which formats the output and puts it where editors look. A test fails if that file is stale.
process.stdout.write(toJsonSchema());
