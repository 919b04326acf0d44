import { expect } from "chai";
import type { KubeObject } from "./api";
import { PodProcess } from "./pod";
import { type Declared, startWorld, type World } from "./world";

const NAME = "gitlab-fleet-test-ci-01";

describe("a manager on Kubernetes, from its first up to its last", () => {
    let world: World;
    let pod: PodProcess;

    before(async () => {
        world = await startWorld();
    });
    after(async () => {
        await pod?.kill();
        await world?.close();
    });

    const token = () => world.sandbox.db.runners.all()[0]!.token;
    const template = async () => (await world.only("StatefulSet")).spec.template;
    const apply = async (declared: Declared) => {
        world.declare(declared);
        await world.up();
    };
    const edit = async (declared: Declared) => {
        world.declare(declared);
        const said = await world.preview();
        await world.up();
        return said;
    };

    it("is one StatefulSet of one pod, and beside it nothing but what it needs", async () => {
        await world.up();
        expect(named(await world.objects())).to.deep.equal([
            `PodDisruptionBudget ${NAME}`,
            `Secret ${NAME}`,
            `ServiceAccount ${NAME}`,
            `StatefulSet ${NAME}`,
        ]);
        expect(named(await world.objects(world.jobs))).to.deep.equal([`Role ${NAME}`, `RoleBinding ${NAME}`]);
        expect((await world.only("StatefulSet")).spec.replicas).to.equal(1);
    });

    it("has nothing to change right after", async () => {
        await world.expectNoChanges();
    });

    it("has its token in the Secret, and nowhere else: not in an annotation, not in another object, not in the plain state", async () => {
        const secret = await world.only("Secret");
        expect(decoded(secret)["config.toml"]).to.include(token());
        const others = JSON.stringify([
            ...(await world.objects()).filter(({ kind }) => kind !== "Secret"),
            ...(await world.objects(world.jobs)),
            secret.metadata,
        ]);
        for (const text of [others, world.stateText(), world.cluster.log()]) {
            expect(text.includes(token()), "the token").to.equal(false);
            // Base64 of it, wherever in a text it began.
            expect(text.includes(secret.data["config.toml"]), "config.toml").to.equal(false);
            expect(text.includes(secret.data["config.toml"].slice(-40)), "its end").to.equal(false);
        }
    });

    it("has a process that reads those files, with the identity that GitLab was told of, and its probe finds it alive", async () => {
        pod = await PodProcess.start(world.api, await world.only("StatefulSet"));
        await pod.logs("Configuration loaded");
        expect(await pod.metric("gitlab_runner_concurrent")).to.equal(4);
        expect(pod.isAlive()).to.equal(true);
        const { runners, managers } = world.sandbox.db;
        const runner = runners.all()[0]!;
        const identity = decoded(await world.only("Secret"))[".runner_system_id"];
        while (managers.find("runner", runner.id).length === 0)
            await new Promise((resolve) => setTimeout(resolve, 100));
        expect(managers.find("runner", runner.id).map(({ systemId }) => systemId)).to.deep.equal([identity]);
    });

    it("reloads an edited config.toml without a restart: the Secret is another one, the pod is not", async () => {
        const [before, { metadata }] = [await template(), await world.only("StatefulSet")];
        const said = await edit({ config: { concurrent: 7 } });
        expect(said).to.include("hot reload").and.to.include("concurrent 4 → 7");
        expect(await template()).to.deep.equal(before);
        expect((await world.only("StatefulSet")).metadata.generation).to.equal(metadata.generation);
        expect(decoded(await world.only("Secret"))["config.toml"]).to.include("concurrent = 7");
        await pod.sync();
        await pod.logs("Configuration loaded", 2);
        expect(await pod.metric("gitlab_runner_concurrent")).to.equal(7);
    });

    it("puts right what somebody has edited in the cluster, once a refresh has seen it", async () => {
        const before = [await world.only("Secret"), await world.only("StatefulSet")];
        const path = `/namespaces/${world.namespace}`;
        const [secret, set] = [`/api/v1${path}/secrets/${NAME}`, `/apis/apps/v1${path}/statefulsets/${NAME}`];
        await world.api.patch(secret, { data: { "config.toml": Buffer.from("concurrent = 1").toString("base64") } });
        await world.api.patch(set, { spec: { replicas: 2 } });
        const { code, output } = await world.stack.run(["up", "--refresh", "--yes", "--skip-preview"]);
        expect(code, output).to.equal(0);
        expect((await world.only("Secret")).data).to.deep.equal(before[0]!.data);
        expect((await world.only("StatefulSet")).spec).to.deep.equal(before[1]!.spec);
        const refreshed = await world.stack.run(["refresh", "--yes", "--skip-preview", "--expect-no-changes"]);
        expect(refreshed.code, refreshed.output).to.equal(0);
    });

    it("says what somebody has removed before the runner gets a token that could not arrive; a refresh recreates it", async () => {
        const before = (await world.only("Secret")).data;
        await world.api.delete(`/api/v1/namespaces/${world.namespace}/secrets/${NAME}`);
        const { db, url, tokens } = world.sandbox;
        const headers = { "PRIVATE-TOKEN": tokens.owner! };
        const reset = `${url}/api/v4/runners/${db.runners.all()[0]!.id}/reset_authentication_token`;
        await fetch(reset, { method: "POST", headers });
        expect(await world.refused())
            .to.include(`The cluster no longer has secrets "${NAME}"`)
            .and.not.include("Recovered the token");
        const { code, output } = await world.stack.run(["up", "--refresh", "--yes", "--skip-preview"]);
        expect(code, output).to.equal(0);
        expect(decoded(await world.only("Secret"))["config.toml"]).to.include(token());
        expect(Object.keys((await world.only("Secret")).data)).to.have.members(Object.keys(before));
        await world.expectNoChanges();
    });

    it("reloads certificates without a restart, too, the first one among them", async () => {
        const before = await template();
        await apply({ config: { concurrent: 7 }, kubernetes: { certificates: { "gitlab.example.org": PEM } } });
        expect(await template()).to.deep.equal(before);
        expect(named(await world.objects())).to.include(`Secret ${NAME}-certificates`);
    });

    it("drains for another image, which the preview says; what is no longer declared goes", async () => {
        const before = await template();
        const image = "registry.example.org/gitlab-runner@sha256:" + "0".repeat(64);
        const said = await edit({ config: { concurrent: 7 }, kubernetes: { image } });
        expect(said).to.include("drain").and.to.include("image").and.to.not.include("hot reload");
        const containers = [{ ...before.spec.containers[0], image }];
        expect(await template()).to.deep.equal({ ...before, spec: { ...before.spec, containers } });
        expect(named(await world.objects())).to.not.include(`Secret ${NAME}-certificates`);
    });

    it("lets its jobs end where the pod is stopped: the hook runs inside, and drainTimeout is the grace period", async () => {
        await pod.stop();
        expect(pod.log).to.include("graceful shutdown, waiting for builds to finish").and.to.include("Can exit now!");
        expect(pod.isAlive()).to.equal(false);
        const { terminationGracePeriodSeconds } = (await template()).spec;
        expect(terminationGracePeriodSeconds).to.equal(2 * 3600);
    });

    it("is three with three identities where it has replicas", async () => {
        await apply({ kubernetes: { replicas: 3 } });
        const objects = await world.objects();
        const identities = objects
            .filter(({ kind }) => kind === "Secret")
            .map((each) => decoded(each)[".runner_system_id"]);
        expect(new Set(identities).size).to.equal(3);
        const sets = objects.filter(({ kind }) => kind === "StatefulSet");
        expect(sets.map(({ spec }) => spec.replicas)).to.deep.equal([1, 1, 1]);
        const mounted = sets.map(({ spec }) => JSON.stringify(spec.template.spec.volumes));
        expect(new Set(mounted).size, "each has its own files").to.equal(3);
    });

    it("leaves nothing", async () => {
        const { code, output } = await world.stack.run(["destroy", "--yes", "--skip-preview"]);
        expect(code, output).to.equal(0);
        expect(named([...(await world.objects()), ...(await world.objects(world.jobs))])).to.deep.equal([]);
        expect(world.sandbox.db.runners.all().map(({ description }) => description)).to.not.include("ci");
    });
});

/** A certificate, as far as gitlab-runner looks at it. */
const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

const named = (objects: KubeObject[]) => objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort();

function decoded({ data }: KubeObject): Record<string, string> {
    const files = Object.entries(data as Record<string, string>);
    return Object.fromEntries(files.map(([file, text]) => [file, Buffer.from(text, "base64").toString()]));
}
