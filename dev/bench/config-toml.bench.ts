import { type ManagerConfig, renderConfigToml } from "../../core/config-toml";
import type { Measurement } from "./main";

/** How the numbers were obtained. */
export const about = "renderConfigToml alone, in memory; the middle of 15 rounds. A worker has 19 keys in 6 tables.";

const ROUNDS = 15;

/** How long a config.toml takes to render, and whether ten times the workers take more than ten times as long. */
export async function run(): Promise<Measurement[]> {
    const [small, large] = [withWorkers(1_000), withWorkers(10_000)];
    renderConfigToml(small); // the key table is read once, on first use
    const times = Array.from({ length: ROUNDS }, () => [timeOf(small), timeOf(large)] as const);
    // The median of the rounds, so that a single garbage collection does not decide.
    const [one, ten] = [middle(times.map((pair) => pair[0])), middle(times.map((pair) => pair[1]))];
    return [
        { name: "render a config.toml with 1,000 workers", value: round(one), unit: "ms", limit: 200 },
        { name: "render 10,000 workers compared with 1,000", value: round(ten / one), unit: "ratio", limit: 12 },
    ];
}

function timeOf(config: ManagerConfig): number {
    const start = performance.now();
    renderConfigToml(config);
    return performance.now() - start;
}

function middle(values: readonly number[]): number {
    return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function round(value: number): number {
    return Math.round(value * 100) / 100;
}

function withWorkers(count: number): ManagerConfig {
    const workers = Array.from({ length: count }, (_, index) => ({
        name: `worker-${index}`,
        url: "https://gitlab.example.org",
        token: `glrt-bench-${index}`,
        id: index + 1,
        config: {
            executor: "docker" as const,
            limit: 4,
            request_concurrency: 2,
            environment: ["A=1", 'QUOTED="yes"', "C:\\path"],
            pre_build_script: "set -eu\necho ready\n",
            feature_flags: { FF_NETWORK_PER_BUILD: true },
            docker: {
                image: "alpine:latest",
                pull_policy: ["always" as const],
                volumes: ["/cache", "/etc/ssl:/etc/ssl:ro"],
                services: [{ name: "postgres:17", alias: "db" }],
                sysctls: { "net.core.somaxconn": "1024" },
            },
            cache: { Type: "s3" as const, s3: { BucketName: "cache", AuthenticationType: "iam" } },
        },
    }));
    return { global: { concurrent: count }, workers };
}
