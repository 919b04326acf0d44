import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { installPlugin } from "../../dev/scripts/plugins";
import { type Sandbox, startSandbox } from "../../sandbox";
import { type Declared, jobsOf, stackConfig } from "../e2e/kubernetes/world";
import { SEED } from "../e2e/runner/fleets";
import { type Engine, startEngine } from "../helpers/engine";

const exec = promisify(execFile);
const NAMESPACE = "runners";
const POD = "gitlab-fleet-test-ci-01-0";

/** What only a cluster that runs pods can show. ci/kubernetes.sh starts it, and says where a sandbox can be reached by pods. */
describe("managers as pods of a real cluster", () => {
    let sandbox: Sandbox;
    let engine: Engine;

    before(async () => {
        const host = process.env.SANDBOX_HOST;
        if (host === undefined) throw new Error("These tests need a cluster. Run ci/kubernetes.sh, which starts one.");
        await installPlugin("kubernetes");
        for (const name of [NAMESPACE, jobsOf(NAMESPACE)]) await kubectl("create", "namespace", name);
        await kubectl("label", "namespace", NAMESPACE, "pod-security.kubernetes.io/enforce=restricted");
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
    const jobIs = async (id: number, status: string) => {
        const trace = () => sandbox.db.traces.get(id)?.toString() ?? "";
        for (const end = Date.now() + 300_000; sandbox.db.jobs.must(id).status !== status; await sleep(500)) {
            if (Date.now() > end) throw new Error(`job ${id} is ${sandbox.db.jobs.must(id).status}:\n${trace()}`);
        }
        return trace();
    };
    const pod = async () => JSON.parse(await kubectl("get", "pod", POD, "--namespace", NAMESPACE, "--output", "json"));
    const concurrent = async () => {
        const ask = ["wget", "-q", "-O", "-", "http://127.0.0.1:9252/metrics"];
        const metrics = await kubectl("exec", POD, "--namespace", NAMESPACE, "--", ...ask);
        return Number(/^gitlab_runner_concurrent (\d+)$/m.exec(metrics)?.[1]);
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
        engine.stack.setConfig(stackConfig(NAMESPACE, { ...WITH_CONTACT, config: { concurrent: 7 } }));
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
        const kinds = "statefulset,pod,secret,serviceaccount,role,rolebinding,poddisruptionbudget";
        const left = await kubectl("get", kinds, "--namespace", NAMESPACE, "--output", "name");
        expect(left.trim()).to.equal("serviceaccount/default");
    });
});

const WITH_CONTACT: Declared = { manager: { online: true } };

async function kubectl(...args: string[]): Promise<string> {
    return (await exec("kubectl", args)).stdout;
}

function sleep(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
}
