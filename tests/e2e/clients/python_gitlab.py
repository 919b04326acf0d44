"""Works through the sandbox with PyPI's python-gitlab. Ends with `ok`, or with the assertion that failed."""

import sys

import gitlab

url, owner, admin, stranger = sys.argv[1:]
gl = gitlab.Gitlab(url, private_token=owner)
gl.auth()
assert gl.user.username == "owner", gl.user
assert gl.version()[0].endswith("-ee"), gl.version()
assert gl.personal_access_tokens.get("self").scopes == ["api"]

# Runners: create, read, change, list, reset, delete.
created = gl.user.runners.create({"runner_type": "group_type", "group_id": 1, "tag_list": "a,b", "description": "one"})
assert created.token.startswith("glrt-"), created
runner = gl.runners.get(created.id)
assert runner.description == "one" and sorted(runner.tag_list) == ["a", "b"], runner
runner.description = "two"
runner.tag_list = ["c"]
runner.save()
assert gl.runners.get(created.id).tag_list == ["c"]
for number in range(24):
    gl.user.runners.create({"runner_type": "group_type", "group_id": 1, "description": f"r{number}"})
group = gl.groups.get("apps")
assert len(group.runners.list(get_all=True)) == 25
page = gl.runners.list(per_page=10, page=2, iterator=True)
assert page.total == 25 and page.total_pages == 3 and page.next_page == 3, page.total
assert [r.description for r in gl.runners.list(tag_list="c", get_all=True)] == ["two"]
assert gl.runners.list(status="online", get_all=True) == []
gl.runners.verify(created.token)
assert [r.id for r in gl.runners.list(status="online", get_all=True)] == [created.id]
assert runner.jobs.list(get_all=True) == []
gl.runners.delete(created.id)
try:
    gl.runners.get(created.id)
    raise AssertionError("the deleted runner is still there")
except gitlab.exceptions.GitlabGetError as error:
    assert error.response_code == 404, error
try:
    gl.runners_all.list(get_all=True)
    raise AssertionError("a plain user listed all runners")
except gitlab.exceptions.GitlabListError as error:
    assert error.response_code == 403, error
assert len(gitlab.Gitlab(url, private_token=admin).runners_all.list(get_all=True)) == 24

# Project runners: assign and unassign.
own = gl.user.runners.create({"runner_type": "project_type", "project_id": 1})
web = gl.projects.get("apps/web")
web.runners.create({"runner_id": own.id})
assert own.id in [r.id for r in web.runners.list(get_all=True)]
web.runners.delete(own.id)

# Job-token allowlist.
etl = gl.projects.get("apps/etl")
scope = etl.job_token_scope.get()
assert scope.inbound_enabled is True, scope
scope.refresh()
etl.job_token_scope.update(new_data={"enabled": True})
scope.allowlist.create({"target_project_id": web.id})
assert [p.id for p in scope.allowlist.list(get_all=True)] == [etl.id, web.id]
scope.allowlist.delete(web.id)
scope.groups_allowlist.create({"target_group_id": group.id})
assert [g.name for g in scope.groups_allowlist.list(get_all=True)] == ["apps"]
scope.groups_allowlist.delete(group.id)
try:
    scope.allowlist.create({"target_project_id": 4})
    raise AssertionError("an invisible project was added")
except gitlab.exceptions.GitlabCreateError as error:
    assert error.response_code == 400 and "does not exist or you don't have permission" in error.error_message, error

# Who may not see, does not see; who is not known, is refused.
try:
    gitlab.Gitlab(url, private_token=stranger).projects.get("apps/etl")
    raise AssertionError("a stranger sees a private project")
except gitlab.exceptions.GitlabGetError as error:
    assert error.response_code == 404 and error.error_message == "404 Project Not Found", error
try:
    gitlab.Gitlab(url, private_token="nonsense").auth()
    raise AssertionError("an unknown token was taken")
except gitlab.exceptions.GitlabAuthenticationError as error:
    assert error.response_code == 401, error

settings = gitlab.Gitlab(url, private_token=admin).settings.get()
settings.enforce_ci_inbound_job_token_scope_enabled = False
settings.save()
etl.job_token_scope.update(new_data={"enabled": False})
assert etl.job_token_scope.get().inbound_enabled is False

print("ok")
