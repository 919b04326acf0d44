import { flag, text, whole } from "../../common/kinds";
import { mapOf } from "../../common/maps";
import { anything, listOf, type Shape } from "../../common/shape";
import type { FleetConfig, GitLabConfig } from "../args";
import { FLEET_SHAPE } from "../problems";

/** The keys below `gitlab-fleet:`, without that prefix. */
export const FLEET_KEYS: Shape<FleetConfig> = {
    extends: listOf(text),
    ...FLEET_SHAPE,
    movedFrom: text,
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

/** The keys below `gitlab:`, without that prefix: those that the published gitlab package takes. */
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
