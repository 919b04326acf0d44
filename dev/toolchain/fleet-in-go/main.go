// A fleet in Go, with every component and what it takes of the others. Compiled and run by the tests.
package main

import (
	"gitlab-fleet/sdks/go/gitlabfleet"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		runner, err := gitlabfleet.NewRunner(ctx, "docker-small", &gitlabfleet.RunnerArgs{
			Scope: gitlabfleet.RunnerScopeArgs{Group: pulumi.String("apps")},
			Tags:  pulumi.StringArray{pulumi.String("docker")},
		})
		if err != nil {
			return err
		}
		manager, err := gitlabfleet.NewRunnerManager(ctx, "ci-01", &gitlabfleet.RunnerManagerArgs{
			Placement: gitlabfleet.PlacementArgs{Directory: pulumi.String(config.Require(ctx, "fleet:directory"))},
			Config:    pulumi.Map{"concurrent": pulumi.Int(4)},
			Workers: gitlabfleet.WorkerArray{gitlabfleet.WorkerArgs{
				Runner: runner,
				Config: pulumi.Map{"executor": pulumi.String("shell")},
			}},
		})
		if err != nil {
			return err
		}
		allowlist, err := gitlabfleet.NewJobTokenAllowlist(ctx, "poetry", &gitlabfleet.JobTokenAllowlistArgs{
			Project: pulumi.String("containers/poetry"),
			Allow:   gitlabfleet.AllowedJobsArgs{Projects: pulumi.Array{pulumi.String("apps/etl")}},
		})
		if err != nil {
			return err
		}
		_, err = gitlabfleet.NewExclusiveScope(ctx, "apps", &gitlabfleet.ExclusiveScopeArgs{
			Scope:   gitlabfleet.ExclusivePlaceArgs{Group: pulumi.String("apps")},
			Runners: gitlabfleet.RunnerArray{runner},
		})
		if err != nil {
			return err
		}
		_, err = gitlabfleet.NewRegistryAccess(ctx, "tool", &gitlabfleet.RegistryAccessArgs{
			Producer:  pulumi.String("other/tool"),
			Consumers: gitlabfleet.AllowedJobsArgs{Groups: pulumi.Array{pulumi.String("apps")}},
		})
		if err != nil {
			return err
		}
		fleet, err := gitlabfleet.NewFleet(ctx, "fleet", &gitlabfleet.FleetArgs{
			Runners: gitlabfleet.FleetRunnerMap{
				"docker-large": gitlabfleet.FleetRunnerArgs{Scope: gitlabfleet.RunnerScopeArgs{Project: pulumi.String("other/tool")}},
			},
		})
		if err != nil {
			return err
		}
		ctx.Export("token", runner.Token)
		ctx.Export("runnerId", runner.RunnerId)
		ctx.Export("configPath", manager.ConfigPath)
		ctx.Export("projects", allowlist.TargetProjectIds)
		ctx.Export("tokens", fleet.Tokens)
		return nil
	})
}
