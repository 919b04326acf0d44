import { expect } from "chai";
import { headline } from "../../../cli/report/words";
import { UNKNOWN_STRING } from "../../../core/wire-values";
import { type MadeStep, of, toWords } from "./world";

describe("what a report says of managers", () => {
    it("begins with what happens to a manager as a whole, and not to one of its parts", () => {
        const files = (op: string): MadeStep => ({ op, type: "ManagerFiles", name: "ci" });
        const service = (op: string): MadeStep => ({ op, type: "HostService", name: "ci" });
        const volume = (op: string): MadeStep => ({ op, type: "ManagerVolume", name: "ci" });
        for (const [steps, words] of [
            [[files("same"), service("delete")], "1 manager changed"],
            [[files("update"), service("create")], "1 manager changed"],
            [[files("delete"), service("delete")], "1 manager deleted"],
            [[files("create"), service("create")], "1 manager created"],
            [[files("delete"), volume("create")], "1 manager recreated"],
            [[files("same"), service("replace")], "1 manager recreated"],
            [[service("delete")], "1 manager deleted"],
        ] as const)
            expect(headline(of([...steps])), JSON.stringify(steps)).to.equal(words);
        expect(headline(of([files("same"), { op: "same", type: "UserRunner", name: "ci" }]))).to.equal(
            "nothing changes",
        );
    });

    it("says what another identity of a manager means, and how to keep the one it has", () => {
        const files: MadeStep = {
            op: "update",
            type: "ManagerFiles",
            name: "ci",
            before: { systemId: "r_y3BbroY9TGs9" },
            after: { systemId: "r_rEBaSpGDtbBa" },
            diff: { systemId: "update" },
        };
        expect(toWords(of([files])).Hosts).to.deep.equal([
            'update: manager ci changes: systemId: "r_y3BbroY9TGs9" → "r_rEBaSpGDtbBa" | GitLab lists another manager after the next start of its process, and this one goes stale. To keep it: systemId: r_y3BbroY9TGs9',
        ]);
        expect(toWords(of([{ ...files, after: { systemId: UNKNOWN_STRING } }])).Hosts).to.deep.equal([
            "update: manager ci changes: systemId",
        ]);
    });

    it("names no place that is known after up alone", () => {
        const files = (place: unknown): MadeStep => ({
            op: "create",
            type: "ManagerFiles",
            name: "ci",
            after: { place, directory: "/etc/r", ssh: { host: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" } },
        });
        const unknown = of([files("04da6b54-80e4-46f7-96ec-b56ff0331ba9")]);
        expect(toWords(unknown).Hosts).to.deep.equal(["create: manager ci (/etc/r) is created"]);
        expect(toWords(of([files("vm-1")])).Hosts).to.deep.equal(["create: manager ci (vm-1:/etc/r) is created"]);
    });

    it("says of pods on Kubernetes where they are, and which of them drain", () => {
        const pod: MadeStep = { op: "update", type: "ManagerPod", name: "kube", before: { place: "ci/shop-kube" } };
        const report = of(
            [
                pod,
                { op: "update", type: "StatefulSet", name: "kube" },
                { op: "delete", type: "StatefulSet", name: "old" },
            ],
            [["info", pod, "manager kube: drain: image a → b. The pod takes no new jobs."]],
        );
        expect(toWords(report)).to.deep.equal({
            Jobs: [
                "delete: manager old its pod is drained first: running jobs may end within drainTimeout, and what runs longer is interrupted",
                "replace: manager kube: drain: image a → b. The pod takes no new jobs.",
            ],
            Hosts: ["update: manager kube (ci/shop-kube): drain: image a → b. The pod takes no new jobs."],
        });
    });

    it("names hosts, and says which jobs are drained and which managers get none any longer", () => {
        const volume: MadeStep = {
            op: "update",
            type: "ManagerVolume",
            name: "dock",
            before: { engine: { host: "ssh://ci@a" } },
        };
        const report = of(
            [
                volume,
                {
                    op: "delete",
                    type: "ManagerFiles",
                    name: "ci-01",
                    before: { directory: "/etc/r", ssh: { host: "ci@b" } },
                },
                { op: "replace", type: "Container", name: "box" },
            ],
            [["info", volume, "manager dock: drain: image a → b. The container takes no new jobs."]],
        );
        expect(toWords(report)).to.deep.equal({
            Jobs: [
                "delete: manager ci-01 gets no new jobs",
                "replace: manager box its container is drained first: running jobs may end within drainTimeout, and what runs longer is interrupted",
                "replace: manager dock: drain: image a → b. The container takes no new jobs.",
            ],
            Hosts: [
                "delete: manager ci-01 (ci@b:/etc/r) goes",
                "replace: container of manager box is recreated",
                "update: manager dock (ssh://ci@a): drain: image a → b. The container takes no new jobs.",
            ],
        });
    });
});
