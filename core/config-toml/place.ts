import { error, type Problem } from "../problems";
import { memberOf } from "../values";

/** A place in a configuration that is checked: it takes what is wrong there, and leads to the places below it. */
export class Place {
    /** @param header its table as it stands in config.toml: `runners.docker`; empty at the top */
    constructor(
        private readonly problems: Problem[],
        readonly path: string,
        readonly header = "",
    ) {}

    /** What stands there under a key, and further keys below that. */
    at(...keys: (string | number)[]): Place {
        // Items of a list of tables all have its header.
        const parts = [this.header, ...keys].filter((part) => typeof part === "string" && part !== "");
        return new Place(this.problems, memberOf(this.path, ...keys), parts.join("."));
    }

    /** Says what is wrong there, what came in, and what to do. */
    refuse(message: string): void {
        this.problems.push(error(this.path, message));
    }
}
