import * as z from "zod";
import { fleetConfig, gitlabConfig } from "./schema";

/** JSON Schema of a `stacks/Pulumi.<stack>.yaml`, for editors. */
export function toJsonSchema(): string {
    const config = z.looseObject({
        ...withPrefix("gitlab:", gitlabConfig.shape),
        ...withPrefix("gitlab-fleet:", fleetConfig.shape),
    });
    const schema = z.toJSONSchema(z.looseObject({ config: config.optional() }), { target: "draft-7" });
    return `${JSON.stringify(schema, undefined, 2)}\n`;
}

function withPrefix<T>(prefix: string, shape: Record<string, T>): Record<string, T> {
    return Object.fromEntries(Object.entries(shape).map(([key, value]) => [prefix + key, value]));
}
