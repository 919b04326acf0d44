import { type BadInput, docker, executor, top, worker } from "./bad-input";

/** Keys that are unknown, misplaced, or under extra without need. */
export const KEY_MISTAKES: readonly BadInput[] = [
    // Unknown keys
    {
        title: "a key misspelt at the top",
        config: top({ check_intervall: 3 }),
        path: ".check_intervall",
        says: /Did you mean "check_interval"\?/,
        lint: "rejects",
    },
    {
        title: "a key misspelt in a worker",
        config: worker({ request_concurency: 2 }),
        path: ".runners[1].request_concurency",
        says: /Did you mean "request_concurrency"\?/,
        lint: "rejects",
    },
    {
        title: "a key misspelt in a section",
        config: docker({ pull_polcy: "always" }),
        path: ".runners[1].docker.pull_polcy",
        says: /Did you mean "pull_policy"\?/,
        lint: "rejects",
    },
    {
        title: "a key misspelt in a list of tables",
        config: docker({ services: [{ name: "redis" }, { nmae: "postgres" }] }),
        path: ".runners[1].docker.services[1].nmae",
        says: /Did you mean "name"\?/,
        lint: "rejects",
    },
    {
        title: "a key in another case",
        config: docker({ Pull_Policy: "always" }),
        path: ".runners[1].docker.Pull_Policy",
        says: /Did you mean "pull_policy"\?/,
        lint: "accepts",
    },
    {
        title: "a key of another section",
        config: docker({ node_selector: { disk: "ssd" } }),
        path: ".runners[1].docker.node_selector",
        says: /It belongs in \[runners\.kubernetes\]/,
        lint: "rejects",
    },
    {
        title: "a key of the top in a worker",
        config: worker({ concurrent: 4 }),
        path: ".runners[1].concurrent",
        says: /It belongs at the top/,
        lint: "rejects",
    },
    {
        title: "a key that GitLab documents for docker and never reads",
        config: docker({ helper_image_autoset_arch_and_os: true }),
        path: ".runners[1].docker.helper_image_autoset_arch_and_os",
        says: /It belongs in \[runners\.kubernetes\]/,
        lint: "rejects",
    },
    {
        title: "an unknown key of an NFS volume",
        config: executor("kubernetes", {
            kubernetes: {
                volumes: { nfs: [{ name: "n", mount_path: "/n", server: "nfs", path: "/", readonly: true }] },
            },
        }),
        path: ".runners[1].kubernetes.volumes.nfs[0].readonly",
        says: /Did you mean "read_only"\?/,
        lint: "accepts",
    },
    // extra
    {
        title: "a known key in extra",
        config: worker({ extra: { output_limit: 3 } }),
        path: ".runners[1].extra.output_limit",
        says: /Move it out of extra/,
        lint: "accepts",
    },
    {
        title: "a known flag in extra",
        config: worker({ extra: { feature_flags: { FF_TIMESTAMPS: true } } }),
        path: ".runners[1].extra.feature_flags.FF_TIMESTAMPS",
        says: /Move it out of extra/,
        lint: "accepts",
    },
    {
        title: "a known key deep in extra",
        config: worker({ extra: { docker: { services: [{ alias: "b" }] } } }),
        path: ".runners[1].extra.docker.services[0].alias",
        says: /Move it out of extra/,
        lint: "accepts",
    },
];
