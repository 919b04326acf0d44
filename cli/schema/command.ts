import { Command } from "commander";
import { toJsonSchema } from "../../components/fleet/config/json-schema";
import { writePage } from "../files";
import type { Io } from "../io";

/** `gitlab-fleet schema`: prints the JSON Schema with which editors complete and check a stack's file. */
export function schemaCommand(io: Io): Command {
    return new Command("schema")
        .argument("[file]", "where to write it. Default: standard output")
        .action((file: string | undefined) => {
            if (file === undefined) io.out(toJsonSchema());
            else writePage(file, toJsonSchema());
        });
}
