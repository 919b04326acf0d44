#!/bin/sh
# Stands in for Python at Pulumi's Python host (PULUMI_PYTHON_CMD) and starts a compiled Go program in its place, because Go's own
# host cannot be had here. Both are told the same, a Python program by flags and a Go program by its environment.
case $1 in
*pulumi-language-python-exec) ;;
--version) echo "Python 3.11.0" && exit ;;
# The list of installed packages.
*) echo "[]" && exit ;;
esac
shift
while [ $# -gt 1 ]; do
	case $1 in
	--monitor) export PULUMI_MONITOR="$2" ;;
	--engine) export PULUMI_ENGINE="$2" ;;
	--project) export PULUMI_PROJECT="$2" ;;
	--stack) export PULUMI_STACK="$2" ;;
	--dry_run) export PULUMI_DRY_RUN="$2" ;;
	--parallel) export PULUMI_PARALLEL="$2" ;;
	--pwd) cd "$2" || exit 1 ;;
	esac
	shift 2
done
export PULUMI_ORGANIZATION=organization
exec "$GO_PROGRAM"
