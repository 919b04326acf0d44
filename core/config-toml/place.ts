import { error, type Problem } from "../problems";
import { memberOf } from "../values";

/** A place in a configuration under check: collects the problems there, and leads to the places below. */
export class Place {
    /** @param header the place's table, as in config.toml: `runners.docker`; empty at the top */
    constructor(
        private readonly problems: Problem[],
        readonly path: string,
        readonly header = "",
    ) {}

    /** The place under a key, and under further keys below it. */
    at(...keys: (string | number)[]): Place {
        // All items of a list of tables have the list's header.
        const parts = [this.header, ...keys].filter((part) => typeof part === "string" && part !== "");
        return new Place(this.problems, memberOf(this.path, ...keys), parts.join("."));
    }

    /** Reports a problem here: what is wrong, what was given, and what to do. */
    refuse(message: string): void {
        this.problems.push(error(this.path, message));
    }
}
