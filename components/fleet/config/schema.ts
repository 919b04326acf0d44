import { flag, text, whole } from "../../common/kinds";
import { mapOf } from "../../common/maps";
import { anything, listOf, type Shape } from "../../common/shape";
import type { FleetConfig, GitLabConfig } from "../args";
import { FLEET_SHAPE } from "../problems";

/** What stands below `gitlab-fleet:` and is no part of the fleet. */
export const BESIDE_FLEET: Shape<Pick<FleetConfig, "extends" | "movedFrom">> = {
    extends: listOf(text),
    movedFrom: text,
};

/** The keys below `gitlab-fleet:`, without that prefix. */
export const FLEET_KEYS: Shape<FleetConfig> = {
    extends: BESIDE_FLEET.extends,
    ...FLEET_SHAPE,
    movedFrom: BESIDE_FLEET.movedFrom,
};

const secret = anything<string>({
    anyOf: [
        { type: "string" },
        {
            type: "object",
            properties: { secure: { type: "string" } },
            required: ["secure"],
            additionalProperties: false,
        },
    ],
});

/** The keys below `gitlab:`, without that prefix: what the published gitlab package can be told. */
export const GITLAB_KEYS: Shape<GitLabConfig> = {
    baseUrl: text,
    token: secret,
    insecure: flag,
    cacertFile: text,
    headers: mapOf(secret),
    clientCert: text,
    clientKey: text,
    retries: whole(0),
    earlyAuthCheck: flag,
    configFile: text,
    context: text,
    enableAutoCiSupport: flag,
    compareWithGitlab: flag,
};
