import type { ManagerConfig, WorkerConfig, WorkerEntry } from "../../../core/config-toml";

/** What each file in tests/golden is rendered from. */
export const GOLDEN_INPUTS: Record<string, ManagerConfig> = {
    "no-workers": { global: { concurrent: 1 }, workers: [] },
    "everything-at-the-top": {
        global: {
            shutdown_timeout: 45,
            concurrent: 12,
            check_interval: 5,
            log_level: "warning",
            log_format: "json",
            log_field_schema_version: 1,
            log_field_dual_emit_target: 2,
            listen_address: "[::1]:9252",
            user: "gitlab-runner",
            sentry_dsn: "https://key@sentry.example.org/3",
            connection_max_age: "15m0s",
            labels: { site: "berlin", "rack.no": "42" },
            session_server: {
                listen_address: "[::]:8093",
                advertise_address: "runner-1.example.org:8093",
                session_timeout: 1800,
            },
            machine: {
                shutdown_drain: { enabled: true, concurrency: 5, retry_backoff: "10s" },
                heartbeat: { concurrency: 3 },
            },
            experimental: {
                usage_logger: {
                    enabled: true,
                    writers: ["logrotate"],
                    logrotate: { log_dir: "/var/log/usage", max_backup_files: 14, max_rotation_age: "24h" },
                },
            },
        },
        workers: [worker("a", { executor: "shell" })],
    },
    "three-workers": {
        global: { concurrent: 20 },
        workers: [
            worker("zeta", { executor: "shell", limit: 2, request_concurrency: 2 }),
            worker("alpha", {
                executor: "docker",
                limit: 10,
                request_concurrency: 3,
                docker: { image: "alpine:latest", privileged: false },
            }),
            worker("mid dle", {
                executor: "ssh",
                url: "https://inside.example.org",
                "tls-ca-file": "/etc/ssl/own.pem",
                ssh: {
                    host: "build.example.org",
                    port: "22",
                    user: "ci",
                    identity_file: "/root/.ssh/id_ed25519",
                    disable_strict_host_key_checking: false,
                },
            }),
        ],
    },
    "scripts-and-quotes": {
        global: { concurrent: 1 },
        workers: [
            worker('it\'s "quoted"', {
                executor: "docker",
                environment: ['GREETING="hello"', "PATTERN=^\\d+$", "BOTH='\"'", "EMPTY=", "TAB=a\tb", "BELL=\u0007"],
                pre_get_sources_script: "echo one line",
                pre_build_script: 'set -euo pipefail\nif [[ "$CI" == \'true\' ]]; then\n\techo "path: C:\\\\tmp"\nfi\n',
                post_build_script: "cat <<'''\nthree quotes\n'''\necho \"\"\"\necho end \\\n  here'",
                docker: {
                    image: "alpine:latest",
                    volumes: ["C:\\cache:C:\\data", "/cache", `/${"long/".repeat(20)}path`],
                    cap_add: [],
                },
            }),
            worker("windows", {
                executor: "shell",
                shell: "pwsh",
                builds_dir: "C:\\GitLab-Runner\\builds",
                pre_build_script: "Set-Location C:\\\r\nGet-Date\r\n",
            }),
        ],
    },
    "docker-machine": {
        global: { concurrent: 50 },
        workers: [
            worker("machines", {
                executor: "docker+machine",
                limit: 50,
                request_concurrency: 5,
                docker: {
                    image: "alpine:latest",
                    sysctls: { "net.core.somaxconn": "1024" },
                    services_devices: { "*": ["/dev/kvm"] },
                },
                machine: {
                    MachineDriver: "google",
                    MachineName: "auto-scale-%s",
                    MachineOptions: ["google-project=example", "google-machine-type=e2-medium"],
                    IdleCount: 2,
                    IdleTime: 1800,
                    IdleScaleFactor: 1,
                    MaxBuilds: 20,
                    HeartbeatInterval: "5m",
                    autoscaling: [
                        { Periods: ["* * 8-17 * * mon-fri *"], Timezone: "UTC", IdleCount: 10, IdleScaleFactor: 1.5 },
                        { Periods: ["* * * * * sat,sun *"], IdleCount: 0 },
                    ],
                },
                monitoring: {
                    job_queuing_durations: [
                        { periods: ["* * * * * *"], threshold: "30s", jobs_running_for_project: "(0|1|2)" },
                    ],
                },
            }),
        ],
    },
    "kubernetes-in-depth": {
        global: { concurrent: 5 },
        workers: [
            worker("pods", {
                executor: "kubernetes",
                feature_flags: { FF_USE_ADVANCED_POD_SPEC_CONFIGURATION: true, FF_PRINT_POD_EVENTS: true },
                cache: { Type: "gcs", gcs: { BucketName: "cache", CredentialsFile: "/etc/gcs.json" } },
                custom_build_dir: { enabled: true },
                referees: {
                    metrics: {
                        prometheus_address: "prometheus:9090",
                        query_interval: 10,
                        queries: ["cpu:rate(x{pod='{selector}'}[1m])"],
                    },
                },
                kubernetes: {
                    namespace: "ci",
                    pull_policy: ["always", "if-not-present"],
                    retry_limits: { "connection reset": 3, EOF: 5 },
                    host_aliases: [{ ip: "10.0.0.1", hostnames: ["gitlab.example.org", "registry.example.org"] }],
                    services: [{ name: "postgres:17", environment: ["POSTGRES_PASSWORD=x"] }],
                    dns_policy: "none",
                    dns_config: {
                        nameservers: ["1.2.3.4"],
                        options: [{ name: "ndots", value: "2" }, { name: "edns0" }],
                    },
                    container_lifecycle: {
                        post_start: { exec: { command: ["touch", "/builds/ready"] } },
                        pre_stop: {
                            http_get: { port: 8080, path: "/stop", http_headers: [{ name: "X-Why", value: "end" }] },
                        },
                    },
                    build_container_security_context: {
                        run_as_user: 1000,
                        capabilities: { add: ["NET_ADMIN"], drop: ["ALL"] },
                    },
                    affinity: {
                        pod_anti_affinity: {
                            required_during_scheduling_ignored_during_execution: [
                                {
                                    topology_key: "kubernetes.io/hostname",
                                    label_selector: {
                                        match_labels: { app: "ci" },
                                        match_expressions: [{ key: "job", operator: "Exists" }],
                                    },
                                },
                            ],
                        },
                    },
                    volumes: {
                        host_path: [
                            {
                                name: "docker",
                                mount_path: "/var/run/docker.sock",
                                host_path: "/var/run/docker.sock",
                                read_only: true,
                            },
                        ],
                        pvc: [{ name: "cache", mount_path: "/cache", mount_propagation: "HostToContainer" }],
                        nfs: [{ name: "share", mount_path: "/share", server: "nfs.example.org", path: "/exports" }],
                        csi: [
                            {
                                name: "secrets",
                                mount_path: "/secrets",
                                driver: "secrets-store.csi.k8s.io",
                                volume_attributes: { secretProviderClass: "ci" },
                            },
                        ],
                    },
                    pod_spec: [
                        {
                            name: "hostname",
                            patch_type: "strategic",
                            patch: "hostname: ci\ntolerations:\n  - key: ci\n",
                        },
                    ],
                },
            }),
        ],
    },
};

function worker(name: string, config: WorkerConfig): WorkerEntry {
    return {
        name,
        url: "https://gitlab.example.org",
        token: `glrt-golden-${name.replaceAll(/\W/g, "")}`,
        id: 7,
        config,
    };
}
