// Which room may import which. `make check` holds it; docs/architecture.md says what each room is for.
const ROOMS = {
    core: [],
    hosts: ["core"],
    gitlab: ["core"],
    sandbox: ["core"],
    components: ["core"],
    construct: ["core", "components"],
    provider: ["core", "gitlab", "hosts"],
    cli: ["core", "gitlab", "hosts", "components"],
    policies: ["core", "components"],
    package: ["core", "components"],
    dev: ["core", "components", "policies", "cli", "sandbox", "tests"],
};

const arrows = Object.entries(ROOMS).map(([room, others]) => ({
    name: `${room} imports ${others.join(", ") || "no other room"}`,
    severity: "error",
    from: { path: `^${room}/` },
    to: {
        path: "[.](ts|json|cjs|mjs)$",
        pathNot: `^(node_modules|sdks|package.json|${[room, ...others].join("|")})(/|$)`,
    },
}));

module.exports = {
    forbidden: [
        ...arrows,
        {
            name: "core is pure: no Pulumi, no network",
            severity: "error",
            from: { path: "^core/" },
            to: { path: "@pulumi|undici|grpc|^(net|http|https|tls|child_process)$" },
        },
        {
            name: "modules need each other in one direction",
            severity: "error",
            from: { path: "^(core|hosts|gitlab|components|construct|provider|policies|cli|sandbox)/" },
            to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
        },
        {
            name: "core and components know each other's types in one direction, too",
            severity: "error",
            from: { path: "^(core|components)/" },
            to: { circular: true },
        },
        {
            name: "rooms and folders know each other's types in one direction",
            severity: "error",
            from: { path: "^(.+/)[^/]+$" },
            to: { circular: true, pathNot: "^$1[^/]+$" },
        },
        { name: "what is imported is there", severity: "error", from: {}, to: { couldNotResolve: true } },
    ],
    options: {
        tsPreCompilationDeps: true,
        tsConfig: { fileName: "tsconfig.json" },
        // Packages that have ES modules only are bundled.
        enhancedResolveOptions: {
            exportsFields: ["exports"],
            conditionNames: ["import", "require", "node", "default", "types"],
        },
        doNotFollow: { path: "node_modules|^sdks" },
        exclude: { path: "^package/gitlab[.]cjs$|/bin/|^tests/e2e/.*[.]js$" },
    },
};
