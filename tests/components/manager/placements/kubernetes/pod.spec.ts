import { expect } from "chai";
import type { KubernetesOptions } from "../../../../../components/manager/placements/kubernetes/args";
import { podTemplate } from "../../../../../components/manager/placements/kubernetes/pod";
import type { Traits } from "../../../../../components/manager/placements/traits";

const PLAIN: Traits = { usesSocket: false, runsJobsInside: false, quiet: false };

interface Pod extends Record<string, unknown> {
    containers: [Record<string, unknown> & { env: { name: string; value: string }[] }];
}

function podOf(options: Partial<KubernetesOptions> = {}, traits: Partial<Traits> = {}): Pod {
    const labels = { "app.kubernetes.io/instance": "ci" };
    const template = podTemplate({
        name: "ci",
        certificates: "ci-certificates",
        serviceAccount: "ci",
        asksCluster: true,
        options: { namespace: "ci", ...options },
        drainTimeout: 7200,
        traits: { ...PLAIN, ...traits },
        labels,
        shared: labels,
    });
    return template.spec as unknown as Pod;
}

const variablesOf = (pod: Pod) => Object.fromEntries(pod.containers[0].env.map(({ name, value }) => [name, value]));

describe("the pod of a manager", () => {
    it("keeps to the restricted profile of Pod Security", () => {
        const { securityContext, containers, volumes } = podOf();
        expect(securityContext).to.deep.include({ runAsNonRoot: true, runAsUser: 100, runAsGroup: 65533 });
        expect(securityContext).to.deep.include({ seccompProfile: { type: "RuntimeDefault" } });
        expect(containers[0].securityContext).to.deep.equal({
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            readOnlyRootFilesystem: true,
        });
        const kinds = (volumes as object[]).flatMap((volume) => Object.keys(volume)).filter((key) => key !== "name");
        expect(kinds).to.have.members(["secret", "secret", "emptyDir", "emptyDir"]);
    });

    it("mounts its files as a whole directory, which the kubelet keeps up to date, for its own group to read", () => {
        const { volumes, containers, securityContext } = podOf({ user: "999" });
        expect((volumes as object[])[0]).to.deep.equal({
            name: "config",
            secret: { secretName: "ci", defaultMode: 0o440 },
        });
        const [config] = containers[0].volumeMounts as object[];
        expect(config).to.deep.equal({ name: "config", mountPath: "/etc/gitlab-runner", readOnly: true });
        expect(securityContext).to.include({ runAsUser: 999, runAsGroup: 999, fsGroup: 999 });
    });

    it("is stopped with SIGQUIT, by a hook or by the cluster itself, and has the drain timeout for it", () => {
        const hook = podOf();
        expect(hook).to.include({ terminationGracePeriodSeconds: 7200 }).and.not.to.have.property("os");
        expect(JSON.stringify(hook.containers[0].lifecycle)).to.contain("kill -QUIT 1; while :; do sleep 1; done");
        const own = podOf({ stopSignal: true });
        expect(own.containers[0].lifecycle).to.deep.equal({ stopSignal: "SIGQUIT" });
        // The API server takes a stop signal only with it.
        expect(own.os).to.deep.equal({ name: "linux" });
    });

    it("is healthy while the process itself answers, whatever GitLab does", () => {
        const own = podOf().containers[0];
        expect(JSON.stringify(own.livenessProbe)).to.contain("http://127.0.0.1:9252/metrics").and.to.contain("exec");
        expect(own).to.not.have.property("ports");
        const declared = podOf({}, { listenAddress: "0.0.0.0:9999" }).containers[0];
        expect(declared.livenessProbe).to.deep.include({ httpGet: { path: "/metrics", port: "metrics" } });
        expect(declared.ports).to.deep.equal([{ name: "metrics", containerPort: 9999, protocol: "TCP" }]);
        expect(declared.env).to.deep.include({ name: "LISTEN_ADDRESS", value: "0.0.0.0:9999" });
    });

    it("reaches the cluster's API past its proxies", () => {
        const proxy = { https: "http://proxy:3128", no: ".test" };
        expect(variablesOf(podOf({ proxy }))).to.include({
            HTTPS_PROXY: "http://proxy:3128",
            https_proxy: "http://proxy:3128",
            NO_PROXY: ".test,$(KUBERNETES_SERVICE_HOST)",
            no_proxy: ".test,$(KUBERNETES_SERVICE_HOST)",
        });
        expect(variablesOf(podOf())).to.have.keys("HOME", "LISTEN_ADDRESS");
    });

    it("has each variable after those that it names, of which the kubelet knows what stands before", () => {
        const environment = { ALL: "$(TWO)/$(ONE)", LOOP: "$(LOOP)", ONE: "1", TWO: "$(ONE)$(NOBODYS)" };
        const names = podOf({ environment }).containers[0].env.map(({ name }) => name);
        expect(names.slice(2)).to.deep.equal(["ONE", "TWO", "ALL", "LOOP"]);
    });

    it("goes where it is told, and is spread with the manager's other pods", () => {
        const spread = { topologyKey: "zone", maxSkew: 1, whenUnsatisfiable: "ScheduleAnyway" };
        const pod = podOf({
            nodeSelector: { pool: "ci" },
            tolerations: [{ key: "ci", operator: "Exists" }],
            affinity: { nodeAffinity: {} },
            topologySpreadConstraints: [spread],
            priorityClass: "high",
            imagePullSecrets: ["registry"],
            resources: { limits: { memory: "256Mi" } },
        });
        expect(pod).to.deep.include({
            nodeSelector: { pool: "ci" },
            tolerations: [{ key: "ci", operator: "Exists" }],
            affinity: { nodeAffinity: {} },
            priorityClassName: "high",
            imagePullSecrets: [{ name: "registry" }],
        });
        const labelSelector = { matchLabels: { "app.kubernetes.io/instance": "ci" } };
        expect(pod.topologySpreadConstraints).to.deep.equal([{ labelSelector, ...spread }]);
        expect(pod.containers[0].resources).to.deep.equal({ limits: { memory: "256Mi" } });
    });
});
