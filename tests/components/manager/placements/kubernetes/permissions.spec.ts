import { readdirSync, readFileSync } from "node:fs";
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

    it("is in GitLab's own list, as far as its source is on this machine", function () {
        const modules = `${process.env.GOMODCACHE ?? `${process.env.HOME}/go/pkg/mod`}/gitlab.com/gitlab-org`;
        let page = "";
        try {
            const folder = readdirSync(modules).find((name) => name.startsWith("gitlab-runner@"));
            page = readFileSync(`${modules}/${folder}/docs/executors/kubernetes/_index.md`, "utf8");
        } catch {
            this.skip();
        }
        const [, list = ""] = /permissions_list_start -->([\s\S]*?)<!--/.exec(page) ?? [];
        const listed = new Map(
            list.split("\n").flatMap((line) => {
                const [, resource = "", verbs = ""] = line.split("|").map((cell) => cell.trim());
                const plain = verbs.replace(/\[[^\]]*\]\([^)]*\)/g, "").replace(/\([^()]*\)/g, "");
                return [[resource, plain.split(",").map((verb) => verb.trim())] as const];
            }),
        );
        const everything = worker(
            { pod_disruption_budget: true },
            { feature_flags: { FF_SUSPENDABLE_ENVIRONMENTS: true, FF_PRINT_POD_EVENTS: true } },
        );
        for (const right of rightsOf([everything])) {
            const [resource = "", verbs = ""] = right.split(": ");
            // To make namespaces is a right in the whole cluster.
            const own = listed.get(resource)?.filter((verb) => resource !== "namespaces" || verb === "get");
            expect(own, resource).to.have.members(verbs.split(" "));
        }
        // What reaches beyond a namespace is refused, and not given.
        const beyond = ["apps/deployments", "scheduling.k8s.io/priorityclasses"];
        const given = rightsOf([everything]).map((right) => right.split(": ")[0]);
        const names = [...listed.keys()].filter((name) => /^[a-z]/.test(name));
        expect(names.length).to.be.above(10);
        expect(names.filter((name) => !given.includes(name) && !beyond.includes(name))).to.deep.equal([]);
    });
});
