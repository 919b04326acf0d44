import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { jobNamespacesOf } from "../../../components/manager/placements/kubernetes/permissions";

const RUNNER = "gitlab.com/gitlab-org/gitlab-runner";
/** What reaches beyond a namespace is refused, and not given. */
const BEYOND = ["apps/deployments", "scheduling.k8s.io/priorityclasses"];

/** Verbs by resource, as the page of the gitlab-runner that is built here lists them. */
function listedByGitLab(): Map<string, string[]> {
    const told = execFileSync("go", ["mod", "download", "-json", RUNNER], { cwd: "dev/toolchain/gitlab-runner" });
    const { Dir } = JSON.parse(String(told)) as { Dir: string };
    const page = readFileSync(`${Dir}/docs/executors/kubernetes/_index.md`, "utf8");
    const [, list = ""] = /permissions_list_start -->([\s\S]*?)<!--/.exec(page) ?? [];
    const rows = list.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
    return new Map(
        rows
            .filter(([, resource = ""]) => /^[a-z]/.test(resource))
            .map(([, resource = "", verbs = ""]) => {
                const plain = verbs.replace(/\[[^\]]*\]\([^)]*\)/g, "").replace(/\([^()]*\)/g, "");
                return [resource, plain.split(",").map((verb) => verb.trim())];
            }),
    );
}

describe("what a manager may do where its jobs run", () => {
    it("is what GitLab lists, all of it but what reaches beyond a namespace", () => {
        const worker = {
            executor: "kubernetes",
            kubernetes: { namespace: "jobs", pod_disruption_budget: true },
            feature_flags: { FF_SUSPENDABLE_ENVIRONMENTS: true, FF_PRINT_POD_EVENTS: true },
        };
        const listed = listedByGitLab();
        expect(listed.size).to.be.above(10);
        const given = jobNamespacesOf([worker])[0]!.rules.map(({ apiGroups, resources, verbs }) => ({
            resource: [...apiGroups, ...resources].filter(Boolean).join("/"),
            verbs,
        }));
        for (const { resource, verbs } of given) {
            // To make namespaces is a right in the whole cluster.
            const own = listed.get(resource)?.filter((verb) => resource !== "namespaces" || verb === "get");
            expect(own, resource).to.have.members(verbs);
        }
        expect([...listed.keys()]).to.have.members([...given.map(({ resource }) => resource), ...BEYOND]);
    });
});
