#!/usr/bin/env bash
# Rewrites every generated file; with --check, fails if one of them differs from its source.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/.cache/bin:$PWD/node_modules/.bin:$PATH"


whole_schema() { # whole_schema <package>
	tsx --eval "import { wholeSchema } from './provider/schema/whole'
		console.log(JSON.stringify(wholeSchema(require('./provider/schema/$1.json'))))"
}

generate() { # generate <folder that stands for the repository root>
	local root=$1 package components
	for package in gitlab gitlab-fleet; do
		gen-sdk <(whole_schema "$package") "$root/sdks/$package"
	done
	tsx dev/scripts/argument-texts.ts "$root"
	tsx dev/scripts/argument-docs.ts "$root"
	tsx dev/scripts/policy-docs.ts "$root"
	components=$(tsx --eval 'import { components } from "./construct/schema"; console.log(JSON.stringify(components))')
	for language in python go dotnet java; do
		gen-sdk <(whole_schema gitlab-fleet) "$root/sdks/$language" "$language" /dev/stdin <<<"$components"
	done
	tsx components/fleet/config/write-schema.ts |
		biome format --stdin-file-path=stacks/fleet.schema.json >"$root/stacks/fleet.schema.json.new"
	mv "$root/stacks/fleet.schema.json.new" "$root/stacks/fleet.schema.json"
	sh dev/toolchain/config-keys/generate.sh "$root"
}

if [ "${1:-}" != --check ]; then
	generate .
	exit
fi

fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
mkdir -p "$fresh"/{sdks,stacks,components/common,core/config-toml,docs/config-toml}
generate "$fresh"
stale=0
while IFS= read -r file; do
	if ! cmp -s "$fresh/$file" "$file"; then
		echo "stale: $file (make generate)" >&2
		stale=1
	fi
done < <(cd "$fresh" && find . -type f | sed 's|^\./||' | sort)
exit $stale
