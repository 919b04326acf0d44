import { expect } from "chai";
import { PASSPHRASE, type PipelineWorld, stackText, startPipelineWorld } from "./world";

const CONFIG = `include:
  - local: templates/fleet/template.yml
    inputs: { stacks: [prod], tags: [fleet], only_reviewed: true }
stages: [fleet]
`;

describe("the component, run by the real gitlab-runner", () => {
    let world: PipelineWorld;
    let iid: number;
    const stack = (change?: (text: string) => string) => ({
        "stacks/Pulumi.prod.yaml": stackText(world.folder, change),
    });
    const notes = () => world.sandbox.db.notes.all().map(({ body }) => body);
    const issues = () => world.sandbox.db.issues.all().map(({ state, title }) => `${state}: ${title}`);

    before(async () => {
        world = await startPipelineWorld();
    });
    after(() => world?.close());

    /** Secrets that no log may hold. */
    const expectNoSecret = (text: string) => {
        for (const secret of [PASSPHRASE, ...Object.values(world.sandbox.tokens)]) expect(text).to.not.include(secret);
        for (const { token } of world.sandbox.db.runners.all()) expect(text).to.not.include(token);
    };

    it("applies what is on the default branch, in an environment of its own", async () => {
        // The first commit has no merge request, so nothing that was reviewed.
        world.push("main", { ...stack(), ".gitlab-ci.yml": CONFIG.replace(", only_reviewed: true", "") });
        const { jobs, environments } = await world.run("main", "push");
        expect(
            jobs.map(({ name, status }) => [name, status]),
            world.log(jobs[0]!),
        ).to.deep.equal([["fleet up: [prod]", "success"]]);
        expect(environments.map(({ name }) => name)).to.deep.equal(["fleet/prod"]);
        const made = world.sandbox.db.runners.all().filter(({ description }) => description === "my-runner");
        expect(made).to.have.length(1);
        expect(world.log(jobs[0]!)).to.include("runner my-runner is created");
        expectNoSecret(world.log(jobs[0]!));
        world.push("main", { ".gitlab-ci.yml": CONFIG });
    });

    it("previews a merge request with the reading token, leaves one note, and the numbers of the widget", async () => {
        world.push(
            "fleet-consumers",
            stack((text) => text.replace("apps/web]", "other/tool]")),
        );
        iid = world.openMergeRequest("fleet-consumers");
        world.sandbox.journal.clear();
        const { jobs } = await world.run("fleet-consumers", "merge_request_event", iid);
        const log = world.log(jobs[0]!);
        expect(
            jobs.map(({ name, status }) => [name, status]),
            log,
        ).to.deep.equal([["fleet preview: [prod]", "success"]]);
        expect(log).to.include("Adds other/tool. Takes off apps/web");
        expectNoSecret(log);
        const [note, ...others] = notes();
        expect(others).to.deep.equal([]);
        expect(note)
            .to.include("### Fleet `prod`: who gets in changes")
            .and.include("Adds other/tool. Takes off apps/web");
        expect(world.report(jobs[0]!, "terraform")).to.deep.equal({ create: 0, update: 1, delete: 0 });
        const advised = world.report(jobs[0]!, "codequality") as { description: string; severity: string }[];
        expect(advised.map(({ severity }) => severity)).to.deep.equal(["info"]);
        expect(advised[0]!.description).to.include("foreign-delete-without-limit, ExclusiveRunners apps-group: ");
        expect(note).to.include("1 policy finding");
        const asked = world.sandbox.journal.entries().filter(({ actor }) => actor === "user");
        expect([...new Set(asked.map(({ token }) => token))].sort()).to.deep.equal(["notes", "reader"]);
        expect(
            asked.filter(({ token, method }) => token === "reader" && method !== "GET" && method !== "POST"),
        ).to.deep.equal([]);
        expect(world.sandbox.journal.writes().filter(({ token }) => token === "reader")).to.deep.equal([]);
    });

    it("updates the note when more is pushed", async () => {
        world.push(
            "fleet-consumers",
            stack((text) => text.replace("apps/web]", "other/tool]").replace("concurrent: 4", "concurrent: 6")),
        );
        const { jobs } = await world.run("fleet-consumers", "merge_request_event", iid);
        expect(jobs[0]!.status, world.log(jobs[0]!)).to.equal("success");
        expect(notes()).to.have.length(1);
        expect(notes()[0]).to.include("concurrent 4 → 6").and.include("Adds other/tool");
    });

    it("applies it once it is merged, after a look whether it is what was reviewed", async () => {
        world.merge(iid);
        const { jobs } = await world.run("main", "push");
        const log = world.log(jobs[0]!);
        expect(jobs[0]!.status, log).to.equal("success");
        expect(log).to.include(`This is what the preview in !${iid} said.`);
        const { db } = world.sandbox;
        const list = db.projectLinks.all().map(({ targetId }) => db.projects.must(targetId).fullPath);
        expect(list).to.include("other/tool").and.not.include("apps/web");
    });

    it("opens one issue about a change by hand, however many nights pass, and closes it after the next up", async () => {
        const { db } = world.sandbox;
        const runner = db.runners.all().find(({ description }) => description === "my-runner")!;
        db.runners.update(runner.id, { active: false });
        for (const _night of [1, 2]) {
            const { jobs } = await world.run("main", "schedule");
            expect(
                jobs.map(({ name, status }) => [name, status]),
                world.log(jobs[0]!),
            ).to.deep.equal([["fleet drift: [prod]", "success"]]);
        }
        expect(issues()).to.deep.equal(["opened: Fleet prod has drifted"]);
        expect(db.issues.all()[0]!.description).to.include("Was paused in GitLab; up resumes it.");
        expect(db.runners.get(runner.id)!.active).to.equal(false);
        // No merge request has this drift in its preview; who answers for it says so by another setting.
        world.push("main", { ".gitlab-ci.yml": CONFIG.replace(", only_reviewed: true", "") });
        const { jobs } = await world.run("main", "push");
        expect(jobs[0]!.status, world.log(jobs[0]!)).to.equal("success");
        expect(world.log(jobs[0]!)).to.include("No merge request of this commit has a preview of this stack.");
        expect(db.runners.get(runner.id)!.active).to.equal(true);
        expect(issues()).to.deep.equal(["closed: Fleet prod has drifted"]);
    });

    it("applies nothing where something was pushed between the review and the merge", async () => {
        world.push("main", { ".gitlab-ci.yml": CONFIG });
        world.push(
            "fleet-consumers",
            stack((text) => text.replace("concurrent: 4", "concurrent: 8")),
        );
        const second = world.openMergeRequest("fleet-consumers");
        await world.run("fleet-consumers", "merge_request_event", second);
        world.push(
            "fleet-consumers",
            stack((text) => text.replace("concurrent: 4", "concurrent: 9")),
        );
        world.merge(second);
        const { jobs } = await world.run("main", "push");
        expect(jobs[0]!.status).to.equal("failed");
        expect(world.log(jobs[0]!))
            .to.include(`Something was pushed to !${second} after its last preview.`)
            .and.include("Nothing is applied");
    });

    it("gives a hostile merge request the reading token and no secret besides, and its preview is a sentence why there is none", async () => {
        const hostile = `loot:
  stage: fleet
  tags: [fleet]
  rules: [{ if: $CI_PIPELINE_SOURCE == "merge_request_event" }]
  script:
    - env | base64 -w0; echo
    - git config --list | base64 -w0; echo
    - tr '\\0' '\\n' </proc/$PPID/environ | base64 -w0; echo
    - pulumi stack export --stack prod --show-secrets 2>&1 | base64 -w0; echo
`;
        world.push("evil", { ".gitlab-ci.yml": CONFIG + hostile });
        const mine = world.openMergeRequest("evil");
        const before = notes().length;
        const { jobs } = await world.run("evil", "merge_request_event", mine);
        const named = Object.fromEntries(jobs.map((job) => [job.name, world.log(job)]));
        expect(named["fleet preview: [prod]"])
            .to.include("No preview of prod")
            .and.include("Protected variables are for protected branches only");
        expect(notes()).to.have.length(before);
        const decoded = named.loot!.replace(/[A-Za-z0-9+/]{100,}={0,2}/g, (text) =>
            Buffer.from(text, "base64").toString(),
        );
        expect(decoded, named.loot).to.include("FLEET_TOKEN_READ=").and.include("PULUMI_BACKEND_URL=");
        const { owner, notes: writer, admin, runner } = world.sandbox.tokens;
        for (const secret of [PASSPHRASE, owner, writer, admin, runner]) expect(decoded).to.not.include(secret!);
        for (const { token } of world.sandbox.db.runners.all()) expect(decoded).to.not.include(token);
        expect(decoded).to.not.match(/PASSPHRASE=|FLEET_TOKEN=|FLEET_NOTES_TOKEN=/);
    });
});
