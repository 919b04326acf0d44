import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { lookAt } from "../../../../provider/kubernetes/reach";
import { FakeCluster } from "../../../helpers/fake-cluster";

const RIGHTS = [
    { namespace: "ci", group: "", resource: "secrets" },
    { namespace: "ci", group: "apps", resource: "statefulsets" },
    { namespace: "jobs", group: "rbac.authorization.k8s.io", resource: "roles" },
];

describe("a cluster, by its kubeconfig", () => {
    let cluster: FakeCluster;
    let folder: string;
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
    });
    beforeEach(async () => {
        cluster = await FakeCluster.start();
    });
    afterEach(() => cluster.close());
    after(() => rmSync(folder, { recursive: true }));

    const why = async (kubeconfig?: string, context?: string, env: NodeJS.ProcessEnv = {}) =>
        (await lookAt({ kubeconfig, context }, RIGHTS, env)).why;

    it("is not reached without a login that it knows, without a listener, or behind another certificate", async () => {
        expect(await why(cluster.kubeconfig({ token: "other" }))).to.contain("does not know this login (401)");
        const closed = cluster.kubeconfig({}, { server: "https://127.0.0.1:9" });
        expect(await why(closed)).to.contain("The cluster https://127.0.0.1:9 cannot be reached");
        const untrusted = cluster.kubeconfig(undefined, { "certificate-authority-data": undefined });
        expect(await why(untrusted)).to.match(
            /cannot be reached \(its certificate is not trusted: DEPTH_ZERO_SELF_SIGNED_CERT\)\. Put its authority into the kubeconfig/,
        );
        const insecure = { "certificate-authority-data": undefined, "insecure-skip-tls-verify": true };
        expect(await why(cluster.kubeconfig(undefined, insecure))).to.equal(undefined);
    });

    it("is found as the kubernetes provider finds it: a text, a file, KUBECONFIG of several files", async () => {
        const [file, other] = [join(folder, "config"), join(folder, "other")];
        writeFileSync(file, cluster.kubeconfig({ tokenFile: "token" }));
        writeFileSync(join(folder, "token"), `${cluster.token}\n`);
        writeFileSync(other, JSON.stringify({ "current-context": "gone", contexts: [] }));
        expect(await why(file)).to.equal(undefined);
        expect(await why(undefined, undefined, { KUBECONFIG: file })).to.equal(undefined);
        expect(await why(undefined, "here", { KUBECONFIG: `${other}:${file}` })).to.equal(undefined);
        expect(await why(undefined, undefined, { KUBECONFIG: `${other}:${file}` })).to.contain(
            'there is no context "gone" in the kubeconfig. There is "here".',
        );
        expect(await why(undefined, undefined, { HOME: folder })).to.contain("no kubeconfig was found");
    });

    it("is not shown what stands in a kubeconfig that cannot be read", async () => {
        const text = await why("token: hush\n  - : [");
        expect(text).to.contain("neither the path of a file nor a kubeconfig").and.to.not.contain("hush");
        expect(await why(cluster.kubeconfig(), "prod")).to.contain('there is no context "prod"');
    });

    it("is logged in to by the program that the kubeconfig names, whose words are told when it fails", async () => {
        const credential = { kind: "ExecCredential", status: { token: cluster.token } };
        const program = (script: string) => ({
            exec: { apiVersion: "client.authentication.k8s.io/v1", command: process.execPath, args: ["-e", script] },
        });
        const prints = `console.log(process.env.KUBERNETES_EXEC_INFO && ${JSON.stringify(JSON.stringify(credential))})`;
        expect(await why(cluster.kubeconfig(program(prints)))).to.equal(undefined);
        const fails = "console.error('log in first'); process.exit(3)";
        expect(await why(cluster.kubeconfig(program(fails)))).to.contain("ended with 3 (log in first)");
        expect(await why(cluster.kubeconfig(program("console.log('hush')")))).to.contain("printed no ExecCredential");
        const missing = { exec: { apiVersion: "v1", command: "no-such-program" } };
        expect(await why(cluster.kubeconfig(missing))).to.contain(
            "no-such-program, which the kubeconfig names, could not",
        );
    });

    it("is taken for reached where only the kubernetes provider knows how to log in, if it answers", async () => {
        expect(await why(cluster.kubeconfig({ "auth-provider": { name: "oidc" } }))).to.equal(undefined);
    });
});
