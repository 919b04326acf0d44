// Written by dev/scripts/argument-texts.ts (make generate).

/** What the doc comment of each argument says, by interface and name. */
export const ARGUMENT_TEXTS = {
    "gitlab": {
        "baseUrl": "Base URL of GitLab's REST API, with `/api/v4/`. Default: `GITLAB_BASE_URL`, else gitlab.com.",
        "token": "Personal, group or project access token, or an OAuth access token. Set it with `pulumi config set --secret gitlab:token`. A token in the environment variable `GITLAB_TOKEN` overrides it. Default: `GITLAB_TOKEN`.",
        "insecure": "Accept any TLS certificate. Default: false.",
        "cacertFile": "File with certificates of additional authorities to trust.",
        "headers": "Additional headers for every request, by name.",
        "clientCert": "PEM certificate file to present to GitLab, or to a proxy in front of it.",
        "clientKey": "File with the PEM key for `clientCert`.",
        "retries": "How often to retry a request that is safe to repeat. Default: 4.",
        "earlyAuthCheck": "Check the token before anything else. Default: false.",
        "configFile": "Only with the official plugin.",
        "context": "Only with the official plugin.",
        "enableAutoCiSupport": "Only with the official plugin.",
        "compareWithGitlab": "Whether `preview` and `up` compare with GitLab; if `false`, only `refresh` does. Not in the official plugin. Default: true."
    },
    "fleet": {
        "extends": "Files in the same folder that several stacks share. Later files override earlier ones, and this file overrides all.",
        "movedFrom": "GitLab's previous address, if nothing else proves that it is the same GitLab.",
        "runners": "Runners by name. The name is the identity: another name is another runner.",
        "managers": "Runner managers by name. The name is the identity.",
        "exclusive": "Scopes in which the declared runners are to be the only ones of their kind, by a name of your choice.",
        "registries": "Who may pull, by the producer's full path or id.",
        "stateLost": "Whether the stack's state was lost: each runner adopts the one with its name in the marker, if there is one. That runner keeps its id and history; its token is reset. Remove this after the next `up`. Default: false."
    },
    "runner": {
        "config": "Keys of the `[[runners]]` table, spelt as GitLab documents them. Default: required if a manager serves the runner.",
        "silence": "Codes of known and accepted warnings about this runner's table.",
        "renamedFrom": "The runner's previous name: it stays the same runner. Remove this after the next `up`.",
        "scope": "Who may use the runner: `{ group }`, `{ project }` (full path or id) or `instance`. GitLab: `runner_type` with `group_id` or `project_id`. A change replaces the runner.",
        "description": "The text in GitLab's list of runners. GitLab: `description`, at most 1,024 characters. Default: the runner's name.",
        "tags": "Tags that jobs ask for. GitLab: `tag_list`, at most 50. Default: no tags.",
        "runUntagged": "Whether the runner takes untagged jobs. GitLab: `run_untagged`; `false` requires tags. Default: true.",
        "accessLevel": "`not_protected`, or `ref_protected` to take only jobs of protected branches and tags. GitLab: `access_level`. Default: not_protected.",
        "locked": "Whether a project runner cannot be assigned to other projects. GitLab: `locked`. Default: false.",
        "paused": "Whether the runner takes no new jobs. GitLab: `paused`. Default: false.",
        "maximumTimeout": "Maximum job timeout in seconds, at least 600. GitLab: `maximum_timeout`. Default: the project's own limit.",
        "note": "A note for maintainers, below the marker. GitLab: `maintenance_note`, 1,024 characters including the marker.",
        "adopt": "Adopts an existing runner instead of creating one: `{ id }`, or `{ description, tags }`, which must match exactly one runner of the scope. You may keep either of these afterwards. `\"lost\"`: adopts the runner that this stack declared under this name before its state was lost, or creates one if there is none; remove it after the next `up`. Default: a new runner.",
        "rotation": "What resets the token before it expires: `pulumi` in each `up`, or `runner`, the gitlab-runner process, which needs exactly one manager and a directory, local or over SSH, that it can write. Default: pulumi.",
        "rotateBefore": "How long before its expiry `up` resets the token, such as `7d` or `36h`. Make it longer than the time between two runs of `up`. Only with `rotation: pulumi`. Default: a quarter of the token's life.",
        "rotationTrigger": "Any text. When it changes, the next `up` resets the token."
    },
    "runner.adopt": {
        "id": "The runner's id in GitLab.",
        "description": "The runner's full description in GitLab.",
        "tags": "Some or all of its tags, if several runners have that description. Default: any."
    },
    "manager": {
        "runners": "Names of the runners it serves, in the order of the `[[runners]]` tables.",
        "renamedFrom": "The manager's previous name: nothing is replaced. Remove this after the next `up`.",
        "placement": "Where the process finds its files: `{ directory }` on this machine, `{ ssh }` for a host, `{ docker }` to run it in a container, or `{ kubernetes }` in a pod.",
        "config": "Keys above the first `[[runners]]` table, spelt as GitLab documents them; at least `concurrent`.",
        "gitlabUrl": "GitLab's address as seen from the manager. GitLab: `[[runners]] url`. Default: gitlab:baseUrl without /api/v4/.",
        "systemId": "Content of `.runner_system_id`, by which GitLab recognises the manager: `s_` or `r_` and 12 letters or digits. A running gitlab-runner keeps the one it started with, so set that one if you take the process over. Default: derived from project, stack and name; it never changes.",
        "drainTimeout": "How long jobs may take to finish before their container or pod is removed or replaced, such as `90m`; with `drainOnStop`, also how long a stopped unit may take to end. Default: 2h.",
        "silence": "Codes of known and accepted warnings about `config.toml`, as the warnings print them.",
        "online": "Whether `up`, once the files are in place, waits until GitLab has heard from the manager (every replica, under each of its runners), and fails with the reason if that does not happen. `{ timeout: 5m }` waits longer than two minutes. Default: false."
    },
    "manager.online": {
        "timeout": "How long `up` waits at most, such as `5m`."
    },
    "exclusive": {
        "scope": "The scope to examine: `{ group }`, `{ project }`, `instance`, or `{ projectsBelow: <group> }` for the runners of all its projects.",
        "claim": "Which undeclared runners `foreign` applies to. Orphans of this stack are removed without a claim. Default: no runners.",
        "keep": "Runners to leave alone, claimed or orphans. Default: nothing.",
        "limit": "How many runners one `up` may delete. If there are more, it deletes none and prints how many. Default: 50.",
        "quietPeriod": "Runners that ran a job within this time, such as `30m`, are left alone; `0s` turns this off. Default: 1h.",
        "foreign": "What happens to claimed runners that are not declared: `report`, `pause` or `delete`. Default: report."
    },
    "claim": {
        "descriptions": "Descriptions, compared as a whole; `*` matches any text.",
        "tags": "Tags; a runner needs one of them.",
        "statuses": "`stale` (no contact for a week), `never_contacted`, `offline`; a runner needs one of them.",
        "offlineFor": "No contact for longer than this, such as `30d`.",
        "creators": "Usernames; one of them must have created the runner.",
        "match": "Whether one of the properties above must match, or all that are set. Default: any."
    },
    "keep": {
        "ids": "Ids in GitLab.",
        "descriptions": "Descriptions, compared as a whole; `*` matches any text.",
        "tags": "Tags; a runner needs one of them."
    },
    "registry": {
        "producer": "The project from which container images and packages are pulled, by full path or id.",
        "consumers": "The projects and groups whose jobs may pull.",
        "grantMembership": "Groups to share the producer with, so that their members may pull: a job pulls from a private project with the rights of the person who started its pipeline. Default: nobody becomes a member.",
        "checkMembership": "Whether the preview warns if members of the consumers' groups may not pull. Takes about two requests for each private producer. Default: true.",
        "mode": "`exclusive`: the list is exactly this. `additive`: adds and removes these entries, and leaves all others. A change briefly removes the entries. Default: exclusive.",
        "enabled": "Whether GitLab enforces the list; `false` lets every job in. Only with mode `exclusive`. GitLab: `inbound_enabled`, which an instance may enforce. Default: true.",
        "compact": "Whether entries are replaced by groups above them if they exceed GitLab's limits of 200 projects and 200 groups. As few additional projects as possible gain access, and the preview names them. Only with mode `exclusive`. Default: false: too many entries are an error, which shows what `compact` would do.",
        "onDestroy": "What is left when the allowlist is destroyed. `withdraw`: removes the entries that this stack added and leaves the others. `close`: on and empty, as in a new project. `restore`: as it was when this argument was first applied. Only with mode `exclusive`. Default: withdraw.",
        "policies": "Fine-grained permissions: which parts of GitLab's API the entries' jobs may use. `pull`: read packages, nothing else. They do not govern the container registry: every entry may pull images. Default: everything the role allows."
    },
    "consumers": {
        "projects": "Projects, by full path or id; at most 200 without `compact`, never the project itself. GitLab: `allowlist`.",
        "groups": "Groups, by full path or id, with the projects of all subgroups; at most 200 without `compact`. GitLab: `groups_allowlist`."
    },
    "grant": {
        "group": "The group, by full path or id. GitLab: `group_id`.",
        "role": "The members' maximum role. GitLab: `group_access`. Default: reporter, the lowest that pulls."
    },
    "allowlist": {
        "project": "The project to protect, by full path or id. A change replaces the allowlist.",
        "allow": "Whose jobs may reach the project with `CI_JOB_TOKEN`. Its own jobs always may.",
        "mode": "`exclusive`: the list is exactly this. `additive`: adds and removes these entries, and leaves all others. A change briefly removes the entries. Default: exclusive.",
        "enabled": "Whether GitLab enforces the list; `false` lets every job in. Only with mode `exclusive`. GitLab: `inbound_enabled`, which an instance may enforce. Default: true.",
        "compact": "Whether entries are replaced by groups above them if they exceed GitLab's limits of 200 projects and 200 groups. As few additional projects as possible gain access, and the preview names them. Only with mode `exclusive`. Default: false: too many entries are an error, which shows what `compact` would do.",
        "onDestroy": "What is left when the allowlist is destroyed. `withdraw`: removes the entries that this stack added and leaves the others. `close`: on and empty, as in a new project. `restore`: as it was when this argument was first applied. Only with mode `exclusive`. Default: withdraw.",
        "policies": "Fine-grained permissions: which parts of GitLab's API the entries' jobs may use. `pull`: read packages, nothing else. They do not govern the container registry: every entry may pull images. Default: everything the role allows."
    },
    "runnerManager": {
        "placement": "Where the process finds its files: `{ directory }` on this machine, `{ ssh }` for a host, `{ docker }` to run it in a container, or `{ kubernetes }` in a pod.",
        "config": "Keys above the first `[[runners]]` table, spelt as GitLab documents them; at least `concurrent`.",
        "workers": "The workers, in the order of their `[[runners]]` tables.",
        "gitlabUrl": "GitLab's address as seen from the manager. GitLab: `[[runners]] url`. Default: gitlab:baseUrl without /api/v4/.",
        "systemId": "Content of `.runner_system_id`, by which GitLab recognises the manager: `s_` or `r_` and 12 letters or digits. A running gitlab-runner keeps the one it started with, so set that one if you take the process over. Default: derived from project, stack and name; it never changes.",
        "drainTimeout": "How long jobs may take to finish before their container or pod is removed or replaced, such as `90m`; with `drainOnStop`, also how long a stopped unit may take to end. Default: 2h.",
        "silence": "Codes of known and accepted warnings about `config.toml`, as the warnings print them.",
        "stateLost": "Whether the stack's state was lost: `up` then takes over the directory, or the containers and volumes on Docker, that this manager has from before. Remove it after that `up`. Default: false.",
        "online": "Whether `up`, once the files are in place, waits until GitLab has heard from the manager (every replica, under each of its runners), and fails with the reason if that does not happen. `{ timeout: 5m }` waits longer than two minutes. Default: false."
    },
    "runnerManager.online": {
        "timeout": "How long `up` waits at most, such as `5m`."
    },
    "worker": {
        "runner": "The runner whose jobs this worker takes.",
        "name": "Name in gitlab-runner's log. GitLab: `[[runners]] name`. Default: the runner's name.",
        "config": "Keys of the `[[runners]]` table, spelt as GitLab documents them, without `token` and `id`, which come from the runner.",
        "silence": "Codes of known and accepted warnings about this worker."
    },
    "exclusiveRunners": {
        "runners": "The declared runners of the scope. Runners that a killed `up` left under one of their names are removed. Runners with another name of this stack in their marker are left alone and reported: the program may declare them elsewhere, even later.",
        "scope": "The scope to examine: `{ group }`, `{ project }`, `instance`, or `{ projectsBelow: <group> }` for the runners of all its projects.",
        "claim": "Which undeclared runners `foreign` applies to. Orphans of this stack are removed without a claim. Default: no runners.",
        "keep": "Runners to leave alone, claimed or orphans. Default: nothing.",
        "limit": "How many runners one `up` may delete. If there are more, it deletes none and prints how many. Default: 50.",
        "quietPeriod": "Runners that ran a job within this time, such as `30m`, are left alone; `0s` turns this off. Default: 1h.",
        "foreign": "What happens to claimed runners that are not declared: `report`, `pause` or `delete`. Default: report."
    },
    "directory": {
        "directory": "Absolute, or relative to the folder of `Pulumi.yaml`, such as `/etc/gitlab-runner`. A change moves the files.",
        "sharedBetweenMachines": "Whether several machines mount the directory, so that each may write it. Otherwise only the machine that wrote it first may. Default: false.",
        "takeOverFrom": "The manager, `<project>/<stack>/<manager>`, from which to take over the directory. Its `config.toml` is kept as a copy. Default: a directory of another manager is refused.",
        "onDestroy": "What happens to the files when the manager is removed, destroyed or moved elsewhere: `remove`, or `keep`, which touches nothing in the directory and does not need its host. Default: remove.",
        "service": "Name of the systemd unit that runs gitlab-runner there. `up` waits until it has loaded a changed `config.toml`, and fails with gitlab-runner's error message if it does not. `up` never starts or restarts it. Default: the process is not checked.",
        "drainOnStop": "Whether `systemctl stop` lets running jobs finish, for at most the manager's `drainTimeout`. Writes a drop-in for the unit, which only root may do. Default: false.",
        "version": "Versions of gitlab-runner to expect there, such as `>=19` or `>=18.5 <20`. Any other causes a warning. Default: any.",
        "fleetingInstall": "Whether `up` runs `gitlab-runner fleeting install` for the fleeting plugins that the workers name, as the user who writes the files: root, or the unit's user. Default: false.",
        "loadTimeout": "How long `up` waits until the process has loaded its configuration, at least `1s`. Default: 60s."
    },
    "ssh": {
        "host": "A name that `ssh` knows (also from `~/.ssh/config`), `user@host` or `ssh://user@host:port`. If the machine changes, the files move there.",
        "directory": "Absolute path, such as `/etc/gitlab-runner`. A change moves the files.",
        "sudo": "Whether to read and write files as root, with `sudo -n`: without a password. Default: false.",
        "port": "The host's sshd port. Default: that in `host`, else `ssh`'s default.",
        "privateKey": "Text of a private key without a passphrase; a secret, and stored in the state as one. Default: what `ssh` finds: an agent, `~/.ssh`.",
        "knownHosts": "Lines of a `known_hosts` file; no other host keys are accepted. Default: what `ssh` finds: `~/.ssh/known_hosts`.",
        "connectTimeout": "Timeout for a connection, from `1s` to `10m`. Default: 15s.",
        "look": "Whether a preview connects to the host. If not, it compares with the state and needs no key. Default: false.",
        "sharedBetweenMachines": "Whether several machines mount the directory, so that each may write it. Otherwise only the machine that wrote it first may. Default: false.",
        "takeOverFrom": "The manager, `<project>/<stack>/<manager>`, from which to take over the directory. Its `config.toml` is kept as a copy. Default: a directory of another manager is refused.",
        "onDestroy": "What happens to the files when the manager is removed, destroyed or moved elsewhere: `remove`, or `keep`, which touches nothing in the directory and does not need its host. Default: remove."
    },
    "sshPlacement": {
        "ssh": "A directory on a host that `ssh` reaches.",
        "service": "Name of the systemd unit that runs gitlab-runner there. `up` waits until it has loaded a changed `config.toml`, and fails with gitlab-runner's error message if it does not. `up` never starts or restarts it. Default: the process is not checked.",
        "drainOnStop": "Whether `systemctl stop` lets running jobs finish, for at most the manager's `drainTimeout`. Writes a drop-in for the unit, which only root may do. Default: false.",
        "version": "Versions of gitlab-runner to expect there, such as `>=19` or `>=18.5 <20`. Any other causes a warning. Default: any.",
        "fleetingInstall": "Whether `up` runs `gitlab-runner fleeting install` for the fleeting plugins that the workers name, as the user who writes the files: root, or the unit's user. Default: false.",
        "loadTimeout": "How long `up` waits until the process has loaded its configuration, at least `1s`. Default: 60s."
    },
    "service": {
        "service": "Name of the systemd unit that runs gitlab-runner there. `up` waits until it has loaded a changed `config.toml`, and fails with gitlab-runner's error message if it does not. `up` never starts or restarts it. Default: the process is not checked.",
        "drainOnStop": "Whether `systemctl stop` lets running jobs finish, for at most the manager's `drainTimeout`. Writes a drop-in for the unit, which only root may do. Default: false.",
        "version": "Versions of gitlab-runner to expect there, such as `>=19` or `>=18.5 <20`. Any other causes a warning. Default: any.",
        "fleetingInstall": "Whether `up` runs `gitlab-runner fleeting install` for the fleeting plugins that the workers name, as the user who writes the files: root, or the unit's user. Default: false.",
        "loadTimeout": "How long `up` waits until the process has loaded its configuration, at least `1s`. Default: 60s."
    },
    "dockerPlacement": {
        "docker": "A Docker engine on which the manager runs in a container; `{}` is this machine's engine."
    },
    "docker": {
        "image": "The manager's image, pinned by tag or digest. Default: gitlab/gitlab-runner:alpine-v19.4.0.",
        "writerImage": "An image with `/bin/sh` that writes into the volume, if the manager's image has no shell. Default: the manager's image.",
        "containerName": "Name of container and volume. Default: `<project>-<stack>-<manager>`.",
        "replicas": "Number of containers that serve the runners, each with its own identity. Default: 1.",
        "replacement": "`drain-first`: the old container finishes its jobs, then the new one starts. `overlap`: the new one starts at once, so no job waits; GitLab sees two managers for a while. Default: drain-first.",
        "memory": "Memory limit, such as `512m` or `2g`; at least `6m`. Changes in place. Default: no limit.",
        "cpus": "CPU limit, such as 1.5. Default: no limit.",
        "environment": "Environment of the gitlab-runner process; `\"\"` sets an empty variable. `docker inspect` shows it: do not put secrets here.",
        "proxy": "Proxies for the gitlab-runner process; jobs get theirs from `environment` in `config.toml`.",
        "certificates": "Certificate authorities to trust: host to PEM text. gitlab-runner passes them on to jobs. Changes in place.",
        "labels": "Additional labels of the container.",
        "networks": "Names of existing networks to connect to. Default: the engine's bridge.",
        "networkMode": "Network mode, such as `host`. Default: the engine's bridge.",
        "extraHosts": "Additional host names and their addresses, such as `{ \"gitlab.local\": \"host-gateway\" }`.",
        "dns": "DNS servers. Default: the engine's.",
        "publishMetrics": "Where to publish the metrics of `listen_address` on the engine's machine: a port, or `127.0.0.1:9252`. Default: nowhere.",
        "socket": "The Docker socket through which the docker executor starts jobs, as a path on the engine's machine. Anybody who runs a job is effectively root there. `false` mounts none. Default: /var/run/docker.sock, for docker workers without a `host` of their own.",
        "mounts": "Additional mounts, `source:target` or `source:target:ro`; the source is a volume or a path on the engine's machine.",
        "user": "User of the process, `uid:gid`, for images that do not run as root. Default: the image's, with files owned by root.",
        "log": "Log rotation of the container. Default: 10m, 3 files.",
        "cleanup": "Whether removing the manager also removes the cache volumes of its jobs. Default: false.",
        "fleetingInstall": "Whether the container first runs `gitlab-runner fleeting install`, for the fleeting plugins that the workers name, and keeps them in its volume. Requires the entrypoint of GitLab's images. Default: false.",
        "loadTimeout": "How long `up` waits until the process has loaded its configuration, at least `1s`. Changes in place. Default: 60s.",
        "transform": "Functions that change what is declared; not available in a stack config.",
        "host": "`unix:///path`, `tcp://host:2376` or `ssh://user@host`. A change moves the manager: a container starts on the new engine, and the old one drains. Default: DOCKER_HOST, else this machine's engine.",
        "certPath": "Folder with `ca.pem`, `cert.pem` and `key.pem` for `tcp://`. Default: DOCKER_CERT_PATH.",
        "caMaterial": "PEM text of the engine's CA.",
        "certMaterial": "PEM text of the client certificate.",
        "keyMaterial": "PEM text of the client's key; a secret.",
        "sshOpts": "Additional `ssh` options, such as `[\"-i\", \"~/.ssh/ci\"]`.",
        "registryAuth": "Credentials for registries from which the engine pulls the manager's image."
    },
    "docker.proxy": {
        "http": "For `http://` addresses.",
        "https": "For `https://` addresses, such as GitLab's.",
        "no": "Hosts to reach without a proxy, separated by commas."
    },
    "docker.log": {
        "maxSize": "Size at which a new file starts. Default: 10m.",
        "maxFiles": "Maximum number of files. Default: 3."
    },
    "docker.registryAuth": {
        "address": "Address of the registry, such as `registry.example.org`.",
        "username": "User name.",
        "password": "Password or token; a secret."
    },
    "kubernetesPlacement": {
        "kubernetes": "A Kubernetes cluster on which the manager runs in a pod."
    },
    "kubernetes": {
        "namespace": "Namespace of the manager. It must exist.",
        "name": "Name of all created objects, at most 49 characters. Default: `<project>-<stack>-<manager>`.",
        "image": "The manager's image, best by digest: `…@sha256:…`. Default: gitlab/gitlab-runner:alpine-v19.4.0.",
        "imagePullSecrets": "Names of Secrets with credentials for the image's registry.",
        "replicas": "Number of pods that serve the runners, each with its own StatefulSet and identity. Default: 1.",
        "jobNamespaces": "Namespaces in which jobs may run in addition to those that kubernetes workers name, such as those that `namespace_overwrite_allowed` allows.",
        "serviceAccount": "An existing ServiceAccount in the namespace, with all rights that the executor needs. Then no ServiceAccount, Role or RoleBinding is created. Default: a new one.",
        "user": "User and group of the process, `uid:gid`; `999:999` in GitLab's Ubuntu images. Default: 100:65533.",
        "resources": "Resource requests and limits of the pod: `cpu`, `memory` and so on.",
        "nodeSelector": "Labels that a node must have.",
        "tolerations": "Node taints that the pod tolerates, spelt as in a pod.",
        "affinity": "Node and pod affinity, spelt as in a pod.",
        "topologySpreadConstraints": "How pods are spread, spelt as in a pod. If `labelSelector` is missing, it selects this manager's pods.",
        "priorityClass": "Name of an existing PriorityClass. Default: the cluster's.",
        "environment": "Environment of the gitlab-runner process; `\"\"` sets an empty variable. Anybody who may read pods can read it: do not put secrets here.",
        "proxy": "Proxies for the gitlab-runner process; jobs get theirs from `environment` in `config.toml`. The cluster's API is reached directly.",
        "certificates": "Certificate authorities to trust: host to PEM text. gitlab-runner passes them on to jobs. Changes in place.",
        "labels": "Additional labels of the pod and of all created objects.",
        "annotations": "Additional annotations of the pod.",
        "stopSignal": "Whether the cluster itself sends the image's stop signal (`lifecycle.stopSignal`, feature gate `ContainerStopSignals`). Otherwise a hook that uses the image's `/bin/sh` sends SIGQUIT and waits. Default: false.",
        "fleetingInstall": "Whether each pod runs `gitlab-runner fleeting install` in a separate container before gitlab-runner starts, for the fleeting plugins that the workers name. Default: false.",
        "metrics": "Whether to create a Service for the metrics of `listen_address`. Changes in place. Default: false.",
        "serviceMonitor": "A ServiceMonitor for the Prometheus operator, which must be installed; `{}` creates one. Changes in place.",
        "reloadDelay": "How long a changed file may take to reach the process: the kubelet checks about once a minute. `online` counts contact only after this time. Changes in place. Default: 2m.",
        "transform": "Functions that change what is declared; not available in a stack config.",
        "kubeconfig": "Path or text of a kubeconfig; a text that contains credentials is a secret. Default: KUBECONFIG, else ~/.kube/config, else the pod that runs Pulumi.",
        "context": "Context of the kubeconfig. If it leads to another cluster, the manager is created there, and the old one drains. Default: the current context.",
        "cluster": "UID of the cluster's namespace kube-system. Kubeconfigs that lead to another cluster are refused, from the first `up` on. Default: that of the last `up`."
    },
    "kubernetes.resources": {
        "requests": "What a node must have free.",
        "limits": "What the pod may use."
    },
    "kubernetes.proxy": {
        "http": "For `http://` addresses.",
        "https": "For `https://` addresses, such as GitLab's.",
        "no": "Hosts to reach without a proxy, separated by commas."
    },
    "kubernetes.serviceMonitor": {
        "labels": "Labels by which Prometheus finds it, such as `{ \"release\": \"prometheus\" }`.",
        "interval": "Scrape interval, such as `30s`. Default: that of Prometheus."
    }
} as const;
