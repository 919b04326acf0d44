import * as pulumi from "@pulumi/pulumi";
import { isKnownTable } from "../../core/config-toml/check-values";
import type { KeySpec } from "../../core/config-toml/key-table";
import { hiddenText } from "../../core/config-toml/secret-leaves";
import { hidden, type Settings, shown, shownTable } from "../../core/config-toml/settings";
import type { ServedFacts, UncheckedConfig, UncheckedWorker } from "../../core/config-toml/types";
import { isKnownLater } from "../../core/values";
import { isNotedSecret } from "../common/known-secrets";

/**
 * What a manager's `config.toml` will contain, with `[secret]` in place of each secret. Takes the arguments as they
 * were written: once outputs are combined, nobody can tell which of them was secret.
 */
export function settingsOf({ global, workers }: UncheckedConfig): Settings {
    const tables = workers.map(({ name, url, config }, index) => {
        const table = isKnownTable(config) ? { url, ...config } : config;
        return [nameOf({ name, config }, index), shownTable(table, "WorkerTable", hideSecrets)] as const;
    });
    return { global: shownTable(global, "GlobalTable", hideSecrets), workers: Object.fromEntries(tables) };
}

/** Which runner each worker serves, and what is known about it, by the workers' names in the settings. */
export function servesOf(
    { workers }: UncheckedConfig,
    runners: readonly { name: string; servedFacts: ServedFacts }[],
): Record<string, ServedFacts & { runner: string }> {
    const entries = runners.map(({ name, servedFacts }, index) => {
        return [nameOf(workers[index]!, index), { runner: name, ...servedFacts }] as const;
    });
    return Object.fromEntries(entries);
}

/** The name of a worker in `config.toml`. A secret cannot be the name: Pulumi shows the keys of a map in any case. */
function nameOf({ name, config }: Pick<UncheckedWorker, "name" | "config">, index: number): string {
    if (!isKnownTable(config) || typeof config.name !== "string") return name;
    return isNotedSecret(config.name) ? `${name} (${index + 1})` : config.name;
}

function hideSecrets(value: unknown, key: string, spec: KeySpec | undefined): unknown {
    if (isKnownLater(value)) return ofOutput(value, key, spec);
    return typeof value === "string" && isNotedSecret(value) ? hiddenText(value, key) : undefined;
}

function ofOutput(value: unknown, key: string, spec: KeySpec | undefined): unknown {
    const output = pulumi.output(value);
    return pulumi.unsecret(
        pulumi
            .all([output, pulumi.isSecret(output)])
            .apply(([known, secret]) => (secret ? hidden(known, key) : shown(known, key, spec, hideSecrets))),
    );
}
