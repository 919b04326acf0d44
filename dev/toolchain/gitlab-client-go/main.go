// Works through a GitLab with client-go, as a program in Go would. Ends with `ok`, or with what was not as client-go expects it.
//
//	gitlab-client-go <url> <token of an owner of the group apps> <token of somebody outside>
package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	gitlab "gitlab.com/gitlab-org/api/client-go/v2"
)

func main() {
	owner := must(gitlab.NewClient(os.Args[2], gitlab.WithBaseURL(os.Args[1])))
	stranger := must(gitlab.NewClient(os.Args[3], gitlab.WithBaseURL(os.Args[1])))
	group := first(owner.Groups.GetGroup("apps", nil))
	etl := first(owner.Projects.GetProject("apps/etl", nil))
	web := first(owner.Projects.GetProject("apps/web", nil))
	runners(owner, group.ID, web.ID)
	projectRunner(owner, etl.ID, web.ID)
	allowlists(owner, etl.ID, web.ID, group.ID)
	asGraphQL(owner)
	refusals(stranger)
	fmt.Println("ok")
}

// Group runners are made, read, changed, paused, listed page by page, given another token, and deleted.
func runners(gl *gitlab.Client, group, project int64) {
	made := first(gl.Users.CreateUserRunner(&gitlab.CreateUserRunnerOptions{
		RunnerType:  gitlab.Ptr("group_type"),
		GroupID:     &group,
		Description: gitlab.Ptr("one"),
		TagList:     &[]string{"b", "a"},
		RunUntagged: gitlab.Ptr(false),
	}))
	expect("a token of a created runner", made.Token[:5], "glrt-")
	for number := range 24 {
		first(gl.Users.CreateUserRunner(&gitlab.CreateUserRunnerOptions{
			RunnerType:  gitlab.Ptr("group_type"),
			GroupID:     &group,
			Description: gitlab.Ptr(fmt.Sprintf("r%d", number)),
		}))
	}
	read := first(gl.Runners.GetRunnerDetails(made.ID))
	slices.Sort(read.TagList)
	expect("what was created", text(read.Description, read.TagList, read.RunUntagged, read.Paused), "one [a b] false false")
	changed := first(gl.Runners.UpdateRunnerDetails(made.ID, &gitlab.UpdateRunnerDetailsOptions{
		Description:     gitlab.Ptr("two"),
		Paused:          gitlab.Ptr(true),
		TagList:         &[]string{"c"},
		MaximumTimeout:  gitlab.Ptr(int64(3600)),
		AccessLevel:     gitlab.Ptr("ref_protected"),
		MaintenanceNote: gitlab.Ptr("by client-go"),
	}))
	again := first(gl.Runners.GetRunnerDetails(made.ID))
	for title, runner := range map[string]*gitlab.RunnerDetails{"the answer to a change": changed, "what was changed": again} {
		expect(title, text(runner.Description, runner.Paused, runner.TagList, runner.MaximumTimeout, runner.AccessLevel, runner.MaintenanceNote),
			"two true [c] 3600 ref_protected by client-go")
	}

	pages := must(gitlab.ScanAndCollect(func(page gitlab.PaginationOptionFunc) ([]*gitlab.Runner, *gitlab.Response, error) {
		return gl.Runners.ListGroupsRunners(group, &gitlab.ListGroupsRunnersOptions{ListOptions: gitlab.ListOptions{PerPage: 10}}, page)
	}))
	expect("the group's runners on three pages", len(pages), 25)
	paused := first(gl.Runners.ListRunners(&gitlab.ListRunnersOptions{Paused: gitlab.Ptr(true), TagList: &[]string{"c"}}))
	expect("the paused runners with a tag", len(paused), 1)
	_, response, err := gl.Runners.ListProjectRunners(project, &gitlab.ListProjectRunnersOptions{Type: gitlab.Ptr("group_type")})
	check(err)
	expect("the runners that a project of the group has", response.TotalItems, 25)

	token := first(gl.Runners.ResetRunnerAuthenticationToken(made.ID))
	_, err = gl.Runners.VerifyRegisteredRunner(&gitlab.VerifyRegisteredRunnerOptions{Token: &made.Token})
	refused("a token that was reset", err, 403, "Forbidden")
	ok(gl.Runners.VerifyRegisteredRunner(&gitlab.VerifyRegisteredRunnerOptions{Token: token.Token}))
	expect("the manager that only verified", first(gl.Runners.ListRunnerManagers(made.ID))[0].SystemID, "<legacy>")
	expect("jobs", len(first(gl.Runners.ListRunnerJobs(made.ID, nil))), 0)
	ok(gl.Runners.RemoveRunner(made.ID))
	_, err = gl.Runners.RemoveRunner(made.ID)
	refused("a runner that is gone", err, 404, "404 Not Found")
}

// A project's runner is given to another project, and taken from it.
func projectRunner(gl *gitlab.Client, project, other int64) {
	made := first(gl.Users.CreateUserRunner(&gitlab.CreateUserRunnerOptions{
		RunnerType: gitlab.Ptr("project_type"),
		ProjectID:  &project,
	}))
	given := first(gl.Runners.EnableProjectRunner(other, &gitlab.EnableProjectRunnerOptions{RunnerID: made.ID}))
	expect("the runner that was given", given.ID, made.ID)
	_, _, err := gl.Runners.EnableProjectRunner(other, &gitlab.EnableProjectRunnerOptions{RunnerID: made.ID})
	refused("a runner that is given twice", err, 400, "Assign to")
	expect("its projects", len(first(gl.Runners.GetRunnerDetails(made.ID)).Projects), 2)
	ok(gl.Runners.DisableProjectRunner(other, made.ID))
	ok(gl.Runners.RemoveRunner(made.ID))
}

// Both job-token lists are filled and emptied; what is there already, or gone already, is an error.
func allowlists(gl *gitlab.Client, project, other, group int64) {
	scope := gl.JobTokenScope
	ok(scope.PatchProjectJobTokenAccessSettings(project, &gitlab.PatchProjectJobTokenAccessSettingsOptions{Enabled: true}))
	expect("the switch", first(scope.GetProjectJobTokenAccessSettings(project)).InboundEnabled, true)

	entry := first(scope.AddProjectToJobScopeAllowList(project, &gitlab.JobTokenInboundAllowOptions{TargetProjectID: &other}))
	expect("a project's entry", text(entry.SourceProjectID, entry.TargetProjectID), text(project, other))
	_, _, err := scope.AddProjectToJobScopeAllowList(project, &gitlab.JobTokenInboundAllowOptions{TargetProjectID: &other})
	refused("a project that is on the list", err, 400, "already")
	listed := first(scope.GetProjectJobTokenInboundAllowList(project, nil))
	expect("the project and its entry", text(listed[0].ID, listed[1].ID), text(project, other))
	ok(scope.RemoveProjectFromJobScopeAllowList(project, other))
	_, err = scope.RemoveProjectFromJobScopeAllowList(project, other)
	refused("a project that is not on the list", err, 400, "is not in the job token scope")

	added := first(scope.AddGroupToJobTokenAllowlist(project, &gitlab.AddGroupToJobTokenAllowlistOptions{TargetGroupID: &group}))
	expect("a group's entry", text(added.SourceProjectID, added.TargetGroupID), text(project, group))
	expect("the group", first(scope.GetJobTokenAllowlistGroups(project, nil))[0].ID, group)
	ok(scope.RemoveGroupFromJobTokenAllowlist(project, group))
	expect("groups after that", len(first(scope.GetJobTokenAllowlistGroups(project, nil))), 0)
}

func asGraphQL(gl *gitlab.Client) {
	var answer struct {
		Data struct {
			Group struct {
				Runners struct {
					Count int
					Nodes []struct{ Description string }
				}
			}
		}
	}
	_, err := gl.GraphQL.Do(gitlab.GraphQLQuery{
		Query: `query { group(fullPath: "apps") { runners(first: 2, type: GROUP_TYPE) { count nodes { description } } } }`,
	}, &answer)
	check(err)
	expect("a page by GraphQL", text(answer.Data.Group.Runners.Count, len(answer.Data.Group.Runners.Nodes)), "24 2")
}

func refusals(gl *gitlab.Client) {
	_, _, err := gl.Projects.GetProject("apps/etl", nil)
	refused("a project that may not be seen", err, 404, "404 Not Found")
	_, _, err = gl.Users.CreateUserRunner(&gitlab.CreateUserRunnerOptions{RunnerType: gitlab.Ptr("instance_type")})
	refused("a runner of the instance", err, 403, "Insufficient permissions")
	_, _, err = gl.Runners.ListAllRunners(nil)
	refused("all runners", err, 403, "403 Forbidden")
}

func first[T any](value T, _ *gitlab.Response, err error) T { return must(value, err) }

func ok(_ *gitlab.Response, err error) { check(err) }

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		fail("%v", err)
	}
}

func expect[T comparable](what string, got, wanted T) {
	if got != wanted {
		fail("%s: %v, and not %v", what, got, wanted)
	}
}

func refused(what string, err error, status int, words string) {
	var answer *gitlab.ErrorResponse
	if !errors.As(err, &answer) || answer.StatusCode != status || !strings.Contains(err.Error(), words) {
		fail("%s: %v, and not %d with %q", what, err, status, words)
	}
}

func fail(format string, values ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", values...)
	os.Exit(1)
}

func text(values ...any) string { return strings.TrimSpace(fmt.Sprintln(values...)) }
