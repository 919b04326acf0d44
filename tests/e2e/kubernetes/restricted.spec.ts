import { expect } from "chai";
import type { Answer, KubeObject } from "./api";
import { type Declared, startWorld, type World } from "./world";

/** Managers whose pods differ from one another in whatever a rule for pods may look at. */
const MANAGERS: Record<string, Declared> = {
    "ci-01": {},
    shell: { worker: { executor: "shell", shell: "bash" } },
    metrics: { config: { listen_address: ":9252" }, kubernetes: { metrics: true, stopSignal: true } },
    everything: {
        config: { listen_address: ":9252", session_server: { listen_address: ":8093", advertise_address: "ci:8093" } },
        kubernetes: {
            user: "999:999",
            fleetingInstall: true,
            proxy: { https: "http://proxy.example.org:3128" },
            environment: { TZ: "UTC" },
            resources: { requests: { cpu: "100m", memory: "64Mi" }, limits: { memory: "256Mi" } },
            nodeSelector: { "kubernetes.io/os": "linux" },
            tolerations: [{ key: "ci", operator: "Exists", effect: "NoSchedule" }],
            topologySpreadConstraints: [
                { maxSkew: 1, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "ScheduleAnyway" },
            ],
            affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [neighbour()] } },
            imagePullSecrets: ["registry"],
            labels: { team: "ci" },
            annotations: { "example.org/note": "kept" },
        },
    },
};

describe("a namespace that enforces the restricted Pod Security Standard", () => {
    let world: World;
    let sets: KubeObject[];

    before(async () => {
        const { "ci-01": first, ...beside } = MANAGERS;
        world = await startWorld({
            declared: { ...first, beside },
            labels: { "pod-security.kubernetes.io/enforce": "restricted" },
        });
        const { output } = await world.up();
        expect(output).to.not.include("would violate PodSecurity");
        sets = (await world.objects()).filter(({ kind }) => kind === "StatefulSet");
    });
    after(() => world?.close());

    /** Asks the server to admit a pod of a template, and to make nothing of it: what the controller of StatefulSets would ask. */
    const admit = ({ metadata, spec }: KubeObject): Promise<Answer> =>
        world.api.post(`/api/v1/namespaces/${world.namespace}/pods?dryRun=All&fieldValidation=Strict`, {
            metadata: { ...spec.template.metadata, name: `${metadata.name}-0` },
            spec: spec.template.spec,
        });

    for (const name of Object.keys(MANAGERS)) {
        it(`admits the pod of manager ${name}`, async () => {
            const set = sets.find(({ metadata }) => metadata.name === `gitlab-fleet-test-${name}`)!;
            const { status, body } = await admit(set);
            expect(status, JSON.stringify(body)).to.equal(201);
        });
    }

    it("refuses the same pod once it asks for less: the rule is in force here", async () => {
        const weaker = structuredClone(sets[0]!);
        delete weaker.spec.template.spec.securityContext;
        const { status, body } = await admit(weaker);
        expect(status).to.equal(403);
        expect(body.message).to.include('violates PodSecurity "restricted:latest"');
    });

    it("gets no token of the cluster for managers that start no job there", async () => {
        const mounts = sets.map(({ metadata, spec }) => [
            metadata.name.replace("gitlab-fleet-test-", ""),
            spec.template.spec.automountServiceAccountToken,
        ]);
        expect(Object.fromEntries(mounts)).to.deep.equal({
            "ci-01": true,
            shell: false,
            metrics: true,
            everything: true,
        });
    });
});

function neighbour() {
    return {
        topologyKey: "kubernetes.io/hostname",
        labelSelector: { matchLabels: { "app.kubernetes.io/name": "gitlab-runner" } },
    };
}
