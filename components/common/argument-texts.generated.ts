// Written by dev/scripts/argument-texts.ts (make generate).

/** What the doc comment of each argument says, by interface and name. */
export const ARGUMENT_TEXTS = {
    "gitlab": {
        "baseUrl": "Base of GitLab's REST API, with `/api/v4/`. Default: `GITLAB_BASE_URL`, else gitlab.com.",
        "token": "Personal, group or project access token, or an OAuth access token. Set it with `pulumi config set --secret gitlab:token`. A token in the environment's `GITLAB_TOKEN` wins over it. Default: `GITLAB_TOKEN`.",
        "insecure": "Accept any TLS certificate. Default: false.",
        "cacertFile": "File with the certificates of further authorities to trust.",
        "headers": "Further headers of every request, by name.",
        "clientCert": "File with the PEM certificate to show to GitLab, or to a proxy before it.",
        "clientKey": "File with the PEM key of `clientCert`.",
        "retries": "How often a request that may be repeated is sent again. Default: 4.",
        "earlyAuthCheck": "Log in before anything else is done. Default: false.",
        "configFile": "With the official plugin only.",
        "context": "With the official plugin only.",
        "enableAutoCiSupport": "With the official plugin only.",
        "compareWithGitlab": "Whether previews and ups compare with GitLab; `false`: only a refresh does. Our plugin alone knows it. Default: true."
    },
    "fleet": {
        "extends": "Files beside this one with what several stacks have in common; later ones win over earlier ones, this one over all.",
        "movedFrom": "The address that GitLab had before, where nothing else proves that it is the same GitLab.",
        "runners": "Runners by name. The name is an identity: another name is another runner.",
        "managers": "Runner managers by name. The name is an identity.",
        "exclusive": "Scopes in which the declared runners shall be the only ones of their kind, by a name of your choice.",
        "registries": "Who may pull, by the producer's full path or id.",
        "stateLost": "Whether the stack's state was lost: each runner adopts the one that bears its name in the marker, where there is one. Its id and history stay, its token is reset. Remove it after the next `up`. Default: false."
    },
    "runner": {
        "config": "Keys of the `[[runners]]` table, spelt as GitLab documents them. Default: needed once a manager serves the runner.",
        "silence": "Codes of warnings about this runner's table that are known and accepted.",
        "renamedFrom": "The name it had before; it stays the same runner then. Remove it after the next `up`.",
        "scope": "Who may use the runner: `{ group }`, `{ project }` (full path or id) or `instance`. GitLab: `runner_type` with `group_id` or `project_id`. A change replaces the runner.",
        "description": "What people read in GitLab's list of runners. GitLab: `description`, at most 1,024 characters. Default: the runner's name.",
        "tags": "Tags that jobs ask for. GitLab: `tag_list`, at most 50. Default: no tags.",
        "runUntagged": "Whether jobs without tags run here. GitLab: `run_untagged`; false needs tags. Default: true.",
        "accessLevel": "`not_protected`, or `ref_protected` for jobs of protected branches and tags only. GitLab: `access_level`. Default: not_protected.",
        "locked": "Whether a project runner may not be given to further projects. GitLab: `locked`. Default: false.",
        "paused": "Whether the runner takes no new jobs. GitLab: `paused`. Default: false.",
        "maximumTimeout": "Longest job in seconds, at least 600. GitLab: `maximum_timeout`. Default: the project's own limit.",
        "note": "A note for maintainers, kept below the marker. GitLab: `maintenance_note`, 1,024 characters with the marker.",
        "adopt": "An existing runner to become this one, instead of a new one: `{ id }`, or `{ description, tags }` that exactly one runner of the scope has; both may stay in the program afterwards. `\"lost\"`: the one that this stack declared under this name before its state was lost, or a new one where there is none; remove it after the next `up`. Default: a new runner.",
        "rotation": "Who resets the token before it dies: `pulumi` at every `up`, or `runner`, the gitlab-runner process itself, which needs one manager whose directory, here or on a host, it may write. Default: pulumi.",
        "rotateBefore": "How long before its end `up` resets the token, for instance `7d` or `36h`. Make it longer than the time between two `up`s. With rotation `pulumi` only. Default: a quarter of the token's life.",
        "rotationTrigger": "Any text; a change of it makes the next `up` reset the token."
    },
    "runner.adopt": {
        "id": "The runner's number in GitLab.",
        "description": "The whole description that the runner has in GitLab.",
        "tags": "Tags that it has, all or some: where several runners have that description. Default: any."
    },
    "manager": {
        "runners": "Names of the runners it serves, in the order of the `[[runners]]` tables.",
        "renamedFrom": "The name it had before; nothing is replaced then. Remove it after the next `up`.",
        "placement": "Where the process finds its files: `{ directory }` of this machine, `{ ssh }` for a host, `{ docker }` to run it in a container, or `{ kubernetes }` in a pod.",
        "config": "Keys above the first `[[runners]]` table, spelt as GitLab documents them; `concurrent` at least.",
        "gitlabUrl": "GitLab's address as the manager reaches it. GitLab: `[[runners]] url`. Default: gitlab:baseUrl without /api/v4/.",
        "systemId": "Content of `.runner_system_id`, by which GitLab knows the manager: `s_` or `r_` and 12 letters or digits. A gitlab-runner that runs keeps the one that it was started with, so one that is taken over as it is needs its own. Default: made from project, stack and name: the same for ever.",
        "drainTimeout": "How long jobs may take to end before their container or pod is removed or replaced, such as `90m`, or, with `drainOnStop`, before a unit that somebody stops has to end. Default: 2h.",
        "silence": "Codes of warnings about `config.toml` that are known and accepted, as the warning prints them.",
        "online": "Whether `up` waits, after the files are in place, until GitLab has heard from the manager, every replica of it, under each of its runners, and fails with the reason when it does not. `{ timeout: 5m }` waits longer than two minutes. Default: false."
    },
    "manager.online": {
        "timeout": "How long `up` waits at most, such as `5m`."
    },
    "exclusive": {
        "scope": "The scope that is looked at: `{ group }`, `{ project }`, `instance`, or `{ projectsBelow: <group> }`, the runners of all its projects.",
        "claim": "Which undeclared runners are judged. Those with our own marker always are, and are removed. Default: only our own orphans.",
        "keep": "What is left alone whatever claims it. Default: nothing.",
        "limit": "How many runners one `up` may delete; more are refused as a whole, with their count. Default: 50.",
        "quietPeriod": "A runner that ran a job within this time, for instance `30m`, is left alone; `0s` spares none. Default: 1h.",
        "foreign": "What happens to claimed runners that are not declared: `report`, `pause` or `delete`. Default: report."
    },
    "claim": {
        "descriptions": "Descriptions, compared as a whole; `*` stands for any text.",
        "tags": "Tags; one in common is enough.",
        "statuses": "`stale` (not heard from for a week), `never_contacted`, `offline`; one of them is enough.",
        "offlineFor": "Not heard from for longer than this, for instance `30d`.",
        "creators": "Usernames of those who made them; one of them is enough.",
        "match": "Whether one of the above is enough or all that are given are needed. Default: any."
    },
    "keep": {
        "ids": "GitLab's ids.",
        "descriptions": "Descriptions, compared as a whole; `*` stands for any text.",
        "tags": "Tags; one in common is enough."
    },
    "registry": {
        "producer": "The project whose container images and packages are pulled, by full path or id.",
        "consumers": "The projects and groups whose jobs may pull.",
        "grantMembership": "Groups that the producer is shared with, so that the people in them may pull: from a private project a job pulls by the right of the person who started its pipeline. Default: nobody becomes a member.",
        "checkMembership": "Whether the preview warns of consumers' groups whose people may not pull. Takes about two requests for each private producer. Default: true.",
        "mode": "`exclusive`: the list is exactly this. `additive`: these entries are added and removed, everybody else's stay. A change takes the entries away for a moment. Default: exclusive.",
        "enabled": "Whether the list is enforced; false lets every job in. Mode `exclusive` only. GitLab: `inbound_enabled`; an instance may enforce it. Default: true.",
        "compact": "Whether entries are folded into their groups when there are more than the 200 projects or 200 groups that GitLab keeps: as few further projects as possible gain access, and the preview names them. Mode `exclusive` only. Default: false: too many entries are an error that shows what folding would do.",
        "onDestroy": "What is left when the allowlist is destroyed. `withdraw`: entries that this stack added go, those that were there before it stay. `close`: on and empty, as in a new project. `restore`: as it was when this argument was first applied. Mode `exclusive` only. Default: withdraw.",
        "policies": "Fine-grained permissions: which parts of GitLab's API the entries' jobs may use. `pull`: read packages, nothing else. They do not govern the container registry: every entry may pull images. Default: everything the role allows."
    },
    "consumers": {
        "projects": "Projects, by full path or id; at most 200 unless `compact`, never the project itself. GitLab: `allowlist`.",
        "groups": "Groups, by full path or id, with all their subgroups' projects; at most 200 unless `compact`. GitLab: `groups_allowlist`."
    },
    "grant": {
        "group": "The group, by full path or id. GitLab: `group_id`.",
        "role": "The role they get at most. GitLab: `group_access`. Default: reporter, the least that pulls."
    },
    "allowlist": {
        "project": "The project that is protected, by full path or id. A change replaces the allowlist.",
        "allow": "Whose jobs may reach it with `CI_JOB_TOKEN`. The project's own jobs always may.",
        "mode": "`exclusive`: the list is exactly this. `additive`: these entries are added and removed, everybody else's stay. A change takes the entries away for a moment. Default: exclusive.",
        "enabled": "Whether the list is enforced; false lets every job in. Mode `exclusive` only. GitLab: `inbound_enabled`; an instance may enforce it. Default: true.",
        "compact": "Whether entries are folded into their groups when there are more than the 200 projects or 200 groups that GitLab keeps: as few further projects as possible gain access, and the preview names them. Mode `exclusive` only. Default: false: too many entries are an error that shows what folding would do.",
        "onDestroy": "What is left when the allowlist is destroyed. `withdraw`: entries that this stack added go, those that were there before it stay. `close`: on and empty, as in a new project. `restore`: as it was when this argument was first applied. Mode `exclusive` only. Default: withdraw.",
        "policies": "Fine-grained permissions: which parts of GitLab's API the entries' jobs may use. `pull`: read packages, nothing else. They do not govern the container registry: every entry may pull images. Default: everything the role allows."
    },
    "runnerManager": {
        "placement": "Where the process finds its files: `{ directory }` of this machine, `{ ssh }` for a host, `{ docker }` to run it in a container, or `{ kubernetes }` in a pod.",
        "config": "Keys above the first `[[runners]]` table, spelt as GitLab documents them; `concurrent` at least.",
        "workers": "The workers, in the order of their `[[runners]]` tables.",
        "gitlabUrl": "GitLab's address as the manager reaches it. GitLab: `[[runners]] url`. Default: gitlab:baseUrl without /api/v4/.",
        "systemId": "Content of `.runner_system_id`, by which GitLab knows the manager: `s_` or `r_` and 12 letters or digits. A gitlab-runner that runs keeps the one that it was started with, so one that is taken over as it is needs its own. Default: made from project, stack and name: the same for ever.",
        "drainTimeout": "How long jobs may take to end before their container or pod is removed or replaced, such as `90m`, or, with `drainOnStop`, before a unit that somebody stops has to end. Default: 2h.",
        "silence": "Codes of warnings about `config.toml` that are known and accepted, as the warning prints them.",
        "online": "Whether `up` waits, after the files are in place, until GitLab has heard from the manager, every replica of it, under each of its runners, and fails with the reason when it does not. `{ timeout: 5m }` waits longer than two minutes. Default: false."
    },
    "runnerManager.online": {
        "timeout": "How long `up` waits at most, such as `5m`."
    },
    "worker": {
        "runner": "The runner whose jobs this worker takes.",
        "name": "Name in gitlab-runner's log. GitLab: `[[runners]] name`. Default: the runner's name.",
        "config": "Keys of the `[[runners]]` table, spelt as GitLab documents them; without `token` and `id`, which come from the runner.",
        "silence": "Codes of warnings about this worker that are known and accepted."
    },
    "exclusiveRunners": {
        "runners": "The declared runners of the scope. What a killed `up` left under one of their names is removed; what bears another name of this very stack is left alone and reported, for the program may declare it elsewhere, even later.",
        "scope": "The scope that is looked at: `{ group }`, `{ project }`, `instance`, or `{ projectsBelow: <group> }`, the runners of all its projects.",
        "claim": "Which undeclared runners are judged. Those with our own marker always are, and are removed. Default: only our own orphans.",
        "keep": "What is left alone whatever claims it. Default: nothing.",
        "limit": "How many runners one `up` may delete; more are refused as a whole, with their count. Default: 50.",
        "quietPeriod": "A runner that ran a job within this time, for instance `30m`, is left alone; `0s` spares none. Default: 1h.",
        "foreign": "What happens to claimed runners that are not declared: `report`, `pause` or `delete`. Default: report."
    },
    "directory": {
        "directory": "Absolute, or relative to the folder of `Pulumi.yaml`, for instance `/etc/gitlab-runner`. A change replaces the files.",
        "sharedBetweenMachines": "Whether the directory is mounted on several machines, so that each of them may write it. Without it only the machine on which it was first written does. Default: false.",
        "takeOverFrom": "The manager, `<project>/<stack>/<manager>`, that wrote the directory until now and whose it shall be no longer. Its `config.toml` is kept aside. Default: a directory of another manager is refused.",
        "onDestroy": "What becomes of the files when the manager is taken out, destroyed or put elsewhere: `remove`, or `keep`, by which nothing in the directory is touched and its host need not answer. Default: remove.",
        "service": "Name of the systemd unit that runs gitlab-runner there: `up` waits until it has loaded a changed `config.toml`, and fails with gitlab-runner's own words when it does not. It is never started or restarted. Default: the process is not looked at.",
        "drainOnStop": "Whether `systemctl stop` lets running jobs end, for the manager's `drainTimeout` at most: a drop-in of the unit, which only root may write. Default: false.",
        "version": "Versions of gitlab-runner that are expected there, such as `>=19` or `>=18.5 <20`: a warning when it is another. Default: any.",
        "fleetingInstall": "Whether `up` has gitlab-runner fetch the fleeting plugins that its workers name, by `gitlab-runner fleeting install`, as the user by whom it writes the files: root, or the user of the unit. Default: false.",
        "loadTimeout": "How long `up` waits until the process has loaded its configuration, at least `1s`. Default: 60s."
    },
    "ssh": {
        "host": "A name that `ssh` knows (`~/.ssh/config` counts), `user@host`, or `ssh://user@host:port`. Another machine gets the files anew.",
        "directory": "Absolute, for instance `/etc/gitlab-runner`. A change replaces the files.",
        "sudo": "Whether files are looked at and written as root, by `sudo -n`: without a password. Default: false.",
        "port": "Port of its sshd. Default: that in `host`, else what `ssh` takes.",
        "privateKey": "Text of a private key without a passphrase; a secret, and kept in the state as one. Default: what `ssh` finds: an agent, `~/.ssh`.",
        "knownHosts": "Lines of a `known_hosts` file; no other host key counts then. Default: what `ssh` finds: `~/.ssh/known_hosts`.",
        "connectTimeout": "How long a connection may take, from `1s` to `10m`. Default: 15s.",
        "look": "Whether a preview looks at the host, too. Without, it compares with the state and needs no key. Default: false.",
        "sharedBetweenMachines": "Whether the directory is mounted on several machines, so that each of them may write it. Without it only the machine on which it was first written does. Default: false.",
        "takeOverFrom": "The manager, `<project>/<stack>/<manager>`, that wrote the directory until now and whose it shall be no longer. Its `config.toml` is kept aside. Default: a directory of another manager is refused.",
        "onDestroy": "What becomes of the files when the manager is taken out, destroyed or put elsewhere: `remove`, or `keep`, by which nothing in the directory is touched and its host need not answer. Default: remove."
    },
    "sshPlacement": {
        "ssh": "A directory of a host that ssh reaches.",
        "service": "Name of the systemd unit that runs gitlab-runner there: `up` waits until it has loaded a changed `config.toml`, and fails with gitlab-runner's own words when it does not. It is never started or restarted. Default: the process is not looked at.",
        "drainOnStop": "Whether `systemctl stop` lets running jobs end, for the manager's `drainTimeout` at most: a drop-in of the unit, which only root may write. Default: false.",
        "version": "Versions of gitlab-runner that are expected there, such as `>=19` or `>=18.5 <20`: a warning when it is another. Default: any.",
        "fleetingInstall": "Whether `up` has gitlab-runner fetch the fleeting plugins that its workers name, by `gitlab-runner fleeting install`, as the user by whom it writes the files: root, or the user of the unit. Default: false.",
        "loadTimeout": "How long `up` waits until the process has loaded its configuration, at least `1s`. Default: 60s."
    },
    "service": {
        "service": "Name of the systemd unit that runs gitlab-runner there: `up` waits until it has loaded a changed `config.toml`, and fails with gitlab-runner's own words when it does not. It is never started or restarted. Default: the process is not looked at.",
        "drainOnStop": "Whether `systemctl stop` lets running jobs end, for the manager's `drainTimeout` at most: a drop-in of the unit, which only root may write. Default: false.",
        "version": "Versions of gitlab-runner that are expected there, such as `>=19` or `>=18.5 <20`: a warning when it is another. Default: any.",
        "fleetingInstall": "Whether `up` has gitlab-runner fetch the fleeting plugins that its workers name, by `gitlab-runner fleeting install`, as the user by whom it writes the files: root, or the user of the unit. Default: false.",
        "loadTimeout": "How long `up` waits until the process has loaded its configuration, at least `1s`. Default: 60s."
    },
    "dockerPlacement": {
        "docker": "A Docker engine on which the manager runs in a container; `{}` is the one of this machine."
    },
    "docker": {
        "image": "Image of the manager, pinned by tag or digest. Default: gitlab/gitlab-runner:alpine-v19.4.0.",
        "writerImage": "Image that writes into the volume, with `/bin/sh`; for manager images without a shell. Default: the manager's image.",
        "containerName": "Name of container and volume. Default: `<project>-<stack>-<manager>`.",
        "replicas": "How many containers serve the runners, each with an identity of its own. Default: 1.",
        "replacement": "`drain-first`: the old container finishes its jobs, then the new one starts. `overlap`: the new one starts at once, so no job waits; GitLab sees two managers for a while. Default: drain-first.",
        "memory": "Most memory, for instance `512m` or `2g`; at least `6m`. Changes in place. Default: no limit.",
        "cpus": "Most processors, for instance 1.5. Default: no limit.",
        "environment": "Environment of the gitlab-runner process; `\"\"` is an empty variable. Shown by `docker inspect`: no place for secrets.",
        "proxy": "Proxies of the gitlab-runner process; jobs get theirs from `environment` of `config.toml`.",
        "certificates": "Authorities to trust: PEM text by the host it is for. gitlab-runner hands it on to jobs. Changes in place.",
        "labels": "Labels of the container. Default: only ours.",
        "networks": "Names of existing networks to join. Default: the engine's bridge.",
        "networkMode": "Network mode, for instance `host`. Default: the engine's bridge.",
        "extraHosts": "Further names: address by host name, for instance `{ \"gitlab.local\": \"host-gateway\" }`.",
        "dns": "Name servers. Default: the engine's.",
        "publishMetrics": "Where the metrics of `listen_address` can be reached from outside: a port, or `127.0.0.1:9252`. Default: nowhere.",
        "socket": "The Docker socket that jobs of the docker executor are started through, as a path on the engine's machine. Whoever runs a job is as good as root there. `false` mounts none. Default: /var/run/docker.sock, for docker workers without a `host` of their own.",
        "mounts": "Further mounts, `source:target` or `source:target:ro`; the source is a volume or a path on the engine's machine.",
        "user": "User of the process, `uid:gid`, for images that do not run as root. Default: the image's, files owned by root.",
        "log": "Rotation of the container's log. Default: 10m, 3 files.",
        "cleanup": "Whether removing the manager also removes the cache volumes that its jobs left behind. Default: false.",
        "fleetingInstall": "Whether the container fetches the fleeting plugins that its workers name before it starts, by `gitlab-runner fleeting install`, and keeps them in its volume. For images that start as GitLab's own do. Default: false.",
        "loadTimeout": "How long `up` waits until the process has loaded its configuration, at least `1s`. Changes in place. Default: 60s.",
        "transform": "Last word on what is declared; not available in a stack's configuration.",
        "host": "`unix:///path`, `tcp://host:2376` or `ssh://user@host`. A change moves the manager: a container starts there, the one here drains. Default: DOCKER_HOST, else the engine of this machine.",
        "certPath": "Folder with `ca.pem`, `cert.pem` and `key.pem` for `tcp://`. Default: DOCKER_CERT_PATH.",
        "caMaterial": "PEM text of the engine's authority.",
        "certMaterial": "PEM text of the client certificate.",
        "keyMaterial": "PEM text of the client's key; a secret.",
        "sshOpts": "Further options of `ssh`, such as `[\"-i\", \"~/.ssh/ci\"]`.",
        "registryAuth": "Logins for registries from which the engine pulls the manager's image."
    },
    "docker.proxy": {
        "http": "For `http://` addresses.",
        "https": "For `https://` addresses, such as GitLab's.",
        "no": "Hosts that are reached directly, separated by commas."
    },
    "docker.log": {
        "maxSize": "Size at which a new file begins. Default: 10m.",
        "maxFiles": "How many files there are at most. Default: 3."
    },
    "docker.registryAuth": {
        "address": "Address of the registry, for instance `registry.example.org`.",
        "username": "User name.",
        "password": "Password or token; a secret."
    },
    "kubernetesPlacement": {
        "kubernetes": "A Kubernetes cluster on which the manager runs in a pod."
    },
    "kubernetes": {
        "namespace": "Namespace of the manager, which must exist.",
        "name": "Name of everything that is made, at most 49 characters. Default: `<project>-<stack>-<manager>`.",
        "image": "Image of the manager, best by digest: `…@sha256:…`. Default: gitlab/gitlab-runner:alpine-v19.4.0.",
        "imagePullSecrets": "Names of Secrets with logins for the image's registry.",
        "replicas": "How many pods serve the runners, each with a StatefulSet and an identity of its own. Default: 1.",
        "jobNamespaces": "Namespaces in which jobs may run besides those that workers of the kubernetes executor name, for instance where `namespace_overwrite_allowed` leads.",
        "serviceAccount": "An existing ServiceAccount of the namespace, with whatever rights the executor needs: no ServiceAccount, Role and RoleBinding are made then. Default: one of its own.",
        "user": "User and group of the process, `uid:gid`; `999:999` in GitLab's Ubuntu images. Default: 100:65533.",
        "resources": "What the pod asks for and may use, by `cpu`, `memory` and so on.",
        "nodeSelector": "Labels that a node must have.",
        "tolerations": "Taints of nodes that the pod bears, spelt as in a pod.",
        "affinity": "Which nodes and neighbours it wants, spelt as in a pod.",
        "topologySpreadConstraints": "How pods are spread, spelt as in a pod; without a `labelSelector` of their own, this manager's.",
        "priorityClass": "Name of an existing PriorityClass. Default: the cluster's.",
        "environment": "Environment of the gitlab-runner process; `\"\"` is an empty variable. Whoever may read pods reads it: no place for secrets.",
        "proxy": "Proxies of the gitlab-runner process; jobs get theirs from `environment` of `config.toml`. The cluster's API is reached directly.",
        "certificates": "Authorities to trust: PEM text by the host it is for. gitlab-runner hands it on to jobs. Changes in place.",
        "labels": "Labels of the pod and of everything that is made. Default: only ours.",
        "annotations": "Annotations of the pod. Default: only ours.",
        "stopSignal": "Whether the cluster sends the image's stop signal by itself (`lifecycle.stopSignal`, feature gate `ContainerStopSignals`). Otherwise a hook of the image's `/bin/sh` sends SIGQUIT and waits. Default: false.",
        "fleetingInstall": "Whether each pod fetches the fleeting plugins that its workers name before gitlab-runner starts, by `gitlab-runner fleeting install` in a container of its own. Default: false.",
        "metrics": "Whether a Service leads to the metrics of `listen_address`. Changes in place. Default: false.",
        "serviceMonitor": "A ServiceMonitor for the Prometheus operator, which must be there; `{}` is one. Changes in place.",
        "reloadDelay": "How long a changed file may take to reach the process: the kubelet looks about once a minute. With `online`, contact counts from then on. Changes in place. Default: 2m.",
        "transform": "Last word on what is declared; not available in a stack's configuration.",
        "kubeconfig": "Path or text of a kubeconfig; a text with a login in it is a secret. Default: KUBECONFIG, else ~/.kube/config, else the pod that runs Pulumi.",
        "context": "Context of the kubeconfig. Another one is another cluster: the manager is made there, and the one here drains. Default: the current context.",
        "cluster": "UID of the cluster's namespace kube-system: whoever's kubeconfig leads to another cluster is refused, from the first `up` on. Default: that of the last `up`."
    },
    "kubernetes.resources": {
        "requests": "What a node must have free.",
        "limits": "The most it may use."
    },
    "kubernetes.proxy": {
        "http": "For `http://` addresses.",
        "https": "For `https://` addresses, such as GitLab's.",
        "no": "Hosts that are reached directly, separated by commas."
    },
    "kubernetes.serviceMonitor": {
        "labels": "Labels by which Prometheus finds it, for instance `{ \"release\": \"prometheus\" }`.",
        "interval": "Time between two looks, for instance `30s`. Default: that of Prometheus."
    }
} as const;
