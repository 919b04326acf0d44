/** The instance itself: version and settings. */
import type { Answers, Entities } from "./fields";

export const entities: Entities = {
    Metadata: { version: "text", revision: "text", kas: "Kas", enterprise: "bool" },
    Kas: { enabled: "bool", externalUrl: "text|null", externalK8sProxyUrl: "text|null", version: "text|null" },
    Settings: {
        id: "int",
        enforce_ci_inbound_job_token_scope_enabled: "bool",
        allow_runner_registration_token: "bool",
        valid_runner_registrars: "text[]",
        runner_token_expiration_interval: "int|null",
        group_runner_token_expiration_interval: "int|null",
        project_runner_token_expiration_interval: "int|null",
        instance_token_prefix: "text",
    },
};

export const answers: Answers = {
    "GET /version": "Metadata",
    "GET /metadata": "Metadata",
    "GET /application/settings": "Settings",
    "PUT /application/settings": "Settings",
};
