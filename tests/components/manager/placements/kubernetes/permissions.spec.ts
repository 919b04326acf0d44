import { expect } from "chai";
import { jobNamespacesOf } from "../../../../../components/manager/placements/kubernetes/permissions";

const worker = (section: object = {}, more: object = {}) => ({
    executor: "kubernetes",
    kubernetes: { namespace: "jobs", ...section },
    ...more,
});

/** Rights as `resource: verbs`. */
function rightsOf(workers: unknown[], namespace = "jobs", further: string[] = []): string[] {
    const found = jobNamespacesOf(workers, further).find((each) => each.namespace === namespace);
    return (found?.rules ?? []).map(
        ({ apiGroups, resources, verbs }) =>
            `${[...apiGroups, ...resources].filter(Boolean).join("/")}: ${verbs.join(" ")}`,
    );
}

const USUAL = [
    "pods: create delete get list watch",
    "pods/exec: create delete get patch",
    "pods/attach: create delete get patch",
    "pods/log: get list",
    "secrets: create delete get update",
    "serviceaccounts: get",
    "services: create get",
    "events: list",
];

describe("what a manager may do where its jobs run", () => {
    it("is what GitLab lists for the kubernetes executor, without what no worker asks for", () => {
        expect(rightsOf([worker()])).to.deep.equal(USUAL);
    });

    it("is less with the legacy strategy and without warnings, more with what a worker turns on", () => {
        const legacy = { feature_flags: { FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY: true } };
        expect(rightsOf([worker({ print_pod_warning_events: false }, legacy)])).to.deep.equal(
            USUAL.filter((right) => !/^(pods\/attach|pods\/log|events)/.test(right)),
        );
        expect(rightsOf([worker({ pod_disruption_budget: true })])).to.deep.equal([
            ...USUAL,
            "policy/poddisruptionbudgets: create get",
        ]);
        expect(rightsOf([worker({}, { feature_flags: { FF_PRINT_POD_EVENTS: true } })])).to.include(
            "events: list watch",
        );
        const suspends = { environment: ["A=1", "FF_SUSPENDABLE_ENVIRONMENTS=true"] };
        expect(rightsOf([worker({}, suspends)])).to.include.members([
            "configmaps: create delete get update",
            "namespaces: get",
            "persistentvolumeclaims: create delete",
        ]);
    });

    it("is told by namespace: each worker's own, and all of it where jobs are led to", () => {
        const [a, b] = [worker({ namespace: "a" }), worker({ namespace: "b", pod_disruption_budget: true })];
        expect(jobNamespacesOf([a, b], ["c"]).map(({ namespace }) => namespace)).to.deep.equal(["a", "b", "c"]);
        expect(rightsOf([a, b], "a")).to.deep.equal(USUAL);
        expect(rightsOf([a, b], "c", ["c"])).to.include("policy/poddisruptionbudgets: create get");
        expect(jobNamespacesOf([worker({ namespace: undefined })])[0]!.namespace).to.equal("default");
    });

    it("is nothing for other executors, other clusters and other logins", () => {
        const elsewhere = [{ host: "https://10.0.0.1" }, { context: "other" }, { bearer_token: "x" }];
        const others = elsewhere.map((section) => worker(section));
        expect(jobNamespacesOf([...others, { executor: "shell" }, undefined, "x"], ["jobs"])).to.deep.equal([]);
    });
});
