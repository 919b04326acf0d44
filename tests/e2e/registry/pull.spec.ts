import { expect } from "chai";
import type { NewJob } from "../../../sandbox";
import { skipWithout } from "../../helpers/needs";
import { JOB } from "../docker/world";
import { type JobEnd, type RegistryWorld, startRegistryWorld } from "./world";

const PRODUCER = "containers/poetry";
const IMAGE = "python3.11/rockylinux9:1.5";

// One story in steps: each goes on where the one before it ended.
describe("pulling a private image with a job token", () => {
    let world: RegistryWorld;
    let image: string;
    let started: number;

    before(async function () {
        skipWithout("docker", this);
        started = Date.now();
        world = await startRegistryWorld();
        image = `${world.registryHost}/${PRODUCER}/${IMAGE}`;
        await world.up({});
        world.startManager();
    });
    after(() => world?.close());

    const consumer = (project: string): NewJob => ({
        project,
        user: "dev",
        tags: ["docker"],
        // What the engine happens to have proves nothing: the registry is asked every time.
        image: { name: image, pullPolicy: ["always"] },
        script: "cat /etc/made-by",
    });
    const expectDenied = ({ status, log }: JobEnd) => {
        expect(log).to.include(`pull access denied for ${image.replace(/:1\.5$/, "")}`);
        expect(log).to.include(`failed to pull image "${image}" with specified policies [always]`);
        expect(status).to.equal("failed");
    };

    it("is pushed by a job of the producer", async () => {
        const end = await world.run({
            project: PRODUCER,
            user: "olga",
            tags: ["shell"],
            script: [
                'export DOCKER_CONFIG="$(mktemp -d)"',
                'echo "$CI_REGISTRY_PASSWORD" | docker login -u "$CI_REGISTRY_USER" --password-stdin "$CI_REGISTRY"',
                `printf 'FROM ${JOB}\\nRUN echo poetry > /etc/made-by\\n' | docker build -t "$CI_REGISTRY_IMAGE/${IMAGE}" -`,
                `docker push "$CI_REGISTRY_IMAGE/${IMAGE}"`,
                `docker rmi "$CI_REGISTRY_IMAGE/${IMAGE}"`,
            ],
        });
        expect(end.log)
            .to.include("Login Succeeded")
            .and.match(/1\.5: digest: sha256:[0-9a-f]{64}/);
        expect(end.status, end.log).to.equal("success");
    });

    it("fails in every other project while the producer's list is empty", async () => {
        expectDenied(await world.run(consumer("apps/etl")));
    });

    it("is not enough to be on the list: the preview says whose people are no members", async () => {
        const preview = await world.preview({ [PRODUCER]: { consumers: { projects: ["apps/etl"] } } });
        expect(preview.code, preview.output).to.equal(0);
        expect(preview.output).to.match(
            /1 of the 2 people who start pipelines in group apps has no role in containers\/poetry, so their jobs may not pull: dev\./,
        );
        await world.up({ [PRODUCER]: { consumers: { projects: ["apps/etl"] } } });
        expectDenied(await world.run(consumer("apps/etl")));
    });

    it("succeeds once consumer and people are declared", async () => {
        await world.up({
            [PRODUCER]: { consumers: { projects: ["apps/etl"] }, grantMembership: { group: "apps", role: "reporter" } },
        });
        const { status, log } = await world.run(consumer("apps/etl"));
        expect(log)
            .to.include("Authenticating with credentials from job payload (GitLab Registry)")
            .and.include("poetry\n");
        expect(status, log).to.equal("success");
    });

    it("still fails in a third project, whose people are members but whose jobs are not on the list", async () => {
        expectDenied(await world.run(consumer("apps/third")));
    });

    it("fails again once the consumer is no longer declared", async () => {
        await world.up({ [PRODUCER]: { consumers: {}, grantMembership: { group: "apps", role: "reporter" } } });
        expectDenied(await world.run(consumer("apps/etl")));
    });

    it("takes less than five minutes, all of it", () => {
        expect((Date.now() - started) / 1000).to.be.lessThan(300);
    });
});
