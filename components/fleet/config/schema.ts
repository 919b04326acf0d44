import * as z from "zod";
import { describedMap } from "../../common/described";
import { anything, flag, listOf, mapOf, type Shape, type Shaping, shaped, text } from "../../common/shape";
import type { FleetConfig, GitLabConfig } from "../args";
import { FLEET_SHAPE } from "../problems";

const to: Shaping = { z, map: describedMap };

/** Arguments in a stack's configuration; `name` is that of their doc comments. */
export function schemaOf<T>(name: Parameters<Shaping["map"]>[0], shape: Shape<T>): z.ZodObject & z.ZodType<T> {
    return shaped(name, shape).schema(to) as z.ZodType as z.ZodObject & z.ZodType<T>;
}

/** The keys below `gitlab-fleet:`, without that prefix. */
export const fleetConfig = schemaOf<FleetConfig>("fleet", {
    extends: listOf(text),
    ...FLEET_SHAPE,
    movedFrom: text,
});

const secret = anything<string>(
    () => z.union([z.string(), z.strictObject({ secure: z.string() })]) as z.ZodType as z.ZodType<string>,
);

/** The keys below `gitlab:`, without that prefix: what the published gitlab package can be told. */
export const gitlabConfig = schemaOf<GitLabConfig>("gitlab", {
    baseUrl: text,
    token: secret,
    insecure: flag,
    cacertFile: text,
    headers: mapOf(secret),
    clientCert: text,
    clientKey: text,
    retries: anything(() => z.int().min(0)),
    earlyAuthCheck: flag,
    configFile: text,
    context: text,
    enableAutoCiSupport: flag,
    compareWithGitlab: flag,
});
