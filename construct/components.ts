import * as pulumi from "@pulumi/pulumi";
import { ExclusiveRunners, Fleet, JobTokenAllowlist, RegistryAccess, Runner, RunnerManager } from "../components";
import { mapValues } from "../core/values";

type Options = pulumi.ComponentResourceOptions;

/** A component that programs in other languages declare. */
interface Kind<C extends pulumi.ComponentResource = pulumi.ComponentResource> {
    make(name: string, args: unknown, options: Options): C;
    /** The outputs for the program. Each must be a top-level output: Pulumi loses outputs nested in others. */
    outputs(component: C): Record<string, pulumi.Input<unknown>>;
}

/** The components by type. */
export const COMPONENTS: Record<string, Kind> = {
    "gitlab-fleet:index:Fleet": kind({
        make: (...all) => new Fleet(...(all as ConstructorParameters<typeof Fleet>)),
        outputs: ({ runnerIds, tokens, configPaths, allowlists }) => ({
            runnerIds: pulumi.all(runnerIds),
            tokens: pulumi.secret(pulumi.all(tokens)),
            configPaths: pulumi.all(configPaths),
            allowedProjectIds: pulumi.all(mapValues(allowlists, ({ projects }) => projects)),
            allowedGroupIds: pulumi.all(mapValues(allowlists, ({ groups }) => groups)),
        }),
    }),
    "gitlab-fleet:index:Runner": kind({
        make: (...all) => new Runner(...(all as ConstructorParameters<typeof Runner>)),
        outputs: ({ id, token, tokenObtainedAt, tokenExpiresAt }) => ({
            runnerId: id,
            token: pulumi.secret(token),
            tokenObtainedAt,
            tokenExpiresAt,
        }),
    }),
    "gitlab-fleet:index:RunnerManager": kind({
        make: (...all) => new RunnerManager(...(all as ConstructorParameters<typeof RunnerManager>)),
        outputs: ({ systemId, configPath, configToml }) => ({ systemId, configPath, configToml }),
    }),
    "gitlab-fleet:index:JobTokenAllowlist": kind({
        make: (...all) => new JobTokenAllowlist(...(all as ConstructorParameters<typeof JobTokenAllowlist>)),
        outputs: idsOf,
    }),
    "gitlab-fleet:index:RegistryAccess": kind({
        make: (...all) => new RegistryAccess(...(all as ConstructorParameters<typeof RegistryAccess>)),
        outputs: ({ allowlist }) => idsOf(allowlist),
    }),
    "gitlab-fleet:index:ExclusiveScope": kind({
        make: (...all) => new ExclusiveRunners(...(all as ConstructorParameters<typeof ExclusiveRunners>)),
        outputs: ({ foundCount }) => ({ foundCount }),
    }),
};

function idsOf({ projectId, targetProjectIds, targetGroupIds }: JobTokenAllowlist) {
    return { projectId, targetProjectIds, targetGroupIds };
}

/** Inside a component's entry, the compiler knows its type; outside, all entries are alike. */
function kind<C extends pulumi.ComponentResource>(one: Kind<C>): Kind {
    return one as unknown as Kind;
}
