#!/usr/bin/env bash
# Tests this repository's assumptions about GitLab against a GitLab in a container, and removes it again: docs/acceptance.md.
#   GITLAB_VERSION=18.11.0-ce.0 ci/acceptance.sh
set -euo pipefail
cd "$(dirname "$0")/.."
export GITLAB_ROOT_PASSWORD GITLAB_TOKEN GROUP=scratch
GITLAB_ROOT_PASSWORD=$(openssl rand -hex 16)
GITLAB_TOKEN=glpat-$(openssl rand -hex 10)
export GITLAB_URL=http://${GITLAB_HOST:-localhost}:8929
compose() { docker compose --project-name gitlab-fleet-acceptance --file ci/acceptance.compose.yml "$@"; }
trap 'compose down --volumes --timeout 5' EXIT

# Waits until GitLab answers.
compose up --detach --wait --wait-timeout 1200
# The token lives as long as the container. It is passed in the environment, so that no process list shows it.
compose exec -T --env GITLAB_TOKEN gitlab gitlab-rails runner '
  token = User.find_by_username("root").personal_access_tokens.build(name: "acceptance", scopes: ["api"], expires_at: 1.day.from_now)
  token.set_token(ENV["GITLAB_TOKEN"])
  token.save!'
curl --fail --silent --show-error --output /dev/null --config - --json '{"name": "scratch", "path": "scratch"}' "$GITLAB_URL/api/v4/groups" \
	<<<"header = \"PRIVATE-TOKEN: $GITLAB_TOKEN\""
make acceptance BY="${BY:-ci/acceptance.sh, gitlab-ce ${GITLAB_VERSION:-latest} in a container}"
