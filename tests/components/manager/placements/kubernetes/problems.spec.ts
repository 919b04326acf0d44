// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how gitlab-runner writes variables.
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import fc from "fast-check";
import { findPlacementProblems } from "../../../../../components/manager/placements";
import { KUBERNETES_SHAPE } from "../../../../../components/manager/placements/kubernetes/problems";

const problemsOf = (options: unknown) => findPlacementProblems({ kubernetes: options }, "");
const textsOf = (options: object) =>
    problemsOf({ namespace: "ci", ...options }).map(({ path, message }) => `${path} ${message}`);

describe("problems of a kubernetes placement", () => {
    it("needs a namespace, and nothing else", () => {
        expect(textsOf({})).to.deep.equal([]);
        expect(problemsOf({}).map(({ path }) => path)).to.deep.equal(["kubernetes.namespace"]);
        expect(problemsOf("ci")[0]!.message).to.contain("Write { namespace: gitlab-runner }.");
    });

    const label = "small letters, digits and -, beginning and ending with a letter or digit";
    for (const [key, value, message] of [
        ["namespace", "CI", `must be at most 63 ${label} (got "CI"). Correct it.`],
        ["namespace", "a".repeat(64), `must be at most 63 ${label}`],
        ["name", "ci_01", `must be at most 49 ${label} (got "ci_01"). Correct it.`],
        ["name", "a".repeat(50), `must be at most 49 ${label}`],
        ["replicas", 0, "must be a whole number from 1 to 99 (got 0). Correct it."],
        ["jobNamespaces", "a", 'must be a list of namespaces (got "a"). Write ["a"].'],
        ["user", "0:0", 'must be numbers, uid or uid:gid, in quotes, and not root (got "0:0"). Correct it.'],
        ["user", "999:2147483648", 'must be numbers up to 2147483647 (got "999:2147483648"). Correct it.'],
        ["resources", "small", 'must be a map (got "small"). Write { requests: { cpu: 500m } }.'],
        ["tolerations", { key: "a" }, "must be a list of tolerations, such as [{ key: ci, operator: Exists }]"],
        ["image", "gitlab/gitlab-runner latest", "must be the name of an image, in small letters, such as"],
        ["image", "Gitlab/Runner:x", "must be the name of an image, in small letters, such as"],
        ["stopSignal", "SIGQUIT", 'must be true or false (got "SIGQUIT"). Write one of them.'],
        ["serviceMonitor", true, "must be a map (got true). Write { labels: { release: prometheus }"],
        ["reloadDelay", "soon", 'must be a duration such as 2m or 90s (got "soon").'],
        ["image", "gitlab/gitlab-runner", 'is not pinned (got "gitlab/gitlab-runner")'],
        ["image", "gitlab/gitlab-runner:latest", "is not pinned"],
        ["nameSpace", "ci", 'is not a known key. Did you mean "namespace"?'],
    ] as const) {
        it(`says what is wrong with ${key} ${JSON.stringify(value).slice(0, 40)}`, () => {
            const [found, ...more] = textsOf({ [key]: value });
            expect(found).to.contain(`kubernetes.${key} ${message}`);
            expect(more).to.deep.equal([]);
        });
    }

    const pem = "-----BEGIN CERTIFICATE-----";
    for (const [options, message] of [
        [
            { imagePullSecrets: ["a", { name: "x" }] },
            'imagePullSecrets[1] must be a text: the name of a Secret (got a map of "name").',
        ],
        [{ jobNamespaces: ["ci", "*"] }, `jobNamespaces[1] must be at most 63 ${label} (got "*"). Correct it.`],
        [
            { resources: { limits: { cpu: "1 core" } } },
            'resources.limits.cpu must be an amount such as 500m or 2 (got "1 core").',
        ],
        [
            { resources: { limits: { memory: "1 GB" } } },
            "resources.limits.memory must be an amount such as 256Mi or 1Gi",
        ],
        [
            { resources: { limits: { memory: "128m" } } },
            'resources.limits.memory is a fraction of a byte (got "128m"). Write 128Mi.',
        ],
        [{ resources: { limit: { cpu: "1" } } }, 'resources.limit is not a known key. Did you mean "limits"?'],
        [{ resources: { limits: { mem: "1Gi" } } }, "resources.limits.mem is nothing that a node has."],
        [
            { resources: { requests: { memory: "1Gi" }, limits: { memory: "1000M" } } },
            'resources.requests.memory is above its limit (got "1Gi", the limit is "1000M"). Raise one or lower the other.',
        ],
        [
            { nodeSelector: { x: true } },
            "nodeSelector.x must be a text of at most 63 letters, digits, -, _ and ., beginning and ending with a letter or digit (got true). Put it in quotes.",
        ],
        [
            { tolerations: [{ effekt: "NoSchedule" }] },
            'tolerations[0].effekt is not a known key. Did you mean "effect"?',
        ],
        [
            { tolerations: [{ operator: "Is" }] },
            'tolerations[0].operator must be one of Exists, Equal, Lt, Gt (got "Is").',
        ],
        [
            { tolerations: [{ effect: "No" }] },
            "tolerations[0].effect must be one of NoSchedule, PreferNoSchedule, NoExecute",
        ],
        [{ affinity: { nodeAffinty: {} } }, 'affinity.nodeAffinty is not a known key. Did you mean "nodeAffinity"?'],
        [
            { topologySpreadConstraints: [{ maxSkew: 0, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" }] },
            "topologySpreadConstraints[0].maxSkew must be a whole number, 1 or more (got 0). Correct it.",
        ],
        [
            { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: "zone" }] },
            "topologySpreadConstraints[0].whenUnsatisfiable is missing. Add DoNotSchedule or ScheduleAnyway.",
        ],
        [{ environment: { A: 5 } }, "environment.A must be a text (got 5). Put it in quotes."],
        [{ environment: { "A B": "x" } }, 'environment["A B"] is not the name of a variable (got "A B").'],
        [
            { proxy: { http: "proxy" } },
            'proxy.http must be a text with a URL, such as http://proxy.example.org:3128 (got "proxy").',
        ],
        [{ certificates: { "../x": pem } }, 'certificates["../x"] is not the name of a host (got "../x")'],
        [{ certificates: { "gitlab.test:443": pem } }, "without scheme, port and path. Write gitlab.test."],
        [
            { certificates: { a: "/etc/ca.pem" } },
            'certificates.a must be a text in PEM: -----BEGIN CERTIFICATE----- … (got "/etc/ca.pem").',
        ],
        [
            { labels: { "app.kubernetes.io/name": "x" } },
            'labels["app.kubernetes.io/name"] is set by gitlab-fleet itself',
        ],
        [{ labels: { a: "x".repeat(64) } }, "labels.a must be a text of at most 63 letters"],
        [{ annotations: { "a b": "x" } }, 'annotations["a b"] is not a key that Kubernetes accepts'],
        [
            { annotations: { "prometheus.io/scrape": true } },
            'annotations["prometheus.io/scrape"] must be a text (got true). Put it in quotes.',
        ],
        [
            { serviceMonitor: { interval: "often" } },
            "serviceMonitor.interval must be a text with a duration, such as 30s",
        ],
        [{ serviceMonitor: { labels: { a: 1 } } }, "serviceMonitor.labels.a must be a text of at most 63 letters"],
    ] as const) {
        it(`says which part of ${JSON.stringify(options).slice(0, 70)} is wrong`, () => {
            const [found, ...more] = textsOf(options);
            expect(found)
                .to.contain(message)
                .and.to.match(/^kubernetes\./);
            expect(more).to.deep.equal([]);
        });
    }

    it("takes what Kubernetes takes", () => {
        expect(
            textsOf({
                image: "registry.example.org:5000/ci/gitlab-runner:v19.4.0@sha256:" + "a".repeat(64),
                user: "1000:2147483647",
                resources: {
                    requests: {
                        cpu: ".5",
                        memory: "1e9",
                        "ephemeral-storage": "1Gi",
                        "hugepages-2Mi": "4Mi",
                        "nvidia.com/gpu": "1",
                    },
                    limits: { cpu: "1500m", memory: "1Gi" },
                },
                tolerations: [
                    { operator: "Exists" },
                    { key: "a", value: "", effect: "NoExecute", tolerationSeconds: 0 },
                ],
                affinity: { nodeAffinity: {}, podAntiAffinity: {} },
                topologySpreadConstraints: [{ maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" }],
                environment: { "a.b-c_D1": "x", EMPTY: "" },
                proxy: { http: "proxy:3128", https: "socks5://u:p@proxy", no: "" },
                certificates: { "10.0.0.1": pem, "GitLab.test": pem },
            }),
        ).to.deep.equal([]);
    });

    it("takes a request that is its limit in other words", () => {
        for (const [asked, most] of [
            ["700m", "0.7"],
            ["0.7", "700m"],
            ["1.1G", "1100M"],
            ["1024Ki", "1Mi"],
            ["1e3", "1k"],
        ]) {
            expect(textsOf({ resources: { requests: { cpu: asked }, limits: { cpu: most } } })).to.deep.equal([]);
        }
    });

    it("shows no text of a kubeconfig, and takes one that is an output", () => {
        expect(textsOf({ kubeconfig: 7 })[0]).to.contain("must be the path or the text of a kubeconfig");
        expect(textsOf({ kubeconfig: pulumi.secret("apiVersion: v1") })).to.deep.equal([]);
    });

    it("warns of variables that nobody expands, and not of those that the kubelet does", () => {
        expect(textsOf({ environment: { A: "${HOME}" } })[0]).to.contain("kubernetes.environment.A holds ${HOME}");
        expect(textsOf({ environment: { A: "$(HOME)" } })).to.deep.equal([]);
    });

    it("reports everything at once, and never throws, whatever it is given", () => {
        expect(textsOf({ namespace: "A", replicas: "x", user: 0, metrics: 1 })).to.have.lengthOf(4);
        const keys = fc.constantFrom(...Object.keys(KUBERNETES_SHAPE), "other");
        fc.assert(
            fc.property(fc.dictionary(keys, fc.anything({ withNullPrototype: true })), (options) => {
                expect(problemsOf(options)).to.be.an("array");
            }),
        );
    });
});
