import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

/** Changes with `config.toml`. The file holds tokens, so the state only gets an irreversible hash of it. */
export function configHash(configToml: pulumi.Output<string>, instance?: pulumi.Input<string>): pulumi.Output<string> {
    return pulumi.unsecret(
        pulumi
            .all([configToml, instance])
            .apply(([text, more = ""]) => createHash("sha256").update(text).update(more).digest("hex")),
    );
}
