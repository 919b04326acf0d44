import { randomBytes } from "node:crypto";
import * as path from "node:path";
import { expect } from "chai";
import { installPlugin } from "../../dev/scripts/plugins";
import { clusterOf } from "../../provider/kubernetes/kubeconfig";
import { type Sandbox, startSandbox } from "../../sandbox";
import { type Api, apiOf } from "../e2e/kubernetes/api";
import { type Declared, jobsOf, makeNamespace, stackConfig } from "../e2e/kubernetes/world";
import { SEED } from "../e2e/runner/fleets";
import { type Engine, startEngine } from "../helpers/engine";

/** Another one each time: a cluster may be there longer than one run. */
const NAMESPACE = `runners-${randomBytes(3).toString("hex")}`;
const POD = "gitlab-fleet-test-ci-01-0";

/** What only a cluster that runs pods can show. ci/kubernetes.sh starts it, and says where a sandbox can be reached by pods. */
describe("managers as pods of a real cluster", () => {
    let sandbox: Sandbox;
    let engine: Engine;
    let api: Api;

    before(async () => {
        const host = process.env.SANDBOX_HOST;
        if (host === undefined)
            throw new Error("These tests need a cluster. make pods starts one, and ci/kubernetes.sh.");
        await installPlugin("kubernetes");
        api = adminOf(process.env.KUBECONFIG!);
        await makeNamespace(api, NAMESPACE, { "pod-security.kubernetes.io/enforce": "restricted" });
        await makeNamespace(api, jobsOf(NAMESPACE));
        sandbox = await startSandbox({ seed: SEED, host });
        engine = await startEngine({
            gitlab: sandbox,
            config: () => stackConfig(NAMESPACE, WITH_CONTACT),
            env: { KUBECONFIG: path.resolve(process.env.KUBECONFIG!), PULUMI_IGNORE_AMBIENT_PLUGINS: "true" },
        });
    });
    after(async () => {
        await engine?.stack.run(["destroy", "--yes", "--skip-preview"]);
        await engine?.close();
        await sandbox?.close();
    });

    const enqueue = (script: string[]) =>
        sandbox.db.jobs.enqueue({ project: "apps/etl", tags: ["kubernetes"], script }).id;
    const jobIs = async (id: number, wanted: string) => {
        for (const end = Date.now() + 300_000; ; await sleep(500)) {
            const { status } = sandbox.db.jobs.must(id);
            const trace = sandbox.db.traces.get(id)?.toString() ?? "";
            if (status === wanted) return trace;
            const isOver = ["success", "failed", "canceled"].includes(status);
            if (isOver || Date.now() > end) throw new Error(`job ${id} is ${status}, not ${wanted}:\n${trace}`);
        }
    };
    const below = `/api/v1/namespaces/${NAMESPACE}`;
    const pod = async () => (await api.get(`${below}/pods/${POD}`)).body;
    const concurrent = async () => {
        const { body } = await api.get<string>(`${below}/pods/${POD}:9252/proxy/metrics`);
        return Number(/^gitlab_runner_concurrent (\d+)$/m.exec(body)?.[1]);
    };

    it("up ends once the pod runs and GitLab has heard from it", async () => {
        await engine.up();
        expect((await pod()).status.containerStatuses[0].started).to.equal(true);
        expect(await concurrent()).to.equal(4);
        await engine.expectNoChanges();
    });

    it("a job runs in a pod of its own namespace", async () => {
        expect(await jobIs(enqueue(["cat /etc/os-release"]), "success")).to.include("Alpine");
    });

    it("an edited config.toml reaches the same pod while a job runs", async () => {
        const job = enqueue(["sleep 180", "echo complete"]);
        await jobIs(job, "running");
        const { metadata } = await pod();
        engine.stack.setConfig(stackConfig(NAMESPACE, { ...WITH_CONTACT, config: { ...METRICS, concurrent: 7 } }));
        await engine.up();
        for (const end = Date.now() + 120_000; (await concurrent()) !== 7; await sleep(2000))
            expect(Date.now(), "within the kubelet's two minutes").to.be.lessThan(end);
        expect((await pod()).metadata.uid).to.equal(metadata.uid);
        expect(await jobIs(job, "success")).to.include("complete");
    });

    it("another pod takes over once the running job has ended", async () => {
        const job = enqueue(["sleep 60", "echo complete"]);
        await jobIs(job, "running");
        const { metadata } = await pod();
        engine.stack.setConfig(stackConfig(NAMESPACE, { ...WITH_CONTACT, kubernetes: { environment: { TZ: "UTC" } } }));
        await engine.up();
        expect(sandbox.db.jobs.must(job).status, "it was not waited for").to.equal("success");
        expect((await pod()).metadata.uid).to.not.equal(metadata.uid);
        await jobIs(enqueue(["true"]), "success");
    });

    it("nothing is left", async () => {
        const { code, output } = await engine.stack.run(["destroy", "--yes", "--skip-preview"]);
        expect(code, output).to.equal(0);
        const left = await Promise.all(
            KINDS.map(async ([group, kind]) => (await api.get(`${group}/namespaces/${NAMESPACE}/${kind}`)).body.items),
        );
        expect(left.flat().map(({ metadata }) => metadata.name)).to.deep.equal(["default"]);
    });
});

/** Kinds of objects that a manager consists of, each with where the API has it. */
const KINDS = [
    ["/apis/apps/v1", "statefulsets"],
    ["/api/v1", "pods"],
    ["/api/v1", "secrets"],
    ["/api/v1", "serviceaccounts"],
    ["/apis/rbac.authorization.k8s.io/v1", "roles"],
    ["/apis/rbac.authorization.k8s.io/v1", "rolebindings"],
    ["/apis/policy/v1", "poddisruptionbudgets"],
];

const METRICS = { listen_address: ":9252" };
const WITH_CONTACT: Declared = { manager: { online: true }, config: METRICS };

function adminOf(kubeconfig: string): Api {
    const { server, ca, login } = clusterOf({ kubeconfig }, {});
    return apiOf(server, ca!, login.token ?? { cert: login.cert!, key: login.key! });
}

function sleep(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
}
